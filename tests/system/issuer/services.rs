//! Tokens for the event service: named as `resource`, good for nothing else, and worth what the client is registered for.

use jsonwebtoken::Algorithm;
use rcgen::KeyPair;
use serde_json::{Value, json};
use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::machine::Machine;
use system_tests::world::setting::{Setting, authorities};

use super::{
    CONSULT, FEDERATION, METADATA, ask, claims, keys, on_both, register, signed_text, switched_on, token_of,
};
use crate::federation::{archive, event};
use crate::registry::registered_software;

const EVENTS: &str = "/events/v1/ebox/enterprise/document/events";

/// Somebody who signs, and their key.
struct Signer<'w> {
    world: &'w World,
    machine: Machine<'w>,
    client_id: String,
    key: &'static KeyPair,
}

impl<'w> Signer<'w> {
    async fn of(world: &'w World, machine: Machine<'w>, client_id: &str, key: &'static KeyPair) -> Self {
        register(world, client_id, "signs", key).await;
        Self { world, machine, client_id: client_id.to_owned(), key }
    }

    /// Asks for a token for the event service.
    async fn asks(&self, scope: Option<&str>) -> Answer {
        let resource = format!("{}/events/v1", self.world.mtls);
        let claims = claims(self.world, &self.client_id).to_string();
        let assertion = signed_text("{\"alg\":\"ES256\"}", &claims, (self.key, Algorithm::ES256));
        let scope = scope.map(|name| format!("{CONSULT}{name}"));
        let more = scope.as_deref().map(|scope| ("scope", scope));
        let more: Vec<(&str, &str)> = [("resource", resource.as_str())].into_iter().chain(more).collect();
        ask(&self.machine, &assertion, &more).await
    }

    async fn reads(&self, token: &str) -> Answer {
        let first = format!("{EVENTS}?lastSequenceNbr=0&pageSize=10");
        self.machine.get(&first, Some(token)).await
    }

    async fn posts(&self, token: &str, events: &Value) -> Answer {
        self.machine.send(self.machine.request("POST", EVENTS).bearer_auth(token).json(events)).await
    }
}

#[tokio::test]
async fn the_event_service_is_asked_for_by_name_and_opens_as_registered() {
    on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let (tax, keeper) = (world.sender("tax").await, archive(world, "events").await);
        let (credential, client_id) = registered_software(&anna).await;
        let posting = |id: &str| json!([event("newDocument", 1, id)]);
        let all = keys();

        // a document provider posts, another sender does not
        let machine = world.machine(Some(&keeper.credential));
        let archive = Signer::of(world, machine, "archive-app", &all.ec).await;
        let token = token_of(&archive.asks(None).await);
        archive.posts(&token, &posting("signed-1")).await.expect(201);
        let token = token_of(&archive.asks(Some("publicationsender")).await);
        archive.posts(&token, &posting("signed-2")).await.expect(201);
        for path in ["/federation/v1/messageProviders", "/messageRegistry/v2/referenceData/messageTypes"] {
            archive.machine.get(path, Some(&token)).await.expect(401);
        }
        archive.asks(Some("documentconsumer")).await.expect_oauth(400, "invalid_scope");
        let tax = Signer::of(world, tax.machine.clone(), "tax-mailroom", &all.other).await;
        let token = token_of(&tax.asks(None).await);
        tax.posts(&token, &posting("signed-3")).await.expect(403);

        // own software reads its enterprise's events, and with less nothing
        let machine = world.machine(Some(&credential));
        let software = Signer::of(world, machine, &client_id, &all.other).await;
        for scope in [None, Some("documentconsumer")] {
            let token = token_of(&software.asks(scope).await);
            software.reads(&token).await.expect(200);
            software.machine.get("/messageRegistry/v2/ebox", Some(&token)).await.expect(401);
        }
        for scope in ["summaryownebox", "messagesfull", "publicationsender"] {
            software.asks(Some(scope)).await.expect_oauth(400, "invalid_scope");
        }
        // a provider reads those of the consents that it holds: none
        let bank = Signer::of(world, bank.machine.clone(), "bank-app", &all.ec).await;
        let token = token_of(&bank.asks(Some("documentconsumer")).await);
        let page = bank.reads(&token).await.expect(200);
        assert_eq!(page["EboxEnterpriseDocumentEvents"], json!([]));
        bank.machine.get("/mailbox/v1/changes", Some(&token)).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn a_token_is_for_a_service_that_this_hub_speaks() {
    let fewer = |setting: &Setting| {
        let config = std::fs::read_to_string(setting.config_file()).unwrap();
        let fewer = config.lines().map(|line| match line.starts_with("enabled = ") {
            true => "enabled = [\"mailbox_api\", \"federation\"]\n".to_owned(),
            false => format!("{line}\n"),
        });
        setting.put("facteur.toml", &fewer.collect::<String>());
        switched_on(setting);
    };
    World::on_changed(TestDatabase::sqlite().await, fewer, async |world| {
        let credential = authorities().senders.client("urn:test:tax-mailroom");
        let machine = world.machine(Some(&credential));
        let tax = Signer::of(world, machine, "tax-mailroom", &keys().ec).await;
        let metadata = tax.machine.get(METADATA, None).await.expect(200);
        assert_eq!(metadata["protected_resources"], json!([format!("{}/federation/v1", world.mtls)]));
        tax.asks(None).await.expect_oauth(400, "invalid_target");
        let of = async |scope: Option<&str>| {
            let claims = claims(world, "tax-mailroom").to_string();
            let assertion = signed_text("{\"alg\":\"ES256\"}", &claims, (&keys().ec, Algorithm::ES256));
            let more: Vec<(&str, &str)> = scope.map(|scope| ("scope", scope)).into_iter().collect();
            ask(&tax.machine, &assertion, &more).await
        };
        of(Some(&format!("{CONSULT}publicationsender"))).await.expect_oauth(400, "invalid_target");
        for scope in [None, Some(format!("{FEDERATION}registry"))] {
            let token = token_of(&of(scope.as_deref()).await);
            tax.machine.get("/federation/v1/messageProviders", Some(&token)).await.expect(200);
        }
    })
    .await;
}
