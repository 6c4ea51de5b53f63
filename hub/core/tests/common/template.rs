//! Databases that are migrated already, copied for each test: the schema is made once and not a thousand times.

use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use hub_core::db::{Db, DbConfig, Dialect, migrations};
use hub_core::id::Sha256;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::sync::OnceCell;

/// Puts a migrated SQLite database into this data folder.
pub(super) async fn put_sqlite(data: &Path) {
    static MADE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let made = MADE.get_or_init(async || {
        let folder = tempfile::tempdir().unwrap();
        migrate("sqlite".to_owned(), folder.path()).await;
        fs::read(folder.path().join(FILE)).unwrap()
    });
    fs::write(data.join(FILE), made.await).unwrap();
}

/// The name of a migrated database on the PostgreSQL server that tests use.
pub(super) async fn on_postgresql(admin: &str) -> &'static str {
    static MADE: OnceCell<String> = OnceCell::const_new();
    MADE.get_or_init(async || make(admin).await).await
}

/// Makes it, unless another test binary did: it is called after what its schema comes from.
async fn make(admin: &str) -> String {
    let texts: String = migrations(Dialect::Postgres).iter().map(|(_, _, text)| *text).collect();
    let name = format!("migrated_{}", HEXLOWER.encode(&Sha256::of(texts.as_bytes()).0[..8]));
    let mut server = PgConnection::connect(admin).await.expect("PostgreSQL answers");
    // until the connection ends
    server.execute("SELECT pg_advisory_lock(4096)").await.unwrap();
    let made: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut server)
        .await
        .unwrap();
    if made.is_none() {
        let (base, _) = admin.rsplit_once('/').expect("the URL names a database");
        server.execute("DROP DATABASE IF EXISTS migrating WITH (FORCE)").await.unwrap();
        server.execute("CREATE DATABASE migrating TEMPLATE template0").await.unwrap();
        migrate(format!("{base}/migrating"), Path::new("")).await;
        let rename = format!("ALTER DATABASE migrating RENAME TO {name}");
        server.execute(AssertSqlSafe(rename)).await.unwrap();
    }
    server.close().await.unwrap();
    name
}

async fn migrate(url: String, data: &Path) {
    let db = Db::open(&DbConfig { url, connections: 2 }, data).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
}

const FILE: &str = "facteur.sqlite";
