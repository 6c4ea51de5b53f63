//! What letters, campaigns and reads add to the databases: the figures behind the capacity plan (decision 29), and a bound on them.

use std::collections::BTreeMap;

use hub_core::db::{Db, DbConfig};
use serde_json::json;
use system_tests::database::TestDatabase;
use system_tests::environment::{figure, full};
use system_tests::postgres::Server;
use system_tests::world::World;
use system_tests::world::people::enterprise;
use system_tests::world::provider::EVERYTHING;

use crate::campaigns::{Campaign, enterprises};

/// Bytes of each table and of its indexes, and how much was ever written ahead, before and after they were tidied up.
struct Sizes {
    tables: BTreeMap<String, (i64, i64)>,
    written: i64,
    tidied: i64,
}

#[tokio::test]
async fn a_letter_takes_no_more_room_than_was_planned() {
    let count = if full("the room that 1,000 letters take instead of 200") { 1_000 } else { 200 };
    // a server of its own, so that what is written ahead is this hub's
    let server = Server::start();
    for database in [TestDatabase::empty_sqlite(), TestDatabase::on_server(server.url.clone()).await] {
        let config = DbConfig { url: database.url.clone(), connections: 1 };
        let db = Db::open(&config, database.data()).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await;
        World::on(database, async |world| measure(world, count).await).await;
    }
}

async fn measure(world: &World, count: u32) {
    let _running = world.clock_runs();
    let (tax, boxes) = (world.sender("tax").await, count / 20);
    let letter = |n: u32| {
        let recipient = json!({"enterpriseNumber": enterprise(300_000 + n % boxes)});
        tax.letter(&recipient, &format!("Aanslagbiljet personenbelasting {n}"))
            .body(TEXT)
            .pdf("brief.pdf", 20_000)
    };
    for n in 0..boxes {
        tax.publish(&letter(n)).await.expect(201);
    }
    let before = settled(world).await;
    for n in 0..count {
        tax.publish(&letter(n)).await.expect(201);
    }
    let a_letter = told(world, "a letter", &before, &settled(world).await, count);
    assert!(a_letter < A_LETTER, "a letter takes {a_letter} bytes");

    // the first opens the mailboxes, the second finds them
    for (what, most) in
        [("a recipient with a mailbox to open", A_NEW_RECIPIENT), ("a recipient", A_RECIPIENT)]
    {
        let tax = world.sender("tax").await;
        let before = settled(world).await;
        let campaign = Campaign::begin(&tax, "Nieuwe tarieven").await;
        campaign.to(&enterprises(400_000, count)).await.expect(202);
        campaign.ends().await;
        let bytes = told(world, what, &before, &settled(world).await, count);
        assert!(bytes < most, "{what} takes {bytes} bytes");
    }

    let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
    let grant = anna.grants(&bank, &EVERYTHING).await;
    let before = settled(world).await;
    for n in 0..count {
        let letter = tax.letter(&anna.person.recipient(), &format!("Aanslagbiljet personenbelasting {n}"));
        tax.publish(&letter.body(TEXT).pdf("brief.pdf", 20_000)).await.expect(201);
    }
    told(world, "a letter that a provider follows", &before, &settled(world).await, count);

    let before = settled(world).await;
    for _ in 0..count {
        bank.messages(&grant).await;
    }
    let a_read = told(world, "a disclosure", &before, &settled(world).await, count);
    assert!(a_read < A_READ, "a disclosure takes {a_read} bytes");
}

/// The sizes once everything that follows from what was done is done.
async fn settled(world: &World) -> Sizes {
    let upkeep = world.hub().upkeep();
    while upkeep.changes_queued().await.unwrap() > 0 {
        upkeep.sequence_changes().await.unwrap();
    }
    while upkeep.seal_evidence().await.unwrap() > 0 {}
    upkeep.load_journal().await.unwrap();
    let written = written_ahead(world).await;
    if let Db::Postgres { pool, .. } = &world.db {
        // gives back the pages that were taken in advance
        sqlx::raw_sql("VACUUM").execute(pool).await.unwrap();
    }
    let rows: Vec<(String, i64, i64)> =
        world.db.fetch_all(world.db.dialect().pick(SQLITE, POSTGRES), ()).await.unwrap();
    let tables = rows.into_iter().map(|(table, rows, indexes)| (table, (rows, indexes))).collect();
    Sizes { tables, written, tidied: written_ahead(world).await }
}

async fn written_ahead(world: &World) -> i64 {
    match &world.db {
        Db::Postgres { .. } => world.count("SELECT CAST(pg_current_wal_lsn() - '0/0' AS BIGINT)").await,
        Db::Sqlite { .. } => 0,
    }
}

/// Tells what each of `count` added, by table, and gives the sum of the bytes.
fn told(world: &World, what: &str, before: &Sizes, after: &Sizes, count: u32) -> i64 {
    let mut sum = 0;
    let mut tables = Vec::new();
    for (table, (rows, indexes)) in &after.tables {
        let (old_rows, old_indexes) = before.tables.get(table).copied().unwrap_or_default();
        let each = |bytes: i64| bytes / i64::from(count);
        let (rows, indexes) = (each(rows - old_rows), each(indexes - old_indexes));
        sum += rows + indexes;
        if rows + indexes >= 16 {
            tables.push(format!("{table} {rows}+{indexes}"));
        }
    }
    let ahead = (after.written - before.tidied) / i64::from(count);
    let ahead = if ahead == 0 { String::new() } else { format!(", written ahead {ahead}") };
    let tables = tables.join(", ");
    figure(&format!("{}: {what}: {sum} bytes{ahead} (rows+indexes: {tables})", world.database()));
    sum
}

/// A letter's text of the usual length.
const TEXT: &str = "Beste,\n\nu vindt uw aanslagbiljet in de bijlage van dit bericht. Wat u moet betalen of terugkrijgt, staat op de \
    eerste bladzijde, met de datum tot wanneer. Klopt er iets niet? Dan kunt u binnen zes maanden bezwaar indienen; hoe dat gaat, \
    leest u op de laatste bladzijde.\n\nMet vriendelijke groeten\nUw belastingkantoor";

const POSTGRES: &str = "
    SELECT relname::text AS name, pg_table_size(oid) AS rows, pg_indexes_size(oid) AS indexes
    FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
const SQLITE: &str = "
    SELECT s.tbl_name AS name, SUM(CASE WHEN s.type = 'table' THEN d.pgsize ELSE 0 END) AS rows,
           SUM(CASE WHEN s.type = 'index' THEN d.pgsize ELSE 0 END) AS indexes
    FROM dbstat d
    JOIN sqlite_schema s ON s.name = d.name
    GROUP BY s.tbl_name";

/// The most bytes of a letter whose file is an object, its rows and indexes together.
const A_LETTER: i64 = 10_000;
/// The most bytes of a campaign's recipient whose mailbox is opened for it.
const A_NEW_RECIPIENT: i64 = 8_000;
/// The most bytes of a campaign's recipient.
const A_RECIPIENT: i64 = 6_000;
/// The most bytes of a disclosure.
const A_READ: i64 = 1_000;
