//! Taking back a message that nobody has opened.

use super::SenderAccess;
use crate::clock::Timestamp;
use crate::error::{Conflict, Error};
use crate::message::reading::{self, Sight};
use crate::message::rules::{Findings, check_texts};
use crate::message::withdrawing::Withdrawing;
use crate::message::{Flags, REASON_LENGTH, Sent, Withdrawable};
use crate::text::Texts;

/// A message that its sender withdrew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// The message, as the sender organization knows it.
    pub message_id: String,
    /// Since when.
    pub at: Timestamp,
}

impl SenderAccess {
    /// Withdraws a publication of this application: its content is destroyed, and the mailbox says who withdrew it, when,
    /// and for which reason. Withdrawing again gives the first answer again, whatever the reason.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, also if it is somebody else's; [`Error::Invalid`] for a reason that is none, and
    /// for a type that is not registered for it any more; [`Error::Conflict`] if a person has opened or answered it, if it is
    /// registered mail, was not delivered, or has expired.
    pub async fn withdraw(&self, message_id: &str, reason: &Texts) -> Result<Withdrawn, Error> {
        let mut findings = Findings::default();
        check_texts(reason, "reason", REASON_LENGTH, &mut findings);
        findings.into_result()?;
        let (publication, sent) = self.sent(message_id).await?;
        let (Some(mailbox), Some(number)) = (sent.mailbox_id, sent.number) else {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        };
        let sight = Sight::whole(mailbox);
        self.must_be_registered(&sent, (sight, number)).await?;
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;

        tx.lock_mailbox(mailbox).await?;
        let now = parts.clock.now();
        let sent = tx.sent_now(&self.client_id, publication).await?.ok_or(Error::NotFound("message"))?;
        let message = reading::head(&mut tx, sight, number, now).await?;
        let flags = message.as_ref().map(|message| message.headline.flags);
        let withdrawable = Withdrawable {
            withdrawn_at: sent.withdrawn_at,
            opened_at: sent.opened_at,
            answered: tx.count_replies(mailbox, number).await? > 0,
            there: message.is_some(),
            registered_mail: flags.is_some_and(|flags| flags.has(Flags::REGISTERED_MAIL)),
        };
        let at = match (withdrawable.check()?, message) {
            (Some(at), _) => at,
            (None, None) => return Err(Error::Conflict(Conflict::AlreadyOver)),
            (None, Some(message)) => {
                let application = &self.client_id;
                let withdrawing = Withdrawing { mailbox, message: &message, reason, application };
                withdrawing.perform(&mut tx, parts, now).await?;
                now
            }
        };

        tx.commit().await?;
        self.hub.bell().ring();
        Ok(Withdrawn { message_id: message_id.to_owned(), at })
    }

    /// Refuses an application that may not publish messages of that type for that organization now. What is withdrawn or
    /// gone is only answered.
    async fn must_be_registered(&self, sent: &Sent, (sight, number): (Sight, i64)) -> Result<(), Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.read().await?;
        let message = reading::head(&mut tx, sight, number, now).await?;
        let Some(message) = message.filter(|_| sent.withdrawn_at.is_none()) else { return Ok(()) };
        let message_type = &message.headline.message_type;
        let registered = tx.trio(&sent.organization, &self.client_id, message_type, now).await?;
        tx.commit().await?;

        if registered.is_some() {
            return Ok(());
        }
        self.refused("withdraw").await?;
        let detail = "the type of this message is not registered for this application any more";
        Err(Error::invalid("trioNotRegistered", "messageId", detail))
    }
}
