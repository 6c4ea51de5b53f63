//! A name that leads to a receiver at the first look-up and inside at the second: nobody is called inside (TRUST T26).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hub_server::install_crypto;
use system_tests::world::receiver::{Mood, Receiver};
use system_tests::world::setting::authorities;
use tokio::net::TcpListener;

use hub_http::outbound::{Answer, Courier, CourierSettings, Lookup, Trouble};

fn courier(folder: &tempfile::TempDir, lookup: Lookup) -> Courier {
    install_crypto();
    let put = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let hub = authorities().hubs.client("urn:test:hub");
    let settings = CourierSettings {
        environment: "demo".to_owned(),
        certificate: put("push.pem", &hub.certificate),
        key: put("push.key", &hub.key),
        authorities: Some(put("servers.pem", &authorities().servers.certificate)),
    };
    Courier::with_lookup(settings, lookup).unwrap()
}

/// Answers in turn, and with the last one from then on.
fn in_turn(answers: Vec<SocketAddr>) -> (Lookup, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let lookup = Lookup::Other(Arc::new(move |_| {
        let n = count.fetch_add(1, Ordering::SeqCst);
        let answer = answers[n.min(answers.len() - 1)];
        Box::pin(async move { Ok(vec![answer]) })
    }));
    (lookup, asked)
}

const TOKEN: &str =
    "e30.eyJqdGkiOiJhIiwiZXZlbnRzIjp7InVybjpmYWN0ZXVyOmV2ZW50OngiOnt9fSwic3ViX2lkIjp7ImlkIjoiYiJ9fQ.e30";

#[tokio::test]
async fn a_name_that_moves_inside_between_two_events_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start().await;
    receiver.is(Mood::Closing);
    let inside: SocketAddr = "10.0.0.5:0".parse().unwrap();
    let (lookup, asked) = in_turn(vec!["127.0.0.1:0".parse().unwrap(), inside]);
    let courier = courier(&folder, lookup);
    let address = receiver.address.as_str();

    assert_eq!(courier.push(address, TOKEN.to_owned()).await, Answer::Taken);
    for _ in 0..3 {
        let answer = courier.push(address, TOKEN.to_owned()).await;
        assert!(matches!(answer, Answer::Unwell { trouble: Trouble::Private, .. }), "{answer:?}");
    }
    assert!(asked.load(Ordering::SeqCst) >= 2, "the name was looked up once");
    assert_eq!(receiver.taken().len(), 1);
}

#[tokio::test]
async fn a_public_name_that_leads_inside_is_not_called_outside_a_demo() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // the last one would answer
    let here = listener.local_addr().unwrap().to_string();
    for inside in ["127.0.0.1:0", "10.0.0.5:0", "169.254.169.254:0", "[::1]:0", "[::ffff:10.0.0.5]:0", &here]
    {
        let (lookup, _) = in_turn(vec![inside.parse().unwrap()]);
        let demo = courier(&folder, lookup.clone());
        drop(demo);
        let settings = CourierSettings {
            environment: "integration".to_owned(),
            certificate: folder.path().join("push.pem"),
            key: folder.path().join("push.key"),
            authorities: Some(folder.path().join("servers.pem")),
        };
        let courier = Courier::with_lookup(settings, lookup).unwrap();
        let answer = courier.push("https://events.bank.example/hub", TOKEN.to_owned()).await;
        assert!(matches!(answer, Answer::Unwell { trouble: Trouble::Private, .. }), "{inside}: {answer:?}");
    }
    let reached = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
    assert!(reached.is_err(), "somebody inside was called");
}
