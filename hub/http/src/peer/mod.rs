//! Peers: what is known of the other end of a connection by its client certificate.
//!
//! A door lets any chain through whose key was proven in the handshake. What the chain is worth, [`verdict`] says:
//! one function over DER, strict, asked again whenever trust or a revocation list changes. Which party an identity
//! is, a registration says; that is not decided here. After this module nobody reads certificates.

mod accepting;
mod anchor;
mod certificate;
mod described;
mod file;
mod handle;
mod judged;
mod name;
mod presented;
mod revocation;
mod trust;
mod verdict;

pub use accepting::AcceptingVerifier;
pub use described::Described;
pub use file::{AnchorEntry, Profile, TrustFile};
pub use handle::TrustHandle;
pub use presented::PeerCertificates;
pub use revocation::{Alarm, RevocationList};
pub use trust::{Trust, TrustError};
pub use verdict::{Verdict, verdict};
