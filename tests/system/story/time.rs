//! What ends by the clock: access tokens, consents, letters, sessions.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;

#[tokio::test]
async fn a_consent_ends_by_the_clock_and_its_tokens_with_it() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;

        world.advance(Duration::from_secs(601));
        bank.messages(&grant).await.expect_problem(401, "expiredAccessToken");
        let fresh = bank.refreshes(&grant).await;
        bank.messages(&fresh).await.expect(200);

        // three months and a day, while an access token that was fetched just before would still be good
        world.advance(DAY * 93);
        let refused = bank.program.fails("refresh", json!({"token": grant.refresh})).await;
        assert_eq!(refused.oauth(), Some("invalid_grant"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn no_token_outlives_its_consent() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let until = grant.details["until"].as_str().unwrap();
        let until = hub_core::clock::Timestamp::parse(until).unwrap();
        world.advance(until.since(world.now()) - Duration::from_secs(30));
        let last = bank.refreshes(&grant).await;
        bank.messages(&last).await.expect(200);

        world.advance(Duration::from_secs(31));
        let answer = bank.messages(&last).await;
        assert_eq!(answer.status, 401, "{}", answer.text());
    })
    .await;
}

#[tokio::test]
async fn an_expired_letter_is_gone_at_that_moment() {
    World::on_both(async |world| {
        let (family, bank, anna) =
            (world.sender("family").await, world.provider("bank").await, world.citizen("Anna"));
        family.publishes(&anna.person.recipient(), "Gone in a month").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let list = bank.messages(&grant).await.expect(200);
        let id = list["items"][0]["messageId"].as_str().unwrap();

        world.advance(DAY * 32);
        let grant = bank.refreshes(&grant).await;

        assert_eq!(bank.messages(&grant).await.expect(200)["items"], json!([]));
        bank.message(&grant, id).await.expect_problem(404, "resourceNotFound");
        while world.hub().upkeep().expire().await.unwrap() > 0 {}
        assert_eq!(bank.mailboxes(&grant).await.expect(200)["items"][0]["total"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_a_quarter_of_an_hour_without_use() {
    World::on_both(async |world| {
        let anna = world.citizen("Anna");
        anna.logs_in().await;
        world.advance(Duration::from_secs(14 * 60));
        assert!(anna.open("/consents").await.url.ends_with("/consents"));
        world.advance(Duration::from_secs(16 * 60));
        let page = anna.open("/consents").await;
        assert!(page.html.contains("/login"), "{}: {}", page.url, page.text_of("main"));
        assert!(page.forms().iter().all(|form| form.action != "/logout"));
    })
    .await;
}

const DAY: Duration = Duration::from_secs(86_400);
