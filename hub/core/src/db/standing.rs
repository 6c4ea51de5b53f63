//! Reading PostgreSQL over connections that stand ready.
//!
//! sqlx's pool asks each connection whether it is still there when it is given back, and one that is not hot also when it is
//! taken: ways to the server that cost as much as finding a row (decision 31). These are asked only after they have rested. Whoever
//! takes one owns it until its rows are there: a request that breaks off takes the connection with it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _, Error};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Record;

/// Connections that look rows up, and nothing else.
#[derive(Clone)]
pub struct Standing(Arc<Shared>);

struct Shared {
    options: PgConnectOptions,
    seats: Semaphore,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: PgConnection,
    since: Instant,
}

impl fmt::Debug for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Standing").field(&self.idle().len()).finish()
    }
}

impl Standing {
    /// At most so many connections; each is made when it is needed.
    pub fn new(options: PgConnectOptions, most: usize) -> Self {
        let (seats, idle) = (Semaphore::new(most), Mutex::default());
        Self(Arc::new(Shared { options, seats, idle }))
    }

    /// Runs `sql` and gives all its rows. A connection that broke while it rested is replaced.
    pub(super) async fn fetch_all<R: Record>(
        &self,
        sql: &'static str,
        arguments: PgArguments,
    ) -> sqlx::Result<Vec<R>> {
        let seat = timeout(PATIENCE, self.0.seats.acquire()).await.map_err(|_| Error::PoolTimedOut)?;
        let _seat = seat.map_err(|_| Error::PoolClosed)?;
        if let Some(connection) = self.rested().await {
            match self.ask(connection, sql, arguments.clone()).await {
                Err(Error::Io(_) | Error::Tls(_) | Error::Protocol(_)) => {}
                Err(Error::Database(error)) if is_ending(error.code().as_deref()) => {}
                answered => return answered,
            }
        }
        let connected = timeout(PATIENCE, self.0.options.connect()).await;
        let connection = connected.map_err(|_| Error::PoolTimedOut)??;
        self.ask(connection, sql, arguments).await
    }

    async fn ask<R: Record>(
        &self,
        mut connection: PgConnection,
        sql: &'static str,
        arguments: PgArguments,
    ) -> sqlx::Result<Vec<R>> {
        let rows = sqlx::query_as_with(sql, arguments).fetch_all(&mut connection).await?;
        self.idle().push(Idle { connection, since: Instant::now() });
        Ok(rows)
    }

    /// The connection that was in use last; one that rested is asked whether it is still there.
    async fn rested(&self) -> Option<PgConnection> {
        let Idle { mut connection, since } = self.idle().pop()?;
        if since.elapsed() > TRUSTED && !matches!(timeout(PATIENCE, connection.ping()).await, Ok(Ok(()))) {
            return None;
        }
        Some(connection)
    }

    /// Closes those that rest; nobody takes another.
    pub(super) async fn close(&self) {
        self.0.seats.close();
        let rest = std::mem::take(&mut *self.idle());
        for Idle { connection, .. } in rest {
            // the server sees its end in any case
            drop(connection.close().await);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the server ended the session, by one of its `57P` codes: it stops, or was told to end it.
fn is_ending(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.starts_with("57P"))
}

/// How long a connection is used again without asking whether it is still there.
pub(super) const TRUSTED: Duration = Duration::from_secs(1);
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
