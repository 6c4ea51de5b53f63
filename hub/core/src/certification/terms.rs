//! What the operator told the hub: which keys it believes, and its policy.

use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::Deserialize;

use super::Level;
use crate::assertion::{Jwk, PublicKey, is_kid};

/// The terms as a configuration has them.
#[derive(Clone, Debug)]
pub struct TermsForm {
    /// The certification keys: a JWK set (RFC 7517), each key on P-256 with its `kid`.
    pub keys: String,
    /// The versions of the suite that are accepted.
    pub suite_versions: Vec<String>,
    /// The versions of the requirements that are accepted.
    pub requirements_versions: Vec<String>,
    /// The plan that must have been played.
    pub plan: String,
    /// The capabilities that an app must have been declared to have.
    pub needs: Vec<String>,
    /// How long ago a run may have begun that is handed in.
    pub max_age: Duration,
    /// How long *declared* stands, from the beginning of its run.
    pub declared_for: Duration,
    /// How long *certified* stands, from the beginning of its run.
    pub certified_for: Duration,
    /// How long a nonce is good.
    pub nonce_for: Duration,
}

/// Which statements the hub believes, and for how long.
#[derive(Clone, Debug)]
pub struct Terms {
    keys: Vec<(String, PublicKey)>,
    /// The versions of the suite that are accepted.
    pub suite_versions: Vec<String>,
    /// The versions of the requirements that are accepted.
    pub requirements_versions: Vec<String>,
    /// The plan that must have been played.
    pub plan: String,
    /// The capabilities that an app must have been declared to have.
    pub needs: Vec<String>,
    /// How long ago a run may have begun that is handed in.
    pub max_age: Duration,
    /// How long a nonce is good.
    pub nonce_for: Duration,
    declared_for: Duration,
    certified_for: Duration,
}

/// Why terms cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// The keys are no JWK set.
    #[error("the certification keys are no JWK set: {0}")]
    NoSet(#[source] serde_json::Error),
    /// There are none, and nothing could be believed.
    #[error("the JWK set of certification keys is empty")]
    NoKey,
    /// A key has no name, or one that another has.
    #[error("each certification key has a kid of its own")]
    Kid,
    /// A key cannot be used.
    #[error("certification key {0}: {1}")]
    Key(String, &'static str),
    /// A list that would accept nothing.
    #[error("the policy of certification accepts no version of the suite, or none of the requirements")]
    Nothing,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

impl Terms {
    /// Reads the terms.
    ///
    /// # Errors
    /// [`TermsError`] says what cannot be used.
    pub fn read(form: TermsForm) -> Result<Self, TermsError> {
        let set: Set = serde_json::from_str(&form.keys).map_err(TermsError::NoSet)?;
        let mut keys: Vec<(String, PublicKey)> = Vec::new();
        for jwk in &set.keys {
            let kid = jwk.kid.clone().filter(|kid| is_kid(kid)).ok_or(TermsError::Kid)?;
            if keys.iter().any(|(known, _)| *known == kid) {
                return Err(TermsError::Kid);
            }
            let key = PublicKey::from_jwk(jwk).map_err(|fault| TermsError::Key(kid.clone(), fault))?;
            if !key.is_p256() {
                return Err(TermsError::Key(kid, "a certification key is EC on P-256"));
            }
            keys.push((kid, key));
        }
        if keys.is_empty() {
            return Err(TermsError::NoKey);
        }
        if form.suite_versions.is_empty() || form.requirements_versions.is_empty() {
            return Err(TermsError::Nothing);
        }
        let TermsForm { suite_versions, requirements_versions, plan, needs, .. } = form;
        let TermsForm { max_age, nonce_for, declared_for, certified_for, .. } = form;
        Ok(Self {
            keys,
            suite_versions,
            requirements_versions,
            plan,
            needs,
            max_age,
            nonce_for,
            declared_for,
            certified_for,
        })
    }

    /// How long a level stands, from the beginning of its run.
    pub const fn stands_for(&self, level: Level) -> Duration {
        match level {
            Level::Declared => self.declared_for,
            Level::Certified => self.certified_for,
        }
    }

    /// Whether a key of that name is believed.
    pub(super) fn knows(&self, kid: &str) -> bool {
        self.keys.iter().any(|(known, _)| known == kid)
    }

    /// Whether these are all the capabilities that are needed, or more.
    pub(super) fn covers(&self, capabilities: &[String]) -> bool {
        self.needs.iter().all(|needed| capabilities.contains(needed))
    }

    /// Whether the key of that name made a signature; `None` if there is no such key.
    pub(super) fn signed(&self, kid: &str, message: &[u8], signature: &[u8]) -> Option<bool> {
        let (_, key) = self.keys.iter().find(|(known, _)| known == kid)?;
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key.bytes);
        Some(key.verify(message, signature).is_ok())
    }
}
