//! The hub plan: a hub is judged by its clients, which the suite plays.
//!
//! Any deployment of the authorization server, the mailbox API and the Message Registry, ours or another's, is judged by
//! what two providers and an attacker see of it; the attacker holds a valid certificate of a third registered provider. A
//! citizen agrees through a person with a browser or through a program. What is wrong stands between things that are right
//! and that the hub takes: a hub that refuses everything is blocked, not green.

mod at;
mod caller;
mod cases;
mod citizen;
mod conditions;
mod doctor;
mod flow;
mod hello;
mod letters;
mod profile;
mod random;
mod register;
mod request;
mod trial;
mod veil;

pub use caller::FileFault;
pub use doctor::examine;
pub use profile::{Citizen, HubProfile, Identity, Limits, Plan, Publisher, Target};
pub use register::{RegisterFault, register};
pub use trial::{Trial, TrialFault};

use crate::engine::{Case, Outcome};
use crate::plan::undeclared;

/// A profile to begin with: every key with what it means.
pub const EXAMPLE: &str = include_str!("example.toml");

/// All cases of the plan.
pub fn plan() -> Vec<Case<Trial>> {
    cases::all()
}

/// What is decided about a case before it is played: it does not apply, because of what the profile does not declare.
pub fn not_applicable(case: &Case<Trial>, profile: &HubProfile) -> Option<Outcome> {
    undeclared(case, |capability| profile.declares(capability))
}

#[cfg(test)]
mod tests;
