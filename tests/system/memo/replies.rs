//! Replies in MeMo: they reach the sender once, and say of themselves what their address says.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::letter::pdf;
use system_tests::world::sender::Sender;
use system_tests::xml;

use super::{Reply, desk, expect_issue, expect_problem};
use crate::mailbox::grants_all;

async fn publishes(tax: &Sender<'_>, to: &Value, subject: &str) -> String {
    let mut letter = tax.letter(to, subject).body("Antwoord?");
    letter.metadata["replyAllowed"] = true.into();
    tax.delivers(&letter).await
}

async fn received(tax: &Sender<'_>, message: &str) -> Value {
    tax.machine.get(&format!("/sender/v1/messages/{message}/replies"), Some(&tax.token)).await.expect(200)
}

#[tokio::test]
async fn a_reply_in_memo_reaches_the_sender_once_with_its_files() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let published = publishes(&tax, &anna.person.recipient(), "Coral knot question").await;
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
        let id = desk.newest().await;
        let message = desk.message(&id, "nl").await;
        let bytes = pdf(150_000);
        let reply = Reply::to(&message, "Hier is het.\nAnna & co")
            .file(
                "loon & <brief>.pdf".replace('&', "&amp;").replace('<', "&lt;").as_str(),
                "application/pdf",
                &bytes,
            )
            .file("a.txt", "text/plain", b"b");
        xml::is_memo("reply.xsd", reply.xml().as_bytes()).unwrap();

        let sent = desk.post(&id, reply.xml()).await;
        sent.expect(201);
        assert_eq!(xml::text(&sent.text(), "messageUUID"), reply.uuid);
        let again = desk.post(&id, reply.xml()).await;
        assert_eq!((again.status.as_u16(), again.text()), (201, sent.text()));
        assert_eq!((again.header("idempotency-replayed"), sent.header("idempotency-replayed")), ("true", ""));
        // wrapped lines, prefixes and upper case change nothing
        let prefixed = reply.xml().replace("xmlns=", "xmlns:m=").replace("</", "</m:").replace(['<'], "<m:");
        let prefixed = prefixed.replace("<m:/m:", "</m:").replace("<m:?xml", "<?xml");
        let spoken =
            prefixed.replace(&reply.uuid, &reply.uuid.to_uppercase()).replace("JVBERi", "\r\n JVBE\nRi");
        let same = desk.post(&id, spoken).await;
        assert_eq!((same.status.as_u16(), same.text()), (201, sent.text()), "{}", same.text());
        let other = Reply { text: "Iets anders".into(), ..reply.clone() };
        expect_problem(&desk.post(&id, other.xml()).await, 409, "idempotencyConflict");

        let replies = received(&tax, &published).await;
        assert_eq!(
            (&replies["total"], &replies["items"][0]["text"]),
            (&json!(1), &json!("Hier is het.\nAnna & co"))
        );
        let files = replies["items"][0]["attachments"].as_array().unwrap();
        assert_eq!((files.len(), &files[0]["fileName"]), (2, &json!("loon & <brief>.pdf")));
        let href = files[0]["contentHref"].as_str().unwrap();
        assert_eq!(tax.machine.get(href, Some(&tax.token)).await.body, bytes);
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_may_not_be_leaves_nothing() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        tax.publishes(&anna.person.recipient(), "Umber crake order").await;
        publishes(&tax, &anna.person.recipient(), "Umber crake question").await;
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
        let ids = desk.ids().await;
        let deaf = desk.message(&ids[1], "nl").await;
        let text = Reply::to(&deaf, "Dag").xml();
        expect_problem(&desk.post(&ids[1], text).await, 409, "replyNotAllowed");

        let message = desk.message(&ids[0], "nl").await;
        let good = Reply::to(&message, "Dag");
        let before = world.traces().await;
        let header = |name: &str| format!("MessageHeader.{name}");
        let additional = "MessageBody.AdditionalDocument[0].File";
        for (reply, kind, name) in [
            (
                Reply { sender: format!("mbx_{}", "0".repeat(26)), ..good.clone() },
                "invalidInput",
                header("Sender.senderID"),
            ),
            (
                Reply { recipient: "0299999125".into(), ..good.clone() },
                "invalidInput",
                header("Recipient.recipientID"),
            ),
            (
                Reply { answers: xml::text(&deaf, "messageUUID"), ..good.clone() },
                "invalidInput",
                header("ReplyData.messageUUID"),
            ),
            (
                Reply { text: " ".into(), ..good.clone() },
                "outOfRange",
                "MessageBody.MainDocument.File.content".into(),
            ),
            (
                Reply { text: "a\u{0}b".into(), ..good.clone() },
                "invalidInput",
                "MessageBody.MainDocument.File.content".into(),
            ),
            (
                Reply { text: "x".repeat(65_537), ..good.clone() },
                "outOfRange",
                "MessageBody.MainDocument.File.content".into(),
            ),
            (
                good.clone().file("a.exe", "application/x-msdownload", b"MZ"),
                "mediaTypeRefused",
                format!("{additional}.encodingFormat"),
            ),
            (
                good.clone().file("a.pdf", "application/pdf", b"no pdf"),
                "mediaTypeRefused",
                format!("{additional}.encodingFormat"),
            ),
            (
                good.clone().file("../a.pdf", "application/pdf", &pdf(20_000)),
                "invalidInput",
                format!("{additional}.filename"),
            ),
            (
                good.clone().file("a.pdf", "application/pdf", b""),
                "emptyPart",
                format!("{additional}.content"),
            ),
        ] {
            expect_issue(&desk.post(&ids[0], reply.xml()).await, kind, &name);
        }
        let html = good.xml().replace("text/plain", "text/html");
        expect_issue(
            &desk.post(&ids[0], html).await,
            "mediaTypeRefused",
            "MessageBody.MainDocument.File.encodingFormat",
        );
        let named =
            good.xml().replace("<ReplyData>", &format!("<ReplyData><messageID>{}</messageID>", ids[1]));
        expect_issue(&desk.post(&ids[0], named).await, "invalidInput", "MessageHeader.ReplyData.messageID");
        world.expect_traces(&before, "nothing of a refused reply is kept").await;
        desk.post(&ids[0], good.xml()).await.expect(201);
    })
    .await;
}
