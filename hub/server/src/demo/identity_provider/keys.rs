//! The key that signs ID tokens: P-256, new at each start.

use anyhow::Context;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rcgen::KeyPair;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A signing key with its public half.
pub(super) struct SigningKey {
    private: EncodingKey,
    public: Jwk,
    id: String,
}

impl SigningKey {
    /// Makes a key, named by its thumbprint (RFC 7638).
    pub(super) fn generate() -> anyhow::Result<Self> {
        let pair = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).context("making the signing key")?;
        let private = EncodingKey::from_ec_der(pair.serialized_der());
        let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256)?;
        let id = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { private, public, id })
    }

    /// Signs claims.
    pub(super) fn sign(&self, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.private)
    }

    /// The claims of a token that this key signed, however old it is.
    pub(super) fn read<T: DeserializeOwned + Clone>(&self, token: &str) -> Option<T> {
        let mut rules = Validation::new(Algorithm::ES256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let key = DecodingKey::from_jwk(&self.public).ok()?;
        jsonwebtoken::decode(token, &key, &rules).ok().map(|token| token.claims)
    }

    /// The public half, as a set.
    pub(super) fn set(&self) -> JwkSet {
        JwkSet { keys: vec![self.public.clone()] }
    }
}
