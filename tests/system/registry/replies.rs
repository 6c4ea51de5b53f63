//! Recipients reply through the registry.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::letter::pdf;
use system_tests::world::people::enterprise;

use super::{described, expect_refusal, own_software, reader, sender};
use crate::mailbox::grants_all;

#[tokio::test]
async fn a_reply_names_its_message_and_reaches_the_sender() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let question = described(&super::citizen_box("Anna"), "Celadon vole question");
        let published = sender(&tax).await.publish(None, &question, &[]).await.expect(201);
        let id = published["messageId"].as_str().unwrap().to_owned();
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;
        let message = desk.newest().await;
        let mut reply = described(&super::enterprise_box(11), "Celadon vole answer");
        reply["originalMessageId"] = message.as_str().into();
        reply["bodyMainContent"] = false.into();
        reply["bodyContent"] = json!({"nl": "Hier is het."});
        reply["attachments"] = json!([{"httpPartName": "upfile1", "mainContent": true}]);
        reply.as_object_mut().unwrap().remove("messageTypeId");
        let bytes = pdf(2_000);
        let files = [("upfile1", "bewijs.pdf", "application/pdf", bytes.as_slice())];

        let sent = desk.publish(Some("answer-1"), &reply, &files).await.expect(201);

        assert!(sent["messageId"].as_str().unwrap().starts_with("rpl_"), "{sent:#}");
        let path = format!("/sender/v1/messages/{id}/replies");
        let received = tax.machine.get(&path, Some(&tax.token)).await.expect(200);
        assert_eq!(received["items"][0]["text"], "Celadon vole answer\n\nHier is het.");
        assert_eq!(received["items"][0]["attachments"][0]["fileName"], "bewijs.pdf");
        assert_eq!(received["items"][0]["expiresAt"], sent["expirationDate"]);
        let again = desk.publish(Some("answer-1"), &reply, &files).await;
        let said = expect_refusal(&again, 409, "IDEMPOTENCY_CONFLICT");
        assert!(said.contains(sent["messageId"].as_str().unwrap()), "{said}");

        // a key is one mailbox's
        let bert = world.citizen("Bert");
        let other = described(&super::citizen_box("Bert"), "Celadon vole question to another");
        sender(&tax).await.publish(None, &other, &[]).await.expect(201);
        let elsewhere = reader(&bank, &grants_all(&bert, &bank).await).await;
        let mut of_bert = reply.clone();
        of_bert["originalMessageId"] = elsewhere.newest().await.into();
        elsewhere.publish(Some("answer-1"), &of_bert, &files).await.expect(201);

        for (change, code) in [
            (json!({"originalMessageId": "msg_00000000000000000000000000"}), "INVALID_INPUT"),
            (json!({"recipient": super::enterprise_box(12)}), "INVALID_INPUT"),
            (json!({"recipient": super::citizen_box("Bert")}), "INVALID_INPUT"),
            (json!({"subject": {"nl": "a", "fr": "b"}}), "NOT_IMPLEMENTED"),
            (json!({"bodyMainContent": true}), "INVALID_INPUT"),
        ] {
            let mut wrong = reply.clone();
            wrong.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            expect_refusal(&desk.publish(None, &wrong, &files).await, 400, code);
        }
        let mut fresh = reply.clone();
        fresh.as_object_mut().unwrap().remove("originalMessageId");
        let said = expect_refusal(&desk.publish(None, &fresh, &files).await, 400, "INVALID_INPUT");
        assert!(said.contains("originalMessageId"), "{said}");
        tax.publishes(&anna.person.recipient(), "Celadon vole final").await;
        reply["originalMessageId"] = desk.newest().await.into();
        expect_refusal(&desk.publish(None, &reply, &files).await, 409, "REPLY_NOT_ALLOWED");
        let listener =
            reader(&bank, &world.citizen("Bert").grants(&bank, &["list", "readContent"]).await).await;
        expect_refusal(&listener.publish(None, &reply, &files).await, 403, "MISSING_PERMISSION");
    })
    .await;
}

#[tokio::test]
async fn own_software_replies_for_its_enterprise() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = world.citizen("Anna");
        let question = described(&super::enterprise_box(1), "Maroon shrew question");
        sender(&tax).await.publish(None, &question, &[]).await.expect(201);
        let desk = own_software(world, &anna).await;
        let mut reply =
            described(&json!({"eboxType": "enterprise", "eboxIdValue": enterprise(11)}), "Maroon shrew yes");
        reply["originalMessageId"] = desk.newest().await.into();
        reply["bodyContent"] = json!({"nl": "Ja."});
        desk.publish(None, &reply, &[]).await.expect(201);
        assert_eq!(world.count("SELECT COUNT(*) FROM reply").await, 1);
    })
    .await;
}
