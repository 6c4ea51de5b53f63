//! Time-stamps: seals get them from a real service, and both verifiers confirm them.

use std::time::Duration;

use data_encoding::BASE64;
use hub_core::clock::Clock;
use hub_core::keys::{Keyring, Purpose};
use hub_core::random::Random;
use serde_json::{Value, json};
use system_tests::database::databases;
use system_tests::process::HubProcess;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::time_stamps::{Lie, TimeService};

use super::{Court, bytes_of, download, downloads, evidence};

/// Runs a test on both databases, with hubs that ask a service of their own.
pub(super) async fn with_service(test: impl AsyncFn(&World, &TimeService)) {
    for database in databases().await {
        let service = TimeService::start().await;
        let told = |setting: &_| service.is_told_to(setting);
        World::on_changed(database, told, async |world| {
            let _running = world.clock_runs();
            test(world, &service).await;
        })
        .await;
    }
}

/// How many seals have a time-stamp.
pub(super) async fn stamped(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM seal WHERE time_stamp IS NOT NULL").await
}

/// Waits for what a job does by itself.
pub(super) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let begun = std::time::Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(180), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Lets pauses after failures pass until the one seal is stamped.
pub(super) async fn ask_again(world: &World) {
    until("it is asked again", async || {
        pass(world, Duration::from_secs(11));
        tokio::time::sleep(Duration::from_secs(1)).await;
        stamped(world).await == 1
    })
    .await;
}

/// Lets time pass for the hub, unless its clock would leave that of the service: a stamp would be refused.
pub(super) fn pass(world: &World, time: Duration) {
    if world.now().since(Clock::System.now()) < Duration::from_secs(30) {
        world.advance(time);
    }
}

/// A letter's one document, once its seal is stamped.
async fn stamped_document(world: &World, subject: &str) -> Value {
    let tax = world.sender("tax").await;
    let message = tax.publishes(&Person::named("Bert").recipient(), subject).await;
    while world.hub().upkeep().seal_evidence().await.unwrap() > 0 {}
    until("every seal is stamped", async || world.hub().upkeep().unstamped().await.unwrap().count == 0).await;
    evidence(&tax, &message).await.remove(0)["document"].take()
}

/// The same document with this token, or without any.
fn with_token(document: &Value, token: Option<&[u8]>) -> Value {
    let mut document = document.clone();
    let seal = document["seal"].as_object_mut().unwrap();
    seal.remove("header");
    if let Some(token) = token {
        let header = json!({"etsiU": [{"sigTst": {"tstTokens": [{"val": BASE64.encode(token)}]}}]});
        seal.insert("header".into(), header);
    }
    document
}

fn token_of(document: &Value) -> Vec<u8> {
    let val = &document["seal"]["header"]["etsiU"][0]["sigTst"]["tstTokens"][0]["val"];
    BASE64.decode(val.as_str().unwrap().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_seal_is_stamped_and_both_verifiers_confirm_when() {
    with_service(async |world, service| {
        service.lies(Lie::Down);
        let (tax, bert) = (world.sender("tax").await, Person::named("Bert"));
        let message = tax.publishes(&bert.recipient(), "Stamped by the service").await;
        let before = evidence(&tax, &message).await.remove(0)["document"].take();
        assert!(before["seal"].get("header").is_none(), "nothing waits for the service");
        until("the service is asked", async || world.times_logged(&[&service.url]) > 0).await;
        service.lies(Lie::None);
        ask_again(world).await;

        let after = evidence(&tax, &message).await.remove(0)["document"].take();

        let schema: Value = serde_json::from_str(specs::EVIDENCE_DOCUMENT_SCHEMA).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        for document in [&before, &after] {
            assert!(schema.is_valid(document), "{document:#}");
        }
        assert_eq!(with_token(&after, None), before, "all but the time-stamp is as it was given out");
        assert_eq!(with_token(&before, Some(&token_of(&after))), after);
        let court = Court::of(world).await;
        let file = court.file("evidence.json", &bytes_of(&after));
        let verdict = court.facteur(&file).await;
        assert!(verdict.code == 0 && verdict.said.contains("not confirmed"), "{}", verdict.said);

        let court = court.with_authority(service.authority());
        court.proves("evidence.json", &bytes_of(&after)).await;
        let said = court.facteur(&file).await.said;
        assert!(said.contains("time-stamped          by CN=Honest time at 20"), "{said}");
        assert_eq!(court.node(&[file]).await[0]["stamp"]["confirmed"], true);
        // what was given out before stays evidence, without a time-stamp
        court.proves("before.json", &bytes_of(&before)).await;
        let said = court.facteur(&court.file("before.json", &bytes_of(&before))).await.said;
        assert!(said.contains("time-stamped          not"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_stamped_receipt_is_proven_as_a_pdf_and_after_a_rotation() {
    with_service(async |world, service| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        anna.grants(&bank, &EVERYTHING).await;
        let old = stamped_document(world, "By the old key and stamped").await;
        let path = world.setting.path("keyring.toml");
        let mut keyring = Keyring::load(&path).unwrap();
        keyring.rotate(Purpose::Evidence, Clock::System.now(), &Random::system()).unwrap();
        keyring.store(&path).unwrap();
        world.hub().reload_keys(&path).unwrap();
        let new = stamped_document(world, "By the new key and stamped").await;

        let page = anna.open("/consents").await;
        let pdf = download(world, &anna, &downloads(&page, "pdf")[0]).await;

        let court = Court::of(world).await.with_authority(service.authority());
        for (name, bytes) in
            [("old.json", bytes_of(&old)), ("new.json", bytes_of(&new)), ("receipt.pdf", pdf)]
        {
            court.proves(name, &bytes).await;
            let file = court.folder.path().join(name);
            let said = court.facteur(&file).await.said;
            assert!(said.contains("by CN=Honest time at 20"), "{name}: {said}");
            assert_eq!(court.node(&[file]).await[0]["stamp"]["confirmed"], true, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_time_stamp_that_is_wrong_is_refused_by_both_verifiers() {
    with_service(async |world, service| {
        let (one, two) = (
            stamped_document(world, "The first of two stamped").await,
            stamped_document(world, "The second of two stamped").await,
        );
        let court = Court::of(world).await.with_authority(service.authority());
        let token = token_of(&one);
        let signature = one["seal"]["signature"].as_str().unwrap();
        let imprint = hub_core::id::Sha256::of(signature.as_bytes()).0;

        let mut wrong = vec![("of-another", with_token(&one, Some(&token_of(&two))))];
        for lie in [Lie::Imprint, Lie::Past, Lie::Stranger, Lie::Usage, Lie::Expired] {
            let token = service.token(&imprint, lie).await;
            wrong.push(("lie", with_token(&one, Some(&token))));
        }
        let of = |bytes: &[u8]| token.windows(bytes.len()).position(|found| found == bytes).unwrap();
        for at in [of(&imprint), of(b"\x18\x0f20") + 3, of(b"\x18\x0f20") + 14, token.len() - 1, 0, 5] {
            let mut changed = token.clone();
            changed[at] ^= 1;
            wrong.push(("changed", with_token(&one, Some(&changed))));
        }
        wrong.push(("cut", with_token(&one, Some(&token[..token.len() - 1]))));
        wrong.push(("longer", with_token(&one, Some(&[token.as_slice(), &[0]].concat()))));
        wrong.push(("large", with_token(&one, Some(&vec![0x30; 20_000]))));
        let mut twice = one.clone();
        let tokens = twice["seal"]["header"]["etsiU"][0]["sigTst"]["tstTokens"].as_array_mut().unwrap();
        tokens.push(tokens[0].clone());
        wrong.push(("twice", twice));
        let mut more = one.clone();
        more["seal"]["header"]["kid"] = "other".into();
        wrong.push(("more", more));

        court.proves("honest.json", &bytes_of(&one)).await;
        let own = service.token(&imprint, Lie::None).await;
        court.proves("again.json", &bytes_of(&with_token(&one, Some(&own)))).await;
        let files = wrong.iter().enumerate();
        let files: Vec<_> = files
            .map(|(n, (name, document))| court.file(&format!("{name}-{n}"), &bytes_of(document)))
            .collect();
        court.refuses(&files).await;
        // nobody vouches for a service when another authority is given
        let elsewhere = TimeService::start().await;
        let court = court.with_authority(elsewhere.authority());
        court.refuses(&[court.file("honest.json", &bytes_of(&one))]).await;
    })
    .await;
}

#[tokio::test]
async fn a_node_whose_service_is_down_says_so_and_stamps_later() {
    for database in databases().await {
        let service = TimeService::start().await;
        service.lies(Lie::Down);
        let hub = HubProcess::prepare(database).await;
        service.is_told_to(&hub.stage.setting);
        hub.start_again().await;
        let tax = hub.stage.sender("tax").await;
        let message = tax.publishes(&Person::named("Bert").recipient(), "Stamped when it is up").await;
        let metric = async |name: &str| {
            let url = format!("{}/metrics", hub.stage.operations);
            let text =
                hub.stage.machine(None).request("GET", &url).send().await.unwrap().text().await.unwrap();
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.and_then(|value| value.parse::<f64>().ok()).unwrap_or_default()
        };

        until("one seal waits", async || metric("facteur_unstamped_seals").await == 1.0).await;
        until("it grows old", async || metric("facteur_unstamped_seal_age_seconds").await > 2.0).await;
        assert!(metric("facteur_time_stamp_failures_total").await >= 1.0);
        assert!(evidence(&tax, &message).await[0]["document"]["seal"].get("header").is_none());
        service.lies(Lie::None);

        until("nothing waits", async || metric("facteur_unstamped_seals").await == 0.0).await;
        assert!(evidence(&tax, &message).await[0]["document"]["seal"].get("header").is_some());
        assert!(hub.terminate().await);
        hub.check_logs();
        assert_eq!(hub.said().matches("seals stay without a time-stamp").count(), 1, "{}", hub.said());
    }
}
