//! An assertion opens once, on whichever node, and keys come and go.

use std::time::Duration;

use futures_util::future::join_all;
use jsonwebtoken::Algorithm;
use rcgen::KeyPair;
use serde_json::json;
use system_tests::database::TestDatabase;
use system_tests::world::World;

use super::{ask, claims, entry, good, keys, on, on_both, register, signed, signed_text, token_of};

#[tokio::test]
async fn an_assertion_opens_once_however_fast_it_comes_again() {
    on_both(async |world| {
        let tax = world.sender("tax").await;
        let assertion = good(world);
        let answers = join_all((0..8).map(|_| ask(&tax.machine, &assertion, &[]))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 7), "{}", world.database());
        for answer in lost {
            let said = answer.expect_oauth(401, "invalid_client");
            assert!(said["error_description"].as_str().unwrap().contains("used before"), "{said:#}");
        }
        // what failed after it was believed has used it up too
        let other = good(world);
        ask(&tax.machine, &other, &[("scope", "everything")]).await.expect_oauth(400, "invalid_scope");
        ask(&tax.machine, &other, &[]).await.expect_oauth(401, "invalid_client");
        // another client's jti is its own, and another assertion with the same jti is a repetition
        let family = world.sender("family").await;
        let mut theirs = claims(world, "family-mailroom");
        theirs["jti"] = json!("one for both");
        let mut ours = claims(world, "tax-mailroom");
        ours["jti"] = json!("one for both");
        let of_family =
            signed_text("{\"alg\":\"ES256\"}", &theirs.to_string(), (&keys().other, Algorithm::ES256));
        token_of(&ask(&family.machine, &of_family, &[]).await);
        token_of(&ask(&tax.machine, &signed(&json!({"alg": "ES256"}), &ours), &[]).await);
        ours["exp"] = json!(world.now().seconds() + 299);
        ask(&tax.machine, &signed(&json!({"alg": "ES256"}), &ours), &[])
            .await
            .expect_oauth(401, "invalid_client");

        let kept = "SELECT COUNT(*) FROM assertion";
        assert_eq!(world.count(kept).await, 4);
        world.hub().upkeep().forget().await.unwrap();
        assert_eq!(world.count(kept).await, 4, "they have not expired");
        world.advance(Duration::from_secs(361));
        world.hub().upkeep().forget().await.unwrap();
        assert_eq!(world.count(kept).await, 0);
        ask(&tax.machine, &assertion, &[]).await.expect_oauth(401, "invalid_client");
    })
    .await;
}

#[tokio::test]
async fn what_one_node_took_another_refuses() {
    on(TestDatabase::postgresql().await, async |world| {
        let tax = world.sender("tax").await;
        let beside = world.start_beside().await;
        let there = world.machine_at(beside.address, Some(&tax.credential));
        for (first, second) in [(&tax.machine, &there), (&there, &tax.machine)] {
            let assertion = good(world);
            token_of(&ask(first, &assertion, &[]).await);
            let said = ask(second, &assertion, &[]).await.expect_oauth(401, "invalid_client");
            assert!(said["error_description"].as_str().unwrap().contains("used before"), "{said:#}");
        }
        beside.check_logs_of(world);
    })
    .await;
}

#[tokio::test]
async fn keys_are_rolled_over_and_a_removed_one_takes_its_tokens_along() {
    on_both(async |world| {
        let tax = world.sender("tax").await;
        let next = KeyPair::generate().unwrap();
        let by = |key: &KeyPair, kid: &str| {
            let header = json!({"alg": "ES256", "kid": kid}).to_string();
            signed_text(&header, &claims(world, "tax-mailroom").to_string(), (key, Algorithm::ES256))
        };
        let from = world.now().plus(Duration::from_secs(3_600)).rfc3339();
        world.apply(&entry("tax-mailroom", "next", &next, &format!("valid_from = \"{from}\"\n"))).await;
        ask(&tax.machine, &by(&next, "next"), &[]).await.expect_oauth(401, "invalid_client");
        world.advance(Duration::from_secs(3_601));
        let (old, new) = (
            token_of(&ask(&tax.machine, &by(&keys().ec, "ec"), &[]).await),
            token_of(&ask(&tax.machine, &by(&next, "next"), &[]).await),
        );

        let removed = "environment = \"demo\"\n[[client_key]]\nclient_id = \"tax-mailroom\"\nkid = \"ec\"\nstate = \"removed\"\n";
        world.apply(removed).await;
        world.apply(removed).await;
        ask(&tax.machine, &by(&keys().ec, "ec"), &[]).await.expect_oauth(401, "invalid_client");
        let list = "/messageRegistry/v2/referenceData/messageTypes";
        tax.machine.get(list, Some(&old)).await.expect(401);
        tax.machine.get(list, Some(&new)).await.expect(200);
        // the same name for another key: the former one and its tokens are gone
        register(world, "tax-mailroom", "next", &keys().ec).await;
        tax.machine.get(list, Some(&new)).await.expect(401);
        ask(&tax.machine, &by(&next, "next"), &[]).await.expect_oauth(401, "invalid_client");
        // named again with an end, it stays what it is until then
        let until = world.now().plus(Duration::from_secs(60)).rfc3339();
        world.apply(&entry("tax-mailroom", "next", &keys().ec, &format!("valid_until = \"{until}\"\n"))).await;
        token_of(&ask(&tax.machine, &by(&keys().ec, "next"), &[]).await);
        world.advance(Duration::from_secs(61));
        ask(&tax.machine, &by(&keys().ec, "next"), &[]).await.expect_oauth(401, "invalid_client");
        let acts = "SELECT COUNT(*) FROM audit_write WHERE action IN ('registerClientKey', 'removeClientKey')";
        assert_eq!(world.count(acts).await, 3 + 5, "every act of the operator is in the audit");
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_weak_private_or_nobodys_is_not_registered() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let before = world.count("SELECT COUNT(*) FROM client_key").await;
        let private = keys().ec.serialize_pem();
        let jwk = |members: &str| {
            format!("environment = \"demo\"\n[[client_key]]\nclient_id = \"tax-mailroom\"\nkid = \"k\"\njwk = {{ {members} }}\n")
        };
        let ec = |more: &str| entry("tax-mailroom", "k", &keys().ec, more);
        let cases = [
            (entry("nobody", "k", &keys().ec, ""), "client_key[0].client_id"),
            (entry("tax-mailroom", "two words", &keys().ec, ""), "client_key[0].kid"),
            (ec("algorithms = [\"RS256\"]\n"), "client_key[0].algorithms"),
            (ec("algorithms = [\"none\"]\n"), "client_key[0].algorithms"),
            (ec("state = \"asleep\"\n"), "client_key[0].state"),
            (ec("jwk = { kty = \"RSA\" }\n"), "client_key[0].pem"),
            (ec("").replace(&keys().ec.public_key_pem(), &private), "client_key[0].pem"),
            (jwk("kty = \"RSA\", n = \"AQAB\", e = \"AQAB\""), "client_key[0].jwk"),
            (jwk("kty = \"EC\", crv = \"P-256\", x = \"AA\", y = \"AA\""), "client_key[0].jwk"),
            (jwk("kty = \"EC\", crv = \"P-256\", x = \"AA\", y = \"AA\", kid = \"other\""), "client_key[0].kid"),
        ];
        for (file, place) in cases {
            match world.try_apply(&file).await {
                Err(hub_core::error::Error::Invalid(issues)) => assert_eq!(issues[0].name, place, "{file}"),
                other => panic!("{place}: {other:?}"),
            }
        }
        for n in 0..4 {
            register(world, "tax-mailroom", &format!("k{n}"), &keys().ec).await;
        }
        assert!(world.try_apply(&entry("tax-mailroom", "k4", &keys().ec, "")).await.is_err(), "a fifth key");
        assert_eq!(world.count("SELECT COUNT(*) FROM client_key").await, before + 4);
    })
    .await;
}
