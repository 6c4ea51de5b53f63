//! Cursors of a mailbox's list: sealed for the party that reads, good for one mailbox, one question and one life of
//! the data.

use uuid::Uuid;

use crate::error::Error;
use crate::hub::Hub;
use crate::id::MailboxId;
use crate::message::question::Question;
use crate::outside::OutsideParty;

/// A list that somebody walks through.
pub(crate) struct Walk<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) party: &'a OutsideParty,
    pub(crate) mailbox: MailboxId,
    question: [u8; 16],
}

impl<'a> Walk<'a> {
    /// The walk through the answers to a question.
    pub(crate) fn new(
        hub: &'a Hub,
        party: &'a OutsideParty,
        mailbox: MailboxId,
        question: &Question,
    ) -> Result<Self, Error> {
        Ok(Self { hub, party, mailbox, question: question.mark()? })
    }

    /// The cursor of the page that begins beyond a number.
    pub(crate) fn sealed(&self, beyond: i64) -> String {
        let (incarnation, mailbox) = (self.hub.incarnation(), self.mailbox.0);
        let fields: [&[u8]; 4] =
            [incarnation.as_bytes(), mailbox.as_bytes(), &self.question, &beyond.to_be_bytes()];
        self.hub.cursors().seal(KIND, self.party, &fields.concat())
    }

    /// The number beyond which the page of a cursor begins.
    ///
    /// # Errors
    /// [`Error::Resync`] for a cursor from before a restore, [`Error::Invalid`] for one of another list, question or
    /// party.
    pub(crate) fn opened(&self, cursor: &str) -> Result<i64, Error> {
        let plain = self.hub.cursors().open(KIND, self.party, cursor);
        let (incarnation, beyond) = plain
            .as_deref()
            .and_then(|plain| self.read(plain))
            .ok_or_else(|| Error::invalid("invalidInput", "?after", "not a cursor of this list"))?;
        if incarnation == self.hub.incarnation() { Ok(beyond) } else { Err(Error::Resync) }
    }

    fn read(&self, plain: &[u8]) -> Option<(Uuid, i64)> {
        let (incarnation, rest) = plain.split_first_chunk::<16>()?;
        let (mailbox, rest) = rest.split_first_chunk::<16>()?;
        let (question, beyond) = rest.split_first_chunk::<16>()?;
        let beyond = i64::from_be_bytes(beyond.try_into().ok()?);
        let ours = mailbox == self.mailbox.0.as_bytes() && *question == self.question;
        ours.then_some((Uuid::from_bytes(*incarnation), beyond))
    }
}

const KIND: &str = "messages";
