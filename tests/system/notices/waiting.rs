//! Polls that wait: woken by what happens, judged again before they are answered.

use std::time::Duration;

use system_tests::environment::figure;
use system_tests::world::World;

use super::Desk;
use crate::feed::waiting::while_waiting;

#[tokio::test]
async fn a_poll_that_waits_is_answered_when_something_happens_and_when_nothing_does() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = world.citizen("Anna");
        let desk = Desk::at_the_end(&tax).await;
        let nothing = desk.waits(1).await.expect(200);
        assert!(nothing["items"].as_array().unwrap().is_empty() && nothing["retryAfter"] == 1, "{nothing:#}");

        let (answer, took) = while_waiting(desk.waits(30), async {
            tax.publishes(&anna.person.recipient(), "Register van de wielewaal").await;
        })
        .await;
        assert_eq!(answer.expect(200)["items"][0]["kind"], "messageAvailable");
        assert!(took < Duration::from_secs(10), "{took:?}");
        let (took, database) = (took.as_millis(), world.database());
        figure(&format!("a sender's poll that waits is answered {took} ms after the beginning, {database}"));
    })
    .await;
}

#[tokio::test]
async fn a_poll_that_waits_is_refused_when_the_application_or_its_certificate_ends() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let anna = world.citizen("Anna");
        let desk = Desk::at_the_end(&tax).await;
        let ended = format!(
            "environment = \"demo\"\n[[certificate]]\nrole = \"sender\"\nanchor = \"senders\"\nclient_id = \"tax-mailroom\"\n\
             san_uri = \"urn:test:tax-mailroom\"\nvalid_from = \"2020-01-01T00:00:00Z\"\nvalid_until = \"{}\"\n",
            world.now().rfc3339()
        );
        let (answer, _) = while_waiting(desk.waits(2), async {
            tax.publishes(&anna.person.recipient(), "Heffing op duindoorns").await;
            world.apply(&ended).await;
        })
        .await;
        // whichever came first: what was told was told while the token stood, and then nothing more
        if answer.status == 200 {
            assert_eq!(answer.expect(200)["items"][0]["kind"], "messageAvailable");
        }
        let after = desk.waits(1).await;
        assert_eq!(after.status, 401, "{}", after.text());

        // nothing comes, and the answer to nothing is judged too
        let desk = Desk::at_the_end(&family).await;
        let over = format!(
            "environment = \"demo\"\n[[sender_application]]\nid = \"family-mailroom\"\ncode = \"test:family:mailroom\"\n\
             name = {{ nl = \"Postkamer kinderbijslag\" }}\nvalid_from = \"2020-01-01T00:00:00Z\"\nvalid_until = \"{}\"\n",
            world.now().rfc3339()
        );
        let (answer, _) = while_waiting(desk.waits(2), async { world.apply(&over).await }).await;
        answer.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn only_some_polls_of_an_application_wait_at_once_and_the_others_are_answered() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = world.citizen("Anna");
        let desk = Desk::at_the_end(&tax).await;

        let polls = futures_util::future::join_all((0..9).map(|_| async {
            let page = desk.waits(30).await.expect(200);
            (page["items"].as_array().unwrap().len(), page["retryAfter"].as_u64().unwrap())
        }));
        let (answers, _) = while_waiting(polls, async {
            tax.publishes(&anna.person.recipient(), "Retributie op kwartels").await;
        })
        .await;

        let (waited, at_once): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(told, _)| *told == 1);
        assert_eq!((waited.len(), at_once.len()), (8, 1), "{waited:?} {at_once:?}");
        assert_eq!(at_once[0].1, 5, "it is told to come back later");
    })
    .await;
}
