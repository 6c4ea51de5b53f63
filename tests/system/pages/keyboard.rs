//! The whole way by keyboard alone: Tab to see where one is, Enter to go on.

use system_tests::world::browser::USUAL;
use system_tests::world::provider::EVERYTHING;

use super::with;

#[tokio::test]
async fn a_citizen_agrees_and_stops_by_keyboard_alone() {
    with(USUAL, async |world, browser| {
        let bank = world.provider("bank").await;
        let asked = bank.asks(&EVERYTHING).await;
        browser.tab("Anna").await;
        browser.open(&asked.url).await;
        browser.walk_to("Log in").await;
        browser.enter().await;
        browser.keep_time();
        // the identity provider offers Anna first
        browser.walk_to("Log in").await;
        browser.enter().await;

        browser.expect(&["You decide about your own mailbox"]).await;
        browser.walk_to("Agree").await;
        let page = browser.enter().await;
        let grant = bank.redeems(&asked, &page.url).await;
        bank.messages(&grant).await.expect(200);

        browser.open("/").await;
        browser.walk_to("Permissions").await;
        browser.enter().await;
        browser.walk_to("Stop Demo Bank").await;
        browser.enter().await;
        browser.expect(&["Demo Bank has been stopped"]).await;
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
