//! What a service is asked about a seal, and how its answer is judged before anything of it is kept.

use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use der::asn1::{Any, Int, ObjectIdentifier, OctetString};
use der::{Decode as _, Encode as _};
use uuid::Uuid;

use super::asn1::{Answered, Asked, Imprint, names};
use super::token::Token;
use super::{LARGEST, NoAuthority, StampAuthorities, StampFlaw, Stamped};
use crate::clock::Timestamp;
use crate::evidence::CLOCKS_DIFFER;
use crate::id::Sha256;

/// What the operator wants of time-stamps.
#[derive(Clone, Debug)]
pub struct StampTerms {
    authorities: StampAuthorities,
    policy: Option<ObjectIdentifier>,
}

/// Terms that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// No authority.
    #[error(transparent)]
    Authorities(#[from] NoAuthority),
    /// No object identifier.
    #[error("the policy is not an object identifier as 1.2.3.4")]
    Policy,
}

impl StampTerms {
    /// The terms of authorities in PEM, and of a policy if one is asked for.
    ///
    /// # Errors
    /// [`TermsError`] names what cannot be used.
    pub fn new(authorities: &[u8], policy: Option<&str>) -> Result<Self, TermsError> {
        let policy = policy.map(ObjectIdentifier::new).transpose().map_err(|_| TermsError::Policy)?;
        Ok(Self { authorities: StampAuthorities::parse(authorities)?, policy })
    }
}

/// A question about one seal.
#[derive(Clone, Debug)]
pub struct StampRequest {
    seal: Uuid,
    imprint: Sha256,
    nonce: Int,
    policy: Option<ObjectIdentifier>,
    body: Vec<u8>,
}

/// A time-stamp that may be kept.
#[derive(Clone, Debug)]
pub struct NewStamp {
    pub(super) seal: Uuid,
    pub(super) token: Vec<u8>,
    /// What it says.
    pub stamped: Stamped,
}

impl StampRequest {
    /// The question about the hash of a seal's signature; these random bytes tell its answer from any other.
    pub(super) fn new(
        (seal, imprint): (Uuid, Sha256),
        terms: &StampTerms,
        random: [u8; 16],
    ) -> der::Result<Self> {
        let [first, rest @ ..] = random;
        // a positive number in its shortest form
        let nonce = Int::new(&[&[first & 0x3f | 0x40], rest.as_slice()].concat())?;
        let asked = Asked {
            version: 1,
            imprint: Imprint {
                algorithm: AlgorithmIdentifierOwned { oid: names::SHA_256, parameters: Some(Any::null()) },
                hash: OctetString::new(imprint.0.as_slice())?,
            },
            policy: terms.policy,
            nonce: Some(nonce.clone()),
            certificate: true,
        };
        Ok(Self { seal, imprint, nonce, policy: terms.policy, body: asked.to_der()? })
    }

    /// The bytes to be sent, `application/timestamp-query`.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Judges the answer: nothing of it may be kept if anything is wrong.
    ///
    /// # Errors
    /// [`StampFlaw`] says what is wrong.
    pub fn judge(&self, answer: &[u8], terms: &StampTerms, now: Timestamp) -> Result<NewStamp, StampFlaw> {
        if answer.len() > LARGEST {
            return Err(StampFlaw::TooLarge);
        }
        let answer = Answered::from_der(answer).map_err(|_| StampFlaw::Unreadable)?;
        if !GRANTED.contains(&answer.status.status) {
            return Err(StampFlaw::Refused(answer.status.status));
        }
        let token = answer.token.and_then(|token| token.to_der().ok()).ok_or(StampFlaw::Unreadable)?;

        let read = Token::read(&token)?;
        read.is_of(self.imprint)?;
        if read.info.nonce.as_ref() != Some(&self.nonce) {
            return Err(StampFlaw::Nonce);
        }
        if self.policy.is_some_and(|policy| policy != read.info.policy) {
            return Err(StampFlaw::Policy);
        }
        let stamped = read.stamped(Some(&terms.authorities))?;
        if stamped.at.since(now).max(now.since(stamped.at)) > CLOCKS_DIFFER {
            return Err(StampFlaw::Clock);
        }
        Ok(NewStamp { seal: self.seal, token, stamped })
    }
}

// granted, and grantedWithMods (RFC 3161 2.4.2)
const GRANTED: [u8; 2] = [0, 1];
