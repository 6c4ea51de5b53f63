//! What counts of all that was stated about an app: the rule, without a database and without a clock.

use super::{Certification, Fate, Level, Terms};
use crate::clock::Timestamp;

/// What counts now.
#[derive(Clone, Copy, Debug)]
pub enum Standing<'a> {
    /// Nothing ever did.
    None,
    /// This, until then.
    Stands {
        /// What was stated.
        by: &'a Certification,
        /// Until when, if nothing else ends it.
        until: Timestamp,
    },
    /// This did, and does not any more.
    Lapsed {
        /// What was stated.
        by: &'a Certification,
        /// Why it does not count any more.
        why: Lapse,
        /// Until when it could have counted.
        until: Timestamp,
    },
}

/// Why what was stated does not count any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// Its time is over.
    Time,
    /// The policy moved on: other versions are asked for, another plan or more of the app, or its key is believed no more.
    Policy,
    /// The name of the certificate that it was made with does not stand for the app any more.
    Certificate,
}

impl Lapse {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Policy => "policy",
            Self::Certificate => "certificate",
        }
    }
}

impl Standing<'_> {
    /// `none`, `declared`, `certified` or `lapsed`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Stands { by, .. } => by.level.name(),
            Self::Lapsed { .. } => "lapsed",
        }
    }

    /// Whether the app is certified.
    pub const fn is_certified(&self) -> bool {
        matches!(self, Self::Stands { by: Certification { level: Level::Certified, .. }, .. })
    }
}

impl Certification {
    /// Until when it counts, if nothing else ends it: from the beginning of its run.
    pub fn until(&self, terms: &Terms) -> Timestamp {
        self.began.plus(terms.stands_for(self.level))
    }

    /// Why it does not count any more; `None` if it does, as far as nobody has to decide.
    pub fn lapse(&self, terms: &Terms, now: Timestamp) -> Option<Lapse> {
        let accepted = self.plan == terms.plan
            && terms.knows(&self.key_id)
            && terms.covers(&self.capabilities)
            && terms.suite_versions.contains(&self.suite_version)
            && terms.requirements_versions.contains(&self.requirements_version);
        if self.until(terms) <= now {
            Some(Lapse::Time)
        } else if !accepted {
            Some(Lapse::Policy)
        } else if !self.registered {
            Some(Lapse::Certificate)
        } else {
            None
        }
    }

    /// Whether nobody has to decide any more, and nobody decided against it.
    const fn counted(&self) -> bool {
        matches!(self.fate, Fate::Standing | Fate::Approved { .. })
    }
}

/// What counts of these at `now`: the highest level that stands, the one that stands longest; else what last did.
pub fn standing<'a>(all: &'a [Certification], terms: &Terms, now: Timestamp) -> Standing<'a> {
    let counted = || all.iter().filter(|one| one.counted());
    let stands = counted().filter(|one| one.lapse(terms, now).is_none());
    if let Some(by) = stands.max_by_key(|one| (one.level, one.began)) {
        return Standing::Stands { by, until: by.until(terms) };
    }
    match counted().max_by_key(|one| (one.level, one.began)) {
        Some(by) => {
            let why = by.lapse(terms, now).unwrap_or(Lapse::Time);
            Standing::Lapsed { by, why, until: by.until(terms) }
        }
        None => Standing::None,
    }
}
