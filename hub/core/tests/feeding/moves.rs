//! What waits for a letter that moves tells it where it is then, not where it was found.

use std::time::Duration;

use hub_core::access::citizen::Shelf;
use hub_core::mailbox::Number;

use crate::common::{World, for_each_database};
use crate::parties::write_to;
use crate::withdrawals::portal;

/// Moves the letter to a partition while `waits` comes as far as the mailbox's lock.
async fn moves_while<T>(world: &World, partition: &'static str, waits: impl Future<Output = T>) -> T {
    let mut moving = world.db.write().await.unwrap();
    moving.execute("UPDATE mailbox SET version = version", ()).await.unwrap();
    moving.execute(partition, ()).await.unwrap();
    let (outcome, ()) = tokio::join!(waits, async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        moving.commit().await.unwrap();
    });
    outcome
}

#[tokio::test]
async fn an_opening_and_an_announcement_that_wait_for_a_move_go_by_it() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        let (citizen, mailbox) = portal(world, &anna).await;
        let message = citizen.messages(&mailbox, Shelf::Mailbox, None).await.unwrap().items.remove(0).id;

        let seventh = "UPDATE message SET partition = 7";
        moves_while(world, seventh, citizen.message(&mailbox, &message)).await.unwrap();
        for told in [
            "SELECT partition FROM change_queue WHERE kind = 'messageRead'",
            "SELECT partition FROM change_queue WHERE kind = 'messageSeen'",
        ] {
            assert_eq!(world.count(told).await, 7, "{told}");
        }

        let (days,): (i64,) = world.row("SELECT (expires_at - at) / 86400000000 AS days FROM message").await;
        world.clock.advance(Duration::from_secs(86_400) * (u32::try_from(days).unwrap() - 6));
        let upkeep = world.hub.upkeep();
        let eighth = "UPDATE message SET partition = 8";
        assert_eq!(moves_while(world, eighth, upkeep.announce_expiry()).await.unwrap(), 1);
        let near = "SELECT partition FROM change_queue WHERE kind = 'messageExpiryNear'";
        assert_eq!(world.count(near).await, 8);
    })
    .await;
}
