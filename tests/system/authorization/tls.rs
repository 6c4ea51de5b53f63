//! What the listeners speak: TLS 1.2 and 1.3 with the ciphers of BCP 195 (RFC 9325), judged from outside.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::setting::authorities;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio_rustls::TlsConnector;
use url::Url;

/// Name and origin of every listener; to machines and operators only what BCP 195 recommends is spoken.
fn listeners(world: &World) -> [(&'static str, &str, bool); 4] {
    [
        ("public", &world.public, true),
        ("mtls", &world.mtls, false),
        ("operations", &world.operations, false),
        ("content", &world.content, true),
    ]
}

fn place(origin: &str) -> (String, u16) {
    let origin = Url::parse(origin).unwrap();
    (origin.host_str().unwrap().to_owned(), origin.port().unwrap())
}

#[tokio::test]
async fn sslscan_finds_nothing_outside_bcp_195() {
    World::on(TestDatabase::sqlite().await, async |world| {
        for (name, origin, browsers) in listeners(world) {
            let (host, port) = place(origin);
            let scan = Command::new("sslscan")
                .args(["--xml=-", "--no-colour", &format!("--sni-name={host}"), &format!("127.0.0.1:{port}")])
                .output()
                .await;
            let scan = scan.expect("tests/run installs sslscan");
            let scan = String::from_utf8(scan.stdout).unwrap();
            judge(name, &scan, browsers);
        }
    })
    .await;
}

/// Holds a report of sslscan against what may be spoken.
fn judge(name: &str, scan: &str, browsers: bool) {
    let found = |element: &str| -> Vec<String> {
        let all = scan.split('<').filter(|tag| tag.starts_with(&format!("{element} ")));
        all.map(|tag| tag.split("/>").next().unwrap().to_owned()).collect()
    };
    let attribute = |tag: &str, name: &str| {
        let start = format!(" {name}=\"");
        tag.split_once(&start).map(|(_, rest)| rest.split('"').next().unwrap().to_owned()).unwrap_or_default()
    };
    let spoken: Vec<String> = found("protocol")
        .iter()
        .filter(|tag| attribute(tag, "enabled") == "1")
        .map(|tag| attribute(tag, "type") + &attribute(tag, "version"))
        .collect();
    assert_eq!(spoken, ["tls1.2", "tls1.3"], "{name}");
    assert_eq!(found("protocol").len(), 6, "{name}: SSL 2 and 3 and TLS 1.0 and 1.1 were tried: {scan}");

    let ciphers: Vec<(String, String)> =
        found("cipher").iter().map(|tag| (attribute(tag, "sslversion"), attribute(tag, "cipher"))).collect();
    for (version, cipher) in &ciphers {
        let recommended = match version.as_str() {
            "TLSv1.3" => ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"].contains(&cipher.as_str()),
            _ => cipher.starts_with("ECDHE-") && cipher.contains("-GCM-"),
        };
        // RFC 9325 4.2 recommends AES-GCM; ChaCha20-Poly1305 is as strong, and browsers without AES in hardware use it
        let allowed = cipher.contains("CHACHA20") && (browsers || version == "TLSv1.3");
        assert!(recommended || allowed, "{name}: {version} {cipher}");
    }
    assert!(ciphers.len() >= 4, "{name}: {ciphers:?}");
    for group in found("group") {
        assert!(attribute(&group, "bits").parse::<u32>().unwrap() >= 112, "{name}: {group}");
    }
    assert!(found("heartbleed").iter().all(|tag| attribute(tag, "vulnerable") == "0"), "{name}");
    assert!(found("compression").iter().all(|tag| attribute(tag, "supported") == "0"), "{name}");
    figure(&format!("sslscan of {name}: TLS 1.2 and 1.3, {} ciphers, all of BCP 195", ciphers.len()));
}

#[tokio::test]
async fn a_handshake_below_tls_1_2_is_refused() {
    World::on(TestDatabase::sqlite().await, async |world| {
        for (name, origin, _) in listeners(world) {
            for version in [[3, 0], [3, 1], [3, 2]] {
                let mut stream = TcpStream::connect(("127.0.0.1", place(origin).1)).await.unwrap();
                stream.write_all(&client_hello(version)).await.unwrap();
                let mut answer = Vec::new();
                drop(stream.read_to_end(&mut answer).await);
                // a fatal alert, handshake_failure or protocol_version (RFC 8446 6), and nothing before it
                let alert = (answer.first(), answer.get(5), answer.get(6));
                let refused = matches!(alert, (Some(21), Some(2), Some(40 | 70)));
                assert!(refused, "{name} {version:?}: {answer:?}");
            }
        }
    })
    .await;
}

/// The first message of a client that speaks nothing newer than `version` (RFC 4346 7.4.1.2).
fn client_hello(version: [u8; 2]) -> Vec<u8> {
    let ciphers = [0xc0, 0x13, 0xc0, 0x14, 0xc0, 0x09, 0xc0, 0x0a, 0x00, 0x2f, 0x00, 0x35];
    let mut hello = version.to_vec();
    hello.extend([7; 32]);
    hello.extend([0, 0, u8::try_from(ciphers.len()).unwrap()]);
    hello.extend(ciphers);
    hello.extend([1, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    [vec![22, 3, version[1].min(1), 0, length + 4, 1, 0, 0, length], hello].concat()
}

#[tokio::test]
async fn tls_1_3_is_preferred_and_1_2_still_spoken() {
    use rustls::version::{TLS12, TLS13};
    World::on(TestDatabase::sqlite().await, async |world| {
        for (name, origin, _) in listeners(world) {
            let (host, port) = place(origin);
            let offers: [(&[&SupportedProtocolVersion], ProtocolVersion); 3] = [
                (&[&TLS12, &TLS13], ProtocolVersion::TLSv1_3),
                (&[&TLS13], ProtocolVersion::TLSv1_3),
                (&[&TLS12], ProtocolVersion::TLSv1_2),
            ];
            for (offered, chosen) in offers {
                let mut roots = RootCertStore::empty();
                let servers = authorities().servers.certificate.as_bytes();
                roots.add(CertificateDer::from_pem_slice(servers).unwrap()).unwrap();
                let config = ClientConfig::builder_with_protocol_versions(offered);
                let config = config.with_root_certificates(roots).with_no_client_auth();
                let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let name_of = ServerName::try_from(host.clone()).unwrap();
                let stream = TlsConnector::from(Arc::new(config)).connect(name_of, stream).await.unwrap();
                assert_eq!(stream.get_ref().1.protocol_version(), Some(chosen), "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_with_a_weak_key_does_not_get_through_its_handshake() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let folder = world.setting.path("weak");
        std::fs::create_dir(&folder).unwrap();
        for (key, passes) in [("rsa:1024", false), ("rsa:2048", true)] {
            let answer = asked_with(world, &folder, key).await;
            assert_eq!(answer.starts_with("HTTP/1.1 200"), passes, "{key}: {answer:?}");
        }
    })
    .await;
}

/// What the mtls listener answers to OpenSSL, made careless, with a fresh certificate for this kind of key.
async fn asked_with(world: &World, folder: &Path, key: &str) -> String {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-nodes", "-newkey", key, "-keyout", "key.pem", "-out", "own.pem"])
        .args(["-subj", "/CN=weak", "-days", "2"])
        .current_dir(folder)
        .output()
        .await
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (host, port) = place(&world.mtls);
    let mut client = Command::new("openssl")
        .args(["s_client", "-quiet", "-tls1_2", "-cipher", "DEFAULT@SECLEVEL=0", "-servername", &host])
        .args(["-connect", &format!("127.0.0.1:{port}"), "-cert", "own.pem", "-key", "key.pem"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let asked = format!("GET /health HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    // the one that is refused may be gone before it has read this
    drop(client.stdin.take().unwrap().write_all(asked.as_bytes()).await);
    String::from_utf8_lossy(&client.wait_with_output().await.unwrap().stdout).into_owned()
}
