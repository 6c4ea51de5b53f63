//! The conformance suite: plays a hub towards an app that reads mailboxes, and judges the app by the contract.
//!
//! `engine` runs cases and knows nothing of mailboxes; `profile` is the one file a run needs; `requirement` reads
//! what the contract asks. The suite knows the crate `specs` and no code of the hub or of its adapters.

pub mod app;
pub mod authority;
pub mod bundle;
pub mod cases;
pub mod digest;
pub mod doctor;
pub mod engine;
pub mod hub_plan;
pub mod instance;
pub mod live;
pub mod plan;
pub mod profile;
pub mod report;
pub mod requirement;
pub mod session;
pub mod stage;
