//! A disk that takes nothing more: what cannot be journalled is not disclosed, what cannot be kept is not accepted.

use std::process::Command;

use system_tests::database::TestDatabase;
use system_tests::process::HubProcess;
use system_tests::world::answer::Answer;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

/// Lets files of the process grow to this size and no further.
fn limit_files(hub: &HubProcess, bytes: &str) {
    let id = hub.id().to_string();
    let limited =
        Command::new("prlimit").args(["--pid", &id, &format!("--fsize={bytes}:")]).status().unwrap();
    assert!(limited.success());
}

#[track_caller]
fn expect_unavailable(answer: &Answer) {
    answer.expect_problem(503, "serviceUnavailable");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
}

async fn nothing_is_given_or_taken(database: TestDatabase) {
    let hub = HubProcess::prepare(database).await;
    // a file that may not grow is an error and not a signal; the log is such a file too
    hub.start_behind(&["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"]).await;
    let (tax, bank) = (hub.stage.sender("tax").await, hub.stage.provider("bank").await);
    tax.publishes(&Person::named("Anna").recipient(), "Before the disk was full").await;
    let grant = hub.stage.citizen("Anna").grants(&bank, &EVERYTHING).await;
    bank.messages(&grant).await.expect(200);

    limit_files(&hub, "1");
    expect_unavailable(&bank.messages(&grant).await);
    let letter =
        tax.letter(&Person::named("Anna").recipient(), "While the disk was full").pdf("letter.pdf", 30_000);
    expect_unavailable(&tax.publish(&letter).await);

    limit_files(&hub, "unlimited");
    tax.delivers(&letter).await;
    let list = bank.messages(&grant).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2, "{list:#}");
    assert!(hub.terminate().await, "{}", hub.said());
    hub.check_logs();
}

#[tokio::test]
async fn a_full_disk_is_answered_with_503_on_sqlite() {
    nothing_is_given_or_taken(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn a_full_disk_is_answered_with_503_on_postgresql() {
    nothing_is_given_or_taken(TestDatabase::postgresql().await).await;
}
