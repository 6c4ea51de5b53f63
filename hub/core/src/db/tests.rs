//! The facade on both databases: PostgreSQL when `FACTEUR_TEST_POSTGRES` names one.

use std::str::FromStr as _;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

struct Fixture {
    db: Db,
    _data: TempDir,
}

async fn databases() -> Vec<Fixture> {
    let mut all = vec![open("sqlite").await];
    if let Some(url) = postgres().await {
        all.push(open(&url).await);
    }
    all
}

async fn open(url: &str) -> Fixture {
    let data = tempfile::tempdir().unwrap();
    let db = Db::open(&DbConfig { url: url.to_owned(), connections: 4 }, data.path()).await.unwrap();
    db.migrate().await.unwrap();
    Fixture { db, _data: data }
}

#[expect(clippy::disallowed_methods, reason = "tests learn from the environment where PostgreSQL is")]
async fn postgres() -> Option<String> {
    let admin = std::env::var("FACTEUR_TEST_POSTGRES").ok()?;
    let name = format!("facade_{}", crate::random::Random::system().trace_id().simple());
    let options = PgConnectOptions::from_str(&admin).unwrap();
    let mut connection = options.connect().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    let (base, _) = admin.rsplit_once('/').unwrap();
    Some(format!("{base}/{name}"))
}

type Row = (Uuid, String, Option<i64>, bool, Vec<u8>);

#[tokio::test]
async fn values_of_every_type_survive_a_round_trip() {
    for fixture in databases().await {
        let id = Uuid::from_u128(42);
        let row: Row = fixture
            .db
            .fetch_optional(
                "WITH q(id, word, number, truth, bytes) AS (VALUES ($1, $2, $3, $4, $5))
                 SELECT id, word, number, truth, bytes FROM q WHERE number IS NOT NULL",
                (id, "élève", Some(7_i64), true, vec![1_u8, 2]),
            )
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row, (id, "élève".to_owned(), Some(7), true, vec![1, 2]));
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_no_trace() {
    for fixture in databases().await {
        let mut tx = fixture.db.write().await.unwrap();
        let id = Uuid::from_u128(1);
        tx.execute(
            "INSERT INTO hub (id, environment, incarnation, created_at) VALUES (1, 'demo', $1, 0)",
            (id,),
        )
        .await
        .unwrap();
        drop(tx);

        let rows: Vec<(i64,)> = fixture.db.fetch_all("SELECT id FROM hub", ()).await.unwrap();
        assert!(rows.is_empty());
    }
}

#[tokio::test]
async fn a_statement_given_too_few_values_is_not_sent() {
    for fixture in databases().await {
        let refused = fixture.db.fetch_all::<(i64,)>("SELECT id FROM hub WHERE id = $1", ()).await;
        assert!(matches!(refused, Err(sqlx::Error::Protocol(_))));
    }
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    for fixture in databases().await {
        let again = fixture.db.migrate().await.unwrap();
        let known = migrations(fixture.db.dialect()).last().unwrap().0;
        assert_eq!(again, Applied { version: known });
    }
}

#[tokio::test]
async fn readers_of_sqlite_cannot_write() {
    let fixture = open("sqlite").await;
    let mut reading = fixture.db.read().await.unwrap();
    assert!(reading.execute("DELETE FROM token", ()).await.is_err());
}

#[tokio::test]
async fn the_data_is_locked_for_one_hub_or_one_command() {
    for fixture in databases().await {
        let folder = fixture._data.path();
        let serving = fixture.db.lock_to_serve(folder).await.unwrap();
        assert!(matches!(fixture.db.lock_to_change(folder).await, Err(LockError::InUse)));
        drop(serving);
    }
}

#[tokio::test]
async fn what_is_looked_up_is_what_is_read_otherwise() {
    for fixture in databases().await {
        let db = &fixture.db;
        let mut tx = db.write().await.unwrap();
        let (id, at) = (Uuid::from_u128(7), i64::MAX);
        let sql = "INSERT INTO hub (id, environment, incarnation, created_at) VALUES (1, $2, $1, $3)";
        tx.execute(sql, (id, "démo", at)).await.unwrap();
        // names are not numbered in the order of the text
        let ask = "SELECT created_at, incarnation, environment, incarnation = $2 AS same, $3 AS none
                   FROM hub WHERE environment = $1";
        type Row = (i64, Uuid, String, bool, Option<String>);
        assert!(db.look_up_all::<Row>(ask, ("démo", id, None::<String>)).await.unwrap().is_empty());
        tx.commit().await.unwrap();

        let looked_up: Vec<Row> = db.look_up_all(ask, ("démo", id, None::<String>)).await.unwrap();
        assert_eq!(looked_up, db.fetch_all(ask, ("démo", id, None::<String>)).await.unwrap());
        assert_eq!(looked_up, [(at, id, "démo".to_owned(), true, None)]);
        let first: Option<Row> = db.look_up_optional(ask, ("other", id, None::<String>)).await.unwrap();
        assert_eq!(first, None);
    }
}

#[tokio::test]
async fn what_is_looked_up_cannot_write_and_goes_the_usual_way_if_it_fails() {
    for fixture in databases().await {
        let db = &fixture.db;
        let refused = db.look_up_all::<(i64,)>("SELECT id FROM hub WHERE id = $1", ()).await;
        assert!(matches!(refused, Err(sqlx::Error::Protocol(_))));
        let wrong: sqlx::Result<Vec<(String,)>> = db.look_up_all("SELECT nothing FROM hub", ()).await;
        assert!(matches!(wrong, Err(sqlx::Error::Database(_))));
        if let Db::Sqlite { direct, .. } = db {
            let sql = "INSERT INTO hub (id, environment, incarnation, created_at) VALUES (1, 'demo', $1, 0) RETURNING id";
            let refused = direct.fetch_all::<(i64,)>(sql, &(Uuid::from_u128(1),));
            assert!(matches!(refused, Err(rusqlite::Error::SqliteFailure(..))), "{refused:?}");
        }
        db.close().await;
        assert!(db.look_up_all::<(i64,)>("SELECT id FROM hub", ()).await.is_err());
    }
}

#[tokio::test]
async fn a_connection_that_broke_or_was_left_in_the_middle_is_replaced() {
    let Some(url) = postgres().await else { return };
    let fixture = open(&url).await;
    let db = &fixture.db;
    let ask = async |n: i64| db.look_up_all::<(i64,)>("SELECT $1 AS n", (n,)).await.unwrap();
    assert_eq!(ask(1).await, [(1,)]);

    let others = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let ended: Vec<(i64,)> = db.fetch_all(others, ()).await.unwrap();
    assert!(ended[0].0 > 0, "there was a connection to end");
    assert_eq!(ask(2).await, [(2,)]);

    for n in 3..20 {
        let slow = "SELECT $1 AS n FROM pg_sleep(0.3)";
        let given_up =
            tokio::time::timeout(std::time::Duration::from_millis(20), db.look_up_all::<(i64,)>(slow, (n,)));
        assert!(given_up.await.is_err());
    }
    let under_way = "SELECT COUNT(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND query LIKE '%pg_sleep(0.3)' AND state = 'active'";
    // the pool's own connections were ended too
    let watching = Db::open(&DbConfig { url, connections: 1 }, fixture._data.path()).await.unwrap();
    let under_way: Vec<(i64,)> = watching.fetch_all(under_way, ()).await.unwrap();
    assert!(under_way[0].0 <= 2, "{} statements that nobody waits for", under_way[0].0);
    assert_eq!(ask(20).await, [(20,)]);
    watching.close().await;
}

#[tokio::test]
async fn what_takes_long_is_not_read_on_the_spot() {
    let fixture = open("sqlite").await;
    let Db::Sqlite { direct, .. } = &fixture.db else { unreachable!() };
    let long = "WITH RECURSIVE n(n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000000) SELECT COUNT(*) FROM n";
    for _ in 0..2 {
        assert!(direct.fetch_all::<(i64,)>(long, &(1,)).is_err());
        assert_eq!(direct.fetch_all::<(i64,)>("SELECT $1", &(7,)).unwrap(), Some(vec![(7,)]));
    }
    assert_eq!(fixture.db.look_up_all::<(i64,)>(long, (1,)).await.unwrap(), [(1_000_000,)]);
}

#[tokio::test]
async fn a_transaction_that_plans_anew_uses_no_plan_that_was_kept() {
    for fixture in databases().await {
        let Db::Postgres { .. } = &fixture.db else { continue };
        let mut tx = fixture.db.write().await.unwrap();
        let sql = "SELECT COUNT(*) FROM change_queue WHERE id <= $1";
        for n in 0..20_i64 {
            let (_,): (i64,) = tx.fetch_one(sql, (n,)).await.unwrap();
        }
        let kept = "SELECT generic_plans FROM pg_prepared_statements WHERE statement = $1";
        let (before,): (i64,) = tx.fetch_one(kept, (sql,)).await.unwrap();
        assert!(before > 0, "the server keeps plans, or else nothing is shown here");

        tx.plan_anew().await.unwrap();
        for n in 0..20_i64 {
            let (_,): (i64,) = tx.fetch_one(sql, (n,)).await.unwrap();
        }
        assert_eq!(tx.fetch_one::<(i64,)>(kept, (sql,)).await.unwrap(), (before,));
    }
}

/// The flags that `.cargo/config.toml` gives: without them every page that is looked at takes a lock of the whole process.
#[tokio::test]
async fn sqlite_is_built_without_locks_of_the_whole_process() {
    let fixture = open("sqlite").await;
    let options: Vec<(String,)> = fixture.db.fetch_all("PRAGMA compile_options", ()).await.unwrap();
    let has = |wanted: &str| options.iter().any(|(option,)| option == wanted);
    assert!(has("DEFAULT_MEMSTATUS=0") && !has("ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
}
