//! The order of a feed: what is given out is never overtaken.

use hub_core::access::provider::Begin;
use hub_core::mailbox::Number;

use crate::common::for_each_database;
use crate::parties::{BANK, grants, write_to};
use crate::{ALL, Follower, sequence};

#[tokio::test]
async fn a_change_that_commits_late_finds_its_place_after_those_that_were_given_out() {
    for_each_database(async |world| {
        if world.name == "sqlite" {
            // the one writer: nobody commits while another holds its transaction open
            return;
        }
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let annas = grants(world, &anna, BANK, &ALL).await;
        let barts = grants(world, &bart, BANK, &ALL).await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await.len(), 2);

        // Anna's change draws its number first and commits last
        let mut held_open = world.db.write().await.unwrap();
        held_open
            .execute(
                "INSERT INTO change_queue (mailbox_id, version, number, organization, kind, at)
                 SELECT mailbox_id, 900, 900, '0001001078', 'messageAvailable', 1
                 FROM consent ORDER BY granted_at LIMIT 1",
                (),
            )
            .await
            .unwrap();
        write_to(world, &Number::Ssin(bart.clone()), "2").await;
        let first = bank.news().await;
        assert_eq!(first.len(), 1);
        assert_eq!(first[0].mailbox, barts.mailbox());

        held_open.commit().await.unwrap();

        let second = bank.news().await;
        assert_eq!(second.len(), 1, "the late one is not behind the cursor");
        assert_eq!(second[0].mailbox, annas.mailbox());
        let again: Vec<_> = Follower::new(world, BANK).await.news().await;
        assert_eq!(again.len(), 4);
        assert_eq!(again[3].id, second[0].id, "the same change has the same id");
    })
    .await;
}

#[tokio::test]
async fn two_sequencers_give_each_change_one_place() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let _held = grants(world, &anna, BANK, &ALL).await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await, ["consentGranted"]);

        let (mut told, mut taken) = (Vec::new(), 0);
        for round in 0..10 {
            for n in 0..4 {
                write_to(world, &Number::Ssin(anna.clone()), &format!("{round}-{n}")).await;
            }
            let one = world.hub.upkeep();
            let (first, second) = tokio::join!(one.sequence_changes(), one.sequence_changes());
            taken += first.unwrap().taken + second.unwrap().taken;
            told.extend(bank.news().await);
        }

        assert_eq!((taken, told.len()), (40, 40));
        let (disordered,): (i64,) = world
            .row(
                "SELECT COUNT(*) AS disordered
                 FROM feed a
                 JOIN feed b ON b.application_id = a.application_id AND b.mailbox_id = a.mailbox_id
                 WHERE a.pos < b.pos AND a.version >= b.version",
            )
            .await;
        assert_eq!(disordered, 0);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_ends_anywhere_goes_on_where_it_ended() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let _held = grants(world, &anna, BANK, &ALL).await;
        for n in 0..7 {
            write_to(world, &Number::Ssin(anna.clone()), &n.to_string()).await;
        }
        sequence(world).await;
        let bank = Follower::new(world, BANK).await;
        let all: Vec<String> = ids(&bank.page(Begin::Oldest, 100).await.unwrap().items);
        assert_eq!(all.len(), 8);

        for size in 1..=9 {
            let (mut read, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let begin = cursor.as_deref().map_or(Begin::Oldest, Begin::After);
                let page = bank.page(begin, size).await.unwrap();
                assert!(page.items.len() <= size && page.size == size);
                read.extend(ids(&page.items));
                cursor = Some(page.next);
                if page.retry_after > 0 {
                    break;
                }
            }
            assert_eq!(read, all, "pages of {size}");
        }
    })
    .await;
}

fn ids(items: &[hub_core::access::provider::Change]) -> Vec<String> {
    items.iter().map(|change| change.id.clone()).collect()
}
