//! The document that is given out: a statement, its path to a root, and the seal over the root.
//!
//! `specs/evidence/document.schema.json`. A PDF carries the same document as its attachment, with one more signature
//! over the bytes around it.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::jws::{Content, Jws};
use super::statement::{FORMAT, Statement};
use super::{Flaw, merkle};
use crate::clock::Timestamp;
use crate::id::Sha256;
use crate::keys::{KeyError, Keyring};

/// A piece of evidence, checkable without the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`FORMAT`].
    pub format: String,
    /// Where the statement stands under the seal.
    pub proof: Proof,
    /// In a PDF only: the signature over the bytes around this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendering: Option<Jws>,
    /// The signature over the root.
    pub seal: Jws,
    /// The exact bytes of the statement, in base64url.
    pub statement: String,
}

/// The place of a leaf in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Its place among the leaves, from 0.
    pub index: u64,
    /// The hashes that lead to the root, in base64url, the leaf's neighbour first.
    pub path: Vec<String>,
}

/// What a seal signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealedRoot {
    pub(super) environment: String,
    pub(super) format: String,
    pub(super) issuer: String,
    pub(super) root: String,
    pub(super) size: u64,
}

/// What the signature over a PDF signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealedPages {
    /// SHA-256 of the file without the attached document.
    pub(super) around: String,
    pub(super) format: String,
    /// The leaf of the document's statement.
    pub(super) leaf: String,
}

impl SealedRoot {
    /// What is signed of these leaves.
    pub(super) fn over(leaves: &[Sha256], environment: &str, issuer: &str) -> Self {
        Self {
            environment: environment.to_owned(),
            format: SEAL_FORMAT.to_owned(),
            issuer: issuer.to_owned(),
            root: BASE64URL_NOPAD.encode(&merkle::root(leaves).0),
            size: u64::try_from(leaves.len()).unwrap_or(u64::MAX),
        }
    }
}

impl Document {
    /// The document of a statement that is one of these leaves under this seal; `None` if it is none of them.
    pub(super) fn new(statement: &[u8], leaves: &[Sha256], seal: Jws) -> Option<Self> {
        let leaf = merkle::leaf(statement);
        let at = leaves.iter().position(|other| *other == leaf)?;
        let path = merkle::path(leaves, at)?;
        Some(Self {
            format: FORMAT.to_owned(),
            proof: Proof {
                index: u64::try_from(at).ok()?,
                path: path.iter().map(|hash| BASE64URL_NOPAD.encode(&hash.0)).collect(),
            },
            rendering: None,
            seal,
            statement: BASE64URL_NOPAD.encode(statement),
        })
    }

    /// Reads the JSON of a document; anything that it does not describe is refused.
    pub fn parse(json: &[u8]) -> Result<Self, Flaw> {
        serde_json::from_slice(json).map_err(|_| Flaw::Document)
    }

    /// The document as it is given out: one line of JSON.
    pub fn json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What it states; says nothing about whether that is sealed.
    pub fn statement(&self) -> Result<Statement, Flaw> {
        let bytes = super::jws::decoded(&self.statement)?;
        let statement: Statement = serde_json::from_slice(&bytes).map_err(|_| Flaw::Statement)?;
        if statement.is_sound() { Ok(statement) } else { Err(Flaw::Statement) }
    }

    /// The same for a PDF whose bytes around the document have that hash.
    ///
    /// The signature has the same length whatever the hash is, so that a file can be set before it is known.
    pub(crate) fn rendered(
        &self,
        keyring: &Keyring,
        around: Sha256,
        now: Timestamp,
    ) -> Result<Self, KeyError> {
        let statement = super::jws::decoded(&self.statement).map_err(|_| KeyError::Damaged)?;
        let pages = SealedPages {
            around: BASE64URL_NOPAD.encode(&around.0),
            format: RENDERING_FORMAT.to_owned(),
            leaf: BASE64URL_NOPAD.encode(&merkle::leaf(&statement).0),
        };
        let payload = serde_json::to_vec(&pages).map_err(|_| KeyError::Damaged)?;
        let rendering = Jws::sign(keyring.signer()?, Content::Rendering, &payload, now)?;
        Ok(Self { rendering: Some(rendering), ..self.clone() })
    }
}

/// The format of what a seal signs.
pub(super) const SEAL_FORMAT: &str = "facteur-evidence-seal-1";
/// The format of what the signature over a PDF signs.
pub(super) const RENDERING_FORMAT: &str = "facteur-evidence-rendering-1";
