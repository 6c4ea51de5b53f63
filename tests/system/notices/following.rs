//! What becomes of messages and of recipients, as a sender hears it while the hub works by itself.

use std::time::Duration;

use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;

use super::{Desk, reason, withdraw};

#[tokio::test]
async fn a_sender_hears_of_each_fact_once_and_of_none_who_read() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let mut desk = Desk::at_the_end(&tax).await;
        let mut letter = tax.letter(&anna.person.recipient(), "Naslag over zevenblad").body("Tekst");
        letter.metadata["replyAllowed"] = true.into();
        let message = tax.delivers(&letter).await;
        desk.expects(&["messageAvailable"]).await;

        let list = bank.messages(&grant).await.expect(200);
        let id = list["items"][0]["messageId"].as_str().unwrap();
        let path = format!("/mailbox/v1/mailboxes/{}/messages/{id}", grant.mailbox);
        for _ in 0..2 {
            bank.get(&grant, &path).await.expect(200);
        }
        desk.expects(&["messageRetrieved"]).await;
        bank.marks(&grant, id, &serde_json::json!({"read": true})).await.expect(200);

        anna.logs_in().await;
        let page = anna.opens("Your own mailbox").await;
        let opened = anna.open(&anna.link(&page, "/messages/")).await;
        let reply = opened.form("/reply").with("text", "Dank u.");
        anna.submit(&opened, &reply).await;
        let told = desk.hears(2).await;
        assert_eq!(super::words(&told), ["messageOpened", "messageReplied"]);
        for change in &told {
            assert_eq!(change["messageId"], message.as_str());
        }
        assert!(desk.waits(1).await.expect(200)["items"].as_array().unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_letter_on_paper_is_told_and_so_is_a_recipient_who_comes_to_be_reached() {
    World::on_both(async |world| {
        let (tax, bert) = (world.sender("tax").await, world.citizen("Bert"));
        bert.logs_in().await;
        bert.switches("off").await;
        let desk = Desk::at_the_end(&tax).await;
        let mut letter = tax.letter(&bert.person.recipient(), "Kroniek van de grutto").body("Tekst");
        letter.metadata["followRecipient"] = true.into();
        world.never_shown("Kroniek van de grutto");
        let answer = tax.publish(&letter).await.expect(201);
        assert_eq!(answer["delivered"], false);
        let recipient = answer["recipientId"].as_str().unwrap().to_owned();

        bert.switches("on").await;
        // the hub looks some time on the next day
        world.advance(Duration::from_secs(49 * 3_600));
        while world.hub().upkeep().look_at_followed(10).await.unwrap() > 0 {}
        let tax = world.sender("tax").await;
        let mut later = Desk { sender: &tax, token: String::new(), next: desk.next.clone() };
        later.token = tax.machine.client_credentials(&tax.client_id, "feed").await;
        let told = later.hears(2).await;
        assert_eq!(super::words(&told), ["messageNotDelivered", "recipientActive"]);
        assert_eq!(told[0]["messageId"], answer["messageId"]);
        assert_eq!(told[1]["recipientId"], recipient.as_str());
        let members: Vec<&str> = told[1].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["at", "changeId", "kind", "recipientId"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_nobody_opens_is_told_of_after_the_days_that_its_sender_named() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let desk = Desk::at_the_end(&tax).await;
        let mut ids = Vec::new();
        for subject in ["Lijst van de lisdodden", "Lijst van de egelskoppen"] {
            let mut letter = tax.letter(&anna.person.recipient(), subject).body("Tekst");
            letter.metadata["remindAfter"] = "P14D".into();
            ids.push(tax.delivers(&letter).await);
        }
        withdraw(&tax, &ids[0], &reason()).await.expect(200);
        world.advance(Duration::from_secs(14 * 86_400 + 60));
        while world.hub().upkeep().remind_senders().await.unwrap() > 0 {}

        let tax = world.sender("tax").await;
        let token = tax.machine.client_credentials(&tax.client_id, "feed").await;
        let mut later = Desk { sender: &tax, token, next: desk.next.clone() };
        let told = later.hears(4).await;
        assert_eq!(
            super::words(&told),
            ["messageAvailable", "messageAvailable", "messageWithdrawn", "messageUnopened"]
        );
        assert_eq!(told[3]["messageId"], ids[1].as_str(), "not the one that was withdrawn");
    })
    .await;
}
