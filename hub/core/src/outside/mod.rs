//! Outside ids: what an outside party sees instead of our own ids (TRUST 8).
//!
//! The 16 internal bytes are encrypted as one AES-256 block under a key of that party and kind. The id is
//! stable for the party, different for every other party, and tells nothing about time or neighbours, so
//! that two providers cannot correlate by identifier. The ids of messages and attachments also prove their
//! mailbox: a foreign one is refused without asking the database.

use std::sync::Arc;

use uuid::Uuid;

use self::derived::{Derived, DerivedKeys};
use self::text::{decode, encode};
use crate::keys::Keys;
use crate::number::EnterpriseNumber;

mod cursor;
mod derived;
#[cfg(test)]
mod tests;
mod text;

pub use cursor::Cursors;

/// Somebody outside who is shown ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutsideParty {
    /// A provider, with all its applications.
    Provider(Uuid),
    /// A sender organization, with all its applications.
    SenderOrganization(EnterpriseNumber),
    /// A logged-in person, in the portal.
    Person(Uuid),
    /// The operators, who speak to each other about things.
    Operators,
}

impl OutsideParty {
    /// The party in bytes; no two parties share them.
    fn bytes(&self) -> Vec<u8> {
        let (kind, id) = match self {
            Self::Provider(id) => (1, id.as_bytes().as_slice()),
            Self::SenderOrganization(number) => (2, number.as_str().as_bytes()),
            Self::Person(id) => (3, id.as_bytes().as_slice()),
            Self::Operators => (4, [].as_slice()),
        };
        let mut bytes = vec![kind];
        bytes.extend_from_slice(id);
        bytes
    }
}

/// What an outside id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutsideKind {
    /// A mailbox: `mbx_`.
    Mailbox,
    /// A message: `msg_`.
    Message,
    /// An attachment of a message: `att_`.
    Attachment,
    /// A consent: `cns_`.
    Consent,
    /// A grant: `grt_`.
    Grant,
    /// A person: `psn_`.
    Person,
    /// A registered certificate: `crt_`.
    Certificate,
    /// What an operator proposed: `prp_`.
    Proposal,
    /// A piece of evidence: `evd_`.
    Evidence,
    /// An entry of a change feed: `chg_`.
    Change,
    /// A reply to a message: `rpl_`.
    Reply,
    /// A change that a receiver refused: `dlt_`.
    DeadLetter,
    /// Somebody whom a sender organization follows: `rcp_`.
    Recipient,
    /// A message that is kept elsewhere: `kel_`.
    KeptElsewhere,
    /// A partition of an enterprise's mailbox: `prt_`.
    Partition,
    /// What was stated about an application: `cft_`.
    Certification,
    /// A campaign: `cmp_`.
    Campaign,
}

impl OutsideKind {
    /// How ids of this kind begin.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Mailbox => "mbx_",
            Self::Message => "msg_",
            Self::Attachment => "att_",
            Self::Consent => "cns_",
            Self::Grant => "grt_",
            Self::Person => "psn_",
            Self::Certificate => "crt_",
            Self::Proposal => "prp_",
            Self::Evidence => "evd_",
            Self::Change => "chg_",
            Self::Reply => "rpl_",
            Self::DeadLetter => "dlt_",
            Self::Recipient => "rcp_",
            Self::KeptElsewhere => "kel_",
            Self::Partition => "prt_",
            Self::Certification => "cft_",
            Self::Campaign => "cmp_",
        }
    }
}

/// Makes and reads outside ids.
pub struct OutsideIds {
    keys: Keys,
    derived: DerivedKeys,
}

impl OutsideIds {
    /// Outside ids under the keyring's keys for them.
    pub fn new(keys: Keys) -> Self {
        Self { keys, derived: DerivedKeys::default() }
    }

    /// The id by which this party knows the thing with these 16 bytes.
    pub fn seal(&self, party: &OutsideParty, kind: OutsideKind, block: [u8; 16]) -> String {
        let keyring = self.keys.current();
        let derived = self.derived.of(keyring.outside_active(), kind, party);
        write(kind, &derived, block)
    }

    /// The 16 bytes behind an id; `None` if it is not one of this kind, in its one spelling.
    ///
    /// An id of another party gives 16 bytes that belong to nothing.
    pub fn open(&self, party: &OutsideParty, kind: OutsideKind, text: &str) -> Option<[u8; 16]> {
        self.read(party, kind, text).map(|(_, block)| block)
    }

    /// The id by which this party knows the person of a national number: nobody leads it back to the number.
    pub fn seal_person_of(&self, party: &OutsideParty, number: &str) -> String {
        let keyring = self.keys.current();
        let derived = self.derived.of(keyring.outside_active(), OutsideKind::Person, party);
        write(OutsideKind::Person, &derived, derived.block_of(number))
    }

    /// The id by which this party knows a message.
    pub fn seal_message(&self, party: &OutsideParty, mailbox: Uuid, number: i64) -> String {
        self.seal_within(party, OutsideKind::Message, mailbox, number.to_be_bytes())
    }

    /// The id by which this party knows a message that is kept elsewhere.
    pub fn seal_kept(&self, party: &OutsideParty, mailbox: Uuid, number: i64) -> String {
        self.seal_within(party, OutsideKind::KeptElsewhere, mailbox, number.to_be_bytes())
    }

    /// The number of a message; `None` if the id was not made for this party and this mailbox.
    pub fn open_message(&self, party: &OutsideParty, mailbox: Uuid, text: &str) -> Option<i64> {
        self.open_within(party, OutsideKind::Message, mailbox, text).map(i64::from_be_bytes)
    }

    /// The id by which this party knows a partition of a mailbox.
    pub fn seal_partition(&self, party: &OutsideParty, mailbox: Uuid, number: i64) -> String {
        self.seal_within(party, OutsideKind::Partition, mailbox, number.to_be_bytes())
    }

    /// The number of a partition; `None` if the id was not made for this party and this mailbox.
    pub fn open_partition(&self, party: &OutsideParty, mailbox: Uuid, text: &str) -> Option<i64> {
        self.open_within(party, OutsideKind::Partition, mailbox, text).map(i64::from_be_bytes)
    }

    /// The id by which this party knows part `n` of a message.
    ///
    /// The number has 48 bits here. A mailbox that changes a thousand times a second reaches that in 8,900 years.
    pub fn seal_attachment(&self, party: &OutsideParty, mailbox: Uuid, number: i64, n: u16) -> String {
        let place = (number << 16) | i64::from(n);
        self.seal_within(party, OutsideKind::Attachment, mailbox, place.to_be_bytes())
    }

    /// The message's number and the part's; `None` if the id was not made for this party and this mailbox.
    pub fn open_attachment(&self, party: &OutsideParty, mailbox: Uuid, text: &str) -> Option<(i64, u16)> {
        let [number @ .., n1, n2] = self.open_within(party, OutsideKind::Attachment, mailbox, text)?;
        let number = number.iter().fold(0, |value, byte| (value << 8) | i64::from(*byte));
        Some((number, u16::from_be_bytes([n1, n2])))
    }

    /// The id of 8 bytes that belong to a mailbox; the other 8 prove which.
    fn seal_within(&self, party: &OutsideParty, kind: OutsideKind, mailbox: Uuid, place: [u8; 8]) -> String {
        let keyring = self.keys.current();
        let derived = self.derived.of(keyring.outside_active(), kind, party);
        write(kind, &derived, derived.with_proof(mailbox, place))
    }

    fn open_within(
        &self,
        party: &OutsideParty,
        kind: OutsideKind,
        mailbox: Uuid,
        text: &str,
    ) -> Option<[u8; 8]> {
        let (derived, block) = self.read(party, kind, text)?;
        derived.proven(mailbox, block)
    }

    /// The key of an id's generation, and the block under it.
    fn read(&self, party: &OutsideParty, kind: OutsideKind, text: &str) -> Option<(Arc<Derived>, [u8; 16])> {
        let (generation, block) = decode(text.strip_prefix(kind.prefix())?)?;
        let keyring = self.keys.current();
        let derived = self.derived.of(keyring.outside_generation(generation)?, kind, party);
        let block = derived.block.decrypt(block);
        Some((derived, block))
    }
}

fn write(kind: OutsideKind, derived: &Derived, block: [u8; 16]) -> String {
    let mut text = String::with_capacity(kind.prefix().len() + text::LENGTH);
    text.push_str(kind.prefix());
    encode(derived.generation, derived.block.encrypt(block), &mut text);
    text
}
