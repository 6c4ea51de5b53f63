//! A provider lists what other document providers keep for a mailbox.

use uuid::Uuid;

use super::list::page_size;
use super::{Granted, ProviderAccess};
use crate::consent::Action;
use crate::error::Error;
use crate::id::MailboxId;
use crate::journal::Disclosed;
use crate::kept::{self, KeptElsewhere, KeptRow};

/// A page of messages that are kept elsewhere, the newest first.
#[derive(Clone)]
pub struct KeptPage {
    /// The messages.
    pub items: Vec<KeptElsewhere>,
    /// How many a page holds at most.
    pub size: usize,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl ProviderAccess {
    /// A page of the messages that are kept elsewhere for a mailbox.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`] for a size out of range or a cursor that is not of this
    /// list.
    pub async fn kept_elsewhere(
        &self,
        mailbox: &str,
        size: Option<usize>,
        after: Option<&str>,
    ) -> Result<KeptPage, Error> {
        let granted = self.permitted(mailbox, Action::List).await?;
        let size = page_size(size)?;
        let below = after.map(|cursor| self.kept_after(&granted, cursor)).transpose()?;
        let (rows, more) = kept::page(&self.hub.parts().db, granted.sight(), (below, size), self.now).await?;

        let what =
            rows.first().map_or(Disclosed::Nothing, |newest| Disclosed::List { number: newest.number });
        let last = rows.last().filter(|_| more).map(|last| last.number);
        let items = rows.into_iter().map(|row| self.shown_kept(granted.mailbox, row));
        let items = items.collect::<Result<_, _>>()?;
        self.note(&granted, what)?;
        Ok(KeptPage { items, size, next: last.map(|number| self.kept_cursor(&granted, number)) })
    }

    /// A message that is kept elsewhere, as this caller is shown it.
    pub(super) fn shown_kept(&self, mailbox: MailboxId, row: KeptRow) -> Result<KeptElsewhere, Error> {
        let id = self.hub.outside().seal_kept(&self.party, mailbox.0, row.number);
        let message_id = Some(row.message_id.clone()).filter(|_| self.own);
        row.shown(id, message_id)
    }

    fn kept_cursor(&self, granted: &Granted, number: i64) -> String {
        let place = [self.hub.incarnation(), granted.mailbox.0].map(Uuid::into_bytes).concat();
        let plain = [place.as_slice(), &number.to_be_bytes()].concat();
        self.hub.cursors().seal(CURSOR, &self.party, &plain)
    }

    fn kept_after(&self, granted: &Granted, cursor: &str) -> Result<i64, Error> {
        let wrong = || Error::invalid("invalidInput", "?after", "not a cursor of this list");
        let plain = self.hub.cursors().open(CURSOR, &self.party, cursor).ok_or_else(wrong)?;
        let (incarnation, rest) = plain.split_first_chunk::<16>().ok_or_else(wrong)?;
        let (mailbox, number) = rest.split_first_chunk::<16>().ok_or_else(wrong)?;
        if mailbox != granted.mailbox.0.as_bytes() {
            return Err(wrong());
        }
        if incarnation != self.hub.incarnation().as_bytes() {
            return Err(Error::Resync);
        }
        Ok(i64::from_be_bytes(number.try_into().map_err(|_| wrong())?))
    }
}

const CURSOR: &str = "keptElsewhere";
