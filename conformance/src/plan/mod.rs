//! The plan: which cases a run plays, and whether the cases leave no requirement alone.

mod clause;
mod coverage;
mod known;
mod selection;

pub use coverage::{Gap, gaps};
#[cfg(test)]
pub(crate) use known::outlines;
pub use known::{HUB, Known};
pub use selection::{Unknown, select};

use crate::engine::{Case, Outcome, Verdict};
use crate::profile::{Capability, Profile};

/// What is decided about a case before it is played: it does not apply, because of what the profile does not declare.
pub fn not_applicable<S>(case: &Case<S>, profile: &Profile) -> Option<Outcome> {
    undeclared(case, |capability| profile.declares(capability))
}

/// The outcome of a case that needs what is not declared.
pub(crate) fn undeclared<S>(case: &Case<S>, declares: impl Fn(Capability) -> bool) -> Option<Outcome> {
    let missing: Vec<&str> =
        case.needs.iter().filter(|&&need| !declares(need)).map(|need| need.word()).collect();
    let reason = || format!("the profile does not declare {}", missing.join(", "));
    (!missing.is_empty()).then(|| Outcome::unplayed(case, Verdict::NotApplicable, reason()))
}

#[cfg(test)]
pub(crate) mod samples;
