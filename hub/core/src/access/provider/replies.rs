//! A provider answers messages for its user, and sees what it sent.

use uuid::Uuid;

use super::{Granted, ProviderAccess};
use crate::access::intake::Intake;
use crate::access::reply::{self, Answering, Kept};
use crate::access::shown::ShownAttachment;
use crate::clock::Timestamp;
use crate::consent::Action;
use crate::db::Tx;
use crate::error::Error;
use crate::id::PublicationId;
use crate::journal::Disclosed;
use crate::message::reading;
use crate::outside::OutsideKind;
use crate::reply::{Answerer, ReplyDraft, ReplyRow};

/// A reply that is coming in.
pub struct ReplyUpload<'a> {
    access: &'a ProviderAccess,
    answering: Answering,
    intake: Intake,
}

/// A message whose sender accepts replies.
pub struct Answerable<'a> {
    access: &'a ProviderAccess,
    answering: Answering,
    /// The number of the organization that a reply goes to.
    pub organization: String,
}

/// A reply that was sent, in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentReply {
    /// The reply, as the provider knows it: `rpl_…`.
    pub id: String,
    /// When it was sent.
    pub at: Timestamp,
}

/// A reply that was sent, with its content.
#[derive(Clone, Debug)]
pub struct ReplyView {
    /// The reply.
    pub sent: SentReply,
    /// Its text.
    pub text: String,
    /// Its files.
    pub attachments: Vec<ShownAttachment>,
}

impl ProviderAccess {
    /// Begins a reply to a message under an idempotency key of 1 to 64 printable ASCII characters.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`crate::error::Conflict::NotAnswerable`] if the sender accepts none,
    /// [`crate::error::Conflict::StillRunning`] while the first request with this key runs.
    pub async fn begin_reply(
        &self,
        mailbox: &str,
        message: &str,
        key: &str,
    ) -> Result<ReplyUpload<'_>, Error> {
        self.answerable(mailbox, message).await?.begin(key).await
    }

    /// A message that can be answered.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`crate::error::Conflict::NotAnswerable`] if the sender accepts no reply.
    pub async fn answerable(&self, mailbox: &str, message: &str) -> Result<Answerable<'_>, Error> {
        let granted = self.permitted(mailbox, Action::Reply).await?;
        let answering = Answering {
            sight: granted.sight(),
            number: self.view(&granted).number(message)?,
            by: Answerer::Application(self.application),
            marker: self.marker(),
        };
        let (head, _) = answering.answerable(self.hub.parts()).await?;
        Ok(Answerable { access: self, answering, organization: head.headline.organization })
    }

    /// The replies to a message that this application sent, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn replies(&self, mailbox: &str, message: &str) -> Result<Vec<SentReply>, Error> {
        let granted = self.permitted(mailbox, Action::Reply).await?;
        let number = self.view(&granted).number(message)?;
        let mut tx = self.hub.parts().db.read().await?;
        let rows = self.rows(&mut tx, &granted, number).await?;
        tx.commit().await?;
        self.note(&granted, Disclosed::List { number })?;
        Ok(rows.iter().map(|row| self.sent(row.id.0, row.at)).collect())
    }

    /// A reply that this application sent.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn reply(&self, mailbox: &str, message: &str, reply: &str) -> Result<ReplyView, Error> {
        let granted = self.permitted(mailbox, Action::Reply).await?;
        let view = self.view(&granted);
        let number = view.number(message)?;
        let unknown = || Error::NotFound("reply");
        let block = self.hub.outside().open(&self.party, OutsideKind::Reply, reply).ok_or_else(unknown)?;
        let id = PublicationId(Uuid::from_bytes(block));

        let parts = self.hub.parts();
        let mut tx = parts.db.read().await?;
        let rows = self.rows(&mut tx, &granted, number).await?;
        let row = rows.into_iter().find(|row| row.id == id).ok_or_else(unknown)?;
        let whole = reply::whole(parts, &mut tx, row).await?.ok_or_else(unknown)?;
        tx.commit().await?;

        let files = whole.files.into_iter().map(|part| view.reply_attachment(id, part));
        let attachments = files.collect::<Result<_, _>>()?;
        self.note(&granted, Disclosed::Message { number })?;
        Ok(ReplyView { sent: self.sent(id.0, whole.row.at), text: whole.text, attachments })
    }

    /// The rows of its replies to a message that is there.
    async fn rows(&self, tx: &mut Tx, granted: &Granted, number: i64) -> Result<Vec<ReplyRow>, Error> {
        let head = reading::head(tx, granted.sight(), number, self.now).await?;
        head.ok_or(Error::NotFound("message"))?;
        Ok(tx.replies_sent((granted.mailbox, number), self.application, self.now).await?)
    }

    pub(super) fn sent(&self, id: Uuid, at: Timestamp) -> SentReply {
        SentReply { id: self.hub.outside().seal(&self.party, OutsideKind::Reply, id.into_bytes()), at }
    }
}

impl<'a> Answerable<'a> {
    /// Begins a reply to it under an idempotency key of 1 to 64 printable ASCII characters.
    ///
    /// # Errors
    /// [`crate::error::Conflict::StillRunning`] while the first request with this key runs.
    pub async fn begin(self, key: &str) -> Result<ReplyUpload<'a>, Error> {
        let owner = format!("reply {}", self.access.client_id);
        let intake = Intake::begin(&self.access.hub, &owner, key).await?;
        Ok(ReplyUpload { access: self.access, answering: self.answering, intake })
    }
}

impl ReplyUpload<'_> {
    /// Where its parts go.
    pub fn intake(&mut self) -> &mut Intake {
        &mut self.intake
    }

    /// Gives it up: what it stored is removed and its idempotency key is free when this ends.
    pub async fn abandon(self) {
        self.intake.abandon().await;
    }

    /// Sends it, or gives the first reply under the same key again; says which of the two.
    ///
    /// After an error nothing of it remains and the idempotency key is free.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong; [`crate::error::Conflict::IdempotencyKey`] if the key was used
    /// for something else.
    pub async fn send(self, draft: &ReplyDraft) -> Result<(SentReply, bool), Error> {
        let sent = self.answering.send(&self.access.hub, self.intake, draft).await?;
        let (Kept { id, at }, replayed) = sent;
        Ok((self.access.sent(id, at), replayed))
    }
}
