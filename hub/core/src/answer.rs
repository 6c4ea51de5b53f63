//! Answers that were written once and are given again while nothing they depend on has changed (DATA rule 4).
//!
//! An answer is found by a name that contains everything it depends on, the mailbox's version and the consent's epoch among it, and
//! those come from the guard of the very request that asks (TRUST T6): a consent that ended finds nothing here. Whoever is answered
//! from here leaves the same record in the reading journal as whoever had it written (TRUST T18).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::sync::Cache;

use crate::clock::Timestamp;
use crate::id::Sha256;
use crate::journal::Disclosed;

/// An answer to a question about a mailbox, or the word that the reader has it already.
#[derive(Clone, Debug)]
pub enum Answer<'t> {
    /// This tag of those that the reader named is that of the answer as it is now: nothing is disclosed.
    Known(&'t str),
    /// The answer.
    Written(Written),
}

/// An answer as a face wrote it.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its tag, in quotes; `None` if the consent leaves out something of the mailbox.
    pub tag: Option<String>,
}

/// What is kept of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) written: Written,
    /// What its reader learns.
    pub(crate) disclosed: Disclosed,
    /// The first moment at which time alone changes it.
    pub(crate) fresh_until: Option<Timestamp>,
}

/// The answers that this node keeps.
pub(crate) struct Answers(Cache<Sha256, Arc<Kept>>);

impl Answers {
    /// Room for so many bytes of answers; those that nobody asks for make way.
    pub(crate) fn new(bytes: u64) -> Self {
        let weight = |_: &Sha256, kept: &Arc<Kept>| {
            u32::try_from(kept.written.bytes.len().saturating_add(BESIDE)).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(bytes).weigher(weight).time_to_live(LONGEST).build())
    }

    /// The answer of that name, if it is kept and time has not changed it.
    pub(crate) fn find(&self, name: &Sha256, now: Timestamp) -> Option<Arc<Kept>> {
        let kept = self.0.get(name)?;
        kept.fresh_until.is_none_or(|until| now < until).then_some(kept)
    }

    /// Keeps an answer.
    pub(crate) fn keep(&self, name: Sha256, kept: Kept) {
        self.0.insert(name, Arc::new(kept));
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        self.0.invalidate_all();
    }
}

/// How long an answer is kept at most: what is gone from a mailbox is gone from memory soon after.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// About what an answer takes beside its own bytes.
const BESIDE: usize = 400;
