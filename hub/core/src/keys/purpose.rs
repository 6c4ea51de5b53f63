//! What a key is for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::KeyError;

/// What a key is for; a key serves one purpose only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Seals small content and wraps the keys of objects.
    Content,
    /// Seals the numbers of persons.
    SsinSeal,
    /// Makes the keyed hash by which the number of a person is looked up.
    SsinIndex,
    /// Encrypts the ids that outside parties see.
    OutsideIds,
    /// Seals cursors and hashes tags.
    Cursors,
    /// Seals columns with business data.
    SealedColumns,
    /// Marks the heads of the reading journal.
    JournalHeads,
    /// Makes the salts of evidence, which open its hashes; former keys are kept for as long as the evidence.
    EvidenceSalt,
    /// Signs evidence; its secret is the private half of a pair (ECDSA P-256), with a certificate.
    Evidence,
    /// Signs the event tokens that tell providers of changes; a pair too. Former keys stay published for as long as a
    /// token may be looked at.
    Events,
}

impl Purpose {
    /// Every purpose, in the order in which a new keyring numbers them.
    pub const ALL: &[Self] = &[
        Self::Content,
        Self::SsinSeal,
        Self::SsinIndex,
        Self::OutsideIds,
        Self::Cursors,
        Self::SealedColumns,
        Self::JournalHeads,
        Self::Evidence,
        Self::EvidenceSalt,
        Self::Events,
    ];

    /// The name in the keyring file and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::SsinSeal => "ssin-seal",
            Self::SsinIndex => "ssin-index",
            Self::OutsideIds => "outside-ids",
            Self::Cursors => "cursors",
            Self::SealedColumns => "sealed-columns",
            Self::JournalHeads => "journal-heads",
            Self::Evidence => "evidence",
            Self::EvidenceSalt => "evidence-salt",
            Self::Events => "events",
        }
    }
}

impl Purpose {
    /// Whether its keys sign, and so bear a certificate.
    pub(super) const fn signs(self) -> bool {
        matches!(self, Self::Evidence | Self::Events)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Purpose {
    type Err = KeyError;

    fn from_str(name: &str) -> Result<Self, KeyError> {
        let named = Self::ALL.iter().find(|purpose| purpose.name() == name);
        named.copied().ok_or_else(|| KeyError::Purpose(name.to_owned()))
    }
}
