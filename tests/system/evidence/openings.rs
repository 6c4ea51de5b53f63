//! What citizens get beside the evidence itself: what opens its hashes, and the evidence about what is gone.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::environment;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::roles::for_enterprise;
use tokio::process::Command;

use super::{Court, download, downloads};

impl Court {
    /// Both verifiers with an opening: the values that they find behind the hashes, or nothing if both refuse it.
    async fn opens(&self, document: &[u8], opening: &[u8]) -> Option<Value> {
        let (document, opening) = (self.file("proof.json", document), self.file("opening.json", opening));
        let mut command = Command::new(environment::binary());
        command.arg("verify").arg(&document).arg("--keys").arg(&self.keys).arg("--opening").arg(&opening);
        let ours = command.env_clear().output().await.unwrap();

        let script = environment::repository("tests/clients/verify-evidence.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg("--keys").arg(&self.keys).arg("--opening").arg(&opening).arg(&document);
        let theirs = command.output().await.unwrap();
        let said = String::from_utf8_lossy(&theirs.stdout).into_owned();
        assert_eq!(ours.status.success(), theirs.status.success(), "{ours:?} {said}");
        let said: Value = serde_json::from_str(&said).unwrap();
        ours.status.success().then(|| said["opened"].clone())
    }
}

async fn fetched(world: &World, anna: &Citizen<'_>, page: &str, n: usize) -> (Vec<u8>, Value) {
    let page = anna.open(page).await;
    let document = download(world, anna, &downloads(&page, "json")[n]).await;
    let opening = download(world, anna, &downloads(&page, "opening")[n]).await;
    let opening: Value = serde_json::from_slice(&opening).unwrap();
    let schema: Value = serde_json::from_str(specs::EVIDENCE_OPENING_SCHEMA).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&opening), "{opening:#}");
    (document, opening)
}

#[tokio::test]
async fn a_citizen_can_open_what_a_receipt_hides_and_nobody_can_open_it_with_anything_else() {
    World::on_both(async |world| {
        let (bank, tax, anna) =
            (world.provider("bank").await, world.sender("tax").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Left out of a receipt").await;
        anna.grants(&bank, &EVERYTHING).await;
        let page = anna.open("/consents").await;
        let less = anna.open(&anna.link(&page, "/less")).await;
        anna.submit(&less, &less.form("/less").with("withhold", &tax.organization)).await;

        let court = Court::of(world).await;
        let (granted, opening) = fetched(world, &anna, "/consents", 0).await;
        let opened = court.opens(&granted, opening.to_string().as_bytes()).await.unwrap();
        assert_eq!(opened["number"], anna.person.ssin());
        assert!(opened["screen"].as_str().unwrap().contains("Demo Bank"), "{opened:#}");
        assert!(opened.get("withheldSenders").is_none());
        let (narrowed, other) = fetched(world, &anna, "/consents", 1).await;
        let opened = court.opens(&narrowed, other.to_string().as_bytes()).await.unwrap();
        assert_eq!(opened, json!({"number": anna.person.ssin(), "withheldSenders": [tax.organization]}));

        // of another statement, with another value, with none
        assert!(court.opens(&narrowed, opening.to_string().as_bytes()).await.is_none());
        for (member, value) in [
            ("number", json!(Person::named("Bert").ssin())),
            ("screen", json!("another page")),
            ("withheldSenders", json!([tax.organization])),
            ("salt", other["salt"].clone()),
            ("format", json!("facteur-evidence-opening-2")),
            ("unknown", json!(1)),
            ("withheldSenders", json!(null)),
            ("number", json!(85_073_003_328_u64)),
        ] {
            let mut changed = opening.clone();
            changed[member] = value;
            assert!(court.opens(&granted, changed.to_string().as_bytes()).await.is_none(), "{member}");
        }
        let bare = json!({"format": opening["format"], "salt": opening["salt"]});
        assert!(court.opens(&granted, bare.to_string().as_bytes()).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn who_only_reads_a_mailbox_gets_its_proofs_and_not_what_opens_them() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        world.has_roles(&[for_enterprise("Anna", "accessManager"), for_enterprise("Bert", "reader")]).await;
        let recipient = json!({"enterpriseNumber": system_tests::world::people::enterprise(1)});
        tax.publishes(&recipient, "Proof for the bakery").await;
        let anna = world.citizen("Anna");
        let bert = world.citizen("Bert");
        let mut addresses = Vec::new();
        for (person, opens) in [(&anna, 1), (&bert, 0)] {
            person.logs_in().await;
            let inbox = person.opens("Demo Bakkerij").await;
            let page = person.open(&person.link(&inbox, "/proofs")).await;
            let (all, openings) = (downloads(&page, "json"), downloads(&page, "opening"));
            assert_eq!((all.len(), openings.len()), (1, opens), "{}", page.html);
            download(world, person, &all[0]).await;
            addresses.push(all[0].clone());
        }

        // ids are each person's own, and the rule does not hang on the page
        let own = addresses[1].replace("/json", "/opening");
        assert_eq!(bert.open(&own).await.status, 403);
        let (mailbox, rest) = addresses[1].split_once("/proofs/").unwrap();
        let (_, foreign) = addresses[0].split_once("/proofs/").unwrap();
        assert_eq!(bert.open(&format!("{mailbox}/proofs/{rest}")).await.status, 200);
        assert_eq!(bert.open(&format!("{mailbox}/proofs/{foreign}")).await.status, 404);
        // it tells senders and times: both stand in the access log, by each page and each file
        world.loads_journal().await;
        let noted = "SELECT COUNT(*) FROM reading WHERE what = 'proofs' AND role = 'citizen'";
        assert_eq!(world.count(noted).await, 5);
    })
    .await;
}

#[tokio::test]
async fn the_page_that_somebody_saw_is_opened_to_them_and_not_to_their_colleague() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let managers = [for_enterprise("Bert", "accessManager"), for_enterprise("Emma", "accessManager")];
        world.has_roles(&managers).await;
        let (bert, emma) = (world.citizen("Bert"), world.citizen("Emma"));
        let asked = bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await;
        bert.agrees(&asked).await;

        for (manager, sees) in [(&bert, true), (&emma, false)] {
            manager.logs_in().await;
            manager.opens("Demo Bakkerij").await;
            let (document, opening) = fetched(world, manager, "/consents", 0).await;
            let court = Court::of(world).await;
            let opened = court.opens(&document, opening.to_string().as_bytes()).await.unwrap();
            assert_eq!(opened["number"], system_tests::world::people::enterprise(1));
            assert_eq!(opened.get("screen").is_some(), sees, "{opened:#}");
        }
    })
    .await;
}

#[tokio::test]
async fn evidence_of_one_mailbox_is_not_found_under_another_of_the_same_person() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = world.citizen("Anna");
        tax.publishes(&anna.person.recipient(), "Proof in her own mailbox").await;
        let recipient = json!({"enterpriseNumber": system_tests::world::people::enterprise(1)});
        tax.publishes(&recipient, "Proof in the other mailbox").await;
        anna.logs_in().await;
        let mut addresses = Vec::new();
        for card in ["Your", "Demo Bakkerij"] {
            let inbox = anna.opens(card).await;
            let page = anna.open(&anna.link(&inbox, "/proofs")).await;
            addresses.push(downloads(&page, "json").remove(0));
        }

        // the bakery's mailbox is open: its own proof is there, and the ids of the other one lead to nothing in it
        let (bakery, own) = addresses[1].split_once("/proofs/").unwrap();
        let (_, other) = addresses[0].split_once("/proofs/").unwrap();
        assert_eq!(anna.open(&format!("{bakery}/proofs/{own}")).await.status, 200);
        assert_eq!(anna.open(&format!("{bakery}/proofs/{other}")).await.status, 404);
        let opening = other.replace("/json", "/opening");
        assert_eq!(anna.open(&format!("{bakery}/proofs/{opening}")).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_message_from_before_there_was_evidence_opens_as_ever() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Older than evidence").await;
        let mut tx = world.db.write().await.unwrap();
        tx.execute("DELETE FROM evidence", ()).await.unwrap();
        tx.commit().await.unwrap();

        let inbox = anna.logs_in().await;
        let inbox = anna.submit(&inbox, &inbox.form("/mailboxes/")).await;
        let message = anna.open(&anna.link(&inbox, "/messages/")).await;
        assert_eq!(message.status, 200);
        message.expect(&["Older than evidence"]);
        // what came about since is evidence again
        let page = anna.open(&anna.link(&inbox, "/proofs")).await;
        assert_eq!(downloads(&page, "json").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_proofs_of_a_message_stay_when_it_is_gone() {
    World::on_both(async |world| {
        let (family, anna) = (world.sender("family").await, world.citizen("Anna"));
        for n in 0..27 {
            world.advance(Duration::from_secs(1));
            family.publishes(&anna.person.recipient(), &format!("Gone but proven {n}")).await;
        }
        let inbox = anna.logs_in().await;
        let inbox = anna.submit(&inbox, &inbox.form("/mailboxes/")).await;
        anna.open(&anna.link(&inbox, "/messages/")).await;
        // the identity service does not travel in time: the time of the messages comes to them
        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE message SET expires_at = $1", (world.now(),)).await.unwrap();
        tx.commit().await.unwrap();
        while world.hub().upkeep().expire().await.unwrap() > 0 {}

        let inbox = anna.open(&inbox.url).await;
        inbox.expect(&["There are no messages."]);
        let page = anna.open(&anna.link(&inbox, "/proofs")).await;
        page.expect(&["Demo Family Fund", "The message was removed because its time was over"]);
        let newest = downloads(&page, "json");
        // published, opened, expired of the newest one; two each of the others on this page
        assert_eq!(newest.len(), 3 + 24 * 2);
        let court = Court::of(world).await;
        let mut said = Vec::new();
        for (n, href) in newest[..3].iter().enumerate() {
            let statement = court.proves(&format!("{n}.json"), &download(world, &anna, href).await).await;
            said.push(statement["facts"][0]["kind"].clone());
        }
        assert_eq!(said, ["published", "opened", "expired"]);
        let older = anna.open(&anna.link(&page, "?after=")).await;
        assert_eq!(downloads(&older, "json").len(), 4, "{}", older.html);

        // another person's place
        let bert = world.citizen("Bert");
        bert.logs_in().await;
        assert_eq!(bert.open(&newest[0]).await.status, 404);
    })
    .await;
}
