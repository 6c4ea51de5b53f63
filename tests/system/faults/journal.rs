//! The reading journal after a crash, after a change, and without a disk.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use system_tests::database::TestDatabase;
use system_tests::process::HubProcess;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::setting::Setting;

/// The segments of the journal, oldest first.
fn segments(setting: &Setting) -> Vec<PathBuf> {
    let entries = fs::read_dir(setting.path("data/journal")).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "journal")).collect();
    found.sort();
    found
}

/// A hub that disclosed a few things and was killed.
async fn killed_after_disclosing(hub: &HubProcess) {
    let (tax, bank) = (hub.stage.sender("tax").await, hub.stage.provider("bank").await);
    tax.publishes(&Person::named("Anna").recipient(), "Disclosed and journalled").await;
    let grant = hub.stage.citizen("Anna").grants(&bank, &EVERYTHING).await;
    for _ in 0..5 {
        bank.messages(&grant).await.expect(200);
    }
    hub.kill().await;
}

#[tokio::test]
async fn a_record_torn_by_a_crash_is_cut_off() {
    let hub = HubProcess::start(TestDatabase::sqlite().await).await;
    killed_after_disclosing(&hub).await;
    let before = segments(&hub.stage.setting);
    let last = before.last().unwrap();
    let whole = fs::metadata(last).unwrap().len();
    File::options().append(true).open(last).unwrap().write_all(&[0xab; 41]).unwrap();

    hub.start_again().await;

    assert_eq!(fs::metadata(last).unwrap().len(), whole, "the torn record is still there");
    assert_eq!(segments(&hub.stage.setting).len(), before.len() + 1, "a new segment was begun");
    assert!(hub.terminate().await);
    hub.check_logs();
}

#[tokio::test]
async fn a_journal_that_was_changed_is_not_served_over() {
    let hub = HubProcess::start(TestDatabase::sqlite().await).await;
    killed_after_disclosing(&hub).await;
    let last = segments(&hub.stage.setting).pop().unwrap();
    let mut file = OpenOptions::new().read(true).write(true).open(&last).unwrap();
    let middle = fs::metadata(&last).unwrap().len() / 2;
    let mut byte = [0];
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.write_all(&[byte[0] ^ 1]).unwrap();
    drop(file);

    hub.spawn(&[]);
    assert!(!hub.ended().await, "the hub serves over a journal that was changed");
    assert!(hub.said().contains("hash chain"), "{}", hub.said());
}
