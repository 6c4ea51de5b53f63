//! An application reads with its own token, also while its users are away: mailboxes whose consent says so (TRUST T5).
//!
//! There is no list of what such a token opens: every question looks at the consent of the mailbox it is about, in one
//! statement with token, certificate and provider. Whatever that does not open is not found.

use uuid::Uuid;

use super::list::page_size;
use super::{Granted, OpenMailbox, ProviderAccess};
use crate::consent::Action;
use crate::error::Error;
use crate::id::MailboxId;
use crate::journal::Disclosed;
use crate::mailbox::Kind;
use crate::outside::OutsideKind;
use crate::provider::Reach;
use crate::token::{ProviderGuard, SynchronisedRow};

/// A page of the mailboxes that a token opens.
#[derive(Clone, Debug)]
pub struct MailboxPage {
    /// The mailboxes, in an order of their own.
    pub items: Vec<OpenMailbox>,
    /// How many a page holds at most.
    pub size: usize,
    /// Mailboxes on all pages, where that is known without counting.
    pub total: Option<usize>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl ProviderAccess {
    /// A page of the mailboxes that this token opens: of a grant, one for each of its consents, whatever action it has; of
    /// the application's own token, those whose consent includes `synchronise`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if nothing could stand behind the token; [`Error::Invalid`] for a size out of range or a cursor of
    /// another application.
    pub async fn mailboxes(&self, size: Option<usize>, after: Option<&str>) -> Result<MailboxPage, Error> {
        let size = page_size(size)?;
        let after = after.map(|cursor| self.mailbox_after(cursor)).transpose()?;
        let after = after.unwrap_or(MailboxId(Uuid::nil()));
        let (mut found, total) = if self.synchronises() {
            (self.synchronised_after(after, size + 1).await?, None)
        } else if self.granted.is_empty() {
            return Err(super::NO_CONSENT);
        } else {
            let rest = self.granted.iter().filter(|granted| granted.mailbox > after);
            (rest.copied().take(size + 1).collect(), Some(self.granted.len()))
        };
        let more = found.len() > size;
        found.truncate(size);

        let mut items = Vec::with_capacity(found.len());
        for granted in &found {
            items.push(self.open_mailbox(granted).await?);
            self.note(granted, Disclosed::Summary)?;
        }
        let last = found.last().filter(|_| more);
        Ok(MailboxPage { items, size, total, next: last.map(|granted| self.mailbox_cursor(granted.mailbox)) })
    }

    /// Whether this is an application's own token that may read with it.
    pub(super) fn synchronises(&self) -> bool {
        self.granted.is_empty() && self.needs("synchronise").is_ok()
    }

    /// The consent that lets an application's own token do `action` with the mailbox of that outside id.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any mailbox whose consent does not include `synchronise` at this moment, then
    /// [`Error::Forbidden`]; [`Error::Token`] if the token itself ended meanwhile.
    pub(super) async fn synchronised(&self, mailbox: &str, action: Action) -> Result<Granted, Error> {
        let unknown = || Error::NotFound("mailbox");
        let block =
            self.hub.outside().open(&self.party, OutsideKind::Mailbox, mailbox).ok_or_else(unknown)?;
        let opened = self.open_to_itself(MailboxId(Uuid::from_bytes(block))).await?;
        let granted = opened.ok_or_else(unknown)?;
        if granted.actions.contains(action) { Ok(granted) } else { Err(Error::Forbidden(action.name())) }
    }

    /// The consent that opens a mailbox to the application's own token at this moment, if there is one.
    ///
    /// # Errors
    /// [`Error::Token`] if the token itself ended meanwhile.
    pub(super) async fn open_to_itself(&self, mailbox: MailboxId) -> Result<Option<Granted>, Error> {
        let row = self.hub.parts().db.guard_synchronise(self.proof.token, mailbox, self.now).await?;
        let row = ProviderGuard::synchronising(row, &self.proof.presented(self.now)).map_err(Error::Token)?;
        Ok(row.as_ref().and_then(Granted::behind))
    }

    async fn synchronised_after(&self, after: MailboxId, limit: usize) -> Result<Vec<Granted>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let choice = (self.reach == Reach::TestMailboxes, limit);
        let db = &self.hub.parts().db;
        let rows = db.synchronised_after(self.application, after, choice, self.now).await?;
        rows.iter().map(Granted::synchronised).collect()
    }

    fn mailbox_cursor(&self, last: MailboxId) -> String {
        let (incarnation, application) = (self.hub.incarnation(), self.application.0);
        let plain = [incarnation, application, last.0].map(Uuid::into_bytes).concat();
        self.hub.cursors().seal(KIND, &self.party, &plain)
    }

    /// The mailbox after which the page of a cursor begins.
    fn mailbox_after(&self, cursor: &str) -> Result<MailboxId, Error> {
        let plain = self.hub.cursors().open(KIND, &self.party, cursor);
        let read = |plain: &[u8]| {
            let (incarnation, rest) = plain.split_first_chunk::<16>()?;
            let (application, last) = rest.split_first_chunk::<16>()?;
            let last = Uuid::from_slice(last).ok()?;
            let own = application == self.application.0.as_bytes();
            own.then_some((Uuid::from_bytes(*incarnation), MailboxId(last)))
        };
        let (incarnation, last) = plain
            .as_deref()
            .and_then(read)
            .ok_or_else(|| Error::invalid("invalidInput", "?after", "not a cursor of this list"))?;
        if incarnation == self.hub.incarnation() { Ok(last) } else { Err(Error::Resync) }
    }
}

impl Granted {
    fn synchronised(row: &SynchronisedRow) -> Result<Self, Error> {
        let corrupt = || Error::Corrupt { table: "mailbox", id: row.mailbox_id.0.to_string() };
        Ok(Self {
            consent: row.consent_id,
            mailbox: row.mailbox_id,
            kind: Kind::named(&row.kind).ok_or_else(corrupt)?,
            actions: row.actions,
            until: row.until,
            total: row.total,
            unread: row.unread,
            withholds: row.withheld.is_some(),
            partitions: row.partitions,
            version: row.version,
            consent_epoch: row.consent_epoch,
            reference_epoch: row.reference_epoch,
        })
    }
}

const KIND: &str = "mailboxes";
