//! Checking evidence without the hub: only the document, and the keys that somebody kept. Pure.

use data_encoding::BASE64URL_NOPAD;

use super::attachment::Carrier;
use super::document::{Document, RENDERING_FORMAT, SEAL_FORMAT, SealedPages, SealedRoot};
use super::jws::{self, Content, Opened};
use super::keys::KeySet;
use super::statement::Statement;
use super::{CLOCKS_DIFFER, StampAuthorities, StampFlaw, Stamped, merkle};
use crate::clock::Timestamp;
use crate::id::Sha256;

/// What is wrong with a piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Not a document of this format.
    #[error("this is no evidence of the format facteur-evidence-1")]
    Document,
    /// A PDF without the one attached document.
    #[error("the PDF does not carry exactly one piece of evidence")]
    Attachment,
    /// A text that is not base64url in its one spelling.
    #[error("a part of it is not written as it must be")]
    Encoding,
    /// The protected header is not of the agreed shape.
    #[error("the header of a signature is not what it must be")]
    Header,
    /// The certificate cannot be read, or is not the one that is named.
    #[error("the certificate of a signature is not what it must be")]
    Certificate,
    /// The signature does not fit.
    #[error("a signature does not fit what is signed")]
    Signature,
    /// The statement is not under the seal.
    #[error("the statement is not among those that were sealed")]
    Root,
    /// What is sealed is no statement.
    #[error("what is sealed is no statement of the format facteur-evidence-1")]
    Statement,
    /// Statement and seal name another hub.
    #[error("the statement and the seal are not of the same hub")]
    Issuer,
    /// It states what came after its seal.
    #[error("the statement tells of a time after its seal")]
    Time,
    /// The key was not to sign at that time.
    #[error("the key was not valid when the signature was made")]
    Validity,
    /// The key is not among those given.
    #[error("the key that signed is not among the published keys")]
    UnknownKey,
    /// The pages of the PDF are not those that the hub made.
    #[error("the pages of the PDF were changed")]
    Pages,
    /// The time-stamp proves nothing.
    #[error("the time-stamp cannot be accepted: {0}")]
    TimeStamp(#[from] StampFlaw),
    /// It states what came after its time-stamp, or was sealed after it.
    #[error("it tells of a time after its time-stamp")]
    Stamped,
    /// The opening does not open this statement.
    #[error("the opening is not of this evidence, or was changed")]
    Opening,
}

/// Evidence in which nothing is wrong.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What the hub stated.
    pub statement: Statement,
    /// When it sealed it, by its own clock.
    pub sealed_at: Timestamp,
    /// The key that sealed it.
    pub kid: String,
    /// SHA-256 of that key's certificate.
    pub thumbprint: Sha256,
    /// Whether the key is among the published ones; without them only that nothing was changed since it signed.
    pub key_is_published: bool,
    /// When it was there according to a service outside of the hub, if the seal was stamped.
    pub time_stamp: Option<Stamped>,
}

/// What somebody kept to check evidence with; what is not given is not confirmed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trusted<'a> {
    /// The keys that the hub published.
    pub keys: Option<&'a KeySet>,
    /// The authorities that vouch for services of time-stamps.
    pub time_stamps: Option<&'a StampAuthorities>,
}

/// Checks a file: the JSON of a document, or a PDF that carries one.
pub fn verify(file: &[u8], trusted: Trusted<'_>) -> Result<Verified, Flaw> {
    if !Carrier::is_pdf(file) {
        return check(&Document::parse(file)?, trusted, None);
    }
    let carrier = Carrier::open(file)?;
    let document = Document::parse(carrier.document)?;
    document.rendering.as_ref().ok_or(Flaw::Pages)?;
    check(&document, trusted, Some(carrier.around()))
}

fn check(document: &Document, trusted: Trusted<'_>, around: Option<Sha256>) -> Result<Verified, Flaw> {
    let statement = document.statement()?;
    let leaf = merkle::leaf(&jws::decoded(&document.statement)?);
    let seal = trusted.checked(document.seal.open(Content::Seal)?)?;
    check_root(document, &statement, (leaf, &seal))?;
    check_pages(document, trusted, (leaf, around))?;

    let time_stamp = match &document.seal.header {
        Some(header) => Some(header.check(document.seal.imprint(), trusted.time_stamps)?),
        None => None,
    };
    if !is_before(&statement, seal.at) {
        return Err(Flaw::Time);
    }
    if let Some(stamp) = &time_stamp
        && (seal.at > stamp.at.plus(CLOCKS_DIFFER) || !is_before(&statement, stamp.at))
    {
        return Err(Flaw::Stamped);
    }
    Ok(Verified {
        statement,
        sealed_at: seal.at,
        kid: seal.kid,
        thumbprint: seal.thumbprint,
        key_is_published: trusted.keys.is_some(),
        time_stamp,
    })
}

/// The statement must be under the root that was sealed, and of the hub that sealed it.
fn check_root(
    document: &Document,
    statement: &Statement,
    (leaf, seal): (Sha256, &Opened),
) -> Result<(), Flaw> {
    let root: SealedRoot = serde_json::from_slice(&seal.payload).map_err(|_| Flaw::Document)?;

    let path: Vec<Sha256> =
        document.proof.path.iter().map(|hash| jws::hash(hash)).collect::<Result<_, _>>()?;
    let climbed = merkle::climb(leaf, document.proof.index, root.size, &path).ok_or(Flaw::Root)?;
    if root.format != SEAL_FORMAT || document.format != super::FORMAT {
        return Err(Flaw::Document);
    }
    if BASE64URL_NOPAD.encode(&climbed.0) != root.root {
        return Err(Flaw::Root);
    }
    if (&root.issuer, &root.environment) != (&statement.issuer, &statement.environment) {
        return Err(Flaw::Issuer);
    }
    Ok(())
}

/// Whether every fact came about before an instant, as far as clocks agree.
fn is_before(statement: &Statement, instant: Timestamp) -> bool {
    let latest = instant.plus(CLOCKS_DIFFER);
    statement.facts.iter().all(|fact| Timestamp::parse(&fact.at).is_some_and(|at| at <= latest))
}

/// The signature over the pages of a PDF; a document that was taken out of its PDF still bears it.
fn check_pages(
    document: &Document,
    trusted: Trusted<'_>,
    (leaf, around): (Sha256, Option<Sha256>),
) -> Result<(), Flaw> {
    let Some(rendering) = &document.rendering else { return Ok(()) };
    let opened = trusted.checked(rendering.open(Content::Rendering)?)?;
    let pages: SealedPages = serde_json::from_slice(&opened.payload).map_err(|_| Flaw::Document)?;
    let same = around.is_none_or(|around| jws::hash(&pages.around) == Ok(around));
    if pages.format != RENDERING_FORMAT || jws::hash(&pages.leaf)? != leaf || !same {
        return Err(Flaw::Pages);
    }
    Ok(())
}

impl Trusted<'_> {
    fn checked(&self, opened: Opened) -> Result<Opened, Flaw> {
        opened.in_time()?;
        if let Some(keys) = self.keys {
            keys.check(&opened)?;
        }
        Ok(opened)
    }
}

#[cfg(test)]
mod tests;
