//! What became of a message: dates, for its own sender organization only.

use std::time::Duration;

use system_tests::world::World;
use system_tests::world::people::{Person, enterprise};

#[tokio::test]
async fn a_message_has_dates_and_expires_by_the_clock() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let message = family.publishes(&Person::named("Anna").recipient(), "Family benefits of May").await;

        let status = family.status(&message).await.expect(200);
        assert!(status["availableAt"].is_string() && status["expiresAt"].is_string(), "{status:#}");
        assert!(
            status["retrievedAt"].is_null() && status["openedAt"].is_null() && status["expiredAt"].is_null()
        );
        // to others it does not exist, not even under its id
        tax.status(&message).await.expect_problem(404, "resourceNotFound");

        world.advance(Duration::from_secs(32 * 86_400));
        let family = world.sender("family").await;
        let late = family.status(&message).await.expect(200);
        assert!(late["expiredAt"].is_string(), "{late:#}");

        while world.hub().upkeep().expire().await.unwrap() > 0 {}
        while world.hub().upkeep().work_outbox().await.unwrap() > 0 {}
        assert_eq!(family.status(&message).await.expect(200)["expiredAt"], late["expiredAt"]);
        let (parts,): (i64,) = world.row("SELECT COUNT(*) FROM part").await;
        assert_eq!(parts, 0, "expiry destroys");
        let objects = system_tests::world::objects(&world.setting.path("data/content"));
        assert!(objects.is_empty(), "expiry destroys: {objects:?}");
    })
    .await;
}

#[tokio::test]
async fn an_enterprise_gets_its_box_with_its_first_letter() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let before = world.traces().await;
        let recipient = serde_json::json!({"enterpriseNumber": enterprise(77)});
        tax.publishes(&recipient, "VAT of May").await;
        assert_ne!(world.traces().await, before);
        let (boxes,): (i64,) =
            world.row("SELECT COUNT(*) FROM mailbox WHERE kind = 'enterprise' AND total = 1").await;
        assert_eq!(boxes, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_message_of_this_sender_is_not_found() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        for id in ["msg_0", "msg_OOOOOOOOOOOOOOOOOOOOOOOOOO", "msg_00000000000000000000000000"] {
            tax.status(id).await.expect_problem(404, "resourceNotFound");
        }
        let path = format!("/sender/v1/messages/{}?verbose=1", "msg_00000000000000000000000000");
        tax.machine.get(&path, Some(&tax.token)).await.expect_issue("unknownInput", "verbose");
    })
    .await;
}
