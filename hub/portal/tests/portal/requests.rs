//! From the app's link to the decision.

use std::time::Duration;

use http::StatusCode;
use hub_core::id::ConsentId;
use hub_core::keys::{Purpose, column_aad};

use crate::browser::{Browser, ISSUER, Page, page_of, pushed, represents};
use crate::common::{World, enterprise, for_each_database, ssin};

const BACK: &str = "https://bank.localhost/callback";

/// The consent page, opened by a logged-in active citizen, and its browser.
async fn asked(world: &World, n: u32) -> (Browser, Page) {
    let anna = world.citizen(n, true).await;
    let uri = pushed(world, "citizen").await;
    let mut browser = Browser::logged_in(world, &anna, Some(&uri)).await;
    let page = browser.get(&page_of(&uri)).await.shown();
    (browser, page)
}

/// The form of a consent page, as the browser would send it.
fn form<'a>(fields: &'a [(&'static str, String)], decision: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut form: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    form.push(("decision", decision));
    form
}

fn fields(page: &Page) -> Vec<(&'static str, String)> {
    ["csrf", "client_id", "request_uri", "lang", "shown", "mailbox"]
        .map(|name| (name, page.field(name)))
        .to_vec()
}

#[tokio::test]
async fn a_link_that_is_not_known_is_told_and_never_redirects() {
    for_each_database(async |world| {
        let mut browser = Browser::new(world);
        let uri = pushed(world, "citizen").await;

        for wrong in [
            "/authorize".to_owned(),
            "/authorize?client_id=demo-bank-app".to_owned(),
            format!("/authorize?client_id=demo-bank-app&redirect_uri={BACK}&response_type=code"),
            page_of("urn:ietf:params:oauth:request_uri:unknown"),
            page_of(&uri).replace("demo-bank-app", "demo-tax"),
            format!("{}&client_id=other", page_of(&uri)),
        ] {
            browser.get(&wrong).await.expect_problem(StatusCode::BAD_REQUEST);
        }
        browser
            .post("/authorize", &[("client_id", "x"), ("request_uri", &uri)])
            .await
            .expect_problem(StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn the_landing_page_names_the_provider_from_the_register_and_can_be_opened_again() {
    for_each_database(async |world| {
        let mut browser = Browser::new(world);
        let uri = pushed(world, "citizen").await;

        let address = format!("{}&redirect_uri=https://evil.test/&scope=all&state=x", page_of(&uri));
        for _ in 0..2 {
            let page = browser.get(&address).await.shown();
            assert!(page.html.contains("Demo Bank NV") && page.html.contains("Shows your official mail"));
            assert!(!page.html.contains("evil.test"), "{}", page.html);
            assert_eq!(page.field("request_uri"), uri);
            assert_eq!(page.header("content-language"), "en");
        }
        world.clock.advance(Duration::from_secs(91));
        let late = browser.get(&page_of(&uri)).await.shown();
        assert!(late.html.contains("too old"), "{}", late.html);
    })
    .await;
}

#[tokio::test]
async fn logging_in_binds_the_request_to_the_browser_even_if_the_identity_service_is_away() {
    for_each_database(async |world| {
        let (mut first, mut other) = (Browser::new(world), Browser::new(world));
        let uri = pushed(world, "citizen").await;
        let form = [("client_id", "demo-bank-app"), ("request_uri", uri.as_str())];

        let page = first.post("/authorize", &form).await;
        page.expect_problem(StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.html.contains("cannot log in at the moment"));
        assert_eq!(first.cookies["__Host-browser"].len(), 43);
        world.clock.advance(Duration::from_secs(5 * 60));

        let again = first.get(&page_of(&uri)).await.shown();
        assert_eq!(again.field("request_uri"), uri);
        let elsewhere = other.get(&page_of(&uri)).await.shown();
        assert!(
            elsewhere.html.contains("first browser") && !elsewhere.html.contains("<form"),
            "{}",
            elsewhere.html
        );
        assert_eq!(other.post("/authorize", &form).await.leads_to(), page_of(&uri));
    })
    .await;
}

#[tokio::test]
async fn agreeing_gives_one_code_and_every_later_page_shows_the_outcome() {
    for_each_database(async |world| {
        let (mut browser, page) = asked(world, 1).await;
        assert!(page.html.contains("Keeps no copies"));
        assert!(
            page.header("content-security-policy")
                .contains("form-action 'self' https://127.0.0.1:1 https://bank.localhost;")
        );
        let fields = fields(&page);

        let decided = browser.post("/authorize/consent", &form(&fields, "agree")).await;
        let again = browser.post("/authorize/consent", &form(&fields, "agree")).await;
        let refused = browser.post("/authorize/consent", &form(&fields, "refuse")).await;

        let back = url::Url::parse(decided.leads_to()).unwrap();
        let query: Vec<(String, String)> = back.query_pairs().into_owned().collect();
        assert!(back.as_str().starts_with("https://bank.localhost/callback?code=fac_"), "{back}");
        assert_eq!(
            query[1..],
            [("state".to_owned(), "st&te".to_owned()), ("iss".to_owned(), ISSUER.to_owned())]
        );
        let address = page_of(&fields[2].1);
        assert_eq!((again.leads_to(), refused.leads_to()), (address.as_str(), address.as_str()));
        let outcome = browser.get(&address).await.shown();
        assert!(outcome.html.contains("You agreed") && !outcome.html.contains("code="), "{}", outcome.html);
        assert_eq!(world.count("SELECT COUNT(*) FROM consent_event").await, 1);

        let (consent, sealed, version): (ConsentId, Vec<u8>, String) =
            world.row("SELECT consent_id, screen, text_version FROM consent_event").await;
        let aad = column_aad("consent_event", "screen", consent.0.as_bytes());
        let kept = world.keys.current().open(Purpose::SealedColumns, &aad, &sealed).unwrap();
        assert!(page.html.contains(std::str::from_utf8(&kept).unwrap()), "what was shown is what is kept");
        assert_eq!(version, hub_portal::view::TEXT_VERSION);
    })
    .await;
}

#[tokio::test]
async fn refusing_tells_the_app_so_and_leaves_nothing() {
    for_each_database(async |world| {
        let (mut browser, page) = asked(world, 1).await;
        let fields = fields(&page);

        let decided = browser.post("/authorize/consent", &form(&fields, "refuse")).await;

        assert_eq!(
            decided.leads_to(),
            format!("{BACK}?error=access_denied&state=st%26te&iss=https%3A%2F%2Ffacteur.test")
        );
        assert!(browser.get(&page_of(&fields[2].1)).await.shown().html.contains("You refused"));
        assert_eq!(world.count("SELECT COUNT(*) FROM consent").await, 0);
        let kept = "SELECT COUNT(*) FROM consent_event WHERE kind = 'rejected' AND reason = 'citizenRefused'";
        assert_eq!(world.count(kept).await, 1);
        assert!(browser.get("/consents").await.shown().html.contains("You refused."));
    })
    .await;
}

#[tokio::test]
async fn a_screen_that_changed_meanwhile_is_shown_again_instead_of_being_agreed_to() {
    for_each_database(async |world| {
        let (mut browser, page) = asked(world, 1).await;
        let fields = fields(&page);
        let changed = crate::common::REFERENCE.replace("Keeps no copies", "Keeps copies for ever");
        world.apply(&changed).await;

        let again = browser.post("/authorize/consent", &form(&fields, "agree")).await.shown();

        assert!(again.html.contains("Keeps copies for ever"));
        assert_ne!(again.field("shown"), fields[4].1);
        assert_eq!(world.count("SELECT COUNT(*) FROM consent_event").await, 0);
        let agreed = browser.post("/authorize/consent", &form(&self::fields(&again), "agree")).await;
        assert!(agreed.leads_to().contains("code=fac_"));
    })
    .await;
}

#[tokio::test]
async fn a_decision_needs_a_choice_a_value_of_the_session_and_this_browser() {
    for_each_database(async |world| {
        let (mut browser, page) = asked(world, 1).await;
        let fields = fields(&page);
        let without = |name: &str| -> Vec<(&'static str, String)> {
            fields.iter().filter(|(field, _)| *field != name).cloned().collect()
        };

        let no_choice = browser.post("/authorize/consent", &form(&without("mailbox"), "agree")).await;
        let no_value = browser.post("/authorize/consent", &form(&without("csrf"), "agree")).await;
        let foreign =
            browser.post_from("/authorize/consent", &form(&fields, "agree"), "https://evil.test").await;
        let unknown = browser.post("/authorize/consent", &form(&fields, "perhaps")).await;
        browser.cookies.remove("__Host-browser");
        let elsewhere = browser.post("/authorize/consent", &form(&fields, "agree")).await;

        no_choice.expect_problem(StatusCode::BAD_REQUEST);
        no_value.expect_problem(StatusCode::FORBIDDEN);
        foreign.expect_problem(StatusCode::FORBIDDEN);
        unknown.expect_problem(StatusCode::BAD_REQUEST);
        assert_eq!(elsewhere.leads_to(), page_of(&fields[2].1));
        assert_eq!(world.count("SELECT COUNT(*) FROM consent_event").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_was_not_opened_for_the_request_is_asked_to_log_in() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let uri = pushed(world, "citizen").await;
        let mut browser = Browser::logged_in(world, &anna, Some(&uri)).await;
        browser.log_in(world, &anna, None).await;

        let page = browser.get(&page_of(&uri)).await.shown();

        assert!(page.html.contains("action=\"/authorize\"") && !page.html.contains("/authorize/consent"));
    })
    .await;
}

#[tokio::test]
async fn who_has_no_digital_mail_decides_about_that_first_and_comes_back() {
    for_each_database(async |world| {
        let anna = ssin(1);
        let uri = pushed(world, "citizen").await;
        let mut browser = Browser::logged_in(world, &anna, Some(&uri)).await;

        let first = browser.get(&page_of(&uri)).await;
        let activation = browser.get(first.leads_to()).await.shown();
        let (csrf, back) = (activation.field("csrf"), activation.field("back").replace("&#38;", "&"));
        assert_eq!(back, page_of(&uri));

        let kept =
            browser.post("/activation", &[("csrf", &csrf), ("back", &back), ("decision", "keep")]).await;
        let off = browser.get(kept.leads_to()).await.shown();
        assert!(
            off.html.contains("Digital mail stays off") && off.html.contains("error=access_denied"),
            "{}",
            off.html
        );

        let on = browser.post("/activation", &[("csrf", &csrf), ("back", &back), ("decision", "on")]).await;
        let question = browser.get(on.leads_to()).await.shown();
        assert!(question.html.contains("/authorize/consent"), "{}", question.html);
    })
    .await;
}

#[tokio::test]
async fn a_citizen_without_an_enterprise_cannot_answer_for_one() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let uri = pushed(world, "enterprise").await;
        let mut browser = Browser::logged_in(world, &anna, Some(&uri)).await;

        let page = browser.get(&page_of(&uri)).await.shown();

        assert!(
            page.html.contains("a kind of") && !page.html.contains("/authorize/consent"),
            "{}",
            page.html
        );
    })
    .await;
}

#[tokio::test]
async fn a_representative_decides_for_the_enterprise_and_only_its_mailbox_shows_it() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        represents(world, anna.as_str(), enterprise(1).as_str()).await;
        let uri = pushed(world, "enterprise").await;
        let mut browser = Browser::logged_in(world, &anna, Some(&uri)).await;

        let page = browser.get(&page_of(&uri)).await.shown();
        assert!(page.html.contains("the mailbox of Test Bakery"), "{}", page.html);
        let fields = fields(&page);
        let decided = browser.post("/authorize/consent", &form(&fields, "agree")).await;
        assert!(decided.leads_to().contains("code=fac_"));

        assert!(!browser.get("/consents").await.shown().html.contains("Demo Bank"));
        let mailbox = format!("/mailboxes/{}", fields[5].1);
        let csrf = browser.get("/").await.shown().field("csrf");
        assert_eq!(browser.post(&mailbox, &[("csrf", &csrf)]).await.leads_to(), mailbox);
        let list = browser.get("/consents").await.shown();
        assert!(list.html.contains("You have authorised <strong>Demo Bank</strong>"), "{}", list.html);
    })
    .await;
}
