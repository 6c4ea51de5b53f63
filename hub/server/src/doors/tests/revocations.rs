//! Trust that changes under open connections.

use std::time::Duration;

use super::super::Kind;
use super::certificates::{Authority, Wish};
use super::clients::Client;
use super::setting::{Setting, trust_file};

#[tokio::test]
async fn a_revoked_certificate_is_refused_on_the_connection_it_has() {
    let setting = Setting::new();
    let client = setting.door(Kind::Machines).await;
    let app = setting.bank.issue(&Wish { serial: 7, ..Wish::client("app", setting.now()) });
    let mut connection = client.connect(Some(app)).await.unwrap();
    assert_eq!(connection.get("/").await.unwrap(), "provider bank urn:test:app");

    setting.write("bank.crl", setting.bank.revokes(&[7], setting.now(), 30));
    setting.doors.reloader().reload().await.unwrap();

    assert_eq!(connection.get("/").await.unwrap(), "revoked");
}

#[tokio::test]
async fn an_expired_revocation_list_closes_its_issuers_parties_only() {
    let setting = Setting::new();
    let client = setting.door(Kind::Machines).await;
    let wish = Wish::client("app", setting.now());
    let mut bank = client.connect(Some(setting.bank.issue(&wish))).await.unwrap();
    let mut state = client.connect(Some(setting.state.issue(&wish))).await.unwrap();
    assert_eq!(bank.get("/").await.unwrap(), "provider bank urn:test:app");

    setting.clock.advance(Duration::from_secs(31 * 86_400));

    assert_eq!(bank.get("/").await.unwrap(), "crlExpired");
    assert_eq!(state.get("/").await.unwrap(), "sender state urn:test:app");

    setting.write("bank.crl", setting.bank.revokes(&[], setting.now(), 30));
    setting.doors.reloader().reload().await.unwrap();
    assert_eq!(bank.get("/").await.unwrap(), "provider bank urn:test:app");
}

#[tokio::test]
async fn a_certificate_that_ends_is_refused_on_the_connection_it_has() {
    let setting = Setting::new();
    let client = setting.door(Kind::Machines).await;
    let until = setting.now().plus(Duration::from_secs(60));
    let app = setting.state.issue(&Wish { until, ..Wish::client("app", setting.now()) });
    let mut connection = client.connect(Some(app)).await.unwrap();
    assert_eq!(connection.get("/").await.unwrap(), "sender state urn:test:app");

    setting.clock.advance(Duration::from_secs(62));

    assert_eq!(connection.get("/").await.unwrap(), "expired");
}

#[tokio::test]
async fn what_cannot_be_read_leaves_trust_as_it_was() {
    let setting = Setting::new();
    let client = setting.door(Kind::Machines).await;
    let wish = Wish::client("app", setting.now());
    let mut connection = client.connect(Some(setting.bank.issue(&wish))).await.unwrap();

    let foreign = Authority::new("Bank CA").revokes(&[1], setting.now(), 30);
    for broken in ["nothing".to_owned(), String::new(), foreign] {
        setting.write("bank.crl", broken);
        assert!(setting.doors.reloader().reload().await.is_err());
        assert_eq!(connection.get("/").await.unwrap(), "provider bank urn:test:app");
    }
}

#[tokio::test]
async fn changed_files_are_noticed_without_being_told() {
    let setting = Setting::new();
    let client = setting.door(Kind::Machines).await;
    setting.doors.watch(Duration::from_millis(10));
    let newcomer = Authority::new("New CA");
    let wish = Wish::client("app", setting.now());
    let mut connection = client.connect(Some(newcomer.issue(&wish))).await.unwrap();
    assert_eq!(connection.get("/").await.unwrap(), "unknownIssuer");

    // The trust file first, and what it names after: read again until it works.
    setting.write("sender.toml", trust_file("sender", "new", "certificate = \"new.pem\""));
    setting.write("new.pem", newcomer.pem());

    let noticed = async {
        while connection.get("/").await.unwrap() != "sender new urn:test:app" {
            setting.clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(4), noticed).await.unwrap();
}

#[tokio::test]
async fn a_new_server_certificate_serves_new_connections() {
    let setting = Setting::new();
    let client = setting.door(Kind::Browsers).await;
    let mut old = client.connect(None).await.unwrap();
    let successor = Authority::new("Successor CA");
    let own = successor.issue(&Wish::server(setting.now()));
    setting.write("server.pem", own.pem.clone());
    assert!(setting.doors.reloader().reload().await.is_err(), "key and certificate do not match");
    assert_eq!(client.ask(None).await.unwrap(), "notAsked");

    setting.write("server.key", own.key_pem());
    setting.doors.reloader().reload().await.unwrap();

    assert!(client.ask(None).await.is_err());
    let new = Client::new(client.address, successor.der());
    assert_eq!(new.ask(None).await.unwrap(), "notAsked");
    assert_eq!(old.get("/").await.unwrap(), "notAsked");
}
