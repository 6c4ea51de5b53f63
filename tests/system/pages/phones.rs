//! Consenting on a phone: an identity app in between, a login that returns somewhere else, Back, reload, two tabs.
//!
//! Whatever happens, a request is decided once, in the browser that logged in for it (TRUST T10).

use serde_json::json;
use system_tests::world::World;
use system_tests::world::browser::Browser;
use system_tests::world::provider::{Asked, EVERYTHING};

use super::with_and_without_script;

/// From the app's link to the identity provider; gives the address that the identity app will open.
async fn goes_to_the_identity_app(browser: &Browser<'_>, asked: &Asked, person: &str) -> String {
    browser.tab(person).await;
    browser.open(&asked.url).await;
    browser.press("Log in").await;
    browser.identifies_in_app(person).await
}

/// How many codes and consents there are, and how often somebody agreed.
async fn given(world: &World) -> (i64, i64, i64) {
    world
        .row(
            "SELECT (SELECT COUNT(*) FROM authorization_request WHERE code_hash IS NOT NULL),
                    (SELECT COUNT(*) FROM consent),
                    (SELECT COUNT(*) FROM consent_event WHERE kind = 'granted')",
        )
        .await
}

#[tokio::test]
async fn a_login_that_returns_in_another_browser_grants_nothing_and_says_where_to_go() {
    with_and_without_script(async |world, browser| {
        let asked = world.provider("bank").await.asks(&EVERYTHING).await;
        let address = goes_to_the_identity_app(browser, &asked, "Bert").await;

        browser.tab("another browser").await;
        browser.open_expecting(&address, 400).await;
        browser.expect(&["Go on where you began", "Nothing was changed.", "Go to the start page"]).await;
        browser.expect_not(&["Bert", "Logged in as", "Your decision", "Try again"]).await;
        browser.open(&asked.url).await;
        browser.expect(&["Go on in your first browser"]).await;
        let (sessions,): (i64,) = world.row("SELECT COUNT(*) FROM session").await;
        assert_eq!((sessions, given(world).await), (0, (0, 0, 0)));

        // that login is used up; the first browser still has the request and logs in again
        browser.in_tab("Bert").await;
        browser.open_expecting(&address, 400).await;
        browser.expect(&["Logging in took too long"]).await;
        browser.open(&asked.url).await;
        browser.press("Log in").await;
        browser.identifies("Bert").await;
        browser.expect(&["You are logged in as Bert Zilverberkdreef", "Your decision"]).await;
        let page = browser.press("Agree").await;
        assert!(page.url.contains("code="), "{}", page.url);
        assert_eq!(given(world).await, (1, 1, 1));
    })
    .await;
}

#[tokio::test]
async fn an_identity_app_may_return_in_a_new_tab_of_the_same_browser() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks(&EVERYTHING).await;
        let address = goes_to_the_identity_app(browser, &asked, "Bert").await;

        browser.tab_beside("new tab").await;
        browser.open(&address).await;
        browser.expect(&["Your decision"]).await;
        let page = browser.press("Agree").await;
        let grant = bank.redeems(&asked, &page.url).await;
        bank.messages(&grant).await.expect(200);

        // the tab that was left behind finds the outcome
        browser.in_tab("Bert").await;
        browser.open(&asked.url).await;
        browser.expect(&["You agreed"]).await;
        assert_eq!(given(world).await, (1, 1, 1));
    })
    .await;
}

#[tokio::test]
async fn back_and_reload_after_agreeing_show_the_outcome_and_give_no_second_code() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks(&EVERYTHING).await;
        browser.tab("Bert").await;
        browser.open(&asked.url).await;
        browser.press("Log in").await;
        browser.identifies("Bert").await;
        let page = browser.press("Agree").await;

        for _ in 0..2 {
            browser.back().await;
            browser.expect(&["You agreed", "Back to Demo Bank"]).await;
            browser.reload(200).await;
            browser.expect(&["You agreed"]).await;
            let html = browser.html().await;
            assert!(!html.contains("code=") && !html.contains("value=\"agree\""), "{html}");
            browser.open(&page.url).await;
        }
        assert_eq!(given(world).await, (1, 1, 1));
        bank.redeems(&asked, &page.url).await;
        assert!(bank.try_redeem(&asked, &page.url).await.is_err(), "a code works once");
    })
    .await;
}

#[tokio::test]
async fn two_tabs_of_one_request_give_one_code() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks(&EVERYTHING).await;
        browser.tab("one").await;
        browser.open(&asked.url).await;
        browser.press("Log in").await;
        browser.identifies("Bert").await;
        for name in ["two", "three"] {
            browser.tab_beside(name).await;
            browser.open(&asked.url).await;
            browser.expect(&["Your decision"]).await;
        }

        browser.in_tab("one").await;
        let page = browser.press("Agree").await;
        assert!(page.url.contains("code="), "{}", page.url);
        for (name, button) in [("two", "Agree"), ("three", "Refuse")] {
            browser.in_tab(name).await;
            let page = browser.press(button).await;
            assert!(page.url.starts_with(&world.public) && !page.url.contains("code="), "{}", page.url);
            browser.expect(&["You agreed"]).await;
        }

        assert_eq!(given(world).await, (1, 1, 1));
        let grant = bank.redeems(&asked, &page.url).await;
        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_claimed_https_link_of_the_app_is_reached_through_the_policy() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let link = world.landing.url.replace("/callback", "/app/return?from=facteur");
        let reference = std::fs::read_to_string(world.setting.path("reference.toml")).unwrap();
        let old = format!("redirect_uris = [\"{}\"]", world.landing.url);
        let new = format!("redirect_uris = [\"{}\", \"{link}\"]", world.landing.url);
        world.apply(&reference.replacen(&old, &new, 1)).await;
        let details = bank.details(&EVERYTHING, "citizen");
        let asked = bank.asks_for(&details, json!({"redirect_uri": link})).await;
        let origin = world.landing.url.trim_end_matches("/callback");

        browser.tab("Bert").await;
        browser.open(&asked.url).await;
        assert!(!policy(browser).await.contains(origin), "the first page leads nowhere but to the login");
        browser.press("Log in").await;
        browser.identifies("Bert").await;
        let policy = policy(browser).await;
        let forms = policy.split("form-action ").nth(1).unwrap().split(';').next().unwrap();
        assert!(forms.split(' ').any(|source| source == origin), "{forms}");
        assert!(!forms.contains('*') && !forms.split(' ').any(|source| source == "https:"), "{forms}");

        let page = browser.press("Agree").await;
        assert!(page.url.starts_with(&format!("{link}&")) && page.url.contains("code="), "{}", page.url);
        browser.expect(&["Back at Demo Bank"]).await;

        // a neighbour of a registered link is not registered
        let other = link.replace("/app/return", "/app/return/elsewhere");
        let pushed = bank.pushed(&details, json!({"redirect_uri": other}));
        let failure = bank.program.fails("par", pushed).await;
        assert_eq!(failure.oauth(), Some("invalid_request"), "{}", failure.message());
    })
    .await;
}

async fn policy(browser: &Browser<'_>) -> String {
    browser.headers().await["content-security-policy"].as_str().unwrap().to_owned()
}
