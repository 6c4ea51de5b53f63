//! The portal as a browser sees it, on every database, without an identity service: sessions are opened as its
//! answer would open them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "../../../core/tests/common/mod.rs"]
mod common;

mod browser;
mod files;
mod logins;
mod pages;
mod requests;
