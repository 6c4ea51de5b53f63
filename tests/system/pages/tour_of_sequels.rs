//! The pages of what was withdrawn and corrected, in every language: inspected as in [`super::tour`].

use serde_json::{Value, json};
use system_tests::world::browser::{Look, USUAL};
use system_tests::world::people::Person;

use super::with;

#[tokio::test]
async fn every_page_of_what_was_withdrawn_or_corrected_in_dutch() {
    tour("nl").await;
}

#[tokio::test]
async fn every_page_of_what_was_withdrawn_or_corrected_in_french() {
    tour("fr").await;
}

#[tokio::test]
async fn every_page_of_what_was_withdrawn_or_corrected_in_german() {
    tour("de").await;
}

#[tokio::test]
async fn every_page_of_what_was_withdrawn_or_corrected_in_english() {
    tour("en").await;
}

async fn tour(language: &'static str) {
    with(Look { language, ..USUAL }, async |world, browser| {
        let (tax, emma) = (world.sender("tax").await, Person::named("Emma"));
        let wrong = tax.publishes(&emma.recipient(), "Aanslag van de buren").await;
        let old = tax.publishes(&emma.recipient(), "Aanslag met een rekenfout").await;
        let mut letter = tax.letter(&emma.recipient(), "Aanslag zonder de rekenfout").body("Met excuses.");
        letter.metadata["replaces"] = old.as_str().into();
        tax.delivers(&letter).await;
        let path = format!("/sender/v1/messages/{wrong}/withdraw");
        let request = tax.machine.request("POST", &path).bearer_auth(&tax.token);
        tax.machine.send(request.json(&json!({ "reason": reason() }))).await.expect(200);

        browser.logs_in("Emma").await;
        browser.click(".card button").await;
        browser.inspect("mailbox-sequels").await;
        browser.click(".messages li:last-child a").await;
        browser.inspect("message-withdrawn").await;
        browser.expect_not(&["van de buren"]).await;
        browser.back().await;
        browser.click(".messages li:first-child a").await;
        browser.inspect("message-correcting").await;
        browser.click("article .aside a").await;
        browser.inspect("message-corrected").await;
        browser.expect(&["Aanslag met een rekenfout"]).await;
        browser.expect_no_complaints();
    })
    .await;
}

/// A reason that is long enough to need several lines on a phone.
fn reason() -> Value {
    json!({
        "nl": "Deze brief was voor iemand anders bestemd: bij het adresseren zijn twee dossiers verwisseld. Onze excuses.",
        "fr": "Ce courrier était destiné à une autre personne : deux dossiers ont été intervertis. Nous nous excusons.",
        "de": "Dieser Brief war für jemand anderen bestimmt: zwei Akten wurden verwechselt. Wir bitten um Entschuldigung.",
        "en": "This letter was meant for somebody else: two files were mixed up. We apologise."
    })
}
