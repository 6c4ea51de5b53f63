//! The count of records against answers: what the benchmark was answered, and what the hub says that it disclosed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hub_core::db::Db;

use crate::figure::{Bound, Figure};
use crate::subject::Subject;

/// What an answer disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A page of headers.
    List,
    /// The same page again: 304.
    Unchanged,
    /// A message with its body.
    Message,
    /// A file.
    Content,
}

/// The right answers of each kind, as those who asked counted them.
#[derive(Debug, Default)]
pub(crate) struct Tally([AtomicU64; 4]);

impl Tally {
    /// So many more.
    pub(crate) fn add(&self, kind: Kind, answers: u64) {
        self.0[kind as usize].fetch_add(answers, Ordering::Relaxed);
    }

    fn counts(&self) -> [u64; 4] {
        [0, 1, 2, 3].map(|kind: usize| self.0[kind].load(Ordering::Relaxed))
    }
}

/// Waits until the reading journal is in the database, and tells for each kind how many records too many or too few it holds.
pub(crate) async fn figures(subject: &Subject) -> Vec<Figure> {
    let (db, wanted) = (subject.db().await, subject.tally.counts());
    let begun = Instant::now();
    let mut found = records(&db).await;
    while found.iter().zip(wanted).any(|(found, wanted)| *found < wanted) && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(200)).await;
        found = records(&db).await;
    }
    db.close().await;
    let off: u64 = found.iter().zip(wanted).map(|(found, wanted)| found.abs_diff(wanted)).sum();
    let name = format!(
        "records of reading that are missing or too many; answers {}, records {}",
        words(wanted),
        words(found)
    );
    vec![
        Figure::told(name, subject.database(), off as f64).within(Bound::AtMost(0.0)).binding(),
        Figure::told(
            "seconds until the last record was in the database",
            subject.database(),
            begun.elapsed().as_secs_f64(),
        ),
    ]
}

async fn records(db: &Db) -> [u64; 4] {
    let row: (i64, i64, i64, i64) = db.fetch_optional(RECORDS, ()).await.unwrap().unwrap();
    [row.0, row.1, row.2, row.3].map(i64::unsigned_abs)
}

fn words([lists, unchanged, messages, contents]: [u64; 4]) -> String {
    format!("{lists} lists, {unchanged} unchanged, {messages} messages, {contents} files")
}

/// A question that disclosed nothing is counted, by consent and hour; the others are a row each.
const RECORDS: &str = "SELECT (SELECT COUNT(*) FROM reading WHERE role = 'provider' AND what = 'list'),
            (SELECT CAST(COALESCE(SUM(times), 0) AS BIGINT) FROM poll),
            (SELECT COUNT(*) FROM reading WHERE role = 'provider' AND what = 'message'),
            (SELECT COUNT(*) FROM reading WHERE role = 'provider' AND what = 'content')";
/// How long the loader may take for what has gathered.
const PATIENCE: Duration = Duration::from_secs(300);
