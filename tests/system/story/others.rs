//! Another citizen's mailbox, another provider's ids, another provider's consent.

use system_tests::world::World;
use system_tests::world::provider::{EVERYTHING, messages_path};

#[tokio::test]
async fn another_citizens_mailbox_is_not_found() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        tax.publishes(&bert.person.recipient(), "For Bert only").await;
        let of_anna = anna.grants(&bank, &EVERYTHING).await;
        let of_bert = bert.grants(&bank, &EVERYTHING).await;
        let list = bank.messages(&of_bert).await.expect(200);
        let message = list["items"][0]["messageId"].as_str().unwrap();

        // the same provider, the ids it knows, the other citizen's token
        let path = messages_path(&of_bert);
        bank.get(&of_anna, &path).await.expect_problem(404, "resourceNotFound");
        bank.get(&of_anna, &format!("{path}/{message}")).await.expect_problem(404, "resourceNotFound");
        bank.message(&of_anna, message).await.expect_problem(404, "resourceNotFound");
        bank.get(&of_anna, "/mailbox/v1/mailboxes/mbx_00000000000000000000000000/messages")
            .await
            .expect_problem(404, "resourceNotFound");
    })
    .await;
}

#[tokio::test]
async fn two_providers_know_one_mailbox_by_different_ids() {
    World::on_both(async |world| {
        let (tax, bank, post) =
            (world.sender("tax").await, world.provider("bank").await, world.provider("post").await);
        let anna = world.citizen("Anna");
        tax.publishes(&anna.person.recipient(), "Known twice").await;
        let at_bank = anna.grants(&bank, &EVERYTHING).await;
        let at_post = anna.grants(&post, &EVERYTHING).await;
        let (one, two) =
            (bank.messages(&at_bank).await.expect(200), post.messages(&at_post).await.expect(200));

        assert_ne!(at_bank.mailbox, at_post.mailbox);
        assert_ne!(one["items"][0]["messageId"], two["items"][0]["messageId"]);
        post.get(&at_post, &messages_path(&at_bank)).await.expect_problem(404, "resourceNotFound");

        // revoking one leaves the other
        anna.revokes().await;
        let left = [bank.messages(&at_bank).await.status, post.messages(&at_post).await.status];
        assert_eq!(left.iter().filter(|status| status.as_u16() == 200).count(), 1, "{left:?}");
    })
    .await;
}

#[tokio::test]
async fn a_new_consent_takes_the_place_of_the_old() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let old = anna.grants(&bank, &EVERYTHING).await;
        let new = anna.grants(&bank, &["list"]).await;
        bank.messages(&old).await.expect_problem(401, "invalidAccessToken");
        bank.messages(&new).await.expect(200);
        let (live,): (i64,) = world.row("SELECT COUNT(*) FROM consent").await;
        assert_eq!(live, 1);
        let (events,): (i64,) =
            world.row("SELECT COUNT(*) FROM consent_event WHERE screen IS NOT NULL").await;
        assert!(events >= 2, "what was shown is kept for each: {events}");
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_while_letters_arrive() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        for n in 0..7 {
            tax.delivers(&tax.letter(&anna.person.recipient(), &format!("Letter number {n}")).body("Text"))
                .await;
        }
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let mut path = format!("{}?pageSize=3", messages_path(&grant));
        let mut seen = Vec::new();
        loop {
            let page = bank.get(&grant, &path).await.expect(200);
            let subjects =
                page["items"].as_array().unwrap().iter().map(|item| item["subject"]["en"].to_string());
            seen.extend(subjects);
            tax.delivers(&tax.letter(&anna.person.recipient(), "Meanwhile arrived").body("Text")).await;
            match page["next"].as_str() {
                Some(next) => path = next.to_owned(),
                None => break,
            }
        }
        let wanted: Vec<String> = (0..7).rev().map(|n| format!("\"Letter number {n}\"")).collect();
        assert_eq!(seen, wanted, "newest first, on {}", world.database());

        bank.get(&grant, &format!("{}?pageSize=0", messages_path(&grant)))
            .await
            .expect_issue("outOfRange", "pageSize");
        bank.get(&grant, &format!("{}?colour=asc", messages_path(&grant)))
            .await
            .expect_issue("unknownInput", "colour");
    })
    .await;
}
