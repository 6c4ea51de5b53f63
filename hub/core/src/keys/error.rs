//! What can be wrong with a keyring or with something it sealed.

use std::path::PathBuf;

use super::Purpose;

/// What is wrong with a keyring, its file, or something sealed. Never contains a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("keyring {path}")]
    File {
        /// The keyring file.
        path: PathBuf,
        /// What the file system says.
        #[source]
        source: std::io::Error,
    },
    /// Others than the owner may touch the file.
    #[error("keyring {path} has mode {mode:04o}; only its owner may read it (0600)")]
    Mode {
        /// The keyring file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not TOML of the right shape; what stands there is left out, it may be a secret.
    #[error("keyring {path} is not understood at line {line}")]
    Syntax {
        /// The keyring file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Not one of the known environments, or not the hub's.
    #[error("environment {0} is not the keyring's")]
    Environment(String),
    /// Not the name of a purpose.
    #[error("{0} is not the purpose of a key")]
    Purpose(String),
    /// A key's id is not environment, purpose and ordinal.
    #[error("key {no} has the id {id}, which is not environment-purpose-ordinal")]
    Id {
        /// The key's number.
        no: u16,
        /// The id that it has.
        id: String,
    },
    /// Numbers start at 1.
    #[error("a key has the number 0")]
    Zero,
    /// Two keys have the same number.
    #[error("two keys have the number {0}")]
    SameNumber(u16),
    /// Two keys would answer to the same ordinal, or two keys for outside ids to the same generation.
    #[error("key {0} shares its generation with another key")]
    Generation(String),
    /// A purpose that came with a newer program has no key yet.
    #[error("purpose {0} has no key; `facteur keys complete` makes it")]
    NoKey(Purpose),
    /// A key that signs lacks a certificate that fits it, or another key has one.
    #[error("key {0} and its certificate do not fit together")]
    Certificate(String),
    /// What was to be imported is not a P-256 key with its certificates.
    #[error("{0}")]
    Import(&'static str),
    /// A purpose needs exactly one active key.
    #[error("purpose {0} does not have exactly one active key")]
    NotOneActive(Purpose),
    /// The secret is not base64 of 32 bytes, or the date is not a date.
    #[error("key {0} is not complete")]
    Incomplete(String),
    /// A key that seals today is missing from the file that was to take its place.
    #[error("key {0} is missing from the new keyring")]
    Missing(String),
    /// All 65,535 numbers are used.
    #[error("the keyring is full")]
    Full,
    /// Something names a key that this keyring does not have for the purpose.
    #[error("key {0} is unknown for this purpose")]
    Unknown(u16),
    /// Something sealed was changed, cut, or belongs elsewhere.
    #[error("sealed value does not verify")]
    Damaged,
}
