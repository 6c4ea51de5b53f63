//! The side-car: a real nginx shows the certificate for software that has none.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::{Value, json};
use system_tests::authority::Credential;
use system_tests::database::TestDatabase;
use system_tests::environment::repository;
use system_tests::ports::free_port;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::setting::authorities;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio_rustls::TlsAcceptor;

use super::{JWT_BEARER, TOKEN, good, on, on_both};

const HUB: &str = "api.localhost";

/// A running nginx with the template's configuration; it ends with its value.
struct Sidecar {
    folder: TempDir,
    port: u16,
    tls_port: u16,
    _nginx: Child,
}

impl Sidecar {
    /// Starts one before the server at this address, which must bear this name and be vouched for by this authority.
    async fn start(address: &str, (name, authority): (&str, &str), credential: &Credential) -> Self {
        let folder = TempDir::new().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let own = authorities().servers.server(&[HUB, "localhost"]);
        let (port, tls_port) = (free_port(), free_port());
        let template = fs::read_to_string(repository("provider-adapters/sidecar/nginx.conf")).unwrap();
        let words = [
            ("HUB_ADDRESS", address.to_owned()),
            ("HUB_NAME", name.to_owned()),
            ("HUB_CA", file("ca.pem", authority)),
            ("CERTIFICATE", file("client.pem", &credential.certificate)),
            ("KEY", file("client.key", &credential.key)),
            ("PORT", port.to_string()),
            ("FOLDER", folder.path().to_str().unwrap().to_owned()),
            ("TLS_PORT", tls_port.to_string()),
            ("TLS_CERTIFICATE", file("own.pem", &own.certificate)),
            ("TLS_KEY", file("own.key", &own.key)),
        ];
        let lines = template.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
        let filled = words.iter().fold(lines.replace("#tls ", ""), |text, (word, value)| {
            let mark = format!("${{FACTEUR_{word}}}");
            assert!(text.contains(&mark), "the template has no {mark}");
            text.replace(&mark, value)
        });
        assert!(!filled.contains("${"), "words are left: {filled}");
        let configuration = file("nginx.conf", &filled);
        let nginx = nginx(&folder, &configuration);
        let sidecar = Self { folder, port, tls_port, _nginx: nginx };
        sidecar.answers().await;
        sidecar
    }

    /// One that leads to the hub of a world.
    async fn before(world: &World, credential: &Credential) -> Self {
        let address = world.running().addresses().mtls.to_string();
        Self::start(&address, (HUB, &authorities().servers.certificate), credential).await
    }

    async fn answers(&self) {
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", self.tls_port)).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nginx does not start: {}", self.logs());
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn logs(&self) -> String {
        ["access.log", "error.log", "said.log"].map(|name| read(&self.folder.path().join(name))).concat()
    }

    /// A token that software without a certificate gets through it.
    async fn token(&self, world: &World) -> Answer {
        let assertion = good(world);
        world.never_shown(&assertion);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.as_str()),
        ];
        let software = world.machine(None);
        software.send(software.request("POST", &self.url(TOKEN)).form(&form)).await
    }
}

/// A process of its own, never the service of the machine.
fn nginx(folder: &TempDir, configuration: &str) -> Child {
    let said = fs::File::create(folder.path().join("said.log")).unwrap();
    Command::new("nginx")
        .args(["-e", "stderr", "-g", "daemon off; master_process off;", "-c", configuration, "-p"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(said)
        .kill_on_drop(true)
        .spawn()
        .expect("nginx starts: tests/run installs it")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The form of a publication, with a file of that many bytes.
fn publication(subject: &str, bytes: usize) -> (String, Vec<u8>) {
    let person = system_tests::world::people::Person::named("Anna");
    let message = json!({"recipient": {"eboxType": "citizen", "eboxIdValue": person.ssin()}, "subject": {"nl": subject},
        "messageTypeId": "tax-assessment", "bodyMainContent": false, "replyAuthorized": false, "attachments": [
            {"httpPartName": "upfile1", "mainContent": true, "attachmentTitle": {"nl": "Brief"}}]});
    let file = [b"%PDF-1.7\n".to_vec(), vec![b'x'; bytes], b"\n%%EOF\n".to_vec()].concat();
    crate::registry::form(&[
        ("upfile1", "brief.pdf", "application/pdf", &file),
        ("messageToPublish", "", "application/json", message.to_string().as_bytes()),
    ])
}

#[tokio::test]
async fn software_without_a_certificate_publishes_and_asks_through_the_side_car() {
    on_both(async |world| {
        let (tax, software) = (world.sender("tax").await, world.machine(None));
        let sidecar = Sidecar::before(world, &tax.credential).await;
        let token = super::token_of(&sidecar.token(world).await);
        world.never_shown(&token);
        world.never_shown("Ochre pangolin form");

        let (media_type, body) = publication("Ochre pangolin form", 3 * 1024 * 1024);
        let request = software.request("POST", &sidecar.url("/messageRegistry/v2/publishMessage"));
        let request = request.bearer_auth(&token).header("idempotency-key", "\"by-the-side-car\"");
        let published =
            software.send(request.header("content-type", media_type).body(body)).await.expect(201);
        let asked = json!([{"messageId": published["messageId"], "eboxId": {"eboxType": "citizen",
            "eboxIdValue": system_tests::world::people::Person::named("Anna").ssin()}}]);
        let request = software.request("POST", &sidecar.url("/messageRegistry/v2/searchMessageStatus"));
        let status = software.send(request.bearer_auth(&token).json(&asked)).await.expect(201);
        assert_eq!(status[0]["messageId"], published["messageId"], "{status:#}");
        // over TLS too, and the hub's own certificate is asked for where nothing stands between
        let list = "/messageRegistry/v2/referenceData/messageTypes";
        let over_tls = format!("https://localhost:{}{list}", sidecar.tls_port);
        software.get(&over_tls, Some(&token)).await.expect(200);
        software.get(list, Some(&token)).await.expect(401);

        let logs = sidecar.logs();
        let lines: Vec<&str> = logs.lines().filter(|line| line.contains(" POST 201 ")).collect();
        assert_eq!(lines.len(), 2, "{logs}");
        for secret in [token.as_str(), "fat_", "eyJ", "pangolin", "messageRegistry", "Bearer"] {
            assert!(!logs.contains(secret), "{secret} stands in the logs: {logs}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_hub_of_another_name_or_authority_and_a_visitor_of_another_name_are_refused() {
    on(TestDatabase::sqlite().await, async |world| {
        let (tax, software) = (world.sender("tax").await, world.machine(None));
        let address = world.running().addresses().mtls.to_string();
        let (servers, strangers) = (&authorities().servers.certificate, &authorities().strangers.certificate);
        for (name, authority) in [("elsewhere.localhost", servers), (HUB, strangers)] {
            let sidecar = Sidecar::start(&address, (name, authority), &tax.credential).await;
            assert_eq!(sidecar.token(world).await.status, 502, "{name}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM assertion").await, 0, "nothing reached the hub");

        let sidecar = Sidecar::before(world, &tax.credential).await;
        // a page of another name: nginx answers this by itself
        assert_eq!(raw(&sidecar, "GET /health HTTP/1.1\r\nhost: evil.test\r\n\r\n").await, "421");
        software.get(&sidecar.url("/health"), None).await.expect(200);
        assert_eq!(
            raw(&sidecar, "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 213909505\r\n\r\n").await,
            "413"
        );
        // another's certificate in the side-car is another's
        let thief = Sidecar::before(world, &world.sender("family").await.credential).await;
        thief.token(world).await.expect_oauth(401, "invalid_client");
    })
    .await;
}

/// The status of a request of these bytes.
async fn raw(sidecar: &Sidecar, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", sidecar.port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.unwrap();
    String::from_utf8_lossy(&line[9..]).into_owned()
}

/// A server that asks for a sender's certificate.
async fn listening() -> (TcpListener, TlsAcceptor) {
    hub_server::install_crypto();
    let pem = |text: &str| CertificateDer::from_pem_slice(text.as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(pem(&authorities().senders.certificate)).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let server = authorities().servers.server(&[HUB]);
    let key = PrivateKeyDer::from_pem_slice(server.key.as_bytes()).unwrap();
    let config = ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![pem(&server.certificate)], key)
        .unwrap();
    (TcpListener::bind("127.0.0.1:0").await.unwrap(), TlsAcceptor::from(Arc::new(config)))
}

#[tokio::test]
async fn bodies_stream_and_headers_of_others_stay_behind() {
    let (listener, acceptor) = listening().await;
    let credential = authorities().senders.client("urn:test:tax-mailroom");
    let address = listener.local_addr().unwrap().to_string();
    let sidecar = Sidecar::start(&address, (HUB, &authorities().servers.certificate), &credential).await;
    let claims =
        ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Client-Cert", "X-Client-Cert", "Cookie", "Via", "TE"];
    let claims: String = claims.iter().map(|name| format!("{name}: smuggled\r\n")).collect();
    let mut software = TcpStream::connect(("127.0.0.1", sidecar.port)).await.unwrap();
    let head = format!(
        "POST /messageRegistry/v2/publishMessage?a=%2F HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer kept\r\n\
         idempotency-key: \"kept\"\r\nconnection: keep-alive\r\nkeep-alive: smuggled\r\nproxy-authorization: smuggled\r\n\
         {claims}transfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n"
    );
    software.write_all(head.as_bytes()).await.unwrap();

    // the upload has not ended, and its beginning is there already
    let (stream, _) = listener.accept().await.unwrap();
    let mut hub = acceptor.accept(stream).await.unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"first\r\n") {
        assert!(hub.read_buf(&mut seen).await.unwrap() > 0, "{}", String::from_utf8_lossy(&seen));
    }
    let text = String::from_utf8(seen).unwrap().to_lowercase();
    assert!(text.starts_with("post /messageregistry/v2/publishmessage?a=%2f http/1.1\r\n"), "{text}");
    for kept in ["host: api.localhost\r\n", "authorization: bearer kept\r\n", "idempotency-key: \"kept\"\r\n"]
    {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(!text.contains("smuggled") && !text.contains("connection:"), "{text}");

    software.write_all(b"0\r\n\r\n").await.unwrap();
    let answer =
        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"a\":";
    hub.write_all(answer.as_bytes()).await.unwrap();
    hub.flush().await.unwrap();
    // so does the answer
    let mut answered = Vec::new();
    while !answered.ends_with(b"{\"a\":") {
        assert!(software.read_buf(&mut answered).await.unwrap() > 0);
    }
    hub.write_all(b"\"end\"}").await.unwrap();
    hub.flush().await.unwrap();
    while !answered.ends_with(b"\"end\"}") {
        assert!(software.read_buf(&mut answered).await.unwrap() > 0);
    }
    let body: Value = serde_json::from_slice(&answered[answered.len() - 11..]).unwrap();
    assert_eq!(body, json!({"a": "end"}));
}
