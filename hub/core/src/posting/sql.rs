//! The statement that only groups of letters need.

use crate::db::{Dialect, Tx};

impl Tx {
    /// Waits no longer than two seconds for a lock from now on, for many wait with this transaction; longer than PostgreSQL
    /// takes to find out who waits for whom.
    pub(super) async fn hurry(&mut self) -> sqlx::Result<()> {
        if self.dialect() == Dialect::Postgres {
            self.execute("SET LOCAL lock_timeout = '2s'", ()).await?;
        }
        Ok(())
    }
}
