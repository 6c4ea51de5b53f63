//! PostgreSQL goes away under load: 503 with Retry-After, then everything goes on, and nothing is lost.

use std::time::{Duration, Instant};

use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::postgres::Server;
use system_tests::process::HubProcess;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::load::{Ledger, Readers};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_restarts_under_load_and_nothing_acknowledged_is_lost() {
    let mut server = Server::start();
    let hub = HubProcess::start(TestDatabase::on_server(server.url.clone()).await).await;
    let ledger = Mutex::new(Ledger::default());
    let mut readers = Readers::admitted(&hub.stage).await;

    let mut slowest = Duration::ZERO;
    for mode in ["fast", "immediate"] {
        let (tax, family) = (hub.stage.sender("tax").await, hub.stage.sender("family").await);
        let load = async {
            let each = [&tax, &tax, &family].map(|sender| Ledger::publish_until_it_breaks(&ledger, sender));
            futures_util::future::join_all(each).await
        };
        let restart = async {
            sleep(Duration::from_millis(700)).await;
            tokio::task::block_in_place(|| server.stop(mode));
        };
        let (ends, ()) = tokio::join!(load, restart);
        for end in ends {
            let (status, retry_after) = end.expect("the hub answers while its database is away");
            assert_eq!(status, 503);
            assert!(retry_after.parse::<u64>().unwrap() > 0);
        }
        assert!(!hub.is_ready().await, "ready without a database");

        server.start_again();
        let begun = Instant::now();
        while !hub.is_ready().await {
            assert!(begun.elapsed() < Duration::from_secs(20), "not ready again: {}", hub.said());
            sleep(Duration::from_millis(50)).await;
        }
        slowest = slowest.max(begun.elapsed());
        ledger.lock().await.check(&mut readers).await;
    }

    let figures = ledger.lock().await.figures();
    figure(&format!(
        "postgresql restarted twice under load: {} publications acknowledged, 0 lost; ready again after {} ms at most",
        figures.acknowledged,
        slowest.as_millis()
    ));
    assert!(hub.terminate().await, "{}", hub.said());
    hub.check_logs();
}
