//! How the databases would carry out what the hubs of this process asked: nothing may look through what grows.
//!
//! Every statement that a test makes a hub say is explained once on each database that it is for, as if each table held very much.
//! A statement that looks through a table that grows with citizens, messages or consents is a finding, unless `tests/plans.toml`
//! names it with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::{LazyLock, Mutex, PoisonError};

use hub_core::db::Db;
use serde::Deserialize;
use serde_json::Value;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row as _, SqlitePool};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Under which name the driver tells what it was asked.
pub(super) const TARGET: &str = "sqlx::query";

/// What was asked, and on which databases it was looked at.
static ASKED: Mutex<BTreeMap<String, BTreeSet<&'static str>>> = Mutex::new(BTreeMap::new());
/// What one database does not understand; the other must.
static STRANGE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Hears statements.
pub(super) struct Statements;

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut heard = Heard(String::new());
        event.record(&mut heard);
        let sql = heard.0.trim();
        if is_judged(sql) {
            let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
            if !asked.contains_key(sql) {
                asked.insert(sql.to_owned(), BTreeSet::new());
            }
        }
    }
}

struct Heard(String);

impl Visit for Heard {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// Whether a statement is one of the hub's own that reads or changes rows; tests look behind it in their own words.
fn is_judged(sql: &str) -> bool {
    ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].iter().any(|word| sql.starts_with(word))
        && !sql.contains("_sqlx_")
}

/// Explains what was asked since the last time, and panics if something is found.
pub(super) async fn check(db: &Db) {
    let name = match db {
        Db::Postgres { .. } => "postgresql",
        Db::Sqlite { .. } => "sqlite",
    };
    let new: Vec<String> = {
        let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
        let new = asked.iter_mut().filter_map(|(sql, on)| on.insert(name).then(|| sql.clone()));
        new.collect()
    };
    let findings = looked_through(db, new).await;
    let findings: Vec<String> = findings
        .into_iter()
        .filter(|(sql, table)| !EXCEPTIONS.covers(sql, table))
        .map(|(sql, table)| format!("{name} looks through {table}:\n{sql}"))
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n\n"));
}

/// The statements among these that look through a table that grows, and which.
pub(super) async fn looked_through(db: &Db, asked: Vec<String>) -> Vec<(String, String)> {
    match db {
        Db::Postgres { pool, .. } => on_postgres(pool.acquire().await.unwrap(), asked).await,
        Db::Sqlite { readers, .. } => on_sqlite(readers, asked).await,
    }
}

async fn on_sqlite(readers: &SqlitePool, asked: Vec<String>) -> Vec<(String, String)> {
    let mut findings = Vec::new();
    for sql in asked {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(readers).await;
        let Some(rows) = explained(plan, &sql) else { continue };
        for row in rows {
            let detail: String = row.get("detail");
            let Some(name) = gone_through(&sql, &detail) else { continue };
            let table = table_behind(&sql, name);
            // in the order of an index, a limit ends it early
            let bounded = sql.contains("LIMIT") && detail.contains(" USING ");
            if GROWING.contains(&table.as_str()) && !bounded {
                findings.push((sql.clone(), table));
            }
        }
    }
    findings
}

/// What a line of a plan of SQLite goes through: a whole table, or the whole list of a campaign to find lines by ids that are given
/// (decision 34).
fn gone_through<'a>(sql: &str, detail: &'a str) -> Option<&'a str> {
    let list = ["(list_id=?)", "(list_id=? AND mailbox_id>?)"].iter().any(|end| detail.ends_with(end));
    let by_ids = || detail.strip_prefix("SEARCH ").filter(|_| list && sql.contains("json_each("));
    detail.strip_prefix("SCAN ").or_else(by_ids)?.split(' ').next()
}

async fn on_postgres(mut connection: PoolConnection<Postgres>, asked: Vec<String>) -> Vec<(String, String)> {
    let much = MUCH.replace("GROWING", &GROWING.join("', '"));
    for sql in [SETTINGS, &much] {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *connection).await.unwrap();
    }
    let mut findings = Vec::new();
    for sql in asked {
        let count = highest_placeholder(&sql);
        if explained(prepare(&mut connection, &sql, count).await, &sql).is_none() {
            continue;
        }
        let values = vec!["NULL"; count].join(", ");
        let values = if values.is_empty() { values } else { format!("({values})") };
        let explain = format!("EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE judged{values}");
        let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(&mut *connection).await;
        let row = row.unwrap_or_else(|error| panic!("{error}: {sql}"));
        let plan: Value = serde_json::from_str(row.get_unchecked::<&str, _>(0)).unwrap();
        sqlx::raw_sql("DEALLOCATE judged").execute(&mut *connection).await.unwrap();
        let mut scanned = Vec::new();
        look_through(&plan[0]["Plan"], false, &mut scanned);
        findings.extend(scanned.into_iter().map(|table| (sql.clone(), table)));
    }
    findings
}

/// Prepares a statement. Types that do not follow from its text are those of numbers.
async fn prepare(connection: &mut PgConnection, sql: &str, count: usize) -> sqlx::Result<()> {
    let mut types = vec!["unknown"; count];
    loop {
        let listed = if count == 0 { String::new() } else { format!("({})", types.join(", ")) };
        let text = format!("PREPARE judged{listed} AS {sql}");
        let Err(error) = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *connection).await else {
            return Ok(());
        };
        let said = error.to_string();
        let named = said
            .split("parameter $")
            .nth(1)
            .and_then(|rest| rest.split(|one: char| !one.is_ascii_digit()).next()?.parse::<usize>().ok());
        match named.and_then(|n| types.get_mut(n.checked_sub(1)?)) {
            Some(one) if *one == "unknown" => *one = "bigint",
            _ => return Err(error),
        }
    }
}

/// What a plan looks through without a condition of an index.
fn look_through(node: &Value, limited: bool, scanned: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let table = node["Relation Name"].as_str().unwrap_or_default();
    let all = match kind {
        "Seq Scan" => true,
        "Index Scan" | "Index Only Scan" => node.get("Index Cond").is_none() && !limited,
        _ => false,
    };
    if all && GROWING.contains(&table) {
        scanned.push(table.to_owned());
    }
    let limited =
        kind == "Limit" || (limited && ["LockRows", "Subquery Scan", "Nested Loop"].contains(&kind));
    for below in node["Plans"].as_array().into_iter().flatten() {
        look_through(below, limited, scanned);
    }
}

/// What came of it; nothing if this database does not understand the statement, which then is the other's.
fn explained<T>(plan: sqlx::Result<T>, sql: &str) -> Option<T> {
    plan.inspect_err(|error| {
        let first = STRANGE.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned());
        assert!(first, "no database understands it: {error}: {sql}");
    })
    .ok()
}

/// The table that a statement calls by this name.
fn table_behind(sql: &str, name: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let called = words.windows(3).find_map(|three| {
        let [before, table, alias] = three else { return None };
        let introduced = ["FROM", "JOIN", "UPDATE", "INTO"].contains(before);
        (introduced && alias.trim_end_matches([')', ',']) == name).then_some(*table)
    });
    called.unwrap_or(name).to_owned()
}

fn highest_placeholder(sql: &str) -> usize {
    let numbers = sql.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// Statements that may look through what grows, each with its reason.
#[derive(Deserialize)]
struct Exceptions {
    exception: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    /// Words of the statement, white space as one space.
    says: String,
    table: String,
    reason: String,
}

impl Exceptions {
    fn covers(&self, sql: &str, table: &str) -> bool {
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        self.exception.iter().any(|one| {
            assert!(!one.reason.is_empty());
            one.table == table && sql.contains(&one.says)
        })
    }
}

static EXCEPTIONS: LazyLock<Exceptions> =
    LazyLock::new(|| toml::from_str(include_str!("../../plans.toml")).expect("tests/plans.toml reads"));

/// What is looked at by an index is cheap, and a plan does not depend on the values.
const SETTINGS: &str =
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;
    SET enable_mergejoin = off; SET enable_material = off; SET random_page_cost = 0.001; SET jit = off";
/// Tables with rows are thought to hold a hundred thousand on each page, hardly two with the same id; of other columns nothing
/// is known.
const MUCH: &str = "DO $$
    DECLARE one RECORD;
    BEGIN
        FOR one IN
            SELECT c.relname, a.attname,
                   CASE WHEN a.atttypid IN ('uuid'::regtype, 'bytea'::regtype) THEN 'SET (n_distinct = -0.5)'
                        ELSE 'SET STATISTICS 0' END AS change
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind = 'r' AND c.relname IN ('GROWING') AND pg_relation_size(c.oid) > 0
        LOOP
            EXECUTE format('ALTER TABLE %I ALTER COLUMN %I ', one.relname, one.attname) || one.change;
        END LOOP;
        FOR one IN
            SELECT c.relname
            FROM pg_class c
            WHERE c.relkind = 'r' AND c.relname IN ('GROWING') AND pg_relation_size(c.oid) > 0
        LOOP
            EXECUTE format('ANALYZE %I', one.relname);
        END LOOP;
        UPDATE pg_class SET reltuples = 1e5 * relpages
        WHERE relkind = 'r' AND relname IN ('GROWING') AND relpages > 0;
    END $$";
/// Tables whose rows grow with citizens, messages, consents or time; queues are worked off.
const GROWING: &[&str] = &[
    "arrival_watch",
    "assertion",
    "audit_write",
    "authorization_request",
    "campaign_list",
    "campaign_recipient",
    "consent",
    "consent_event",
    "delivery_settled",
    "ended_token",
    "event_number",
    "evidence",
    "expiry_watch",
    "feed",
    "followed",
    "grant_",
    "grant_member",
    "idempotency",
    "identity",
    "kept_count",
    "kept_elsewhere",
    "linked",
    "login",
    "mailbox",
    "mailbox_partition",
    "mailbox_preference",
    "mandate",
    "mark",
    "message",
    "message_text",
    "notice",
    "part",
    "partition_right",
    "posted_event",
    "publication",
    "reach_budget",
    "reading",
    "reminder",
    "reply",
    "representative",
    "routing_event",
    "routing_rule",
    "seal",
    "sent",
    "sequel",
    "session",
    "token",
    "withheld",
];
