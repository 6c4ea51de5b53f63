//! The plans that spread databases told, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use sqlx::PgPool;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use uuid::Uuid;

use super::plan::{Asked, Place, asked};
use super::{LIST, Listed, SHARDS};

/// Under which name the driver tells what the server noticed.
pub(crate) const TARGET: &str = "sqlx::postgres::notice";

/// What was asked of mailbox tables, by statement: all different ways that are not obviously one shard.
static HEARD: Mutex<BTreeMap<String, BTreeSet<Asked>>> = Mutex::new(BTreeMap::new());

/// Hears plans.
pub(crate) struct Plans;

impl<S: Subscriber> Layer<S> for Plans {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut notice = Notice(String::new());
        event.record(&mut notice);
        if let Some((_, plan)) = notice.0.split_once("plan:\n") {
            hear(&serde_json::from_str(plan).unwrap());
        }
    }
}

struct Notice(String);

impl Visit for Notice {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

fn hear(told: &Value) {
    let asked = asked(&told["Plan"]);
    if asked.is_empty() {
        return;
    }
    let sql = told["Query Text"].as_str().unwrap_or_default();
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut heard = held(&HEARD);
    let ways = heard.entry(sql).or_default();
    let places: BTreeSet<&Place> = asked.values().flatten().collect();
    if places.len() > 1 || places.contains(&Place::Any) {
        ways.insert(asked);
    }
}

/// What is wrong with what was heard since the last time: statements that several shards answer and that are not listed.
///
/// Prints how often the list was needed, and how many statements one shard answered: `tests/system/spread.rs` reads it.
pub(crate) async fn findings(pool: &PgPool) -> Vec<String> {
    let heard = mem::take(&mut *held(&HEARD));
    let mut findings = Vec::new();
    for (sql, ways) in heard {
        let mut tables = BTreeSet::new();
        for asked in ways {
            tables.extend(spread_out(pool, asked).await);
        }
        if tables.is_empty() {
            println!("{ONE} {sql}");
        }
        for table in tables {
            let fits = |one: &&Listed| one.tables.contains(&table) && sql.contains(&one.says);
            match LIST.statement.iter().find(fits) {
                Some(one) => println!("{SEVERAL} {table} {}", one.says),
                None => findings.push(format!("several shards of {table} answer:\n{sql}")),
            }
        }
    }
    findings
}

/// Begins a line about a statement that one shard answered.
pub const ONE: &str = "one shard:";
/// Begins a line about a listed statement, after the table.
pub const SEVERAL: &str = "several shards:";

/// The tables that keep a statement from being one shard's.
async fn spread_out(pool: &PgPool, asked: Asked) -> Vec<String> {
    let all: BTreeSet<Place> = asked.values().flatten().copied().collect();
    let mailboxes: Vec<Uuid> = all.iter().filter_map(Place::mailbox).collect();
    let mut shards: BTreeSet<u32> = all.iter().filter_map(Place::shard).collect();
    if let ([mailbox], false) = (mailboxes.as_slice(), shards.is_empty()) {
        shards.insert(shard_of(pool, *mailbox).await);
    }
    if !all.contains(&Place::Any) && mailboxes.len() <= 1 && shards.len() <= 1 {
        return Vec::new();
    }
    let wide = |places: &BTreeSet<Place>| places.len() > 1 || places.contains(&Place::Any);
    let any_wide = asked.values().any(wide);
    asked.into_iter().filter(|(_, places)| !any_wide || wide(places)).map(|(table, _)| table).collect()
}

/// The shard in which a mailbox is, as PostgreSQL reckons.
async fn shard_of(pool: &PgPool, mailbox: Uuid) -> u32 {
    let (shard,): (i32,) = sqlx::query_as(
        "SELECT n FROM generate_series(0, $1 - 1) n WHERE satisfies_hash_partition('mailbox'::regclass, $1, n, $2)",
    )
    .bind(i32::try_from(SHARDS).unwrap())
    .bind(mailbox)
    .fetch_one(pool)
    .await
    .unwrap();
    shard.try_into().unwrap()
}

fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
