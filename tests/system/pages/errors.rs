//! What went wrong is said in plain words with a reference; the language is the citizen's choice.

use std::time::Duration;

use system_tests::world::browser::Browser;

use super::with_and_without_script;

/// The page shows the trace id that its answer carries.
async fn expect_trace(browser: &Browser<'_>) {
    let headers = browser.headers().await;
    let trace = headers["belgov-trace-id"].as_str().unwrap();
    assert_eq!(browser.text_of(".trace code").await, trace);
}

#[tokio::test]
async fn a_page_that_is_not_there_shows_its_trace_id() {
    with_and_without_script(async |_, browser| {
        browser.tab("lost").await;
        for (address, status, title) in [
            ("/nothing", 404, "We did not find this page"),
            ("/authorize?client_id=bank-app&request_uri=urn:x", 400, "This link does not work"),
            ("/authorize", 400, "This link does not work"),
        ] {
            browser.open_expecting(address, status).await;
            browser.expect(&[title, "Give this reference"]).await;
            expect_trace(browser).await;
        }
        browser.follow("Go to the start page").await;
        browser.expect(&["Your official mail, in one place"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ended_says_so_and_leads_back() {
    with_and_without_script(async |world, browser| {
        browser.logs_in("Emma").await;
        browser.open("/consents").await;
        world.advance(Duration::from_secs(16 * 60));
        browser.reload(401).await;
        browser.expect(&["You have been logged out", "for your safety"]).await;
        expect_trace(browser).await;
    })
    .await;
}

#[tokio::test]
async fn the_language_switch_stays_on_the_page_and_is_remembered() {
    with_and_without_script(async |_, browser| {
        browser.logs_in("Emma").await;
        browser.open("/consents").await;
        for (name, title) in [
            ("NL – Nederlands", "Uw toestemmingen"),
            ("FR – Français", "Vos autorisations"),
            ("DE – Deutsch", "Ihre Zustimmungen"),
            ("EN – English", "Your permissions"),
        ] {
            let page = browser.follow(name).await;
            assert!(page.url.ends_with("/consents") && page.title.starts_with(title), "{page:?}");
        }
        browser.follow("FR – Français").await;
        let page = browser.open("/activation").await;
        assert!(page.title.contains("numérique"), "{page:?}");
    })
    .await;
}
