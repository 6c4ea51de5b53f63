//! Who is in front of us: a cookie with 256 random bits, and what this browser has under way.
//!
//! A bank's app knows its customer from its own log-in; here a session begins when somebody presses
//! *connect*. The request under way lives in it, so that its answer counts in this browser only. What came of the answers stays
//! with the session, for whoever helps the customer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use crate::{callback, connection::Connection, error::Error, provider::Pushed, random};

/// Longer than the hub waits for a citizen.
const PATIENCE: Duration = Duration::from_secs(2 * 3600);
/// Answers that are remembered of one session.
const ANSWERS: usize = 20;

const COOKIE: &str = "__Host-session";

/// All sessions, in memory.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

/// What is known of one browser.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) pending: bool,
    pub(crate) connection: Option<Arc<Connection>>,
    /// What came of each answer, in order.
    pub(crate) answers: Vec<Result<(), Arc<Error>>>,
}

struct Session {
    began: Instant,
    pending: Option<Pushed>,
    connection: Option<Arc<Connection>>,
    /// The `state` of the last request, also after its answer.
    state: String,
    answers: Vec<Result<(), Arc<Error>>>,
}

impl Sessions {
    /// Begins a session with a request under way; what the browser had before is left behind.
    pub(crate) fn begin(&self, jar: CookieJar, pushed: Pushed) -> Result<CookieJar, Error> {
        let id = random::secret()?;
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.connection.is_some() || session.began.elapsed() < PATIENCE);
        let connection = sessions.remove(id_in(&jar)).and_then(|before| before.connection);
        let (began, state) = (Instant::now(), pushed.state.clone());
        let session = Session { began, pending: Some(pushed), connection, state, answers: Vec::new() };
        sessions.insert(id.clone(), session);

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

    /// Remembers what came of an answer: with the session of this browser, or with the one whose request it names.
    pub(crate) fn remember(&self, jar: &CookieJar, query: &str, outcome: Result<(), Arc<Error>>) {
        let mut sessions = self.lock();
        let named = || sessions.iter().find(|(_, of)| callback::state_in(query).as_ref() == Some(&of.state));
        let id = match sessions.contains_key(id_in(jar)) {
            true => Some(id_in(jar).to_owned()),
            false => named().map(|(id, _)| id.clone()),
        };
        if let Some(session) = id.and_then(|id| sessions.get_mut(&id))
            && session.answers.len() < ANSWERS
        {
            session.answers.push(outcome);
        }
    }

    /// The consent of this browser's customer.
    pub(crate) fn connection(&self, jar: &CookieJar) -> Option<Arc<Connection>> {
        self.lock().get(id_in(jar))?.connection.clone()
    }

    /// What is known of the browser that holds this cookie.
    pub(crate) fn seen(&self, jar: &CookieJar) -> Option<Seen> {
        let sessions = self.lock();
        let Session { pending, connection, answers, .. } = sessions.get(id_in(jar))?;
        Some(Seen { pending: pending.is_some(), connection: connection.clone(), answers: answers.clone() })
    }

    /// Ends the session.
    pub(crate) fn end(&self, jar: &CookieJar) {
        self.lock().remove(id_in(jar));
    }

    /// Ends all sessions.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id_in(jar: &CookieJar) -> &str {
    jar.get(COOKIE).map_or("", Cookie::value)
}
