//! Sending a letter that was published once to further recipients.
//!
//! Each gets a letter of their own, with its own facts and evidence, made of what the first one holds; everything that
//! is checked when something is published is checked again. Linking the same recipient again gives the first letter.

use futures_util::StreamExt as _;

use super::{Outcome, SenderAccess, Upload};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::PublicationId;
use crate::keys::Purpose;
use crate::message::draft::{Draft, DraftAttachment, DraftBody, Recipient};
use crate::message::linking::{Original, original};
use crate::message::{self, Place, content};

/// What linking came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// When the letters are removed.
    pub expires_at: Timestamp,
    /// How many recipients have it.
    pub linked: usize,
    /// Which recipients have it not, by their place in the list.
    pub failed: Vec<usize>,
}

impl SenderAccess {
    /// Sends a publication of this application to these recipients too.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such publication, it was not delivered, or it has expired; [`Error::Invalid`] for
    /// no recipient, or more than [`LINKS`].
    pub async fn link(&self, message: &str, recipients: &[Recipient]) -> Result<Linked, Error> {
        if recipients.is_empty() || recipients.len() > LINKS {
            let detail = format!("1 to {LINKS} recipients are expected");
            return Err(Error::invalid("outOfRange", "recipients", detail));
        }
        let (publication, sent) = self.sent(message).await?;
        let unknown = || Error::NotFound("message");
        // Of a campaign the content stands longer than one message.
        sent.fate(self.hub.now()).stands_until(self.hub.now()).ok_or_else(unknown)?;
        let mailbox = sent.mailbox_id.ok_or_else(unknown)?;
        let place = Place::of(mailbox, sent.campaign_id, publication);
        let found = original(self.hub.parts(), place, self.hub.now()).await?.ok_or_else(unknown)?;
        found.check_bulk(recipients.len())?;

        let mut linked = Linked { expires_at: found.expires_at, linked: 0, failed: Vec::new() };
        for (n, recipient) in recipients.iter().enumerate() {
            match self.link_one((message, publication, place), &sent.organization, recipient).await {
                Ok(Some(until)) => {
                    linked.expires_at = linked.expires_at.max(until);
                    linked.linked += 1;
                }
                Ok(None) | Err(Error::Invalid(_) | Error::Conflict(_)) => linked.failed.push(n),
                Err(error) => return Err(error),
            }
        }
        Ok(linked)
    }

    /// Sends the letter to one more recipient, who may have it; `None` if that cannot be, or not any more.
    async fn link_one(
        &self,
        (message, publication, place): (&str, PublicationId, Place),
        organization: &str,
        recipient: &Recipient,
    ) -> Result<Option<Timestamp>, Error> {
        let now = self.hub.now();
        if let Some(had) =
            self.statuses(&[(message.to_owned(), recipient.clone())]).await?.into_iter().flatten().next()
        {
            return Ok(had.fate.stands_until(now));
        }
        // Read for each: it may be withdrawn or expire while others are served.
        let (_, first) = self.sent(message).await?;
        let found = match first.fate(now).stands_until(now) {
            Some(_) => original(self.hub.parts(), place, now).await?,
            None => None,
        };
        let Some(found) = found else { return Ok(None) };
        self.copy(&found, &found.draft(organization, recipient), publication).await
    }

    /// Sends one more letter, or finds the one that was sent before; `None` if the recipient cannot be reached.
    async fn copy(
        &self,
        found: &Original,
        draft: &Draft,
        publication: PublicationId,
    ) -> Result<Option<Timestamp>, Error> {
        let mut upload = self.begin(&self.key_of(draft, publication)?).await?;
        let published = match upload.earlier()? {
            Some(published) => published,
            None => {
                if let Err(error) = self.fill(&mut upload, found).await {
                    upload.abandon().await;
                    return Err(error);
                }
                upload.publish_as(draft, Some(publication)).await?.published
            }
        };
        Ok(match published.outcome {
            Outcome::Delivered { expires_at } => Some(expires_at),
            Outcome::NoDigitalUser => None,
        })
    }

    /// Puts the files of the first letter into the next one.
    async fn fill(&self, upload: &mut Upload, found: &Original) -> Result<(), Error> {
        for (n, file) in found.attachments.iter().enumerate() {
            let mut bytes = content::bytes(self.hub.parts(), file, None).await?;
            let mut part = upload.intake().part(&part_name(n), Some(&file.media_type));
            while let Some(piece) = bytes.next().await {
                part.push(piece?).await?;
            }
            part.finish().await?;
        }
        Ok(())
    }

    /// The key under which a letter is sent to a recipient once; who sees it does not learn the recipient's number.
    fn key_of(&self, draft: &Draft, publication: PublicationId) -> Result<String, Error> {
        let recipient = serde_json::to_vec(&draft.recipient).map_err(Error::internal)?;
        let named = [publication.0.as_bytes().as_slice(), &recipient].concat();
        let (_, mark) = self.hub.parts().keys.current().mac(Purpose::SsinIndex, &named);
        Ok(format!("link {}", data_encoding::BASE64URL_NOPAD.encode(&mark)))
    }
}

impl Original {
    /// One request copies no more than one form may bring.
    fn check_bulk(&self, recipients: usize) -> Result<(), Error> {
        let each: i64 = self.attachments.iter().map(|file| file.size).sum();
        let bytes = u64::try_from(each)
            .unwrap_or(u64::MAX)
            .saturating_mul(u64::try_from(recipients).unwrap_or(u64::MAX));
        if bytes <= BULK {
            return Ok(());
        }
        let detail =
            format!("the files come to more than {BULK} bytes over these recipients: link fewer at once");
        Err(Error::invalid("outOfRange", "recipients", detail))
    }

    /// The letter as its sender would write it to that recipient.
    fn draft(&self, organization: &str, recipient: &Recipient) -> Draft {
        let files = self.attachments.iter().enumerate().map(|(n, file)| DraftAttachment {
            part: part_name(n),
            file_name: file.file_name.clone().unwrap_or_default(),
            media_type: file.media_type.clone(),
            digest_method: "sha-256".to_owned(),
            digest_value: data_encoding::BASE64URL_NOPAD.encode(&file.sha256.0),
            main: file.main,
        });
        Draft {
            recipient: recipient.clone(),
            subject: self.header.subject.clone(),
            sender_organization: organization.to_owned(),
            message_type: self.message_type.clone(),
            body: self.body.as_ref().map(|body| DraftBody { text: body.text.clone(), main: body.main }),
            attachments: files.collect(),
            business_data: self.header.business_data(self.sealed.as_ref()),
            for_the_attention_of: self.sealed.as_ref().and_then(|sealed| sealed.for_the_attention_of.clone()),
            payment: self.header.payment.clone(),
            registered_mail: self.header.registered_mail,
            reply_allowed: self.header.reply_allowed,
            // what concerns the first letter alone
            replaces: None,
            remind_after: None,
            follow_recipient: false,
        }
    }
}

fn part_name(n: usize) -> String {
    format!("file-{n}")
}

/// Bytes of files that one request may copy: those of the largest message.
const BULK: u64 = message::ATTACHMENT_LIMIT * message::ATTACHMENT_COUNT as u64;
/// Recipients of one request.
pub const LINKS: usize = 100;
