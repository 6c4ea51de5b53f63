//! Deciding a request: agreeing is one transaction that makes the consents, their grant and the code.

use std::collections::BTreeSet;

use super::visiting::RequestAccess;
use super::{CitizenAccess, Question};
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::consent::{
    Actions, By, Clerk, Ending, Entry, Happened, NewConsent, Rejection, Screen, Term, Terms,
};
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::id::{ApplicationId, ConsentId, GrantId, MailboxId, Sha256};
use crate::mailbox::Mailbox;
use crate::number::EnterpriseNumber;
use crate::partition::PartitionSet;
use crate::request::{CODE_FOR, Stage};
use crate::token::Secret;

/// What the citizen chose on the screen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// For which mailboxes, as this person knows them: at least one.
    pub mailboxes: Vec<String>,
    /// What the provider may do: of what it asked, without what was left out, with what was added.
    pub actions: Actions,
    /// The sender organizations whose messages it does not see.
    pub withheld: BTreeSet<EnterpriseNumber>,
}

/// Where the browser goes after the decision: parameters for the redirect URI.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The registered redirect URI.
    pub redirect_uri: String,
    /// `code` or `error`, `state`, `iss` (RFC 9207).
    pub query: Vec<(&'static str, String)>,
}

impl CitizenAccess {
    /// Whether this session came from a login made for this request, in the browser that has it.
    pub fn may_decide(&self, request: &RequestAccess) -> bool {
        self.session.request_hash == Some(request.row.request_hash)
            && request.row.stage(request.browser, self.hub.now()) == Stage::Bound
    }

    /// Agrees: a consent exists for each chosen mailbox, earlier ones for the same application are superseded, or
    /// changed if the request merges with or replaces their grant; the code is made.
    ///
    /// `screen` is the page that was shown, kept byte for byte.
    ///
    /// # Errors
    /// [`Conflict::AlreadyOver`] if the request was decided or its time is over; [`Error::Forbidden`] without a
    /// login for this request, or for a person who may not answer it; [`Error::NotFound`] for a mailbox that does not
    /// fit; [`Error::Invalid`] for a choice that was not offered.
    pub async fn agree(
        &self,
        request: &RequestAccess,
        chosen: &Chosen,
        screen: &Screen,
        issuer: &str,
    ) -> Result<Decision, Error> {
        let browser = self.deciding_browser(request)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let question = self.question(request).await?;
        let mailboxes = self.checked(&question, chosen)?;
        let until = until(&question, screen, now)?;
        let terms = Terms {
            asked: question.actions,
            actions: chosen.actions,
            until,
            withheld: chosen.withheld.clone(),
            partitions: PartitionSet::ALL,
        };
        let code = Secret::new("fac_", &parts.random);
        let grant = request.row.asked_grant.unwrap_or_else(|| GrantId(parts.random.id(now)));

        let mut tx = parts.db.write().await?;
        for locked in self.lock_with_own(&mut tx, &mailboxes).await? {
            if !locked.accepts_mail() || !self.may_open(&mut tx, request, locked.id).await? {
                return Err(Error::NotFound("mailbox"));
            }
        }
        if self.obstacle_in(&mut tx, request).await?.is_some() {
            return Err(Error::Forbidden("answering this request"));
        }
        let code_until = (code.hash(), now.plus(CODE_FOR));
        if !tx.agree_request((request.row.request_hash, browser), grant, code_until, now).await? {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }
        self.fill(&mut tx, (request, grant), (&mailboxes, &terms, screen), now).await?;
        tx.commit().await?;

        let mut query = vec![("code", code.expose().to_owned())];
        query.extend(request.row.state.clone().map(|state| ("state", state)));
        query.push(("iss", issuer.to_owned()));
        Ok(Decision { redirect_uri: request.row.redirect_uri.clone(), query })
    }

    /// Refuses: the request is over and the provider is told `access_denied`.
    ///
    /// # Errors
    /// As for [`agree`](Self::agree).
    pub async fn refuse(&self, request: &RequestAccess, issuer: &str) -> Result<Decision, Error> {
        self.deciding_browser(request)?;
        let asked = request.asked()?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        self.close(&mut tx, request, ("refused", Rejection::Refused.reason()), now).await?;
        let terms = Terms {
            asked: asked.actions,
            actions: asked.actions,
            until: asked.term.until(now).unwrap_or(now),
            withheld: BTreeSet::new(),
            partitions: PartitionSet::ALL,
        };
        let entry = Entry { application: request.application.id, terms: &terms, screen: None };
        let place = (self.session.person, ConsentId(parts.random.id(now)));
        self.clerk(now).enter(&mut tx, place, Happened::Rejected(Rejection::Refused), &entry).await?;
        tx.commit().await?;
        Ok(Decision {
            redirect_uri: request.row.redirect_uri.clone(),
            query: request.refusal_redirect(issuer),
        })
    }

    /// Ends a request that this person cannot answer, for the reason that [`obstacle`](Self::obstacle) gave; the
    /// request's page says so from now on.
    ///
    /// # Errors
    /// As for [`agree`](Self::agree).
    pub async fn turn_away(&self, request: &RequestAccess, reason: &'static str) -> Result<(), Error> {
        self.deciding_browser(request)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        self.close(&mut tx, request, ("rejected", reason), now).await?;
        let act = self.act(reason, request.application.id.0.to_string());
        tx.record(parts.random.id(now), Some(self.session.person), now, act).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(crate) fn act(&self, action: &'static str, object: String) -> Act<'static> {
        Act { role: "citizen", actor: self.session.person.0.to_string(), action, object }
    }

    /// Whoever acts on consents by this session.
    pub(super) fn clerk(&self, now: Timestamp) -> Clerk<'_> {
        let by = By::Citizen { person: self.session.person, acr: &self.session.acr };
        Clerk { parts: self.hub.parts(), by, now }
    }

    /// Locks mailboxes, and the person's own, by which a person who may not act any more is known; all in the order of
    /// whoever locks several.
    pub(super) async fn lock_with_own(
        &self,
        tx: &mut Tx,
        mailboxes: &BTreeSet<MailboxId>,
    ) -> Result<Vec<Mailbox>, Error> {
        let own = self.session.person;
        let mut wanted = Vec::new();
        for mailbox in mailboxes.iter().copied().chain([own]).collect::<BTreeSet<_>>() {
            let locked = tx.lock_mailbox(mailbox).await?.ok_or(Error::NotFound("mailbox"))?;
            if mailbox == own && !locked.holder_may_act() {
                return Err(Error::Forbidden("acting"));
            }
            if mailboxes.contains(&mailbox) {
                wanted.push(locked);
            }
        }
        Ok(wanted)
    }

    async fn close(
        &self,
        tx: &mut Tx,
        request: &RequestAccess,
        how: (&'static str, &'static str),
        now: Timestamp,
    ) -> Result<(), Error> {
        let browser = self.deciding_browser(request)?;
        if tx.refuse_request((request.row.request_hash, browser), how, now).await? {
            return Ok(());
        }
        Err(Error::Conflict(Conflict::AlreadyOver))
    }

    fn deciding_browser(&self, request: &RequestAccess) -> Result<Sha256, Error> {
        if self.session.request_hash != Some(request.row.request_hash) {
            return Err(Error::Forbidden("deciding without a login for this request"));
        }
        match (request.row.stage(request.browser, self.hub.now()), request.browser) {
            (Stage::Bound, Some(browser)) => Ok(browser),
            (Stage::Agreed | Stage::Refused | Stage::Rejected | Stage::Lapsed, _) => {
                Err(Error::Conflict(Conflict::AlreadyOver))
            }
            _ => Err(Error::Forbidden("deciding in another browser")),
        }
    }

    /// The chosen mailboxes, in the order in which they are locked; everything chosen was offered.
    fn checked(&self, question: &Question, chosen: &Chosen) -> Result<BTreeSet<MailboxId>, Error> {
        let offered = question.actions;
        let enough = !chosen.actions.without(question.own_choices()).is_empty();
        if !enough || !chosen.actions.without(offered).is_empty() {
            return Err(Error::invalid("invalidInput", "actions", "more or less than was offered"));
        }
        if !chosen
            .withheld
            .iter()
            .all(|number| question.senders.iter().any(|sender| sender.number == *number))
        {
            return Err(Error::invalid("invalidInput", "withheld", "a sender that was not offered"));
        }
        let fits =
            |id: &String| question.candidates.iter().any(|fitting| fitting.id == *id && fitting.active);
        if chosen.mailboxes.is_empty() || !chosen.mailboxes.iter().all(fits) {
            return Err(Error::NotFound("mailbox"));
        }
        chosen.mailboxes.iter().map(|id| self.own_mailbox_id(id)).collect()
    }

    /// The terms limited to the partitions that the consent in whose place they come is limited to: no screen says anything
    /// about partitions, so that none widens it.
    async fn within_partitions(
        &self,
        tx: &mut Tx,
        (mailbox, application): (MailboxId, ApplicationId),
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Terms, Error> {
        let old = tx.consent_of(mailbox, application, now).await?;
        let old = old.filter(|row| row.lives(now) || row.is_suspended(now));
        let partitions = old.map_or(PartitionSet::ALL, |row| row.partitions);
        Ok(Terms { partitions, ..terms.clone() })
    }

    /// Fills the grant with the chosen consents.
    async fn fill(
        &self,
        tx: &mut Tx,
        (request, grant): (&RequestAccess, GrantId),
        (mailboxes, terms, screen): (&BTreeSet<MailboxId>, &Terms, &Screen),
        now: Timestamp,
    ) -> Result<(), Error> {
        let (application, provider) = (request.application.id, request.application.provider);
        let clerk = self.clerk(now);
        let old = if request.row.asked_grant.is_some() {
            tx.consents_of_grant(grant, application, now).await?
        } else {
            tx.insert_grant(grant, (application, provider), self.session.person, now).await?;
            Vec::new()
        };
        for mailbox in mailboxes {
            let terms = &self.within_partitions(tx, (*mailbox, application), terms, now).await?;
            let same = old.iter().find(|row| row.mailbox_id == *mailbox && row.lives(now));
            if let Some(row) = same {
                let mut terms = terms.clone();
                if request.row.grant_action.as_deref() == Some("merge") {
                    terms.actions = terms.actions.or(row.actions);
                    terms.asked = terms.asked.or(row.asked.unwrap_or(row.actions));
                    terms.until = terms.until.max(row.until);
                }
                if clerk.alter(tx, row, &terms, Some(screen)).await? {
                    continue;
                }
            }
            let id = ConsentId(self.hub.random().id(now));
            let (person, terms) = (self.session.person, terms.clone());
            let new = NewConsent { id, mailbox: *mailbox, application, provider, grant, person, terms };
            clerk.give(tx, &new, Some(screen)).await?;
        }
        if request.row.grant_action.as_deref() == Some("replace") {
            for row in old.iter().filter(|row| !mailboxes.contains(&row.mailbox_id)) {
                clerk.end(tx, (row.mailbox_id, row.id), Ending::NewConsent).await?;
            }
        }
        if tx.touch_grant(grant, now).await? != 1 {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }
        // Merging and replacing drop all earlier tokens of the grant (TRUST T9).
        tx.move_token_epoch(grant).await?;
        tx.drop_tokens(grant).await?;
        Ok(())
    }
}

/// The end of a consent given now, which is the one that the screen names.
fn until(question: &Question, screen: &Screen, now: Timestamp) -> Result<Timestamp, Error> {
    let named = match (question.term, screen.until) {
        (Term::Once, None) => Some(question.until),
        (Term::Lasting(_), until) => until.filter(|until| now < *until && *until <= question.until),
        (Term::Once, Some(_)) => None,
    };
    named.ok_or_else(|| Error::invalid("invalidInput", "until", "the screen names another end"))
}
