//! The bundle: a report with all its forms in one file, signed, to be checked by somebody who was not there.
//!
//! A zip with the forms of the report, `manifest.json` with their SHA-256, and `manifest.jws`, a detached JWS over the
//! manifest (RFC 7515 appendix F, ES256). The bundle may carry the signer's certificate, for a reader to see; whoever
//! verifies brings the key. A bundle never vouches for the key that signed it.

mod agree;
mod jws;
mod key;
mod open;
mod verify;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub use key::{KeyFault, Signer, Verifier};
pub use open::Refusal;
pub use verify::{AnyResult, Policy, Verified, verify};

use crate::digest::sha256_hex;
use crate::report::{Ending, Form, Report};

/// The name of the manifest's format.
pub const FORMAT: &str = "facteur-conformance-bundle/1";

/// What is in a bundle, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// The name of the format: `FORMAT`.
    pub format: String,
    /// Version of the suite that ran.
    pub suite_version: String,
    /// The plan that it played.
    pub plan: String,
    /// Version of the register of requirements.
    pub requirements_version: String,
    /// The name under which the hub knows the app.
    pub client_id: String,
    /// SHA-256 over what was judged.
    pub target: String,
    /// What came of the run.
    pub result: Ending,
    /// When the run ended.
    pub ended: Timestamp,
    /// When the bundle was made.
    pub made: Timestamp,
    /// SHA-256 of each file, in hexadecimal digits.
    pub files: BTreeMap<String, String>,
}

/// Makes the bundle of a report.
pub fn make(report: &Report, signer: &Signer, made: Timestamp) -> io::Result<Vec<u8>> {
    let mut files = Vec::new();
    for form in Form::ALL {
        files.push((form.file(), form.of(report)?));
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        suite_version: report.suite_version.clone(),
        plan: report.plan.clone(),
        requirements_version: report.requirements_version.clone(),
        client_id: report.target.client_id.clone(),
        target: report.target.fingerprint.clone(),
        result: report.judgement.result,
        ended: report.ended,
        made,
        files: files.iter().map(|(name, text)| ((*name).to_owned(), sha256_hex(text.as_bytes()))).collect(),
    };
    let manifest = serde_json::to_string_pretty(&manifest)? + "\n";
    let signature = jws::sign(manifest.as_bytes(), signer)?;
    files.push((MANIFEST, manifest));
    files.push((SIGNATURE, signature));
    packed(&files)
}

fn packed(files: &[(&str, String)]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in files {
        zip.start_file(*name, options).map_err(io::Error::other)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish().map_err(io::Error::other)?.into_inner())
}

/// The name of the manifest in a bundle.
const MANIFEST: &str = "manifest.json";
/// The name of the signature in a bundle.
const SIGNATURE: &str = "manifest.jws";

#[cfg(test)]
mod tests;
