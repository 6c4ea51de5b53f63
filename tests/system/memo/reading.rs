//! Messages as MeMo: with every field and with the fewest, in every language, page by page.

use serde_json::{Value, json};
use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::letter::pdf;
use system_tests::world::people::Person;
use system_tests::xml;

use super::{contents, desk, entry, items};
use crate::mailbox::grants_all;
use crate::notices::{reason, withdraw};
use crate::usage::{found, kinds, own_mailbox};

/// A subject as long as one may be, which begins like this.
fn long(begins: &str) -> String {
    format!("{begins} {}", "é & <".repeat(80)).chars().take(400).collect()
}

/// Every member that a letter can have.
fn filled(mut metadata: Value) -> Value {
    metadata["subject"] = json!({"nl": long("Pruimtapuit"), "fr": "Traquet prune", "en": "Plum wheatear"});
    metadata["body"] =
        json!({"text": {"nl": "Zie **bijlage** & meer.", "de": "Siehe Anlage."}, "main": false});
    metadata["forTheAttentionOf"] = json!({"name": "Dienst <HR>", "ssin": Person::named("Bert").ssin()});
    metadata["businessData"] = json!([{"key": "YEAR", "values": ["2026", "2027"]},
        {"key": "SPINDBESSIN", "values": [Person::named("Bert").ssin()]}]);
    metadata["payment"] = json!({"amount": "1234.50", "currency": "EUR", "dueDate": "2027-01-31",
        "iban": "BE68539007547034", "reference": "+++090/9337/55493+++"});
    metadata["registeredMail"] = true.into();
    metadata["replyAllowed"] = true.into();
    metadata
}

#[tokio::test]
async fn a_message_with_every_field_is_memo_and_holds_what_was_sent() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let mut letter = tax.letter(&anna.person.recipient(), "Plum wheatear");
        letter = letter.pdf("brief & <één>.pdf", 70_001).file("data.txt", "text/plain", b"a, b");
        letter.metadata = filled(letter.metadata);
        let published = tax.delivers(&letter).await;
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;

        let list = desk.get(&format!("{}?lang=fr", desk.list())).await;
        assert!(tax.status(&published).await.expect(200)["retrievedAt"].is_null(), "a header is no content");
        let header =
            list.text().split_once("<MessageHeader").unwrap().1.replace("</Item></Messages>", "</Message>");
        let header = format!(
            "<Message xmlns=\"https://DigitalPost.dk/MeMo-1\" memoVersion=\"1.2\"><MessageHeader{header}"
        );
        xml::is_memo("memo.xsd", header.as_bytes()).unwrap();
        assert_eq!(xml::text(&list.text(), "label"), "Traquet prune");
        let id = items(&list.text()).remove(0);

        let shown = desk.message(&id, "nl").await;
        assert!(!tax.status(&published).await.expect(200)["retrievedAt"].is_null());
        assert!(shown.contains("<idType>CBE</idType>") && shown.contains("<reply>true</reply>"), "{shown}");
        assert_eq!(
            (xml::text(&shown, "senderID"), xml::text(&shown, "recipientID")),
            (tax.organization.clone(), desk.mailbox.clone())
        );
        assert_eq!(xml::text(&shown, "label").chars().count(), 256);
        assert_eq!(entry(&shown, "subject"), long("Pruimtapuit"), "the whole subject");
        assert_eq!(
            (entry(&shown, "registeredMail").as_str(), entry(&shown, "YEAR").as_str()),
            ("true", "20262027")
        );
        assert!(shown.contains("<label>Dienst &lt;HR&gt;</label>"), "{shown}");
        let person = xml::text(&shown, "personID");
        assert!(person.starts_with("psn_") && entry(&shown, "SPINDBESSIN") == person, "{shown}");
        assert!(
            !shown.contains(&Person::named("Bert").ssin()),
            "no number of a person leaves for a provider"
        );
        assert_eq!(xml::text(&shown, "actionCode"), "BETALING");
        assert_eq!(xml::text(&shown, "endDateTime"), "2027-01-31T23:59:59Z");
        let pay =
            "payto://iban/BE68539007547034?amount=EUR:1234.50&message=%2B%2B%2B090%2F9337%2F55493%2B%2B%2B";
        assert_eq!(xml::text(&shown, "url"), pay);
        let kept = contents(&shown);
        assert_eq!(kept[0], pdf(70_001), "the main document is the main content");
        assert_eq!(
            (kept[1].as_slice(), kept[2].as_slice()),
            ("Zie **bijlage** & meer.".as_bytes(), b"a, b".as_slice())
        );
        assert_eq!(xml::texts(&shown, "filename"), ["brief & <één>.pdf", "message.md", "data.txt"]);

        let other = desk.message(&id, "fr").await;
        assert_eq!(
            (xml::text(&other, "label").as_str(), xml::texts(&other, "language")[1].as_str()),
            ("Traquet prune", "nl")
        );
        assert!(
            other.contains("<label>Payer</label>") && other.contains("Demo Administration fiscale"),
            "{other}"
        );
        let fallen = desk.get(&format!("{}?lang=de", desk.path(&id))).await;
        assert_eq!(fallen.header("content-language"), "nl", "the subject has no German");
        assert_eq!(contents(&fallen.text())[1], b"Siehe Anlage.");
        let request = desk.machine.request("GET", &desk.path(&id)).bearer_auth(&desk.token);
        let accepted =
            desk.machine.send(request.header("accept-language", "da, en-GB;q=0.8, nl;q=0.1")).await;
        assert_eq!((accepted.header("content-language"), accepted.header("vary")), ("en", "Accept-Language"));

        let mailbox = own_mailbox(&anna).await;
        let usages = found(world, &anna, &format!("{mailbox}/findUsage")).await;
        let four: Vec<&str> = std::iter::repeat_n(["attachment", "attachment", "message"], 4)
            .flatten()
            .chain(["list"])
            .collect();
        let mut seen = kinds(&usages);
        let mut wanted = four;
        seen.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(seen, wanted, "every document is in the access log");
    })
    .await;
}

#[tokio::test]
async fn messages_with_the_fewest_fields_are_memo() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        tax.delivers(&tax.letter(&anna.person.recipient(), "Drab pipit note").body("x")).await;
        let gone = tax.delivers(&tax.letter(&anna.person.recipient(), "Drab pipit error").body("y")).await;
        let mut last = tax.letter(&anna.person.recipient(), "Drab pipit right");
        last.metadata["replaces"] = gone.as_str().into();
        last = last.pdf("a.pdf", 900);
        tax.delivers(&last).await;
        withdraw(&tax, &gone, &reason()).await.expect(200);
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
        let ids = desk.ids().await;
        assert_eq!(ids.len(), 3);

        let least = desk.message(&ids[2], "nl").await;
        assert_eq!(contents(&least), [b"x"]);
        assert!(
            !least.contains("ReplyData")
                && !least.contains("Action>")
                && !least.contains("AdditionalDocument"),
            "{least}"
        );
        let stub = desk.message(&ids[1], "nl").await;
        assert!(!stub.contains("MessageBody"), "{stub}");
        assert_eq!(entry(&stub, "withdrawnReason"), reason()["nl"].as_str().unwrap());
        assert_eq!(
            (entry(&stub, "replacedBy"), xml::text(&stub, "label")),
            (ids[0].clone(), "Aanslagbiljet".to_owned())
        );
        let right = desk.message(&ids[0], "en").await;
        assert_eq!((entry(&right, "replaces"), contents(&right)), (ids[1].clone(), vec![pdf(900)]));
    })
    .await;
}

#[tokio::test]
async fn a_document_has_the_language_of_its_subject_wherever_a_text_has_it() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let mut letter = tax.letter(&anna.person.recipient(), "").body("");
        letter.metadata["subject"] = json!({"fr": "Avis du merle azur"});
        letter.metadata["body"]["text"] = json!({"nl": "Nederlands", "fr": "En francais"});
        tax.publish(&letter).await.expect(201);
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
        let id = desk.newest().await;

        let shown = desk.get(&desk.path(&id)).await;
        assert_eq!(shown.header("content-language"), "fr");
        assert_eq!(contents(&shown.text())[0], b"En francais");
    })
    .await;
}

#[tokio::test]
async fn more_data_than_a_header_holds_stands_in_a_document_for_programs() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let mut letter = tax.letter(&anna.person.recipient(), "Rusty twite ledger").body("x");
        let data: Vec<Value> =
            (0..9).map(|n| json!({"key": format!("K{n}"), "values": ["v".repeat(256)]})).collect();
        letter.metadata["businessData"] = data.clone().into();
        tax.delivers(&letter).await;
        letter.metadata["businessData"] = data[..8].into();
        letter.key = "another".to_owned();
        tax.delivers(&letter).await;
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
        let ids = desk.ids().await;

        let fits = desk.message(&ids[0], "nl").await;
        assert!(!fits.contains("TechnicalDocument") && entry(&fits, "K7").len() == 256, "{fits}");
        let more = desk.message(&ids[1], "nl").await;
        assert_eq!(entry(&more, "K0"), "", "all of it or nothing");
        let kept: Value = serde_json::from_slice(&contents(&more)[1]).unwrap();
        assert_eq!(kept, json!({ "businessData": data }));
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_and_questions_that_cannot_be_are_refused() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        for n in 0..3 {
            tax.publishes(&anna.person.recipient(), &format!("Buff dunlin {n}")).await;
        }
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
        let first = desk.get(&format!("{}?pageSize=2&lang=en", desk.list())).await.text();
        assert!(first.contains("pageSize=\"2\" total=\"3\""), "{first}");
        let (_, next) = first.split_once("next=\"").unwrap();
        let next = next.split('"').next().unwrap().replace("&amp;", "&");
        let second = desk.get(&next).await.text();
        assert!(!second.contains("next="), "{second}");
        let all = [items(&first), items(&second)].concat();
        assert_eq!(all, desk.ids().await);
        assert_eq!(xml::texts(&first, "label")[0], "Buff dunlin 2");

        for (query, kind, name) in [
            ("pageSize=0", "outOfRange", "pageSize"),
            ("pageSize=x", "schemaViolation", "pageSize"),
            ("lang=da", "schemaViolation", "lang"),
            ("colour=red", "unknownInput", "colour"),
            ("after=Zm9s", "invalidInput", "after"),
        ] {
            let answer = desk.get(&format!("{}?{query}", desk.list())).await;
            super::expect_issue(&answer, kind, name);
        }
    })
    .await;
}

#[test]
fn the_examples_of_the_document_are_as_its_schemas_say() {
    let document: Value = serde_yaml_ng::from_str(specs::MEMO_OPENAPI).unwrap();
    let example = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap().as_bytes();
    let path = "/paths/~1mailboxes~1{mailboxId}~1messages";
    let of = |rest: &str, kind: &str| format!("{path}{rest}/content/application~1{kind}/example");
    let list = of("/get/responses/200", "xml");
    xml::valid(&xml::ours("envelope.xsd"), example(&list)).unwrap();
    xml::is_memo("memo.xsd", example(&of("~1{messageId}/get/responses/200", "xml"))).unwrap();
    let reply = "~1{messageId}~1replies/post";
    xml::is_memo("reply.xsd", example(&of(&format!("{reply}/requestBody"), "xml"))).unwrap();
    xml::valid(&xml::ours("envelope.xsd"), example(&of(&format!("{reply}/responses/201"), "xml"))).unwrap();
    let problem = "/components/responses/BadRequest/content/application~1problem+xml/example";
    xml::valid(&xml::ours("problem.xsd"), example(problem)).unwrap();
}
