//! What a spread database looks like, and that a statement of several mailboxes is found.

use std::collections::BTreeSet;

use sqlx::PgPool;
use system_tests::database::TestDatabase;
use system_tests::spread::{LIST, SHARDS};
use system_tests::world::World;

#[tokio::test]
async fn every_table_is_kept_one_way() {
    let tables = &LIST.tables;
    let kept: Vec<&String> =
        [&tables.mailbox, &tables.everywhere, &tables.alone].into_iter().flatten().collect();
    let listed: BTreeSet<String> = kept.iter().map(|name| (*name).clone()).collect();
    assert_eq!(listed.len(), kept.len(), "a table is kept two ways");

    let database = TestDatabase::spread().await;
    let pool = PgPool::connect(&database.url).await.unwrap();
    let made: Vec<(String,)> = sqlx::query_as(TABLES).fetch_all(&pool).await.unwrap();
    pool.close().await;
    assert_eq!(made.into_iter().map(|(name,)| name).collect::<BTreeSet<_>>(), listed);
}

#[tokio::test]
async fn tables_that_lead_with_the_mailbox_are_spread_by_it() {
    let database = TestDatabase::spread().await;
    let pool = PgPool::connect(&database.url).await.unwrap();
    let first: Vec<(String, String)> = sqlx::query_as(FIRST_OF_KEY).fetch_all(&pool).await.unwrap();
    let shards: Vec<(String, i64)> = sqlx::query_as(SHARDS_OF).fetch_all(&pool).await.unwrap();
    pool.close().await;

    let is_mailbox = |table: &str, first: &str| {
        ["mailbox_id", "home"].contains(&first) || (table == "mailbox" && first == "id")
    };
    let led = first.into_iter().filter(|(table, first)| is_mailbox(table, first)).map(|(table, _)| table);
    assert_eq!(led.collect::<BTreeSet<_>>(), LIST.tables.mailbox);
    let whole = LIST.tables.mailbox.iter().map(|table| (table.clone(), i64::from(SHARDS)));
    assert_eq!(shards.into_iter().collect::<BTreeSet<_>>(), whole.collect());
}

#[tokio::test]
#[should_panic(expected = "several shards of message answer")]
async fn a_statement_of_several_mailboxes_is_found() {
    World::on(TestDatabase::spread().await, async |world| {
        let hub = PgPool::connect(&world.url_within()).await.unwrap();
        for sql in [
            "SELECT subject FROM message WHERE mailbox_id = '00000000-0000-0000-0000-000000000001'",
            "SELECT subject FROM message WHERE subject = 'unheard of'",
        ] {
            sqlx::query(sql).fetch_all(&hub).await.unwrap();
        }
        hub.close().await;
    })
    .await;
}

const TABLES: &str = "
    SELECT relname::text
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname <> '_sqlx_migrations'";
const FIRST_OF_KEY: &str = "
    SELECT c.relname::text, a.attname::text
    FROM pg_class c
    JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition";
const SHARDS_OF: &str = "
    SELECT inhparent::regclass::text, COUNT(*)
    FROM pg_inherits
    JOIN pg_class ON oid = inhrelid AND relkind = 'r'
    GROUP BY 1";
