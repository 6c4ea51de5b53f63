//! Evidence: signed records of legal facts, which those concerned can check without the hub (TRUST 17).
//!
//! A fact is stated in the transaction in which it comes about, in exact bytes: see [`Statement`]. A job seals what
//! is not yet sealed, many statements under one signature; a document carries a statement, its path to the root and
//! that signature. Where a service of time-stamps is configured, another job has seals stamped: see [`Stamped`]. Nothing
//! here is ever changed or removed: evidence outlives the content that it is about.

mod attachment;
mod consents;
mod document;
mod jws;
mod keys;
mod merkle;
mod messages;
mod opening;
mod reading;
mod sealing;
pub(crate) mod shared;
mod shared_sql;
mod sql;
mod stamp;
mod statement;
mod verify;

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{MailboxId, Sha256};
use crate::keys::{Keyring, Purpose};

pub use attachment::Carrier;
pub(crate) use consents::{ConsentFact, Shown};
pub use document::{Document, Proof};
pub use jws::Jws;
pub use keys::{KeySet, PublicKey};
pub(crate) use messages::{Content, Letter, Stated as StatedLetter};
pub use opening::{OPENING_FORMAT, Opening};
pub use reading::Line;
pub(crate) use reading::{Given, consents_of, document, documents_of, lines_of, messages_of};
pub(crate) use sealing::{published_keys, seal_some};
pub use stamp::{
    LARGEST as LARGEST_STAMP, NewStamp, NoAuthority, StampAuthorities, StampFlaw, StampRequest, StampTerms,
    Stamped, TermsError, Unprotected, Unstamped,
};
pub(crate) use stamp::{keep_stamp, next_to_stamp, unstamped};
pub use statement::{
    AboutConsent, AboutMessage, ApplicationName, ContentDigest, FORMAT, FactKind, ScreenDigest, Stated,
    Statement,
};
pub use verify::{Flaw, Trusted, Verified, verify};

/// What evidence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// A publication, which in a mailbox is a message.
    Message,
    /// A consent.
    Consent,
}

impl About {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Consent => "consent",
        }
    }
}

/// The one thing in one mailbox that evidence is about; what was refused has no mailbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matter {
    pub(crate) about: About,
    pub(crate) mailbox: Option<MailboxId>,
    /// The publication, or the consent.
    pub(crate) object: Uuid,
}

impl Matter {
    /// The mailbox as the row has it.
    pub(crate) fn mailbox_id(&self) -> MailboxId {
        self.mailbox.unwrap_or(MailboxId(Uuid::nil()))
    }

    /// What the parties know it by, whoever they are: 16 bytes that lead back to nothing.
    fn name(&self) -> String {
        let bytes =
            [self.about.name().as_bytes(), self.mailbox_id().0.as_bytes(), self.object.as_bytes()].concat();
        let Sha256(digest) = Sha256::of(&[b"facteur evidence matter\0", bytes.as_slice()].concat());
        BASE64URL_NOPAD.encode(digest.first_chunk::<16>().unwrap_or(&[0; 16]))
    }
}

/// A statement about to be written, with its own id and salt.
struct Draft {
    id: Uuid,
    matter: Matter,
    at: Timestamp,
    /// The number of the key that makes the salt.
    salt_key: u16,
    salt: Salt,
}

/// A statement in its bytes, not yet written.
pub(crate) struct Worded {
    draft: Draft,
    kind: &'static str,
    bytes: Vec<u8>,
}

/// What makes a short value unguessable from its hash: derived, so that the database alone gives nobody's number away.
struct Salt([u8; 32]);

impl Draft {
    fn new(parts: &Parts, matter: Matter, now: Timestamp) -> Self {
        let id = parts.random.id(now);
        let (salt_key, salt) = parts.keys.current().mac(Purpose::EvidenceSalt, &salted_id(id));
        Self { id, matter, at: now, salt_key, salt: Salt(salt) }
    }

    /// A fact of this moment.
    fn fact(&self, kind: FactKind) -> Stated {
        Stated { at: self.at.rfc3339(), by: None, kind, reason: None }
    }

    /// Writes the statement.
    async fn state(
        self,
        tx: &mut Tx,
        parts: &Parts,
        facts: Vec<Stated>,
        what: (Option<AboutMessage>, Option<AboutConsent>),
    ) -> Result<(), Error> {
        let worded = self.worded(parts, facts, what)?;
        tx.insert_evidence(vec![worded]).await?;
        Ok(())
    }

    /// The statement in its bytes; the first fact names the row.
    fn worded(
        self,
        parts: &Parts,
        facts: Vec<Stated>,
        what: (Option<AboutMessage>, Option<AboutConsent>),
    ) -> Result<Worded, Error> {
        let kind = facts.first().map_or("", |fact| fact.kind.name());
        let (message, consent) = what;
        let statement = Statement {
            consent,
            environment: parts.environment.clone(),
            facts,
            format: FORMAT.to_owned(),
            issuer: parts.issuer.clone(),
            matter: self.matter.name(),
            message,
        };
        let bytes = statement.bytes().map_err(Error::internal)?;
        Ok(Worded { draft: self, kind, bytes })
    }
}

impl Salt {
    /// SHA-256 of the salt and the value.
    fn hash(&self, value: &[u8]) -> String {
        BASE64URL_NOPAD.encode(&Sha256::of(&[self.0.as_slice(), value].concat()).0)
    }

    /// The salt of 32 bytes in base64url; `None` for anything else.
    fn read(text: &str) -> Option<Self> {
        BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// The salt of evidence that stands there, by the key that made it.
    fn of(keyring: &Keyring, id: Uuid, key_no: i64) -> Option<Self> {
        // Evidence from before salts had keys of their own was salted under those of the index.
        let purposes = [Purpose::EvidenceSalt, Purpose::SsinIndex];
        let all = purposes.into_iter().flat_map(|purpose| keyring.indexes(purpose, &salted_id(id)));
        all.into_iter().find(|(no, _)| i64::from(*no) == key_no).map(|(_, salt)| Self(salt))
    }
}

fn salted_id(id: Uuid) -> Vec<u8> {
    [b"evidence-salt:".as_slice(), id.as_bytes()].concat()
}

/// Facts and time-stamps come from several machines, whose clocks may differ.
const CLOCKS_DIFFER: std::time::Duration = std::time::Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_salt_is_found_by_the_key_that_made_it_also_after_a_rotation_and_from_before_its_own_purpose() {
        let (now, random) = (Timestamp::from_seconds(1_800_000_000), Random::system());
        let mut keyring = Keyring::create("demo", now, &random).unwrap();
        let id = random.id(now);
        let made = |keyring: &Keyring, purpose| keyring.mac(purpose, &salted_id(id));

        let (own, own_salt) = made(&keyring, Purpose::EvidenceSalt);
        let (former, former_salt) = made(&keyring, Purpose::SsinIndex);
        keyring.rotate(Purpose::EvidenceSalt, now, &random).unwrap();

        let found = |no: u16| Salt::of(&keyring, id, i64::from(no)).map(|salt| salt.0);
        assert_eq!((found(own), found(former)), (Some(own_salt), Some(former_salt)));
        assert_ne!(found(made(&keyring, Purpose::EvidenceSalt).0), Some(own_salt));
        assert_eq!(found(1), None, "a key of another purpose");
    }
}
