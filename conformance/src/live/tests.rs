use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;
use crate::engine::{Progress, Verdict};
use crate::plan::samples::{case, register};
use crate::report::samples::{SECRETS, outcome, report};

fn live() -> Live {
    let cases =
        [case("C6", "callback", &["C6"]), case("N18", "callback", &["N18"]), case("N34", "token", &["N34"])];
    Live::new("App", &cases, register())
}

async fn get(live: &Live, path: &str, host: &str) -> (StatusCode, String) {
    let request = Request::get(path).header(header::HOST, host).body(Body::empty()).unwrap();
    let response = page::routes(live.clone(), 9000).oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn state(live: &Live) -> serde_json::Value {
    serde_json::from_str(&get(live, "/state", "127.0.0.1:9000").await.1).unwrap()
}

#[tokio::test]
async fn the_page_follows_the_run() {
    let live = live();
    assert_eq!(state(&live).await["told"], "0 of 3 cases: none yet");

    live.take(Progress::Began { case: "C6".to_owned() });
    assert_eq!(state(&live).await["cases"]["C6"]["word"], "is played now");

    live.take(Progress::Ended { outcome: Box::new(outcome("C6", Verdict::Fail)) });
    let after = state(&live).await;
    assert_eq!(after["cases"]["C6"]["word"], "fail");
    assert_eq!((&after["told"], &after["said"]), (&"1 of 3 cases: 1 fail".into(), &"C6: fail".into()));
    assert_eq!(after["ended"], serde_json::Value::Null);

    live.end(&report());
    assert_eq!(state(&live).await["ended"], "failed");
}

#[tokio::test]
async fn a_person_is_asked_to_open_an_address_and_then_not_any_more() {
    let live = live();
    let url = "https://localhost:9450/".to_owned();
    live.take(Progress::Waiting { case: "C6".to_owned(), url: url.clone(), seconds: 300 });
    let waiting = state(&live).await["waiting"].clone();
    assert_eq!(waiting["url"], url);
    assert!(waiting["seconds"].as_u64().unwrap() > 250);
    let (_, page) = get(&live, "/", "localhost:9000").await;
    assert!(page.contains("<a id=\"waiting-link\" href=\"https://localhost:9450/\""), "{page}");

    live.take(Progress::Resumed { case: "C6".to_owned() });
    assert_eq!(state(&live).await["waiting"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_case_has_a_page_with_expected_and_actual_and_no_secret() {
    let live = live();
    live.take(Progress::Ended { outcome: Box::new(report().outcomes[0].clone()) });
    let (status, page) = get(&live, "/case/C6", "127.0.0.1:9000").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Expected") && page.contains("Copy as curl"));
    assert!(page.contains("https://www.rfc-editor.org/rfc/rfc9207#section-2.4"));
    assert!(SECRETS.iter().all(|secret| !page.contains(secret)));
    assert_eq!(get(&live, "/case/N99", "127.0.0.1:9000").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn another_name_for_this_machine_is_not_answered() {
    for path in ["/", "/state", "/case/C6"] {
        assert_eq!(get(&live(), path, "attacker.example").await.0, StatusCode::MISDIRECTED_REQUEST);
    }
}

#[tokio::test]
async fn the_page_is_opened_at_loopback() {
    let page = live().open(0).await.unwrap();
    assert!(page.url().starts_with("http://127.0.0.1:"));
}
