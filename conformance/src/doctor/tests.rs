use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::authority::{Authority, Credential};
use crate::profile::{Capability, Fresh};

/// A folder as `init` makes it, its authority, and its profile with other ports.
struct Folder {
    folder: tempfile::TempDir,
    authority: Authority,
}

impl Folder {
    fn new() -> Self {
        let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new("Tests", seconds()).unwrap());
        let app = authority.client("urn:example:app", seconds()).unwrap();
        let next = authority.client("urn:example:app", seconds()).unwrap();
        let this = Self { folder, authority };
        this.keep("ca.pem", this.authority.certificate());
        this.keep("ca.key", &this.authority.kept().key);
        this.keep("app.pem", &app.certificate);
        this.keep("next.pem", &next.certificate);
        this.keep("next.key", &next.key);
        this.keep("hook.secret", "0123456789abcdef");
        this
    }

    fn keep(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn profile(&self, redirect_uri: &str, hook_url: &str) -> Profile {
        let fresh = Fresh {
            name: "App".to_owned(),
            client_id: "app".to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            start_url: None,
            events: None,
            hook_url: Some(hook_url.to_owned()),
            command: None,
            port: 1,
            declared: vec![Capability::Read],
        };
        Profile::parse(&fresh.text().unwrap(), self.folder.path()).unwrap()
    }

    fn closed(&self) -> Profile {
        self.profile("https://localhost:1/callback", "http://127.0.0.1:1/")
    }
}

fn seconds() -> u64 {
    u64::try_from(crate::engine::now().as_second()).unwrap()
}

/// A server that shakes hands with this certificate and hangs up; its port.
async fn server(credential: &Credential) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            credential.chain().unwrap(),
            PrivateKeyDer::from_pem_slice(credential.key.as_bytes()).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    #[expect(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    port
}

async fn front(folder: &Folder, credential: &Credential) -> Check {
    let port = server(credential).await;
    let profile = folder.profile(&format!("https://localhost:{port}/callback"), "http://127.0.0.1:1/");
    network::app(&profile).await.remove(0)
}

fn check<'a>(checks: &'a [Check], what: &str) -> &'a Check {
    checks.iter().find(|check| check.what == what).unwrap_or_else(|| panic!("{what} in {checks:#?}"))
}

#[test]
fn files_as_init_makes_them_are_fine() {
    let checks = files::look(&Folder::new().closed());
    assert!(checks.iter().all(|check| check.standing == Standing::Fine), "{checks:#?}");
    assert_eq!(checks.len(), 7);
}

#[test]
fn a_file_that_is_missing_or_no_certificate_says_which() {
    let folder = Folder::new();
    std::fs::remove_file(folder.folder.path().join("app.pem")).unwrap();
    folder.keep("ca.pem", "no certificate");
    folder.keep("hook.secret", "short\n");
    let checks = files::look(&folder.closed());
    for what in ["the app's client certificate", "authority of the played hub", "secret of the test hook"] {
        let check = check(&checks, what);
        assert_eq!(check.standing, Standing::Wrong, "{check}");
        assert!(check.mend.is_some());
    }
}

#[test]
fn a_key_of_another_certificate_and_a_wrong_use_are_noticed() {
    let folder = Folder::new();
    folder.keep("next.key", &folder.authority.client("urn:x:y", seconds()).unwrap().key);
    folder.keep("app.pem", &folder.authority.server(&["localhost"], seconds()).unwrap().certificate);
    let checks = files::look(&folder.closed());
    assert_eq!(check(&checks, "the app's next client certificate and its key").standing, Standing::Wrong);
    assert!(check(&checks, "the app's client certificate").told.contains("clientAuth"));
}

#[tokio::test]
async fn a_front_with_a_right_certificate_is_fine() {
    let folder = Folder::new();
    let check = front(&folder, &folder.authority.server(&["localhost"], seconds()).unwrap()).await;
    assert_eq!(check.standing, Standing::Fine, "{check}");
}

#[tokio::test]
async fn each_wrong_certificate_of_the_front_is_told_with_its_own_cure() {
    let folder = Folder::new();
    let stranger = Authority::new("Another", seconds()).unwrap();
    let wrong = [
        (folder.authority.expired_server(&["localhost"], seconds()).unwrap(), "run out"),
        (folder.authority.server(&["elsewhere.invalid"], seconds()).unwrap(), "another name"),
        (stranger.server(&["localhost"], seconds()).unwrap(), "not trusted"),
        (folder.authority.client("urn:x:y", seconds()).unwrap(), "serverAuth"),
    ];
    for (credential, cure) in wrong {
        let check = front(&folder, &credential).await;
        assert_eq!(check.standing, Standing::Wrong, "{check}");
        assert!(check.mend.unwrap().contains(cure), "{cure}: {check}");
    }
}

#[tokio::test]
async fn an_app_that_does_not_run_is_told_for_each_of_its_servers() {
    let folder = Folder::new();
    let checks = network::app(&folder.closed()).await;
    assert_eq!(checks.len(), 2);
    assert!(checks.iter().all(|check| check.told.contains("nobody listens")), "{checks:#?}");
    let checks = app::look(&folder.closed()).await;
    assert!(checks.iter().all(|check| check.standing == Standing::Wrong), "{checks:#?}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut profile = Folder::new().closed();
    profile.hub.public_port = taken.local_addr().unwrap().port();
    profile.hub.mtls_port = 0;
    let checks = network::hub(&profile).await;
    let standing: Vec<Standing> = checks.iter().take(3).map(|check| check.standing).collect();
    assert_eq!(standing, [Standing::Fine, Standing::Wrong, Standing::Fine], "{checks:#?}");
}

#[test]
fn a_finding_is_told_with_its_cure() {
    let check = Check::wrong("port 1", "taken", "Change it.");
    assert_eq!(check.to_string(), "wrong  port 1: taken\n       Change it.");
}
