//! The tokens themselves: what they claim, by which keys, checked by a library that shares no code with the hub.

use std::time::Duration;

use hub_core::clock::Clock;
use hub_core::keys::{Keyring, Purpose};
use hub_core::random::Random;
use serde_json::{Value, json};
use system_tests::program::Program;
use system_tests::world::World;
use system_tests::world::receiver::{Heard, Receiver};

use super::{consents_of, registered, rest, until};

async fn document(world: &World, name: &str) -> (Value, String) {
    let url = format!("{}/.well-known/{name}", world.public);
    let answer = world.machine(None).request("GET", &url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    let cached = answer.headers()["cache-control"].to_str().unwrap().to_owned();
    (answer.json().await.unwrap(), cached)
}

async fn verified(world: &World, jose: &Program, heard: &Heard) -> (Value, Value) {
    let (keys, _) = document(world, "facteur-event-keys").await;
    let args = json!({"keys": keys, "token": heard.token, "issuer": world.public, "audience": "bank-app"});
    let found = jose.call("verify", args).await;
    (found["header"].clone(), found["claims"].clone())
}

#[tokio::test]
async fn a_change_comes_as_a_signed_token_with_the_ids_of_the_feed_and_nothing_else() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax, receiver) =
            (world.provider("bank").await, world.sender("tax").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        registered(world, &receiver).await;

        tax.publishes(&anna.person.recipient(), "Geheime slechtvalk").await;
        until("the change is pushed", async || !receiver.taken().is_empty()).await;

        let token = bank.machine.client_credentials("bank-app", "feed").await;
        let feed = bank.machine.get("/mailbox/v1/changes", Some(&token)).await.expect(200);
        let told = feed["items"].as_array().unwrap().last().unwrap().clone();
        let heard = receiver.taken().pop().unwrap();
        let jose = Program::start("events.mjs");
        let (header, claims) = verified(world, &jose, &heard).await;

        assert_eq!(header, json!({"alg": "ES256", "kid": "demo-events-1", "typ": "secevent+jwt"}));
        let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
        assert_eq!(names, ["aud", "events", "iat", "iss", "jti", "sub_id", "txn"]);
        let event = json!({"changeId": told["changeId"], "mailboxId": told["mailboxId"],
            "consentId": told["consentId"], "messageId": told["messageId"]});
        assert_eq!(claims["events"], json!({"urn:facteur:event:messageAvailable": event}));
        assert_eq!(claims["sub_id"], json!({"format": "opaque", "id": told["mailboxId"]}));
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(world.public), &json!("bank-app")));
        assert_eq!(claims["iat"], json!(world.now().seconds()));
        assert_ne!(claims["jti"], claims["txn"]);

        let (configuration, cached) = document(world, "ssf-configuration").await;
        assert_eq!(configuration["jwks_uri"], format!("{}/.well-known/facteur-event-keys", world.public));
        assert_eq!(
            (&configuration["issuer"], cached.as_str()),
            (&json!(world.public), "public, max-age=300")
        );
    })
    .await;
}

#[tokio::test]
async fn two_providers_are_told_of_one_fact_in_names_that_have_nothing_in_common() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, post, tax) =
            (world.provider("bank").await, world.provider("post").await, world.sender("tax").await);
        let (at_bank, at_post) = (Receiver::start().await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let (_one, _other) = (consents_of(&anna, &bank).await, consents_of(&anna, &post).await);
        rest(world).await;
        registered(world, &at_bank).await;
        let an = world.operator("an");
        let path = "/v1/applications/post-app/stream";
        an.put(path, &json!({"method": "push", "address": at_post.address})).await.expect(200);
        assert_eq!(
            an.post(&format!("{path}/challenge"), &json!({})).await.expect(200)["outcome"],
            "verified"
        );

        tax.publishes(&anna.person.recipient(), "Eén feit, twee valken").await;
        until("both are told", async || !at_bank.taken().is_empty() && !at_post.taken().is_empty()).await;

        let (one, other) = (at_bank.taken().remove(0).claims, at_post.taken().remove(0).claims);
        for name in ["jti", "txn", "sub_id", "events", "aud"] {
            assert_ne!(one[name], other[name], "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_after() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax, receiver) =
            (world.provider("bank").await, world.sender("tax").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        registered(world, &receiver).await;
        let jose = Program::start("events.mjs");
        tax.publishes(&anna.person.recipient(), "Met de oude pen").await;
        until("the first is pushed", async || receiver.taken().len() == 1).await;

        let file = world.setting.path("keyring.toml");
        let mut keyring = Keyring::load(&file).unwrap();
        // the command line knows no other clock than the machine's
        keyring.rotate(Purpose::Events, Clock::System.now().max(world.now()), &Random::system()).unwrap();
        keyring.store(&file).unwrap();
        world.running().reload().await;
        let (keys, _) = document(world, "facteur-event-keys").await;
        assert_eq!(keys["keys"].as_array().unwrap().len(), 2);

        tax.publishes(&anna.person.recipient(), "Nog met de oude pen").await;
        until("the second is pushed", async || receiver.taken().len() == 2).await;
        world.advance(Duration::from_secs(700));
        // the clock has left the last token behind
        let tax = world.sender("tax").await;
        tax.publishes(&anna.person.recipient(), "Met de nieuwe pen").await;
        until("the third is pushed", async || receiver.taken().len() == 3).await;

        let mut kids = Vec::new();
        for heard in receiver.taken() {
            kids.push(verified(world, &jose, &heard).await.0["kid"].clone());
        }
        assert_eq!(kids, ["demo-events-1", "demo-events-1", "demo-events-2"]);
    })
    .await;
}
