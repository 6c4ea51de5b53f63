//! A provider fetches a message as one document: its words at once, its files one after the other while it goes out.

use super::ProviderAccess;
use crate::access::shown::{Attention, Content, ShownMessage};
use crate::error::{Conflict, Error, TokenRefusal};
use crate::token::ProviderGuard;

/// A message with its words, the list of its files, and the first of these.
pub struct Letter {
    /// The message.
    pub message: ShownMessage,
    /// The main file, or the first one if the text is the main content: fetched and disclosed with the words.
    pub first: Option<Content>,
}

impl ProviderAccess {
    /// A message with its body, the list of its files, and the first of them. The first answer with content makes it
    /// retrieved; of what cannot be fetched nothing is disclosed.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Error::Internal`] if the first file is damaged or gone.
    pub async fn letter(&self, mailbox: &str, message: &str) -> Result<Letter, Error> {
        match self.letter_now(mailbox, message).await {
            // Withdrawn meanwhile: what is there now is shown.
            Err(Error::Conflict(Conflict::Withdrawn) | Error::NotFound("attachment")) => {
                self.letter_now(mailbox, message).await
            }
            other => other,
        }
    }

    async fn letter_now(&self, mailbox: &str, message: &str) -> Result<Letter, Error> {
        let read = self.read_message(mailbox, message).await?;
        let files = &read.value.attachments;
        let first = files.iter().find(|file| file.main).or_else(|| files.first()).map(|file| file.id.clone());
        let fetched = match first {
            Some(id) => Some(self.file(mailbox, message, &id).await?.fetch(None).await?),
            None => None,
        };
        let message = self.show_message(read).await?;
        let first = match fetched {
            Some(fetched) => Some(fetched.disclose().await?),
            None => None,
        };
        Ok(Letter { message, first })
    }

    /// The same access as it is now, for an answer that goes out piece by piece: what has ended since it began, by an act or
    /// by time, stops it (TRUST T6).
    ///
    /// # Errors
    /// [`Error::Token`].
    pub async fn again(&self) -> Result<Self, Error> {
        let now = self.hub.now();
        let rows = self.hub.guards().provider(self.proof.token).await?;
        match ProviderGuard::standing(rows, &self.proof.presented(now)) {
            Ok(standing) => Self::of(&self.hub, &standing, self.proof.clone(), now),
            Err(why) => self.refused_again(why).await,
        }
    }

    async fn refused_again<T>(&self, why: TokenRefusal) -> Result<T, Error> {
        self.hub.record_refusal(self.role(), &self.client_id, "token").await?;
        Err(Error::Token(why))
    }

    /// A person as this caller is shown them: to a provider no number leaves.
    pub(super) fn attention(&self, of: Attention) -> Attention {
        Attention {
            name: of.name,
            person: of.number.as_deref().filter(|_| !self.own).map(|number| self.person(number)),
            number: of.number.filter(|_| self.own),
        }
    }
}
