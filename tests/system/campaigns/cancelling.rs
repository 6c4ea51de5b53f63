//! Cancelling: what is delivered stays, the rest never comes.

use std::time::Duration;

use system_tests::world::World;
use system_tests::world::people::Person;

use super::{Campaign, enterprises};

#[tokio::test]
async fn a_campaign_that_is_cancelled_in_the_middle_keeps_what_it_did_and_does_no_more() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let campaign = Campaign::begin(&tax, "Stopped halfway").await;
        world.never_shown("Stopped halfway");
        let count = 10_000;
        campaign.to(&enterprises(10_000, count)).await.expect(202);
        while campaign.now().await["counts"]["delivered"] == 0 {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let cancelled = campaign.ask("POST", "/cancel").await.expect(200);

        assert_eq!(cancelled["state"], "cancelled");
        let delivered = cancelled["counts"]["delivered"].as_i64().unwrap();
        assert!(delivered > 0 && delivered < i64::from(count), "{delivered}");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, delivered);
        while world.hub().upkeep().work_campaigns().await.unwrap() > 0 {}
        let known = "SELECT COUNT(*) FROM campaign_recipient WHERE sealed_number IS NOT NULL";
        assert_eq!(world.count(known).await, 0, "whom the rest was for is forgotten");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, delivered, "nothing more came");
        let words = campaign.words().await;
        let of = |word: &str| i64::try_from(words.iter().filter(|found| *found == word).count()).unwrap();
        assert_eq!((of("delivered"), of("waiting")), (delivered, i64::from(count) - delivered));
        assert_eq!(campaign.ask("POST", "/cancel").await.expect(200)["counts"], cancelled["counts"]);
    })
    .await;
}

#[tokio::test]
async fn a_campaign_can_be_cancelled_before_its_list_and_not_after_its_end() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let campaign = Campaign::begin(&tax, "Stopped before").await;
        campaign.ask("POST", "/cancel").await.expect(200);
        campaign.to(&[Person::named("Anna").recipient()]).await.expect_problem(409, "alreadyOver");

        let campaign = Campaign::begin(&tax, "Stopped after").await;
        campaign.to(&[Person::named("Anna").recipient()]).await.expect(202);
        campaign.ends().await;
        campaign.ask("POST", "/cancel").await.expect_problem(409, "alreadyOver");
        world.never_shown("Stopped after");
    })
    .await;
}
