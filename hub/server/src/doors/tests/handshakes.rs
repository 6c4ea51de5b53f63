//! Who is let in, under which verdict, by which protocol.

use std::sync::Arc;
use std::time::Duration;

use rcgen::ExtendedKeyUsagePurpose;
use rustls::{HandshakeKind, SupportedProtocolVersion};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::super::{Kind, Limits};
use super::certificates::{Authority, Wish};
use super::clients::Client;
use super::setting::Setting;

const DAY: Duration = Duration::from_secs(86_400);
const VERSIONS: [&[&SupportedProtocolVersion]; 2] = [&[&rustls::version::TLS13], &[&rustls::version::TLS12]];

#[tokio::test]
async fn a_registered_authority_vouches_for_its_role() {
    let setting = Setting::new();
    let client = setting.door(Kind::Machines).await;
    let (app, tax) = (Wish::client("app", setting.now()), Wish::client("tax", setting.now()));

    let provider = client.ask(Some(setting.bank.issue(&app))).await.unwrap();
    let sender = client.ask(Some(setting.state.issue(&tax))).await.unwrap();

    assert_eq!(provider, "provider bank urn:test:app");
    assert_eq!(sender, "sender state urn:test:tax");
}

#[tokio::test]
async fn every_refused_certificate_is_told_its_reason() {
    let setting = Setting::new();
    let client = setting.door(Kind::Machines).await;
    let (now, bank) = (setting.now(), &setting.bank);
    let wish = Wish::client("app", now);
    let authority = |_| Authority::new("Chain CA").der();

    let cases = [
        ("absent", None),
        ("unknownIssuer", Some(Authority::new("Other CA").issue(&wish))),
        ("unknownIssuer", Some(Authority::new("Bank CA").issue(&wish))),
        ("expired", Some(bank.issue(&Wish { until: now.minus(DAY / 2), ..wish.clone() }))),
        ("notYetValid", Some(bank.issue(&Wish { from: now.plus(DAY), ..wish.clone() }))),
        (
            "wrongUsage",
            Some(bank.issue(&Wish { usage: ExtendedKeyUsagePurpose::ServerAuth, ..wish.clone() })),
        ),
        ("wrongEnvironment", Some(bank.issue(&Wish { demo: Some("demo"), ..wish.clone() }))),
        ("tooLarge", Some(bank.issue(&wish).with((0..4).map(authority)))),
        ("tooLarge", Some(bank.issue(&Wish { padding: 16 * 1024, ..wish.clone() }))),
    ];
    for (reason, certificate) in cases {
        assert_eq!(client.ask(certificate).await.unwrap(), reason);
    }
}

#[tokio::test]
async fn a_stolen_certificate_without_its_key_fails_the_handshake() {
    let setting = Setting::new();
    let wish = Wish::client("app", setting.now());
    let stolen = || setting.bank.issue(&wish).stolen_by(setting.state.issue(&wish));

    for versions in VERSIONS {
        let client = Client { versions, ..setting.door(Kind::Machines).await };
        assert!(client.ask(Some(setting.bank.issue(&wish))).await.is_ok());
        assert!(client.ask(Some(stolen())).await.is_err());
    }
}

#[tokio::test]
async fn browsers_are_asked_for_no_certificate() {
    let setting = Setting::new();
    let client = setting.door(Kind::Browsers).await;
    assert_eq!(
        client.ask(Some(setting.bank.issue(&Wish::client("app", setting.now())))).await.unwrap(),
        "notAsked"
    );
}

#[tokio::test]
async fn both_protocols_are_chosen_by_alpn() {
    let setting = Setting::new();
    let two = setting.door(Kind::Machines).await;
    let one = Client { protocol: b"http/1.1", ..two.clone() };
    for client in [one, two] {
        let mut connection =
            client.connect(Some(setting.bank.issue(&Wish::client("app", setting.now())))).await.unwrap();
        assert_eq!(connection.get("/").await.unwrap(), "provider bank urn:test:app");
        assert_eq!(connection.get("/slow/1").await.unwrap(), "slept");
    }
}

#[tokio::test]
async fn only_browsers_resume_sessions() {
    let setting = Setting::new();
    for (kind, resumes) in [(Kind::Machines, false), (Kind::Operators, false), (Kind::Browsers, true)] {
        for versions in VERSIONS {
            let client = Client { versions, ..setting.door(kind).await };
            let own = setting.bank.issue(&Wish::client("app", setting.now()));
            let config = Arc::new(client.config(Some(own)));
            // Tickets arrive with the first answer.
            client.connect_with(Arc::clone(&config)).await.unwrap().get("/").await.unwrap();

            let again = client.handshake(config).await.unwrap();

            assert_eq!(again.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed), resumes);
        }
    }
}

#[tokio::test]
async fn a_peer_that_does_not_shake_hands_blocks_nobody_and_is_dropped() {
    let setting = Setting::new();
    let limits = Limits { handshake: Duration::from_millis(200), ..Limits::default() };
    let client = setting.door_with(Kind::Machines, limits).await;
    let silent = TcpStream::connect(client.address).await.unwrap();

    assert_eq!(client.ask(None).await.unwrap(), "absent");

    let closed = timeout(Duration::from_secs(5), silent.readable()).await;
    closed.unwrap().unwrap();
    assert_eq!(silent.try_read(&mut [0; 1]).unwrap(), 0);
}

#[tokio::test]
async fn one_network_takes_no_more_connections_than_its_share() {
    let setting = Setting::new();
    let limits = Limits { connections_per_network: 1, ..Limits::default() };
    let client = setting.door_with(Kind::Browsers, limits).await;

    let mut first = client.connect(None).await.unwrap();
    assert!(client.connect(None).await.is_err());
    assert_eq!(first.get("/").await.unwrap(), "notAsked");
}
