//! Publishing what came in: everything is checked, everything wrong is told, then it happens at once.

use std::time::Duration;

use jiff::civil::Date;

use super::SenderAccess;
use crate::access::intake::{BODY_PART, Described, Intake};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::follow;
use crate::id::PublicationId;
use crate::message::draft::Draft;
use crate::message::rules::{self, Findings, Numbers};
use crate::message::uploaded::check_parts;
use crate::message::{BODY_MEDIA_TYPE, NewPart, PartRole, listed_subject};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::posting::{Letter, NO_SUCH_MESSAGE, Published, Replaced, words_of};
use crate::sender::MessageType;

/// What became of a request to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The answer.
    pub published: Published,
    /// It is the answer to an earlier request with the same key and content.
    pub replayed: bool,
}

/// A publication that is coming in.
pub struct Upload {
    pub(super) access: SenderAccess,
    pub(super) intake: Intake,
}

impl SenderAccess {
    /// Begins a publication under an idempotency key of 1 to 64 printable ASCII characters.
    ///
    /// # Errors
    /// [`crate::error::Conflict::StillRunning`] while the first request with this key runs.
    pub async fn begin(&self, key: &str) -> Result<Upload, Error> {
        let intake = Intake::begin(&self.hub, &self.client_id, key).await?;
        Ok(Upload { access: self.clone(), intake })
    }
}

impl Upload {
    /// Where its parts go.
    pub fn intake(&mut self) -> &mut Intake {
        &mut self.intake
    }

    /// Gives it up: what it stored is removed and its idempotency key is free when this ends.
    pub async fn abandon(self) {
        self.intake.abandon().await;
    }

    /// Publishes the parts under this metadata, or gives the answer of the first request again.
    ///
    /// After an error nothing of it remains and the idempotency key is free.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong; [`crate::error::Conflict::IdempotencyKey`] if the key was used
    /// for something else.
    pub async fn publish(self, draft: &Draft) -> Result<Publication, Error> {
        self.publish_as(draft, None).await
    }

    /// [`Self::publish`], as a copy of another publication if one is named; whether somebody could not be reached is then not
    /// remembered.
    pub(super) async fn publish_as(
        mut self,
        draft: &Draft,
        copy_of: Option<PublicationId>,
    ) -> Result<Publication, Error> {
        let canonical = draft.canonical().map_err(Error::internal)?;
        let fingerprint = self.intake.fingerprint(b"publication", &canonical);
        if let Some(answer) = self.intake.answered(&fingerprint)? {
            let kept: Published = serde_json::from_str(answer).map_err(Error::internal)?;
            let published = Published { recipient_id: self.followed(draft).await?, ..kept };
            return Ok(Publication { published, replayed: true });
        }
        match self.publish_first(draft, fingerprint, copy_of).await {
            Ok(published) => {
                // Nothing is left of a letter that was not delivered; of a delivered one rows name all objects.
                self.intake.remove_objects().await;
                Ok(Publication { published, replayed: false })
            }
            Err(error) => {
                self.abandon().await;
                Err(error)
            }
        }
    }

    /// The recipient's id, if the sender asked to be told of them and they are followed still.
    async fn followed(&self, draft: &Draft) -> Result<Option<String>, Error> {
        let parts = self.access.hub.parts();
        let today = parts.clock.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let numbers = rules::check(draft, today, &mut Findings::default());
        let (Some(recipient), Some(organization)) = (numbers.recipient, numbers.organization) else {
            return Ok(None);
        };
        if !draft.follow_recipient {
            return Ok(None);
        }
        let mut tx = parts.db.read().await?;
        let found = follow::followed(&mut tx, parts, (organization.as_str(), &recipient)).await?;
        tx.commit().await?;
        let party = OutsideParty::SenderOrganization(organization);
        let outside = self.access.hub.outside();
        Ok(found.map(|id| outside.seal(&party, OutsideKind::Recipient, id.into_bytes())))
    }

    async fn publish_first(
        &mut self,
        draft: &Draft,
        fingerprint: Vec<u8>,
        copy_of: Option<PublicationId>,
    ) -> Result<Published, Error> {
        let (numbers, message_type, replaces) = self.check(draft, rules::check).await?;
        let (Some(recipient), Some(organization), Some(message_type)) =
            (numbers.recipient, numbers.organization, message_type)
        else {
            return Err(Error::internal("a checked publication lacks a number or its type"));
        };
        if let Some(body) = &draft.body {
            let text = serde_json::to_vec(&body.text).map_err(Error::internal)?;
            self.intake.store(BODY_PART, text.into()).await?;
        }
        let hub = self.access.hub.clone();
        let publication = PublicationId(hub.random().id(hub.now()));
        let letter = Letter {
            application: self.access.client_id.clone(),
            draft: draft.clone(),
            metadata: draft.canonical().map_err(Error::internal)?.len(),
            words: words_of(draft)?,
            subject: listed_subject(&draft.subject).map_err(Error::internal)?,
            recipient,
            organization,
            message_type,
            publication,
            message_id: self.access.outside_id(organization, publication),
            contents: self.new_parts(draft)?,
            replaces,
            copy_of,
            remind_after: numbers.remind_after.map(days),
            held: self.intake.hand_over(&fingerprint)?,
        };
        let (held, published) = hub.post(letter).await?;
        self.intake.take_back(held);
        published
    }

    /// The rows of the parts: the body first, then attachments in the sender's order.
    pub(super) fn new_parts(&self, draft: &Draft) -> Result<Vec<NewPart>, Error> {
        let body = draft.body.iter().map(|body| {
            let (role, main, media_type) = (PartRole::Body, body.main, BODY_MEDIA_TYPE);
            (BODY_PART, Described { role, main, file_name: None, media_type })
        });
        let files = draft.attachments.iter().map(|file| {
            let (role, file_name) = (PartRole::Attachment, Some(file.file_name.as_str()));
            (file.part.as_str(), Described { role, main: file.main, file_name, media_type: &file.media_type })
        });
        self.intake.rows(body.chain(files))
    }

    /// Everything that is wrong with metadata, parts and registration, together.
    pub(super) async fn check(
        &mut self,
        draft: &Draft,
        rules: fn(&Draft, Date, &mut Findings) -> Numbers,
    ) -> Result<(Numbers, Option<MessageType>, Option<Replaced>), Error> {
        let parts = self.access.hub.parts();
        let now = parts.clock.now();
        let mut findings = self.intake.take_findings();
        let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let numbers = rules(draft, today, &mut findings);

        let message_type = self.message_type(numbers.organization, &draft.message_type, now).await?;
        if numbers.organization.is_some() && message_type.is_none() {
            self.access.refused("publish").await?;
            let detail = "this organization and type are not registered for this application";
            findings.note("trioNotRegistered", "messageType", detail);
        }
        if let (Some(organization), Some(iban)) = (numbers.organization, &numbers.iban)
            && !parts.db.may_ask_on(organization.as_str(), iban, now).await?
        {
            let detail = "the account is not registered for this sender organization";
            findings.note("ibanNotRegistered", "payment.iban", detail);
        }
        let stays_until = message_type.as_ref().and_then(|kind| kind.expiry(now));
        let reminded_at = numbers.remind_after.map(|count| now.plus(days(count)));
        if stays_until.is_some() && reminded_at >= stays_until {
            findings.note("outOfRange", "remindAfter", "the message does not stay so long");
        }
        let replaces = self.replaced(numbers.organization, draft.replaces.as_deref()).await?;
        if draft.replaces.is_some() && replaces.is_none() {
            findings.note("referencedResourceNotFound", "replaces", NO_SUCH_MESSAGE);
        }
        let allowed = message_type.as_ref().map(|kind| kind.media_types.as_slice());
        check_parts(&draft.attachments, self.intake.parts(), allowed, &mut findings);

        findings.into_result()?;
        Ok((numbers, message_type, replaces))
    }

    /// The delivered message of this application and organization that is to be corrected, if there is one of that id.
    async fn replaced(
        &self,
        organization: Option<EnterpriseNumber>,
        message_id: Option<&str>,
    ) -> Result<Option<Replaced>, Error> {
        let (Some(organization), Some(message_id)) = (organization, message_id) else { return Ok(None) };
        let Some(publication) = self.access.publication_behind(organization.as_str(), message_id) else {
            return Ok(None);
        };
        let db = &self.access.hub.parts().db;
        let sent = db.sent(&self.access.client_id, organization.as_str(), publication).await?;
        Ok(sent.and_then(|sent| Some(Replaced { mailbox: sent.mailbox_id?, number: sent.number? })))
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
        let db = &self.access.hub.parts().db;
        db.trio(organization.as_str(), &self.access.client_id, message_type, now).await
    }
}

/// So many days.
fn days(count: u16) -> Duration {
    Duration::from_secs(u64::from(count) * 86_400)
}
