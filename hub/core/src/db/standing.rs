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
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::Record;

/// Connections that look rows up, and nothing else.
#[derive(Clone)]
pub struct Standing(Arc<Shared>);

struct Shared {
    options: PgConnectOptions,
    most: u32,
    seats: Arc<Semaphore>,
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
    pub fn new(options: PgConnectOptions, most: u32) -> Self {
        let seats = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX)));
        Self(Arc::new(Shared { options, most, seats, idle: Mutex::default() }))
    }

    /// Runs `sql` and gives all its rows. A connection that broke while it rested is replaced.
    pub(super) async fn fetch_all<R: Record>(
        &self,
        sql: &'static str,
        arguments: PgArguments,
    ) -> sqlx::Result<Vec<R>> {
        let mut held = self.seat().await?;
        if let Some(connection) = self.rested().await {
            match held.ask(connection, sql, arguments.clone()).await {
                Err(Error::Io(_) | Error::Tls(_) | Error::Protocol(_)) => {}
                Err(Error::Database(error)) if is_ending(error.code().as_deref()) => {}
                answered => return answered,
            }
        }
        let connected = timeout(PATIENCE, self.0.options.connect()).await;
        let connection = connected.map_err(|_| Error::PoolTimedOut)??;
        held.ask(connection, sql, arguments).await
    }

    async fn seat(&self) -> sqlx::Result<Held> {
        let seat = timeout(PATIENCE, Arc::clone(&self.0.seats).acquire_owned()).await;
        let seat = seat.map_err(|_| Error::PoolTimedOut)?.map_err(|_| Error::PoolClosed)?;
        Ok(Held { standing: self.clone(), connection: None, seat: Some(seat) })
    }

    /// The connection that was in use last; one that rested is asked whether it is still there, one that rested long is not used.
    async fn rested(&self) -> Option<PgConnection> {
        let Idle { mut connection, since } = self.idle().pop()?;
        let rest = since.elapsed();
        if rest > LONGEST_REST {
            self.idle().clear();
            return None;
        }
        if rest > TRUSTED && !matches!(timeout(TRUSTED, connection.ping()).await, Ok(Ok(()))) {
            return None;
        }
        Some(connection)
    }

    /// Gives a connection back that waits for nothing.
    fn rest(&self, connection: PgConnection) {
        if !self.0.seats.is_closed() {
            self.idle().push(Idle { connection, since: Instant::now() });
        }
    }

    /// Closes all connections, waiting for those in use; nobody takes another.
    pub(super) async fn close(&self) {
        drop(timeout(PATIENCE, self.0.seats.acquire_many(self.0.most)).await);
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

/// A seat, and the connection on which something was asked and not answered yet.
struct Held {
    standing: Standing,
    connection: Option<PgConnection>,
    seat: Option<OwnedSemaphorePermit>,
}

impl Held {
    async fn ask<R: Record>(
        &mut self,
        connection: PgConnection,
        sql: &'static str,
        arguments: PgArguments,
    ) -> sqlx::Result<Vec<R>> {
        let asked = sqlx::query_as_with(sql, arguments).fetch_all(self.connection.insert(connection));
        let Ok(answered) = timeout(LONGEST, asked).await else { return Err(Error::PoolTimedOut) };
        let connection = self.connection.take();
        if let (Ok(_), Some(connection)) = (&answered, connection) {
            self.standing.rest(connection);
        }
        answered
    }
}

impl Drop for Held {
    /// The server still works at what nobody waits for any more: the seat is free when it has ended, or else whoever asks and
    /// breaks off could have as many statements under way as they like.
    fn drop(&mut self) {
        let (Some(mut connection), seat) = (self.connection.take(), self.seat.take()) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let standing = self.standing.clone();
        runtime.spawn(async move {
            if let Ok(Ok(())) = timeout(LONGEST, connection.ping()).await {
                standing.rest(connection);
            }
            drop(seat);
        });
    }
}

/// Whether the server ended the session, by one of its `57P` codes: it stops, or was told to end it.
fn is_ending(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.starts_with("57P"))
}

/// How long a connection is used again without asking whether it is still there.
pub(super) const TRUSTED: Duration = Duration::from_secs(1);
/// A connection that rested so long may have been forgotten on the way.
const LONGEST_REST: Duration = Duration::from_secs(5 * 60);
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// A little more than the database's own limit of a statement: a connection that takes longer is dead.
const LONGEST: Duration = Duration::from_secs(20);
