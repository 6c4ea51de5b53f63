//! The two databases behind one face.
//!
//! SQLite (bundled, WAL, one writer and readers beside it) is the embedded default, PostgreSQL serves several
//! nodes. One SQL text with `$1` runs on both; a statement that must differ is a pair of constants chosen by
//! [`Dialect::pick`]. Imports nothing of ours, so that every noun can stand on it.

mod direct;
mod lock;
mod look_up;
mod migrate;
mod open;
mod params;
mod record;
mod rows;
mod standing;
#[cfg(test)]
mod tests;
mod tx;
mod values;

pub use direct::Direct;
pub use lock::{DataLock, LockError};
pub use migrate::{Applied, migrations};
pub use open::{Db, DbConfig, OpenError};
pub use params::{Param, Params, WithList};
pub use record::{DirectRow, Record};
pub(crate) use record::{column, record};
pub use standing::Standing;
pub use tx::Tx;
pub(crate) use values::{bytes_value, value};

/// Which of the two databases speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL 15 or later.
    Postgres,
    /// The bundled SQLite.
    Sqlite,
}

impl Dialect {
    /// The one of two statements that this database understands.
    pub fn pick(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Postgres => postgres,
            Self::Sqlite => sqlite,
        }
    }
}
