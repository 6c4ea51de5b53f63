use std::fs;

use hub_core::clock::Clock;
use hub_core::peer::{DEMO_EXTENSION_OID, Role, demo_extension_value};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, SanType,
};
use tempfile::TempDir;

use super::*;
use crate::peer::{PeerCertificates, TrustError, TrustHandle};

type Authority = CertifiedIssuer<'static, KeyPair>;

const ORGANIZATION_IDENTIFIER: [u64; 4] = [2, 5, 4, 97];

#[test]
fn an_identity_is_read_from_the_certificate() {
    let authority = authority("Test CA", None);
    let trust = load("production", &entry("test", &authority, "")).unwrap();
    let chain = issue(&authority, |params| {
        params.distinguished_name.push(DnType::OrganizationName, "Bank, O=Tax");
        params.distinguished_name.push(DnType::from_oid(&ORGANIZATION_IDENTIFIER), "NTRBE-0406798006");
        params.subject_alt_names.push(SanType::DnsName("App.Bank.example".try_into().unwrap()));
        params.subject_alt_names.push(SanType::URI("urn:bank:App".try_into().unwrap()));
    });

    let Verdict::Trusted(peer) = verdict(&trust, &chain, Clock::System.now()) else { panic!("not trusted") };

    assert_eq!((peer.role, peer.anchor.as_str()), (Role::Provider, "test"));
    assert_eq!(peer.san_dns, ["app.bank.example"]);
    assert_eq!(peer.san_uris, ["urn:bank:App"]);
    assert_eq!(peer.subject, "organizationIdentifier=NTRBE-0406798006,O=Bank\\, O=Tax,CN=app");
    assert_eq!(peer.organization.as_deref(), Some("0406798006"));
    assert_eq!(peer.thumbprint, *digest(&SHA256, &chain[0]).as_ref());
}

#[test]
fn the_belgian_number_counts_under_its_profile_and_environment_only() {
    let authority = include_str!("belgian-authority.pem");
    let pem = rustls::pki_types::pem::PemObject::from_pem_slice(include_bytes!("belgian.pem"));
    let chain: [CertificateDer<'_>; 1] = [pem.unwrap()];
    let judged = |environment: &str, more: &str| {
        let entry = format!("[[anchor]]\nname = \"test\"\ncertificate = '''{authority}'''\n{more}\n");
        verdict(&load(environment, &entry).unwrap(), &chain, Clock::System.now())
    };
    let profile = "profile = \"belgian-application\"";

    let plain = judged("production", "");
    let profiled = judged("production", profile);

    assert_eq!(plain.identity().unwrap().organization, None);
    assert_eq!(profiled.identity().unwrap().organization.as_deref(), Some("0406798006"));
    assert!(
        profiled
            .identity()
            .unwrap()
            .subject
            .starts_with("CN=test:application,OU=PRD,OU=urn:be:fgov:kbo-bce:")
    );
    assert_eq!(judged("acceptance", profile), Verdict::Refused(Refusal::WrongEnvironment));
}

#[test]
fn a_certificate_without_usage_or_of_an_authority_is_refused() {
    let authority = authority("Test CA", None);
    let trust = load("production", &entry("test", &authority, "")).unwrap();
    let now = Clock::System.now();

    let unused = issue(&authority, |params| params.extended_key_usages.clear());
    let issuing = issue(&authority, |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });

    assert_eq!(verdict(&trust, &unused, now), Verdict::Refused(Refusal::WrongUsage));
    assert!(matches!(verdict(&trust, &issuing, now), Verdict::Refused(_)));
    assert_eq!(verdict(&trust, &[], now), Verdict::Absent);
    assert_eq!(
        verdict(&trust, &[b"no certificate".to_vec().into()], now),
        Verdict::Refused(Refusal::UnknownIssuer)
    );
}

#[test]
fn demo_material_counts_in_the_demo_only() {
    let demo = authority("Demo CA", Some("demo"));
    let chain = issue(&demo, |params| params.custom_extensions.push(naming("demo")));
    let now = Clock::System.now();

    let trust = load("demo", &entry("demo", &demo, "")).unwrap();
    assert!(verdict(&trust, &chain, now).identity().is_ok());

    let refused = load("production", &entry("demo", &demo, ""));
    assert!(matches!(refused, Err(TrustError::DemoAnchor { .. })));
    let trust = load("production", &entry("test", &authority("Test CA", None), "")).unwrap();
    assert_eq!(verdict(&trust, &chain, now), Verdict::Refused(Refusal::WrongEnvironment));
}

#[test]
fn a_key_too_long_is_not_even_verified() {
    let trust = load("production", &entry("test", &authority("Test CA", None), "")).unwrap();
    let pem = include_bytes!("rsa8192.pem");
    let der = rustls::pki_types::pem::PemObject::from_pem_slice(pem).unwrap();
    assert_eq!(verdict(&trust, &[der], Clock::System.now()), Verdict::Refused(Refusal::TooLarge));
}

#[test]
fn a_certificate_with_too_many_names_is_not_even_verified() {
    let authority = authority("Test CA", None);
    let trust = load("production", &entry("test", &authority, "")).unwrap();
    let named = |count: usize| {
        let chain = issue(&authority, |params| {
            let name = |n| SanType::URI(format!("urn:bank:{n}").try_into().unwrap());
            params.subject_alt_names = (0..count).map(name).collect();
        });
        verdict(&trust, &chain, Clock::System.now())
    };

    assert!(named(16).identity().is_ok());
    assert_eq!(named(17), Verdict::Refused(Refusal::TooLarge));
}

#[test]
fn trust_files_that_contradict_the_hub_are_refused() {
    let authority = authority("Test CA", None);
    let one = entry("test", &authority, "");
    let repeated = format!("{one}{}", entry("other", &authority, ""));
    let needy = entry("test", &authority, "crl_required = true");
    let remote = entry("test", &authority, "crl = [\"https://ca.example/list.crl\"]");

    assert!(matches!(load("production", &repeated), Err(TrustError::Repeated { .. })));
    assert!(matches!(load("production", &needy), Err(TrustError::ListMissing { .. })));
    assert!(matches!(load("production", &remote), Err(TrustError::ListByUrl { .. })));
    let folder = written("acceptance", &one);
    let sources = |role| vec![(role, folder.path().join("provider.toml"))];
    assert!(matches!(
        TrustHandle::open("production", sources(Role::Provider)),
        Err(TrustError::Environment { .. })
    ));
    assert!(matches!(
        TrustHandle::open("acceptance", sources(Role::Sender)),
        Err(TrustError::WrongRole { .. })
    ));
}

#[test]
fn a_trusted_chain_is_remembered_for_the_next_connection_and_no_longer_than_its_trust() {
    let known = authority("Test CA", None);
    let folder = written("production", &entry("test", &known, ""));
    let file = folder.path().join("provider.toml");
    let trust = TrustHandle::open("production", vec![(Role::Provider, file.clone())]).unwrap();
    let (chain, now) = (issue(&known, |_| {}), Clock::System.now());
    let stranger = issue(&authority("Other CA", None), |_| {});
    let shown =
        |chain: &[CertificateDer<'static>], at| PeerCertificates::new(Some(chain)).verdict(&trust, at);

    let Verdict::Trusted(identity) = shown(&chain, now) else { panic!("not trusted") };
    assert!(trust.current().keeps(&chain));
    assert_eq!(shown(&chain, now), Verdict::Trusted(identity.clone()));
    assert_eq!(shown(&stranger, now), Verdict::Refused(Refusal::UnknownIssuer));
    assert!(!trust.current().keeps(&stranger));
    let over = identity.not_after.plus(std::time::Duration::from_secs(2));
    assert_eq!(shown(&chain, over), Verdict::Refused(Refusal::Expired));

    let open = PeerCertificates::new(Some(&chain));
    assert!(open.verdict(&trust, now).identity().is_ok());
    let other = entry("other", &authority("Third CA", None), "");
    fs::write(&file, format!("environment = \"production\"\nrole = \"provider\"\n{other}")).unwrap();
    trust.reload().unwrap();
    assert_eq!(open.verdict(&trust, now), Verdict::Refused(Refusal::UnknownIssuer));
    assert_eq!(shown(&chain, now), Verdict::Refused(Refusal::UnknownIssuer));
}

fn load(environment: &str, entries: &str) -> Result<Trust, TrustError> {
    let folder = written(environment, entries);
    Trust::load(environment, &[(Role::Provider, folder.path().join("provider.toml"))])
}

fn written(environment: &str, entries: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let text = format!("environment = \"{environment}\"\nrole = \"provider\"\n{entries}");
    fs::write(folder.path().join("provider.toml"), text).unwrap();
    folder
}

fn entry(name: &str, authority: &Authority, more: &str) -> String {
    format!("[[anchor]]\nname = \"{name}\"\ncertificate = '''{}'''\n{more}\n", authority.pem())
}

fn authority(name: &str, demo: Option<&str>) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.custom_extensions.extend(demo.map(naming));
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn issue(authority: &Authority, change: impl FnOnce(&mut CertificateParams)) -> Vec<CertificateDer<'static>> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "app");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    change(&mut params);
    vec![params.signed_by(&KeyPair::generate().unwrap(), authority).unwrap().der().clone()]
}

fn naming(environment: &str) -> CustomExtension {
    CustomExtension::from_oid_content(&DEMO_EXTENSION_OID, demo_extension_value(environment))
}
