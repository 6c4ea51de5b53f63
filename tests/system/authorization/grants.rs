//! Grant management: a grant is created, merged into, replaced, asked for and given back.

use hub_core::clock::Timestamp;
use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::citizen::Citizen;
use system_tests::world::provider::{EVERYTHING, Grant, Provider};

use super::{post, request, with};

/// Asks with these parameters, is agreed to, and gives the token answer.
async fn agreed(bank: &Provider<'_>, anna: &Citizen<'_>, actions: &[&str], more: Value) -> Value {
    let asked = bank.asks_for(&bank.details(actions, "citizen"), more).await;
    let callback = anna.agrees(&asked).await;
    assert!(!callback.contains("grant_id"), "{callback}");
    bank.try_redeem(&asked, &callback).await.unwrap_or_else(|failure| panic!("{failure:?}"))
}

fn held(tokens: &Value) -> Grant {
    let details = tokens["authorization_details"][0].clone();
    Grant {
        access: tokens["access_token"].as_str().unwrap().into(),
        refresh: tokens["refresh_token"].as_str().unwrap().into(),
        mailbox: details["mailboxId"].as_str().unwrap().into(),
        details,
        id: tokens["grant_id"].as_str().map(str::to_owned),
    }
}

async fn managed(bank: &Provider<'_>, method: &str, grant: &str, scope: &str) -> Answer {
    let token = bank.machine.client_credentials(&bank.client_id, scope).await;
    bank.machine.send(bank.machine.request(method, &format!("/grants/{grant}")).bearer_auth(token)).await
}

#[tokio::test]
async fn an_action_and_its_grant_are_asked_for_together_or_refused() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let tokens = agreed(&bank, &anna, &EVERYTHING, json!({"grant_management_action": "create"})).await;
        let grant = tokens["grant_id"].as_str().unwrap();
        let ask = async |action: Option<&str>, grant: Option<&str>| {
            let mut form = request(&bank);
            for (name, value) in [("grant_management_action", action), ("grant_id", grant)] {
                form = value.map_or(form.clone(), |value| with(&form, name, value));
            }
            post(&bank, "/par", &form).await
        };
        for (action, grant) in [
            (Some("update"), None),
            (Some("merge"), None),
            (Some("replace"), None),
            (Some("create"), Some(grant)),
            (None, Some(grant)),
        ] {
            ask(action, grant).await.expect_oauth(400, "invalid_request");
        }
        for unknown in ["grt_00000000000000000000000000", "grt_x", tokens["access_token"].as_str().unwrap()] {
            ask(Some("merge"), Some(unknown)).await.expect_oauth(400, "invalid_grant_id");
        }
        ask(Some("merge"), Some(grant)).await.expect(201);
        // nothing was said of a grant: nothing is told of one
        let tokens = agreed(&bank, &anna, &EVERYTHING, json!({})).await;
        assert!(tokens.get("grant_id").is_none(), "{tokens:#}");
    })
    .await;
}

#[tokio::test]
async fn merging_adds_and_replacing_puts_in_place_and_both_end_earlier_tokens() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let first = agreed(&bank, &anna, &["list"], json!({"grant_management_action": "create"})).await;
        let grant = first["grant_id"].as_str().unwrap().to_owned();
        let again = |action: &str| json!({"grant_management_action": action, "grant_id": grant.clone()});

        let merged = agreed(&bank, &anna, &["readContent"], again("merge")).await;
        assert_eq!(merged["grant_id"], grant.as_str());
        assert_eq!(merged["authorization_details"][0]["actions"], json!(["list", "readContent"]));
        assert_eq!(
            merged["authorization_details"][0]["consentId"],
            first["authorization_details"][0]["consentId"]
        );
        bank.messages(&held(&first)).await.expect_problem(401, "invalidAccessToken");
        let refused = bank.program.fails("refresh", json!({"token": first["refresh_token"]})).await;
        assert_eq!(refused.oauth(), Some("invalid_grant"));
        bank.messages(&held(&merged)).await.expect(200);

        let replaced = agreed(&bank, &anna, &["list"], again("replace")).await;
        assert_eq!(replaced["authorization_details"][0]["actions"], json!(["list"]));
        bank.messages(&held(&merged)).await.expect_problem(401, "invalidAccessToken");
        bank.messages(&held(&replaced)).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn merging_never_shortens_what_was_granted_and_never_goes_with_once() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let first = agreed(&bank, &anna, &["list"], json!({"grant_management_action": "create"})).await;
        let merge = json!({"grant_management_action": "merge", "grant_id": first["grant_id"]});
        let details = |duration: &str| {
            let mut details = bank.details(&["readContent"], "citizen");
            details["duration"] = duration.into();
            details
        };

        let asked = bank.asks_for(&details("P1D"), merge).await;
        let screen = anna.comes_from(&asked).await;
        let until = first["authorization_details"][0]["until"].as_str().unwrap();
        let day = Timestamp::parse(until).unwrap().civil().strftime("%-d %B %Y").to_string();
        // the screen names the end that it will have
        screen.expect(&[&format!("goes on until {day}")]);
        let form = screen.form("/authorize/consent").with("decision", "agree");
        let back = anna.submit(&screen, &form).await;
        let merged = bank.try_redeem(&asked, &back.url).await.unwrap();
        assert_eq!(merged["authorization_details"][0]["until"], until);
        assert_eq!(merged["authorization_details"][0]["actions"], json!(["list", "readContent"]));

        let once = with(&request(&bank), "authorization_details", &json!([details("once")]).to_string());
        let once = with(&once, "grant_management_action", "merge");
        let once = with(&once, "grant_id", merged["grant_id"].as_str().unwrap());
        post(&bank, "/par", &once).await.expect_oauth(400, "invalid_authorization_details");
    })
    .await;
}

#[tokio::test]
async fn a_grant_is_asked_for_and_given_back_with_tokens_of_its_own() {
    World::on_both(async |world| {
        let (bank, post, anna) =
            (world.provider("bank").await, world.provider("post").await, world.citizen("Anna"));
        let tokens = agreed(&bank, &anna, &EVERYTHING, json!({"grant_management_action": "create"})).await;
        let (grant, mine) = (tokens["grant_id"].as_str().unwrap(), held(&tokens));

        let shown = managed(&bank, "GET", grant, "grant_management_query").await;
        assert_eq!(shown.header("cache-control"), "no-store");
        let shown = shown.expect(200);
        assert_eq!(shown["authorization_details"], tokens["authorization_details"]);
        for member in ["created_at", "last_updated", "expires_at"] {
            assert!(shown[member].as_str().unwrap().ends_with('Z'), "{shown:#}");
        }

        // the wrong scope, the wrong token, the wrong client, no list
        managed(&bank, "GET", grant, "consents").await.expect_problem(403, "missingScope");
        managed(&bank, "DELETE", grant, "grant_management_query").await.expect_problem(403, "missingScope");
        let with_grant = bank.machine.get(&format!("/grants/{grant}"), Some(&mine.access)).await;
        with_grant.expect_problem(403, "missingScope");
        bank.machine.get(&format!("/grants/{grant}"), None).await.expect_problem(401, "noAccessToken");
        managed(&post, "GET", grant, "grant_management_query").await.expect_problem(404, "resourceNotFound");
        managed(&post, "DELETE", grant, "grant_management_revoke")
            .await
            .expect_problem(404, "resourceNotFound");
        managed(&bank, "GET", "", "grant_management_query").await.expect_problem(404, "resourceNotFound");
        bank.messages(&mine).await.expect(200);

        let ended = managed(&bank, "DELETE", grant, "grant_management_revoke").await;
        assert_eq!(ended.status, 204);
        bank.messages(&mine).await.expect_problem(401, "invalidAccessToken");
        let refused = bank.program.fails("refresh", json!({"token": mine.refresh})).await;
        assert_eq!(refused.oauth(), Some("invalid_grant"));
        managed(&bank, "GET", grant, "grant_management_query").await.expect_problem(404, "resourceNotFound");

        anna.logs_in().await;
        let page = anna.open("/consents").await;
        assert!(page.html.contains("Demo Bank stopped it"), "{}", page.text_of("main"));
    })
    .await;
}

#[tokio::test]
async fn another_citizens_grant_is_neither_merged_into_nor_shown() {
    World::on_both(async |world| {
        let (bank, anna, bert) = (world.provider("bank").await, world.citizen("Anna"), world.citizen("Bert"));
        let tokens = agreed(&bank, &anna, &["list"], json!({"grant_management_action": "create"})).await;
        let more = json!({"grant_management_action": "merge", "grant_id": tokens["grant_id"]});
        let asked = bank.asks_for(&bank.details(&EVERYTHING, "citizen"), more).await;

        let page = bert.comes_from(&asked).await;

        assert!(page.text_of("main").contains("is not about you"), "{}", page.text_of("main"));
        assert!(page.html.contains("error=invalid_grant_id"), "{}", page.html);
        bank.messages(&held(&tokens)).await.expect(200);
        assert_eq!(world.count("SELECT COUNT(*) FROM consent").await, 1);
    })
    .await;
}
