//! What providers got: each disclosure once, with its consent, for the citizen and nobody else.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::{EVERYTHING, messages_path};

use super::{found, kinds, own_mailbox};

#[tokio::test]
async fn every_disclosure_to_a_provider_appears_once_with_its_consent() {
    World::on_both(async |world| {
        let (tax, bank, post) =
            (world.sender("tax").await, world.provider("bank").await, world.provider("post").await);
        let anna = world.citizen("Anna");
        tax.publishes(&anna.person.recipient(), "Assessment that was looked at").await;
        let (at_bank, at_post) = (anna.grants(&bank, &EVERYTHING).await, anna.grants(&post, &["list"]).await);
        let mailbox = own_mailbox(&anna).await;

        bank.mailboxes(&at_bank).await.expect(200);
        let list = bank.messages(&at_bank).await.expect(200);
        let message = list["items"][0]["messageId"].as_str().unwrap().to_owned();
        let content = bank.message(&at_bank, &message).await.expect(200);
        let href = content["attachments"][0]["contentHref"].as_str().unwrap().to_owned();
        bank.get(&at_bank, &href).await.expect(200);
        bank.marks(&at_bank, &message, &json!({"read": true})).await.expect(200);
        post.messages(&at_post).await.expect(200);
        // what is refused discloses nothing
        post.get(&at_post, &messages_path(&at_bank)).await.expect(404);
        post.message(&at_post, &message).await.expect(403);

        let all = found(world, &anna, &format!("{mailbox}/findUsage")).await;
        let (of_bank, of_post): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|usage| usage["receiver"] == "Demo Bank (Demo Bank NV)");
        assert_eq!(kinds(&of_bank), ["checked", "list", "message", "attachment", "list"], "{of_bank:#?}");
        assert_eq!(kinds(&of_post), ["list"], "{of_post:#?}");
        assert_eq!(of_post[0]["receiver"], "Demo Post (Demo Post BV)");
        let opened = &of_bank[2];
        assert_eq!(opened["subject"], "Assessment that was looked at");
        assert_eq!(
            (&of_bank[1]["fileName"], &opened["action"]),
            (&json!("brief.pdf"), &json!("Message opened"))
        );

        // each consent leads to what was done through it
        let consents = anna.open("/consents").await;
        for (brand, usages) in [("bank", &of_bank), ("post", &of_post)] {
            let reference = usages[0]["consentReference"].as_str().unwrap();
            assert!(usages.iter().all(|usage| usage["consentReference"] == reference), "{brand}");
            let link = consents.link(&format!("consent={reference}")).unwrap();
            let page = anna.open(&link).await;
            assert!(page.text_of("main").contains("You see only what"), "{}", page.html);
            let same = found(world, &anna, &link.replace("/usage?", "/findUsage?")).await;
            assert_eq!(&same, usages);
        }
    })
    .await;
}

#[tokio::test]
async fn questions_about_several_mailboxes_are_counted_each_at_its_own() {
    World::on_both(async |world| {
        let (bank, anna, bert) =
            (world.provider("bank").await, world.citizen("Anna"), world.citizen("Bert"));
        let (one, other) = (anna.grants(&bank, &EVERYTHING).await, bert.grants(&bank, &EVERYTHING).await);
        for _ in 0..5 {
            bank.messages(&one).await.expect(200);
            bank.messages(&other).await.expect(200);
            bank.messages(&one).await.expect(200);
        }
        world.loads_journal().await;

        let counted: (i64, i64) = world
            .row(
                "SELECT COUNT(CASE WHEN asked.times = 10 THEN 1 END), COUNT(CASE WHEN asked.times = 5 THEN 1 END)
                 FROM (SELECT SUM(times) AS times FROM poll GROUP BY mailbox_id) asked",
            )
            .await;
        assert_eq!(counted, (1, 1));
        assert_eq!(world.count("SELECT COUNT(*) FROM reading").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_page_groups_by_reader_with_counts_and_keeps_own_reading_apart() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Assessment on the page").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let mailbox = own_mailbox(&anna).await;
        let list = bank.messages(&grant).await.expect(200);
        for _ in 0..3 {
            bank.messages(&grant).await.expect(200);
            bank.message(&grant, list["items"][0]["messageId"].as_str().unwrap()).await.expect(200);
        }
        let letters = anna.open(&mailbox).await;
        let letter = anna.link(&letters, "/messages/");
        anna.open(&letter).await;
        world.loads_journal().await;

        let page = anna.open(&anna.link(&letters, "/usage")).await;
        for said in [
            "Who looked into your mailbox",
            "<h3>Demo Bank</h3>",
            "Demo Bank is an app of Demo Bank NV.",
            "List of messages seen: 4 times",
            "Messages or attachments opened: 3 times",
            "Assessment on the page",
        ] {
            assert!(page.html.contains(said), "{said}: {}", page.html);
        }
        assert!(!page.html.contains("<h3>You</h3>"));
        let with_own = anna.open(&anna.link(&page, "own=shown")).await;
        assert!(with_own.html.contains("<h3>You</h3>"), "{}", with_own.html);
    })
    .await;
}

#[tokio::test]
async fn another_citizen_never_sees_it() {
    World::on_both(async |world| {
        let (bank, anna, bert) = (world.provider("bank").await, world.citizen("Anna"), world.citizen("Bert"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        bank.mailboxes(&grant).await.expect(200);
        bank.messages(&grant).await.expect(200);
        let of_anna = own_mailbox(&anna).await;
        let usages = found(world, &anna, &format!("{of_anna}/findUsage")).await;
        assert_eq!(kinds(&usages).len(), 2);
        let consent = usages[0]["consentReference"].as_str().unwrap();

        let of_bert = own_mailbox(&bert).await;
        for path in ["usage", "findUsage"] {
            assert_eq!(bert.open(&format!("{of_anna}/{path}")).await.status, 404);
            // whoever is not logged in is asked to
            let stranger = world.citizen("Bert").open(&format!("{of_anna}/{path}")).await;
            assert!(stranger.url.contains("/login"), "{}", stranger.url);
        }
        assert!(found(world, &bert, &format!("{of_bert}/findUsage")).await.is_empty());
        assert!(
            found(world, &bert, &format!("{of_bert}/findUsage?consent={consent}")).await.is_empty(),
            "another person's id of a consent is the id of nothing"
        );
        assert_eq!(bert.open(&format!("{of_bert}/usage?consent={consent}")).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn the_file_takes_a_span_of_time_and_refuses_what_is_none() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let mailbox = own_mailbox(&anna).await;
        bank.mailboxes(&grant).await.expect(200);
        let first = world.now().rfc3339();
        world.advance(Duration::from_secs(120));
        bank.mailboxes(&grant).await.expect(200);

        let file = format!("{mailbox}/findUsage");
        assert_eq!(found(world, &anna, &file).await.len(), 2);
        let minute_later = world.now().minus(Duration::from_secs(60)).rfc3339();
        assert_eq!(found(world, &anna, &format!("{file}?from={minute_later}")).await.len(), 1);
        assert_eq!(found(world, &anna, &format!("{file}?from={first}&until={minute_later}")).await.len(), 1);
        assert_eq!(found(world, &anna, &format!("{file}?from=2020-01-01&until=2020-12-31")).await.len(), 0);
        for wrong in ["from=yesterday", "until=2026-13-01", "after=x"] {
            let answer = anna.open(&format!("{file}?{wrong}")).await;
            assert_eq!(answer.status, 400, "{wrong}");
            let problem: serde_json::Value = serde_json::from_str(&answer.html).unwrap();
            assert_eq!(problem["issues"][0]["in"], "query", "{problem:#}");
        }
    })
    .await;
}
