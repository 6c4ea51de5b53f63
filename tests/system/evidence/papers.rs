//! The PDF that a citizen downloads, and files that somebody changed.

use std::fs;
use std::path::PathBuf;

use system_tests::environment::{self, figure};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

use super::{Court, bytes_of, download, downloads, evidence};

/// A consent's receipt as a file of that format.
async fn receipt(world: &World, anna: &Citizen<'_>, format: &str) -> Vec<u8> {
    let page = anna.open("/consents").await;
    download(world, anna, &downloads(&page, format)[0]).await
}

#[tokio::test]
async fn a_pdf_carries_what_it_says_and_is_proven_as_a_whole() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        anna.grants(&bank, &EVERYTHING).await;

        for (language, title) in [
            ("nl", "Bewijs over een toestemming"),
            ("fr", "Preuve concernant une autorisation"),
            ("de", "Nachweis zu einer Zustimmung"),
            ("en", "Proof about a permission"),
        ] {
            anna.open(&format!("/lang?to={language}&back=/consents")).await;
            let pdf = receipt(world, &anna, "pdf").await;
            keep(&format!("{language}-receipt.pdf"), &pdf);
            let court = Court::of(world).await;
            let statement = court.proves("receipt.pdf", &pdf).await;
            assert_eq!(statement["facts"][0]["kind"], "granted");

            let text = String::from_utf8_lossy(&pdf);
            assert!(text.starts_with("%PDF-") && text.contains(&format!("/Lang ({language})")));
            assert!(text.contains(title), "the title in {language}");
            assert!(!text.contains(&anna.person.ssin()));
            // the attachment alone is evidence too, as a PDF reader saves it
            let attached = &text[text.find("{\"format\"").unwrap()..];
            let attached = attached.split("\nendstream").next().unwrap();
            court.proves("attached.json", attached.as_bytes()).await;
        }
    })
    .await;
}

#[tokio::test]
async fn senders_and_providers_get_sheets_for_people_in_the_language_they_ask_for() {
    World::on_both(async |world| {
        let (bank, post, anna) =
            (world.provider("bank").await, world.provider("post").await, world.citizen("Anna"));
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let token = bank.machine.client_credentials("bank-app", "consents").await;
        let foreign = post.machine.client_credentials("post-app", "consents").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let consent = grant.details["consentId"].as_str().unwrap();
        let message = tax.publishes(&anna.person.recipient(), "Heffing op zeekraal en lamsoor").await;

        let receipts = format!("/mailbox/v1/consents/{consent}/receipts");
        let receipts = bank.machine.get(&receipts, Some(&token)).await.expect(200);
        let receipt = path_of(&receipts["items"][0]["sheetHref"]);
        let fact = path_of(&evidence(&tax, &message).await[0]["sheetHref"]);
        let court = Court::of(world).await;
        let asked = [
            (&bank.machine, &token, &receipt, "fr-BE, nl;q=0.5", "fr", "Preuve concernant une autorisation"),
            (&bank.machine, &token, &receipt, "en", "en", consent),
            (&bank.machine, &token, &receipt, "pl", "en", "Proof about a permission"),
            (&tax.machine, &tax.token, &fact, "de", "de", "Nachweis zu einer Nachricht"),
        ];
        for (machine, token, path, accepts, language, title) in asked {
            let request = machine.request("GET", path).bearer_auth(token).header("accept-language", accepts);
            let answer = machine.send(request).await;
            answer.expect(200);
            assert_eq!(answer.header("content-language"), language);
            assert!(answer.header("content-disposition").ends_with(".pdf\""));
            court.proves("sheet.pdf", &answer.body).await;
            keep(&format!("{language}-machine.pdf"), &answer.body);
            let text = String::from_utf8_lossy(&answer.body);
            assert!(text.contains(title) && text.contains(&format!("/Lang ({language})")), "{language}");
            assert!(!text.contains(&anna.person.ssin()) && !text.contains(anna.person.name));
        }
        // a sheet is found by its own party, among its own
        post.machine.get(&receipt, Some(&foreign)).await.expect_problem(404, "resourceNotFound");
        family.machine.get(&fact, Some(&family.token)).await.expect_problem(404, "resourceNotFound");
        let other = tax.publishes(&anna.person.recipient(), "Kwijtschelding voor eidereenden").await;
        let mixed = fact.replace(&message, &other);
        tax.machine.get(&mixed, Some(&tax.token)).await.expect_problem(404, "resourceNotFound");
    })
    .await;
}

fn path_of(href: &serde_json::Value) -> String {
    url::Url::parse(href.as_str().unwrap()).unwrap().path().to_owned()
}

/// Keeps a paper to be looked at, in a folder that is not kept.
pub(super) fn keep(name: &str, bytes: &[u8]) {
    let folder = environment::repository("tests/artifacts/papers");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}

/// The same file with one bit flipped, at about `count` places.
fn changed(court: &Court, bytes: &[u8], count: usize) -> Vec<PathBuf> {
    let step = (bytes.len() / count).max(1);
    let places = (0..bytes.len()).step_by(step);
    let files = places.map(|at| {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1;
        court.file(&format!("changed-{at}"), &changed)
    });
    files.collect()
}

#[tokio::test]
async fn a_changed_byte_anywhere_is_found_by_both_verifiers() {
    World::on_both(async |world| {
        let (bank, tax, anna) =
            (world.provider("bank").await, world.sender("tax").await, world.citizen("Anna"));
        anna.grants(&bank, &EVERYTHING).await;
        // several under one seal, so that there is a path to change
        let message = tax.publishes(&Person::named("Bert").recipient(), "To be changed").await;
        while world.hub().upkeep().seal_evidence().await.unwrap() > 0 {}

        let court = Court::of(world).await;
        let json = bytes_of(&evidence(&tax, &message).await[0]["document"]);
        let pdf = receipt(world, &anna, "pdf").await;
        court.proves("json", &json).await;
        court.proves("pdf", &pdf).await;

        // the program that shares no code sees every byte of the JSON; starting ours each time would take minutes
        let every = changed(&court, &json, json.len());
        for said in court.node(&every).await {
            assert_eq!(said["proven"], false, "{said:#}");
        }
        let some = [changed(&court, &json, 60), changed(&court, &pdf, 60)].concat();
        court.refuses(&some).await;
        figure(&format!(
            "{} changed files refused, {} by both verifiers",
            every.len() + some.len(),
            some.len()
        ));
    })
    .await;
}

#[tokio::test]
async fn without_keys_nothing_is_said_about_who_sealed_it() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let message = tax.publishes(&Person::named("Bert").recipient(), "Whose seal").await;
        let document = &evidence(&tax, &message).await[0]["document"];
        let court = Court::of(world).await;
        let file = court.file("evidence.json", &bytes_of(document));

        let verdict = court.facteur_with(&file, None).await;

        assert_eq!(verdict.code, 2);
        assert!(verdict.said.starts_with("UNCHANGED, BUT BY WHOM IS NOT CONFIRMED\n"), "{}", verdict.said);
        let proven = court.facteur(&file).await.said;
        for words in [
            "the sender handed the message over",
            "demo-evidence-1",
            &world.public,
            "application/pdf attachment",
        ] {
            assert!(proven.contains(words), "{words}: {proven}");
        }
    })
    .await;
}
