//! What a receiver refuses again and again is kept apart: others go on, operators see it and have it told again.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::receiver::{Mood, Receiver};

use super::{Facts, STREAM, in_time, metric, registered, stream, until};

const LETTERS: &str = "/v1/applications/bank-app/deadLetters";

async fn letters(world: &World) -> Vec<Value> {
    let list = world.operator("tom").get(LETTERS).await.expect(200);
    assert!(list.get("next").is_none(), "one page");
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_is_refused_three_times_is_a_dead_letter_and_holds_up_nobody() {
    let _turn = super::alone().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 2).await;
        registered(world, &receiver).await;
        let poisoned = facts.places[0].0.clone();
        receiver.is(Mood::Refuses("invalid_request", Some(poisoned.clone())));
        facts.happen().await;
        facts.happen().await;
        until("the other mailboxes are told", async || receiver.taken().len() == 4).await;
        until("both are dead letters", async || stream(world).await["deadLetters"] == 2).await;

        // each was tried three times, and the second only after the first was settled
        let of_poisoned: Vec<String> = receiver
            .heard()
            .iter()
            .filter(|heard| heard.subject() == poisoned)
            .map(|heard| heard.jti().to_owned())
            .collect();
        assert_eq!(of_poisoned.len(), 6);
        assert!(of_poisoned[..3].iter().all(|jti| *jti == of_poisoned[0]));
        assert!(of_poisoned[3..].iter().all(|jti| *jti == of_poisoned[3]));

        let found = letters(world).await;
        for (letter, kind) in found.iter().zip(["messageRead", "messageUnread"]) {
            assert_eq!((&letter["kind"], &letter["reason"]), (&json!(kind), &json!("invalid_request")));
            assert_eq!((&letter["mailboxId"], &letter["tries"]), (&json!(poisoned), &json!(3)));
        }
        until("it is measured", async || metric(world, "facteur_push_dead_letters", "").await == Some(2.0))
            .await;
        assert!(metric(world, "facteur_push_failures_total", "invalid_request").await.unwrap() >= 6.0);
        let seen = stream(world).await;
        assert_eq!((&seen["breaker"], &seen["failures"]), (&json!("closed"), &json!(0)), "{seen:#}");
        assert!(seen["waitingSince"].is_null(), "a dead letter is settled: {seen:#}");

        let an = world.operator("an");
        let dropped = an.machine.request("DELETE", &format!("{}{STREAM}", world.operations));
        assert_eq!(an.machine.send(dropped).await.status.as_u16(), 204);
        let gone = async || metric(world, "facteur_push_dead_letters", "").await == Some(0.0);
        until("nothing is said of a stream that is gone", gone).await;
    })
    .await;
}

#[tokio::test]
async fn a_dead_letter_is_told_again_with_its_own_name_or_put_away() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 1).await;
        registered(world, &receiver).await;
        receiver.is(Mood::Refuses("invalid_request", None));
        for _ in 0..2 {
            facts.happen().await;
        }
        until("everything is a dead letter", async || stream(world).await["deadLetters"] == 4).await;
        let (an, tom, first) = (world.operator("an"), world.operator("tom"), letters(world).await[0].clone());
        let path = format!("{LETTERS}/{}", first["deadLetterId"].as_str().unwrap());
        assert_eq!(tom.get(&path).await.expect(200), first);
        tom.post(&format!("{path}/replay"), &json!({})).await.expect_problem(403, "missingPermission");

        // refused again, it stays dead and counts on
        an.post(&format!("{path}/replay"), &json!({})).await.expect(200);
        until("it was tried again", async || letters(world).await[0]["tries"] == 6).await;
        assert_eq!(letters(world).await[0]["replaying"], false);

        receiver.is(Mood::Well);
        let refused: Vec<String> = receiver.heard().iter().map(|heard| heard.jti().to_owned()).collect();
        an.post(&format!("{path}/replay"), &json!({})).await.expect(200);
        until("it is taken", async || receiver.taken().len() == 1).await;
        assert!(refused.contains(&receiver.taken()[0].jti().to_owned()), "the same change has the same name");
        until("it is no dead letter any more", async || letters(world).await.len() == 3).await;

        let second = format!("{LETTERS}/{}", letters(world).await[0]["deadLetterId"].as_str().unwrap());
        let dropped = an.machine.request("DELETE", &format!("{}{second}", world.operations));
        assert_eq!(an.machine.send(dropped).await.status.as_u16(), 204);
        an.get(&second).await.expect_problem(404, "resourceNotFound");
        let replayed = an.post(&format!("{LETTERS}/replay"), &json!({})).await.expect(200);
        assert_eq!(replayed["replayed"], 2);
        until("the rest is taken", async || receiver.taken().len() == 3).await;
        until("nothing is left", async || letters(world).await.is_empty()).await;

        let acts = world.operator("sofie").get("/v1/acts?of=everybody").await.expect(200);
        let verbs: Vec<&str> =
            acts["items"].as_array().unwrap().iter().map(|act| act["action"].as_str().unwrap()).collect();
        for verb in ["replayDeadLetter", "dropDeadLetter", "replayDeadLetters", "putStream", "openStream"] {
            assert!(verbs.contains(&verb), "{verb}: {verbs:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_stream_with_very_many_dead_letters_stands_still_until_they_are_dealt_with() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 19).await;
        registered(world, &receiver).await;
        receiver.is(Mood::Refuses("invalid_request", None));
        for _ in 0..3 {
            facts.happen().await;
        }
        until("all are dead letters", async || stream(world).await["deadLetters"] == 60).await;

        // two pages, nothing twice, and each by its id
        let tom = world.operator("tom");
        let first = tom.get(LETTERS).await.expect(200);
        let next = first["next"].as_str().unwrap().to_owned();
        let rest = tom.get(&format!("{LETTERS}?after={next}")).await.expect(200);
        let items = |page: &Value| page["items"].as_array().unwrap().clone();
        assert_eq!((items(&first).len(), items(&rest).len(), rest.get("next")), (50, 10, None));
        let ids =
            |page: &Value| items(page).iter().map(|l| l["deadLetterId"].to_string()).collect::<Vec<_>>();
        assert!(ids(&rest).iter().all(|id| !ids(&first).contains(id)));
        let last = items(&rest).pop().unwrap();
        let path = format!("{LETTERS}/{}", last["deadLetterId"].as_str().unwrap());
        assert_eq!(tom.get(&path).await.expect(200), last);
        tom.get(&format!("{LETTERS}?after=x")).await.expect_problem(400, "badRequest");

        // as many as are kept: the next one finds no place, is not lost, and the operator hears why
        let mut tx = world.db.write().await.unwrap();
        let filled = tx.execute(FILLED[usize::from(world.database() == "postgresql")], ()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(filled, 9_940);
        facts.happen().await;
        until("it stands still", async || stream(world).await["trouble"] == "deadLetters").await;
        let kept = world.count("SELECT COUNT(*) FROM dead_letter").await;
        assert_eq!(kept, 10_000, "no other is kept");
        assert!(stream(world).await["waitingSince"].is_string());

        let mut tx = world.db.write().await.unwrap();
        tx.execute("DELETE FROM dead_letter WHERE pos > 1000000", ()).await.unwrap();
        tx.commit().await.unwrap();
        receiver.is(Mood::Well);
        in_time(world, "it goes on", async || receiver.taken().len() == 20).await;
        assert!(receiver.taken().iter().all(|heard| heard.kind() == "messageUnread"));
        world.operator("an").post(&format!("{LETTERS}/replay"), &json!({})).await.expect(200);
        in_time(world, "and what was dead is told again", async || receiver.taken().len() == 80).await;
    })
    .await;
}

/// Dead letters of changes that the feed has forgotten.
const FILLED: [&str; 2] = [
    "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 9940)
     INSERT INTO dead_letter (application_id, pos, id, reason, tries, at, replay)
     SELECT a.application_id, 1000000 + n.n, randomblob(16), 'invalid_request', 3, 0, FALSE
     FROM n JOIN (SELECT DISTINCT application_id FROM dead_letter) a",
    "INSERT INTO dead_letter (application_id, pos, id, reason, tries, at, replay)
     SELECT a.application_id, 1000000 + n.n, gen_random_uuid(), 'invalid_request', 3, 0, FALSE
     FROM generate_series(1, 9940) n(n) CROSS JOIN (SELECT DISTINCT application_id FROM dead_letter) a",
];

#[tokio::test]
async fn a_dead_letter_whose_consent_has_ended_is_not_told_again() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 0).await;
        registered(world, &receiver).await;
        receiver.is(Mood::Refuses("invalid_request", None));
        facts.happen().await;
        until("it is a dead letter", async || stream(world).await["deadLetters"] == 1).await;
        receiver.is(Mood::Well);
        anna.revokes().await;
        until("the end is told", async || receiver.kinds(None) == ["consentEnded"]).await;

        world.operator("an").post(&format!("{LETTERS}/replay"), &json!({})).await.expect(200);
        until("it is forgotten", async || letters(world).await.is_empty()).await;
        assert_eq!(receiver.kinds(None), ["consentEnded"]);
    })
    .await;
}
