//! Recipients whom a sender follows: told once a day at most, within the daily budget, and nothing of letters that were not
//! delivered.

use hub_core::access::sender::Outcome;
use hub_core::mailbox::Number;
use hub_core::number::Ssin;

use crate::common::{World, for_each_database, ssin};
use crate::notices::Desk;
use crate::parties::{letter, log_in};

/// Publishes to somebody whom the sender follows; gives their id, and whether they were reached.
async fn follows(world: &World, person: &Ssin, key: &str) -> (String, bool) {
    let sender = world.sender("demo-tax", "publish").await;
    let mut draft = letter(&Number::Ssin(person.clone()), "Aanslag", &[]);
    draft.follow_recipient = true;
    let published = sender.begin(key).await.unwrap().publish(&draft).await.unwrap().published;
    let reached = matches!(published.outcome, Outcome::Delivered { .. });
    (published.recipient_id.unwrap(), reached)
}

pub(crate) async fn switches(world: &World, person: &Ssin, on: bool) {
    let session = log_in(world, person, None).await;
    let citizen = world.hub.citizen(&session).await.unwrap();
    let changed = if on { citizen.activate().await } else { citizen.withdraw_activation().await };
    assert!(changed.unwrap());
}

#[tokio::test]
async fn a_recipient_who_comes_to_be_reached_is_told_the_next_day_by_the_id_of_the_answer() {
    for_each_database(async |world| {
        let (unknown, mut desk) = (ssin(7), Desk::new(world).await);
        let (id, reached) = follows(world, &unknown, "1").await;
        assert!(!reached && id.starts_with("rcp_"), "{id}");
        assert_eq!(desk.hears().await, ["messageNotDelivered"]);

        switches(world, &unknown, true).await;
        assert!(desk.hears_after(0).await.is_empty(), "not at the moment of the act");
        // the first look is some time on the next day
        world.clock.advance(std::time::Duration::from_secs(2 * 86_400));
        while world.hub.upkeep().look_at_followed(100).await.unwrap() > 0 {}
        let mut desk = Desk::new(world).await;
        let told = desk.news().await.pop().unwrap();
        assert_eq!((told.kind.name(), told.recipient.as_deref()), ("recipientActive", Some(id.as_str())));
        assert!(told.message.is_none());
        assert!(desk.hears_after(2).await.is_empty(), "once");

        switches(world, &unknown, false).await;
        assert_eq!(desk.hears_after(2).await, ["recipientInactive"]);
        switches(world, &unknown, true).await;
        switches(world, &unknown, false).await;
        assert!(desk.hears_after(2).await.is_empty(), "on and off between two looks is nobody's business");
    })
    .await;
}

#[tokio::test]
async fn whom_a_sender_did_not_ask_to_follow_it_is_not_told_of() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let mut desk = Desk::new(world).await;
        crate::parties::write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        let mut family = Desk::of(world, "demo-family").await;
        let (_, reached) = follows(world, &ssin(7), "1").await;
        assert!(!reached);
        desk.news().await;
        switches(world, &anna, false).await;
        switches(world, &ssin(7), true).await;

        assert_eq!(desk.hears_after(2).await, ["recipientActive"], "of Anna nothing");
        assert!(family.news().await.is_empty(), "and nobody else");
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_letter_that_was_not_delivered_is_kept_but_that_its_recipient_is_followed() {
    for_each_database(async |world| {
        let (id, _) = follows(world, &ssin(7), "1").await;
        for sql in [
            "SELECT COUNT(*) FROM publication",
            "SELECT COUNT(*) FROM message",
            "SELECT COUNT(*) FROM part",
            "SELECT COUNT(*) FROM identity",
            "SELECT COUNT(*) FROM mailbox",
        ] {
            assert_eq!(world.count(sql).await, 0, "{sql}");
        }
        // the same id for the same person, as long as they are followed; another for somebody else
        assert_eq!(follows(world, &ssin(7), "2").await.0, id);
        assert_ne!(follows(world, &ssin(8), "3").await.0, id);
        assert_eq!(world.count("SELECT COUNT(*) FROM followed").await, 2);
        // the answer of a repeated publication is the first one's
        assert_eq!(follows(world, &ssin(7), "1").await.0, id);

        let mut desk = Desk::new(world).await;
        desk.hears_after(89).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM followed").await, 2);
        desk.hears_after(2).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM followed").await, 0, "forgotten after 90 days");
        assert_ne!(follows(world, &ssin(7), "4").await.0, id);
    })
    .await;
}

/// So many days later, the hub looks at everybody whose turn it is.
async fn looks(world: &World, days: u64, budget: i64) {
    world.clock.advance(std::time::Duration::from_secs(days * 86_400));
    while world.hub.upkeep().look_at_followed(budget).await.unwrap() > 0 {}
}

/// What the organizations were asked today, as the budget counts it.
const SPENT: &str = "SELECT COALESCE(MAX(asked), 0) FROM reach_budget
                     WHERE day = (SELECT MAX(b.day) FROM reach_budget b)";
const TOLD: &str =
    "SELECT COUNT(*) FROM change_queue WHERE notice IN ('recipientActive', 'recipientInactive')";

#[tokio::test]
async fn every_look_is_taken_from_the_budget_of_the_day_and_nobody_is_forgotten_beyond_it() {
    for_each_database(async |world| {
        for n in 10..15 {
            follows(world, &ssin(n), &n.to_string()).await;
            switches(world, &ssin(n), true).await;
        }
        looks(world, 2, 0).await;
        assert_eq!(world.count(TOLD).await, 0, "no budget, no answer");
        let (mut told, mut days) = (0, 0);
        while told < 5 {
            looks(world, 1, 2).await;
            let now = world.count(TOLD).await;
            assert!(now - told <= 2, "two a day");
            assert!(world.count(SPENT).await <= 2);
            (told, days) = (now, days + 1);
            assert!(days < 80, "chance leaves nobody out");
        }
        assert!(days >= 3);
    })
    .await;
}

#[tokio::test]
async fn a_look_that_finds_no_change_is_an_answer_and_costs_one() {
    for_each_database(async |world| {
        for n in 10..13 {
            follows(world, &ssin(n), &n.to_string()).await;
        }
        looks(world, 2, 100).await;

        assert_eq!((world.count(TOLD).await, world.count(SPENT).await), (0, 3));
        let recorded = "SELECT COUNT(*) FROM audit_write WHERE action = 'lookAtFollowed'
                        AND object LIKE '%:looked=3,told=0'";
        assert_eq!(world.count(recorded).await, 1);
    })
    .await;
}

#[tokio::test]
async fn two_nodes_that_look_at_once_tell_of_each_recipient_once_and_pay_once() {
    for_each_database(async |world| {
        for n in 10..30 {
            follows(world, &ssin(n), &n.to_string()).await;
            switches(world, &ssin(n), true).await;
        }
        world.clock.advance(std::time::Duration::from_secs(2 * 86_400));
        let nodes: [_; 4] = std::array::from_fn(|_| async {
            let upkeep = world.hub.upkeep();
            while upkeep.look_at_followed(100).await.unwrap() > 0 {}
        });
        futures_util::future::join_all(nodes).await;

        assert_eq!((world.count(TOLD).await, world.count(SPENT).await), (20, 20));
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_of_a_recipient_does_not_say_which_letter_it_was() {
    for_each_database(async |world| {
        let (id, _) = follows(world, &ssin(7), "1").await;
        let (kept, until): (uuid::Uuid, hub_core::clock::Timestamp) =
            world.row("SELECT recipient_id, until FROM followed").await;
        assert_eq!(kept.get_version_num(), 4, "no time is in it");
        assert_eq!(until.0 % 86_400_000_000, 0, "a whole day");
        let (answer,): (String,) = world.row("SELECT answer FROM idempotency WHERE answer IS NOT NULL").await;
        assert!(answer.contains("msg_") && !answer.contains("rcp_"), "{answer}");
        assert_eq!(follows(world, &ssin(7), "1").await.0, id, "the repeated answer has it still");
    })
    .await;
}
