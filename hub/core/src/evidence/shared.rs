//! What is stated about the letters of a campaign: one seal for many, and what they have in common kept once with it.
//!
//! A row holds only what is its letter's own: the salted hash of the recipient's number, and the name by which its sender knows
//! it. The exact bytes that were sealed are put together when somebody asks, and their hash is the leaf that was kept.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::messages::Content;
use super::sealing::sign;
use super::sql::EvidenceRow;
use super::statement::{AboutMessage, FactKind, Stated, Statement};
use super::{About, FORMAT, Matter, merkle, salted_id};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{MailboxId, PublicationId, Sha256};
use crate::keys::{Keyring, Purpose};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideIds, OutsideKind, OutsideParty};
use crate::text::Texts;

/// What the statements about the letters of a campaign have in common.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Common {
    environment: String,
    issuer: String,
    /// The letter, without its name and its recipient.
    message: AboutMessage,
}

/// What a campaign sends, as evidence states it.
pub(crate) struct SharedLetter<'a> {
    pub(crate) organization: &'a str,
    pub(crate) message_type: &'a str,
    pub(crate) subject: &'a Texts,
    pub(crate) contents: Vec<Content<'a>>,
    pub(crate) registered_mail: bool,
}

/// A letter of a campaign that something is stated about.
pub(crate) struct OneOfMany<'a> {
    /// The mailbox it is in, and the digits of the recipient's number; `None` if it was not delivered.
    pub(crate) delivered: Option<(MailboxId, &'a str)>,
    pub(crate) publication: PublicationId,
}

/// A row about to be written.
pub(crate) struct NewShared {
    pub(super) mailbox: MailboxId,
    pub(super) object: Uuid,
    pub(super) kind: &'static str,
    pub(super) own: Vec<u8>,
    pub(super) leaf: Sha256,
}

/// States things about letters of one campaign, at one moment and under one seal.
pub(crate) struct Stating<'a> {
    common: Common,
    keyring: &'a Keyring,
    ids: OutsideIds,
    party: OutsideParty,
    at: Timestamp,
}

impl Common {
    /// What is stated of every letter of a campaign.
    pub(crate) fn of(parts: &Parts, letter: &SharedLetter<'_>) -> Result<Self, Error> {
        let subject = serde_json::to_vec(letter.subject).map_err(Error::internal)?;
        Ok(Self {
            environment: parts.environment.clone(),
            issuer: parts.issuer.clone(),
            message: AboutMessage {
                contents: letter.contents.iter().map(Content::digest).collect(),
                message_type: Some(letter.message_type.to_owned()),
                organization: letter.organization.to_owned(),
                registered_mail: Some(letter.registered_mail),
                subject: Some(BASE64URL_NOPAD.encode(&Sha256::of(&subject).0)),
                ..AboutMessage::default()
            },
        })
    }

    /// The statement about one letter, from what is its own.
    fn statement(&self, matter: Matter, at: Timestamp, own: &Own) -> Statement {
        let fact = |kind| Stated { at: at.rfc3339(), by: None, kind, reason: None };
        let (facts, message) = match &own.recipient {
            Some(recipient) => (
                vec![fact(FactKind::Published), fact(FactKind::MadeAvailable)],
                AboutMessage {
                    message_id: own.message_id.clone(),
                    recipient: Some(BASE64URL_NOPAD.encode(&recipient.0)),
                    ..self.message.clone()
                },
            ),
            None => (
                vec![Stated { reason: Some("NO_DIGITAL_USER".to_owned()), ..fact(FactKind::Refused) }],
                AboutMessage {
                    message_id: own.message_id.clone(),
                    organization: self.message.organization.clone(),
                    ..AboutMessage::default()
                },
            ),
        };
        Statement {
            consent: None,
            environment: self.environment.clone(),
            facts,
            format: FORMAT.to_owned(),
            issuer: self.issuer.clone(),
            matter: matter.name(),
            message: Some(message),
        }
    }
}

/// What is one letter's own: 32 bytes of its recipient if it was delivered, then its name.
struct Own {
    recipient: Option<Sha256>,
    message_id: String,
}

impl Own {
    fn bytes(&self) -> Vec<u8> {
        let recipient = self.recipient.map(|hash| hash.0.to_vec()).unwrap_or_default();
        [recipient, self.message_id.clone().into_bytes()].concat()
    }

    fn read(kind: &str, bytes: &[u8]) -> Option<Self> {
        let (recipient, name) = if kind == FactKind::Refused.name() {
            (None, bytes)
        } else {
            let (hash, name) = bytes.split_first_chunk::<32>()?;
            (Some(Sha256(*hash)), name)
        };
        Some(Self { recipient, message_id: String::from_utf8(name.to_vec()).ok()? })
    }
}

impl<'a> Stating<'a> {
    /// Begins; the letters stay until `expires_at`.
    pub(crate) fn begin(
        parts: &Parts,
        keyring: &'a Keyring,
        mut common: Common,
        (at, expires_at): (Timestamp, Timestamp),
    ) -> Result<Self, Error> {
        let organization = EnterpriseNumber::parse(&common.message.organization).map_err(Error::internal)?;
        common.message.expires_at = Some(expires_at.rfc3339());
        let ids = OutsideIds::new(parts.keys.clone());
        Ok(Self { common, keyring, ids, party: OutsideParty::SenderOrganization(organization), at })
    }

    /// The row about one letter.
    pub(crate) fn state(&self, letter: &OneOfMany<'_>) -> Result<NewShared, Error> {
        let object = letter.publication.0;
        let (_, salt) = self.keyring.mac(Purpose::EvidenceSalt, &salted_id(object));
        let hash = |digits: &str| Sha256::of(&[salt.as_slice(), digits.as_bytes()].concat());
        let own = Own {
            recipient: letter.delivered.map(|(_, digits)| hash(digits)),
            message_id: self.ids.seal(&self.party, OutsideKind::Message, *object.as_bytes()),
        };
        let mailbox = letter.delivered.map(|(mailbox, _)| mailbox);
        let matter = Matter { about: About::Message, mailbox, object };
        let statement = self.common.statement(matter, self.at, &own);
        let bytes = statement.bytes().map_err(Error::internal)?;
        Ok(NewShared {
            mailbox: matter.mailbox_id(),
            object,
            kind: statement.facts.first().map_or("", |fact| fact.kind.name()),
            own: own.bytes(),
            leaf: merkle::leaf(&bytes),
        })
    }

    /// Writes the rows and the one seal over them.
    pub(crate) async fn seal(self, tx: &mut Tx, parts: &Parts, rows: &[NewShared]) -> Result<(), Error> {
        let seal = parts.random.id(self.at);
        let (salt_key, _) = self.keyring.mac(Purpose::EvidenceSalt, &[]);
        let common = serde_json::to_string(&self.common).map_err(Error::internal)?;
        sign(tx, parts, seal, rows.iter().map(|row| row.leaf).collect(), Some(common)).await?;
        tx.insert_shared_evidence(seal, (self.at, salt_key), rows).await?;
        Ok(())
    }
}

/// The row with its whole statement, whatever it leaves out.
pub(super) fn whole(mut row: EvidenceRow) -> Result<EvidenceRow, Error> {
    let Some(common) = row.common.take() else { return Ok(row) };
    let common: Common = serde_json::from_str(&common).map_err(|_| row.corrupt())?;
    let own = Own::read(&row.kind, &row.statement).ok_or_else(|| row.corrupt())?;
    let mailbox = Some(row.mailbox_id).filter(|mailbox| !mailbox.0.is_nil());
    let matter = Matter { about: About::Message, mailbox, object: row.object };
    row.statement = common.statement(matter, row.at, &own).bytes().map_err(Error::internal)?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_one_letters_own_comes_back_from_its_bytes() {
        let hash = Sha256([7; 32]);
        for recipient in [Some(hash), None] {
            let own = Own { recipient, message_id: "msg_0".to_owned() };
            let kind = if recipient.is_some() { "published" } else { "refused" };
            let read = Own::read(kind, &own.bytes()).unwrap();
            assert_eq!((read.recipient, read.message_id.as_str()), (recipient, "msg_0"));
        }
        assert!(Own::read("published", b"too short").is_none());
    }
}
