//! Who is in front of us: a cookie with 256 random bits, and what this browser has under way.
//!
//! A bank's app knows its customer from its own log-in; here a session begins when somebody presses
//! *connect*. The request under way lives in it, so that its answer counts in this browser only.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use crate::{connection::Connection, error::Error, provider::Pushed, random};

/// Longer than the hub waits for a citizen.
const PATIENCE: Duration = Duration::from_secs(2 * 3600);

const COOKIE: &str = "__Host-session";

/// All sessions, in memory.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

struct Session {
    began: Instant,
    pending: Option<Pushed>,
    connection: Option<Arc<Connection>>,
}

impl Sessions {
    /// Begins a session with a request under way; what the browser had before is left behind.
    pub(crate) fn begin(&self, jar: CookieJar, pushed: Pushed) -> Result<CookieJar, Error> {
        let id = random::secret()?;
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.connection.is_some() || session.began.elapsed() < PATIENCE);
        let connection = sessions.remove(id_in(&jar)).and_then(|before| before.connection);
        sessions.insert(id.clone(), Session { began: Instant::now(), pending: Some(pushed), connection });

        let cookie =
            Cookie::build((COOKIE, id)).path("/").secure(true).http_only(true).same_site(SameSite::Lax);
        Ok(jar.add(cookie))
    }

    /// Takes the request under way; it has one answer, right or wrong.
    pub(crate) fn take_pending(&self, jar: &CookieJar) -> Option<Pushed> {
        self.lock().get_mut(id_in(jar))?.pending.take()
    }

    /// Keeps the consent that the answer brought.
    pub(crate) fn connect(&self, jar: &CookieJar, connection: Arc<Connection>) {
        if let Some(session) = self.lock().get_mut(id_in(jar)) {
            session.connection = Some(connection);
        }
    }

    /// The consent of this browser's customer.
    pub(crate) fn connection(&self, jar: &CookieJar) -> Option<Arc<Connection>> {
        self.lock().get(id_in(jar))?.connection.clone()
    }

    /// Ends the session and gives the consent it had.
    pub(crate) fn end(&self, jar: &CookieJar) -> Option<Arc<Connection>> {
        self.lock().remove(id_in(jar))?.connection
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id_in(jar: &CookieJar) -> &str {
    jar.get(COOKIE).map_or("", Cookie::value)
}
