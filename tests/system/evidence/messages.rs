//! What is proven about messages, for their senders and their recipients.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use hub_core::id::Sha256;
use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::letter::{digest, pdf};
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

use super::papers::keep;
use super::{Court, bytes_of, download, downloads, evidence, kinds};

#[tokio::test]
async fn every_fact_of_a_message_is_proven_to_its_sender() {
    World::on_both(async |world| {
        let (family, bank, anna) =
            (world.sender("family").await, world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let message = family.publishes(&anna.person.recipient(), "Benefits of May").await;
        assert_eq!(kinds(&evidence(&family, &message).await), ["published", "madeAvailable"]);

        let list = bank.messages(&grant).await.expect(200);
        bank.message(&grant, list["items"][0]["messageId"].as_str().unwrap()).await.expect(200);
        world.advance(Duration::from_secs(5));
        let page = anna.logs_in().await;
        let inbox = anna.submit(&page, &page.form("/mailboxes/")).await;
        anna.open(&anna.link(&inbox, "/messages/")).await;
        let status = family.status(&message).await.expect(200);

        world.advance(Duration::from_secs(32 * 86_400));
        while world.hub().upkeep().expire().await.unwrap() > 0 {}
        let family = world.sender("family").await;
        let items = evidence(&family, &message).await;

        assert_eq!(kinds(&items), ["published", "madeAvailable", "retrieved", "opened", "expired"]);
        let at = |n: usize| items[n]["facts"][0]["at"].clone();
        assert_eq!(
            (at(0), at(1), at(2)),
            (status["availableAt"].clone(), status["retrievedAt"].clone(), status["openedAt"].clone())
        );
        let court = Court::of(world).await;
        let mut matters = Vec::new();
        for (n, item) in items.iter().enumerate() {
            let statement = court.proves(&format!("{n}.json"), &bytes_of(&item["document"])).await;
            assert_eq!(statement["issuer"], world.public.as_str());
            assert_eq!(statement["message"]["messageId"], message.as_str());
            assert!(!statement.to_string().contains("bank"), "no fact says which app: {statement}");
            matters.push(statement["matter"].clone());
        }
        assert!(matters.iter().all(|matter| *matter == matters[0]), "{matters:?}");
    })
    .await;
}

#[tokio::test]
async fn a_publication_is_proven_with_its_content_and_its_recipient() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, Person::named("Anna"));
        let (file, body) = (pdf(20_000), "Zie de **bijlage**.");
        let letter = tax.letter(&anna.recipient(), "Assessment for proof").body(body);
        let message = tax.delivers(&letter.file("assessment.pdf", "application/pdf", &file)).await;

        let items = evidence(&tax, &message).await;
        let court = Court::of(world).await;
        let statement = court.proves("published.json", &bytes_of(&items[0]["document"])).await;

        let about = &statement["message"];
        let contents = about["contents"].as_array().unwrap();
        assert_eq!(contents.len(), 2);
        let text = json!({"en": body, "nl": body}).to_string();
        assert_eq!(
            (&contents[0]["role"], &contents[0]["digest"]),
            (&json!("body"), &digest(text.as_bytes()).into())
        );
        assert_eq!((&contents[1]["main"], &contents[1]["digest"]), (&json!(true), &digest(&file).into()));
        let subject = json!({"en": "Assessment for proof", "nl": "Assessment for proof"}).to_string();
        assert_eq!(about["subject"], digest(subject.as_bytes()));
        assert_eq!(
            (&about["organization"], &about["messageType"]),
            (&tax.organization.as_str().into(), &"tax-assessment".into())
        );

        // the recipient: to whoever has the salt, and to nobody else
        let salt = items[0]["opening"]["salt"].as_str().unwrap();
        let salt = BASE64URL_NOPAD.decode(salt.as_bytes()).unwrap();
        let salted =
            |number: &str| BASE64URL_NOPAD.encode(&Sha256::of(&[&salt, number.as_bytes()].concat()).0);
        assert_eq!(about["recipient"], salted(&anna.ssin()));
        assert_ne!(about["recipient"], salted(&Person::named("Bert").ssin()));
        assert_ne!(about["recipient"], digest(anna.ssin().as_bytes()));
        let shown = items[0]["document"].to_string() + &statement.to_string();
        assert!(!shown.contains(&anna.ssin()) && !shown.contains("Assessment for proof"), "{shown}");

        let schema: Value = serde_json::from_str(specs::EVIDENCE_STATEMENT_SCHEMA).unwrap();
        let problems = jsonschema::validator_for(&schema).unwrap();
        assert!(problems.is_valid(&statement), "{:?}", problems.iter_errors(&statement).next());
        let schema: Value = serde_json::from_str(specs::EVIDENCE_DOCUMENT_SCHEMA).unwrap();
        assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&items[0]["document"]));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_proven_and_nothing_else_of_the_letter() {
    World::on_both(async |world| {
        let (tax, clara) = (world.sender("tax").await, Person::named("Clara"));
        let letter = tax.letter(&clara.recipient(), "Never delivered").pdf("never.pdf", 20_000);
        let answer = tax.publish(&letter).await.expect(201);
        assert_eq!(answer["code"], "NO_DIGITAL_USER");
        let message = answer["messageId"].as_str().unwrap();

        let items = evidence(&tax, message).await;
        assert_eq!(items[0]["facts"][0]["code"], "NO_DIGITAL_USER");
        let statement = Court::of(world).await.proves("refused.json", &bytes_of(&items[0]["document"])).await;

        assert_eq!(items.len(), 1);
        assert_eq!(statement["facts"][0]["kind"], "refused");
        assert_eq!(statement["message"], json!({"messageId": message, "organization": tax.organization}));
        assert!(items[0].get("opening").is_none());
        // the same request again states nothing new
        tax.publish(&letter).await.expect(201);
        assert_eq!(evidence(&tax, message).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_citizen_downloads_what_is_proven_about_a_message() {
    World::on_both(async |world| {
        let (tax, emma) = (world.sender("tax").await, world.citizen("Emma"));
        tax.publishes(&emma.person.recipient(), "Proof for Emma").await;
        let page = emma.logs_in().await;
        let inbox = emma.submit(&page, &page.form("/mailboxes/")).await;
        let message = emma.open(&emma.link(&inbox, "/messages/")).await;

        assert!(message.html.contains("A person opened the message for the first time"), "{}", message.html);
        let court = Court::of(world).await;
        let mut facts = Vec::new();
        for (n, href) in downloads(&message, "json").iter().enumerate() {
            let bytes = download(world, &emma, href).await;
            facts.extend(
                court.proves(&format!("{n}.json"), &bytes).await["facts"].as_array().unwrap().clone(),
            );
        }
        let kinds: Vec<&Value> = facts.iter().map(|fact| &fact["kind"]).collect();
        assert_eq!(kinds, ["published", "madeAvailable", "opened"]);
        let paper = download(world, &emma, &downloads(&message, "pdf")[0]).await;
        court.proves("message.pdf", &paper).await;
        keep("en-message.pdf", &paper);
    })
    .await;
}
