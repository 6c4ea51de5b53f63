//! A service of time-stamps that fails or lies: nothing of it is kept, and evidence goes out all the same.

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use system_tests::database::{TestDatabase, databases};
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::time_stamps::{Lie, TimeService};

use super::stamps::{ask_again, pass, stamped, until};
use super::{Court, bytes_of, evidence};

/// Each with what the log says of it.
const LIES: [(Lie, &str); 15] = [
    (Lie::Down, "the call went wrong"),
    (Lie::Overloaded, "it answers 503"),
    (Lie::Slow, "no answer in time"),
    (Lie::Page, "its answer is no application/timestamp-reply"),
    (Lie::Large, "its answer is too large"),
    (Lie::Refuses, "the service refuses with status 2"),
    (Lie::Nonce, "it has another nonce than the request"),
    (Lie::Imprint, "it is of something else"),
    (Lie::Hash, "it is not of a SHA-256"),
    (Lie::Policy, "it is under another policy"),
    (Lie::Past, "the clock of the service is not that of the hub"),
    (Lie::Stranger, "no given authority vouches for the service"),
    (Lie::Usage, "the certificate of the service is not one for time-stamps"),
    (Lie::Expired, "the certificate of the service was not valid at that time"),
    (Lie::Changed, "its signature does not fit"),
];

#[tokio::test]
async fn nothing_of_a_service_that_fails_or_lies_is_kept_and_it_is_asked_again() {
    let mut worlds = Vec::new();
    // what the service says is judged before any database hears of it: each lie is told on one of them
    for (n, (lie, reason)) in LIES.into_iter().enumerate() {
        let mut kinds = databases().await;
        let database = kinds.swap_remove(n % kinds.len());
        worlds.push(told(database, lie, reason));
    }
    figure(&format!("{} worlds with the lies of a service of time-stamps, {AT_ONCE} at once", worlds.len()));
    stream::iter(worlds).buffer_unordered(AT_ONCE).collect::<()>().await;
}

/// More hubs in one thread leave each too little time to hear of their databases.
const AT_ONCE: usize = 4;

async fn told(database: TestDatabase, lie: Lie, reason: &str) {
    let service = TimeService::start().await;
    service.lies(lie);
    let set = |setting: &_| service.is_told_to(setting);
    World::on_changed(database, set, async |world| {
        let _running = world.clock_runs();
        refused_then_honest(world, &service, (lie, reason)).await;
    })
    .await;
}

async fn refused_then_honest(world: &World, service: &TimeService, (lie, reason): (Lie, &str)) {
    let tax = world.sender("tax").await;
    let message = tax.publishes(&Person::named("Bert").recipient(), "To be stamped by a liar").await;
    let logged = || world.times_logged(&[&service.url, reason]);
    until(&format!("{lie:?} is noticed"), async || logged() > 0).await;

    assert_eq!(stamped(world).await, 0, "{lie:?}");
    let document = &evidence(&tax, &message).await[0]["document"];
    assert!(document["seal"].get("header").is_none(), "{lie:?}");
    let asked = service.asked();
    if lie != Lie::Slow {
        // once more, which the log does not say again
        pass(world, Duration::from_secs(11));
        until(&format!("{lie:?} is asked again"), async || service.asked() > asked).await;
        assert_eq!(stamped(world).await, 0, "{lie:?}");
    }
    service.lies(Lie::None);
    ask_again(world).await;

    assert_eq!(logged(), 1, "{lie:?} is logged once");
    let document = &evidence(&tax, &message).await[0]["document"];
    let court = Court::of(world).await.with_authority(service.authority());
    court.proves("late.json", &bytes_of(document)).await;
    let file = court.folder.path().join("late.json");
    assert_eq!(court.node(&[file]).await[0]["stamp"]["confirmed"], true, "{lie:?}");
}
