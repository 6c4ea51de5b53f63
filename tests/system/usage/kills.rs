//! `kill -9` while a provider reads: what was answered is in the access log afterwards, once.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::process::HubProcess;
use system_tests::world::citizen::Citizen;
use system_tests::world::people::Person;
use system_tests::world::provider::{EVERYTHING, Grant, Provider, messages_path};
use tokio::time::{Instant, sleep};

use super::{own_mailbox, usages};

#[tokio::test]
async fn nothing_answered_is_missing_from_the_log_after_a_kill_on_sqlite() {
    killed_while_reading(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn nothing_answered_is_missing_from_the_log_after_a_kill_on_postgresql() {
    killed_while_reading(TestDatabase::postgresql().await).await;
}

/// Reads the list until there is no answer; gives how often there was one, and how often it asked.
async fn reads_until_it_breaks(bank: &Provider<'_>, grant: &Grant) -> (usize, usize) {
    let (mut answered, mut asked) = (0, 0);
    loop {
        asked += 1;
        let request = bank.machine.request("GET", &messages_path(grant)).bearer_auth(&grant.access);
        match bank.machine.try_send(request).await {
            Ok(answer) => {
                answer.expect(200);
                answered += 1;
            }
            Err(_) => return (answered, asked),
        }
    }
}

/// Every entry of the log, page by page.
async fn whole_log(anna: &Citizen<'_>, mailbox: &str) -> Vec<Value> {
    let (mut all, mut address) = (Vec::new(), Some(format!("{mailbox}/findUsage")));
    while let Some(next) = address {
        let answer = anna.open(&next).await;
        all.extend(usages(&answer));
        let headers = anna.fetch(&answer.url).await.headers().clone();
        let link = headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        address = link.map(|link| link.trim_start_matches('<').split('>').next().unwrap().to_owned());
    }
    all
}

async fn killed_while_reading(database: TestDatabase) {
    let name = database.name;
    let hub = HubProcess::start(database).await;
    let (tax, bank) = (hub.stage.sender("tax").await, hub.stage.provider("bank").await);
    tax.publishes(&Person::named("Anna").recipient(), "Read while it was killed").await;
    let mut grant = hub.stage.citizen("Anna").grants(&bank, &EVERYTHING).await;

    let (mut answered, mut asked) = (0, 0);
    for _ in 0..3 {
        grant = bank.refreshes(&grant).await;
        let readers = join_all((0..4).map(|_| reads_until_it_breaks(&bank, &grant)));
        let kill = async {
            sleep(Duration::from_millis(700)).await;
            hub.kill().await;
        };
        let (counts, ()) = tokio::join!(readers, kill);
        answered += counts.iter().map(|(answered, _)| answered).sum::<usize>();
        asked += counts.iter().map(|(_, asked)| asked).sum::<usize>();
        hub.start_again().await;
    }

    let anna = hub.stage.citizen("Anna");
    let mailbox = own_mailbox(&anna).await;
    let begun = Instant::now();
    let mut log = whole_log(&anna, &mailbox).await;
    while log.len() < answered && begun.elapsed() < Duration::from_secs(5) {
        sleep(Duration::from_millis(100)).await;
        log = whole_log(&anna, &mailbox).await;
    }
    let loaded = begun.elapsed();
    assert!(log.iter().all(|usage| usage["actionKind"] == "list"), "{log:#?}");
    assert!(answered > 50, "only {answered} were answered");
    assert!((answered..=asked).contains(&log.len()), "{name}: {answered} answered, {} in the log", log.len());

    // starting once more replays the journal and loads nothing twice
    hub.kill().await;
    hub.start_again().await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(whole_log(&anna, &mailbox).await.len(), log.len());
    hub.check_logs();
    assert!(hub.terminate().await, "{}", hub.said());
    figure(&format!(
        "{name}: 3 kills while reading, {answered} answers, {} entries in the access log {} ms after the last start",
        log.len(),
        loaded.as_millis()
    ));
}
