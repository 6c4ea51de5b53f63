//! Many recipients: 100,000 in the long form, some hundreds otherwise; content once, the feed caught up, little memory.

use std::fs;
use std::time::{Duration, Instant};

use hub_core::db::{Db, DbConfig};
use system_tests::database::databases;
use system_tests::environment::{figure, full};
use system_tests::process::HubProcess;

use super::{Campaign, enterprises, letter};

/// The most memory that a process ever had, in MiB.
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() / 1_024
}

#[tokio::test]
async fn a_large_campaign_stores_its_content_once_and_the_feed_catches_up() {
    let count = if full("100,000 recipients instead of 600") { 100_000 } else { 600 };
    for database in databases().await {
        let name = database.name;
        let hub = HubProcess::start(database).await;
        let (tax, id) = (hub.stage.sender("tax").await, hub.id());
        let mut seconds = Vec::new();
        // the first opens the mailboxes, the second finds them
        for subject in ["Opens mailboxes", "Finds mailboxes"] {
            hub.stage.never_shown(subject);
            let letter = letter(&tax, subject).pdf("large.pdf", 200_000);
            let campaign = Campaign::with(&tax, &letter).await;
            let list = enterprises(200_000, count);
            let begun = Instant::now();
            campaign.to(&list).await.expect(202);
            let taken = begun.elapsed();
            let tax = hub.stage.sender("tax").await;
            let campaign = Campaign { sender: &tax, href: campaign.href };
            assert_eq!(campaign.ends().await["counts"]["delivered"], count);
            seconds.push((taken.as_secs_f64(), begun.elapsed().as_secs_f64()));
        }
        let config = DbConfig { url: hub.database.url.clone(), connections: 2 };
        let db = Db::open(&config, &hub.stage.setting.path("data")).await.unwrap();
        let begun = Instant::now();
        loop {
            let (queued,): (i64,) =
                db.fetch_optional("SELECT COUNT(*) FROM change_queue", ()).await.unwrap().unwrap();
            if queued == 0 {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{queued} changes are queued");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let caught_up = begun.elapsed().as_millis();
        let (messages, publications, parts): (i64, i64, i64) = db
            .fetch_optional(
                "SELECT (SELECT COUNT(*) FROM message), (SELECT COUNT(*) FROM publication), (SELECT COUNT(*) FROM part)",
                (),
            )
            .await
            .unwrap()
            .unwrap();
        assert_eq!((messages, publications, parts), (i64::from(count) * 2, 2, 4));
        assert_eq!(system_tests::world::objects(&hub.stage.setting.path("data/content")).len(), 2);
        let peak = peak(id);
        assert!(peak < 200, "{peak} MiB");
        let ((first_list, first), (second_list, second)) = (seconds[0], seconds[1]);
        let rate = f64::from(count) / (second - second_list).max(0.001);
        figure(&format!(
            "{name}: {count} recipients: list taken in {second_list:.1} s, delivered after {second:.1} s ({rate:.0} a second); \
             with mailboxes to open {first_list:.1} s and {first:.1} s; feed caught up {caught_up} ms later; \
             content stored once; the hub had {peak} MiB at most"
        ));
        db.close().await;
        assert!(hub.terminate().await, "{}", hub.said());
    }
}
