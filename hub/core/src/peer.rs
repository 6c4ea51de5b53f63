//! The identity behind a connection: what a verified client certificate says, or why it was refused.
//!
//! Plain data. Certificates are read and judged at the doors; after that nobody reads them again. An identity
//! is not yet a party: which provider, sender or person it is, a registration says.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Object identifier of the private, non-critical X.509 extension that names the environment of demo material.
///
/// Its value is one DER `UTF8String` with the environment's name: see [`demo_extension_value`]. Demo anchors and
/// the certificates under them carry it; a hub of any other environment refuses them.
pub const DEMO_EXTENSION_OID: [u64; 9] = [1, 3, 6, 1, 4, 1, 58888, 1, 1];

/// The DER value of the demo extension for `environment`; names longer than 127 bytes are cut there.
pub fn demo_extension_value(environment: &str) -> Vec<u8> {
    let name: Vec<u8> = environment.bytes().take(127).collect();
    let length = u8::try_from(name.len()).unwrap_or(127);
    [vec![0x0c, length], name].concat()
}

/// What a certificate was issued for: each role has its own trust file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Reads mailboxes on citizens' behalf.
    Provider,
    /// Publishes messages for a sender organization.
    Sender,
    /// An enterprise's system that reads its own mailbox.
    OwnSoftware,
    /// Runs the hub.
    Operator,
}

impl Role {
    /// Every role, in the order in which trust is asked.
    pub const ALL: [Self; 4] = [Self::Provider, Self::Sender, Self::OwnSoftware, Self::Operator];

    /// The spelling in files, databases and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Sender => "sender",
            Self::OwnSoftware => "ownSoftware",
            Self::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

/// A word that names no role.
#[derive(Debug, thiserror::Error)]
#[error("role {0} is not one of provider, sender, ownSoftware, operator")]
pub struct UnknownRole(String);

/// What a verified certificate says about its holder.
///
/// Names mean something only together with `anchor`: two anchors may vouch for the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerIdentity {
    /// The role whose trust file holds the anchor.
    pub role: Role,
    /// The anchor's name in that trust file.
    pub anchor: String,
    /// URIs among the subject alternative names, as written.
    pub san_uris: Vec<String>,
    /// DNS names among the subject alternative names, in lower case.
    pub san_dns: Vec<String>,
    /// The subject in the form of RFC 4514: most specific part first, special characters escaped.
    pub subject: String,
    /// The organization's CBE number, 10 digits; `None` if the certificate states none that its profile allows.
    pub organization: Option<String>,
    /// SHA-256 over the DER of the certificate (`x5t#S256`, RFC 8705 3.1).
    pub thumbprint: [u8; 32],
    /// The first instant at which the certificate is valid.
    pub not_before: Timestamp,
    /// The last instant at which the certificate is valid.
    pub not_after: Timestamp,
}

/// Why a connection's certificate opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// None was presented.
    Absent,
    /// Past its end, or one of its issuers is.
    Expired,
    /// Its first day, or that of one of its issuers, is still to come.
    NotYetValid,
    /// No chain leads to a trusted anchor.
    UnknownIssuer,
    /// Not issued for TLS client authentication.
    WrongUsage,
    /// On its issuer's revocation list, or one of its issuers is.
    Revoked,
    /// No current revocation list says whether it is still good.
    CrlExpired,
    /// Issued for another environment than the hub's.
    WrongEnvironment,
    /// More certificates, bytes or key bits than are looked at.
    TooLarge,
    /// Trusted, and registered for nobody.
    NotRegistered,
    /// Registered for another party than the one the request names.
    OtherParty,
    /// Registered in another role than the one this route serves.
    WrongRole,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Self; 12] = [
        Self::Absent,
        Self::Expired,
        Self::NotYetValid,
        Self::UnknownIssuer,
        Self::WrongUsage,
        Self::Revoked,
        Self::CrlExpired,
        Self::WrongEnvironment,
        Self::TooLarge,
        Self::NotRegistered,
        Self::OtherParty,
        Self::WrongRole,
    ];

    /// The reason as callers' programs read it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Expired => "expired",
            Self::NotYetValid => "notYetValid",
            Self::UnknownIssuer => "unknownIssuer",
            Self::WrongUsage => "wrongUsage",
            Self::Revoked => "revoked",
            Self::CrlExpired => "crlExpired",
            Self::WrongEnvironment => "wrongEnvironment",
            Self::TooLarge => "tooLarge",
            Self::NotRegistered => "notRegistered",
            Self::OtherParty => "otherParty",
            Self::WrongRole => "wrongRole",
        }
    }

    /// What is wrong and what to do about it, in one or two English sentences for the caller's engineers.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Absent => {
                "No client certificate was presented in the TLS handshake. \
                 Configure your client with its certificate, the issuing certificates and the private key."
            }
            Self::Expired => {
                "The client certificate, or one that issued it, is past its notAfter date. \
                 Renew it and register the new one with the operator of the hub."
            }
            Self::NotYetValid => {
                "The client certificate, or one that issued it, is not valid before a later date. \
                 Wait for its notBefore date, or check the clock of the machine that issued it."
            }
            Self::UnknownIssuer => {
                "The client certificate does not lead to an authority that this hub trusts. \
                 Present every intermediate certificate, and use one issued by an authority on the hub's list."
            }
            Self::WrongUsage => {
                "The client certificate is not issued for TLS client authentication. \
                 Ask your authority for an end-entity certificate with the extended key usage clientAuth."
            }
            Self::Revoked => {
                "The client certificate, or one that issued it, has been revoked by its authority. \
                 Stop using its key and have a new certificate issued and registered."
            }
            Self::CrlExpired => {
                "No current revocation list of the client certificate's issuer is available, so that it cannot be \
                 accepted. Your certificate itself may be good: tell the operator of the hub."
            }
            Self::WrongEnvironment => {
                "The client certificate was issued for another environment than this hub's. \
                 Use the certificate issued for this environment."
            }
            Self::TooLarge => {
                "The certificate chain is larger than this hub reads: at most 4 certificates, 16 KiB together, \
                 and RSA keys of at most 4096 bits. Send only the certificate and its intermediates."
            }
            Self::NotRegistered => {
                "The client certificate is trusted but not registered for any party. \
                 Ask the operator of the hub to register it."
            }
            Self::OtherParty => {
                "The client certificate is registered for another party than the one this request or token names. \
                 Use your own certificate, the one with which the token was obtained."
            }
            Self::WrongRole => {
                "The client certificate is registered in another role than the one this route serves. \
                 Use the certificate registered for this role."
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_back_from_its_name() {
        for role in Role::ALL {
            assert_eq!(role.name().parse::<Role>().unwrap(), role);
        }
        assert!("own_software".parse::<Role>().is_err());
    }

    #[test]
    fn every_reason_has_its_own_code_and_says_what_to_do() {
        let codes: std::collections::BTreeSet<_> = Refusal::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Refusal::ALL.len());
        assert!(Refusal::ALL.iter().all(|reason| reason.explanation().contains(". ")));
    }

    #[test]
    fn the_demo_extension_is_one_der_string() {
        assert_eq!(demo_extension_value("demo"), b"\x0c\x04demo");
    }
}
