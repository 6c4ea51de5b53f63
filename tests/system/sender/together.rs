//! Letters that come at the same time and go with one commit.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use system_tests::world::people::enterprise;
use system_tests::world::{World, objects};

#[tokio::test]
async fn letters_to_several_mailboxes_that_come_at_once_all_arrive() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        // the second time the mailboxes are there
        for round in 0..2 {
            let letters = (0..32).map(|n| {
                let recipient = json!({"enterpriseNumber": enterprise(500 + n % 16)});
                tax.letter(&recipient, &format!("Together {round} {n}")).body("Tegelijk.")
            });
            let letters: Vec<_> = letters.collect();
            let answers = join_all(letters.iter().map(|letter| tax.publish(letter))).await;

            let mut ids = Vec::new();
            for answer in answers {
                ids.push(answer.expect(201)["messageId"].as_str().unwrap().to_owned());
            }
            for id in &ids {
                assert!(tax.status(id).await.expect(200)["availableAt"].is_string());
            }
        }
        let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM message GROUP BY mailbox_id HAVING COUNT(*) = 4) m";
        assert_eq!(world.count(twice).await, 16);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_a_letter_names_is_not_collected() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        tax.publishes(&json!({"enterpriseNumber": enterprise(500)}), "With a file").await;
        let content = world.setting.path("data/content");
        assert_eq!(objects(&content).len(), 1);

        world.advance(Duration::from_secs(7_200));
        let collected = world.hub().upkeep().collect_objects(Duration::from_secs(3_600)).await.unwrap();

        assert_eq!((collected, objects(&content).len()), (0, 1));
    })
    .await;
}
