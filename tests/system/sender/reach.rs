//! Who can be reached: one answer for unknown and inactive, a budget a day, and nothing that is shown later.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::people::{Person, enterprise};

#[tokio::test]
async fn reachability_tells_active_citizens_and_enterprises_from_all_others() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let asked: Vec<Value> =
            ["Anna", "Clara", "Dirk"].map(|name| Person::named(name).recipient()).to_vec();
        let asked = [
            asked,
            vec![json!({"enterpriseNumber": enterprise(1)}), json!({"enterpriseNumber": enterprise(99)})],
        ];

        let answer = tax.reach(&asked.concat()).await.expect(200);

        let reachable: Vec<bool> = answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["reachable"].as_bool().unwrap())
            .collect();
        assert_eq!(reachable, [true, false, false, true, true]);
    })
    .await;
}

#[tokio::test]
async fn questions_count_against_the_budget_of_the_day() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = Person::named("Anna").recipient();
        tax.reach(&vec![anna.clone(); 500]).await.expect(200);
        tax.reach(&vec![anna.clone(); 499]).await.expect(200);
        let answer = tax.reach(&vec![anna.clone(); 2]).await;
        answer.expect_problem(429, "tooManyRequests");
        assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
        tax.reach(std::slice::from_ref(&anna)).await.expect(200);
        world.sender("family").await.reach(std::slice::from_ref(&anna)).await.expect(200);

        world.advance(Duration::from_secs(86_400));
        world.sender("tax").await.reach(&[anna]).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn bad_questions_get_precise_issues() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = Person::named("Anna").recipient();
        let answer = tax.reach(&[anna.clone(), json!({"ssin": "05031000298"})]).await;
        answer.expect_issue("invalidStructure", "recipients[1].ssin");
        tax.reach(&[]).await.expect_issue("outOfRange", "recipients");
        tax.reach(&vec![anna; 501]).await.expect_issue("outOfRange", "recipients");
    })
    .await;
}

#[tokio::test]
async fn a_letter_to_somebody_who_is_not_active_is_not_kept() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        for name in ["Clara", "Dirk"] {
            let letter = tax
                .letter(&Person::named(name).recipient(), "Never shown to anybody")
                .pdf("letter.pdf", 40_000);
            world.never_shown("Never shown to anybody");
            let answer = tax.publish(&letter).await;
            let publication = answer.expect(201);
            assert_eq!(publication["delivered"], false);
            assert_eq!(publication["code"], "NO_DIGITAL_USER");
            assert_eq!(answer.header("location"), publication["href"].as_str().unwrap());

            let status = tax.status(publication["messageId"].as_str().unwrap()).await.expect(200);
            assert!(status["notDeliveredAt"].is_string() && status["availableAt"].is_null(), "{status:#}");
            assert_eq!(status["code"], "NO_DIGITAL_USER");
        }
        let (kept,): (i64,) =
            world.row("SELECT (SELECT COUNT(*) FROM publication) + (SELECT COUNT(*) FROM part)").await;
        assert_eq!(kept, 0);
    })
    .await;
}
