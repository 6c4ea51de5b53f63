//! Two issuers side by side: the main one stays what FAPI wants, this one is off unless configured.

use serde_json::{Value, json};
use system_tests::database::TestDatabase;
use system_tests::world::World;

use super::{JWT_BEARER, METADATA, TOKEN, ask, good, on_both};

async fn registry_servers(world: &World) -> Value {
    let path = "/.well-known/oauth-protected-resource/messageRegistry/v2";
    world.machine(None).get(path, None).await.expect(200)["authorization_servers"].clone()
}

#[tokio::test]
async fn each_issuer_describes_itself_and_nothing_of_the_other() {
    on_both(async |world| {
        let tax = world.sender("tax").await;
        let main = format!("{}/.well-known/oauth-authorization-server", world.public);
        let main = world.machine(None).get(&main, None).await.expect(200);
        let text = main.to_string();
        for word in ["private_key_jwt", "signing_alg", "ebox", "eboxrest"] {
            assert!(!text.contains(word), "{word}: {main:#}");
        }
        assert_eq!(main["token_endpoint_auth_methods_supported"], json!(["tls_client_auth"]));

        let metadata = tax.machine.get(METADATA, None).await.expect(200);
        let issuer = format!("{}/ebox/oauth/v5", world.mtls);
        assert_eq!(metadata["issuer"], issuer);
        assert_eq!(metadata["token_endpoint"], format!("{}{TOKEN}", world.mtls));
        assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
        let algorithms = &metadata["token_endpoint_auth_signing_alg_values_supported"];
        assert_eq!(*algorithms, json!(["RS256", "PS256", "ES256"]));
        assert_eq!(metadata["grant_types_supported"], json!(["client_credentials"]));
        assert_eq!(metadata["tls_client_certificate_bound_access_tokens"], true);
        let services =
            ["messageRegistry/v2", "federation/v1", "events/v1"].map(|api| format!("{}/{api}", world.mtls));
        assert_eq!(metadata["protected_resources"], json!(services));
        assert_eq!(registry_servers(world).await, json!([world.public, issuer]));
        for api in ["mailbox", "sender"] {
            let path = format!("/.well-known/oauth-protected-resource/{api}/v1");
            let servers = world.machine(None).get(&path, None).await.expect(200);
            assert_eq!(servers["authorization_servers"], json!([world.public]), "{api}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_main_issuer_takes_no_assertion() {
    on_both(async |world| {
        let tax = world.sender("tax").await;
        let assertion = good(world);
        world.never_shown(&assertion);
        for path in ["/token", "/par", "/introspect", "/revoke"] {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", "tax-mailroom"),
                ("client_assertion_type", JWT_BEARER),
                ("client_assertion", &assertion),
            ];
            tax.machine.post_form(path, &form).await.expect_oauth(400, "invalid_request");
        }
        ask(&tax.machine, &assertion, &[]).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn without_a_word_in_the_configuration_there_is_no_such_issuer() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        tax.machine.get(METADATA, None).await.expect_problem(404, "resourceNotFound");
        ask(&tax.machine, &good(world), &[]).await.expect_problem(404, "resourceNotFound");
        assert_eq!(registry_servers(world).await, json!([world.public]));
    })
    .await;
}
