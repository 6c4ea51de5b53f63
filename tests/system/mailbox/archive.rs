//! The archive and openings, here and elsewhere.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

use super::{first, grants_all};

#[tokio::test]
async fn the_archive_is_a_choice_of_its_own_and_the_same_in_the_portal() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let anna = world.citizen("Anna");
        tax.publishes(&Person::named("Anna").recipient(), "Russet badger letter").await;
        let grant = grants_all(&anna, &bank).await;
        let without = anna.grants(&post, &["list", "readContent", "markRead", "archive"]).await;
        let message = first(&bank, &grant).await;
        let id = message.rsplit('/').next().unwrap();

        let theirs = first(&post, &without).await;
        let refused =
            post.marks(&without, theirs.rsplit('/').next().unwrap(), &json!({"archived": true})).await;
        refused.expect_problem(403, "missingPermission");
        let marked = bank.marks(&grant, id, &json!({"archived": true})).await.expect(200);
        assert_eq!((&marked["archived"], &marked["read"]), (&json!(true), &json!(false)));
        assert_eq!(bank.marks(&grant, id, &json!({})).await.expect(200)["archived"], true);
        bank.marks(&grant, id, &json!({"archived": null})).await.expect_issue("schemaViolation", "archived");

        anna.logs_in().await;
        let overview = anna.open("/").await;
        let mailbox = overview.form("/mailboxes/").action;
        assert!(!anna.open(&mailbox).await.html.contains("Russet badger letter"));
        let archive = anna.open(&format!("{mailbox}/archive")).await;
        let page = anna.open(&anna.link(&archive, "/messages/msg_")).await;
        let form = page.form("/archive").with("to", "mailbox");
        let back = anna.submit(&page, &form).await;
        assert!(!back.html.contains("Russet badger letter"), "it left the archive");
        assert!(anna.open(&mailbox).await.html.contains("Russet badger letter"));
        assert_eq!(bank.get(&grant, &message).await.expect(200)["archived"], false);
    })
    .await;
}

#[tokio::test]
async fn an_opening_that_a_provider_reports_is_kept_as_its_report() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let to = Person::named("Anna").recipient();
        let (first_sent, second_sent) =
            (tax.publishes(&to, "Maroon ibis one").await, tax.publishes(&to, "Maroon ibis two").await);
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let list = bank.messages(&grant).await.expect(200);
        let path = |n: usize| {
            let id = list["items"][n]["messageId"].as_str().unwrap();
            format!("{}/{id}/opened", system_tests::world::provider::messages_path(&grant))
        };
        let report = async |path: &str| {
            bank.machine.send(bank.machine.request("POST", path).bearer_auth(&grant.access)).await
        };

        for _ in 0..2 {
            assert_eq!(report(&path(1)).await.status, 204);
        }
        let status = tax.status(&first_sent).await.expect(200);
        assert!(status["openedAt"].is_string() && status["retrievedAt"].is_null(), "{status:#}");
        assert_eq!(status["openedThrough"], "provider");
        let evidence =
            tax.machine.get(&format!("/sender/v1/messages/{first_sent}/evidence"), Some(&tax.token)).await;
        let evidence = evidence.expect(200);
        let opened: Vec<_> = evidence["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["facts"][0]["kind"] == "opened")
            .collect();
        assert_eq!(opened.len(), 1, "once: {evidence:#}");
        assert_eq!(
            bank.messages(&grant).await.expect(200)["items"][1]["read"],
            false,
            "the flag is another thing"
        );
        let (by,): (Option<hub_core::id::ApplicationId>,) =
            world.row("SELECT opened_by FROM mark WHERE opened_at IS NOT NULL").await;
        assert!(by.is_some(), "the report names its provider");

        // what a person opened in the portal stays that
        anna.logs_in().await;
        let overview = anna.open("/").await;
        let mailbox = anna.open(&overview.form("/mailboxes/").action).await;
        anna.open(&anna.link(&mailbox, "/messages/msg_")).await;
        assert_eq!(report(&path(0)).await.status, 204);
        assert_eq!(tax.status(&second_sent).await.expect(200)["openedThrough"], "portal");
    })
    .await;
}
