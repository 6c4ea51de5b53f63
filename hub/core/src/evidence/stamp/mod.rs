//! Time-stamps: what a service outside of the hub says about when a seal was there (RFC 3161, RFC 5816).
//!
//! A token signs a time with the hash of a seal's signature. It stands beside the seal, in the unprotected header of
//! its JWS (`sigTst` in `etsiU`: ETSI TS 119 182-1 5.3.4), and is checked without the service, under an authority that
//! whoever checks has chosen. Whether the service's certificate was revoked is not asked.

mod asn1;
mod authorities;
mod header;
mod request;
mod signature;
mod sql;
mod stamping;
mod token;

use crate::clock::Timestamp;

pub use authorities::{NoAuthority, StampAuthorities};
pub use header::Unprotected;
pub use request::{NewStamp, StampRequest, StampTerms, TermsError};
pub use stamping::Unstamped;
pub(crate) use stamping::{keep_stamp, next_to_stamp, unstamped};

/// What a time-stamp says, in which nothing is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// When the service saw the seal, by its own clock.
    pub at: Timestamp,
    /// The subject of the service's certificate, fit to be printed.
    pub by: String,
    /// Whether an authority that was given vouches for the service; without one, anybody may have made it.
    pub is_confirmed: bool,
}

/// What is wrong with a time-stamp, or with the answer of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StampFlaw {
    /// The service answers that it does not stamp this.
    #[error("the service refuses with status {0}")]
    Refused(u8),
    /// Larger than any that is needed.
    #[error("it is too large")]
    TooLarge,
    /// Not an answer or a token as RFC 3161 describes it, in DER.
    #[error("it is no time-stamp of RFC 3161")]
    Unreadable,
    /// A time-stamp of something else.
    #[error("it is of something else")]
    Imprint,
    /// Of a hash of another kind than SHA-256.
    #[error("it is not of a SHA-256")]
    Hash,
    /// Not an answer to what was asked.
    #[error("it has another nonce than the request")]
    Nonce,
    /// Under another policy than the one asked for.
    #[error("it is under another policy")]
    Policy,
    /// The signed attributes are not of this content, or name no certificate that is with it.
    #[error("its signed attributes are not what they must be")]
    Attributes,
    /// Another algorithm, or a key that is too short or too long.
    #[error("it is signed in a way that is not accepted")]
    Algorithm,
    /// The signature does not fit.
    #[error("its signature does not fit")]
    Signature,
    /// The certificate is not for time-stamps and nothing else.
    #[error("the certificate of the service is not one for time-stamps")]
    Usage,
    /// The certificate was not valid at the time that it states.
    #[error("the certificate of the service was not valid at that time")]
    Validity,
    /// No authority that was given vouches for the service.
    #[error("no given authority vouches for the service")]
    Authority,
    /// The time is not that of the hub.
    #[error("the clock of the service is not that of the hub")]
    Clock,
}

/// The largest token, and the largest answer: one with a chain of long keys has less than half of it.
pub const LARGEST: usize = 16 * 1024;

#[cfg(test)]
mod tests;
