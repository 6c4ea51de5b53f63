//! The pages of whoever acts for somebody else, in every language: inspected as in [`super::tour`].

use hub_core::mandate::MandateRole;
use hub_core::person::Happening;
use serde_json::json;
use system_tests::world::World;
use system_tests::world::browser::{Browser, Look, USUAL};
use system_tests::world::people::{Person, enterprise};
use system_tests::world::provider::{EVERYTHING, Provider};
use system_tests::world::roles::{Role, for_enterprise, for_person};
use system_tests::world::setting::authorities;

use super::with;

#[tokio::test]
async fn every_page_about_others_in_dutch() {
    tour("nl").await;
}

#[tokio::test]
async fn every_page_about_others_in_french() {
    tour("fr").await;
}

#[tokio::test]
async fn every_page_about_others_in_german() {
    tour("de").await;
}

#[tokio::test]
async fn every_page_about_others_in_english() {
    tour("en").await;
}

async fn tour(language: &'static str) {
    with(Look { language, ..USUAL }, async |world, browser| {
        let bank = world.provider("bank").await;
        for_a_child(world, browser, &bank).await;
        for_an_enterprise(world, browser, &bank).await;
        standing_still(world, browser).await;
        under_two_numbers(world, browser).await;
        may_not_act(world, browser).await;
        browser.expect_no_complaints();
    })
    .await;
}

const ROLES: [Role; 4] = [
    Role::for_person("Anna", MandateRole::Parent, "Clara"),
    Role::for_enterprise("Anna", MandateRole::LegalRepresentative),
    Role::for_enterprise("Anna", MandateRole::AccessManager),
    Role::for_enterprise("Bert", MandateRole::Reader),
];

/// A parent looks, turns digital mail on, decides, and looks at what the child did.
async fn for_a_child(world: &World, browser: &Browser<'_>, bank: &Provider<'_>) {
    world.has_roles(&ROLES).await;
    browser.logs_in("Anna").await;
    browser.inspect("overview-roles").await;
    opens(browser, "Clara").await;
    browser.inspect("mailbox-person-off").await;
    browser.open("/activation").await;
    browser.inspect("activation-person").await;
    browser.click("button[value=on]").await;
    browser.inspect("activation-person-on").await;
    browser.open("/consents").await;
    browser.inspect("consents-person-none").await;

    browser.keep_time();
    let asked = bank.asks(&EVERYTHING).await;
    browser.open(&asked.url).await;
    browser.click("main form button").await;
    browser.identifies("Anna").await;
    browser.inspect("consent-person").await;
    browser.click("label[for=mailbox-2]").await;
    browser.click("button[value=agree]").await;
    browser.open("/").await;
    opens(browser, "Clara").await;
    browser.open("/consents").await;
    browser.inspect("consents-person").await;
    browser.open("/activation").await;
    browser.inspect("withdrawal-person").await;

    browser.logs_in("Clara").await;
    browser.open("/consents").await;
    browser.inspect("consents-child").await;
    world.loads_journal().await;
    browser.in_tab("Anna").await;
    browser.open("/").await;
    let mailbox = opens(browser, "Clara").await;
    browser.open(&format!("{mailbox}/usage")).await;
    browser.inspect("usage-person").await;
}

/// Software of the enterprise, and a reader who may only look.
async fn for_an_enterprise(world: &World, browser: &Browser<'_>, bank: &Provider<'_>) {
    let tax = world.sender("tax").await;
    tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "VAT of the third quarter").await;
    let credential = authorities().own_software.system("urn:test:bookkeeping", enterprise(1));
    browser.open("/").await;
    opens(browser, "Demo Bakkerij").await;
    browser.open("/consents").await;
    browser.inspect("consents-no-software").await;
    browser.click("main a[href='/software']").await;
    browser.inspect("software").await;
    browser.fill_in("#name", "Bookkeeping").await;
    browser.fill_in("#certificate", "-----BEGIN PRIVATE KEY-----").await;
    browser.click_expecting("main form .button", 400).await;
    browser.inspect("software-key").await;
    browser.fill_in("#certificate", &authorities().strangers.client("urn:test:nobody").certificate).await;
    browser.click_expecting("main form .button", 400).await;
    browser.inspect("software-issuer").await;
    browser.fill_in("#certificate", &credential.certificate).await;
    browser.click("main form .button").await;
    browser.inspect("software-done").await;

    browser.keep_time();
    let asked = bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await;
    browser.open(&asked.url).await;
    browser.click("main form button").await;
    browser.identifies("Anna").await;
    browser.click("button[value=agree]").await;
    browser.open("/").await;
    opens(browser, "Demo Bakkerij").await;
    browser.open("/consents").await;
    browser.inspect("consents-software").await;

    browser.logs_in("Bert").await;
    opens(browser, "Demo Bakkerij").await;
    browser.open("/consents").await;
    browser.inspect("consents-reader").await;
    browser.open_expecting("/software", 403).await;
    browser.inspect("error-forbidden-reader").await;
}

/// The representative's role ends, a reader's becomes more, and the app is paused for everybody.
async fn standing_still(world: &World, browser: &Browser<'_>) {
    world.has_roles(&[for_enterprise("Bert", "accessManager")]).await;
    browser.in_tab("Bert").await;
    browser.open("/consents").await;
    browser.inspect("consents-still").await;
    browser.click(".card:has-text('Demo Bank') a[href$='/resume']").await;
    browser.inspect("resume").await;
    browser.click("button[value=on]").await;
    browser.inspect("resumed").await;
    world.operator("sofie").moves("demo-bank", "suspended").await.expect(200);
    browser.open("/consents").await;
    browser.inspect("consents-paused").await;
    browser.click(".card:has-text('Demo Bank') button.stop").await;
    browser.inspect("consent-ended-enterprise").await;
    browser.open("/consents").await;
    browser.click(".card:has-text('Bookkeeping') button.stop").await;
    browser.inspect("consent-ended-software").await;
    browser.open("/consents").await;
    browser.inspect("consents-software-ended").await;

    // Clara's mother had consented for her
    browser.logs_in("Clara").await;
    browser.open("/consents").await;
    browser.inspect("consents-still-own").await;
}

/// Emma turns out to be Fien.
async fn under_two_numbers(world: &World, browser: &Browser<'_>) {
    let post = world.provider("post").await;
    let emma = world.citizen("Emma");
    browser.keep_time();
    emma.grants(&post, &EVERYTHING).await;
    world.tells("Emma", Happening::Merged(Person::named("Fien").number())).await;
    browser.logs_in("Fien").await;
    browser.inspect("overview-earlier").await;
    browser.click(".card:nth-child(2) button").await;
    browser.inspect("mailbox-earlier").await;
    browser.open("/consents").await;
    browser.inspect("consents-earlier").await;
}

/// Bert may not act for himself, and Dirk has died: a guardian still reads what is there.
async fn may_not_act(world: &World, browser: &Browser<'_>) {
    world.tells("Bert", Happening::Incapable).await;
    world.tells("Dirk", Happening::Deceased).await;
    world.has_roles(&[for_person("Anna", "guardian", "Dirk")]).await;
    browser.tab("may not").await;
    browser.open("/login").await;
    browser.identifies_at("Bert", system_tests::world::citizen::SUBSTANTIAL, 403).await;
    browser.inspect("login-acting").await;
    browser.logs_in("Anna").await;
    opens(browser, "Dirk").await;
    browser.inspect("mailbox-closed").await;
}

/// Opens the mailbox whose card says this; gives its address.
async fn opens(browser: &Browser<'_>, card: &str) -> String {
    browser.click(&format!(".card:has-text('{card}') button")).await.url
}
