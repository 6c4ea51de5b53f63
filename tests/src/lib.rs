//! What the system tests stand on: databases, certificates, a hub, and the real components it talks to.
//!
//! Nothing here replaces a part of the hub. A fixture that cannot be set up fails the test that asked for it,
//! so these modules unwrap where other crates return errors. Whatever a test starts ends with it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a fixture that cannot be set up fails its test"
)]

pub mod authority;
pub mod database;
pub mod environment;
pub mod node;
pub mod openapi;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod program;
pub mod requirements;
pub mod s3;
pub mod spread;
pub mod world;
pub mod xml;
