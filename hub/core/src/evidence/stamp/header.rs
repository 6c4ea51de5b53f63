//! Where the token of a seal stands: the unprotected header of its JWS.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::token;
use super::{StampAuthorities, StampFlaw, Stamped};
use crate::id::Sha256;

/// The unprotected header of a seal that was stamped: one signature time-stamp (ETSI TS 119 182-1 5.3.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unprotected {
    /// What was added after the signature was made.
    #[serde(rename = "etsiU")]
    pub etsi_u: [Addition; 1],
}

/// An element of `etsiU`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    /// The time-stamp over the signature.
    #[serde(rename = "sigTst")]
    pub signature_time_stamp: Container,
}

/// A container of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Container {
    /// The tokens.
    #[serde(rename = "tstTokens")]
    pub tokens: [Encoded; 1],
}

/// A token in its text form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encoded {
    /// The DER of a token of RFC 3161, in base64.
    pub val: String,
}

impl Unprotected {
    /// The header with this token.
    pub(in crate::evidence) fn with(token: &[u8]) -> Self {
        let tokens = [Encoded { val: BASE64.encode(token) }];
        Self { etsi_u: [Addition { signature_time_stamp: Container { tokens } }] }
    }

    /// Checks the token: it must be of this hash, and of a service that an authority vouches for if one is given.
    pub(in crate::evidence) fn check(
        &self,
        imprint: Sha256,
        authorities: Option<&StampAuthorities>,
    ) -> Result<Stamped, StampFlaw> {
        let [Addition { signature_time_stamp: Container { tokens: [token] } }] = &self.etsi_u;
        let der = BASE64.decode(token.val.as_bytes()).map_err(|_| StampFlaw::Unreadable)?;
        token::check(&der, imprint, authorities)
    }
}
