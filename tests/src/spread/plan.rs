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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In this shard.
    Shard(u32),
    /// In the shard of this mailbox.
    Of(Uuid),
    /// In any: only the rows say.
    Any,
}

impl Place {
    /// The shard, if that is what is known.
    pub(super) const fn shard(&self) -> Option<u32> {
        match self {
            Self::Shard(shard) => Some(*shard),
            Self::Of(_) | Self::Any => None,
        }
    }

    /// The mailbox, if the statement named it.
    pub(super) const fn mailbox(&self) -> Option<Uuid> {
        match self {
            Self::Of(mailbox) => Some(*mailbox),
            Self::Shard(_) | Self::Any => None,
        }
    }
}

/// The places that a statement asks, by table.
pub(super) type Asked = BTreeMap<String, BTreeSet<Place>>;

/// A scan of a shard.
struct Scan<'p> {
    table: &'p str,
    shard: u32,
    /// What the statement calls the table, without the number that tells shards apart.
    name: &'p str,
    /// What each row must fulfil.
    conditions: Vec<&'p str>,
}

/// What a plan asks of the mailbox tables.
pub(super) fn asked(plan: &Value) -> Asked {
    let scans = scans(plan);
    let pinned = pinned(&scans);
    let mut asked = Asked::new();
    for scan in &scans {
        let place = pinned.get(scan.name).copied().unwrap_or_else(|| scan.place());
        asked.entry(scan.table.to_owned()).or_default().insert(place);
    }
    for (table, rows) in inserts(plan) {
        asked.entry(table.to_owned()).or_default().extend(place_of(rows, &scans, &pinned));
    }
    asked
}

/// The names whose rows are all in one place: the statement says of which mailbox, or that it is the mailbox of such a row.
fn pinned<'p>(scans: &[Scan<'p>]) -> BTreeMap<&'p str, Place> {
    let mut places: BTreeMap<&str, BTreeSet<Place>> = BTreeMap::new();
    for scan in scans {
        places.entry(scan.name).or_default().insert(scan.place());
    }
    let one = |places: BTreeSet<Place>| if places.len() == 1 { places.into_iter().next() } else { None };
    let mut pinned: BTreeMap<&str, Place> =
        places.into_iter().filter_map(|(name, places)| Some((name, one(places)?))).collect();
    loop {
        let next = scans
            .iter()
            .filter(|scan| !pinned.contains_key(scan.name))
            .find_map(|scan| Some((scan.name, *pinned.get(outer(scan, scans)?)?)));
        match next {
            Some((name, place)) => pinned.insert(name, place),
            None => return pinned,
        };
    }
}

impl Scan<'_> {
    /// Where its rows are: the mailbox, if the statement names it, else the shard.
    fn place(&self) -> Place {
        self.comparisons()
            .find_map(|(left, right)| self.is_mailbox(left).then(|| named(right)).flatten())
            .map_or(Place::Shard(self.shard), Place::Of)
    }

    /// Whether this is the column of its mailbox.
    fn is_mailbox(&self, side: &str) -> bool {
        let key = match self.table {
            "mailbox" => "id",
            "publication" | "part" => "home",
            _ => "mailbox_id",
        };
        side.split_once('.').is_some_and(|(name, column)| unnumbered(name) == self.name && column == key)
    }

    /// Both sides of what its conditions compare.
    fn comparisons(&self) -> impl Iterator<Item = (&str, &str)> {
        let binding = self.conditions.iter().filter(|condition| !condition.contains(" OR "));
        binding.flat_map(|condition| condition.split(['(', ')'])).filter_map(|one| one.split_once(" = "))
    }
}

/// The name of the row whose mailbox a scan's condition asks for.
fn outer<'p>(scan: &Scan<'p>, scans: &[Scan<'p>]) -> Option<&'p str> {
    scan.comparisons().find_map(|(left, right)| {
        let theirs = match (scan.is_mailbox(left), scan.is_mailbox(right)) {
            (true, false) => right,
            (false, true) => left,
            _ => return None,
        };
        owner(theirs, scans)
    })
}

/// The name of the scans whose mailbox this is.
fn owner<'p>(side: &str, scans: &[Scan<'p>]) -> Option<&'p str> {
    scans.iter().find(|scan| scan.is_mailbox(side)).map(|scan| scan.name)
}

/// The id that a plan shows as a value.
fn named(value: &str) -> Option<Uuid> {
    value.strip_prefix('\'')?.strip_suffix("'::uuid")?.parse().ok()
}

/// Where rows belong whose first column is their mailbox.
fn place_of(rows: &Value, scans: &[Scan<'_>], pinned: &BTreeMap<&str, Place>) -> Option<Place> {
    let mailbox = rows["Output"][0].as_str().unwrap_or_default();
    if mailbox.starts_with("\"*SELECT*\"") {
        return below(rows).next().and_then(|rows| place_of(rows, scans, pinned));
    }
    let place = named(mailbox).map(Place::Of).or_else(|| pinned.get(owner(mailbox, scans)?).copied());
    Some(place.unwrap_or(Place::Any))
}

/// The scans of shards.
fn scans(plan: &Value) -> Vec<Scan<'_>> {
    let here = plan["Relation Name"].as_str().and_then(|relation| {
        let (table, shard) = relation.rsplit_once("_shard_")?;
        let conditions = ["Index Cond", "Recheck Cond", "Filter"].map(|key| plan[key].as_str());
        Some(Scan {
            table,
            shard: shard.parse().ok()?,
            name: unnumbered(plan["Alias"].as_str()?),
            conditions: conditions.into_iter().flatten().collect(),
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
