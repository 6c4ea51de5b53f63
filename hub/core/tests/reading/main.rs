//! Reading a mailbox under a consent, as an attacker would try it; on every database.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

#[path = "../common/mod.rs"]
mod common;
mod doors;
mod facts;
mod kept;
mod lists;
mod messages;
mod parties;
mod usage;

use hub_core::error::{Error, TokenRefusal};

/// Everything that a consent may allow.
const ALL: [&str; 3] = ["list", "readContent", "markRead"];

fn token_refusal<T>(result: Result<T, Error>) -> TokenRefusal {
    match result.err() {
        Some(Error::Token(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn expect_not_found<T>(result: Result<T, Error>, what: &str) {
    match result.err() {
        Some(Error::NotFound(found)) => assert_eq!(found, what),
        other => panic!("{other:?}"),
    }
}

fn expect_forbidden<T>(result: Result<T, Error>, what: &str) {
    match result.err() {
        Some(Error::Forbidden(found)) => assert_eq!(found, what),
        other => panic!("{other:?}"),
    }
}

fn expect_invalid<T>(result: Result<T, Error>, kind: &str, name: &str) {
    match result.err() {
        Some(Error::Invalid(issues)) => assert_eq!((issues[0].kind, issues[0].name.as_str()), (kind, name)),
        other => panic!("{other:?}"),
    }
}
