//! The mailbox tables spread over shards, as Citus would keep them: what is where, and which statements ask several.
//!
//! A spread database has the hub's schema, with each mailbox table partitioned by the hash of the mailbox, and tells the plan of
//! each statement that it carried out (`auto_explain`). `tests/spread.toml` says which tables those are, and which statements
//! several shards answer, each with its reason; any other must be answered by one.

pub(crate) mod database;
mod heard;
mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

pub use heard::{ONE, SEVERAL};
pub(crate) use heard::{Plans, TARGET, findings};

/// Into how many shards the tables are spread.
pub const SHARDS: u32 = 8;

/// What `tests/spread.toml` says.
#[derive(Debug, Deserialize)]
pub struct List {
    /// The tables by how they are kept.
    pub tables: Tables,
    /// Why several shards answer a statement, and what Citus makes of that, by name.
    pub reason: BTreeMap<String, String>,
    /// Statements that several shards answer.
    pub statement: Vec<Listed>,
}

/// The tables by how they are kept.
#[derive(Debug, Deserialize)]
pub struct Tables {
    /// Spread by the mailbox.
    pub mailbox: BTreeSet<String>,
    /// The same rows on every machine.
    pub everywhere: BTreeSet<String>,
    /// On one machine, or spread by a key of their own.
    pub alone: BTreeSet<String>,
}

/// A statement that several shards answer.
#[derive(Debug, Deserialize)]
pub struct Listed {
    /// Words of the statement, white space as one space.
    pub says: String,
    /// The mailbox tables that it asks in several shards.
    pub tables: BTreeSet<String>,
    /// The name of the reason why.
    pub reason: String,
    /// A test in which it is heard.
    pub heard_in: String,
}

/// What `tests/spread.toml` says.
pub static LIST: LazyLock<List> =
    LazyLock::new(|| toml::from_str(include_str!("../../spread.toml")).expect("tests/spread.toml reads"));
