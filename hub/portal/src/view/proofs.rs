//! The proofs that a page lists, each with its downloads.

use hub_core::clock::Timestamp;

/// A piece of evidence.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What it proves.
    pub facts: Vec<ProvenFact>,
    /// Its address; `/pdf` and `/json` stand below it.
    pub href: String,
}

/// A fact and when it came about.
#[derive(Clone, Debug)]
pub struct ProvenFact {
    /// The value of `$kind` in sentences.
    pub kind: &'static str,
    /// When.
    pub at: Timestamp,
}
