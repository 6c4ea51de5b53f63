//! Who may follow a feed, with which cursor, and what is said to everybody else.

use sqlx::Connection as _;
use system_tests::database::TestDatabase;
use system_tests::process::HubProcess;
use system_tests::world::World;

use super::{FEED, Follower, consents, kinds};

#[tokio::test]
async fn a_token_of_a_consent_opens_no_feed() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let anna = world.citizen("Anna");
        let grant = consents(&anna, &bank).await;

        let refused = bank.get(&grant, FEED).await.expect_problem(403, "missingScope");
        assert_eq!(refused["requiredScopes"][0], "feed");
        assert!(refused["detail"].as_str().unwrap().contains("the application itself"), "{refused:#}");
        let other_scope = bank.machine.client_credentials(&bank.client_id, "synchronise").await;
        bank.machine.get(FEED, Some(&other_scope)).await.expect_problem(403, "missingScope");
        bank.machine.get(FEED, None).await.expect_problem(401, "noAccessToken");
    })
    .await;
}

#[tokio::test]
async fn what_a_question_says_wrong_is_named() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let follower = Follower::at_the_end(&bank).await;
        let place = |query: &str| format!("{FEED}?{query}");
        for (query, kind, name) in [
            ("pageSize=0", "outOfRange", "pageSize"),
            ("pageSize=501", "outOfRange", "pageSize"),
            ("pageSize=many", "schemaViolation", "pageSize"),
            ("wait=31", "outOfRange", "wait"),
            ("wait=-1", "schemaViolation", "wait"),
            ("after=Zm9s-bG93", "invalidInput", "after"),
            ("before=Zm9s", "unknownInput", "before"),
        ] {
            follower.ask(&place(query)).await.expect_issue(kind, name);
        }
        let another = Follower::at_the_end(&post).await;
        another.ask(&follower.next).await.expect_issue("invalidInput", "after");
    })
    .await;
}

#[tokio::test]
async fn a_change_carries_ids_and_nothing_else_and_is_in_the_citizens_log() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let anna = world.citizen("Anna");
        let grant = consents(&anna, &bank).await;
        let mut follower = Follower::at_the_end(&bank).await;

        tax.publishes(&anna.person.recipient(), "Vogelkersbloesem 2026").await;

        let page = follower.waits(20).await.expect(200);
        let change = &page["items"][0];
        let members: Vec<&str> = change.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["at", "changeId", "consentId", "kind", "mailboxId", "messageId"]);
        assert_eq!(
            (&change["kind"], &change["mailboxId"]),
            (&"messageAvailable".into(), &grant.mailbox.as_str().into())
        );
        assert_eq!(change["consentId"], grant.details["consentId"]);
        let list = bank.messages(&grant).await.expect(200);
        assert_eq!(change["messageId"], list["items"][0]["messageId"]);

        world.loads_journal().await;
        follower.page().await;
        let told = world.count("SELECT COUNT(*) FROM reading WHERE what = 'changes'").await;
        assert!(told >= 1, "the citizen's log says nothing");
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_another_life_of_the_data_is_outdated_and_the_way_back_is_named() {
    let hub = HubProcess::start(TestDatabase::postgresql().await).await;
    let bank = hub.stage.provider("bank").await;
    let follower = Follower::at_the_end(&bank).await;
    assert!(hub.terminate().await, "{}", hub.said());

    let mut connection = sqlx::PgConnection::connect(&hub.database.url).await.unwrap();
    sqlx::query("UPDATE hub SET incarnation = gen_random_uuid()").execute(&mut connection).await.unwrap();
    hub.start_again().await;

    let outdated = follower.ask(&follower.next).await.expect_problem(410, "resyncRequired");
    let said = outdated["detail"].as_str().unwrap();
    assert!(said.contains("after=latest") && said.contains("list the mailboxes"), "{said}");
    let begun = follower.ask(&format!("{FEED}?after=latest")).await.expect(200);
    follower.ask(begun["next"].as_str().unwrap()).await.expect(200);
    assert!(hub.terminate().await);
}

#[tokio::test]
async fn an_own_token_reads_over_the_api_what_the_feed_tells_of() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        let annas = consents(&anna, &bank).await;
        let berts = bert.grants(&bank, &["list", "readContent"]).await;
        let mut follower = Follower::at_the_end(&bank).await;
        for person in [&anna, &bert] {
            tax.publishes(&person.person.recipient(), "Meikeverregister 2026").await;
        }

        let mut told = Vec::new();
        while told.len() < 2 {
            let page = follower.waits(20).await.expect(200);
            follower.next = page["next"].as_str().unwrap().replace("wait=20&", "");
            told.extend(page["items"].as_array().unwrap().clone());
        }
        for change in &told {
            let (mailbox, message) =
                (change["mailboxId"].as_str().unwrap(), change["messageId"].as_str().unwrap());
            let answer = follower.ask(&format!("/mailbox/v1/mailboxes/{mailbox}/messages/{message}")).await;
            if mailbox == annas.mailbox {
                let letter = answer.expect(200);
                let content = letter["attachments"][0]["contentHref"].as_str().unwrap();
                assert_eq!(follower.ask(content).await.status, 200);
            } else {
                assert_eq!(mailbox, berts.mailbox);
                answer.expect_problem(404, "resourceNotFound");
            }
        }
        let open = follower.ask("/mailbox/v1/mailboxes?pageSize=1").await.expect(200);
        assert_eq!(
            (open["items"][0]["mailboxId"].as_str(), open.get("next")),
            (Some(annas.mailbox.as_str()), None)
        );

        anna.revokes().await;
        let gone = follower.ask(&format!("/mailbox/v1/mailboxes/{}/messages", annas.mailbox)).await;
        gone.expect_problem(404, "resourceNotFound");
        assert_eq!(follower.hears().await, ["consentEnded"]);
        assert!(kinds(&follower.page().await).is_empty());
    })
    .await;
}
