//! pgbench, from PostgreSQL's own package: a message and its outbox row made durable in one transaction, or a hundred messages
//! in one statement.

use std::path::PathBuf;
use std::process::Command;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use system_tests::database::TestDatabase;
use system_tests::environment;

/// A database with the two tables.
pub(crate) struct PgBench {
    database: TestDatabase,
}

/// What pgbench does again and again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Script {
    /// A message and its outbox row, in one transaction.
    One,
    /// A hundred messages in one statement.
    Hundred,
}

impl Script {
    const fn text(self) -> &'static str {
        match self {
            Self::One => ONE,
            Self::Hundred => HUNDRED,
        }
    }
}

impl PgBench {
    /// Makes the tables.
    pub(crate) async fn prepare() -> Self {
        let database = TestDatabase::on_server(environment::postgres()).await;
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        connection.execute(AssertSqlSafe(TABLES)).await.unwrap();
        Self { database }
    }

    /// Transactions a second of so many clients.
    pub(crate) fn run(&self, script: Script, clients: usize, seconds: u64) -> f64 {
        let file = self.database.data().join("insert.sql");
        std::fs::write(&file, script.text()).unwrap();
        let said = Command::new(program("pgbench"))
            .args([
                "-n",
                "-M",
                "prepared",
                "-j",
                "2",
                "-c",
                &clients.to_string(),
                "-T",
                &seconds.to_string(),
                "-f",
            ])
            .arg(&file)
            .arg(&self.database.url)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        let line = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = line.and_then(|line| line.split(' ').next()?.parse().ok());
        rate.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&said.stderr)))
    }
}

/// How fast the disk makes a write durable at this moment, as PostgreSQL's own tool measures it: operations a second.
pub(crate) fn durable_writes() -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    let said =
        Command::new(program("pg_test_fsync")).args(["-s", "1", "-f"]).arg(file.path()).output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout);
    let line = text.lines().find(|line| line.trim_start().starts_with("fdatasync"));
    line.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
}

/// A program of the newest PostgreSQL here.
pub(crate) fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let newest = versions.map(|entry| entry.unwrap().path()).max();
    newest.unwrap().join("bin").join(name)
}

const TABLES: &str = "CREATE TABLE msg (recipient BIGINT NOT NULL, seq BIGSERIAL, id UUID NOT NULL DEFAULT gen_random_uuid(),
        created TIMESTAMPTZ NOT NULL DEFAULT now(), sender BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id));
    CREATE INDEX msg_by_recipient ON msg (recipient, seq);
    CREATE TABLE outbox (id BIGSERIAL PRIMARY KEY, payload TEXT NOT NULL);";
const ONE: &str = "\\set recipient random(1, 100000)
\\set sender random(1, 200)
BEGIN;
INSERT INTO msg (recipient, sender, body) VALUES (:recipient, :sender, repeat('facteur ', 104));
INSERT INTO outbox (payload) VALUES (repeat('outbox row ', 20));
COMMIT;
";
const HUNDRED: &str = "\\set first random(1, 100000)
\\set sender random(1, 200)
INSERT INTO msg (recipient, sender, body)
SELECT :first + n, :sender, repeat('facteur ', 104) FROM generate_series(1, 100) AS n;
";
