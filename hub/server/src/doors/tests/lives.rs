//! How long connections live: untrusted, idle, and when the doors drain.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::super::{Drained, Kind, Limits};
use super::certificates::Wish;
use super::clients::Client;
use super::setting::Setting;

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn an_untrusted_connection_is_short() {
    let setting = Setting::new();
    let limits = Limits { untrusted_life: Duration::from_millis(300), ..Limits::default() };
    let client = setting.door_with(Kind::Machines, limits).await;
    let mut stranger = client.connect(None).await.unwrap();
    assert_eq!(stranger.get("/").await.unwrap(), "absent");
    let mut app =
        client.connect(Some(setting.bank.issue(&Wish::client("app", setting.now())))).await.unwrap();

    timeout(SOON, stranger.ended()).await.unwrap();

    assert_eq!(app.get("/slow/300").await.unwrap(), "slept");
}

#[tokio::test]
async fn untrusted_connections_are_few() {
    let setting = Setting::new();
    let client = setting.door_with(Kind::Machines, Limits { untrusted: 1, ..Limits::default() }).await;
    let mut stranger = client.connect(None).await.unwrap();
    assert_eq!(stranger.get("/").await.unwrap(), "absent");

    assert!(client.ask(None).await.is_err());
    assert!(client.ask(Some(setting.bank.issue(&Wish::client("app", setting.now())))).await.is_ok());
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_closed() {
    let setting = Setting::new();
    let short = Duration::from_millis(100);
    let client =
        setting.door_with(Kind::Browsers, Limits { header: short, idle: short, ..Limits::default() }).await;
    for protocol in [&b"h2"[..], b"http/1.1"] {
        let client = Client { protocol, ..client.clone() };
        let mute = client.handshake(Arc::new(client.config(None))).await.unwrap();
        let idle = client.connect(None).await.unwrap();

        timeout(SOON, mute.get_ref().0.readable()).await.unwrap().unwrap();
        timeout(SOON, idle.ended()).await.unwrap();
    }
}

#[tokio::test]
async fn a_head_or_a_body_that_does_not_come_is_not_waited_for() {
    let setting = Setting::new();
    let short = Duration::from_millis(100);
    let limits = Limits { header: short, body: short, ..Limits::default() };
    let client = Client { protocol: b"http/1.1", ..setting.door_with(Kind::Browsers, limits).await };
    let cases = [
        ("GET / HTTP/1.1\r\nhost: local", ""),
        (
            "POST /body HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nhalf",
            "HTTP/1.1 400 Bad Request",
        ),
    ];
    for (begun, answer) in cases {
        let mut stream = client.handshake(Arc::new(client.config(None))).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();

        // Whether TLS is closed politely does not matter here.
        let mut read = Vec::new();
        drop(timeout(SOON, stream.read_to_end(&mut read)).await.unwrap());

        assert_eq!(String::from_utf8_lossy(&read).lines().next().unwrap_or_default(), answer);
    }
}

#[tokio::test]
async fn draining_answers_what_was_asked_and_refuses_what_is_new() {
    for protocol in [&b"h2"[..], b"http/1.1"] {
        let setting = Setting::new();
        let client = Client { protocol, ..setting.door(Kind::Browsers).await };
        let mut connection = client.connect(None).await.unwrap();
        let idle = client.connect(None).await.unwrap();
        let address = client.address;
        let gate = Arc::clone(&setting.gate);

        let asking = async {
            let answer = connection.get("/gate").await.unwrap();
            connection.ended().await;
            answer
        };
        let closing = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let drained = setting.doors.drain(SOON);
            let opening = async {
                idle.ended().await;
                while TcpStream::connect(address).await.is_ok() {}
                gate.notify_one();
            };
            tokio::join!(drained, opening).0
        };
        let (answer, drained) = timeout(SOON * 2, async { tokio::join!(asking, closing) }).await.unwrap();

        assert_eq!((answer.as_str(), drained), ("passed", Drained::Finished));
    }
}

#[tokio::test]
async fn what_outlasts_the_deadline_is_cut() {
    let setting = Setting::new();
    let client = setting.door(Kind::Browsers).await;
    let mut connection = client.connect(None).await.unwrap();
    let (answer, drained) = tokio::join!(connection.get("/gate"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        setting.doors.drain(Duration::from_millis(100)).await
    });

    assert!(answer.is_err());
    assert!(matches!(drained, Drained::Cut { .. }));
}

#[tokio::test]
async fn an_answer_that_is_not_read_is_given_up() {
    let setting = Setting::new();
    let limits = Limits { unread: Duration::from_millis(200), ..Limits::default() };
    let client = setting.door_with(Kind::Browsers, limits).await;

    let stream = &mut client.handshake(Arc::new(client.config_for(b"http/1.1"))).await.unwrap();
    stream.write_all(b"GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    timeout(SOON, setting.dropped.notified()).await.unwrap();

    let mut connection = client.connect(None).await.unwrap();
    let _unread = connection.head("/endless").await.unwrap();
    timeout(SOON, setting.dropped.notified()).await.unwrap();
    timeout(SOON, connection.ended()).await.unwrap();
}

#[tokio::test]
async fn the_end_of_an_answer_that_is_not_read_is_given_up_after_the_goodbye() {
    let setting = Setting::new();
    let short = Duration::from_millis(100);
    let limits = Limits { idle: short, header: short, unread: short, ..Limits::default() };
    let client = setting.door_with(Kind::Browsers, limits).await;

    // All of it is in the hands of the connection at once, which can then only wait for the peer.
    let stream = &mut client.handshake(Arc::new(client.config_for(b"http/1.1"))).await.unwrap();
    stream.write_all(b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();

    timeout(SOON, setting.dropped.notified()).await.unwrap();
}

#[tokio::test]
async fn an_answer_that_the_hub_writes_slowly_is_waited_for() {
    let setting = Setting::new();
    let short = Duration::from_millis(100);
    let limits = Limits { idle: short, header: short, unread: short, ..Limits::default() };
    let client = setting.door_with(Kind::Browsers, limits).await;
    for protocol in [&b"h2"[..], b"http/1.1"] {
        let client = Client { protocol, ..client.clone() };
        let mut connection = client.connect(None).await.unwrap();
        assert_eq!(connection.get("/dripping").await.unwrap(), "drop drop drop ");
    }
}
