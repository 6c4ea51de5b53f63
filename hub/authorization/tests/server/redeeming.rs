//! Redeeming a code.

use std::time::Duration;

use serde_json::Value;

use crate::world::{DETAILS, MAILBOX_API, World, redemption};

#[tokio::test]
async fn a_code_becomes_tokens_that_say_what_was_granted() {
    let world = World::new().await;
    let code = world.code().await;

    let answer = world.bank().post("/token", &redemption(&code)).await;

    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 600);
    let (access, refresh) = (answer.text("access_token"), answer.text("refresh_token"));
    assert_eq!((&access[..4], access.len(), &refresh[..4], refresh.len()), ("fat_", 47, "frt_", 47));
    assert!(answer.body.get("scope").is_none() && answer.body.get("grant_id").is_none());
    let [granted] = answer.body["authorization_details"].as_array().unwrap().as_slice() else {
        panic!("not one element in {}", answer.body);
    };
    let schema: Value = serde_json::from_str(specs::MAILBOX_GRANTED_SCHEMA).unwrap();
    jsonschema::validate(&schema, granted).unwrap();
    assert_eq!(granted["locations"][0], MAILBOX_API);
    assert!(world.bank().finds_active(&access).await);
}

#[tokio::test]
async fn a_second_use_ends_the_tokens_of_the_first() {
    let world = World::new().await;
    let code = world.code().await;
    let first = world.bank().post("/token", &redemption(&code)).await;
    assert!(world.bank().finds_active(&first.text("access_token")).await);

    world.bank().post("/token", &redemption(&code)).await.expect_error(400, "invalid_grant");

    assert!(!world.bank().finds_active(&first.text("access_token")).await);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &first.text("refresh_token"))];
    world.bank().post("/token", &refresh).await.expect_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_wrong_attempt_redeems_nothing_and_leaves_the_code_to_its_client() {
    let world = World::new().await;
    let code = world.code().await;
    let with = |name: &str, value: &'static str| {
        redemption(&code).map(|(known, old)| (known, if known == name { value } else { old }))
    };

    world.other().post("/token", &redemption(&code)).await.expect_error(400, "invalid_grant");
    let wrong_verifier = with("code_verifier", "eBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    world.bank().post("/token", &wrong_verifier).await.expect_error(400, "invalid_grant");
    world.bank().post("/token", &with("code_verifier", "")).await.expect_error(400, "invalid_request");
    let wrong_uri = with("redirect_uri", "https://bank.localhost/callback2");
    world.bank().post("/token", &wrong_uri).await.expect_error(400, "invalid_grant");
    world.bank().post("/token", &with("redirect_uri", "")).await.expect_error(400, "invalid_request");
    world.bank().post("/token", &with("code", "fac_unknown")).await.expect_error(400, "invalid_grant");
    let elsewhere = [&redemption(&code)[..], &[("resource", "https://api.test/sender/v1")]].concat();
    world.bank().post("/token", &elsewhere).await.expect_error(400, "invalid_target");
    let wider = [&redemption(&code)[..], &[("authorization_details", DETAILS)]].concat();
    world.bank().post("/token", &wider).await.expect_error(400, "invalid_authorization_details");
    world.tax().post("/token", &redemption(&code)).await.expect_error(400, "unauthorized_client");

    let right = [&redemption(&code)[..], &[("resource", MAILBOX_API)]].concat();
    assert_eq!(world.bank().post("/token", &right).await.status, 200);
}

#[tokio::test]
async fn a_code_lives_for_60_seconds() {
    let world = World::new().await;
    let (in_time, late) = (world.code().await, world.code().await);
    // The second agreement superseded the first consent, so only its code is of use.
    world.bank().post("/token", &redemption(&in_time)).await.expect_error(400, "invalid_grant");
    world.clock.advance(Duration::from_secs(61));
    world.bank().post("/token", &redemption(&late)).await.expect_error(400, "invalid_grant");

    let code = world.code().await;
    world.clock.advance(Duration::from_secs(59));
    assert_eq!(world.bank().post("/token", &redemption(&code)).await.status, 200);
}

#[tokio::test]
async fn a_code_is_worth_nothing_once_the_citizen_revoked() {
    let world = World::new().await;
    let code = world.code().await;
    world.anna_revokes().await;
    world.bank().post("/token", &redemption(&code)).await.expect_error(400, "invalid_grant");
}
