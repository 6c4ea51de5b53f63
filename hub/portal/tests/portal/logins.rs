//! Logins that strangers begin are counted before anything is written for them.

use http::StatusCode;

use crate::browser::{Browser, Page, pushed};
use crate::common::for_each_database;

fn expect_wait(page: &Page) {
    page.expect_problem(StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_network_that_begins_too_many_logins_waits_and_others_do_not() {
    for_each_database(async |world| {
        let mut browser = Browser::new(world);
        let uri = pushed(world, "citizen").await;
        let form = [("client_id", "demo-bank-app"), ("request_uri", uri.as_str())];

        let mut begun = 0;
        let refused = loop {
            let page = browser.get("/login").await;
            if page.status == StatusCode::TOO_MANY_REQUESTS {
                break page;
            }
            begun += 1;
        };
        expect_wait(&refused);
        assert!(begun >= 200, "{begun}");

        browser.address = ([192, 0, 2, 77], 40_000).into();
        expect_wait(&browser.post("/authorize", &form).await);
        browser.get("/login?back=/consents").await.shown();

        browser.address = ([198, 51, 100, 1], 40_000).into();
        assert_eq!(browser.get("/login").await.status, StatusCode::SERVICE_UNAVAILABLE);
    })
    .await;
}
