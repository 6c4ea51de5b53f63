//! Pages of a session: activation, permissions, another mailbox, languages.

use std::time::Duration;

use http::StatusCode;

use crate::browser::{Browser, page_of, pushed, represents};
use crate::common::{World, enterprise, for_each_database, ssin};

#[tokio::test]
async fn a_page_that_needs_a_person_leads_to_the_login_and_back() {
    for_each_database(async |world| {
        let mut browser = Browser::new(world);

        let page = browser.get("/consents?x=1").await;
        assert_eq!(page.leads_to(), "/login?back=%2Fconsents%3Fx%3D1");
        let login = browser.get("/login?back=%2Fconsents%3Fx%3D1").await.shown();
        assert!(login.html.contains("/login?back=%2Fconsents%3Fx%3D1&#38;begin=yes"), "{}", login.html);
        browser.get("/login").await.expect_problem(StatusCode::SERVICE_UNAVAILABLE);

        browser.post("/activation", &[("decision", "on")]).await.expect_problem(StatusCode::UNAUTHORIZED);
        browser.get("/nothing").await.expect_problem(StatusCode::NOT_FOUND);
        browser.post("/consents", &[]).await.expect_problem(StatusCode::METHOD_NOT_ALLOWED);
        browser.get("/login/callback?state=x&code=y").await.expect_problem(StatusCode::BAD_REQUEST);
        assert!(browser.get("/").await.shown().html.contains("href=\"/login\""));
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_fifteen_idle_minutes_and_says_so() {
    for_each_database(async |world| {
        let mut browser = Browser::logged_in(world, &ssin(1), None).await;
        browser.get("/consents").await.shown();

        world.clock.advance(Duration::from_secs(15 * 60 + 1));
        let page = browser.get("/consents").await;

        page.expect_problem(StatusCode::UNAUTHORIZED);
        assert!(page.html.contains("/login?back=%2Fconsents&#38;begin=yes"), "{}", page.html);
        assert!(!browser.cookies.contains_key("__Host-session"));
    })
    .await;
}

#[tokio::test]
async fn digital_mail_is_turned_on_and_off_on_a_screen_of_its_own() {
    for_each_database(async |world| {
        let mut browser = Browser::logged_in(world, &ssin(1), None).await;
        let csrf = browser.get("/activation").await.shown().field("csrf");

        browser.post("/activation", &[("decision", "on")]).await.expect_problem(StatusCode::FORBIDDEN);
        browser
            .post("/activation", &[("csrf", "guess"), ("decision", "on")])
            .await
            .expect_problem(StatusCode::FORBIDDEN);
        assert_eq!(active(world).await, 0);

        let on = browser.post("/activation", &[("csrf", &csrf), ("decision", "on")]).await;
        assert!(browser.get(on.leads_to()).await.shown().html.contains("Digital mail is on"));
        assert_eq!(active(world).await, 1);

        assert!(browser.get("/activation").await.shown().html.contains("value=\"off\""));
        let off = browser.post("/activation", &[("csrf", &csrf), ("decision", "off")]).await;
        assert!(browser.get(off.leads_to()).await.shown().html.contains("Digital mail is off"));
        assert_eq!(active(world).await, 0);
    })
    .await;
}

async fn active(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM mailbox WHERE activated_at IS NOT NULL").await
}

#[tokio::test]
async fn a_consent_is_seen_and_stopped_with_one_click_by_its_citizen_only() {
    for_each_database(async |world| {
        let (anna, bert) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let uri = pushed(world, "citizen").await;
        let mut browser = Browser::logged_in(world, &anna, Some(&uri)).await;
        let page = browser.get(&page_of(&uri)).await.shown();
        let names = ["csrf", "client_id", "request_uri", "lang", "shown", "mailbox"];
        let values = names.map(|name| page.field(name));
        let mut form: Vec<(&str, &str)> =
            names.iter().copied().zip(values.iter().map(String::as_str)).collect();
        form.push(("decision", "agree"));
        browser.post("/authorize/consent", &form).await;

        let list = browser.get("/consents").await.shown();
        assert!(
            list.html.contains("You have authorised <strong>Demo Bank</strong> to collect"),
            "{}",
            list.html
        );
        let action =
            list.html.split("action=\"/consents/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (stop, csrf) = (format!("/consents/{action}"), list.field("csrf"));

        let mut other = Browser::logged_in(world, &bert, None).await;
        let theirs = other.get("/consents").await.shown();
        assert!(!theirs.html.contains("Demo Bank"));
        let csrf_of_bert = other.get("/activation").await.shown().field("csrf");
        other.post(&stop, &[("csrf", &csrf)]).await.expect_problem(StatusCode::FORBIDDEN);
        other.post(&stop, &[("csrf", &csrf_of_bert)]).await.expect_problem(StatusCode::NOT_FOUND);

        for _ in 0..2 {
            let stopped = browser.post(&stop, &[("csrf", &csrf)]).await;
            assert_eq!(stopped.leads_to(), stop);
        }
        assert!(browser.get(&stop).await.shown().html.contains("Demo Bank has been stopped"));
        let list = browser.get("/consents").await.shown();
        assert!(list.html.contains("You stopped it") && !list.html.contains("/revoke"), "{}", list.html);
        other.get(&stop).await.expect_problem(StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_representative_opens_the_enterprise_s_mailbox_in_a_new_session() {
    for_each_database(async |world| {
        let (anna, bakery) = (world.citizen(1, true).await, enterprise(1));
        represents(world, anna.as_str(), bakery.as_str()).await;
        let mut browser = Browser::logged_in(world, &anna, None).await;
        let before = browser.cookies["__Host-session"].clone();

        let overview = browser.get("/").await.shown();
        assert!(overview.html.contains("Test Bakery"), "{}", overview.html);
        let mailboxes: Vec<String> = overview
            .html
            .split("action=\"/mailboxes/")
            .skip(1)
            .map(|rest| format!("/mailboxes/{}", rest.split('"').next().unwrap()))
            .collect();
        assert_eq!(mailboxes.len(), 2);
        let csrf = overview.field("csrf");
        assert_eq!(browser.get(&mailboxes[1]).await.leads_to(), "/");

        let opened = browser.post(&mailboxes[1], &[("csrf", &csrf)]).await;

        assert_eq!(opened.leads_to(), mailboxes[1]);
        assert_ne!(browser.cookies["__Host-session"], before);
        let page = browser.get(&mailboxes[1]).await.shown();
        assert!(page.html.contains("Acting for <strong>Test Bakery</strong>"), "{}", page.html);
        browser.get("/activation").await.expect_problem(StatusCode::FORBIDDEN);
        browser.cookies.insert("__Host-session".into(), before);
        browser.get("/consents").await.expect_problem(StatusCode::UNAUTHORIZED);
    })
    .await;
}

#[tokio::test]
async fn a_language_is_chosen_for_good_and_a_way_back_stays_here() {
    for_each_database(async |world| {
        let mut browser = Browser::new(world);
        assert_eq!(browser.get("/").await.shown().header("content-language"), "en");

        let chosen = browser.get("/lang?to=fr&back=%2Flogin%3Fback%3D%252Fconsents%26lang%3Dde").await;
        assert_eq!(chosen.leads_to(), "/login?back=%2Fconsents");
        let page = browser.get("/").await.shown();
        assert_eq!((page.header("content-language"), page.header("vary")), ("fr", "Accept-Language, Cookie"));
        assert_eq!(browser.get("/?lang=de").await.shown().header("content-language"), "de");

        for foreign in ["https://evil.test", "//evil.test", "/%5Cevil.test"] {
            assert_eq!(browser.get(&format!("/lang?to=nl&back={foreign}")).await.leads_to(), "/");
        }
    })
    .await;
}

#[tokio::test]
async fn logging_out_ends_the_session_here() {
    for_each_database(async |world| {
        let mut browser = Browser::logged_in(world, &ssin(1), None).await;
        let csrf = browser.get("/consents").await.shown().field("csrf");

        assert_eq!(browser.post("/logout", &[("csrf", &csrf)]).await.leads_to(), "/logout");

        assert!(browser.get("/logout").await.shown().html.contains("You are logged out"));
        assert_eq!(world.count("SELECT COUNT(*) FROM session").await, 0);
    })
    .await;
}

#[tokio::test]
async fn documents_and_assets_are_given_to_everybody_without_leave_for_other_sites() {
    for_each_database(async |world| {
        let mut browser = Browser::new(world);
        for path in [
            "/doc/mailbox/v1/openapi.yaml",
            "/doc/sender/v1/openapi.yaml",
            "/doc/messageRegistry/v2/openapi.yaml",
            "/doc/federation/v1/openapi.yaml",
            "/doc/events/v1/openapi.yaml",
            "/doc/memo/v1/openapi.yaml",
        ] {
            let document = browser.get(path).await.shown();
            assert_eq!(document.header("content-type"), "application/yaml");
            assert!(document.headers.get("access-control-allow-origin").is_none());
        }
        let style = browser.get("/").await.shown().link("/assets/");
        let style = browser.get(&style).await.shown();
        assert!(style.header("cache-control").contains("immutable"));
        assert!(style.header("strict-transport-security").starts_with("max-age=63072000"));
        browser.get("/assets/0-portal.css").await.expect_problem(StatusCode::NOT_FOUND);
    })
    .await;
}
