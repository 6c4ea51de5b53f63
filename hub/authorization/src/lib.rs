//! The machine endpoints of the authorization server, and its metadata.
//!
//! FAPI 2.0 Security Profile with mutual TLS: clients push requests, redeem codes and manage tokens here, known by
//! their certificate alone (RFC 8705 2.1). The pages for citizens are the portal's. What may be done is decided in
//! hub-core: `form` reads parameters, `call` authenticates, `convert` translates, `wire` holds the answers, `fault`
//! says no. `ebox` is an issuer of its own, for clients that sign. Requirements: A1 to A62 and GM1 to GM5 of `specs/authorization/requirements.toml`.

mod call;
mod convert;
mod ebox;
mod fault;
mod form;
mod grants;
mod metadata;
mod routes;
mod wire;

pub use ebox::{ebox_issuer, ebox_routes};
pub use fault::refuse;
pub use grants::grant_routes;
pub use metadata::metadata_routes;
pub use routes::machine_routes;

/// Where the authorization server is reached; origins without a path or a final slash.
#[derive(Clone, Debug)]
pub struct Origins {
    /// The public origin, which is the issuer.
    pub issuer: String,
    /// The origin of the mtls listener.
    pub mtls: String,
    /// The audiences of the APIs that tokens are for.
    pub resources: Vec<String>,
}
