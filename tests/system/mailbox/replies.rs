//! Replies: where they are accepted, once, to the sender alone, and gone in their time.

use std::time::Duration;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::letter::{Part, digest, form, pdf};
use system_tests::world::people::Person;
use system_tests::world::provider::{Grant, Provider};
use system_tests::world::sender::Sender;

use super::{first, grants_all};

fn reply(provider: &Provider<'_>, grant: &Grant, path: &str, key: &str, parts: &[Part]) -> RequestBuilder {
    let (media_type, body) = form(parts);
    let request = provider.machine.request("POST", path).bearer_auth(&grant.access);
    let key = format!("\"{key}\"");
    request.header("idempotency-key", key).header("content-type", media_type).body(body)
}

fn metadata(value: &Value) -> Part {
    Part {
        name: "reply".into(),
        media_type: "application/json".into(),
        bytes: value.to_string().into_bytes(),
    }
}

fn with_file(text: &str, bytes: &[u8]) -> Vec<Part> {
    let file = json!({"part": "f", "fileName": "payslip.pdf", "mediaType": "application/pdf",
        "digest": {"digestMethod": "sha-256", "digestValue": digest(bytes)}});
    let bytes = bytes.to_vec();
    let part = Part { name: "f".into(), media_type: "application/pdf".into(), bytes };
    vec![part, metadata(&json!({"text": text, "attachments": [file]}))]
}

async fn publishes_answerable(tax: &Sender<'_>, subject: &str) -> String {
    let mut letter = tax.letter(&Person::named("Anna").recipient(), subject).body("Antwoord?");
    letter.metadata["replyAllowed"] = true.into();
    tax.delivers(&letter).await
}

async fn received(tax: &Sender<'_>, message: &str) -> Value {
    tax.machine.get(&format!("/sender/v1/messages/{message}/replies"), Some(&tax.token)).await.expect(200)
}

#[tokio::test]
async fn a_reply_reaches_the_sender_once_with_its_files() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let published = publishes_answerable(&tax, "Indigo stoat question").await;
        let grant = grants_all(&anna, &bank).await;
        let path = format!("{}/replies", first(&bank, &grant).await);
        let bytes = pdf(30_000);
        let parts = with_file("Hier is het.\nAnna", &bytes);

        let sent = bank.machine.send(reply(&bank, &grant, &path, "k1", &parts)).await;
        let again = bank.machine.send(reply(&bank, &grant, &path, "k1", &parts)).await;
        assert_eq!(again.expect(201), sent.expect(201));
        assert_eq!((again.header("idempotency-replayed"), sent.header("idempotency-replayed")), ("true", ""));
        let other = with_file("Iets anders", &bytes);
        let conflict = bank.machine.send(reply(&bank, &grant, &path, "k1", &other)).await;
        conflict.expect_problem(409, "idempotencyConflict");

        let list = bank.get(&grant, &path).await.expect(200);
        assert_eq!((&list["total"], &list["items"][0]), (&json!(1), &sent.json()));
        let one = bank.get(&grant, sent.json()["href"].as_str().unwrap()).await.expect(200);
        assert_eq!(
            (&one["text"], &one["attachments"][0]["fileName"]),
            (&json!("Hier is het.\nAnna"), &json!("payslip.pdf"))
        );
        bank.get(&grant, &format!("{path}/rpl_{}", "0".repeat(26)))
            .await
            .expect_problem(404, "resourceNotFound");

        let replies = received(&tax, &published).await;
        assert_eq!(
            (&replies["total"], &replies["items"][0]["text"]),
            (&json!(1), &json!("Hier is het.\nAnna"))
        );
        let href = replies["items"][0]["attachments"][0]["contentHref"].as_str().unwrap();
        let content = tax.machine.get(href, Some(&tax.token)).await;
        assert_eq!((content.status.as_u16(), content.body == bytes), (200, true));
        family.machine.get(href, Some(&family.token)).await.expect_problem(404, "resourceNotFound");
        let theirs = format!("/sender/v1/messages/{published}/replies");
        family.machine.get(&theirs, Some(&family.token)).await.expect_problem(404, "resourceNotFound");
        assert_ne!(replies["items"][0]["replyId"], sent.json()["replyId"], "each party has its own ids");
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_may_not_be_leaves_nothing() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let anna = world.citizen("Anna");
        tax.publishes(&Person::named("Anna").recipient(), "Plum curlew order").await;
        let grant = grants_all(&anna, &bank).await;
        let deaf = format!("{}/replies", first(&bank, &grant).await);
        let text = [metadata(&json!({"text": "Dag"}))];
        let refused = bank.machine.send(reply(&bank, &grant, &deaf, "k", &text)).await;
        refused.expect_problem(409, "replyNotAllowed");

        publishes_answerable(&tax, "Plum curlew question").await;
        let path = format!("{}/replies", first(&bank, &grant).await);
        let without = anna.grants(&post, &["list", "readContent", "reply"]).await;
        let theirs = format!("{}/replies", first(&post, &without).await);
        let unticked = post.machine.send(reply(&post, &without, &theirs, "k", &text)).await;
        unticked.expect_problem(403, "missingPermission");
        let before = world.traces().await;
        let bytes = pdf(30_000);
        let mut digested = with_file("Dag", &bytes);
        digested[0].bytes[10] ^= 1;
        let zip = json!({"part": "f", "fileName": "a.exe", "mediaType": "application/x-msdownload",
            "digest": {"digestMethod": "sha-256", "digestValue": digest(&bytes)}});
        let cases = [
            (vec![metadata(&json!({"text": " "}))], "outOfRange", "text"),
            (vec![metadata(&json!({"text": "a\u{0}b"}))], "invalidInput", "text"),
            (vec![metadata(&json!({"text": "x".repeat(65_537)}))], "outOfRange", "text"),
            (vec![metadata(&json!({"text": "Dag", "subject": "x"}))], "unknownInput", "subject"),
            (
                vec![
                    metadata(&json!({"text": "Dag", "attachments": [zip]})),
                    with_file("", &bytes).remove(0),
                ],
                "mediaTypeRefused",
                "attachments[0].mediaType",
            ),
            (digested, "digestMismatch", "attachments[0].digest.digestValue"),
            (vec![with_file("", &bytes).remove(0)], "missingPart", "reply"),
            (vec![metadata(&json!({"text": "Dag"})), with_file("", &bytes).remove(0)], "unexpectedPart", "f"),
        ];
        for (n, (parts, kind, name)) in cases.into_iter().enumerate() {
            let refused = bank.machine.send(reply(&bank, &grant, &path, &format!("c{n}"), &parts)).await;
            refused.expect_issue(kind, name);
        }
        world.expect_traces(&before, "nothing of a refused reply is kept").await;
        let keyless = bank.machine.request("POST", &path).bearer_auth(&grant.access);
        let (media_type, body) = form(&text);
        let keyless = bank.machine.send(keyless.header("content-type", media_type).body(body)).await;
        keyless.expect_issue("requiredInput", "Idempotency-Key");
    })
    .await;
}

#[tokio::test]
async fn a_citizen_answers_in_the_portal_and_replies_expire() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = world.citizen("Anna");
        let published = publishes_answerable(&tax, "Khaki weasel question").await;
        anna.logs_in().await;
        let mailbox = anna.open("/").await.form("/mailboxes/").action;
        let page = anna.open(&anna.link(&anna.open(&mailbox).await, "/messages/msg_")).await;
        let form = page.form("/reply").with("text", "Alles <klopt>");

        let shown = anna.submit(&page, &form).await;
        assert!(shown.html.contains("Alles &#60;klopt&#62;"), "{}", shown.html);
        anna.submit(&page, &form).await;
        let replies = received(&tax, &published).await;
        assert_eq!((&replies["total"], &replies["items"][0]["text"]), (&json!(1), &json!("Alles <klopt>")));

        world.advance(Duration::from_secs(190 * 86_400));
        let tax = world.sender("tax").await;
        assert_eq!(received(&tax, &published).await["items"], json!([]));
        while world.hub().upkeep().expire().await.unwrap() > 0 {}
        assert_eq!(world.count("SELECT COUNT(*) FROM reply").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM publication").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM part").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM message_text").await, 0);
    })
    .await;
}
