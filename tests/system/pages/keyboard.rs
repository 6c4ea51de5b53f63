//! The whole way by keyboard alone: Tab to see where one is, Enter to go on.

use system_tests::world::browser::{Look, USUAL, Window};
use system_tests::world::provider::EVERYTHING;

use super::with;

#[tokio::test]
async fn a_citizen_agrees_and_stops_by_keyboard_alone() {
    agrees_and_stops(USUAL).await;
}

#[tokio::test]
async fn a_citizen_agrees_and_stops_by_keyboard_alone_without_script_on_a_small_phone() {
    agrees_and_stops(Look { script: false, window: Window::Phone, ..USUAL }).await;
}

#[tokio::test]
async fn a_citizen_agrees_and_stops_by_keyboard_alone_without_script_at_a_zoom_of_400_percent() {
    for language in ["nl", "fr", "de", "en"] {
        with(Look { language, script: false, window: Window::Zoomed }, async |world, browser| {
            let bank = world.provider("bank").await;
            let asked = bank.asks(&EVERYTHING).await;
            browser.tab("Clara").await;
            browser.open(&asked.url).await;
            browser.expect_readable("landing").await;
            browser.click("main form button").await;
            browser.identifies("Clara").await;
            browser.expect_readable("activation").await;
            browser.click("button[value=on]").await;
            browser.expect_readable("consent").await;
            browser.click("button[value=agree]").await;
            browser.open("/consents").await;
            browser.expect_readable("consents").await;
        })
        .await;
    }
    agrees_and_stops(Look { script: false, window: Window::Zoomed, ..USUAL }).await;
}

/// The consent journey by Tab and Enter; every page of it can be read as it is.
async fn agrees_and_stops(look: Look) {
    with(look, async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks(&EVERYTHING).await;
        browser.tab("Anna").await;
        browser.open(&asked.url).await;
        browser.expect_readable("landing").await;
        browser.walk_to("Log in").await;
        browser.enter().await;
        browser.keep_time();
        // the identity provider offers Anna first
        browser.walk_to("Log in").await;
        browser.enter().await;

        browser.expect(&["You decide about your own mailbox"]).await;
        browser.expect_readable("consent").await;
        browser.walk_to("Agree").await;
        let page = browser.enter().await;
        let grant = bank.redeems(&asked, &page.url).await;
        bank.messages(&grant).await.expect(200);

        browser.open("/").await;
        browser.expect_readable("overview").await;
        browser.walk_to("Permissions").await;
        browser.enter().await;
        browser.expect_readable("consents").await;
        world.loads_journal().await;
        browser.walk_to("See what Demo Bank looked at").await;
        browser.enter().await;
        browser.expect_readable("usage").await;
        browser.walk_to("Asked for messages, none found: once").await;
        browser.key("Enter").await;
        browser.expect(&["once within an hour"]).await;
        browser.expect_readable("usage unfolded").await;
        browser.walk_to("Permissions").await;
        browser.enter().await;
        browser.walk_to("Stop Demo Bank").await;
        browser.enter().await;
        browser.expect(&["Demo Bank has been stopped"]).await;
        browser.expect_readable("stopped").await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn the_first_stop_leads_past_the_menu() {
    with(USUAL, async |_, browser| {
        browser.logs_in("Emma").await;
        browser.open("/").await;
        browser.walk_to("Skip to the content").await;
        browser.key("Enter").await;
        browser.walk_to("Open – Your own mailbox").await;
    })
    .await;
}
