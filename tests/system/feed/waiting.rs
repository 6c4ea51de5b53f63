//! Polls that wait: woken by what happens, judged again before they are answered.

use std::time::{Duration, Instant};

use system_tests::authority::Wish;
use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::setting::authorities;

use super::{Follower, consents, kinds};

/// Asks and does something else when the question is likely to be waiting; whatever comes first, the answer is the same.
pub(crate) async fn while_waiting<T>(
    question: impl Future<Output = T>,
    act: impl Future<Output = ()>,
) -> (T, Duration) {
    let begun = Instant::now();
    let (answer, ()) = tokio::join!(question, async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        act.await;
    });
    (answer, begun.elapsed())
}

#[tokio::test]
async fn a_poll_that_waits_is_answered_when_something_happens_and_when_nothing_does() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let anna = world.citizen("Anna");
        let _grant = consents(&anna, &bank).await;
        let mut follower = Follower::at_the_end(&bank).await;

        let nothing = follower.waits(1).await.expect(200);
        assert!(kinds(&nothing).is_empty() && nothing["retryAfter"] == 1, "{nothing:#}");
        nothing["next"].as_str().unwrap().replace("wait=1&", "").clone_into(&mut follower.next);

        let (answer, took) = while_waiting(follower.waits(30), async {
            tax.publishes(&anna.person.recipient(), "Belasting op duinroosjes").await;
        })
        .await;
        assert_eq!(kinds(&answer.expect(200)), ["messageAvailable"]);
        assert!(took < Duration::from_secs(10), "{took:?}");
        figure(&format!(
            "a poll that waits is answered {} ms after the beginning, {}",
            took.as_millis(),
            world.database()
        ));
    })
    .await;
}

#[tokio::test]
async fn a_poll_that_waits_tells_the_end_of_a_consent_and_nothing_of_it() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let anna = world.citizen("Anna");
        let grant = consents(&anna, &bank).await;
        let follower = Follower::at_the_end(&bank).await;

        let (answer, _) = while_waiting(follower.waits(30), async {
            anna.revokes().await;
            tax.publishes(&anna.person.recipient(), "Vergunning voor zwaluwstaarten").await;
        })
        .await;

        let page = answer.expect(200);
        assert_eq!(kinds(&page), ["consentEnded"]);
        assert_eq!(page["items"][0]["consentId"], grant.details["consentId"]);
        let after = follower.ask(page["next"].as_str().unwrap().replace("wait=30", "wait=1").as_str()).await;
        assert!(kinds(&after.expect(200)).is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_poll_that_waits_is_refused_when_the_provider_is_suspended() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let anna = world.citizen("Anna");
        let _grant = consents(&anna, &bank).await;
        let follower = Follower::at_the_end(&bank).await;
        let sofie = world.operator("sofie");

        let (answer, _) = while_waiting(follower.waits(30), async {
            sofie.moves("demo-bank", "suspended").await.expect(200);
            tax.publishes(&anna.person.recipient(), "Kwijting der kievitsbloemen").await;
        })
        .await;
        answer.expect_problem(401, "invalidAccessToken");

        // nothing comes, and the answer to nothing is judged too
        let quiet = world.provider("post").await;
        let follower = Follower::at_the_end(&quiet).await;
        let (answer, _) = while_waiting(follower.waits(1), async {
            sofie.moves("demo-post", "suspended").await.expect(200);
        })
        .await;
        answer.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn a_poll_that_waits_is_refused_when_the_certificate_is_revoked() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let wish = Wish { serial: 4713, ..Wish::client("urn:test:bank-app") };
        let machine = world.machine(Some(&authorities().providers.issue(&wish)));
        let token = machine.client_credentials("bank-app", "feed").await;
        let waits = machine.get("/mailbox/v1/changes?after=latest&wait=2", Some(&token));

        let (answer, _) = while_waiting(waits, async {
            world.setting.revoke(&[4713], &[]);
            world.running().reload().await;
        })
        .await;

        let problem = answer.expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "revoked");
    })
    .await;
}

#[tokio::test]
async fn only_some_polls_of_an_application_wait_at_once_and_the_others_are_answered() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let anna = world.citizen("Anna");
        let _grant = consents(&anna, &bank).await;
        let follower = Follower::at_the_end(&bank).await;

        let polls = futures_util::future::join_all((0..9).map(|_| async {
            let begun = Instant::now();
            let page = follower.waits(30).await.expect(200);
            (kinds(&page).len(), page["retryAfter"].as_u64().unwrap(), begun.elapsed())
        }));
        let (answers, _) = while_waiting(polls, async {
            tax.publishes(&anna.person.recipient(), "Heffing op bosbessen").await;
        })
        .await;

        let (waited, at_once): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(told, ..)| *told == 1);
        assert_eq!((waited.len(), at_once.len()), (8, 1), "{waited:?} {at_once:?}");
        assert_eq!(at_once[0].1, 5, "it is told to come back later");
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_stops_answers_those_who_wait() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let follower = Follower::at_the_end(&bank).await;

        let (answer, took) = while_waiting(follower.waits(30), async { world.hub().answer_waiting() }).await;

        assert!(kinds(&answer.expect(200)).is_empty());
        assert!(took < Duration::from_secs(10), "{took:?}");
    })
    .await;
}
