//! The hub as a program: configuration, TLS, listeners, jobs. Wires everything, owns nothing.

mod certification;
pub mod commands;
pub mod config;
mod demo;
pub mod doors;
mod jobs;
mod lines;
mod metrics;
pub mod objects;
mod operations;
mod outbound;
mod parts;
mod push;
mod routes;
pub mod serve;
mod time_stamps;

/// Chooses the cryptography of every TLS connection and every signature in this process; harmless when repeated.
pub fn install_crypto() {
    // Both say no only if it was done before.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}
