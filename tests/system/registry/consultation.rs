//! The e-Box's consultation scenarios: the sample is loaded as its README says, and played by `tests/clients/consultation.mjs`, which
//! knows the API document and nothing of this hub. What each scenario expects stands in `specs/message-registry/consultation`.

use std::fs;
use std::path::Path;

use hub_core::access::citizen::Routing;
use serde_json::{Value, json};
use system_tests::authority::Credential;
use system_tests::database::databases;
use system_tests::environment::{ebox_documents, repository};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::people::Person;
use system_tests::world::setting::{Setting, authorities};
use tokio::process::Command;

use super::BASE;
use crate::mailbox::partitions::grants_for_bakery;

/// What the page of the official scenarios says that a test environment holds, as far as messages and partitions have names.
const NAMES: [&str; 15] = [
    "partitionBid",
    "partitionToDelete",
    "partitionIdNoAccess",
    "noAccessMessageId",
    "messageIdInPartitionB",
    "messageId1document",
    "messageId2documents",
    "messageTestInTitle",
    "sentMessageId",
    "messageIdNearlyExpired",
    "messageIdToMove1",
    "messageIdToMove2",
    "messageIdToMove3",
    "messageIdToMove4",
    "messageIdGeneral1",
];

#[tokio::test]
async fn the_consultation_scenarios_are_played_by_who_knows_the_document_alone() {
    for database in databases().await {
        World::on_changed(database, has_people, async |world| {
            let folder = tempfile::tempdir().unwrap();
            let setting = folder.path().join("setting.json");
            prepare(world, folder.path()).await;

            run(&["load"], &setting).await.expect("the sample is loaded");
            let again = run(&["load"], &setting).await.unwrap_err();
            assert!(again.contains("has the sample already"), "{again}");

            let app = run(&["play", "--as", "app"], &setting).await.expect("played by a provider's app");
            expect(world, &app, &["partition deleted"]);
            if let Some(documents) = ebox_documents() {
                let published = documents.join("e-Box-Enterprise-swagger-v2.1-AP-Public.yaml");
                let by_published = ["play", "--document", published.to_str().unwrap()];
                let said = run(&by_published, &setting).await.expect("played from the published document");
                let unknown = ["partitions", "moving", "no access to a partition", "partition deleted"];
                expect(world, &said, &unknown);
            }
            let software = run(&["play", "--all"], &setting).await.expect("played by own software");
            expect(world, &software, &[]);
        })
        .await;
    }
}

/// The sample's own people are those of the demo: here Anna is its manager, and Emma its user.
fn has_people(setting: &Setting) {
    let (manager, user) = (Person::named("Anna").ssin(), Person::named("Emma").ssin());
    let sample = read("sample.json");
    let old = sample["user"].as_str().unwrap();
    let mandates = text("mandates.toml").replace(old, &user).replace("04063003564", &manager);
    setting.put("mandates.toml", &mandates);
}

/// Does what an operator and two people of the enterprise do before the sample can be loaded, and writes the setting.
async fn prepare(world: &World, folder: &Path) {
    let (sample, bank) = (read("sample.json"), world.provider("bank").await);
    for name in NAMES {
        let known = ["messages", "partitions", "sent"].iter().any(|kind| !sample[kind][name].is_null());
        assert!(known, "the sample has no {name}");
    }
    for message in sample["messages"].as_object().unwrap().values() {
        world.never_shown(message["message"]["subject"]["nl"].as_str().unwrap());
    }
    let reference = text("reference.toml").replace("\"demo-sender\"", "\"senders\"");
    let sender = authorities().senders.client("urn:facteur:demo:sender:consultation-mailroom");
    world.apply(&reference).await;

    let enterprise = sample["recipient"]["eboxIdValue"].as_str().unwrap();
    let (anna, emma) = (world.citizen("Anna"), world.citizen("Emma"));
    let (service, service_id) = registers(&anna, "Partition service", enterprise).await;
    let (software, software_id) = registers(&emma, "Bookkeeping", enterprise).await;
    let manager = world.acting("Anna").await;
    let consents = manager.consents().await.unwrap();
    let consent = consents.iter().find(|one| one.standing.client_id == service_id).unwrap();
    manager.let_route(&consent.id, Routing::Told).await.unwrap();
    let grant = grants_for_bakery(&emma, &bank).await;

    let party = |name: &str, credential: &Credential, more: Value| {
        fs::write(folder.join(format!("{name}.pem")), &credential.certificate).unwrap();
        fs::write(folder.join(format!("{name}.key")), &credential.key).unwrap();
        let mut party = json!({"certificate": format!("{name}.pem"), "key": format!("{name}.key")});
        party.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        party
    };
    let parties = json!({
        "sender": party("sender", &sender, json!({"clientId": "consultation-mailroom"})),
        "service": party("service", &service, json!({"clientId": service_id, "scope": "routing"})),
        "software": party("software", &software, json!({"clientId": software_id})),
        "app": party("app", &bank.credential, json!({"clientId": bank.client_id, "refreshToken": grant.refresh})),
    });
    let setting = json!({"base": format!("{}{BASE}", world.mtls), "tokenEndpoint": format!("{}/token", world.mtls),
        "authority": "servers.pem", "user": emma.person.ssin(), "parties": parties});
    fs::write(folder.join("servers.pem"), &authorities().servers.certificate).unwrap();
    fs::write(folder.join("setting.json"), setting.to_string()).unwrap();
}

/// Registers a system of the enterprise in the portal: its certificate and its client id.
async fn registers(citizen: &Citizen<'_>, name: &str, enterprise: &str) -> (Credential, String) {
    let uri = format!("urn:test:consultation:{}", name.replace(' ', "-"));
    let credential = authorities().own_software.system(&uri, enterprise.to_owned());
    citizen.logs_in().await;
    citizen.opens("Demo Consultation Works").await;
    let page = citizen.open("/software").await;
    let form = page.form("/software").with("name", name).with("certificate", &credential.certificate);
    let done = citizen.submit(&page, &form).await;
    let (_, rest) = done.html.split_once("<code>own-").unwrap_or_else(|| panic!("{}", done.html));
    (credential, format!("own-{}", rest.split('<').next().unwrap()))
}

/// Runs the program; what it said, also as the error if it did not end well.
async fn run(arguments: &[&str], setting: &Path) -> Result<String, String> {
    let (command, options) = arguments.split_first().unwrap();
    let mut node = Command::new("node");
    node.arg(repository("tests/clients/consultation.mjs")).arg(command).arg(setting).args(options);
    let output = node.kill_on_drop(true).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() {
        true => Ok(said),
        false => Err(said + &String::from_utf8_lossy(&output.stderr)),
    }
}

/// Every scenario of the sample was played and came out as expected, but these, which were left out.
#[track_caller]
fn expect(world: &World, said: &str, left_out: &[&str]) {
    let scenarios = read("scenarios.json");
    assert!(scenarios.as_array().unwrap().len() > left_out.len(), "there are scenarios");
    for scenario in scenarios.as_array().unwrap() {
        let name = scenario["name"].as_str().unwrap();
        let outcome = if left_out.contains(&name) { "left out, " } else { "as expected" };
        let lines = said.lines().filter_map(|line| line.strip_prefix(&format!("scenario {name}: ")));
        let lines: Vec<&str> = lines.collect();
        assert!(lines.len() == 1 && lines[0].starts_with(outcome), "{name}: {said}");
    }
    println!("{}:\n{said}", world.database());
}

fn text(name: &str) -> String {
    fs::read_to_string(repository("specs/message-registry/consultation").join(name)).unwrap()
}

fn read(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}
