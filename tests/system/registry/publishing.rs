//! Senders publish, link, and ask what became of it.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::letter::{digest, pdf};
use system_tests::world::people::enterprise;

use super::{BASE, citizen_box, described, enterprise_box, expect_refusal, form, reader, sender};
use crate::mailbox::grants_all;

#[tokio::test]
async fn rule_12_parts_come_in_any_order_and_exactly_one_is_the_main_content() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let desk = sender(&tax).await;
        let (first, second) = (pdf(3_000), pdf(9_000));
        let file = |part: &str, main: bool, bytes: &[u8]| {
            json!({"httpPartName": part, "mainContent": main, "attachmentTitle": {"nl": "Titel"},
                "digest": {"digestMethod": "sha_256", "digestValue": format!("{}=", digest(bytes))}})
        };
        let mut message = described(&citizen_box("Anna"), "Lilac wombat decree");
        message["bodyMainContent"] = false.into();
        message["attachments"] = json!([file("upfile1", true, &first), file("upfile2", false, &second)]);
        let parts: [(&str, &str, &str, &[u8]); 2] = [
            ("upfile2", "%C3%A9pinards.pdf", "application/pdf", &second),
            ("upfile1", "brief.pdf", "application/pdf", &first),
        ];

        // files first; a description that calls itself plain text, as a field of a form does
        desk.publish(None, &message, &parts).await.expect(201);
        message["subject"]["nl"] = "Lilac wombat decree again".into();
        let text = message.to_string();
        let plain = ("messageToPublish", "", "text/plain", text.as_bytes());
        desk.posted(None, &form(&[plain, parts[1], parts[0]])).await.expect(201);

        let before = world.traces().await;
        let mut none = message.clone();
        none["attachments"][0]["mainContent"] = false.into();
        let mut two = message.clone();
        two["bodyMainContent"] = true.into();
        for wrong in [none, two] {
            let said = expect_refusal(&desk.publish(None, &wrong, &parts).await, 400, "INVALID_INPUT");
            assert!(said.contains("exactly one"), "{said}");
        }
        let mut other = message.clone();
        other["attachments"][0]["digest"]["digestValue"] = digest(b"other").into();
        let refused = desk.publish(None, &other, &parts).await;
        let said = expect_refusal(&refused, 400, "DIGEST_DO_NOT_MATCH");
        assert!(said.contains("attachments[0].digest"), "{said}");
        let mut lost = message.clone();
        lost["attachments"][1]["httpPartName"] = "upfile6".into();
        let said = expect_refusal(&desk.publish(None, &lost, &parts).await, 400, "INVALID_INPUT");
        assert!(said.contains("attachments[1].httpPartName"), "{said}");
        let nameless = [("upfile1", "", "application/pdf", first.as_slice()), parts[0]];
        expect_refusal(&desk.publish(None, &message, &nameless).await, 400, "INVALID_INPUT");
        expect_refusal(&desk.posted(None, &form(&parts)).await, 400, "INVALID_INPUT");
        world.expect_traces(&before, "nothing of what was refused is kept").await;

        // without a digest the one that came in holds
        message["subject"]["nl"] = "Lilac wombat undigested".into();
        message["attachments"][0].as_object_mut().unwrap().remove("digest");
        desk.publish(None, &message, &parts).await.expect(201);
        let reading = reader(&bank, &grants_all(&anna, &bank).await).await;
        let shown = reading.list("").await["items"][0].clone();
        let names: Vec<_> = shown["attachments"]["items"].as_array().unwrap().iter().collect();
        assert_eq!(names[0]["digest"]["digestValue"], digest(&first));
        assert_eq!(
            (&names[0]["fileName"], &names[1]["fileName"]),
            (&json!("brief.pdf"), &json!("épinards.pdf"))
        );
        assert_eq!(reading.list("").await["totalItems"], 3);
    })
    .await;
}

#[tokio::test]
async fn rule_13_a_key_that_was_used_is_a_conflict_that_names_the_first_message() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let desk = sender(&tax).await;
        let message = described(&citizen_box("Anna"), "Sienna dingo ruling");
        let first = desk.publish(Some("once-1"), &message, &[]).await.expect(201);
        let id = first["messageId"].as_str().unwrap();
        let after_first = world.traces().await;

        let other = described(&citizen_box("Bert"), "Sienna dingo unlike it");
        let file = pdf(400_000);
        for (message, files) in [
            (&message, vec![]),
            (&other, vec![]),
            (&other, vec![("upfile1", "a.pdf", "application/pdf", file.as_slice())]),
        ] {
            let said = expect_refusal(
                &desk.publish(Some("once-1"), message, &files).await,
                409,
                "IDEMPOTENCY_CONFLICT",
            );
            assert!(said.contains(id), "{said}");
        }
        world.expect_traces(&after_first, "nothing of the repetitions is kept").await;
        desk.publish(Some("once-2"), &message, &[]).await.expect(201);
        for _ in 0..2 {
            desk.publish(None, &message, &[]).await.expect(201);
        }
        let request =
            desk.machine.request("POST", &format!("{BASE}/publishMessage")).bearer_auth(&desk.token);
        let (media_type, body) = form(&[("messageToPublish", "", "application/json", b"{}")]);
        let bare = request.header("content-type", media_type).header("idempotency-key", "bare").body(body);
        expect_refusal(&desk.machine.send(bare).await, 400, "INVALID_INPUT");
    })
    .await;
}

#[tokio::test]
async fn who_cannot_be_reached_is_no_error_and_the_type_decides_how_long_a_letter_stays() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let desk = sender(&tax).await;
        let mut message = described(&citizen_box("Anna"), "Ecru badger ruling");
        message["expirationDate"] = "2099-01-01T00:00:00Z".into();
        let stored = desk.publish(None, &message, &[]).await.expect(201);
        assert!(stored.get("code").is_none(), "{stored:#}");
        let days = |date: &str| {
            let at = hub_core::clock::Timestamp::parse(date).unwrap();
            at.since(world.now()).as_secs() / 86_400
        };
        let until = stored["expirationDate"].as_str().unwrap();
        assert!((180..=184).contains(&days(until)), "six months, not 2099: {until}");

        for nobody in ["Clara", "Dirk"] {
            let message = described(&citizen_box(nobody), "Ecru badger for nobody");
            let answer = desk.publish(None, &message, &[]).await.expect(201);
            assert_eq!(answer["code"], "NO_DIGITAL_USER", "{answer:#}");
            assert_eq!(answer["expirationDate"], world.now().rfc3339().as_str());
            let asked = json!([{"messageId": answer["messageId"], "eboxId": citizen_box(nobody)}]);
            let status = desk.send("POST", "/searchMessageStatus", &asked).await.expect(201);
            assert_eq!(status[0]["readStatus"], false);
            assert!(status[0].get("expirationDate").is_none(), "{status:#}");
        }
        for (change, code) in [
            (json!({"senderOrganizationId": enterprise(12)}), "INVALID_SENDER"),
            (json!({"messageTypeId": "family-benefits"}), "INVALID_SENDER"),
            (json!({"senderApplicationId": "test:family:mailroom"}), "INVALID_SENDER"),
            (json!({"recipient": {"eboxType": "enterprise", "eboxIdValue": "0123456789"}}), "INVALID_INPUT"),
            (json!({"recipient": {"eboxType": "citizen", "eboxIdValue": "1"}}), "INVALID_INPUT"),
            (json!({"subject": {}}), "INVALID_INPUT"),
            (json!({"subject": {"en": "x"}}), "INVALID_INPUT"),
            (json!({"replyAuthorized": null}), "INVALID_INPUT"),
            (json!({"colour": "red"}), "INVALID_INPUT"),
            (json!({"originalMessageId": "msg_00000000000000000000000000"}), "INVALID_INPUT"),
            (
                json!({"businessDataList": [{"key": "K", "values": [{"nl": "a", "fr": "b"}]}]}),
                "NOT_IMPLEMENTED",
            ),
        ] {
            let mut wrong = described(&citizen_box("Anna"), "Ecru badger refused");
            wrong.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            expect_refusal(&desk.publish(None, &wrong, &[]).await, 400, code);
        }
    })
    .await;
}

#[tokio::test]
async fn a_payment_travels_there_and_back() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let desk = sender(&tax).await;
        let mut message = described(&citizen_box("Anna"), "Jade weasel bill");
        message["paymentData"] = json!({"amount": 100.10, "vatAmount": 21.02, "currency": "EUR",
            "dueDate": "2027-01-31T23:00:00+01:00", "iban": "BE68539007547034",
            "reference": {"structuredCommunication": "+++090/9337/55493+++"}});
        desk.publish(None, &message, &[]).await.expect(201);
        let reading = reader(&bank, &grants_all(&anna, &bank).await).await;
        let payment = reading.list("").await["items"][0]["paymentData"].clone();
        assert_eq!(
            (&payment["amount"], &payment["dueDate"]),
            (&json!(121.12), &json!("2027-01-31T00:00:00Z"))
        );
        message["paymentData"]["iban"] = "BE71096123456769".into();
        let said = expect_refusal(&desk.publish(None, &message, &[]).await, 400, "INVALID_INPUT");
        assert!(said.contains("iban"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_message_is_linked_to_further_recipients_and_each_has_a_status_of_their_own() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna, bert) = (world.provider("bank").await, world.citizen("Anna"), world.citizen("Bert"));
        let desk = sender(&tax).await;
        let bytes = pdf(30_000);
        let mut message = described(&citizen_box("Anna"), "Amaranth lemur circular");
        message["bodyMainContent"] = false.into();
        message["attachments"] = json!([{"httpPartName": "upfile1", "mainContent": true}]);
        let files = [("upfile1", "circular.pdf", "application/pdf", bytes.as_slice())];
        let first = desk.publish(None, &message, &files).await.expect(201);
        let id = first["messageId"].clone();
        let wrong = json!({"eboxType": "citizen", "eboxIdValue": "12345678901"});
        let link = json!({"messageId": id, "recipients":
            [citizen_box("Bert"), citizen_box("Clara"), enterprise_box(1), wrong]});

        let linked = desk.send("POST", "/linkEboxMessage", &link).await.expect(201);

        assert_eq!((&linked["messageId"], &linked["nbSuccessLinks"]), (&id, &json!(2)), "{linked:#}");
        assert_eq!(linked["errorCases"], json!([citizen_box("Clara"), wrong]));
        let after = world.count("SELECT COUNT(*) FROM message").await;
        let again = desk.send("POST", "/linkEboxMessage", &link).await.expect(201);
        assert_eq!(again["nbSuccessLinks"], 2);
        let first_too = json!({"messageId": id, "recipients": [citizen_box("Anna")]});
        let first_too = desk.send("POST", "/linkEboxMessage", &first_too).await.expect(201);
        assert_eq!(first_too["nbSuccessLinks"], 1, "who has it has it");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, after, "nobody gets it twice");

        // a letter and what it is a copy of are written together, or neither
        let emma = json!({"messageId": id, "recipients": [citizen_box("Emma")]});
        let alter = async |sql: &'static str| {
            let mut tx = world.db.write().await.unwrap();
            tx.execute(sql, ()).await.unwrap();
            tx.commit().await.unwrap();
        };
        alter("ALTER TABLE linked RENAME TO linked_away").await;
        let request =
            desk.machine.request("POST", &format!("{BASE}/linkEboxMessage")).bearer_auth(&desk.token);
        let failed = desk.machine.execute(request.json(&emma).build().unwrap()).await.unwrap();
        assert_eq!(failed.status(), 500);
        alter("ALTER TABLE linked_away RENAME TO linked").await;
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, after);
        // who was not reached may be reached tomorrow
        let clara = world.citizen("Clara");
        clara.logs_in().await;
        clara.switches("on").await;
        let late = json!({"messageId": id, "recipients": [citizen_box("Clara")]});
        let late = desk.send("POST", "/linkEboxMessage", &late).await.expect(201);
        assert_eq!((&late["nbSuccessLinks"], &late["errorCases"]), (&json!(1), &json!([])), "{late:#}");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, after + 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM linked").await, after);

        let of_bert = reader(&bank, &grants_all(&bert, &bank).await).await;
        let shown = of_bert.list("").await["items"][0].clone();
        assert_eq!(shown["subject"]["fr"], "Amaranth lemur circular");
        let content = shown["attachments"]["items"][0]["contentHref"].as_str().unwrap();
        assert_eq!(of_bert.machine.get(content, Some(&of_bert.token)).await.body, bytes);

        // each recipient's facts are their own
        let pair = |of: serde_json::Value| json!({"messageId": id, "eboxId": of});
        let asked = json!([pair(citizen_box("Anna")), pair(citizen_box("Bert")), pair(citizen_box("Emma"))]);
        let status = desk.send("POST", "/searchMessageStatus", &asked).await.expect(201);
        assert_eq!(status.as_array().unwrap().len(), 2, "what was not sent is left out: {status:#}");
        assert_eq!((&status[0]["readStatus"], &status[1]["readStatus"]), (&json!(false), &json!(true)));
        assert_eq!(status[1]["eboxId"], citizen_box("Bert"));
        let of_anna = reader(&bank, &grants_all(&anna, &bank).await).await;
        of_anna.get(&format!("/ebox/messages/{}/body", of_anna.newest().await)).await.expect(200);
        let status = desk.send("POST", "/searchMessageStatus", &asked).await.expect(201);
        assert_eq!(status[0]["readStatus"], true);

        let strange = json!([pair(citizen_box("Emma"))]);
        let none = desk.send("POST", "/searchMessageStatus", &strange).await;
        expect_refusal(&none, 404, "RESOURCE_NOT_FOUND");
        for wrong in [json!([]), json!([pair(wrong)]), json!({"messageId": id})] {
            let refused = desk.send("POST", "/searchMessageStatus", &wrong).await;
            expect_refusal(&refused, 400, "INVALID_INPUT");
        }
        let family = world.sender("family").await;
        let foreign = sender(&family).await.send("POST", "/linkEboxMessage", &link).await;
        expect_refusal(&foreign, 404, "RESOURCE_NOT_FOUND");
        let nobody = json!({"messageId": id, "recipients": []});
        expect_refusal(&desk.send("POST", "/linkEboxMessage", &nobody).await, 400, "INVALID_INPUT");

        // what its sender took back goes to nobody any more
        let withdraw = format!("/sender/v1/messages/{}/withdraw", id.as_str().unwrap());
        let reason = json!({"reason": {"nl": "Verkeerde bijlage"}});
        tax.machine
            .send(tax.machine.request("POST", &withdraw).bearer_auth(&tax.token).json(&reason))
            .await
            .expect(200);
        let late = json!({"messageId": id, "recipients": [citizen_box("Emma")]});
        expect_refusal(&desk.send("POST", "/linkEboxMessage", &late).await, 404, "RESOURCE_NOT_FOUND");
    })
    .await;
}
