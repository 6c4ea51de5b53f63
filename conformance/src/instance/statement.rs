//! The statement: what the instance says of a report, signed, for one hub.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::json;

use crate::bundle::{KeyFault, Signer};
use crate::digest::sha256_hex;
use crate::report::{Ending, Report};

/// Who states, with which key, for whom.
pub(super) struct Notary {
    pub(super) name: String,
    pub(super) audience: String,
    pub(super) kid: String,
    pub(super) signer: Signer,
}

/// What is stated, beside the report.
pub(super) struct About<'a> {
    /// SHA-256 of the certificate seen on the wire, base64url.
    pub(super) thumbprint: &'a str,
    /// The nonce of a certified run.
    pub(super) nonce: Option<&'a str>,
    /// The bundle of the report.
    pub(super) bundle: &'a [u8],
}

impl Notary {
    /// States what a report says.
    pub(super) fn state(
        &self,
        report: &Report,
        about: &About<'_>,
        now: Timestamp,
    ) -> Result<String, KeyFault> {
        let resumed = report.outcomes.iter().filter(|outcome| outcome.kept.is_some()).count();
        let mut claims = json!({
            "iss": self.name,
            "aud": self.audience,
            "sub": report.target.client_id,
            "iat": now.as_second(),
            "cnf": {"x5t#S256": about.thumbprint},
            "level": if about.nonce.is_some() { "certified" } else { "declared" },
            "suiteVersion": report.suite_version,
            "requirementsVersion": report.requirements_version,
            "plan": report.plan,
            "capabilities": report.profile.declared,
            "bundle": sha256_hex(about.bundle),
            "result": match report.judgement.result {
                Ending::Passed => "passed",
                Ending::Failed => "failed",
                Ending::Configuration => "configuration",
                Ending::Broken => "broken",
            },
            "complete": report.complete,
            "selection": report.selection,
            "expectedFailures": report.expected_failures.len(),
            "resumed": resumed,
            "counts": report.counts,
            "began": report.began,
            "ended": report.ended,
        });
        if let (Some(claims), Some(nonce)) = (claims.as_object_mut(), about.nonce) {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        let header = json!({"alg": "ES256", "typ": TYPE, "kid": self.kid});
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = self.signer.sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// What is signed, so that a signature over something else cannot stand here (RFC 8725 3.11).
const TYPE: &str = "facteur-conformance-statement+jwt";
