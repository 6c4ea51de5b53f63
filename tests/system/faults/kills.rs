//! `kill -9` at random moments while several senders publish.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use hub_core::clock::Clock;
use hub_core::db::{Db, DbConfig};
use hub_core::random::Random;
use hub_server::config::Config;
use hub_server::serve;
use system_tests::database::TestDatabase;
use system_tests::environment::{figure, full};
use system_tests::process::HubProcess;
use system_tests::world::objects;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::load::{Ledger, Readers};

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_kills_on_sqlite() {
    kill_again_and_again(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_kills_on_postgresql() {
    kill_again_and_again(TestDatabase::postgresql().await).await;
}

async fn kill_again_and_again(database: TestDatabase) {
    let (name, begun) = (database.name, Instant::now());
    let kills = if full("500 kills on each database instead of 10") { 500 } else { 10 };
    let hub = HubProcess::start(database).await;
    let mut ledger = Mutex::new(Ledger::default());
    let mut killed = 0;
    let stage = &hub.stage;
    let mut readers = Readers::admitted(stage).await;

    while killed < kills {
        let (tax, family) = (stage.sender("tax").await, stage.sender("family").await);
        ledger.get_mut().repeat(&tax).await;
        ledger.get_mut().repeat(&family).await;
        let load = async {
            let each =
                [&tax, &tax, &family, &family].map(|sender| Ledger::publish_until_it_breaks(&ledger, sender));
            futures_util::future::join_all(each).await
        };
        let kill = async {
            let [a, b] = Random::system().bytes::<2>();
            sleep(Duration::from_millis(20 + u64::from(u16::from_be_bytes([a, b])) % 600)).await;
            hub.kill().await;
        };
        let (ends, ()) = tokio::join!(load, kill);
        assert!(ends.iter().all(Option::is_none), "{name}: refused while running: {ends:?}");
        killed += 1;

        hub.start_again().await;
        ledger.get_mut().check(&mut readers).await;
        if killed % 50 == 0 {
            println!("{name}: {killed} kills after {} s", begun.elapsed().as_secs());
        }
    }

    let figures = ledger.get_mut().figures();
    hub.check_logs();
    assert!(hub.terminate().await, "{}", hub.said());
    check_rows_and_objects(&hub.database, &stage.setting).await;
    figure(&format!(
        "{name}: {killed} kills in {} s, {} publications acknowledged, {} messages read back: 0 lost, 0 half-written; \
         {} were kept whole before their answer was sent",
        begun.elapsed().as_secs(),
        figures.acknowledged,
        figures.messages,
        figures.kept_unanswered
    ));
}

/// After the collector no object is left that no row names, and every named one is there.
async fn check_rows_and_objects(database: &TestDatabase, setting: &system_tests::world::setting::Setting) {
    let clock = Clock::manual();
    clock.advance(Duration::from_secs(3_600));
    let running = serve::start(Config::read(&setting.config_file()).unwrap(), clock).await.unwrap();
    running.hub().upkeep().collect_objects(Duration::from_secs(600)).await.unwrap();
    running.stop(Duration::from_secs(5)).await;

    let config = DbConfig { url: database.url.clone(), connections: 2 };
    let db = Db::open(&config, &setting.path("data")).await.unwrap();
    let named: Vec<(sqlx::types::Uuid,)> = db
        .fetch_all("SELECT object FROM part WHERE wrapped_key IS NOT NULL AND sealed IS NULL", ())
        .await
        .unwrap();
    let named: BTreeSet<String> = named.into_iter().map(|(object,)| object.simple().to_string()).collect();
    let stored: BTreeSet<String> = objects(&setting.path("data/content"))
        .into_iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(named, stored, "objects named by rows, and objects stored");

    let (publications, messages, sent): (i64, i64, i64) = db
        .fetch_optional(
            "SELECT (SELECT COUNT(*) FROM publication), (SELECT COUNT(*) FROM message), (SELECT COUNT(*) FROM sent)",
            (),
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!((publications, messages), (messages, sent), "publications, messages and what senders know of");
    db.close().await;
}
