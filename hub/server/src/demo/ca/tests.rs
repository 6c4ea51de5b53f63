//! The certificates are checked by the verifier that the hub uses.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use hub_core::clock::Timestamp;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;

use super::mint::LIFE;
use super::*;

const BANK: Client<'_> =
    Client { name: "demo-bank", san_uri: "urn:facteur:demo:provider:demo-bank", organization: None };

fn ca(folder: &Path) -> (DevelopmentCa, Clock) {
    let clock = Clock::manual();
    (DevelopmentCa::create(folder, "demo", clock.clone(), Random::system()).unwrap(), clock)
}

/// What the hub's verifier says to a client certificate, with the revocation list as it stands.
fn verdict(ca: &DevelopmentCa, role: Role, identity: &Identity, now: Timestamp) -> Result<(), rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca.anchor_file(role)).unwrap()).unwrap();
    let crl = CertificateRevocationListDer::from_pem_file(ca.crl_file(role)).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()))
        .with_crls([crl])
        .enforce_revocation_expiration()
        .build()
        .unwrap();
    let certificate = CertificateDer::from_pem_file(&identity.certificate).unwrap();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(now.seconds() as u64));
    verifier.verify_client_cert(&certificate, &[], now).map(drop)
}

#[test]
fn a_client_certificate_is_trusted_under_its_own_anchor_only() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, clock) = ca(folder.path());
    let bank = ca.client(Role::Provider, BANK).unwrap();

    assert!(verdict(&ca, Role::Provider, &bank, clock.now()).is_ok());
    assert!(verdict(&ca, Role::Sender, &bank, clock.now()).is_err());
}

#[test]
fn a_certificate_of_a_foreign_authority_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, clock) = ca(folder.path());
    let attacker = ca.foreign(BANK).unwrap();
    assert!(verdict(&ca, Role::Provider, &attacker, clock.now()).is_err());
}

#[test]
fn a_revoked_certificate_is_refused_and_the_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ca, clock) = ca(folder.path());
    let bank = ca.client(Role::Provider, BANK).unwrap();
    let other = ca.client(Role::Provider, Client { name: "demo-region", ..BANK }).unwrap();

    ca.revoke(Role::Provider, &bank).unwrap();

    let refusal = verdict(&ca, Role::Provider, &bank, clock.now()).unwrap_err();
    assert!(matches!(refusal, rustls::Error::InvalidCertificate(rustls::CertificateError::Revoked)));
    assert!(verdict(&ca, Role::Provider, &other, clock.now()).is_ok());
}

#[test]
fn certificates_end_after_thirty_days() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, clock) = ca(folder.path());
    let bank = ca.client(Role::Provider, BANK).unwrap();
    let later = clock.now().plus(LIFE + Duration::from_secs(1));
    assert!(verdict(&ca, Role::Provider, &bank, later).is_err());
}

#[test]
fn the_server_certificate_is_good_for_each_of_its_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, clock) = ca(folder.path());
    let hosts = ["facteur.localhost", "api.localhost", "localhost", "127.0.0.1", "::1"];
    let hub = ca.server("hub", &hosts).unwrap();

    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca.server_anchor()).unwrap()).unwrap();
    let provider = Arc::new(default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    let certificate = CertificateDer::from_pem_file(&hub.certificate).unwrap();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(clock.now().seconds() as u64));
    let good = |host: &str| {
        let name = ServerName::try_from(host.to_owned()).unwrap();
        verifier.verify_server_cert(&certificate, &[], &name, &[], now).is_ok()
    };
    assert!(hosts.into_iter().all(good));
    assert!(!good("bank.localhost"));
}

#[test]
fn the_environment_stands_in_certificate_and_anchor_and_keys_are_private() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, _) = ca(folder.path());
    let bank = ca.client(Role::Provider, Client { organization: Some("0001001078"), ..BANK }).unwrap();

    // UTF8String "demo" behind the OID 1.3.6.1.4.1.58888.1.1
    let extension = [&[0x2b, 6, 1, 4, 1, 0x83, 0xcc, 0x08, 1, 1][..], &[4, 6, 0x0c, 4], b"demo"].concat();
    for file in [ca.anchor_file(Role::Provider), bank.certificate] {
        let der = CertificateDer::from_pem_file(file).unwrap();
        assert!(der.windows(extension.len()).any(|window| window == extension));
    }
    assert!(PrivateKeyDer::from_pem_file(&bank.key).is_ok());
    assert_eq!(std::fs::metadata(&bank.key).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_trust_file_names_environment_role_and_anchor() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, _) = ca(folder.path());
    let text = std::fs::read_to_string(ca.trust_file(Role::Provider)).unwrap();
    let file: toml::Table = toml::from_str(&text).unwrap();
    assert_eq!(file["environment"].as_str(), Some("demo"));
    assert_eq!(file["role"].as_str(), Some("provider"));
    assert_eq!(file["anchor"][0]["name"].as_str(), Some("demo-provider"));
}
