//! The sender API: REST over mutual TLS for public bodies that send.
//!
//! `routes` parses and answers, `wire` holds the shapes of `specs/sender/v1/openapi.yaml`, `convert` turns them into what the hub knows. What may be published is decided
//! in hub-core.

mod callers;
mod campaign_wire;
mod campaigns;
mod changes;
mod convert;
mod evidence;
mod lines;
mod replies;
mod routes;
mod wire;
mod withdraw;

pub use routes::{Settings, routes, routes_with};
