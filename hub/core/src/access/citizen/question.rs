//! What the consent screen asks a citizen, in the light of what they allowed before.

use std::collections::BTreeSet;

use super::visiting::{OTHER_GRANT, RequestAccess};
use super::{CitizenAccess, Holder, MailboxView};
use crate::clock::Timestamp;
use crate::consent::{Action, Actions, Rejection, Term};
use crate::db::Tx;
use crate::error::Error;
use crate::id::MailboxId;
use crate::keys::{Purpose, column_aad};
use crate::mailbox::{self, Kind, Number};
use crate::number::{EnterpriseNumber, Ssin};
use crate::text::Texts;

/// What the consent screen asks this person.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the provider wants to do; the citizen may leave out some of it.
    pub actions: Actions,
    /// With whose mailbox.
    pub kind: Kind,
    /// For how long.
    pub term: Term,
    /// Until when, were it agreed now; what it merges with keeps a later end of its own.
    pub until: Timestamp,
    /// The mailboxes that fit; none means that the person cannot answer for such a mailbox.
    pub candidates: Vec<Candidate>,
    /// Whether mailboxes would fit, and the application is not open to this person yet: it is tried out, or in pilot.
    pub closed: bool,
    /// The sender organizations that have written to any of them, by number; each may be left out.
    pub senders: Vec<KnownSender>,
}

/// A mailbox that the person could choose.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The mailbox, as this person knows it.
    pub id: String,
    /// Whose it is.
    pub holder: Holder,
    /// Whether senders may write; a citizen's must be activated before a consent makes sense.
    pub active: bool,
    /// What the same application may do there now; `None` if nothing.
    pub before: Option<Before>,
}

/// What an application may do before it is decided again.
#[derive(Clone, Debug)]
pub struct Before {
    /// What it may do.
    pub actions: Actions,
    /// What it had asked and may not do.
    pub left_out: Actions,
    /// Until when.
    pub until: Timestamp,
    /// Whether the request merges with the grant that it stands under.
    pub merged: bool,
    /// The sender organizations that are left out.
    pub withheld: BTreeSet<EnterpriseNumber>,
}

/// A sender organization that a citizen may leave out.
#[derive(Clone, Debug)]
pub struct KnownSender {
    /// Its CBE number.
    pub number: EnterpriseNumber,
    /// Its name by language.
    pub name: Texts,
}

impl Question {
    /// Those of the actions asked that the citizen adds by a choice of their own.
    pub fn own_choices(&self) -> Actions {
        self.actions.and(Action::ALL.into_iter().filter(|action| action.is_own_choice()).collect())
    }

    /// Those that may be left out: all but seeing that there are messages.
    pub fn may_leave_out(&self) -> Actions {
        self.actions.without(self.own_choices()).without([Action::List].into_iter().collect())
    }
}

impl CitizenAccess {
    /// What the consent screen asks.
    pub async fn question(&self, request: &RequestAccess) -> Result<Question, Error> {
        let now = self.hub.now();
        let asked = request.asked()?;
        let db = &self.hub.parts().db;
        let (mut candidates, mut senders, mut closed) = (Vec::new(), Vec::<KnownSender>::new(), false);
        let fitting = |view: &MailboxView| view.kind == asked.kind && view.decides && view.open;
        for (mailbox, view) in self.mailboxes().await?.into_iter().filter(|(_, view)| fitting(view)) {
            if !self.may_open(&mut db.read().await?, request, mailbox).await? {
                closed = true;
                continue;
            }
            let sight = self.sight_of(mailbox).await?;
            let known = db.senders_in(sight, now).await?;
            for sender in known.into_iter().map(KnownSender::read) {
                senders.push(sender?);
            }
            candidates.push(Candidate {
                active: view.kind == Kind::Enterprise || view.activated_at.is_some(),
                holder: view.holder,
                before: self.before(request, mailbox).await?,
                id: view.id,
            });
        }
        senders.sort_by_key(|sender| sender.number);
        senders.dedup_by_key(|sender| sender.number);
        Ok(Question {
            actions: asked.actions,
            kind: asked.kind,
            until: asked.term.until(now).ok_or_else(|| Error::internal("no such day"))?,
            term: asked.term,
            closed: closed && candidates.is_empty(),
            candidates,
            senders,
        })
    }

    /// Why this person cannot answer the request at all, as its reason: another person was expected, or the grant that
    /// it names is not this person's.
    pub async fn obstacle(&self, request: &RequestAccess) -> Result<Option<&'static str>, Error> {
        let mut tx = self.hub.parts().db.read().await?;
        self.obstacle_in(&mut tx, request).await
    }

    pub(super) async fn obstacle_in(
        &self,
        tx: &mut Tx,
        request: &RequestAccess,
    ) -> Result<Option<&'static str>, Error> {
        if let Some(sealed) = &request.row.expected_person
            && !self.is_expected(tx, request, sealed).await?
        {
            return Ok(Some(Rejection::OtherPerson.reason()));
        }
        let Some(asked) = request.row.asked_grant else {
            return Ok(None);
        };
        let own = tx.grant(asked).await?.is_some_and(|grant| grant.person == self.session.person);
        Ok((!own).then_some(OTHER_GRANT))
    }

    async fn is_expected(&self, tx: &mut Tx, request: &RequestAccess, sealed: &[u8]) -> Result<bool, Error> {
        let parts = self.hub.parts();
        let aad = column_aad("authorization_request", "expected_person", &request.row.request_hash.0);
        let digits = parts.keys.current().open(Purpose::SsinSeal, &aad, sealed).map_err(Error::internal)?;
        let today = parts.clock.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let ssin = std::str::from_utf8(&digits).ok().and_then(|digits| Ssin::parse(digits, today).ok());
        let expected = ssin.ok_or_else(|| request.corrupt())?;
        let found = mailbox::find(tx, parts, &Number::Ssin(expected)).await?;
        Ok(found.is_some_and(|mailbox| mailbox.id == self.session.person))
    }

    async fn before(&self, request: &RequestAccess, mailbox: MailboxId) -> Result<Option<Before>, Error> {
        let mut tx = self.hub.parts().db.read().await?;
        let row = tx.consent_of(mailbox, request.application.id, self.hub.now()).await?;
        let Some(row) = row.filter(|row| row.lives(self.hub.now())) else {
            return Ok(None);
        };
        let withheld: Option<_> = tx.withheld_of(mailbox, row.id).await?.into_iter().collect();
        let withheld = withheld.ok_or_else(|| row.corrupt())?;
        let left_out = row.asked.unwrap_or(row.actions).without(row.actions);
        let merged = request.row.grant_action.as_deref() == Some("merge")
            && request.row.asked_grant == Some(row.grant_id);
        Ok(Some(Before { actions: row.actions, left_out, until: row.until, merged, withheld }))
    }
}

impl KnownSender {
    pub(super) fn read((number, name): (String, String)) -> Result<Self, Error> {
        let corrupt = || Error::Corrupt { table: "sender_organization", id: number.clone() };
        Ok(Self {
            name: serde_json::from_str(&name).map_err(|_| corrupt())?,
            number: EnterpriseNumber::parse(&number).map_err(|_| corrupt())?,
        })
    }
}
