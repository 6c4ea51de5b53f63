//! Withdrawing over the API, and what providers meet afterwards.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::letter::Letter;
use system_tests::world::provider::{EVERYTHING, Grant, Provider, messages_path};
use system_tests::world::sender::Sender;

use super::{reason, withdraw};

async fn tagged(bank: &Provider<'_>, grant: &Grant, path: &str, tag: &str) -> Answer {
    let request = bank.machine.request("GET", path).bearer_auth(&grant.access);
    bank.machine.send(request.header("if-none-match", tag)).await
}

fn with_data(tax: &Sender<'_>, to: &Value, subject: &str) -> Letter {
    let mut letter = tax.letter(to, subject).body("Zie bijlage.").pdf("brief.pdf", 60_000);
    letter.metadata["businessData"] = json!([{"key": "CROP", "values": ["pastinaak"]}]);
    letter
}

#[tokio::test]
async fn what_is_withdrawn_is_gone_for_providers_with_whatever_tags_they_hold() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let id = tax.delivers(&with_data(&tax, &anna.person.recipient(), "Rooster der rietgorzen")).await;
        let list = bank.messages(&grant).await;
        let (list_tag, items) = (list.header("etag").to_owned(), list.expect(200));
        assert_eq!((items["total"].as_i64(), items["items"][0].get("withdrawn")), (Some(1), None));
        let path = format!("{}/{}", messages_path(&grant), items["items"][0]["messageId"].as_str().unwrap());
        let message = bank.get(&grant, &path).await;
        let (tag, content) = (message.header("etag").to_owned(), message.expect(200));
        let content = content["attachments"][0]["contentHref"].as_str().unwrap().to_owned();
        let content_tag = bank.get(&grant, &content).await.header("etag").to_owned();
        assert_eq!(tagged(&bank, &grant, &content, &content_tag).await.status, 304);

        let withdrawn = withdraw(&tax, &id, &reason()).await.expect(200);

        assert_eq!(
            tagged(&bank, &grant, &content, &content_tag).await.status,
            404,
            "the tag is good no more"
        );
        assert_eq!(tagged(&bank, &grant, &messages_path(&grant), &list_tag).await.status, 200);
        let stub = tagged(&bank, &grant, &path, &tag).await.expect(200);
        assert_eq!(stub["withdrawn"], json!({"at": withdrawn["withdrawnAt"], "reason": reason()}));
        assert_eq!(stub["subject"]["en"], "Tax assessment", "the name of its type");
        for member in ["body", "payment"] {
            assert!(stub[member].is_null(), "{stub:#}");
        }
        assert_eq!(
            (&stub["attachments"], &stub["businessData"], &stub["replyAllowed"], &stub["hasAttachments"]),
            (&json!([]), &json!([]), &json!(false), &json!(false))
        );
        for word in ["pastinaak", "rietgorzen"] {
            let found = bank.get(&grant, &format!("{}?q={word}&qlang=nl", messages_path(&grant))).await;
            assert_eq!(found.expect(200)["items"], json!([]), "{word}");
        }
        let open = bank.get(&grant, "/mailbox/v1/mailboxes").await.expect(200);
        assert_eq!((&open["items"][0]["total"], &open["items"][0]["unread"]), (&json!(1), &json!(0)));
        let late = bank.machine.request("POST", &format!("{path}/opened")).bearer_auth(&grant.access);
        bank.machine.send(late).await.expect_problem(409, "messageWithdrawn");

        let status = tax.status(&id).await.expect(200);
        assert_eq!(status["withdrawnAt"], withdrawn["withdrawnAt"]);
        assert!(status["openedAt"].is_null() && status["retrievedAt"].is_string(), "{status:#}");
        let path = format!("/sender/v1/messages/{id}/evidence");
        let proven = tax.machine.get(&path, Some(&tax.token)).await.expect(200);
        let last = proven["items"].as_array().unwrap().last().unwrap();
        assert_eq!(last["facts"][0]["kind"], "withdrawn", "{proven:#}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_withdrawn_is_said_why() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let to = anna.person.recipient();
        let reported = tax.publishes(&to, "Staat van de kleine karekiet").await;
        let list = bank.messages(&grant).await.expect(200);
        let message = list["items"][0]["messageId"].as_str().unwrap();
        let path = format!("{}/{message}/opened", messages_path(&grant));
        let request = bank.machine.request("POST", &path).bearer_auth(&grant.access);
        assert_eq!(bank.machine.send(request).await.status, 204);
        let said = withdraw(&tax, &reported, &reason()).await.expect_problem(409, "messageOpened");
        assert!(said["detail"].as_str().unwrap().contains("replaces"), "{said:#}");

        let mut registered = tax.letter(&to, "Staat van de rietzanger").body("Tekst");
        registered.metadata["registeredMail"] = true.into();
        let registered = tax.delivers(&registered).await;
        withdraw(&tax, &registered, &reason()).await.expect_problem(409, "registeredMail");

        let plain = tax.publishes(&to, "Staat van de sprinkhaanzanger").await;
        withdraw(&family, &plain, &reason()).await.expect_problem(404, "resourceNotFound");
        let nobodys = format!("msg_{}", "0".repeat(26));
        withdraw(&tax, &nobodys, &reason()).await.expect_problem(404, "resourceNotFound");
        for (reason, kind, name) in [
            (json!({}), "requiredInput", "reason"),
            (json!({"nl": ""}), "outOfRange", "reason.nl"),
            (json!({"nl": "a\u{7}b"}), "invalidInput", "reason.nl"),
            (json!({"nl": "x".repeat(401)}), "outOfRange", "reason.nl"),
            (json!({"it": "x"}), "unknownInput", "reason.it"),
        ] {
            withdraw(&tax, &plain, &reason).await.expect_issue(kind, name);
        }
        let (none, path) = (serde_json::json!({}), format!("/sender/v1/messages/{plain}/withdraw"));
        let request = tax.machine.request("POST", &path).bearer_auth(&tax.token).json(&none);
        tax.machine.send(request).await.expect_issue("requiredInput", "reason");
        let follower = tax.machine.client_credentials(&tax.client_id, "status feed").await;
        let request =
            tax.machine.request("POST", &path).bearer_auth(&follower).json(&json!({"reason": reason()}));
        tax.machine.send(request).await.expect_problem(403, "missingScope");

        let first = withdraw(&tax, &plain, &reason()).await.expect(200);
        let again = withdraw(&tax, &plain, &json!({"fr": "Encore"})).await.expect(200);
        assert_eq!(first, again, "withdrawing again changes nothing");
    })
    .await;
}

#[tokio::test]
async fn what_was_not_delivered_or_has_expired_cannot_be_withdrawn() {
    World::on_both(async |world| {
        let (tax, bert) = (world.sender("tax").await, world.citizen("Bert"));
        bert.logs_in().await;
        bert.switches("off").await;
        world.never_shown("Tafel der tapuiten");
        let letter = tax.letter(&bert.person.recipient(), "Tafel der tapuiten").body("Tekst");
        let answer = tax.publish(&letter).await.expect(201);
        assert_eq!(answer["delivered"], false);
        let id = answer["messageId"].as_str().unwrap();
        withdraw(&tax, id, &reason()).await.expect_problem(409, "alreadyOver");

        let anna = world.citizen("Anna");
        let expired = tax.publishes(&anna.person.recipient(), "Tafel der paapjes").await;
        world.advance(std::time::Duration::from_secs(200 * 86_400));
        let tax = world.sender("tax").await;
        withdraw(&tax, &expired, &reason()).await.expect_problem(409, "alreadyOver");
        while world.hub().upkeep().expire().await.unwrap() > 0 {}
        withdraw(&tax, &expired, &reason()).await.expect_problem(409, "alreadyOver");
    })
    .await;
}
