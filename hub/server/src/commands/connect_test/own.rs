//! The caller's own side: what the certificate says, whether the key belongs to it, what a hub will dislike about it.

use std::path::Path;
use std::sync::Arc;

use hub_core::clock::{Clock, Timestamp};
use hub_core::peer::Refusal;
use hub_http::peer::Described;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::Options;
use super::report::{Report, halves};

/// A certificate that can be presented.
pub(super) struct Own {
    /// The chain, leaf first.
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// The key, if it was given and belongs to the certificate.
    pub(super) key: Option<Arc<PrivateKeyDer<'static>>>,
}

impl Own {
    /// Looks at what the caller has; `None` if there is nothing that can be presented.
    pub(super) fn look(options: &Options, report: &mut Report) -> Option<Self> {
        let Some(file) = &options.certificate else {
            report.left_out("certificate", "none was given; the hub is asked without one");
            return None;
        };
        let chain = match chain(file) {
            Ok(chain) => chain,
            Err(said) => {
                report.failed(
                    "certificate",
                    said,
                    "give a PEM file that begins with -----BEGIN CERTIFICATE-----",
                );
                return None;
            }
        };
        let described: Option<Vec<Described>> = chain.iter().map(Described::read).collect();
        let Some(described) = described else {
            let mend = "ask your authority for the certificate again, as X.509 in PEM";
            report.failed("certificate", "it is no certificate that can be read", mend);
            return None;
        };
        inspect(&chain, &described, Clock::System.now(), report);
        let key = options.key.as_deref().and_then(|file| key(file, &chain, report));
        Some(Self { chain, key })
    }
}

/// What a hub will say about the certificate whatever it trusts.
fn inspect(chain: &[CertificateDer<'static>], described: &[Described], now: Timestamp, report: &mut Report) {
    let Some(leaf) = described.first() else { return };
    let names = [leaf.san_uris.join(" "), leaf.san_dns.join(" ")].join(" ");
    let valid = format!("{} to {}", leaf.not_before.rfc3339(), leaf.not_after.rfc3339());
    let said = format!("{}; names: {}; issued by {}; valid {valid}", leaf.subject, names.trim(), leaf.issuer);
    let found = reasons(chain, described, now);
    if found.is_empty() {
        report.well("certificate", said);
    }
    for reason in found {
        report.refused("certificate", reason.code(), halves(reason.explanation()));
    }
    let environments: Vec<&str> = described.iter().filter_map(|one| one.environment.as_deref()).collect();
    if let Some(environment) = environments.first() {
        report.well(
            "certificate",
            format!("demo material: only a hub of the environment {environment} takes it"),
        );
    }
    let mut links = described.windows(2);
    if links.any(|pair| matches!(pair, [below, above] if below.issuer != above.subject)) {
        let mend = "put your own certificate first, then the one that issued it, and so on up";
        report.failed("certificate", "the certificates in the file do not follow each other", mend);
    }
}

/// The reasons that can be seen without the hub.
fn reasons(chain: &[CertificateDer<'static>], described: &[Described], now: Timestamp) -> Vec<Refusal> {
    let bytes: usize = chain.iter().map(|der| der.len()).sum();
    let large = chain.len() > 4 || bytes > 16 * 1024 || described.iter().any(|one| one.rsa_bits > 4096);
    let checks = [
        (large, Refusal::TooLarge),
        (described.iter().any(|one| one.not_after < now), Refusal::Expired),
        (described.iter().any(|one| now < one.not_before), Refusal::NotYetValid),
        (described.first().is_some_and(|leaf| !leaf.is_for_clients), Refusal::WrongUsage),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, reason)| reason).collect()
}

fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = std::fs::read(file).map_err(|error| format!("{} does not open: {error}", file.display()))?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    if chain.is_empty() { Err(format!("{} holds no certificate in PEM", file.display())) } else { Ok(chain) }
}

/// The key, if it can be read and belongs to the certificate.
fn key(
    file: &Path,
    chain: &[CertificateDer<'static>],
    report: &mut Report,
) -> Option<Arc<PrivateKeyDer<'static>>> {
    let read = std::fs::read(file).ok().and_then(|pem| PrivateKeyDer::from_pem_slice(&pem).ok());
    let Some(key) = read else {
        let mend = "give the private key as PKCS #8 in PEM, without a password";
        report.failed("key", format!("{} holds no private key that can be read", file.display()), mend);
        return None;
    };
    match CertifiedKey::from_der(chain.to_vec(), key.clone_key(), &default_provider()) {
        Ok(_) => {
            report.well("key", "it belongs to the certificate");
            Some(Arc::new(key))
        }
        Err(error) => {
            let mend =
                "use the key with which this certificate was requested; a handshake with another one fails";
            report.failed("key", format!("it does not belong to the certificate ({error})"), mend);
            None
        }
    }
}
