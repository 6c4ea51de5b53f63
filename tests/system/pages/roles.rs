//! Acting for others in a real browser: taking over, reading only, registering software, by mouse and by keyboard.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::browser::{Browser, Look, USUAL, Window};
use system_tests::world::people::enterprise;
use system_tests::world::provider::{EVERYTHING, Grant, Provider};
use system_tests::world::roles::{for_enterprise, for_person};
use system_tests::world::setting::authorities;

use super::{with, with_and_without_script};

async fn granted(world: &World, bank: &Provider<'_>) -> Grant {
    let asked = bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await;
    let callback = world.citizen("Anna").agrees(&asked).await;
    bank.redeems(&asked, &callback).await
}

#[tokio::test]
async fn an_access_manager_lets_go_on_what_stood_still() {
    with_and_without_script(async |world, browser| {
        takes_over(world, browser).await;
    })
    .await;
}

async fn takes_over(world: &World, browser: &Browser<'_>) {
    let (legal, manager) =
        (for_enterprise("Anna", "legalRepresentative"), for_enterprise("Bert", "accessManager"));
    world.has_roles(&[legal, manager]).await;
    let bank = world.provider("bank").await;
    browser.keep_time();
    let grant = granted(world, &bank).await;
    world.has_roles(&[manager]).await;
    browser.logs_in("Bert").await;
    browser.expect(&["Your role: access manager"]).await;
    browser.press("Open – Mailbox of Demo Bakkerij").await;
    browser.follow("Permissions").await;
    browser.expect(&["Paused", "Demo Bank collects nothing now.", "Stop Demo Bank"]).await;

    browser.follow("Let Demo Bank go on").await;
    browser.expect(&["The person who gave it no longer represents Demo Bakkerij."]).await;
    let html = browser.html().await;
    let button = |value: &str| {
        let at = html.find(&format!("value=\"{value}\"")).unwrap();
        html[html[..at].rfind("<button").unwrap()..at].to_owned()
    };
    assert_eq!(button("on"), button("keep"), "neither is pushed");
    browser.press("Leave it paused").await;
    browser.expect(&["Paused"]).await;
    browser.follow("Let Demo Bank go on").await;
    browser.press("Let it go on").await;
    browser.expect(&["Demo Bank is in use", "You can stop it at any time."]).await;
    bank.messages(&grant).await.expect(200);
    browser.follow("Back to the permissions").await;
    browser.expect(&["You have authorised Demo Bank to collect the messages of Demo Bakkerij."]).await;
}

#[tokio::test]
async fn software_is_registered_and_what_stands_still_goes_on_by_keyboard_alone_on_a_small_phone() {
    let look = Look { script: false, window: Window::Phone, ..USUAL };
    with(look, async |world, browser| {
        let (legal, manager) =
            (for_enterprise("Anna", "legalRepresentative"), for_enterprise("Bert", "accessManager"));
        world.has_roles(&[legal, manager]).await;
        let bank = world.provider("bank").await;
        browser.keep_time();
        let grant = granted(world, &bank).await;
        world.has_roles(&[manager]).await;
        browser.logs_in("Bert").await;
        browser.expect_readable("overview").await;
        browser.walk_to("Open – Mailbox of Demo Bakkerij").await;
        browser.enter().await;
        browser.walk_to("Permissions").await;
        browser.enter().await;
        browser.expect_readable("consents").await;
        browser.walk_to("Let Demo Bank go on").await;
        browser.enter().await;
        browser.expect_readable("resume").await;
        browser.walk_to("Let it go on").await;
        browser.enter().await;
        browser.expect_readable("resumed").await;
        bank.messages(&grant).await.expect(200);

        browser.walk_to("Back to the permissions").await;
        browser.enter().await;
        browser.walk_to("Let a system of Demo Bakkerij itself read this mailbox").await;
        browser.enter().await;
        browser.expect_readable("software").await;
        let certificate =
            authorities().own_software.system("urn:test:bookkeeping", enterprise(1)).certificate;
        browser.fill("Name of the system", "Bookkeeping").await;
        browser.fill("Certificate", &certificate).await;
        browser.walk_to("Register").await;
        browser.enter().await;
        browser.expect(&["Bookkeeping is registered", "Identifier (client_id)"]).await;
        browser.expect_readable("software registered").await;
    })
    .await;
}

#[tokio::test]
async fn pages_about_others_are_readable_at_a_zoom_of_400_percent() {
    for language in ["nl", "fr", "de", "en"] {
        with(Look { language, script: false, window: Window::Zoomed }, async |world, browser| {
            world
                .has_roles(&[
                    for_enterprise("Anna", "legalRepresentative"),
                    for_person("Anna", "parent", "Emma"),
                ])
                .await;
            let bank = world.provider("bank").await;
            browser.keep_time();
            granted(world, &bank).await;
            world
                .has_roles(&[for_enterprise("Anna", "reader"), for_enterprise("Bert", "accessManager")])
                .await;
            browser.logs_in("Bert").await;
            browser.expect_readable("overview").await;
            browser.click(".card:nth-child(2) button").await;
            for page in ["/consents", "/software"] {
                browser.open(page).await;
                browser.expect_readable(page).await;
            }
            browser.fill_in("#name", "Bookkeeping").await;
            browser.fill_in("#certificate", "-----BEGIN PRIVATE KEY-----").await;
            browser.click_expecting("main form .button", 400).await;
            browser.expect_readable("software refused").await;
            browser.open("/consents").await;
            browser.click("main a[href$='/resume']").await;
            browser.expect_readable("resume").await;
        })
        .await;
    }
}
