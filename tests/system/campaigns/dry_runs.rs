//! Dry runs: who would be reached, out of the day's budget, and nothing of a letter.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::people::{Person, enterprise};

use super::{Campaign, letter};

fn dry(sender: &system_tests::world::sender::Sender<'_>) -> system_tests::world::letter::Letter {
    let mut letter = letter(sender, "Only asked");
    letter.metadata["dryRun"] = true.into();
    letter
}

#[tokio::test]
async fn a_dry_run_tells_who_would_be_reached_and_leaves_no_row_but_its_own() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        world.never_shown("Only asked");
        let campaign = Campaign::with(&tax, &dry(&tax)).await;
        let (before, mailboxes) = (world.traces().await, world.count("SELECT COUNT(*) FROM identity").await);
        let asked: Vec<Value> = vec![
            Person::named("Anna").recipient(),
            Person::named("Clara").recipient(),
            Person::named("Dirk").recipient(),
            json!({"enterpriseNumber": enterprise(77)}),
            json!({"ssin": "05031000298"}),
            Person::named("Dirk").recipient(),
        ];
        campaign.to(&asked).await.expect(202);
        let ended = campaign.ends().await;

        let words = ["reachable", "notReachable", "notReachable", "reachable", "invalid", "duplicate"];
        assert_eq!(campaign.words().await, words);
        let counts = json!({"recipients": 6, "reachable": 2, "notReachable": 2, "duplicate": 1, "invalid": 1, "waiting": 0});
        assert_eq!(ended["counts"], counts);
        assert_eq!(world.traces().await, before);
        assert_eq!(world.count("SELECT COUNT(*) FROM identity").await, mailboxes, "no mailbox was opened");
        for table in ["SELECT COUNT(*) FROM evidence", "SELECT COUNT(*) FROM feed", "SELECT COUNT(*) FROM sent"] {
            assert_eq!(world.count(table).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_is_taken_from_the_budget_of_the_day() {
    World::on_both(async |world| {
        // the budget of the tests is 1,000
        let tax = world.sender("tax").await;
        let anna = Person::named("Anna").recipient();
        let first = Campaign::with(&tax, &dry(&tax)).await;
        first.to(&vec![anna.clone(); 600]).await.expect(202);
        let second = Campaign::with(&tax, &dry(&tax)).await;
        second.to(&vec![anna.clone(); 401]).await.expect_problem(429, "tooManyRequests");
        assert_eq!(second.now().await["state"], "awaitingRecipients");
        tax.reach(&vec![anna.clone(); 401]).await.expect_problem(429, "tooManyRequests");
        second.to(&vec![anna; 400]).await.expect(202);
        first.ends().await;
        assert_eq!(second.ends().await["counts"]["duplicate"], 399);
    })
    .await;
}
