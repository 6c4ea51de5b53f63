//! Schemathesis, with the certificate and the token of a party that has something to find.

use std::process::Stdio;

use hub_core::access::citizen::Routing;
use serde_json::Value;
use system_tests::authority::Credential;
use system_tests::database::TestDatabase;
use system_tests::environment::{figure, full, schemathesis};
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::messages_path;
use system_tests::world::setting::servers_pem;
use tokio::process::Command;

use crate::mailbox::arranging::Software;
use crate::mailbox::grants_all;
use crate::mailbox::partitions::{bakery, from};

/// What is asked, of which API, as whom.
struct Run<'a> {
    api: &'static str,
    yaml: &'static str,
    credential: &'a Credential,
    token: &'a str,
    /// Ids that stand for something, by the names of path parameters.
    known: Vec<(&'static str, String)>,
    /// Which paths are asked, as an expression; all of them if it is none.
    paths: &'static str,
}

impl Run<'_> {
    async fn is_clean(&self, world: &World) {
        let folder = world.setting.path(&format!("schemathesis-{}", self.api));
        std::fs::create_dir_all(&folder).unwrap();
        let pem = format!("{}{}", self.credential.key, self.credential.certificate);
        std::fs::write(folder.join("client.pem"), pem).unwrap();
        std::fs::write(folder.join("openapi.yaml"), self.yaml).unwrap();
        let known: String =
            self.known.iter().map(|(name, id)| format!("\"path.{name}\" = \"{id}\"\n")).collect();
        std::fs::write(folder.join("schemathesis.toml"), format!("[parameters]\n{known}")).unwrap();

        let all = full("100 cases for each operation of the API documents");
        let examples = if all { "100" } else { "8" };
        // a part of a document that is asked again as somebody else is asked in its rarest shapes in the long form alone
        let part = self.paths != ALL && !all;
        let phases = if part { "examples,fuzzing" } else { "examples,coverage,fuzzing" };
        let version = if self.api == "messageRegistry" { "v2" } else { "v1" };
        let base = format!("{}/{}/{version}", world.mtls, self.api);
        let authority = servers_pem(&world.setting.folder);
        let authorization = format!("Authorization: Bearer {}", self.token);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/localhost");
        let output = Command::new(schemathesis())
            .args(["run", "openapi.yaml", "--url", &base, "--max-examples", examples])
            .args(["--include-path-regex", self.paths])
            .args(["--checks", CHECKS, "--phases", phases, "--mode", "all"])
            .args(["--tls-verify", authority.to_str().unwrap(), "--request-cert", "client.pem"])
            .args(["-H", &authorization, "--rate-limit", "150/s", "--workers", "1", "--seed", "4"])
            // the hub ends a connection whose body it did not want to read to its end
            .args([
                "--request-retries",
                "2",
                "--continue-on-failure",
                "--no-shrink",
                "--warnings",
                "off",
                "--suppress-health-check",
                "all",
            ])
            .current_dir(&folder)
            .env("PYTHONPATH", path)
            .env("SCHEMATHESIS_HOOKS", "media_types")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{} API {}: {said}\n{wrong}", self.api, self.paths);
        let cases = said.lines().find(|line| line.contains("generated")).unwrap_or_default().trim();
        figure(&format!("{} API {}: {cases}", self.api, self.paths));
    }
}

#[tokio::test]
async fn the_mailbox_api_answers_as_its_document_says_whatever_is_asked() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let mut letter = tax.letter(&Person::named("Anna").recipient(), "Mellow yak almanac");
        letter.metadata["replyAllowed"] = true.into();
        tax.delivers(&letter.body("Hallo").pdf("brief.pdf", 4_000)).await;
        let grant = grants_all(&anna, &bank).await;
        let list: Value = bank.messages(&grant).await.expect(200);
        let message = list["items"][0]["messageId"].as_str().unwrap().to_owned();
        let path = format!("{}/{message}", messages_path(&grant));
        let shown = bank.get(&grant, &path).await.expect(200);
        let attachment = shown["attachments"][0]["attachmentId"].as_str().unwrap().to_owned();

        let known = vec![
            ("mailboxId", grant.mailbox.clone()),
            ("messageId", message),
            ("attachmentId", attachment),
            ("senderOrganizationId", tax.organization.clone()),
            ("senderApplicationId", tax.client_id.clone()),
            ("messageTypeId", tax.message_type.to_owned()),
        ];
        let (api, yaml, credential) = ("mailbox", specs::MAILBOX_OPENAPI, &bank.credential);
        Run { api, yaml, credential, token: &grant.access, known, paths: ALL }.is_clean(world).await;
    })
    .await;
}

#[tokio::test]
async fn own_software_of_an_enterprise_with_partitions_is_answered_as_documented() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let software = Software::of(world, &anna).await;
        let manager = world.acting("Anna").await;
        let books = manager.add_partition("Books").await.unwrap();
        manager.arrange_rules(|_| vec![from(&tax, &books)]).await.unwrap();
        software.is_let(&manager, Routing::Told).await;
        let mut letter = tax.letter(&bakery(), "Mellow yak ledger");
        letter.metadata["replyAllowed"] = true.into();
        tax.delivers(&letter.body("Hallo").pdf("brief.pdf", 4_000)).await;

        let (reads, arranges) = (software.token(None).await, software.token(Some("routing")).await);
        let list = software.get("messages", &reads).await.expect(200);
        let people = software.get("partitionRights", &arranges).await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let known = vec![
            ("mailboxId", software.mailbox.clone()),
            ("messageId", text(&list["items"][0]["messageId"])),
            ("personId", text(&people["items"][0]["personId"])),
        ];
        let at_registry = software.token_at(Some("messageRegistry/v2"), None).await;
        let tells = software.token_at(Some("messageRegistry/v2"), Some("routing")).await;
        for (api, token, paths) in [
            ("mailbox", &reads, "^/mailboxes/.*(messages|partitions)"),
            ("mailbox", &arranges, "^/mailboxes/.*(partition|routing)"),
            ("messageRegistry", &at_registry, "^/ebox"),
            ("messageRegistry", &tells, "^/eventNotifications"),
        ] {
            let yaml = if api == "mailbox" { specs::MAILBOX_OPENAPI } else { specs::REGISTRY_OPENAPI };
            let credential = &software.credential;
            Run { api, yaml, credential, token, known: known.clone(), paths }.is_clean(world).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_provider_s_own_calls_are_answered_as_documented() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        grants_all(&anna, &bank).await;
        let token = bank.machine.client_credentials("bank-app", "consents").await;
        let (api, yaml, credential) = ("mailbox", specs::MAILBOX_OPENAPI, &bank.credential);
        Run { api, yaml, credential, token: &token, known: Vec::new(), paths: ALL }.is_clean(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_sender_api_answers_as_its_document_says_whatever_is_asked() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        let message = tax.publishes(&Person::named("Anna").recipient(), "Mellow yak digest").await;
        let known = vec![("messageId", message)];
        let (api, yaml, credential) = ("sender", specs::SENDER_OPENAPI, &tax.credential);
        Run { api, yaml, credential, token: &tax.token, known, paths: ALL }.is_clean(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_message_registry_answers_readers_as_its_document_says_whatever_is_asked() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let mut letter = tax.letter(&Person::named("Anna").recipient(), "Mellow yak register");
        letter.metadata["replyAllowed"] = true.into();
        tax.delivers(&letter.body("Hallo").pdf("brief.pdf", 4_000)).await;
        let desk = crate::registry::reader(&bank, &grants_all(&anna, &bank).await).await;
        let message = desk.list("").await["items"][0].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();

        let known = vec![
            ("messageId", text(&message["messageId"])),
            ("attachmentId", text(&message["attachments"]["items"][0]["attachmentId"])),
            ("senderOrganizationId", tax.organization.clone()),
            ("senderApplicationId", "test:tax:mailroom".to_owned()),
            ("messageTypeId", tax.message_type.to_owned()),
        ];
        let (api, yaml, credential) = ("messageRegistry", specs::REGISTRY_OPENAPI, &bank.credential);
        Run { api, yaml, credential, token: &desk.token, known, paths: ALL }.is_clean(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_message_registry_answers_senders_as_its_document_says_whatever_is_asked() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        let desk = crate::registry::sender(&tax).await;
        let (api, yaml, credential) = ("messageRegistry", specs::REGISTRY_OPENAPI, &tax.credential);
        Run { api, yaml, credential, token: &desk.token, known: Vec::new(), paths: ALL }
            .is_clean(world)
            .await;
    })
    .await;
}

#[tokio::test]
async fn the_federation_and_the_events_answer_as_their_documents_say_whatever_is_asked() {
    World::on(TestDatabase::sqlite().await, async |world| {
        use crate::federation::{Desk, archive, event};
        let bank = world.provider("bank").await;
        for service in ["federation", "events"] {
            let keeper = archive(world, service).await;
            let reader = Desk::of_provider(&bank, service).await;
            if service == "events" {
                let events = serde_json::json!([event("newDocument", 1, "doc-1")]);
                keeper.posts(&events).await;
            }
            for desk in [&keeper, &reader] {
                let known = vec![("messageProviderId", "demo-archive".to_owned())];
                let yaml =
                    if service == "events" { specs::EVENTS_OPENAPI } else { specs::FEDERATION_OPENAPI };
                let (credential, token) = (&desk.credential, &desk.token);
                Run { api: service, yaml, credential, token, known, paths: ALL }.is_clean(world).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_memo_api_answers_as_its_document_says_whatever_is_asked() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let mut letter = tax.letter(&Person::named("Anna").recipient(), "Mellow yak codex");
        letter.metadata["replyAllowed"] = true.into();
        tax.delivers(&letter.body("Hallo").pdf("brief.pdf", 4_000)).await;
        let grant = grants_all(&anna, &bank).await;
        let list = bank.messages(&grant).await.expect(200);
        let token = crate::memo::token(&bank, &grant).await;

        let known = vec![
            ("mailboxId", grant.mailbox.clone()),
            ("messageId", list["items"][0]["messageId"].as_str().unwrap().to_owned()),
        ];
        let (api, yaml, credential) = ("memo", specs::MEMO_OPENAPI, &bank.credential);
        Run { api, yaml, credential, token: &token, known, paths: ALL }.is_clean(world).await;
    })
    .await;
}

/// Every path.
const ALL: &str = "^/";
/// What is judged. Whether every input is taken or refused exactly as the schemas say is not: numbers have check digits.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";
