//! Spread databases: the migrated schema with partitioned tables in the place of the mailbox tables.

use data_encoding::HEXLOWER;
use hub_core::id::Sha256;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::sync::OnceCell;

use super::{LIST, SHARDS};

/// The name of a spread database, made from this migrated one on the server that tests use.
pub(crate) async fn template(admin: &str, migrated: &str) -> &'static str {
    static MADE: OnceCell<String> = OnceCell::const_new();
    MADE.get_or_init(async || make(admin, migrated).await).await
}

/// Makes it, unless another test binary did: it is called after what it comes from.
async fn make(admin: &str, migrated: &str) -> String {
    let tables: Vec<&str> = LIST.tables.mailbox.iter().map(String::as_str).collect();
    let text = TEXT.replace("TABLES", &tables.join("', '")).replace("SHARDS", &SHARDS.to_string());
    let name =
        format!("spread_{}", HEXLOWER.encode(&Sha256::of((text.clone() + migrated).as_bytes()).0[..8]));
    let mut server = PgConnection::connect(admin).await.expect("PostgreSQL answers");
    // until the connection ends
    server.execute("SELECT pg_advisory_lock(4097)").await.unwrap();
    let made: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut server)
        .await
        .unwrap();
    if made.is_none() {
        let (base, _) = admin.rsplit_once('/').expect("the URL names a database");
        server.execute("DROP DATABASE IF EXISTS spreading WITH (FORCE)").await.unwrap();
        let create = format!("CREATE DATABASE spreading TEMPLATE {migrated}");
        server.execute(AssertSqlSafe(create)).await.unwrap();
        let mut inside = PgConnection::connect(&format!("{base}/spreading")).await.unwrap();
        inside.execute(AssertSqlSafe(text)).await.unwrap();
        inside.close().await.unwrap();
        let rename = format!("ALTER DATABASE spreading RENAME TO {name}");
        server.execute(AssertSqlSafe(rename)).await.unwrap();
    }
    server.close().await.unwrap();
    name
}

/// This URL, with settings that make a connection tell the plan of each statement that it carried out, made for the very values.
pub(crate) fn telling(url: &str) -> String {
    let settings = TELLING.map(|(setting, value)| format!("options[{setting}]={value}"));
    format!("{url}?{}", settings.join("&"))
}

/// A text with such URLs, as it is without the settings.
pub(crate) fn silent(text: &str) -> String {
    text.replace(&telling(""), "")
}

const TELLING: [(&str, &str); 8] = [
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_format", "json"),
    ("auto_explain.log_verbose", "on"),
    ("auto_explain.log_level", "notice"),
    ("plan_cache_mode", "force_custom_plan"),
    ("jit", "off"),
    // no hash of a whole table in the place of a look at one mailbox
    ("work_mem", "64kB"),
];
const TEXT: &str = include_str!("spread.sql");
