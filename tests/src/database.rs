//! Databases of one test: a SQLite folder, a PostgreSQL database of its own.
//!
//! `for database in databases().await { … }` runs a test on both. A PostgreSQL database is dropped with its
//! value, whatever is still connected to it. Each prints `database: NAME`, which `tests/run` counts.

use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

use crate::{environment, spread};

#[path = "../../hub/core/tests/common/template.rs"]
mod template;

/// A database that only one test sees, and the data folder beside it.
pub struct TestDatabase {
    /// `sqlite` or `postgresql`, for messages.
    pub name: &'static str,
    /// What the hub's configuration calls `database.url`.
    pub url: String,
    /// Whether its mailbox tables are spread over shards.
    pub spread: bool,
    folder: TempDir,
    dropped: Option<(String, String)>,
}

impl TestDatabase {
    /// A migrated SQLite database without any row of ours.
    pub async fn sqlite() -> Self {
        let database = Self::empty_sqlite();
        template::put_sqlite(database.data()).await;
        database
    }

    /// A migrated PostgreSQL database without any row of ours; spread over shards where all are to be.
    pub async fn postgresql() -> Self {
        if environment::spread() {
            return Self::spread().await;
        }
        let admin = environment::postgres();
        let template = template::on_postgresql(&admin).await;
        Self::like(template, admin).await
    }

    /// A migrated PostgreSQL database without any row of ours, its mailbox tables spread over shards.
    pub async fn spread() -> Self {
        let admin = environment::postgres();
        let migrated = template::on_postgresql(&admin).await;
        let template = spread::database::template(&admin, migrated).await;
        let mut database = Self::like(template, admin).await;
        database.spread = true;
        database
    }

    /// What the configuration of a hub in this process calls `database.url`: where the mailbox tables are spread, that hub's
    /// connections tell which shards they ask.
    pub fn url_within(&self) -> String {
        if self.spread { spread::database::telling(&self.url) } else { self.url.clone() }
    }

    /// A SQLite database that nothing was done to, made when it is first opened.
    pub fn empty_sqlite() -> Self {
        println!("database: sqlite");
        Self {
            name: "sqlite",
            url: "sqlite".into(),
            spread: false,
            folder: tempfile::tempdir().unwrap(),
            dropped: None,
        }
    }

    /// A database that nothing was done to, on the server that this URL leads to.
    pub async fn on_server(admin: String) -> Self {
        Self::like("template0", admin).await
    }

    async fn like(template: &str, admin: String) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        println!("database: postgresql");
        run(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;

        let (server, _) = admin.rsplit_once('/').expect("the URL names a database");
        let url = format!("{server}/{name}");
        Self {
            name: "postgresql",
            url,
            spread: false,
            folder: tempfile::tempdir().unwrap(),
            dropped: Some((admin.clone(), name)),
        }
    }

    /// Drops what is on the server without standing in the runtime's way. PostgreSQL waits until each backend has heard of the
    /// drop, and one in the middle of an authentication hears nothing before its client goes on: where that client is
    /// another test's connection in the thread that waits, both stand still until the authentication runs out after 60 s.
    pub async fn end(&mut self) {
        if let Some((admin, name)) = self.dropped.take() {
            run(&admin, &dropping(&name)).await;
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }
}

/// One database of each kind, migrated; where tests shall run on spread ones, such a one alone.
pub async fn databases() -> Vec<TestDatabase> {
    if environment::spread() {
        return vec![TestDatabase::spread().await];
    }
    vec![TestDatabase::sqlite().await, TestDatabase::postgresql().await]
}

/// One database of each kind that nothing was done to.
pub async fn empty_databases() -> Vec<TestDatabase> {
    vec![TestDatabase::empty_sqlite(), TestDatabase::on_server(environment::postgres()).await]
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some((admin, name)) = self.dropped.take() else { return };
        // of a test that did not come to its end; a drop cannot wait for a future, and this one may happen inside a runtime
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&admin, &dropping(&name)));
        });
        if dropped.join().is_err() {
            eprintln!("a test database was left behind");
        }
    }
}

fn dropping(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

async fn run(admin: &str, statement: &str) {
    let mut connection = PgConnection::connect(admin).await.expect("PostgreSQL answers");
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
    connection.close().await.unwrap();
}
