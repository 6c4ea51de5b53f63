//! Certification as providers' developers meet it, and the public register of providers.
//!
//! `routes` parses and answers, `wire` holds the shapes of `specs/certification/v1/openapi.yaml`. A developer is known by the
//! registered certificate alone: before certification there is no token to have. Which statements are believed is decided in
//! hub-core.

mod routes;
mod wire;

pub(crate) use routes::{machine_routes, public_routes};
