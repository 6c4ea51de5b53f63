//! Adapters are switched by configuration, and what is off is nowhere.

use serde_json::Value;
use system_tests::database::TestDatabase;
use system_tests::world::World;

use super::{BASE, expect_refusal, reader};
use crate::mailbox::grants_all;

const METADATA: &str = "/.well-known/oauth-protected-resource/messageRegistry/v2";

async fn protected_resources(world: &World) -> Vec<String> {
    let url = format!("{}/.well-known/oauth-authorization-server", world.public);
    let metadata: Value = world.machine(None).get(&url, None).await.expect(200);
    let listed = metadata["protected_resources"].as_array().unwrap();
    listed.iter().map(|address| address.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_adapter_that_is_off_has_no_route_and_no_metadata() {
    let off = |setting: &system_tests::world::setting::Setting| {
        setting.configure("enabled", "[\"mailbox_api\"]");
    };
    World::on_changed(TestDatabase::sqlite().await, off, async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;
        for path in ["/ebox", "/ebox/messages", "/doc/openapi.yaml"] {
            // the document of an adapter that is off describes nothing: the answer is anybody's
            let request = desk.machine.request("GET", &format!("{BASE}{path}")).bearer_auth(&desk.token);
            let answer = desk.machine.execute(request.build().unwrap()).await.unwrap();
            assert_eq!(answer.status(), 404, "{path}");
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
        }
        world.machine(None).get(METADATA, None).await.expect_problem(401, "certificateRefused");
        assert!(!protected_resources(world).await.iter().any(|address| address.ends_with(BASE)));
    })
    .await;
}

#[tokio::test]
async fn an_adapter_that_is_on_tells_its_metadata_and_its_document_and_speaks_its_own_errors() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let metadata = world.machine(None).get(METADATA, None).await.expect(200);
        assert_eq!(metadata["resource"], format!("{}{BASE}", world.mtls));
        assert!(protected_resources(world).await.contains(&format!("{}{BASE}", world.mtls)));
        for machine in [&bank.machine, &tax.machine] {
            let document = machine.get(&format!("{BASE}/doc/openapi.yaml"), None).await;
            document.expect(200);
            assert_eq!(document.text(), specs::REGISTRY_OPENAPI);
        }
        let unknown = bank.machine.get(&format!("{BASE}/ebox/colours"), None).await;
        expect_refusal(&unknown, 404, "RESOURCE_NOT_FOUND");
        let request = bank.machine.request("DELETE", &format!("{BASE}/ebox"));
        let answer = bank.machine.send(request).await;
        expect_refusal(&answer, 405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), "GET");
        let desk = super::sender(&tax).await;
        let long =
            serde_json::json!([{"messageId": "x".repeat(70_000), "eboxId": super::citizen_box("Anna")}]);
        expect_refusal(&desk.send("POST", "/searchMessageStatus", &long).await, 413, "PAYLOAD_TOO_LARGE");
        let request =
            desk.machine.request("POST", &format!("{BASE}/publishMessage")).bearer_auth(&desk.token);
        expect_refusal(&desk.machine.send(request.body("x")).await, 415, "UNSUPPORTED_MEDIA_TYPE");
    })
    .await;
}

#[tokio::test]
async fn the_limit_of_requests_holds_here_too() {
    let low = |setting: &system_tests::world::setting::Setting| {
        setting.configure("per_second", "1");
        setting.configure("burst", "20");
    };
    World::on_changed(TestDatabase::sqlite().await, low, async |world| {
        let tax = world.sender("tax").await;
        let mut answer = tax.machine.get(&format!("{BASE}/ebox"), None).await;
        for _ in 0..40 {
            answer = tax.machine.get(&format!("{BASE}/ebox"), None).await;
            if answer.status == 429 {
                break;
            }
        }
        expect_refusal(&answer, 429, "TOO_MANY_REQUESTS");
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    })
    .await;
}
