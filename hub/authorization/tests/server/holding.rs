//! What a client may learn of tokens and do to them: its own only.

use serde_json::json;

use crate::world::{ISSUER, MAILBOX_API, World};

#[tokio::test]
async fn introspection_shows_a_clients_own_token() {
    let world = World::new().await;
    let (access, _) = world.tokens().await;

    let shown = world.bank().post("/introspect", &[("token", &access), ("token_type_hint", "colour")]).await;

    assert_eq!((shown.status.as_u16(), shown.header("cache-control")), (200, "no-store"));
    assert_eq!(shown.body["active"], true);
    assert_eq!(shown.body["client_id"], "demo-bank-app");
    assert_eq!(shown.body["aud"], MAILBOX_API);
    assert_eq!(shown.body["iss"], ISSUER);
    assert_eq!(shown.body["token_type"], "Bearer");
    assert_eq!(shown.body["exp"], world.clock.now().seconds() + 600);
    assert_eq!(shown.body["authorization_details"][0]["mailboxKind"], "citizen");
    assert!(shown.body.get("scope").is_none() && shown.body.get("sub").is_none());
}

#[tokio::test]
async fn nothing_is_said_of_any_other_token() {
    let world = World::new().await;
    let (access, refresh) = world.tokens().await;
    for (party, token) in [
        (world.other(), access.as_str()),
        (world.tax(), access.as_str()),
        (world.bank(), "fat_unknown"),
        (world.bank(), "nonsense"),
        (world.bank(), refresh.as_str()),
    ] {
        let answer = party.post("/introspect", &[("token", token)]).await;
        assert_eq!((answer.status.as_u16(), answer.body), (200, json!({ "active": false })));
    }
    world.bank().post("/introspect", &[]).await.expect_error(400, "invalid_request");
}

#[tokio::test]
async fn a_client_ends_its_own_tokens_and_no_others() {
    let world = World::new().await;
    let (access, refresh) = world.tokens().await;
    let ask = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];

    for party in [world.other(), world.tax()] {
        for token in [&access, &refresh] {
            let answer = party.post("/revoke", &[("token", token)]).await;
            assert_eq!((answer.status.as_u16(), answer.body.is_null()), (200, true));
        }
    }
    assert!(world.bank().finds_active(&access).await);

    let answer =
        world.bank().post("/revoke", &[("token", &access), ("token_type_hint", "refresh_token")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    assert!(!world.bank().finds_active(&access).await);
    let again = world.bank().post("/token", &ask).await.text("access_token");

    assert_eq!(world.bank().post("/revoke", &[("token", &refresh)]).await.status, 200);
    assert!(!world.bank().finds_active(&again).await, "a refresh token takes the grant's tokens with it");
    world.bank().post("/token", &ask).await.expect_error(400, "invalid_grant");

    assert_eq!(world.bank().post("/revoke", &[("token", "fat_unknown")]).await.status, 200);
    world.bank().post("/revoke", &[]).await.expect_error(400, "invalid_request");
}
