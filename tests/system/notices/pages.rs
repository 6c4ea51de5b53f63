//! The portal's pages of what was withdrawn and corrected.

use system_tests::world::World;

use super::{reason, withdraw};

#[tokio::test]
async fn a_citizen_sees_who_withdrew_a_message_when_and_why_and_opens_nothing() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let id = tax.publishes(&anna.person.recipient(), "Boekje van de boompieper").await;
        withdraw(&tax, &id, &reason()).await.expect(200);

        anna.logs_in().await;
        let list = anna.opens("Your own mailbox").await;
        assert!(
            list.words().contains("Withdrawn") && list.words().contains("Tax assessment"),
            "{}",
            list.words()
        );
        assert!(!list.words().contains("boompieper"), "{}", list.words());
        let page = anna.open(&anna.link(&list, "/messages/")).await;
        let words = page.words();
        for said in [
            "Withdrawn by the sender",
            "Demo Tax Administration withdrew this message on",
            "This letter was meant for somebody else.",
            "The sender withdrew the message while nobody was known to have opened it",
        ] {
            assert!(words.contains(said), "{said}: {words}");
        }
        assert!(!words.contains("boompieper") && !page.html.contains("/attachments/"), "{words}");
        assert!(tax.status(&id).await.expect(200)["openedAt"].is_null());
        let put_away = anna.submit(&page, &page.form("/archive").with("to", "archive")).await;
        assert_eq!(put_away.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_was_open_before_the_withdrawal_leads_to_what_is_left() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        anna.logs_in().await;
        let id = tax.publishes(&anna.person.recipient(), "Boekje van de graspieper").await;
        let list = anna.opens("Your own mailbox").await;
        let message = anna.link(&list, "/messages/");
        withdraw(&tax, &id, &reason()).await.expect(200);
        let page = anna.open(&message).await;
        assert!(page.words().contains("Withdrawn by the sender"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn a_correction_and_what_it_corrects_lead_to_each_other() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let to = anna.person.recipient();
        let old = tax.publishes(&to, "Boekje van de waterpieper").await;
        let mut letter = tax.letter(&to, "Boekje van de oeverpieper").body("Tekst");
        letter.metadata["replaces"] = old.as_str().into();
        tax.delivers(&letter).await;

        anna.logs_in().await;
        let list = anna.opens("Your own mailbox").await;
        assert!(list.words().contains("Corrected"), "{}", list.words());
        let page = anna.open(&anna.link(&list, "/messages/")).await;
        assert!(page.words().contains("This message corrects an earlier message."), "{}", page.words());
        let earlier =
            page.html.split("<a href=\"").find(|part| part.contains("Go to the earlier message")).unwrap();
        let earlier = anna.open(earlier.split('"').next().unwrap()).await;
        assert!(earlier.words().contains("waterpieper"), "{}", earlier.words());
        assert!(earlier.words().contains("The sender corrected this message with a later message."));
    })
    .await;
}
