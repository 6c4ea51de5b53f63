//! A provider application asks for its events and acknowledges them (RFC 8936): the other way of delivery.
//!
//! An answer holds one change of a mailbox at most, the earliest that is not settled: its members have no order, so that
//! nothing later may stand beside it. What is not acknowledged comes again with the same `jti`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::ProviderAccess;
use crate::access::delivery::{note, replays, resync_position, told};
use crate::access::following::Patience;
use crate::change::bell::Waiter;
use crate::change::feed::{self, Entry};
use crate::clock::Timestamp;
use crate::delivery::token::{Addressee, Occasion};
use crate::delivery::window::{Window, first_of_each};
use crate::delivery::{Holder, Method, NewDeadLetter, StreamRow};
use crate::error::{Conflict, Error};
use crate::id::ProviderId;
use crate::outside::OutsideParty;

/// What a receiver asks and says.
#[derive(Clone, Debug, Default)]
pub struct AskedEvents {
    /// Tokens at most: 0 to [`EVENTS_LIMIT`], which is meant if nothing is said.
    pub most: Option<usize>,
    /// Whether to wait for a while if there is none.
    pub wait: bool,
    /// The `jti` of what was taken.
    pub acknowledged: BTreeSet<String>,
    /// The `jti` of what cannot be taken, and why.
    pub errors: BTreeMap<String, EventError>,
}

/// Why a receiver cannot take a token: the codes of RFC 8935 2.4, and any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventError(&'static str);

impl EventError {
    /// The code of that name; one that nobody registered is `other`.
    pub fn named(name: &str) -> Self {
        Self(ERRORS.into_iter().find(|known| *known == name).unwrap_or("other"))
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// Tokens that are not settled.
#[derive(Clone, Debug)]
pub struct EventPage {
    /// By their `jti`.
    pub tokens: BTreeMap<String, String>,
    /// Whether there is more when these are acknowledged.
    pub more: bool,
}

/// What is not settled at one moment.
struct Outstanding {
    stream: StreamRow,
    window: Window,
    entries: Vec<Entry>,
    /// Whether there is more behind, and where the look ended.
    more: bool,
    end: i64,
    /// Before anything else, the receiver must be told to list everything again.
    resync: Option<i64>,
}

impl ProviderAccess {
    /// Takes acknowledgements and gives what is not settled.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `feed`, and if the token or the provider ends while it waits;
    /// [`Conflict::NoStream`] if the application's stream is not polled, or stands still; [`Error::Invalid`].
    pub async fn events(&self, asked: AskedEvents) -> Result<EventPage, Error> {
        self.needs("feed")?;
        let most = asked.checked_most()?;
        let mut now = self.now;
        self.settle(&asked, now).await?;
        let wait = if asked.wait && most > 0 { WAIT } else { Duration::ZERO };
        let mut patience = Patience::begin(self.hub.bell(), Waiter::Provider(self.application), wait);
        loop {
            let found = self.outstanding(now).await?;
            let nothing = found.entries.is_empty() && found.resync.is_none() && !found.more;
            if nothing && patience.hears(found.end).await {
                now = self.hub.now();
                continue;
            }
            if patience.waits() {
                self.admit_again().await?;
            }
            return self.events_told(&found, most, now);
        }
    }

    /// The application's stream, if it is polled and runs.
    async fn polled(&self) -> Result<StreamRow, Error> {
        let stream = self.hub.parts().db.stream(self.application).await?;
        stream.filter(|stream| stream.runs(Method::Poll)).ok_or(Error::Conflict(Conflict::NoStream))
    }

    async fn outstanding(&self, now: Timestamp) -> Result<Outstanding, Error> {
        let (db, stream) = (&self.hub.parts().db, self.polled().await?);
        let settled = db.settled_beyond(self.application, stream.acked_pos).await?;
        let mut window = Window::new(stream.acked_pos, settled.into_iter().map(|(pos,)| pos));
        let whose = stream.whose().ok_or(Error::Conflict(Conflict::NoStream))?;
        let page = match feed::page(db, whose, Some(stream.acked_pos), (HORIZON, now)).await {
            _ if stream.incarnation != self.hub.incarnation() => Err(Error::Resync),
            page => page,
        };
        let page = match page {
            Err(Error::Resync) => {
                let pos = resync_position(&self.hub, stream.acked_pos).await?;
                let (entries, end) = (Vec::new(), pos);
                return Ok(Outstanding { stream, window, entries, more: true, end, resync: Some(pos) });
            }
            page => page?,
        };
        if window.advance(&page) {
            let mut tx = db.write().await?;
            tx.settle_up_to(self.application, window.cursor()).await?;
            tx.commit().await?;
        }
        let mut entries = if stream.replaying { replays(&self.hub, whose, now).await? } else { Vec::new() };
        let again: BTreeSet<i64> = entries.iter().map(|entry| entry.pos).collect();
        let open = |entry: &&Entry| !window.has_settled(entry.pos) && !again.contains(&entry.pos);
        entries.extend(page.entries.iter().filter(open));
        Ok(Outstanding { stream, window, entries, more: page.more, end: page.next, resync: None })
    }

    fn events_told(&self, found: &Outstanding, most: usize, now: Timestamp) -> Result<EventPage, Error> {
        let (hub, to) = (&self.hub, self.addressee());
        let mut tokens = BTreeMap::new();
        if let Some(pos) = found.resync {
            if most > 0 {
                tokens.insert(to.jti(hub, Occasion::Resync(pos)), to.resynchronise(hub, pos, now)?);
            }
            return Ok(EventPage { tokens, more: true });
        }
        for entry in first_of_each(&found.entries, most) {
            note(hub, self.application, &entry, now)?;
            tokens.insert(to.jti(hub, Occasion::Change(entry.pos)), told(hub, &to, &entry, now)?);
        }
        let more = found.more || found.entries.len() > tokens.len();
        Ok(EventPage { tokens, more })
    }

    /// Settles what is acknowledged or cannot be taken; names that stand for nothing are passed over.
    async fn settle(&self, asked: &AskedEvents, now: Timestamp) -> Result<(), Error> {
        if asked.acknowledged.is_empty() && asked.errors.is_empty() {
            return Ok(());
        }
        let (found, to) = (self.outstanding(now).await?, self.addressee());
        if let Some(pos) = found.resync {
            let jti = to.jti(&self.hub, Occasion::Resync(pos));
            if asked.acknowledged.contains(&jti) || asked.errors.contains_key(&jti) {
                self.resumed(&found.stream, pos, now).await?;
            }
            return Ok(());
        }
        let mut tx = self.hub.parts().db.write().await?;
        for entry in &found.entries {
            let jti = to.jti(&self.hub, Occasion::Change(entry.pos));
            if asked.acknowledged.contains(&jti) {
                tx.bury(self.application, entry.pos).await?;
            } else if let Some(error) = asked.errors.get(&jti) {
                tx.put_dead_letter(self.dead(entry, *error, now)).await?;
            } else {
                continue;
            }
            if entry.pos > found.window.cursor() {
                tx.settle(self.application, entry.pos).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn resumed(&self, stream: &StreamRow, pos: i64, now: Timestamp) -> Result<(), Error> {
        let mut tx = self.hub.parts().db.write().await?;
        let holder = Holder { application: self.application, attempt: stream.attempt };
        tx.resume_at(holder, (self.hub.incarnation(), pos), now).await?;
        tx.commit().await?;
        Ok(())
    }

    fn dead(&self, entry: &Entry, error: EventError, now: Timestamp) -> NewDeadLetter {
        NewDeadLetter {
            application: self.application,
            pos: entry.pos,
            id: self.hub.random().id(now),
            reason: error.name(),
            tries: 1,
            at: now,
        }
    }

    fn addressee(&self) -> Addressee {
        let provider = match self.party {
            OutsideParty::Provider(provider) => provider,
            _ => uuid::Uuid::nil(),
        };
        let (application, client_id) = (self.application, self.client_id.clone());
        Addressee { application, provider: ProviderId(provider), client_id }
    }
}

impl AskedEvents {
    fn checked_most(&self) -> Result<usize, Error> {
        let most = self.most.unwrap_or(EVENTS_LIMIT);
        if most <= EVENTS_LIMIT {
            return Ok(most);
        }
        Err(Error::invalid("outOfRange", "maxEvents", format!("maxEvents is at most {EVENTS_LIMIT}")))
    }
}

/// The most tokens in an answer.
pub const EVENTS_LIMIT: usize = 100;
/// How long a question waits for a change.
const WAIT: Duration = Duration::from_secs(30);
/// Entries of the feed that are looked at beyond the cursor: so many may be acknowledged ahead of one that is not.
const HORIZON: usize = 500;
/// The codes of RFC 8935 2.4, as IANA lists them.
const ERRORS: [&str; 6] = [
    "invalid_request",
    "invalid_key",
    "invalid_issuer",
    "invalid_audience",
    "authentication_failed",
    "access_denied",
];
