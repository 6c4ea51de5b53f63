//! The truth on both databases: the same tables, columns and rules, and SQLite as strict as PostgreSQL.
//!
//! That every statement runs on both and finds the same rows is shown by hub-core's own tests (group `units`),
//! which open both databases too.

use std::collections::BTreeMap;
use std::time::Duration;

use hub_core::clock::Clock;
use hub_core::db::{Db, DbConfig};
use hub_core::keys::Keyring;
use hub_core::random::Random;
use hub_server::config::Config;
use hub_server::serve;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use system_tests::database::{TestDatabase, empty_databases};
use system_tests::environment::figure;
use system_tests::world::setting::{Ports, Setting};

/// Columns by `table.column`, each with whether it may be NULL.
type Columns = BTreeMap<String, bool>;

async fn migrated(database: &TestDatabase) -> Db {
    let config = DbConfig { url: database.url.clone(), connections: 2 };
    let db = Db::open(&config, database.data()).await.unwrap();
    db.migrate().await.unwrap();
    db
}

async fn columns(db: &Db) -> Columns {
    let rows: Vec<(String, String, bool)> = match db {
        Db::Postgres { pool, .. } => sqlx::query_as(
            "SELECT table_name::text, column_name::text, is_nullable = 'YES' FROM information_schema.columns
              WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
        )
        .fetch_all(pool)
        .await
        .unwrap(),
        Db::Sqlite { readers, .. } => sqlx::query_as(
            "SELECT m.name, c.name, c.\"notnull\" = 0 FROM sqlite_master m JOIN pragma_table_info(m.name) c
              WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'",
        )
        .fetch_all(readers)
        .await
        .unwrap(),
    };
    rows.into_iter().map(|(table, column, nullable)| (format!("{table}.{column}"), nullable)).collect()
}

#[tokio::test]
async fn tables_and_columns_are_the_same_on_both() {
    let mut found = Vec::new();
    for database in empty_databases().await {
        let db = migrated(&database).await;
        found.push(columns(&db).await);
        db.close().await;
    }
    assert!(found[0].len() > 100, "{} columns", found[0].len());
    assert_eq!(found[0], found[1]);
    let tables: std::collections::BTreeSet<&str> =
        found[0].keys().filter_map(|name| name.split('.').next()).collect();
    figure(&format!("{} tables, {} columns alike on both databases", tables.len(), found[0].len()));
}

/// The columns of each table with their declared types.
async fn typed(db: &Db) -> BTreeMap<String, Vec<(String, String)>> {
    let Db::Sqlite { readers, .. } = db else { panic!("this is about SQLite") };
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
          WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'
          ORDER BY m.name, c.cid",
    )
    .fetch_all(readers)
    .await
    .unwrap();
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (table, column, kind) in rows {
        tables.entry(table).or_default().push((column, kind));
    }
    tables
}

/// A literal that fits the declared type, and one that does not.
fn literals(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "UUID" => ("x'00112233445566778899aabbccddeeff'", "'00112233-4455-6677-8899-aabbccddeeff'"),
        "BIGINT" | "INTEGER" => ("1", "'one'"),
        "BOOLEAN" => ("1", "'true'"),
        "BLOB" => ("x'00'", "'text'"),
        _ => ("'text'", "x'00'"),
    }
}

#[tokio::test]
async fn sqlite_refuses_values_of_another_type() {
    let database = TestDatabase::sqlite().await;
    let db = migrated(&database).await;
    let tables = typed(&db).await;
    let Db::Sqlite { writer, .. } = &db else { unreachable!() };
    let mut refused = 0;
    for (table, columns) in &tables {
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        for (wrong, (column, _)) in columns.iter().enumerate() {
            let values: Vec<&str> = columns
                .iter()
                .enumerate()
                .map(|(n, (_, kind))| if n == wrong { literals(kind).1 } else { literals(kind).0 })
                .collect();
            let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
            let error = sqlx::query(AssertSqlSafe(insert))
                .execute(writer)
                .await
                .expect_err(&format!("{table}.{column}"));
            let check = error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_check_violation);
            // A row's own number is refused by its column, before any check.
            let own_number =
                tables[table][wrong].1 == "INTEGER" && error.to_string().contains("datatype mismatch");
            assert!(check || own_number, "{table}.{column}: {error}");
            refused += 1;
        }
    }
    figure(&format!("{refused} columns of SQLite refuse a value of another type"));
    db.close().await;
}

/// Starts a hub on the files of the setting, in an environment; gives why it did not.
async fn start_in(setting: &Setting, environment: &str) -> Result<(), String> {
    let mut config = Config::read(&setting.config_file()).unwrap();
    config.hub.environment = environment.into();
    match serve::start(config, Clock::manual()).await {
        Ok(running) => {
            running.stop(Duration::from_secs(5)).await;
            Ok(())
        }
        Err(error) => Err(format!("{error:#}")),
    }
}

#[tokio::test]
async fn a_database_belongs_to_one_environment_and_migrates_once() {
    hub_server::install_crypto();
    for database in empty_databases().await {
        let setting = Setting::write(&database, &Ports::Any, "https://bank.localhost/callback");
        start_in(&setting, "demo").await.unwrap();
        start_in(&setting, "demo").await.unwrap();

        let refused = start_in(&setting, "acceptance").await.unwrap_err();
        assert!(refused.contains("demo") && refused.contains("trust"), "the trust files: {refused}");
        for trust in ["provider.toml", "sender.toml", "own_software.toml", "operator.toml"] {
            let text = std::fs::read_to_string(setting.path(trust)).unwrap();
            setting.put(trust, &text.replace("\"demo\"", "\"acceptance\""));
        }
        let refused = start_in(&setting, "acceptance").await.unwrap_err();
        assert!(refused.contains("the keyring belongs to the environment demo"), "{refused}");
        let keyring = Keyring::create("acceptance", Clock::System.now(), &Random::system()).unwrap();
        std::fs::remove_file(setting.path("keyring.toml")).unwrap();
        keyring.store(&setting.path("keyring.toml")).unwrap();
        let refused = start_in(&setting, "acceptance").await.unwrap_err();
        assert!(refused.contains("the database belongs to the environment demo"), "{refused}");
    }
}

#[tokio::test]
async fn postgresql_is_durable_before_it_is_used() {
    let database = TestDatabase::postgresql().await;
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let (value,): (String,) = sqlx::query_as("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(value, "on", "{setting}");
    }
    let (name,): (String,) =
        sqlx::query_as("SELECT current_database()::text").fetch_one(&mut connection).await.unwrap();
    let off = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    sqlx::query(AssertSqlSafe(off)).execute(&mut connection).await.unwrap();
    let config = DbConfig { url: database.url.clone(), connections: 2 };
    let refused = Db::open(&config, database.data()).await.unwrap_err();
    assert!(refused.to_string().contains("synchronous_commit"), "{refused}");
}
