//! A citizen answers a message in the portal, and sees what was answered.

use super::CitizenAccess;
use crate::access::intake::Intake;
use crate::access::reply::{self, Answering};
use crate::access::shown::View;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::MailboxId;
use crate::message::marking::Marker;
use crate::message::reading;
use crate::reply::{Answerer, ReplyDraft};

/// A reply to a message, whoever sent it.
#[derive(Clone, Debug)]
pub struct AnsweredWith {
    /// When.
    pub at: Timestamp,
    /// Its text.
    pub text: String,
    /// The names of its files.
    pub files: Vec<String>,
}

impl CitizenAccess {
    /// Answers a message with a text; `key` is of this form, which may be sent twice.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`] for a text that is empty or too long,
    /// [`crate::error::Conflict::NotAnswerable`] if the sender accepts none, or no more.
    pub async fn reply(&self, mailbox: &str, message: &str, text: &str, key: &str) -> Result<(), Error> {
        let (mailbox, number) = self.message_place(mailbox, message)?;
        let person = self.session.person;
        let answering = Answering {
            sight: self.sight(mailbox),
            number,
            by: Answerer::Person(person),
            marker: Marker { role: "citizen", actor: person.0.to_string() },
        };
        answering.answerable(self.hub.parts()).await?;
        let intake = Intake::begin(&self.hub, &format!("portal {}", person.0), key).await?;
        let draft = ReplyDraft { text: text.to_owned(), attachments: Vec::new() };
        answering.send(&self.hub, intake, &draft).await?;
        Ok(())
    }

    /// The replies to a message, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn replies(&self, mailbox: &str, message: &str) -> Result<Vec<AnsweredWith>, Error> {
        let (mailbox, number) = self.message_place(mailbox, message)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.read().await?;
        let head = reading::head(&mut tx, self.sight(mailbox), number, now).await?;
        head.ok_or(Error::NotFound("message"))?;
        let mut replies = Vec::new();
        for row in tx.replies_to((mailbox, number), now).await? {
            let Some(whole) = reply::whole(parts, &mut tx, row).await? else { continue };
            let files = whole.files.into_iter().filter_map(|part| part.file_name).collect();
            replies.push(AnsweredWith { at: whole.row.at, text: whole.text, files });
        }
        tx.commit().await?;
        Ok(replies)
    }

    /// Random bytes for a form, so that each has its own key.
    pub fn nonce(&self) -> [u8; 16] {
        self.hub.random().bytes()
    }

    fn message_place(&self, mailbox: &str, message: &str) -> Result<(MailboxId, i64), Error> {
        let mailbox = self.acted_for(mailbox)?;
        let party = self.party();
        let number = View { outside: self.hub.outside(), party: &party, mailbox }.number(message)?;
        Ok((mailbox, number))
    }
}
