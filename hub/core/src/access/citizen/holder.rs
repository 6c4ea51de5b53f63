//! Whose mailboxes a person may act for, and what they may do there.

use super::CitizenAccess;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::MailboxId;
use crate::mailbox::{self, Kind, Mailbox};
use crate::mandate::{MandateRole, Represented};
use crate::number::EnterpriseNumber;
use crate::outside::OutsideKind;

/// A mailbox that a citizen may act for.
#[derive(Clone, Debug)]
pub struct MailboxView {
    /// The mailbox, as this person knows it.
    pub id: String,
    /// Whether it is a citizen's or an enterprise's.
    pub kind: Kind,
    /// Whose it is.
    pub holder: Holder,
    /// The roles in which the person acts for it, the strongest first; none for their own.
    pub roles: Vec<MandateRole>,
    /// Whether the person may decide here: about consents, own software, digital mail.
    pub decides: bool,
    /// Whether it takes mail and consents: it is neither a deceased person's nor merged into another.
    pub open: bool,
    /// Since when senders may write; `None` while a citizen is not active.
    pub activated_at: Option<Timestamp>,
    /// Messages in it.
    pub total: i64,
    /// Messages not yet read.
    pub unread: i64,
}

/// Whose mailbox it is, as seen by whoever acts for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The person's own.
    Own,
    /// The person's own under an earlier number, closed when the two were found to be one person's.
    Earlier,
    /// An enterprise's.
    Enterprise {
        /// Its name.
        name: String,
        /// Its number.
        number: EnterpriseNumber,
    },
    /// Another person's.
    Person {
        /// Their name.
        name: String,
    },
}

impl Holder {
    /// The name of the enterprise or the other person.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Own | Self::Earlier => None,
            Self::Enterprise { name, .. } | Self::Person { name } => Some(name),
        }
    }
}

impl CitizenAccess {
    /// The mailboxes that the person may act for: their own first, then those they represent by name.
    pub(crate) async fn mailboxes(&self) -> Result<Vec<(MailboxId, MailboxView)>, Error> {
        let parts = self.hub.parts();
        let represented = parts.db.represented_by(self.session.person, parts.clock.now()).await?;
        let mut tx = parts.db.read().await?;
        let own = tx.mailbox(self.session.person).await?.ok_or(Error::NotFound("mailbox"))?;
        let mut views = vec![(own.id, self.view(&own, Holder::Own, true))];
        for row in tx.merged_into(own.id).await? {
            views.push((row.id, self.view(&row, Holder::Earlier, true)));
        }
        let mut others = Vec::new();
        for one in represented {
            others.extend(self.represented(&mut tx, &one).await?);
        }
        tx.commit().await?;
        for (mailbox, view) in others.iter_mut().filter(|(_, view)| view.kind == Kind::Enterprise) {
            let sight = self.sight_of(*mailbox).await?;
            if !sight.partitions.is_all() {
                (view.total, view.unread, _) = parts.db.counts_without(sight, parts.clock.now()).await?;
            }
        }
        others.sort_by(|(_, one), (_, other)| one.holder.name().cmp(&other.holder.name()));
        views.extend(others);
        Ok(views)
    }

    /// A represented mailbox, and those of the same person that were merged into it.
    async fn represented(
        &self,
        tx: &mut Tx,
        one: &Represented,
    ) -> Result<Vec<(MailboxId, MailboxView)>, Error> {
        let parts = self.hub.parts();
        let Some(row) = tx.mailbox(one.mailbox).await? else {
            return Ok(Vec::new());
        };
        let name = one.name(&parts.keys.current())?;
        let holder = match row.kind() {
            Kind::Citizen => Holder::Person { name },
            Kind::Enterprise => match mailbox::enterprise_number(tx, parts, row.id).await? {
                Some(number) => Holder::Enterprise { name, number },
                None => return Ok(Vec::new()),
            },
        };
        let mut rows = tx.merged_into(row.id).await?;
        rows.insert(0, row);
        let view = |row: &Mailbox| MailboxView {
            roles: one.roles.clone(),
            ..self.view(row, holder.clone(), one.decides())
        };
        Ok(rows.iter().map(|row| (row.id, view(row))).collect())
    }

    /// A mailbox as this person sees it.
    fn view(&self, row: &Mailbox, holder: Holder, decides: bool) -> MailboxView {
        MailboxView {
            id: self.hub.outside().seal(&self.party(), OutsideKind::Mailbox, row.id.0.into_bytes()),
            kind: row.kind(),
            holder,
            roles: Vec::new(),
            decides,
            open: row.state == "open",
            activated_at: row.activated_at,
            total: row.total,
            unread: row.unread,
        }
    }

    /// Refuses who only reads for the mailbox that they act for.
    pub(super) fn must_decide(&self) -> Result<(), Error> {
        if self.session.decides() { Ok(()) } else { Err(Error::Forbidden("deciding for this mailbox")) }
    }
}
