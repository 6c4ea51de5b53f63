//! How applications behave: one that does not wait, reads on and lets its certificate run out, and one that does none of it.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::authority::Wish;
use system_tests::database::databases;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::setting::authorities;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// What operators see of an application, once the node has written down what it counted.
async fn record(world: &World, client_id: &str) -> Value {
    world.hub().upkeep().keep_conduct().await.unwrap();
    world.operator("tom").get(&format!("/v1/applications/{client_id}/record")).await.expect(200)
}

fn times(record: &Value, kind: &str) -> i64 {
    let days = record["days"].as_array().unwrap().iter();
    days.map(|day| day["times"][kind].as_i64().unwrap_or_default()).sum()
}

#[tokio::test]
async fn reading_on_after_the_end_is_counted_and_learning_of_the_end_is_not() {
    World::on_both(async |world| {
        let (bank, post, anna) =
            (world.provider("bank").await, world.provider("post").await, world.citizen("Anna"));
        let (read_on, stopped) =
            (anna.grants(&bank, &EVERYTHING).await, anna.grants(&post, &EVERYTHING).await);
        anna.revokes().await;
        anna.revokes().await;
        world.advance(MINUTE * 3);
        // both learn it now
        bank.messages(&read_on).await.expect_problem(401, "invalidAccessToken");
        post.messages(&stopped).await.expect_problem(401, "invalidAccessToken");
        bank.messages(&read_on).await.expect_problem(401, "invalidAccessToken");
        world.advance(MINUTE * 2);
        for _ in 0..3 {
            bank.messages(&read_on).await.expect_problem(401, "invalidAccessToken");
        }

        let told = record(world, "bank-app").await;
        assert_eq!((times(&told, "readAfterEnd"), &told["score"]), (3, &json!(90)), "{told:#}");
        assert!(told["rule"].as_str().unwrap().contains("ended consent"));
        let behaved = record(world, "post-app").await;
        assert_eq!((&behaved["score"], &behaved["days"]), (&json!(100), &json!([])));
        world.advance(DAY * 31);
        assert_eq!(record(world, "bank-app").await["score"], 100);
        world.advance(DAY * 60);
        world.hub().upkeep().forget().await.unwrap();
        assert_eq!(record(world, "bank-app").await["days"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn who_does_not_wait_is_counted_and_who_waits_is_not() {
    for database in databases().await {
        let slow = |setting: &system_tests::world::setting::Setting| {
            setting.configure("per_second", "1");
            setting.configure("burst", "20");
        };
        World::on_changed(database, slow, async |world| {
            let [bank, post] = ["bank-app", "post-app"].map(|client| {
                world.machine(Some(&authorities().providers.client(&format!("urn:test:{client}"))))
            });
            for machine in [&bank, &post] {
                until_limited(machine).await;
            }
            // what was under way is not held against anybody
            bank.get("/mailbox/v1/limits", None).await;
            world.advance(Duration::from_millis(300));
            for _ in 0..12 {
                bank.get("/mailbox/v1/limits", None).await;
            }
            world.advance(MINUTE * 60);
            post.get("/mailbox/v1/limits", None).await;

            let told = record(world, "bank-app").await;
            assert_eq!((times(&told, "ignoredRetryAfter"), &told["score"]), (12, &json!(97)), "{told:#}");
            assert_eq!(record(world, "post-app").await["days"], json!([]));
        })
        .await;
    }
}

async fn until_limited(machine: &system_tests::world::machine::Machine<'_>) {
    for _ in 0..100 {
        if machine.get("/mailbox/v1/limits", None).await.status.as_u16() == 429 {
            return;
        }
    }
    panic!("no limit was reached");
}

#[tokio::test]
async fn a_certificate_near_its_end_is_counted_by_connection() {
    World::on_both(async |world| {
        let until = world.now().plus(DAY * 10);
        let stale = authorities().providers.issue(&Wish { until, ..Wish::client("urn:test:bank-app") });
        let fresh = authorities().providers.client("urn:test:post-app");
        for credential in [&stale, &fresh] {
            let machine = world.machine(Some(credential));
            for _ in 0..3 {
                machine.get("/mailbox/v1/limits", None).await.expect_problem(401, "noAccessToken");
            }
        }
        let told = record(world, "bank-app").await;
        assert_eq!(told["score"], 98, "{told:#}");
        assert!((1..=3).contains(&times(&told, "staleCertificate")), "{told:#}");
        assert_eq!(record(world, "post-app").await["score"], 100);
    })
    .await;
}
