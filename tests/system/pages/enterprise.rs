//! An enterprise's legal representative: which mailbox is open, and a consent on the enterprise's behalf.

use serde_json::json;
use system_tests::world::people::enterprise;
use system_tests::world::provider::EVERYTHING;

use super::with_and_without_script;

#[tokio::test]
async fn a_representative_switches_to_the_enterprise_reads_and_stops_its_permission() {
    with_and_without_script(async |world, browser| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "VAT of the second quarter").await;
        tax.publishes(&anna.person.recipient(), "For Anna alone").await;
        let asked = bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await;

        browser.tab("Anna").await;
        browser.open(&asked.url).await;
        browser.press("Log in").await;
        browser.identifies("Anna").await;
        browser.expect(&["You decide about the mailbox of Demo Bakkerij"]).await;
        let page = browser.press("Agree").await;
        let grant = bank.redeems(&asked, &page.url).await;
        bank.messages(&grant).await.expect(200);

        browser.open("/").await;
        browser
            .expect(&[
                "Your own mailbox",
                "Mailbox of Demo Bakkerij",
                "Choose which mailbox you want to open.",
            ])
            .await;
        browser.press("Open – Mailbox of Demo Bakkerij").await;
        browser.expect(&["Acting for Demo Bakkerij", "VAT of the second quarter"]).await;
        browser.expect_not(&["For Anna alone"]).await;
        browser.follow("VAT of the second quarter").await;

        browser.follow("Permissions").await;
        browser
            .expect(&[
                "Permissions for Demo Bakkerij",
                "You have authorised Demo Bank to collect the messages of Demo Bakkerij.",
            ])
            .await;
        browser.press("Stop Demo Bank").await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");

        browser.follow("Mailboxes").await;
        browser.press("Open – Your own mailbox").await;
        browser.expect(&["For Anna alone"]).await;
        browser.expect_not(&["Acting for", "VAT of the second quarter"]).await;
    })
    .await;
}

#[tokio::test]
async fn what_the_mandate_does_not_cover_is_refused() {
    with_and_without_script(async |_, browser| {
        browser.logs_in("Anna").await;
        browser.expect(&["Digital mail"]).await;
        browser.press("Open – Mailbox of Demo Bakkerij").await;
        browser.expect_not(&["Digital mail"]).await;
        browser.open_expecting("/activation", 403).await;
        browser.expect(&["You may not do this here", "Reference:"]).await;
    })
    .await;
}
