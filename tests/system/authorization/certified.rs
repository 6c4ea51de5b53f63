//! The whole flow with npm `openid-client`, a certified FAPI 2.0 client, and what it and the hub refuse.

use serde_json::json;
use system_tests::program::Failure;
use system_tests::world::World;
use system_tests::world::provider::{Asked, EVERYTHING, Provider};
use system_tests::world::setting::authorities;

use super::{form, post};

/// Gives the client a second certificate under a name.
async fn also_holds(bank: &Provider<'_>, name: &str, credential: &system_tests::authority::Credential) {
    let identity = json!({"name": name, "certificate": credential.certificate, "key": credential.key});
    bank.program.call("identity", identity).await;
}

/// Redeems with arguments of one's own.
async fn redeem(
    bank: &Provider<'_>,
    (asked, callback): (&Asked, &str),
    own: serde_json::Value,
) -> Result<serde_json::Value, Failure> {
    let mut args = json!({"url": callback, "verifier": asked.verifier, "state": asked.state});
    args.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    bank.program.ask("callback", args).await
}

#[tokio::test]
async fn a_certified_client_runs_the_whole_flow() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let link = url::Url::parse(&asked.url).unwrap();
        let mut names: Vec<String> = link.query_pairs().map(|(name, _)| name.into_owned()).collect();
        names.sort();
        assert_eq!(names, ["client_id", "request_uri"], "nothing else travels through the browser");
        let callback = anna.agrees(&asked).await;
        let grant = bank.redeems(&asked, &callback).await;

        let url = format!("{}/mailbox/v1/mailboxes", world.mtls);
        let boxes = bank.program.call("fetch", json!({"url": url, "token": grant.access})).await;
        assert_eq!(boxes["status"], 200, "{boxes:#}");
        let shown = bank.program.call("introspect", json!({"token": grant.access})).await;
        assert_eq!((&shown["active"], &shown["client_id"]), (&json!(true), &json!("bank-app")));
        assert!(shown["cnf"]["x5t#S256"].is_string(), "{shown:#}");
        let fresh = bank.refreshes(&grant).await;
        let own = bank.program.call("clientCredentials", json!({"parameters": {"scope": "feed"}})).await;
        world.never_shown(own["access_token"].as_str().unwrap());
        assert_eq!(own["token_type"], "bearer", "{own:#}");

        bank.program.call("revoke", json!({"token": grant.refresh})).await;
        let after = bank.program.call("fetch", json!({"url": url, "token": fresh.access})).await;
        assert_eq!(after["status"], 401, "{after:#}");
        let refused = bank.program.fails("refresh", json!({"token": grant.refresh})).await;
        assert_eq!(refused.oauth(), Some("invalid_grant"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_certificate_or_none_gets_nowhere() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        also_holds(&bank, "post", &authorities().providers.client("urn:test:post-app")).await;
        also_holds(&bank, "stranger", &authorities().strangers.client("urn:test:bank-app")).await;
        also_holds(&bank, "sender", &authorities().senders.client("urn:test:tax-mailroom")).await;
        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees(&asked).await;
        let url = format!("{}/mailbox/v1/mailboxes", world.mtls);
        let thieves = ["none", "post", "stranger", "sender"];

        for thief in thieves {
            let mut pushed = bank.pushed(&bank.details(&EVERYTHING, "citizen"), json!({}));
            pushed["as"] = thief.into();
            for failure in [
                bank.program.fails("par", pushed).await,
                redeem(&bank, (&asked, &callback), json!({"as": thief})).await.unwrap_err(),
            ] {
                assert_eq!(failure.oauth(), Some("invalid_client"), "{thief}: {failure:?}");
            }
        }
        let grant = bank.redeems(&asked, &callback).await;
        for thief in thieves {
            let with = |token: &str| json!({"token": token, "as": thief});
            for (command, token) in
                [("refresh", &grant.refresh), ("introspect", &grant.access), ("revoke", &grant.access)]
            {
                let failure = bank.program.fails(command, with(token)).await;
                assert_eq!(failure.oauth(), Some("invalid_client"), "{thief} {command}: {failure:?}");
            }
            let read = json!({"url": url, "token": grant.access, "as": thief});
            assert_eq!(bank.program.call("fetch", read).await["status"], 401, "{thief}");
        }
        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_client_refuses_an_answer_that_is_not_the_issuers() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees(&asked).await;
        let changed = |name: &str, value: Option<&str>| {
            let mut url = url::Url::parse(&callback).unwrap();
            let mut pairs: Vec<_> =
                url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
            pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
            url.query_pairs_mut().clear().extend_pairs(pairs);
            url.to_string()
        };
        let slash = format!("{}/", world.public);
        for wrong in [
            changed("iss", None),
            changed("iss", Some("https://evil.test")),
            changed("iss", Some(&slash)),
            changed("state", None),
            changed("state", Some("another")),
        ] {
            let failure = redeem(&bank, (&asked, &wrong), json!({})).await.unwrap_err();
            assert_eq!(failure.oauth(), None, "nothing was sent to the hub: {failure:?}");
        }
        bank.redeems(&asked, &callback).await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_verifier_a_code_used_twice_and_a_refusal_are_what_they_are() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees(&asked).await;
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let wrong = redeem(&bank, (&asked, &callback), json!({"verifier": verifier})).await.unwrap_err();
        assert_eq!(wrong.oauth(), Some("invalid_grant"), "{wrong:?}");
        let grant = bank.redeems(&asked, &callback).await;

        let again = redeem(&bank, (&asked, &callback), json!({})).await.unwrap_err();
        assert_eq!(again.oauth(), Some("invalid_grant"), "{again:?}");
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let dead = bank.program.fails("refresh", json!({"token": grant.refresh})).await;
        assert_eq!(dead.oauth(), Some("invalid_grant"), "{dead:?}");

        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.refuses(&asked).await;
        let refused = redeem(&bank, (&asked, &callback), json!({})).await.unwrap_err();
        assert_eq!(refused.oauth(), Some("access_denied"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn the_client_pushes_what_fapi_does_not_permit_and_is_refused() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let details = bank.details(&EVERYTHING, "citizen");
        for (own, code) in [
            (json!({"code_challenge_method": "plain"}), "invalid_request"),
            (json!({"code_challenge": ""}), "invalid_request"),
            (json!({"response_type": "code id_token"}), "unsupported_response_type"),
            (json!({"response_mode": "fragment"}), "invalid_request"),
            (json!({"redirect_uri": "https://evil.test/callback"}), "invalid_request"),
            (json!({"scope": "openid"}), "invalid_scope"),
            (json!({"authorization_details": "[{\"type\":\"payment\"}]"}), "invalid_authorization_details"),
            (json!({"resource": "https://evil.test"}), "invalid_target"),
        ] {
            let failure = bank.program.fails("par", bank.pushed(&details, own.clone())).await;
            assert_eq!(failure.oauth(), Some(code), "{own}: {failure:?}");
        }
        let widened = form(&[
            ("client_id", "bank-app"),
            ("grant_type", "refresh_token"),
            ("refresh_token", "frt_unknown"),
            ("scope", "everything"),
        ]);
        post(&bank, "/token", &widened).await.expect_oauth(400, "invalid_scope");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_expects_another_issuer_stops_before_it_asks() {
    World::on(system_tests::database::TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let by_another_name = world.public.replace("facteur.localhost", "localhost");
        let discover = json!({"issuer": by_another_name, "clientId": "bank-app", "as": "own",
            "ca": authorities().servers.certificate});
        let failure = bank.program.fails("discover", discover).await;
        assert_eq!(failure.oauth(), None, "{failure:?}");
    })
    .await;
}
