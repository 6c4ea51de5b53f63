//! Cursors of a mailbox's list: sealed for the party that reads, good for one mailbox and one life of the data.

use uuid::Uuid;

use crate::error::Error;
use crate::hub::Hub;
use crate::id::MailboxId;
use crate::outside::OutsideParty;

/// A list that somebody walks through.
pub(crate) struct Walk<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) party: &'a OutsideParty,
    pub(crate) mailbox: MailboxId,
}

impl Walk<'_> {
    /// The cursor of the page that begins below a number.
    pub(crate) fn sealed(&self, below: i64) -> String {
        let (incarnation, mailbox) = (self.hub.incarnation(), self.mailbox.0);
        let plain = [incarnation.as_bytes().as_slice(), mailbox.as_bytes(), &below.to_be_bytes()].concat();
        self.hub.cursors().seal(KIND, self.party, &plain)
    }

    /// The number below which the page of a cursor begins.
    ///
    /// # Errors
    /// [`Error::Resync`] for a cursor from before a restore, [`Error::Invalid`] for one of another list or party.
    pub(crate) fn opened(&self, cursor: &str) -> Result<i64, Error> {
        let plain = self.hub.cursors().open(KIND, self.party, cursor);
        let (incarnation, below) = plain
            .as_deref()
            .and_then(|plain| self.read(plain))
            .ok_or_else(|| Error::invalid("invalidInput", "?after", "not a cursor of this list"))?;
        if incarnation == self.hub.incarnation() { Ok(below) } else { Err(Error::Resync) }
    }

    fn read(&self, plain: &[u8]) -> Option<(Uuid, i64)> {
        let (incarnation, rest) = plain.split_first_chunk::<16>()?;
        let (mailbox, below) = rest.split_first_chunk::<16>()?;
        let below = i64::from_be_bytes(below.try_into().ok()?);
        (mailbox == self.mailbox.0.as_bytes()).then_some((Uuid::from_bytes(*incarnation), below))
    }
}

const KIND: &str = "messages";
