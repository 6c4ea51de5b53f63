//! The authorization server's machine endpoints over a real hub on SQLite, called in this process.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what a test does not find fails it"
)]

mod clients;
mod holding;
mod party;
mod pushing;
mod redeeming;
mod refreshing;
mod world;
