//! Clients are known by their certificates, and their tokens are bound to them.

use data_encoding::BASE64URL_NOPAD;
use hub_core::id::Sha256;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;
use system_tests::authority::Credential;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::setting::authorities;

use super::{form, post, with};

/// `x5t#S256` as RFC 8705 3.1 computes it: over the DER of the leaf.
fn thumbprint(credential: &Credential) -> String {
    BASE64URL_NOPAD.encode(&digest(credential).0)
}

/// The SHA-256 of the DER of the leaf.
pub(super) fn digest(credential: &Credential) -> Sha256 {
    Sha256::of(&CertificateDer::from_pem_slice(credential.certificate.as_bytes()).unwrap())
}

#[tokio::test]
async fn a_code_is_not_redeemed_without_its_certificate_and_is_not_used_up() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees(&asked).await;
        let form = bank.redemption(&asked, &callback);

        let nobody = world.machine(None);
        let answer = nobody.send(nobody.request("POST", "/token").form(&form)).await;
        answer.expect_oauth(401, "invalid_client");
        let stranger = world.machine(Some(&authorities().strangers.client("urn:test:bank-app")));
        let answer = stranger.send(stranger.request("POST", "/token").form(&form)).await;
        answer.expect_oauth(401, "invalid_client");

        let grant = bank.redeems(&asked, &callback).await;
        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn every_access_token_is_bound_to_the_certificate_that_fetched_it() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        let fresh = bank.refreshes(&grant).await;
        let own = bank.machine.client_credentials("bank-app", "feed").await;

        for token in [&grant.access, &fresh.access, &own] {
            let shown = bank.program.call("introspect", json!({ "token": token })).await;
            assert_eq!(shown["cnf"], json!({ "x5t#S256": thumbprint(&bank.credential) }), "{shown:#}");
            assert_eq!(shown["authorization_details"].is_array(), token != &own, "{shown:#}");
        }
        let asked = [("client_id", tax.client_id.as_str()), ("token", &tax.token)];
        let shown = tax.machine.post_form("/introspect", &asked).await.expect(200);
        assert_eq!(shown["cnf"]["x5t#S256"], thumbprint(&tax.credential), "{shown:#}");
    })
    .await;
}

#[tokio::test]
async fn introspection_shows_the_details_that_the_token_answer_had() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let grant = world.citizen("Anna").grants(&bank, &["list"]).await;
        let shown = bank.program.call("introspect", json!({"token": grant.access})).await;
        assert_eq!(shown["authorization_details"], json!([grant.details]));
        assert_eq!(shown["authorization_details"][0]["actions"], json!(["list"]));
    })
    .await;
}

#[tokio::test]
async fn a_renewed_certificate_refreshes_and_old_tokens_stay_with_the_old_one() {
    World::on_both(async |world| {
        let (old, renewed) = (world.provider("bank").await, world.provider("bank").await);
        assert_ne!(thumbprint(&old.credential), thumbprint(&renewed.credential));
        let grant = world.citizen("Anna").grants(&old, &EVERYTHING).await;

        renewed.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let fresh = renewed.refreshes(&grant).await;

        renewed.messages(&fresh).await.expect(200);
        let shown = renewed.program.call("introspect", json!({"token": fresh.access})).await;
        assert_eq!(shown["cnf"]["x5t#S256"], thumbprint(&renewed.credential));
        old.messages(&fresh).await.expect_problem(401, "invalidAccessToken");
        old.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_its_clients_alone_and_never_changes() {
    World::on_both(async |world| {
        let (bank, post_app) = (world.provider("bank").await, world.provider("post").await);
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        let refresh = form(&[
            ("client_id", "bank-app"),
            ("grant_type", "refresh_token"),
            ("refresh_token", &grant.refresh),
        ]);

        for _ in 0..3 {
            let tokens = post(&bank, "/token", &refresh).await.expect(200);
            world.never_shown(tokens["access_token"].as_str().unwrap());
            assert!(tokens.get("refresh_token").is_none(), "it is never rotated: {tokens:#}");
        }
        post(&post_app, "/token", &refresh).await.expect_oauth(401, "invalid_client");
        let as_post = with(&refresh, "client_id", "post-app");
        post(&post_app, "/token", &as_post).await.expect_oauth(400, "invalid_grant");
        let nobody = world.machine(None);
        let bare = nobody.send(nobody.request("POST", "/token").form(&refresh)).await;
        bare.expect_oauth(401, "invalid_client");
    })
    .await;
}

#[tokio::test]
async fn a_token_bound_to_nothing_is_refused() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        bank.messages(&grant).await.expect(200);

        let mut tx = world.db.write().await.unwrap();
        let unbound = tx.execute("UPDATE token SET thumbprint = NULL", ()).await;
        assert!(unbound.is_err(), "there is no room for such a token");
        drop(tx);
        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE token SET thumbprint = $1", (Sha256([0; 32]),)).await.unwrap();
        tx.commit().await.unwrap();

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}
