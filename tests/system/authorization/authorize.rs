//! `/authorize`: only what was pushed counts, every way back names the issuer, no form is passed on.

use serde_json::json;
use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::citizen::{Citizen, SUBSTANTIAL};
use system_tests::world::page::{Form, Page};
use system_tests::world::provider::{Asked, EVERYTHING, Provider};
use url::Url;

/// The value of a parameter of an address.
fn parameter(address: &str, name: &str) -> Option<String> {
    let address = Url::parse(address).unwrap();
    address.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn what_stands_in_the_query_never_replaces_what_was_pushed() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let mut asked = bank.asks(&["list"]).await;
        asked.url.push_str(
            "&redirect_uri=https%3A%2F%2Fevil.test%2F&state=evil&response_type=token&response_mode=fragment\
             &scope=openid&code_challenge=x&code_challenge_method=plain&prompt=none\
             &authorization_details=%5B%7B%22type%22%3A%22mailbox%22%2C%22actions%22%3A%5B%22readContent%22%5D%7D%5D",
        );

        let screen = anna.comes_from(&asked).await;
        assert!(!screen.html.contains("evil"), "{}", screen.html);
        let callback = anna.decides(&screen, "agree").await;

        assert_eq!(parameter(&callback, "state"), Some(asked.state.clone()));
        assert!(!callback.contains('#') && parameter(&callback, "access_token").is_none(), "{callback}");
        let grant = bank.redeems(&asked, &callback).await;
        assert_eq!(grant.details["actions"], json!(["list"]));
    })
    .await;
}

#[tokio::test]
async fn loading_the_page_again_is_harmless_and_deciding_again_gives_no_second_code() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        for _ in 0..3 {
            // a preview of the link, and the person loading it again
            assert_eq!(world.citizen("Bert").open(&asked.url).await.status, 200);
            assert_eq!(anna.open(&asked.url).await.status, 200);
        }
        let screen = anna.comes_from(&asked).await;
        for _ in 0..3 {
            assert!(anna.open(&asked.url).await.forms().iter().any(|form| form.action.contains("consent")));
        }
        let callback = anna.decides(&screen, "agree").await;

        for decision in ["agree", "refuse"] {
            let again =
                sent(&anna, &screen, &screen.form("/authorize/consent").with("decision", decision)).await;
            let back = again.headers()["location"].to_str().unwrap();
            assert!(back.starts_with("/authorize?") && !back.contains("code="), "{back}");
        }
        bank.redeems(&asked, &callback).await;
    })
    .await;
}

/// Whether this way back is the registered URI with the issuer and the request's state.
fn names_the_issuer(world: &World, asked: &Asked, back: &str) {
    assert!(back.starts_with(&format!("{}?", world.landing.url)), "{back}");
    assert_eq!(parameter(back, "iss"), Some(world.public.clone()), "{back}");
    assert_eq!(parameter(back, "state"), Some(asked.state.clone()), "{back}");
    let (code, error) = (parameter(back, "code"), parameter(back, "error"));
    assert_ne!(code.is_some(), error.is_some(), "{back}");
    for never in ["grant_id", "access_token", "id_token", "authorization_details"] {
        assert_eq!(parameter(back, never), None, "{back}");
    }
}

#[tokio::test]
async fn every_way_back_names_the_issuer() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let (anna, bert, dirk) = (world.citizen("Anna"), world.citizen("Bert"), world.citizen("Dirk"));

        let asked = bank.asks(&EVERYTHING).await;
        names_the_issuer(world, &asked, &anna.agrees(&asked).await);
        let asked = bank.asks(&EVERYTHING).await;
        let refused = bert.refuses(&asked).await;
        names_the_issuer(world, &asked, &refused);
        assert_eq!(parameter(&refused, "error").as_deref(), Some("access_denied"));

        // nobody's enterprise, and digital mail that stays off: the page links back
        let asked = bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await;
        let page = bert.comes_from(&asked).await;
        names_the_issuer(world, &asked, &page.link(&world.landing.url).unwrap());
        let asked = bank.asks(&EVERYTHING).await;
        let activation = dirk.comes_from(&asked).await;
        let page = dirk.submit(&activation, &activation.form("/activation").with("decision", "keep")).await;
        names_the_issuer(world, &asked, &page.link(&world.landing.url).unwrap());
    })
    .await;
}

/// Sends a form and follows nothing.
async fn sent(anna: &Citizen<'_>, page: &Page, form: &Form) -> reqwest::Response {
    let target = Url::parse(&page.url).unwrap().join(&form.action).unwrap();
    let origin = Url::parse(&page.url).unwrap().origin().ascii_serialization();
    let request = anna.request("POST", target.as_str()).header("origin", origin);
    request.form(&form.fields).send().await.unwrap()
}

/// The screen for a request, for somebody who sends the landing page's form by hand.
async fn screen_of(anna: &Citizen<'_>, bank: &Provider<'_>) -> Page {
    let landing = anna.open(&bank.asks(&EVERYTHING).await.url).await;
    let to_identity = sent(anna, &landing, &landing.form("/authorize")).await;
    assert_eq!(to_identity.status(), 303, "a login");
    let login = anna.open(to_identity.headers()["location"].to_str().unwrap()).await;
    anna.identifies(login, SUBSTANTIAL).await
}

#[tokio::test]
async fn every_form_is_answered_with_303_or_a_page() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        for decision in ["agree", "refuse"] {
            let screen = screen_of(&anna, &bank).await;
            let decided =
                sent(&anna, &screen, &screen.form("/authorize/consent").with("decision", decision)).await;
            assert_eq!(decided.status(), 303, "{decision}");
            assert!(decided.bytes().await.unwrap().is_empty(), "nothing is left to be sent on");
        }
        for (page, action, button) in [
            ("/", "/mailboxes/", ("x", "x")),
            ("/activation", "/activation", ("decision", "on")),
            ("/consents", "/revoke", ("x", "x")),
            ("/", "/logout", ("x", "x")),
        ] {
            let page = anna.open(page).await;
            let answer = sent(&anna, &page, &page.form(action).with(button.0, button.1)).await;
            assert!([200, 303].contains(&answer.status().as_u16()), "{action}: {}", answer.status());
        }
    })
    .await;
}
