//! Which shards of the mailbox tables a statement asked, read from its plan.
//!
//! The plan was made for the values that the statement came with. What PostgreSQL does not leave out of it, a database that is
//! spread over machines would ask too. PostgreSQL leaves shards out of a subquery that belongs to a row of one mailbox only as it
//! runs; here they are left out as well.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use super::LIST;

/// Where rows of a table are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In this shard.
    Shard(u32),
    /// In the shard of this mailbox.
    Of(Uuid),
    /// In any: only the rows say.
    Any,
}

/// The places that a statement asks, by table.
pub(super) type Asked = BTreeMap<String, BTreeSet<Place>>;

/// A scan of a shard.
struct Scan<'p> {
    table: &'p str,
    shard: u32,
    /// What the statement calls the table, without the number that tells shards apart.
    name: &'p str,
    conditions: String,
}

/// What a plan asks of the mailbox tables.
pub(super) fn asked(plan: &Value) -> Asked {
    let scans = scans(plan);
    let pinned = pinned(&scans);
    let mut asked = Asked::new();
    for scan in &scans {
        let shard = pinned.get(scan.name).copied().unwrap_or(scan.shard);
        asked.entry(scan.table.to_owned()).or_default().insert(Place::Shard(shard));
    }
    for (table, rows) in inserts(plan) {
        asked.entry(table.to_owned()).or_default().extend(places_of(rows, &scans, &pinned));
    }
    asked
}

/// The names whose rows are all of one shard: the statement says of which mailbox, or that it is the mailbox of such a row.
fn pinned<'p>(scans: &[Scan<'p>]) -> BTreeMap<&'p str, u32> {
    let mut shards: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for scan in scans {
        shards.entry(scan.name).or_default().insert(scan.shard);
    }
    let one = |shards: BTreeSet<u32>| (shards.len() == 1).then(|| shards.into_iter().next()).flatten();
    let mut pinned: BTreeMap<&str, u32> =
        shards.into_iter().filter_map(|(name, shards)| Some((name, one(shards)?))).collect();
    loop {
        let next = scans
            .iter()
            .filter(|scan| !pinned.contains_key(scan.name))
            .find_map(|scan| Some((scan.name, *pinned.get(outer(scan)?)?)));
        match next {
            Some((name, shard)) => pinned.insert(name, shard),
            None => return pinned,
        };
    }
}

/// The name of the row whose mailbox a scan's condition asks for.
fn outer<'s>(scan: &'s Scan<'_>) -> Option<&'s str> {
    scan.conditions.split(['(', ')']).find_map(|condition| {
        let (left, right) = condition.split_once(" = ")?;
        let (mine, theirs) = (mailbox_of(left)?, mailbox_of(right)?);
        match (mine == scan.name, theirs == scan.name) {
            (true, false) => Some(theirs),
            (false, true) => Some(mine),
            _ => None,
        }
    })
}

/// The name before the column that is a mailbox.
fn mailbox_of(side: &str) -> Option<&str> {
    let (name, column) = side.split_once('.')?;
    ["mailbox_id", "home", "id"].contains(&column).then(|| unnumbered(name))
}

/// Where rows belong whose first column is their mailbox.
fn places_of(rows: &Value, scans: &[Scan<'_>], pinned: &BTreeMap<&str, u32>) -> BTreeSet<Place> {
    let mailbox = rows["Output"][0].as_str().unwrap_or_default();
    let said = mailbox.strip_prefix('\'').and_then(|rest| rest.strip_suffix("'::uuid"));
    let place = match (said.and_then(|id| id.parse().ok()), mailbox_of(mailbox)) {
        (Some(id), _) => Place::Of(id),
        (None, Some(name)) if scans.iter().any(|scan| scan.name == name) => {
            pinned.get(name).map_or(Place::Any, |shard| Place::Shard(*shard))
        }
        _ => Place::Any,
    };
    [place].into()
}

/// The scans of shards.
fn scans(plan: &Value) -> Vec<Scan<'_>> {
    let here = plan["Relation Name"].as_str().and_then(|relation| {
        let (table, shard) = relation.rsplit_once("_shard_")?;
        let conditions =
            ["Index Cond", "Recheck Cond", "Filter"].map(|key| plan[key].as_str().unwrap_or_default());
        Some(Scan {
            table,
            shard: shard.parse().ok()?,
            name: unnumbered(plan["Alias"].as_str()?),
            conditions: conditions.join(" "),
        })
    });
    below(plan).flat_map(scans).chain(here).collect()
}

/// The mailbox tables that rows are put into, and the rows.
fn inserts(plan: &Value) -> Vec<(&str, &Value)> {
    let mut found: Vec<_> = below(plan).flat_map(inserts).collect();
    let table = plan["Relation Name"].as_str().unwrap_or_default();
    if plan["Operation"] == "Insert" && LIST.tables.mailbox.contains(table) {
        found.extend(below(plan).next().map(|rows| (table, rows)));
    }
    found
}

/// A name without the number that PostgreSQL put behind it.
fn unnumbered(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((bare, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => name,
    }
}

fn below(plan: &Value) -> impl Iterator<Item = &Value> {
    plan["Plans"].as_array().into_iter().flatten()
}
