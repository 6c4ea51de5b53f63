//! The statement that only groups of letters need.

use crate::db::{Dialect, Tx};

impl Tx {
    /// Waits no longer than a second for a lock from now on: many wait with this transaction.
    pub(super) async fn hurry(&mut self) -> sqlx::Result<()> {
        if self.dialect() == Dialect::Postgres {
            self.execute("SET LOCAL lock_timeout = '1s'", ()).await?;
        }
        Ok(())
    }
}
