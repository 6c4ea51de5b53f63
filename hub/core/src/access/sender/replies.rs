//! What recipients answered, for the sender application that published the message.

use super::SenderAccess;
use crate::access::reply;
use crate::access::shown::{Content, ShownAttachment, View};
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::PublicationId;
use crate::message::content;
use crate::message::{PartRole, Place};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::reply::ReplyRow;

/// A reply as its receiver sees it.
#[derive(Clone, Debug)]
pub struct ReceivedReply {
    /// The reply, as the sender organization knows it: `rpl_…`.
    pub id: String,
    /// When it was sent.
    pub at: Timestamp,
    /// When it is removed.
    pub expires_at: Timestamp,
    /// Its text.
    pub text: String,
    /// Its files.
    pub attachments: Vec<ShownAttachment>,
}

impl SenderAccess {
    /// The replies to a publication of this application, oldest first, with their text. The audit keeps who read them.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such publication, also if it is somebody else's.
    pub async fn replies(&self, message_id: &str) -> Result<Vec<ReceivedReply>, Error> {
        let (party, publication) = self.addressee(message_id).await?;
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        let rows = tx.replies_received(&self.client_id, publication, parts.clock.now()).await?;
        let mut replies = Vec::with_capacity(rows.len());
        for row in rows {
            self.record_reading(&mut tx, &row, "readReply").await?;
            let Some(whole) = reply::whole(parts, &mut tx, row).await? else { continue };
            let (id, view) = (whole.row.id, self.view(&party, &whole.row));
            let files = whole.files.into_iter().map(|part| view.reply_attachment(id, part));
            replies.push(ReceivedReply {
                attachments: files.collect::<Result<_, _>>()?,
                id: self.reply_id(&party, id),
                at: whole.row.at,
                expires_at: whole.row.expires_at,
                text: whole.text,
            });
        }
        tx.commit().await?;
        Ok(replies)
    }

    /// A file of a reply. The audit keeps who fetched it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there, also if it is somebody else's.
    pub async fn reply_content(
        &self,
        message_id: &str,
        reply: &str,
        attachment: &str,
    ) -> Result<Content, Error> {
        let (party, publication) = self.addressee(message_id).await?;
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        let rows = tx.replies_received(&self.client_id, publication, parts.clock.now()).await?;
        let row = rows.into_iter().find(|row| self.reply_id(&party, row.id) == reply);
        let row = row.ok_or(Error::NotFound("reply"))?;
        let view = self.view(&party, &row);
        let n = view.reply_part(row.id, attachment)?;
        let part = tx.part_of(Place { home: row.mailbox_id, publication: row.id }, i64::from(n)).await?;
        let part = part.filter(|part| PartRole::named(&part.role) == Some(PartRole::Attachment));
        let part = part.ok_or(Error::NotFound("attachment"))?;
        let bytes = content::bytes(parts, &part, None).await?;
        let attachment = view.reply_attachment(row.id, part)?;

        self.record_reading(&mut tx, &row, "readReplyFile").await?;
        tx.commit().await?;
        Ok(Content { attachment, bytes })
    }

    /// Whom the replies to a publication are for.
    async fn addressee(&self, message_id: &str) -> Result<(OutsideParty, PublicationId), Error> {
        let (publication, sent) = self.sent(message_id).await?;
        let organization = EnterpriseNumber::parse(&sent.organization)
            .map_err(|_| Error::Corrupt { table: "sent", id: publication.0.to_string() })?;
        Ok((OutsideParty::SenderOrganization(organization), publication))
    }

    fn view<'a>(&'a self, party: &'a OutsideParty, row: &ReplyRow) -> View<'a> {
        View { outside: self.hub.outside(), party, mailbox: row.mailbox_id }
    }

    fn reply_id(&self, party: &OutsideParty, id: PublicationId) -> String {
        self.hub.outside().seal(party, OutsideKind::Reply, id.0.into_bytes())
    }

    async fn record_reading(&self, tx: &mut Tx, row: &ReplyRow, action: &'static str) -> Result<(), Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let act = Act { role: "sender", actor: self.client_id.clone(), action, object: row.id.0.to_string() };
        tx.record(parts.random.id(now), Some(row.mailbox_id), now, act).await?;
        Ok(())
    }
}
