//! A provider application sends a citizen: what they are asked, what they answer, and where they end.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::browser::Browser;
use system_tests::world::provider::{Asked, EVERYTHING};

use super::with_and_without_script;

/// From the app's link to the screen after logging in.
async fn arrives(browser: &Browser<'_>, asked: &Asked, person: &str) {
    browser.tab(person).await;
    browser.open(&asked.url).await;
    browser.expect(&["Demo Bank asks for your permission", "Demo Bank is an app of Demo Bank NV."]).await;
    browser.press("Log in").await;
    browser.identifies(person).await;
}

async fn consents(world: &World) -> i64 {
    let (consents,): (i64,) = world.row("SELECT COUNT(*) FROM consent").await;
    consents
}

#[tokio::test]
async fn a_citizen_turns_digital_mail_on_then_agrees_and_is_back_at_the_app() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks(&EVERYTHING).await;
        arrives(browser, &asked, "Clara").await;

        // activation has its own screen, and says nothing of the app
        browser.expect(&["Receive your letters digitally?", "What changes", "What stays the same"]).await;
        browser.expect_not(&["Demo Bank"]).await;
        browser.press("Turn on").await;

        browser
            .expect(&[
                "Demo Bank asks for your permission",
                "Demo Bank, an app of Demo Bank NV",
                "Your official mail beside your accounts",
                "see the list of messages",
                "read messages and their attachments",
                "mark messages as read",
                "You can stop at any time, without giving a reason",
                "Demo Bank says: “Until you stop”",
                "You are logged in as Clara Nachtegaalzang",
                "You decide about your own mailbox",
            ])
            .await;
        assert_eq!(consents(world).await, 0);
        let page = browser.press("Agree").await;
        assert!(page.url.starts_with(&format!("{}?", world.landing.url)), "{}", page.url);
        browser.expect(&["Back at Demo Bank"]).await;

        let grant = bank.redeems(&asked, &page.url).await;
        bank.messages(&grant).await.expect(200);
        browser.open(&asked.url).await;
        browser.expect(&["You agreed"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_citizen_who_refuses_is_back_at_the_app_and_nothing_is_given() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks(&["list"]).await;
        arrives(browser, &asked, "Bert").await;
        // what is not asked is said too
        browser.expect(&["What Demo Bank will not see or do"]).await;
        assert!(!browser.text_of("ul.yes").await.contains("read messages"));
        assert!(browser.text_of("ul.no").await.contains("read messages and their attachments"));

        let page = browser.press("Refuse").await;
        assert!(page.url.contains("error=access_denied") && !page.url.contains("code="), "{}", page.url);
        assert_eq!(consents(world).await, 0);

        browser.open(&asked.url).await;
        browser.expect(&["You refused", "Demo Bank gets nothing"]).await;
    })
    .await;
}

#[tokio::test]
async fn both_answers_look_alike() {
    super::with(system_tests::world::browser::USUAL, async |world, browser| {
        let asked = world.provider("bank").await.asks(&EVERYTHING).await;
        arrives(browser, &asked, "Bert").await;
        let html = browser.html().await;
        let button = |value: &str| {
            let at = html.find(&format!("value=\"{value}\"")).unwrap();
            let start = html[..at].rfind("<button").unwrap();
            html[start..at].to_owned()
        };
        assert_eq!(button("agree"), button("refuse"), "neither is pushed");
        assert!(!html.contains("checked") && !html.contains("autofocus"), "nothing is chosen beforehand");
    })
    .await;
}

#[tokio::test]
async fn a_citizen_who_keeps_digital_mail_off_is_told_so_and_led_back() {
    with_and_without_script(async |world, browser| {
        let asked = world.provider("bank").await.asks(&EVERYTHING).await;
        arrives(browser, &asked, "Dirk").await;
        browser.press("Not now").await;
        browser.expect(&["Digital mail stays off", "Nothing was changed"]).await;
        let page = browser.follow("Back to Demo Bank").await;
        assert!(page.url.contains("error=access_denied"), "{}", page.url);
        assert_eq!(consents(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_waited_too_long_says_so() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let (unseen, seen) = (bank.asks(&EVERYTHING).await, bank.asks(&EVERYTHING).await);
        arrives(browser, &seen, "Bert").await;

        world.advance(Duration::from_secs(95));
        browser.open(&unseen.url).await;
        browser.expect(&["This request is too old", "Go back to Demo Bank and begin again there"]).await;

        // one that was opened waits for an hour
        browser.open(&seen.url).await;
        browser.expect(&["Your decision"]).await;
        world.advance(Duration::from_secs(60 * 60));
        browser.reload(200).await;
        browser.expect(&["This request is too old"]).await;
        assert_eq!(consents(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn another_browser_is_sent_back_to_the_first() {
    with_and_without_script(async |world, browser| {
        let asked = world.provider("bank").await.asks(&EVERYTHING).await;
        arrives(browser, &asked, "Bert").await;

        browser.tab("phone").await;
        browser.open(&asked.url).await;
        browser.expect(&["Go on in your first browser", "nothing was changed here"]).await;
        browser.expect_not(&["Your decision", "Bert"]).await;

        browser.in_tab("Bert").await;
        let page = browser.press("Agree").await;
        assert!(page.url.contains("code="), "{}", page.url);
    })
    .await;
}

#[tokio::test]
async fn pressing_back_and_agreeing_again_gives_nothing_new() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks(&EVERYTHING).await;
        arrives(browser, &asked, "Bert").await;
        let page = browser.press("Agree").await;
        browser.back().await;
        browser.expect(&["You agreed"]).await;
        bank.redeems(&asked, &page.url).await;
        assert_eq!(consents(world).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_request_for_an_enterprise_offers_nothing_to_whoever_represents_none() {
    with_and_without_script(async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await;
        arrives(browser, &asked, "Bert").await;
        browser.expect(&["You have no mailbox for this request"]).await;
        let page = browser.follow("Back to Demo Bank").await;
        assert!(page.url.contains("error="), "{}", page.url);
    })
    .await;
}
