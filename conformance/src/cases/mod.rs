//! The provider plan: every case that an app is judged by.
//!
//! A case is one wrong or unusual thing between two plain stories. Its requirements are those of
//! `specs/conformance/requirements.toml`; its id is that of the one it is about, with a word where there are several.

mod act;
mod by_hand;
mod callback;
mod certificates;
mod connection;
mod consent;
mod discovery;
mod events;
mod every_call;
mod letters;
mod lists;
mod proof;
mod push;
mod renewal;
mod token;
mod tolerance;
mod world;

pub use by_hand::{ByHand, by_hand};
pub use world::{ACTIONS, Linked, OpenError, Tried, World};

use crate::{
    engine::{Case, Polarity},
    profile::Capability,
};

/// All cases, in the order of the plan: what stands on little first.
pub fn all() -> Vec<Case<World>> {
    [
        discovery::CASES,
        connection::CASES,
        push::CASES,
        callback::CASES,
        token::CASES,
        renewal::CASES,
        letters::CASES,
        lists::CASES,
        consent::CASES,
        events::CASES,
        certificates::CASES,
        tolerance::CASES,
        every_call::CASES,
    ]
    .concat()
}

/// What a case need not say again.
const BASE: Case<World> = Case {
    id: "",
    section: "",
    title: "",
    requirements: &[],
    needs: HOOK,
    polarity: Polarity::Refuse,
    what: "",
    why: "",
    causes: &[],
    run: |_, _| Box::pin(async { Ok(()) }),
};

const HOOK: &[Capability] = &[Capability::Hook];
const READ: &[Capability] = &[Capability::Hook, Capability::Read];
const REFRESH: &[Capability] = &[Capability::Hook, Capability::Read, Capability::Refresh];
const END: &[Capability] = &[Capability::Hook, Capability::End];
const PUSH: &[Capability] = &[Capability::Hook, Capability::Push];
const PUSH_AND_READ: &[Capability] = &[Capability::Hook, Capability::Push, Capability::Read];
const SYNCHRONISE: &[Capability] = &[Capability::Hook, Capability::Synchronise];
const CERTIFICATE: &[Capability] = &[Capability::Hook, Capability::Read, Capability::Certificate];
const TWO: &[Capability] = &[Capability::Hook, Capability::Read, Capability::TwoCustomers];
