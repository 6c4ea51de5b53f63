//! A reading journal that cannot be written: nothing is disclosed and nothing counts as retrieved (TRUST T18).
//!
//! The fault is real: the kernel refuses to let the journal's file grow. It alone runs in this process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

mod common;
#[path = "reading/parties.rs"]
mod parties;

use std::process::Command;

use common::{World, for_each_database};
use hub_core::access::provider::AskedPage;
use hub_core::error::Error;
use hub_core::mailbox::Number;
use parties::{BANK, grants, letter, pdf, publish, records, set_read};
use tokio::signal::unix::{SignalKind, signal};

/// Bytes: more than SQLite's files need here.
const LIMIT: u64 = 48 * 1024 * 1024;

#[tokio::test]
async fn without_the_journal_nothing_is_disclosed() {
    // Whoever handles SIGXFSZ is told EFBIG instead of being ended.
    let _handled = signal(SignalKind::from_raw(25)).unwrap();
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(20_000);
        publish(world, &letter(&Number::Ssin(anna.clone()), "Bijlage", &[&file]), &[&file]).await;
        let held = grants(world, &anna, BANK, &["list", "readContent", "markRead"]).await;
        let (access, mailbox) = (held.open(world).await, held.mailbox());
        let message = held.list(world).await.remove(0).id;

        limit_files(&LIMIT.to_string());
        fill_journal(world);
        assert_unavailable(access.mailboxes(None, None).await);
        fill_journal(world);
        assert_unavailable(access.messages(mailbox, AskedPage::default()).await);
        fill_journal(world);
        assert_unavailable(access.message(mailbox, &message).await);
        fill_journal(world);
        assert_unavailable(access.mark(mailbox, &message, set_read(true)).await);
        limit_files("unlimited");

        assert_eq!(world.count("SELECT COUNT(*) FROM mark").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE retrieved_at IS NOT NULL").await, 0);
        assert_eq!(
            world.count("SELECT COUNT(*) FROM audit_write WHERE action IN ('retrieve', 'markRead')").await,
            0
        );
        assert_eq!(records(world).await.len(), 1);

        let shown = access.message(mailbox, &message).await.unwrap();
        access.content(mailbox, &message, &shown.attachments[0].id).await.unwrap();
        assert_eq!(records(world).await.len(), 3);
    })
    .await;
}

fn assert_unavailable<T>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::Unavailable { .. })), "{:?}", result.err());
}

/// Stretches the journal to the limit; after an error the hub cuts it back to what was whole.
fn fill_journal(world: &World) {
    for entry in std::fs::read_dir(world.folder().join("journal")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "journal") {
            std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(LIMIT).unwrap();
        }
    }
}

/// Lets no file of this process grow beyond so many bytes.
fn limit_files(limit: &str) {
    let process = std::process::id().to_string();
    let done =
        Command::new("prlimit").args(["--pid", &process, &format!("--fsize={limit}:unlimited")]).status();
    assert!(done.unwrap().success());
}
