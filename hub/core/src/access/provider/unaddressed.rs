//! A reply whose form says only at its end, perhaps, which message it answers.

use super::{Granted, ProviderAccess, SentReply};
use crate::access::intake::Intake;
use crate::access::reply::{Answering, Kept};
use crate::clock::Timestamp;
use crate::consent::Action;
use crate::error::Error;
use crate::reply::{Answerer, ReplyDraft};

/// A reply that is coming in; what it answers is not known yet.
pub struct UnaddressedReply<'a> {
    access: &'a ProviderAccess,
    granted: Granted,
    intake: Intake,
}

impl ProviderAccess {
    /// Begins a reply to some message of a mailbox under an idempotency key.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`crate::error::Conflict::StillRunning`].
    pub async fn begin_unaddressed(&self, mailbox: &str, key: &str) -> Result<UnaddressedReply<'_>, Error> {
        let granted = self.permitted(mailbox, Action::Reply).await?;
        // A key is one mailbox's: what was sent for another citizen says nothing here.
        let owner = format!("registry reply {} {}", self.client_id, granted.mailbox.0);
        let intake = Intake::begin(&self.hub, &owner, key).await?;
        Ok(UnaddressedReply { access: self, granted, intake })
    }
}

impl UnaddressedReply<'_> {
    /// Where its parts go.
    pub fn intake(&mut self) -> &mut Intake {
        &mut self.intake
    }

    /// What was sent under this key before, whatever it was.
    ///
    /// # Errors
    /// [`Error::Internal`] if what is kept under the key is no reply.
    pub fn earlier(&self) -> Result<Option<SentReply>, Error> {
        let Some(answer) = self.intake.earlier() else { return Ok(None) };
        let kept: Kept = serde_json::from_str(answer).map_err(Error::internal)?;
        Ok(Some(self.access.sent(kept.id, kept.at)))
    }

    /// Gives it up: what it stored is removed and its idempotency key is free when this ends.
    pub async fn abandon(self) {
        self.intake.abandon().await;
    }

    /// Sends it as the answer to that message; gives it, and until when its receiver can fetch it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`crate::error::Conflict::NotAnswerable`]; [`Error::Invalid`] with everything that is wrong.
    pub async fn send(self, message: &str, draft: &ReplyDraft) -> Result<(SentReply, Timestamp), Error> {
        let (access, granted) = (self.access, self.granted);
        let number = match access.view(&granted).number(message) {
            Ok(number) => number,
            Err(error) => {
                self.intake.abandon().await;
                return Err(error);
            }
        };
        let answering = Answering {
            sight: granted.sight(),
            number,
            by: Answerer::Application(access.application),
            marker: access.marker(),
        };
        let parts = access.hub.parts();
        let (Kept { id, at }, _) = answering.send(&access.hub, self.intake, draft).await?;
        let (_, kind) = answering.answerable(parts).await?;
        let until = kind.expiry(at).ok_or_else(|| Error::internal("the calendar ends"))?;
        Ok((access.sent(id, at), until))
    }
}
