//! `kill -9` in the middle, a restart, and two nodes: every recipient once.

use std::time::Duration;

use hub_core::db::{Db, DbConfig};
use hub_core::random::Random;
use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::process::HubProcess;

use super::{Campaign, enterprises};

async fn open(hub: &HubProcess) -> Db {
    let config = DbConfig { url: hub.database.url.clone(), connections: 2 };
    Db::open(&config, &hub.stage.setting.path("data")).await.unwrap()
}

/// Every mailbox has one message, every line one outcome and every delivery one of everything.
async fn once_each(db: &Db, count: i64) {
    let rows: (i64, i64, i64, i64, i64, i64, i64) = db
        .fetch_optional(
            "SELECT (SELECT COUNT(*) FROM message), (SELECT COUNT(DISTINCT mailbox_id) FROM message),
                    (SELECT COUNT(*) FROM sent), (SELECT COUNT(*) FROM evidence),
                    (SELECT COUNT(*) FROM audit_write WHERE action = 'publish'),
                    (SELECT COUNT(*) FROM campaign_recipient WHERE outcome = 'delivered'),
                    (SELECT COUNT(*) FROM mailbox WHERE total = 1 AND version = 1 AND unread = 1)",
            (),
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!(rows, (count, count, count, count, count, count, count));
}

async fn killed_again_and_again(database: TestDatabase) {
    let (name, count) = (database.name, 3_000);
    let hub = HubProcess::start(database).await;
    let tax = hub.stage.sender("tax").await;
    let campaign = Campaign::begin(&tax, "Through kills").await;
    hub.stage.never_shown("Through kills");
    campaign.to(&enterprises(50_000, count)).await.expect(202);

    let mut kills = 0;
    loop {
        let [a] = Random::system().bytes::<1>();
        tokio::time::sleep(Duration::from_millis(150 + u64::from(a))).await;
        hub.kill().await;
        kills += 1;
        let db = open(&hub).await;
        let (left,): (i64,) = db
            .fetch_optional("SELECT COUNT(*) FROM campaign_recipient WHERE outcome IS NULL", ())
            .await
            .unwrap()
            .unwrap();
        // whoever died held a lease: nobody waits for its end here
        let mut tx = db.write().await.unwrap();
        tx.execute("UPDATE campaign SET lease_until = 0", ()).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        hub.start_again().await;
        if left == 0 || kills == 6 {
            break;
        }
    }

    let tax = hub.stage.sender("tax").await;
    let campaign = Campaign { sender: &tax, href: campaign.href };
    assert_eq!(campaign.ends().await["counts"]["delivered"], count, "{name}");
    hub.check_logs();
    assert!(hub.terminate().await, "{}", hub.said());
    let db = open(&hub).await;
    once_each(&db, i64::from(count)).await;
    db.close().await;
    figure(&format!("{name}: a campaign to {count} through {kills} kills: each recipient once"));
}

#[tokio::test]
async fn a_campaign_survives_kills_on_sqlite() {
    killed_again_and_again(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn a_campaign_survives_kills_on_postgresql() {
    killed_again_and_again(TestDatabase::postgresql().await).await;
}

#[tokio::test]
async fn two_nodes_share_campaigns_and_do_nothing_twice() {
    let count = 3_000;
    let first = HubProcess::start(TestDatabase::postgresql().await).await;
    let other = first.start_beside().await;
    let tax = first.stage.sender("tax").await;
    let mut campaigns = Vec::new();
    for n in 0..3 {
        let campaign = Campaign::begin(&tax, "On two nodes").await;
        campaign.to(&enterprises(100_000 + n * count, count)).await.expect(202);
        campaigns.push(campaign);
    }
    // whoever works on one dies: the other takes over when the lease is over
    other.kill().await;
    let db = open(&first).await;
    let mut tx = db.write().await.unwrap();
    tx.execute("UPDATE campaign SET lease_until = 0", ()).await.unwrap();
    tx.commit().await.unwrap();
    other.spawn(&[]);
    for campaign in &campaigns {
        assert_eq!(campaign.ends().await["counts"]["delivered"], count);
    }
    once_each(&db, i64::from(3 * count)).await;
    db.close().await;
    for node in [&other, &*first] {
        assert!(node.terminate().await, "{}", node.said());
        node.check_logs_of(&first.stage);
    }
}
