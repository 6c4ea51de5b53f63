//! Messages whose time comes: announced once, a week before, and told when it is over.

use std::time::Duration;

use hub_core::mailbox::Number;

use crate::common::{World, for_each_database};
use crate::parties::{BANK, grants, write_to};
use crate::{ALL, Follower};

async fn passes<'w>(world: &'w World, days: u32, bank: Follower<'w>) -> (Vec<&'static str>, Follower<'w>) {
    world.clock.advance(Duration::from_secs(86_400) * days);
    while world.hub.upkeep().announce_expiry().await.unwrap() > 0 {}
    while world.hub.upkeep().expire().await.unwrap() > 0 {}
    let mut bank = Follower { cursor: bank.cursor, ..Follower::new(world, BANK).await };
    (bank.hears().await, bank)
}

#[tokio::test]
async fn an_end_is_announced_once_a_week_before_and_told_when_it_is_there() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let _held = grants(world, &anna, BANK, &ALL).await;
        // kept for six months, see the reference data
        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await, ["consentGranted", "messageAvailable"]);
        let (days,): (i64,) = world.row("SELECT (expires_at - at) / 86400000000 AS days FROM message").await;
        let days = u32::try_from(days).unwrap();

        let (early, bank) = passes(world, days - 8, bank).await;
        assert!(early.is_empty(), "{early:?}");
        let (near, bank) = passes(world, 2, bank).await;
        assert_eq!(near, ["messageExpiryNear"]);
        let (once, bank) = passes(world, 1, bank).await;
        assert!(once.is_empty(), "{once:?}");
        let (over, _) = passes(world, 6, bank).await;
        assert_eq!(over, ["messageExpired"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_for_less_than_14_days_is_not_announced() {
    for_each_database(async |world| {
        let short = r#"
            environment = "demo"
            [[message_type]]
            id = "tax-assessment"
            name = { nl = "Aanslagbiljet" }
            validity = "P13D"
            media_types = ["application/pdf", "text/plain"]
            "#;
        world.apply(short).await;
        let anna = world.citizen(1, true).await;
        let _held = grants(world, &anna, BANK, &ALL).await;
        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await, ["consentGranted", "messageAvailable"]);

        let (near, bank) = passes(world, 7, bank).await;
        assert!(near.is_empty(), "{near:?}");
        let (over, _) = passes(world, 7, bank).await;
        assert_eq!(over, ["messageExpired"]);
    })
    .await;
}
