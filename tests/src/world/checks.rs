//! What must hold when a test ends, whatever it did.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hub_core::db::Db;
use hub_core::journal::{Journal, JournalError};
use hub_core::random::Random;
use sqlx::AssertSqlSafe;

use super::{World, logs};
use crate::spread;

impl World {
    /// Stops the hub and checks: follow-up work done, journal whole, nothing shown that must not be.
    pub async fn finish(mut self) {
        let running = self.running.take().unwrap();
        let hub = running.hub().clone();
        let begun = Instant::now();
        while self.follow_up().await > 0 && begun.elapsed() < PATIENCE {
            // what the hub's own job has in hand at this moment is its to end
            if hub.upkeep().work_outbox().await.unwrap() == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        let metrics = self.metrics().await;
        drop(hub);
        running.stop(Duration::from_secs(5)).await;

        assert_eq!(self.follow_up().await, 0, "follow-up work is left");
        self.check_journal().await;

        let canaries = self.stage.canaries();
        search("the logs", &logs::text(), &canaries);
        search("the metrics", &metrics, &canaries);
        let hidden: Vec<String> = canaries.into_iter().filter(|canary| secret(canary)).collect();
        search_folder(&self.stage.setting.path("data"), &hidden);
        search("the database", &self.everything().await, &hidden);
        self.check_shards().await;
        self.db.close().await;
        self.database.end().await;
    }

    /// Where the mailbox tables are spread, each statement that this process made was one shard's, or is listed.
    async fn check_shards(&self) {
        if let (true, Db::Postgres { pool, .. }) = (self.database.spread, &self.db) {
            let findings = spread::findings(pool).await;
            assert!(findings.is_empty(), "{}", findings.join("\n\n"));
        }
    }

    async fn follow_up(&self) -> i64 {
        let (waiting,) = self.row("SELECT COUNT(*) FROM outbox").await;
        waiting
    }

    async fn metrics(&self) -> String {
        let url = format!("{}/metrics", self.stage.operations);
        let request = self.stage.machine(None).request("GET", &url);
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Opens the journal again, which walks every chain, and loads it: nothing may be missing in the database.
    async fn check_journal(&self) {
        let journal = reopened(&self.stage.setting.path("data/journal")).await;
        assert_eq!(journal.load(&self.db).await.unwrap(), 0, "the hub left readings unloaded");
    }

    /// Every row of PostgreSQL as text; SQLite's rows stand in its file, which is searched with the others.
    async fn everything(&self) -> String {
        let Db::Postgres { pool, .. } = &self.db else { return String::new() };
        let tables: Vec<(String,)> = sqlx::query_as(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        let mut text = String::new();
        for (table,) in tables {
            let rows = format!("SELECT t::text FROM \"{table}\" t");
            let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(rows)).fetch_all(pool).await.unwrap();
            text.extend(rows.into_iter().map(|(row,)| row + "\n"));
        }
        text
    }
}

/// Opens a journal that this process has just closed.
///
/// A program that another test starts at this moment holds every open file, and so its lock, until it is running.
async fn reopened(folder: &Path) -> Journal {
    for _ in 0..200 {
        match Journal::open(folder, &Random::system()) {
            Err(JournalError::InUse) => tokio::time::sleep(Duration::from_millis(10)).await,
            other => return other.unwrap(),
        }
    }
    panic!("the journal in {} stays open", folder.display())
}

/// Whether a canary must not even stand in the database in clear: persons' numbers and names, tokens. Subjects do.
fn secret(canary: &str) -> bool {
    !canary.contains(' ')
}

#[track_caller]
fn search(place: &str, text: &str, canaries: &[String]) {
    for canary in canaries {
        if let Some(at) = text.find(canary.as_str()) {
            let start = text[..at].rfind('\n').map_or(0, |start| start + 1);
            let line: String = text[start..].chars().take(400).collect();
            panic!("{place} show {canary}: {line}");
        }
    }
}

fn search_folder(folder: &Path, canaries: &[String]) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search_folder(&path, canaries);
        } else {
            let bytes = fs::read(&path).unwrap();
            search(&path.display().to_string(), &String::from_utf8_lossy(&bytes), canaries);
        }
    }
}

/// How long follow-up work may take that the hub's own job has in hand.
const PATIENCE: Duration = Duration::from_secs(10);
