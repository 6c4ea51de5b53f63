//! The same key: the first answer again, a conflict, or "still running".

use std::time::Duration;

use system_tests::world::World;
use system_tests::world::letter::Letter;
use system_tests::world::people::Person;
use system_tests::world::sender::Sender;

fn letter(tax: &Sender<'_>) -> Letter {
    let mut letter = tax
        .letter(&Person::named("Anna").recipient(), "Once and for all")
        .body("Text")
        .pdf("letter.pdf", 30_000);
    letter.key = "once".into();
    letter
}

#[tokio::test]
async fn the_same_request_gets_the_first_answer_again() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let first = tax.publish(&letter(&tax)).await;
        first.expect(201);
        assert_eq!(first.header("idempotency-replayed"), "");
        let after_first = world.traces().await;

        // canonical JSON: another order of members, other spaces
        let mut again = letter(&tax);
        let members = again.metadata.as_object().unwrap().iter().rev();
        let text: Vec<String> = members.map(|(name, value)| format!("\n {name:?} : {value}")).collect();
        let metadata = system_tests::world::letter::Part {
            name: "message".into(),
            media_type: "application/json".into(),
            bytes: format!("{{{}}}", text.join(" , ")).into_bytes(),
        };
        let (media_type, body) = system_tests::world::letter::form([&again.parts[0], &metadata]);
        let second = tax.machine.send(tax.posted(&again.key, &media_type, body)).await;

        assert_eq!(second.expect(201), first.json());
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!(second.header("location"), first.header("location"));
        world.expect_traces(&after_first, "a repetition").await;

        again.metadata["subject"]["nl"] = "Other".into();
        tax.publish(&again).await.expect_problem(409, "idempotencyConflict");
        let mut other_bytes = tax
            .letter(&Person::named("Anna").recipient(), "Once and for all")
            .body("Text")
            .pdf("letter.pdf", 30_100);
        other_bytes.key = "once".into();
        tax.publish(&other_bytes).await.expect_problem(409, "idempotencyConflict");
        world.expect_traces(&after_first, "a conflict").await;
    })
    .await;
}

#[tokio::test]
async fn a_key_belongs_to_one_sender_application() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        tax.delivers(&letter(&tax)).await;
        let mut other =
            family.letter(&Person::named("Anna").recipient(), "Twice and for all").pdf("letter.pdf", 1_000);
        other.key = "once".into();
        let answer = family.publish(&other).await;
        answer.expect(201);
        assert_eq!(answer.header("idempotency-replayed"), "");
    })
    .await;
}

#[tokio::test]
async fn a_key_is_remembered_for_seven_days() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let first = tax.publish(&letter(&tax)).await.expect(201);

        world.advance(DAY * 7 - Duration::from_secs(60));
        world.hub().upkeep().forget().await.unwrap();
        let tax = world.sender("tax").await;
        assert_eq!(tax.publish(&letter(&tax)).await.expect(201), first);

        world.advance(Duration::from_secs(120));
        world.hub().upkeep().forget().await.unwrap();
        let fresh = tax.publish(&letter(&tax)).await.expect(201);
        assert_ne!(fresh["messageId"], first["messageId"]);
    })
    .await;
}

#[tokio::test]
async fn while_the_first_request_runs_the_second_is_told_to_wait() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let letters: Vec<Letter> = (0..8).map(|_| letter(&tax)).collect();
        let mut sending = tokio::task::JoinSet::new();
        for request in letters.iter().map(|letter| tax.publication(letter)) {
            sending.spawn(async move { request.send().await.unwrap() });
        }

        let (mut fresh, mut waiting) = (0, 0);
        while let Some(answer) = sending.join_next().await {
            let answer = answer.unwrap();
            match answer.status().as_u16() {
                201 if !answer.headers().contains_key("idempotency-replayed") => fresh += 1,
                201 => {}
                409 => {
                    assert!(answer.headers().contains_key("retry-after"));
                    assert!(answer.text().await.unwrap().contains("idempotencyInProgress"));
                    waiting += 1;
                }
                other => panic!("{other}: {}", answer.text().await.unwrap()),
            }
        }
        assert_eq!(fresh, 1, "{waiting} were told to wait");
        let (messages,): (i64,) = world.row("SELECT COUNT(*) FROM message").await;
        assert_eq!(messages, 1);
    })
    .await;
}

const DAY: Duration = Duration::from_secs(86_400);
