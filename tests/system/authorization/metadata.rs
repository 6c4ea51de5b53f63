//! What the authorization server and the APIs say of themselves.

use serde_json::{Value, json};
use system_tests::database::TestDatabase;
use system_tests::world::World;

const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// The metadata, as any client fetches it.
async fn fetched(world: &World) -> Value {
    let answer = world.citizen("Anna").request("GET", WELL_KNOWN).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_metadata_names_the_issuer_it_was_fetched_from() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let issuer = fetched(world).await["issuer"].as_str().unwrap().to_owned();

        assert_eq!(issuer, world.public);
        assert!(issuer.starts_with("https://") && !issuer.contains(['?', '#']) && !issuer.ends_with('/'));
        // to clients the hub is no OpenID provider, and does not pretend to be one
        let anna = world.citizen("Anna");
        let openid = anna.request("GET", "/.well-known/openid-configuration").send().await.unwrap();
        assert_eq!(openid.status(), 404);
    })
    .await;
}

#[tokio::test]
async fn what_the_metadata_says_is_true() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (said, bank) = (fetched(world).await, world.provider("bank").await);
        for member in [
            "require_pushed_authorization_requests",
            "tls_client_certificate_bound_access_tokens",
            "authorization_response_iss_parameter_supported",
        ] {
            assert_eq!(said[member], true, "{member}");
        }
        assert_eq!(said["authorization_endpoint"], format!("{}/authorize", world.public));
        for (member, values) in [
            ("response_types_supported", json!(["code"])),
            ("response_modes_supported", json!(["query"])),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("token_endpoint_auth_methods_supported", json!(["tls_client_auth"])),
            ("introspection_endpoint_auth_methods_supported", json!(["tls_client_auth"])),
            ("revocation_endpoint_auth_methods_supported", json!(["tls_client_auth"])),
            ("authorization_details_types_supported", json!(["mailbox"])),
        ] {
            assert_eq!(said[member], values, "{member}");
        }

        // every endpoint that it names takes a form of an authenticated client (grants are resources, behind a token),
        // and every grant type is known there
        for (name, url) in said["mtls_endpoint_aliases"].as_object().unwrap() {
            let url = url.as_str().unwrap();
            assert_eq!(said[name.as_str()], url, "{name}");
            if name == "grant_management_endpoint" {
                bank.machine.get(&format!("{url}/grt_x"), None).await.expect_problem(401, "noAccessToken");
                continue;
            }
            let asked = bank.machine.request("POST", url).form(&[("client_id", "bank-app")]);
            bank.machine.send(asked).await.expect_oauth(400, "invalid_request");
        }
        for grant_type in said["grant_types_supported"].as_array().unwrap() {
            let form = [("client_id", "bank-app"), ("grant_type", grant_type.as_str().unwrap())];
            let answer = bank.machine.post_form("/token", &form).await;
            assert_ne!(answer.json()["error"], "unsupported_grant_type", "{grant_type}");
        }
        for other in ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
            let form =
                [("client_id", "bank-app"), ("grant_type", other), ("username", "anna"), ("password", "x")];
            bank.machine.post_form("/token", &form).await.expect_oauth(400, "unsupported_grant_type");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_leads_to_the_description_of_the_api_that_refused() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let known = fetched(world).await["protected_resources"].clone();
        for (machine, path, resource) in [
            (&bank.machine, "/mailbox/v1/mailboxes", "/mailbox/v1"),
            (&tax.machine, "/sender/v1/messages/msg_00000000000000000000000000", "/sender/v1"),
        ] {
            let refused = machine.get(path, None).await;
            refused.expect_problem(401, "noAccessToken");
            let challenge = refused.header("www-authenticate").to_owned();
            let (_, metadata) = challenge.split_once("resource_metadata=\"").unwrap();
            let metadata = metadata.trim_end_matches('"');

            // open to everybody, also without a certificate
            let said = world.machine(None).get(metadata, None).await.expect(200);
            let resource = format!("{}{resource}", world.mtls);
            assert_eq!(said["resource"], resource, "{challenge}");
            assert_eq!(
                metadata,
                resource.replacen("/mailbox", "/.well-known/oauth-protected-resource/mailbox", 1).replacen(
                    "/sender",
                    "/.well-known/oauth-protected-resource/sender",
                    1
                )
            );
            assert_eq!(said["authorization_servers"], json!([world.public]));
            assert_eq!(said["bearer_methods_supported"], json!(["header"]));
            assert_eq!(said["tls_client_certificate_bound_access_tokens"], true);
            let types = said.get("authorization_details_types_supported").cloned().unwrap_or_default();
            assert_eq!(types == json!(["mailbox"]), resource.ends_with("/mailbox/v1"), "{said:#}");
            assert!(known.as_array().unwrap().contains(&json!(resource)), "{known}");
        }
    })
    .await;
}
