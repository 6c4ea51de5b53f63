//! Millions of messages, made inside the database: letters of one campaign, copied from the hundred that a sender published.

use hub_core::clock::Clock;
use hub_core::db::{Db, Dialect, Tx};
use hub_core::random::Random;
use system_tests::process::HubProcess;
use system_tests::world::provider::Grant;
use uuid::Uuid;

use crate::crowd::{self, patient};
use crate::data::{self, LETTERS, analyze, db_of};

/// Mailboxes that are not like the others.
#[derive(Clone, Debug)]
pub(crate) struct Special {
    /// Tokens of one mailbox with very many messages.
    pub(crate) large: Vec<String>,
    /// Tokens of enterprises with as many partitions as there may be.
    pub(crate) divided: Vec<String>,
}

/// Makes so many mailboxes of a hundred messages with a consent each, while the hub rests; gives tokens of so many of them.
pub(crate) async fn many(hub: &HubProcess, grant: &Grant, mailboxes: usize, opened: usize) -> Vec<String> {
    let db = db_of(hub).await;
    let campaign = Random::system().id(Clock::System.now());
    let mut tx = patient(&db).await;
    tx.execute(CAMPAIGN, (campaign,)).await.unwrap();
    let sql = tx.dialect().pick(MAILBOXES[0], MAILBOXES[1]);
    tx.execute(sql, (i64::try_from(mailboxes).unwrap(),)).await.unwrap();
    tx.commit().await.unwrap();
    match db.dialect() {
        Dialect::Sqlite => letters_by_mailbox(&db, campaign).await,
        Dialect::Postgres => letters_by_time(&db, campaign).await,
    }

    let mut tx = patient(&db).await;
    let step = i64::try_from(mailboxes / opened).unwrap();
    let ids: Vec<(Uuid,)> = tx.fetch_all(EVERY, (step,)).await.unwrap();
    let mut tokens = Vec::with_capacity(ids.len());
    for (id,) in ids {
        data::grant(&mut tx, id).await;
        tokens.push(data::token(&mut tx, grant, id).await);
    }
    tx.execute(crowd::OF_BARE, ()).await.unwrap();
    tx.commit().await.unwrap();
    analyze(&db).await;
    index_only(&db).await;
    db.close().await;
    tokens
}

/// A tree that is filled in its own order grows at its end; how it was filled is not seen in it afterwards.
async fn letters_by_mailbox(db: &Db, campaign: Uuid) {
    for first in 0..=u8::MAX {
        let (mut from, mut to) = ([0; 16], [u8::MAX; 16]);
        (from[0], to[0]) = (first, first);
        let mut tx = patient(db).await;
        tx.execute(LETTERS_OF_RANGE, (campaign, Uuid::from_bytes(from), Uuid::from_bytes(to))).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// A heap lies in the order of time: the letters of a mailbox far from each other.
async fn letters_by_time(db: &Db, campaign: Uuid) {
    for n in 0..LETTERS {
        let mut tx = patient(db).await;
        tx.execute(LETTER_OF_ALL, (campaign, i64::try_from(n).unwrap())).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Waits until PostgreSQL has vacuumed by itself what came in, as its settings for this table say; nobody does it for it.
async fn index_only(db: &Db) {
    let Db::Postgres { pool, .. } = db else { return };
    let begun = std::time::Instant::now();
    loop {
        let (left,): (i64,) = sqlx::query_as(NOT_VACUUMED).fetch_one(pool).await.unwrap();
        if left < 50_000 {
            eprintln!("vacuumed by itself after {} s", begun.elapsed().as_secs());
            return;
        }
        assert!(begun.elapsed().as_secs() < 900, "{left} rows are not vacuumed");
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}

/// Adds a mailbox of so many messages, and enterprises with all their partitions, while the hub rests.
pub(crate) async fn special(hub: &HubProcess, grant: &Grant, messages: usize, enterprises: usize) -> Special {
    let db = db_of(hub).await;
    let mut tx = patient(&db).await;
    let large = data::mailboxes(&mut tx, 1).await;
    for id in &large {
        data::consent(&mut tx, *id).await;
        let sql = tx.dialect().pick(LARGE[0], LARGE[1]);
        tx.execute(sql, (*id, i64::try_from(messages).unwrap())).await.unwrap();
        tx.execute(COUNTED, (*id,)).await.unwrap();
    }
    let divided = data::mailboxes(&mut tx, enterprises).await;
    for id in &divided {
        data::fill(&mut tx, *id).await;
        tx.execute("UPDATE mailbox SET kind = 'enterprise' WHERE id = $1", (*id,)).await.unwrap();
        for n in 1..=PARTITIONS {
            tx.execute(PARTITION, (*id, n, format!("Partition {n}"))).await.unwrap();
        }
        tx.execute(DIVIDED, (*id, PARTITIONS + 1)).await.unwrap();
    }
    let special = Special {
        large: tokens(&mut tx, grant, &large).await,
        divided: tokens(&mut tx, grant, &divided).await,
    };
    tx.commit().await.unwrap();
    analyze(&db).await;
    index_only(&db).await;
    db.close().await;
    special
}

async fn tokens(tx: &mut Tx, grant: &Grant, ids: &[Uuid]) -> Vec<String> {
    let mut tokens = Vec::with_capacity(ids.len());
    for id in ids {
        tokens.push(data::token(tx, grant, *id).await);
    }
    tokens
}

/// As many as an enterprise may have (decision 19).
pub(crate) const PARTITIONS: i64 = 62;
/// The publication that all messages share, whose home and id are the campaign's.
const CAMPAIGN: &str =
    "INSERT INTO publication (home, id, organization, application, message_type, header, at, expires_at)
     SELECT $1, $1, p.organization, p.application, p.message_type, p.header, p.at, p.expires_at
     FROM publication p
     JOIN message e ON e.mailbox_id = p.home AND e.publication_id = p.id
      AND e.number = (SELECT MIN(x.number) FROM message x)
     JOIN consent c ON c.mailbox_id = p.home AND c.grant_id <> c.mailbox_id";
/// Mailboxes, told apart by when they were created.
const MAILBOXES: [&str; 2] = [
    "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $1)
     INSERT INTO mailbox (id, kind, state, version, total, unread, created_at, activated_at)
     SELECT randomblob(16), m.kind, m.state, m.version, m.total, m.unread, n.n, m.activated_at
     FROM n
     JOIN consent c ON c.mailbox_id = (SELECT o.mailbox_id FROM consent o WHERE o.grant_id <> o.mailbox_id)
     JOIN mailbox m ON m.id = c.mailbox_id",
    "INSERT INTO mailbox (id, kind, state, version, total, unread, created_at, activated_at)
     SELECT gen_random_uuid(), m.kind, m.state, m.version, m.total, m.unread, n.n, m.activated_at
     FROM generate_series(1, $1::bigint) n(n)
     JOIN consent c ON c.mailbox_id = (SELECT o.mailbox_id FROM consent o WHERE o.grant_id <> o.mailbox_id)
     JOIN mailbox m ON m.id = c.mailbox_id",
];
const EVERY: &str = "SELECT id FROM mailbox WHERE created_at < 1000000000 AND created_at % $1 = 0";
macro_rules! letters {
    ($id:literal, $which:literal) => {
        concat!(
            "INSERT INTO message (mailbox_id, number, publication_id, campaign_id, at, expires_at, organization,
                                  application, type, flags, subject)
             SELECT m.id, e.number, ",
            $id,
            ", $1, e.at, e.expires_at, e.organization, e.application, e.type, e.flags, e.subject
             FROM mailbox m
             JOIN message e ON e.mailbox_id = (SELECT c.mailbox_id FROM consent c WHERE c.grant_id <> c.mailbox_id)
             WHERE m.created_at < 1000000000 AND ",
            $which
        )
    };
}
const LETTERS_OF_RANGE: &str =
    letters!("randomblob(16)", "m.id >= $2 AND m.id <= $3 ORDER BY m.id, e.number");
const LETTER_OF_ALL: &str = letters!(
    "gen_random_uuid()",
    "e.number = (
         SELECT x.number
         FROM message x
         WHERE x.mailbox_id = (SELECT c.mailbox_id FROM consent c WHERE c.grant_id <> c.mailbox_id)
         ORDER BY x.number
         LIMIT 1 OFFSET $2
     )"
);
macro_rules! large {
    ($numbers:literal, $id:literal, $from:literal) => {
        concat!(
            $numbers,
            "INSERT INTO message (mailbox_id, number, publication_id, campaign_id, at, expires_at, organization,
                                  application, type, flags, subject)
             SELECT $1, n.n, ",
            $id,
            ", p.id, e.at, e.expires_at, e.organization, e.application, e.type, e.flags, e.subject
             FROM ",
            $from,
            " JOIN publication p ON p.home = p.id
             JOIN message e ON e.mailbox_id = (SELECT c.mailbox_id FROM consent c WHERE c.grant_id <> c.mailbox_id)
              AND e.number = (
                  SELECT MAX(x.number)
                  FROM message x
                  WHERE x.mailbox_id = (SELECT c.mailbox_id FROM consent c WHERE c.grant_id <> c.mailbox_id)
              )"
        )
    };
}
const LARGE: [&str; 2] = [
    large!(
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $2) ",
        "randomblob(16)",
        "n"
    ),
    large!("", "gen_random_uuid()", "generate_series(1, $2::bigint) n(n)"),
];
const COUNTED: &str = "UPDATE mailbox
     SET version = (SELECT MAX(e.number) FROM message e WHERE e.mailbox_id = $1),
         total = (SELECT COUNT(*) FROM message e WHERE e.mailbox_id = $1),
         unread = (SELECT COUNT(*) FROM message e WHERE e.mailbox_id = $1)
     WHERE id = $1";
const PARTITION: &str =
    "INSERT INTO mailbox_partition (mailbox_id, number, name, created_at) VALUES ($1, $2, $3, 1)";
const DIVIDED: &str = "UPDATE message SET partition = number % $2 WHERE mailbox_id = $1";
const NOT_VACUUMED: &str = "SELECT n_ins_since_vacuum FROM pg_stat_user_tables WHERE relname = 'message'";
