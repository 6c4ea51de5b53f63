//! What is stated about messages.
//!
//! The first statement holds the digests of everything that was published, and the recipient as a salted hash. Later
//! ones name the message only. None says which provider fetched it: that is between citizen and provider.

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::statement::{AboutMessage, ContentDigest, FactKind};
use super::{About, Draft, Matter, Worded};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{MailboxId, PublicationId, Sha256};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideIds, OutsideKind, OutsideParty};
use crate::text::Texts;

/// A letter that something is stated about.
#[derive(Clone, Copy)]
pub(crate) struct Letter<'a> {
    /// The mailbox it is in; `None` if it was not delivered.
    pub(crate) mailbox: Option<MailboxId>,
    pub(crate) publication: PublicationId,
    /// The sender organization's number.
    pub(crate) organization: &'a str,
}

/// What a letter that was delivered is stated to be.
pub(crate) struct Stated<'a> {
    /// The digits of the recipient's number.
    pub(crate) recipient: &'a str,
    pub(crate) subject: &'a Texts,
    pub(crate) message_type: &'a str,
    pub(crate) contents: Vec<Content<'a>>,
    pub(crate) registered_mail: bool,
    pub(crate) expires_at: Timestamp,
}

/// A part of a letter.
pub(crate) struct Content<'a> {
    pub(crate) role: &'static str,
    pub(crate) main: bool,
    pub(crate) media_type: &'a str,
    pub(crate) sha256: [u8; 32],
    pub(crate) size: u64,
}

impl Letter<'_> {
    /// The statement that the sender handed it over and that it is available from now on.
    pub(crate) fn delivered(
        &self,
        parts: &Parts,
        what: &Stated<'_>,
        now: Timestamp,
    ) -> Result<Worded, Error> {
        let draft = Draft::new(parts, self.matter(), now);
        let subject = serde_json::to_vec(what.subject).map_err(Error::internal)?;
        let message = AboutMessage {
            contents: what.contents.iter().map(Content::digest).collect(),
            expires_at: Some(what.expires_at.rfc3339()),
            message_type: Some(what.message_type.to_owned()),
            recipient: Some(draft.salt.hash(what.recipient.as_bytes())),
            registered_mail: Some(what.registered_mail),
            subject: Some(BASE64URL_NOPAD.encode(&Sha256::of(&subject).0)),
            ..self.named(parts)
        };
        let facts = vec![draft.fact(FactKind::Published), draft.fact(FactKind::MadeAvailable)];
        draft.worded(parts, facts, (Some(message), None))
    }

    /// The statement that it was not delivered; nothing else of it is kept, so nothing else is stated (TRUST 15).
    pub(crate) fn refused(&self, parts: &Parts, now: Timestamp) -> Result<Worded, Error> {
        let draft = Draft::new(parts, self.matter(), now);
        let mut fact = draft.fact(FactKind::Refused);
        fact.reason = Some("NO_DIGITAL_USER".to_owned());
        draft.worded(parts, vec![fact], (Some(self.named(parts)), None))
    }

    /// States what came about later: it was retrieved, opened, or it expired.
    pub(crate) async fn happened(
        &self,
        tx: &mut Tx,
        parts: &Parts,
        kind: FactKind,
        now: Timestamp,
    ) -> Result<(), Error> {
        let draft = Draft::new(parts, self.matter(), now);
        let fact = draft.fact(kind);
        draft.state(tx, parts, vec![fact], (Some(self.named(parts)), None)).await
    }

    /// States that a person opened it, as a provider reports; which one stays between citizen and provider.
    pub(crate) async fn opened_elsewhere(
        &self,
        tx: &mut Tx,
        parts: &Parts,
        now: Timestamp,
    ) -> Result<(), Error> {
        let draft = Draft::new(parts, self.matter(), now);
        let mut fact = draft.fact(FactKind::Opened);
        fact.by = Some("provider".to_owned());
        draft.state(tx, parts, vec![fact], (Some(self.named(parts)), None)).await
    }

    pub(crate) fn matter(&self) -> Matter {
        Matter { about: About::Message, mailbox: self.mailbox, object: self.publication.0 }
    }

    /// The message by the names that its sender knows.
    fn named(&self, parts: &Parts) -> AboutMessage {
        AboutMessage {
            message_id: message_id(parts, self.organization, self.publication.0),
            organization: self.organization.to_owned(),
            ..AboutMessage::default()
        }
    }
}

impl Content<'_> {
    pub(super) fn digest(&self) -> ContentDigest {
        ContentDigest {
            digest: BASE64URL_NOPAD.encode(&self.sha256),
            main: self.main,
            media_type: self.media_type.to_owned(),
            role: self.role.to_owned(),
            size: self.size,
        }
    }
}

/// The id by which the sender organization knows a publication; empty for a number that is none.
fn message_id(parts: &Parts, organization: &str, publication: Uuid) -> String {
    let Ok(organization) = EnterpriseNumber::parse(organization) else { return String::new() };
    let party = OutsideParty::SenderOrganization(organization);
    OutsideIds::new(parts.keys.clone()).seal(&party, OutsideKind::Message, *publication.as_bytes())
}
