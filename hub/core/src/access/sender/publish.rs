//! Publishing what came in: everything is checked, everything wrong is told, then it happens at once.

use serde::{Deserialize, Serialize};

use super::claim::Held;
use super::deliver::Letter;
use super::upload::Upload;
use crate::clock::Timestamp;
use crate::error::{Conflict, Error};
use crate::hub::Parts;
use crate::id::PublicationId;
use crate::keys::Purpose;
use crate::message::draft::{Draft, DraftBody};
use crate::message::rules::{self, Numbers};
use crate::message::uploaded::{Uploaded, check_parts};
use crate::number::EnterpriseNumber;
use crate::sender::MessageType;

/// What became of a request to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The answer.
    pub published: Published,
    /// It is the answer to an earlier request with the same key and content.
    pub replayed: bool,
}

/// The answer to a publication, kept under its idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The message, as the sender organization knows it.
    pub message_id: String,
    /// Whether it is in the mailbox.
    pub outcome: Outcome,
}

/// Whether a message was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It is in the mailbox until then.
    Delivered {
        /// When it is removed.
        expires_at: Timestamp,
    },
    /// The citizen is not active or not known; nothing of it is kept (TRUST T15).
    NoDigitalUser,
}

impl Upload {
    /// Publishes the parts under this metadata, or gives the answer of the first request again.
    ///
    /// After an error nothing of it remains and the idempotency key is free.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong; [`Conflict::IdempotencyKey`] if the key was used for
    /// something else.
    pub async fn publish(mut self, draft: &Draft) -> Result<Publication, Error> {
        let fingerprint = fingerprint(draft, &self.parts)?;
        let parts = self.access.hub.parts();
        if let Held::Answered { mark, answer } = &self.held {
            if !is_mark_of(parts, mark, &fingerprint) {
                return Err(Error::Conflict(Conflict::IdempotencyKey));
            }
            return Ok(Publication {
                published: serde_json::from_str(answer).map_err(Error::internal)?,
                replayed: true,
            });
        }

        let mark = mark_of(parts, &fingerprint);
        match self.publish_first(draft, mark).await {
            Ok(published) => {
                // Nothing is left of a letter that was not delivered; of a delivered one rows name all objects.
                self.remove_objects().await;
                Ok(Publication { published, replayed: false })
            }
            Err(error) => {
                self.abandon().await;
                Err(error)
            }
        }
    }

    async fn publish_first(&mut self, draft: &Draft, mark: Vec<u8>) -> Result<Published, Error> {
        let (numbers, message_type) = self.check(draft).await?;
        let (Some(recipient), Some(organization), Some(message_type)) =
            (numbers.recipient, numbers.organization, message_type)
        else {
            return Err(Error::internal("a checked publication lacks a number or its type"));
        };
        if let Some(body) = &draft.body {
            self.store_body(body).await?;
        }
        let parts = self.access.hub.parts();
        let publication = PublicationId(parts.random.id(parts.clock.now()));
        self.deliver(Letter { draft, recipient, organization, message_type, publication, mark }).await
    }

    /// Everything that is wrong with metadata, parts and registration, together.
    async fn check(&mut self, draft: &Draft) -> Result<(Numbers, Option<MessageType>), Error> {
        let parts = self.access.hub.parts();
        let now = parts.clock.now();
        let mut findings = std::mem::take(&mut self.findings);
        let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let numbers = rules::check(draft, today, &mut findings);

        let message_type = self.message_type(numbers.organization, &draft.message_type, now).await?;
        if numbers.organization.is_some() && message_type.is_none() {
            self.access.refused("publish").await?;
            let detail = "this organization and type are not registered for this application";
            findings.note("trioNotRegistered", "messageType", detail);
        }
        let allowed = message_type.as_ref().map(|kind| kind.media_types.as_slice());
        check_parts(draft, &self.parts, allowed, &mut findings);

        findings.into_result()?;
        Ok((numbers, message_type))
    }

    async fn message_type(
        &self,
        organization: Option<EnterpriseNumber>,
        message_type: &str,
        now: Timestamp,
    ) -> Result<Option<MessageType>, Error> {
        // PostgreSQL refuses a NUL in a text; no message type has one.
        let Some(organization) = organization.filter(|_| !message_type.contains('\0')) else {
            return Ok(None);
        };
        let mut tx = self.access.hub.parts().db.read().await?;
        tx.trio(organization.as_str(), &self.access.client_id, message_type, now).await
    }

    async fn store_body(&mut self, body: &DraftBody) -> Result<(), Error> {
        let text = serde_json::to_vec(&body.text).map_err(Error::internal)?;
        let mut writer = self.part_of_hub(BODY_PART);
        writer.push(text.into()).await?;
        writer.finish().await
    }
}

/// The name under which a body stands among the parts; no part of a form can bear it.
pub(super) const BODY_PART: &str = "";

/// What two requests with the same key must have in common: the metadata's one spelling, and each part.
fn fingerprint(draft: &Draft, parts: &[Uploaded]) -> Result<Vec<u8>, Error> {
    let mut digests: Vec<(&str, [u8; 32])> =
        parts.iter().map(|part| (part.name.as_str(), part.sha256)).collect();
    digests.sort_unstable();
    let mut bytes = b"publication:".to_vec();
    bytes.extend(draft.canonical().map_err(Error::internal)?);
    for (name, digest) in digests {
        bytes.push(0);
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(&digest);
    }
    Ok(bytes)
}

/// The keyed mark of a fingerprint: a plain digest would let the recipient's number be guessed from it.
fn mark_of(parts: &Parts, fingerprint: &[u8]) -> Vec<u8> {
    let (key_no, mark) = parts.keys.current().mac(Purpose::SsinIndex, fingerprint);
    [key_no.to_be_bytes().as_slice(), &mark].concat()
}

fn is_mark_of(parts: &Parts, mark: &[u8], fingerprint: &[u8]) -> bool {
    let Some((key_no, mark)) = mark.split_first_chunk::<2>() else {
        return false;
    };
    parts.keys.current().verifies(Purpose::SsinIndex, u16::from_be_bytes(*key_no), fingerprint, mark)
}
