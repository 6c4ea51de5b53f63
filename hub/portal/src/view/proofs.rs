//! Proofs: the list of a page, each with its downloads, and the page of those about messages.

use askama::Template;
use hub_core::clock::Timestamp;

use super::{Frame, Holder};

/// A piece of evidence.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What it proves.
    pub facts: Vec<ProvenFact>,
    /// Its address; `/pdf`, `/json` and `/opening` stand below it.
    pub href: String,
    /// Whether this person can get what opens its hashes.
    pub opens: bool,
}

impl Proof {
    /// Whether this person can get what opens one of them.
    pub(crate) fn one_opens(proofs: &[Self]) -> bool {
        proofs.iter().any(|proof| proof.opens)
    }
}

/// A fact and when it came about.
#[derive(Clone, Debug)]
pub struct ProvenFact {
    /// The value of `$kind` in sentences.
    pub kind: &'static str,
    /// When.
    pub at: Timestamp,
}

/// The proofs about the messages of a mailbox, also about those that are gone.
#[derive(Clone, Debug, Template)]
#[template(path = "message_proofs.html")]
pub struct ProofsPage {
    /// The frame.
    pub frame: Frame,
    /// Whose mailbox it is.
    pub holder: Holder,
    /// The mailbox.
    pub back: String,
    /// The message that was published last comes first.
    pub messages: Vec<ProvenMessage>,
    /// The address of the first page, unless this is it.
    pub first: Option<String>,
    /// The address of the next page, if there is one.
    pub next: Option<String>,
}

/// A message by what is proven about it.
#[derive(Clone, Debug)]
pub struct ProvenMessage {
    /// The sender organization's name, if it is still registered.
    pub sender: Option<String>,
    /// Oldest first.
    pub proofs: Vec<Proof>,
}

impl ProofsPage {
    fn one_opens(&self) -> bool {
        self.messages.iter().any(|message| Proof::one_opens(&message.proofs))
    }
}

impl ProvenMessage {
    /// When it was published.
    fn at(&self) -> Option<Timestamp> {
        self.proofs.first()?.facts.first().map(|fact| fact.at)
    }
}
