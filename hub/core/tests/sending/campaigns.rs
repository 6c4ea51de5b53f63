//! Campaigns without HTTP: who is served, by whom, and what is left of it.

use std::sync::Arc;

use hub_core::access::sender::{CampaignStatus, SenderAccess, Trial};
use hub_core::campaign::{Outcome, State};
use hub_core::error::Error;
use hub_core::mailbox::Number;
use hub_core::message::draft::Recipient;
use hub_core::text::Texts;

use crate::common::{World, enterprise, for_each_database, recipient};
use crate::letter;

fn firms(from: u32, count: u32) -> Vec<Recipient> {
    (from..from + count).map(|n| recipient(&Number::Enterprise(enterprise(n)))).collect()
}

/// Begins a campaign and gives it its list.
async fn begin(tax: &SenderAccess, key: &str, trial: Trial, list: &[Recipient]) -> String {
    let draft = letter(&Number::Enterprise(enterprise(1)), &[]);
    let upload = tax.begin_campaign(key).await.unwrap();
    let id = upload.create(&draft, trial).await.unwrap().campaign.id;
    let mut lines = tax.begin_list(&id).await.unwrap();
    for line in list {
        lines.read(line.ssin.as_deref().or(line.enterprise_number.as_deref()).unwrap().as_bytes());
        lines.push(line).await.unwrap();
    }
    assert_eq!(lines.accept(1_000).await.unwrap().state, State::Running);
    id
}

async fn work(world: &World) {
    while world.hub.upkeep().work_campaigns().await.unwrap() > 0 {}
}

async fn outcomes(tax: &SenderAccess, id: &str) -> Vec<Outcome> {
    let page = tax.campaign_outcomes(id, 0, Some(500)).await.unwrap();
    page.items.into_iter().map(|item| item.outcome).collect()
}

fn sums(campaign: &CampaignStatus) -> (i64, i64, i64, i64) {
    let counts = campaign.counts.unwrap();
    (counts.reached, counts.not_reached, counts.duplicates, counts.waiting)
}

#[tokio::test]
async fn each_is_served_as_they_are_when_their_chunk_comes() {
    for_each_database(async |world| {
        let (anna, bert) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let clara = world.citizen(3, false).await;
        let numbers = [&anna, &bert, &clara, &anna].map(|ssin| recipient(&Number::Ssin(ssin.clone())));
        let tax = world.sender("demo-tax", "publish").await;
        let id = begin(&tax, "one", Trial::Real, &[numbers.to_vec(), firms(50, 2)].concat()).await;

        let inactive = "SELECT COUNT(*) FROM campaign_recipient r JOIN mailbox m ON m.id = r.spot
                        WHERE m.kind = 'citizen' AND m.activated_at IS NULL";
        assert_eq!(world.count(inactive).await, 0, "Clara stands where an unknown number would");
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_recipient WHERE spot IS NULL").await, 0);

        // between the list and its chunk Bert stops and Clara begins to receive
        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE mailbox SET activated_at = CASE WHEN activated_at IS NULL THEN 1 ELSE NULL END
             WHERE kind = 'citizen' AND id NOT IN (SELECT spot FROM campaign_recipient WHERE line = 1)", ())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        work(world).await;

        let (done, not) = (Outcome::Delivered, Outcome::NotDelivered);
        assert_eq!(outcomes(&tax, &id).await, [done, not, done, Outcome::Duplicate, done, done]);
        let campaign = tax.campaign(&id).await.unwrap();
        assert_eq!((campaign.state, sums(&campaign)), (State::Completed, (4, 1, 1, 0)));
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 4);
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox WHERE total = 1 AND unread = 1").await, 4);
        assert_eq!(world.count("SELECT COUNT(*) FROM publication").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE not_delivered_at IS NULL").await, 4);
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE mailbox_id IS NULL AND number IS NULL").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM evidence WHERE seal_id IS NOT NULL").await, 5);
        assert_eq!(world.count("SELECT COUNT(*) FROM seal").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM change_queue WHERE kind = 'messageAvailable'").await, 4);
        assert_eq!(world.count("SELECT COUNT(*) FROM change_queue WHERE notice = 'campaignEnded'").await, 1);
        let objects: Vec<(uuid::Uuid, String)> =
            world.rows_of("SELECT id, object FROM audit_write WHERE actor = $1 AND action IN ('publish', 'notDelivered')",
                "demo-tax").await;
        assert_eq!(objects.len(), 5);
        assert!(objects.iter().all(|(id, object)| id.to_string() == *object), "{objects:?}");
    })
    .await;
}

#[tokio::test]
async fn two_numbers_that_come_to_lead_to_one_mailbox_get_one_letter() {
    for_each_database(async |world| {
        let (anna, bert) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let numbers = [&anna, &bert].map(|ssin| recipient(&Number::Ssin(ssin.clone())));
        let tax = world.sender("demo-tax", "publish").await;
        for (key, winner) in [("first", "MIN"), ("last", "MAX")] {
            let id = begin(&tax, key, Trial::Real, &numbers).await;
            // the mailboxes are merged, either into the other
            let merge = match winner {
                "MIN" => "UPDATE mailbox SET moved_to = (SELECT spot FROM campaign_recipient WHERE spot IS NOT NULL ORDER BY spot LIMIT 1)
                               WHERE kind = 'citizen' AND id <> (SELECT spot FROM campaign_recipient WHERE spot IS NOT NULL ORDER BY spot LIMIT 1)",
                _ => "UPDATE mailbox SET moved_to = (SELECT spot FROM campaign_recipient WHERE spot IS NOT NULL ORDER BY spot DESC LIMIT 1)
                      WHERE kind = 'citizen' AND id <> (SELECT spot FROM campaign_recipient WHERE spot IS NOT NULL ORDER BY spot DESC LIMIT 1)",
            };
            let mut tx = world.db.write().await.unwrap();
            tx.execute(merge, ()).await.unwrap();
            tx.commit().await.unwrap();
            work(world).await;

            assert_eq!(sums(&tax.campaign(&id).await.unwrap()), (1, 0, 1, 0), "{key}");
            let mut tx = world.db.write().await.unwrap();
            tx.execute("UPDATE mailbox SET moved_to = NULL", ()).await.unwrap();
            tx.execute("UPDATE campaign_recipient SET spot = NULL", ()).await.unwrap();
            tx.commit().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn many_workers_at_once_do_every_chunk_once() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        for (n, key) in ["one", "two", "three"].into_iter().enumerate() {
            begin(&tax, key, Trial::Real, &firms(1_000 + 400 * u32::try_from(n).unwrap(), 400)).await;
        }
        let hub = Arc::new(world.hub.clone());
        let workers = (0..4).map(|_| {
            let hub = Arc::clone(&hub);
            async move { while hub.upkeep().work_campaigns().await.unwrap() > 0 {} }
        });
        futures_util::future::join_all(workers).await;
        work(world).await;

        assert_eq!(
            world.count("SELECT COUNT(*) FROM campaign WHERE state = 'completed' AND reached = 400").await,
            3
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1_200);
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox WHERE total = 1 AND version = 1").await, 1_200);
    })
    .await;
}

#[tokio::test]
async fn whoever_lost_the_lease_does_nothing_more() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let id = begin(&tax, "one", Trial::Real, &firms(2_000, 20)).await;
        // somebody holds it
        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE campaign SET lease = id, lease_until = 9000000000000000", ()).await.unwrap();
        tx.commit().await.unwrap();
        work(world).await;
        assert_eq!(sums(&tax.campaign(&id).await.unwrap()), (0, 0, 0, 20));

        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE campaign SET lease_until = 0", ()).await.unwrap();
        tx.commit().await.unwrap();
        work(world).await;
        assert_eq!(sums(&tax.campaign(&id).await.unwrap()), (20, 0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_writes_nothing_of_a_letter_and_a_cancelled_campaign_forgets_who_waited() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let dry = begin(&tax, "dry", Trial::Dry, &firms(3_000, 3)).await;
        work(world).await;
        assert_eq!(outcomes(&tax, &dry).await, [Outcome::Reachable; 3]);
        for table in
            ["SELECT COUNT(*) FROM message", "SELECT COUNT(*) FROM sent", "SELECT COUNT(*) FROM evidence"]
        {
            assert_eq!(world.count(table).await, 0);
        }
        assert_eq!(world.count("SELECT asked FROM reach_budget").await, 3);

        let real = begin(&tax, "real", Trial::Real, &firms(3_000, 3)).await;
        assert_eq!(tax.cancel_campaign(&real).await.unwrap().state, State::Cancelled);
        work(world).await;
        assert_eq!(outcomes(&tax, &real).await, [Outcome::Waiting; 3]);
        let known =
            "SELECT COUNT(*) FROM campaign_recipient WHERE spot IS NOT NULL OR sealed_number IS NOT NULL";
        assert_eq!(world.count(known).await, 0);
    })
    .await;
}

#[tokio::test]
async fn two_numbers_of_one_who_does_not_receive_are_not_told_to_belong_together() {
    for_each_database(async |world| {
        let (anna, bert) = (world.citizen(1, false).await, world.citizen(2, false).await);
        let numbers = [&anna, &bert].map(|ssin| recipient(&Number::Ssin(ssin.clone())));
        let mut tx = world.db.write().await.unwrap();
        tx.execute(
            "UPDATE mailbox SET moved_to = (SELECT id FROM mailbox WHERE kind = 'citizen' ORDER BY id LIMIT 1)
             WHERE kind = 'citizen' AND id <> (SELECT id FROM mailbox WHERE kind = 'citizen' ORDER BY id LIMIT 1)",
            (),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let tax = world.sender("demo-tax", "publish").await;
        let dry = begin(&tax, "dry", Trial::Dry, &numbers).await;
        let real = begin(&tax, "real", Trial::Real, &numbers).await;
        work(world).await;
        assert_eq!(outcomes(&tax, &dry).await, [Outcome::NotReachable; 2]);
        assert_eq!(outcomes(&tax, &real).await, [Outcome::NotDelivered; 2]);
        let asked = "SELECT COUNT(*) FROM audit_write WHERE action = 'askRecipients' AND object LIKE '%:2'";
        assert_eq!(world.count(asked).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_withdrawn_of_a_campaign_is_not_linked() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let id = begin(&tax, "one", Trial::Real, &firms(4_000, 2)).await;
        work(world).await;
        let page = tax.campaign_outcomes(&id, 0, Some(500)).await.unwrap();
        let sent: Vec<String> = page.items.into_iter().filter_map(|item| item.message_id).collect();
        let reason = Texts::from([("nl".to_owned(), "Een vergissing.".to_owned())]);
        tax.withdraw(&sent[0], &reason).await.unwrap();

        let further = firms(4_010, 1);
        let refused = tax.link(&sent[0], &further).await;
        assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
        assert_eq!(tax.link(&sent[1], &further).await.unwrap().linked, 1, "the other stands");
    })
    .await;
}

#[tokio::test]
async fn four_lists_of_an_application_come_in_at_once() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&Number::Enterprise(enterprise(1)), &[]);
        let upload = tax.begin_campaign("one").await.unwrap();
        let id = upload.create(&draft, Trial::Real).await.unwrap().campaign.id;
        let mut lists = Vec::new();
        for _ in 0..4 {
            lists.push(tax.begin_list(&id).await.unwrap());
        }
        assert!(matches!(tax.begin_list(&id).await, Err(Error::Limited { limit: 4, .. })));
    })
    .await;
}
