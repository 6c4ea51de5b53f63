//! Whose campaigns they are, and how many.

use std::time::Duration;

use system_tests::world::World;
use system_tests::world::people::Person;

use super::{Campaign, create, letter};

#[tokio::test]
async fn another_sender_finds_no_campaign() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let campaign = Campaign::begin(&tax, "Of the tax office").await;
        world.never_shown("Of the tax office");
        let theirs = Campaign { sender: &family, href: campaign.href.clone() };
        theirs.ask("GET", "").await.expect_problem(404, "resourceNotFound");
        theirs.ask("GET", "/recipients").await.expect_problem(404, "resourceNotFound");
        theirs.ask("POST", "/cancel").await.expect_problem(404, "resourceNotFound");
        theirs.to(&[Person::named("Anna").recipient()]).await.expect_problem(404, "resourceNotFound");
        assert_eq!(campaign.now().await["state"], "awaitingRecipients");

        // nor does one who may only follow begin or stop one
        let token = tax.machine.client_credentials(&tax.client_id, "status").await;
        let follower = system_tests::world::sender::Sender { token, ..tax.clone() };
        let followed = Campaign { sender: &follower, href: campaign.href.clone() };
        followed.ask("POST", "/cancel").await.expect_problem(403, "missingScope");
        followed.to(&[Person::named("Anna").recipient()]).await.expect_problem(403, "missingScope");
        create(&follower, &letter(&tax, "Of the tax office")).await.expect_problem(403, "missingScope");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_registered_is_refused_at_the_beginning_and_on_the_way() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let mut wrong = letter(&tax, "Of a foreign type");
        wrong.metadata["messageType"] = family.message_type.into();
        create(&tax, &wrong).await.expect_issue("trioNotRegistered", "messageType");
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM publication").await, 0);
    })
    .await;
}

#[tokio::test]
async fn sixteen_campaigns_of_an_application_are_open_at_once() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        for _ in 0..16 {
            Campaign::begin(&tax, "One of many").await;
        }
        create(&tax, &letter(&tax, "One too many")).await.expect_problem(429, "tooManyRequests");
        world.advance(Duration::from_secs(86_401));
        while world.hub().upkeep().work_campaigns().await.unwrap() > 0 {}
        let tax = world.sender("tax").await;
        Campaign::begin(&tax, "One of many").await;
    })
    .await;
}
