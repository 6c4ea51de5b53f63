//! The files of a profile: are they there, do they belong together, and are they good today?

use std::path::Path;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::Check;
use crate::digest::sha256_base64url;
use crate::engine::now;
use crate::profile::Profile;

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To sign others.
    Authority,
    /// To show who calls.
    Client,
}

pub(super) fn look(profile: &Profile) -> Vec<Check> {
    let (app, hub) = (&profile.app, &profile.hub);
    let mut checks = vec![
        certificate("authority of the played hub", &hub.ca, Purpose::Authority),
        pair("authority of the played hub and its key", &hub.ca, &hub.ca_key),
        certificate("the app's client certificate", &app.certificate, Purpose::Client),
    ];
    if let (Some(next), Some(key)) = (&app.next_certificate, &app.next_key) {
        checks.push(certificate("the app's next client certificate", next, Purpose::Client));
        checks.push(pair("the app's next client certificate and its key", next, key));
    }
    if let Some(trust) = &app.trust {
        checks.push(certificate("authority of the app's own servers", trust, Purpose::Authority));
    }
    if let Some(hook) = &profile.hook {
        checks.push(secret(&hook.secret_file));
    }
    checks
}

/// Looks at a certificate: is it there, good today, and for this purpose?
pub(crate) fn certificate(what: &str, path: &Path, purpose: Purpose) -> Check {
    let chain = match chain(path) {
        Ok(chain) => chain,
        Err(told) => {
            return Check::wrong(
                what,
                told,
                "Name a file with a certificate in PEM, or make a new folder with `init`.",
            );
        }
    };
    let Some((der, parsed)) =
        chain.first().and_then(|der| Some((der, X509Certificate::from_der(der).ok()?.1)))
    else {
        return Check::wrong(
            what,
            format!("{}: no certificate in it", path.display()),
            "Name a file with a certificate in PEM.",
        );
    };
    let seconds = now().as_second();
    let (from, until) = (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp());
    if seconds < from || seconds > until {
        let told = format!(
            "{}: good from {} until {}",
            path.display(),
            parsed.validity().not_before,
            parsed.validity().not_after
        );
        return Check::wrong(what, told, "Make a new one, or set this machine's clock.");
    }
    match purpose {
        Purpose::Client if !is_for_clients(&parsed) => Check::wrong(
            what,
            format!("{}: its extended key usage has no clientAuth", path.display()),
            "Ask for a certificate with extended key usage clientAuth (RFC 5280 4.2.1.12).",
        ),
        Purpose::Authority if !parsed.is_ca() => Check::wrong(
            what,
            format!("{}: it is no authority", path.display()),
            "Name the certificate of the authority, not one that it signed.",
        ),
        _ if until - seconds < SOON => Check::look(
            what,
            format!("{}: it ends on {}", path.display(), parsed.validity().not_after),
            "It ends within two weeks: make a new one.",
        ),
        _ => Check::fine(what, format!("{}, SHA-256 {}", path.display(), sha256_base64url(der))),
    }
}

/// Without the extension, a certificate is good for every use (RFC 5280 4.2.1.12); ours is looked at by servers that insist.
fn is_for_clients(certificate: &X509Certificate<'_>) -> bool {
    certificate
        .extended_key_usage()
        .ok()
        .flatten()
        .is_some_and(|usage| usage.value.client_auth || usage.value.any)
}

/// Looks whether a key belongs to a certificate.
pub(crate) fn pair(what: &str, certificate: &Path, key: &Path) -> Check {
    const MEND: &str = "Name the key that was made with this certificate.";
    let key_der = match PrivateKeyDer::from_pem_file(key) {
        Ok(key) => key,
        Err(error) => return Check::wrong(what, format!("{}: {error}", key.display()), MEND),
    };
    let chain = match chain(certificate) {
        Ok(chain) => chain,
        Err(told) => return Check::wrong(what, told, MEND),
    };
    match CertifiedKey::from_der(chain, key_der, &default_provider()) {
        Ok(_) => Check::fine(what, "they belong together"),
        Err(error) => Check::wrong(what, format!("{}: {error}", key.display()), MEND),
    }
}

fn secret(path: &Path) -> Check {
    const MEND: &str = "Write at least 16 random characters into it, and give the same to the app.";
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= 16 => {
            Check::fine("secret of the test hook", path.display().to_string())
        }
        Ok(_) => {
            Check::wrong("secret of the test hook", format!("{}: it is too short", path.display()), MEND)
        }
        Err(error) => Check::wrong("secret of the test hook", format!("{}: {error}", path.display()), MEND),
    }
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    certificates.map_err(|error| format!("{}: {error}", path.display()))
}

/// Two weeks, in seconds.
const SOON: i64 = 14 * 86_400;
