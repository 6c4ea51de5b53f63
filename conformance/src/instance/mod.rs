//! The instance: the suite as a hub's operator runs it. It is handed bundles and asked for runs, and states what it found.
//!
//! Developers come over mutual TLS with the certificate that is registered at the hub. A *bundle* of their own is verified with
//! the key of that very certificate; a *run* is played by the instance itself, in a process of its own that calls public
//! addresses only, against an app that must show the same certificate at the stage. Either way the instance signs a
//! statement for one hub (`specs/conformance/statement.schema.json`), and nothing else makes it sign. It knows no hub's register: whose the
//! certificate is, the hub finds out when the statement is handed in.

mod config;
mod desk;
mod door;
mod form;
mod keeping;
mod playing;
mod routes;
mod statement;

pub use config::{Config, ConfigFault, fresh};
pub use desk::{Desk, DeskFault};
pub use door::{Serving, open};

#[cfg(test)]
mod tests;
