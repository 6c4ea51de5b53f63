//! What a client that signs gets: a token for the Message Registry, bound to its certificate, and no more.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use system_tests::world::people::enterprise;
use system_tests::world::provider::Provider;
use system_tests::world::roles::for_enterprise;
use system_tests::world::setting::authorities;

use super::{CONSULT, FEDERATION, ask, claims, good, keys, on_both, register, signed, signed_text, token_of};
use crate::mailbox::partitions::grants_for_bakery;
use crate::registry::registered_software;

const REGISTRY: &str = "/messageRegistry/v2";

#[tokio::test]
async fn every_algorithm_of_a_registered_key_gets_a_token() {
    on_both(async |world| {
        let tax = world.sender("tax").await;
        for (name, algorithm, key, kid) in [
            ("RS256", Algorithm::RS256, &keys().rsa, "rsa"),
            ("PS256", Algorithm::PS256, &keys().rsa, "rsa"),
            ("ES256", Algorithm::ES256, &keys().ec, "ec"),
        ] {
            for header in
                [json!({"alg": name, "kid": kid}), json!({"alg": name, "typ": "jwt", "x5c": ["AA=="]})]
            {
                let mut claims = claims(world, "tax-mailroom");
                claims["aud"] = json!([claims["aud"]]);
                let assertion = signed_text(&header.to_string(), &claims.to_string(), (key, algorithm));
                let answer = ask(&tax.machine, &assertion, &[("client_id", "tax-mailroom")]).await;
                let said = answer.expect(200);
                assert_eq!(
                    (&said["token_type"], &said["expires_in"]),
                    (&json!("Bearer"), &json!(600)),
                    "{name}"
                );
                assert_eq!(answer.header("cache-control"), "no-store");
                let list = format!("{REGISTRY}/referenceData/messageTypes");
                tax.machine.get(&list, said["access_token"].as_str()).await.expect(200);
            }
        }
        let kept = world.count("SELECT COUNT(*) FROM token WHERE key_id IS NOT NULL").await;
        let acts = world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'clientAssertion'").await;
        assert_eq!((kept, acts), (6, 6), "{}", world.database());
    })
    .await;
}

#[tokio::test]
async fn a_token_opens_the_message_registry_alone_and_with_its_certificate_alone() {
    on_both(async |world| {
        let tax = world.sender("tax").await;
        let answer = ask(&tax.machine, &good(world), &[]).await;
        let scopes = ["publicationsender", "referencedata"].map(|name| format!("{CONSULT}{name}"));
        let names =
            [&scopes[..], &["registry", "preference"].map(|name| format!("{FEDERATION}{name}"))].concat();
        assert_eq!(answer.json()["scope"], names.join(" "));
        let token = token_of(&answer);
        let list = format!("{REGISTRY}/referenceData/messageTypes");
        tax.machine.get(&list, Some(&token)).await.expect(200);

        let status = "/sender/v1/messages/msg_00000000000000000000000000";
        tax.machine.get(status, Some(&token)).await.expect_problem(401, "invalidAccessToken");
        let renewed = authorities().senders.client("urn:test:tax-mailroom");
        world.machine(Some(&renewed)).get(&list, Some(&token)).await.expect(401);
        // the main issuer does not know it
        let form = [("client_id", "tax-mailroom"), ("token", token.as_str())];
        let shown = tax.machine.post_form("/introspect", &form).await.expect(200);
        assert_eq!(shown, json!({"active": false}));
        tax.machine.post_form("/revoke", &form).await.expect(200);
        tax.machine.get(&list, Some(&token)).await.expect(200);
        // nor does this one give what the main one gives
        let own = [("client_id", "tax-mailroom"), ("token", tax.token.as_str())];
        assert_eq!(tax.machine.post_form("/introspect", &own).await.expect(200)["active"], true);

        world.advance(Duration::from_secs(601));
        tax.machine.get(&list, Some(&token)).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn own_software_reads_its_enterprises_mailbox_and_asks_for_less_by_the_e_boxs_scopes() {
    on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let (credential, client_id) = registered_software(&anna).await;
        register(world, &client_id, "books", &keys().other).await;
        let software = world.machine(Some(&credential));
        let number = enterprise(1);
        let letter = tax.publishes(&json!({"enterpriseNumber": number}), "Turquoise walrus form").await;
        assert!(letter.starts_with("msg_"));
        let fetch = async |scope: Option<&str>| {
            let assertion = signed_text(
                "{\"alg\":\"ES256\"}",
                &claims(world, &client_id).to_string(),
                (&keys().other, Algorithm::ES256),
            );
            let more: Vec<(&str, &str)> = scope.map(|scope| ("scope", scope)).into_iter().collect();
            ask(&software, &assertion, &more).await
        };
        let list = format!("{REGISTRY}/ebox/messages");

        let whole = token_of(&fetch(None).await);
        let messages = software.get(&list, Some(&whole)).await.expect(200);
        assert_eq!(messages["totalItems"], 1, "{messages:#}");
        let id = messages["items"][0]["messageId"].as_str().unwrap();
        let body = format!("{list}/{id}/body");
        software.get(&body, Some(&whole)).await.expect(200);

        let summary = token_of(&fetch(Some(&format!("{CONSULT}summaryownebox"))).await);
        software.get(&format!("{REGISTRY}/ebox"), Some(&summary)).await.expect(200);
        software.get(&body, Some(&summary)).await.expect(403);
        let references = token_of(&fetch(Some(&format!("{CONSULT}referencedata"))).await);
        software.get(&format!("{REGISTRY}/referenceData/messageTypes"), Some(&references)).await.expect(200);
        software.get(&list, Some(&references)).await.expect(403);
        for refused in ["summaryallebox", "eboxrepresentativepublication", ""] {
            let scope = format!("{CONSULT}{refused}");
            fetch(Some(&scope)).await.expect_oauth(400, "invalid_scope");
        }
        software.get("/mailbox/v1/mailboxes", Some(&whole)).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn a_provider_reads_reference_data_and_no_mailbox_with_a_token_of_its_own() {
    on_both(async |world| {
        let bank: Provider<'_> = world.provider("bank").await;
        register(world, "bank-app", "bank", &keys().ec).await;
        let assertion = signed(&json!({"alg": "ES256"}), &claims(world, "bank-app"));
        let token = token_of(&ask(&bank.machine, &assertion, &[]).await);

        bank.machine.get(&format!("{REGISTRY}/referenceData/messageTypes"), Some(&token)).await.expect(200);
        let refused: Value = bank.machine.get(&format!("{REGISTRY}/ebox"), Some(&token)).await.expect(403);
        assert_eq!(refused["code"], "MISSING_PERMISSION");
        for path in ["/mailbox/v1/changes", "/mailbox/v1/mailboxes", "/grants/grt_00000000000000000000000000"] {
            bank.machine.get(path, Some(&token)).await.expect_problem(401, "invalidAccessToken");
        }
        let suspended = "environment = \"demo\"\n[[provider]]\nid = \"demo-bank\"\nlegal_name = \"Demo Bank NV\"\nstate = \"suspended\"\n";
        world.apply(suspended).await;
        let assertion = signed(&json!({"alg": "ES256"}), &claims(world, "bank-app"));
        ask(&bank.machine, &assertion, &[]).await.expect_oauth(400, "unauthorized_client");
        bank.machine.get(&format!("{REGISTRY}/referenceData/messageTypes"), Some(&token)).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn a_providers_token_for_reference_data_reads_for_no_enterprise() {
    on_both(async |world| {
        world.has_roles(&[for_enterprise("Anna", "legalRepresentative")]).await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let _grant = grants_for_bakery(&anna, &bank).await;
        register(world, "bank-app", "bank", &keys().ec).await;
        let reads = async |scope: &str| {
            let assertion = signed(&json!({"alg": "ES256"}), &claims(world, "bank-app"));
            let scope = format!("{CONSULT}{scope}");
            let token = token_of(&ask(&bank.machine, &assertion, &[("scope", &scope)]).await);
            let request = bank.machine.request("GET", &format!("{REGISTRY}/ebox")).bearer_auth(token);
            bank.machine.send(request.header("On-Behalf-Of-Enterprise-Number", enterprise(1))).await
        };

        reads("documentconsumer").await.expect(200);
        let refused = reads("referencedata").await.expect(403);
        assert_eq!(refused["code"], "MISSING_PERMISSION");
        assert!(refused["message"].to_string().contains("no consent stands behind"), "{refused:#}");
    })
    .await;
}

#[tokio::test]
async fn the_scopes_of_the_federation_alone_get_a_token_for_it_and_for_nothing_else() {
    on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let list = "/federation/v1/messageProviders";
        let search = json!({"eboxType": "CITIZEN", "eboxIdType": "SSIN", "eboxIdValueList": []});
        let searched = async |token: &str| {
            let request = tax.machine.request("POST", "/federation/v1/eboxPreferences/search");
            tax.machine.send(request.bearer_auth(token).json(&search)).await
        };
        let of = async |more: &[(&str, &str)]| token_of(&ask(&tax.machine, &good(world), more).await);
        let [registry, preference] = ["registry", "preference"].map(|name| format!("{FEDERATION}{name}"));

        let token = of(&[("scope", &registry)]).await;
        tax.machine.get(list, Some(&token)).await.expect(200);
        assert_eq!(searched(&token).await.expect(403)["code"], "MISSING_SCOPE");
        let types = format!("{REGISTRY}/referenceData/messageTypes");
        tax.machine.get(&types, Some(&token)).await.expect(401);
        let events = "/events/v1/ebox/enterprise/document/events";
        let post = tax.machine.request("POST", events).bearer_auth(&token).json(&json!([]));
        tax.machine.send(post).await.expect(401);
        let token = of(&[("scope", &preference)]).await;
        assert_eq!(searched(&token).await.expect(200), json!([]));
        tax.machine.get(list, Some(&token)).await.expect(403);
        let resource = format!("{}/federation/v1", world.mtls);
        let token = of(&[("resource", &resource)]).await;
        tax.machine.get(list, Some(&token)).await.expect(200);
        searched(&token).await.expect(200);
        let elsewhere = format!("{}/mailbox/v1", world.mtls);
        ask(&tax.machine, &good(world), &[("resource", &elsewhere)])
            .await
            .expect_oauth(400, "invalid_target");

        let (credential, client_id) = registered_software(&anna).await;
        register(world, &client_id, "books", &keys().other).await;
        let software = world.machine(Some(&credential));
        let number = enterprise(1);
        let wish =
            json!({"eboxId": {"eboxType": "ENTERPRISE", "eboxIdValue": number}, "exclusivelyEbox": true});
        for (scope, listed, preferred) in [(&registry, 200, 403), (&preference, 200, 200)] {
            let header = "{\"alg\":\"ES256\"}";
            let claims = claims(world, &client_id).to_string();
            let assertion = signed_text(header, &claims, (&keys().other, Algorithm::ES256));
            let token = token_of(&ask(&software, &assertion, &[("scope", scope)]).await);
            software.get(list, Some(&token)).await.expect(listed);
            let prefers = software.request("PATCH", "/federation/v1/eboxPreferences").bearer_auth(&token);
            software.send(prefers.json(&wish)).await.expect(preferred);
        }
    })
    .await;
}
