//! Every page in every language: accessible, without sideways scrolling, within its policy, and kept as a picture if
//! FACTEUR_TEST_PICTURES is 1.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::browser::{Browser, Look, USUAL};
use system_tests::world::citizen::LOW;
use system_tests::world::people::{Person, enterprise};
use system_tests::world::provider::{Asked, EVERYTHING, Grant, Provider};

use super::with;

#[tokio::test]
async fn every_page_in_dutch() {
    tour("nl").await;
}

#[tokio::test]
async fn every_page_in_french() {
    tour("fr").await;
}

#[tokio::test]
async fn every_page_in_german() {
    tour("de").await;
}

#[tokio::test]
async fn every_page_in_english() {
    tour("en").await;
}

async fn tour(language: &'static str) {
    with(Look { language, ..USUAL }, async |world, browser| {
        let bank = world.provider("bank").await;
        before_login(browser).await;
        let grant = consenting(world, browser, &bank).await;
        reading(world, browser).await;
        watching(world, browser, &bank, &grant).await;
        stopping(browser).await;
        for_an_enterprise(world, browser, &bank).await;
        going_wrong(world, browser, &bank).await;
        browser.expect_no_complaints();
    })
    .await;
}

/// A request of the app at this moment; one that nobody opens lives for 90 seconds.
async fn asks(browser: &Browser<'_>, bank: &Provider<'_>, kind: &str) -> Asked {
    browser.keep_time();
    let actions = if kind == "citizen" { &EVERYTHING[..] } else { &EVERYTHING[..2] };
    bank.asks_for(&bank.details(actions, kind), json!({})).await
}

/// From the app's link to the screen after logging in.
async fn arrives(browser: &Browser<'_>, asked: &Asked, person: &str) {
    browser.open(&asked.url).await;
    browser.click("main form button").await;
    browser.identifies(person).await;
}

async fn before_login(browser: &Browser<'_>) {
    browser.tab("Clara").await;
    browser.open("/").await;
    browser.inspect("home").await;
    browser.open("/providers").await;
    browser.inspect("register").await;
    browser.open("/consents").await;
    browser.inspect("login").await;
    browser.open_expecting("/nothing", 404).await;
    browser.inspect("error-not-found").await;
    browser.open_expecting("/authorize?client_id=bank-app&request_uri=urn:x", 400).await;
    browser.inspect("error-request").await;
    browser.open("/login").await;
    browser.identifies_at("Clara", LOW, 403).await;
    browser.inspect("login-assurance").await;
    browser.open_expecting("/login/callback?state=x", 400).await;
    browser.inspect("login-expired").await;
    browser.open("/login").await;
    browser.press_expecting("Cancel", 400).await;
    browser.inspect("login-cancelled").await;
    browser.open("/login").await;
    let elsewhere = browser.identifies_in_app("Clara").await;
    browser.tab("elsewhere").await;
    browser.open_expecting(&elsewhere, 400).await;
    browser.inspect("login-elsewhere").await;
}

async fn consenting(world: &World, browser: &Browser<'_>, bank: &Provider<'_>) -> Grant {
    let asked = asks(browser, bank, "citizen").await;
    browser.tab("Clara").await;
    browser.open(&asked.url).await;
    browser.inspect("landing").await;
    arrives(browser, &asked, "Clara").await;
    browser.inspect("activation").await;
    browser.click("button[value=on]").await;
    browser.inspect("consent").await;

    browser.tab("phone").await;
    browser.open(&asked.url).await;
    browser.inspect("outcome-browser").await;
    browser.in_tab("Clara").await;
    let page = browser.click("button[value=agree]").await;
    assert!(page.url.starts_with(&world.landing.url), "{}", page.url);
    let grant = bank.redeems(&asked, &page.url).await;
    bank.messages(&grant).await.expect(200);
    browser.open(&asked.url).await;
    browser.inspect("outcome-agreed").await;
    grant
}

async fn reading(world: &World, browser: &Browser<'_>) {
    let (tax, clara) = (world.sender("tax").await, Person::named("Clara"));
    browser.open("/").await;
    browser.inspect("overview").await;
    browser.click(".card button").await;
    browser.inspect("mailbox-empty").await;

    let letter =
        tax.letter(&clara.recipient(), "Reminder about the assessment of the year 2026 and its payment");
    let letter = letter.body(BODY).pdf("assessment-2026-with-a-very-long-name-that-goes-on.pdf", 80_000);
    tax.delivers(&letter.pdf("annex.pdf", 1_400_000)).await;
    tax.publishes(&clara.recipient(), "A short letter").await;
    browser.reload(200).await;
    browser.inspect("mailbox").await;
    browser.click(".messages li:last-child a").await;
    browser.inspect("message").await;
    let proof = browser.download(".proofs li:first-child a[href$=pdf]").await;
    assert!(proof.name.starts_with("facteur-published-") && proof.name.ends_with(".pdf"), "{}", proof.name);
}

/// Who looked into the mailbox: an app that found something, and one that did not.
async fn watching(world: &World, browser: &Browser<'_>, bank: &Provider<'_>, grant: &Grant) {
    let mailbox = browser.url().await.split("/messages/").next().unwrap().to_owned();
    let list = bank.messages(grant).await.expect(200);
    let message = list["items"][1]["messageId"].as_str().unwrap();
    let shown = bank.message(grant, message).await.expect(200);
    let href = shown["attachments"][0]["contentHref"].as_str().unwrap();
    bank.get(grant, href).await.expect(200);
    world.loads_journal().await;
    browser.open(&format!("{mailbox}/usage")).await;
    browser.inspect("usage").await;
    // what looks for barriers leaves its traces in the page
    browser.reload(200).await;
    browser.click("details:last-of-type summary").await;
    browser.click("details:first-of-type summary").await;
    browser.inspect("usage-unfolded").await;
    browser.open(&format!("{mailbox}/usage?own=shown")).await;
    browser.inspect("usage-own").await;
    browser.open(&format!("{mailbox}/proofs")).await;
    browser.inspect("proofs").await;
}

async fn stopping(browser: &Browser<'_>) {
    browser.open("/consents").await;
    browser.inspect("consents").await;
    browser.open("/consents").await;
    browser.click(".card summary").await;
    browser.inspect("consents-proofs").await;
    browser.open("/activation").await;
    browser.inspect("withdrawal").await;
    browser.open("/consents").await;
    browser.click("button.stop").await;
    browser.inspect("consent-ended").await;
    browser.open("/consents").await;
    browser.click(".card summary").await;
    browser.inspect("consents-ended").await;

    browser.open("/activation").await;
    browser.click("button[value=off]").await;
    browser.inspect("activation-off").await;
    browser.open("/").await;
    browser.inspect("overview-off").await;
    browser.click(".card button").await;
    browser.inspect("mailbox-off").await;
    browser.open("/activation").await;
    browser.click("button[value=on]").await;
    browser.inspect("activation-on").await;
    browser.click(".person button").await;
    browser.press("Log out").await;
    browser.inspect("logged-out").await;
}

async fn for_an_enterprise(world: &World, browser: &Browser<'_>, bank: &Provider<'_>) {
    let tax = world.sender("tax").await;
    tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "VAT of the third quarter").await;
    let asked = asks(browser, bank, "enterprise").await;
    browser.tab("Anna").await;
    arrives(browser, &asked, "Anna").await;
    browser.inspect("consent-enterprise").await;
    browser.click("button[value=agree]").await;

    browser.open("/").await;
    browser.inspect("overview-two").await;
    browser.click(".card:nth-child(2) button").await;
    browser.inspect("mailbox-enterprise").await;
    world.loads_journal().await;
    let mailbox = browser.url().await;
    browser.open(&format!("{mailbox}/usage")).await;
    browser.inspect("usage-none").await;
    browser.open(&format!("{mailbox}/usage?own=shown")).await;
    browser.inspect("usage-enterprise").await;
    browser.open("/consents").await;
    browser.inspect("consents-enterprise").await;
    browser.open_expecting("/activation", 403).await;
    browser.inspect("error-forbidden").await;
}

async fn going_wrong(world: &World, browser: &Browser<'_>, bank: &Provider<'_>) {
    let refused = asks(browser, bank, "citizen").await;
    browser.tab("Bert").await;
    arrives(browser, &refused, "Bert").await;
    browser.click("button[value=refuse]").await;
    browser.open(&refused.url).await;
    browser.inspect("outcome-refused").await;

    let unfit = asks(browser, bank, "enterprise").await;
    // known at the identity provider from before, but each request asks who it is
    arrives(browser, &unfit, "Bert").await;
    browser.inspect("outcome-mailbox").await;

    let kept_off = asks(browser, bank, "citizen").await;
    browser.tab("Dirk").await;
    arrives(browser, &kept_off, "Dirk").await;
    browser.click("button[value=keep]").await;
    browser.inspect("outcome-off").await;

    let closed = asks(browser, bank, "citizen").await;
    let pilot = "/v1/applications/bank-app/pilot";
    world.operator("an").put(pilot, &json!({"pilot": true})).await.expect(200);
    browser.tab("Fien").await;
    arrives(browser, &closed, "Fien").await;
    browser.inspect("outcome-closed").await;

    let late = asks(browser, bank, "citizen").await;
    world.advance(Duration::from_secs(95));
    browser.open(&late.url).await;
    browser.inspect("outcome-expired").await;
    world.advance(Duration::from_secs(16 * 60));
    browser.open_expecting("/", 200).await;
    browser.open_expecting("/activation", 401).await;
    browser.inspect("error-session").await;
}

const BODY: &str = "# Your assessment\n\nYou pay **before 30 June 2026**:\n\n1. look at the annex,\n2. use the reference \
                    `+++123/4567/89012+++`,\n3. ask if in doubt.\n\n- by telephone\n- at the counter\n\n> An objection is \
                    possible within a year.\n\nhttps://example.be/a-very-long-address-without-any-break/that-goes-on-and-on";
