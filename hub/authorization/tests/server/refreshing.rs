//! Refreshing: as long as the consent, bound to the certificate presented now, never rotated.

use std::time::Duration;

use crate::world::{MAILBOX_API, World};

#[tokio::test]
async fn a_refresh_token_outlives_its_certificate_and_is_not_rotated() {
    let world = World::new().await;
    let (old, refresh) = world.tokens().await;
    let ask =
        [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("resource", MAILBOX_API)];
    world.clock.advance(Duration::from_secs(601));
    assert!(!world.bank().finds_active(&old).await);

    let answer = world.bank().renewed().post("/token", &ask).await;

    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.get("refresh_token").is_none());
    assert_eq!(answer.body["authorization_details"][0]["type"], "mailbox");
    let [before, after] = [world.bank(), world.bank().renewed()];
    let shown = before.post("/introspect", &[("token", &answer.text("access_token"))]).await;
    let bound_to = shown.body["cnf"]["x5t#S256"].as_str().unwrap();
    assert_eq!(bound_to, thumbprint(&after.identity.thumbprint));
    assert_ne!(bound_to, thumbprint(&before.identity.thumbprint));
    assert_eq!(world.bank().post("/token", &ask).await.status, 200, "the same refresh token works again");
}

#[tokio::test]
async fn a_refresh_token_serves_its_client_and_never_widens() {
    let world = World::new().await;
    let (access, refresh) = world.tokens().await;
    let ask = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let with = |name, value| [&ask[..], &[(name, value)]].concat();

    world.other().post("/token", &ask).await.expect_error(400, "invalid_grant");
    world.tax().post("/token", &ask).await.expect_error(400, "unauthorized_client");
    let access_as_refresh = [("grant_type", "refresh_token"), ("refresh_token", access.as_str())];
    world.bank().post("/token", &access_as_refresh).await.expect_error(400, "invalid_grant");
    world.bank().post("/token", &with("scope", "feed")).await.expect_error(400, "invalid_scope");
    let wider = with("authorization_details", "[]");
    world.bank().post("/token", &wider).await.expect_error(400, "invalid_authorization_details");
    let elsewhere = with("resource", "https://api.test/sender/v1");
    world.bank().post("/token", &elsewhere).await.expect_error(400, "invalid_target");
}

#[tokio::test]
async fn refreshing_ends_with_the_consent_and_waits_while_the_provider_is_suspended() {
    let world = World::new().await;
    let (access, refresh) = world.tokens().await;
    let ask = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(world.bank().post("/token", &ask).await.status, 200);

    world.anna_revokes().await;
    world.bank().post("/token", &ask).await.expect_error(400, "invalid_grant");
    assert!(!world.bank().finds_active(&access).await);

    let (access, refresh) = world.tokens().await;
    let ask = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    world.apply(&provider_in("suspended")).await;
    world.bank().post("/token", &ask).await.expect_error(400, "unauthorized_client");
    world.apply(&provider_in("active")).await;
    assert_eq!(world.bank().post("/token", &ask).await.status, 200);
    assert!(world.bank().finds_active(&access).await, "what was frozen is restored");
}

fn provider_in(state: &str) -> String {
    format!(
        "environment = \"demo\"\n[[provider]]\nid = \"demo-bank\"\nlegal_name = \"Demo Bank NV\"\nstate = \"{state}\"\n"
    )
}

fn thumbprint(digest: &[u8; 32]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest)
}
