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
use crate::conduct::Kind;
use crate::db::Tx;
use crate::delivery::token::{Addressee, Occasion};
use crate::delivery::window::{Window, first_of_each};
use crate::delivery::{FULL, Holder, Method, NewDeadLetter, StreamRow};
use crate::error::{Conflict, Error};
use crate::id::ProviderId;
use crate::outside::OutsideParty;

/// What a receiver asks and says.
#[derive(Clone, Debug, Default)]
pub struct AskedEvents {
    /// Tokens at most; never more than [`EVENTS_LIMIT`], which is meant if nothing is said.
    pub most: Option<usize>,
    /// Whether to wait for a while if there is none.
    pub wait: bool,
    /// The `jti` of what was taken.
    pub acknowledged: BTreeSet<String>,
    /// The `jti` of what cannot be taken, and why.
    pub errors: BTreeMap<String, EventError>,
}

/// What the code says that a receiver gives for a token which it does not take: those of RFC 8935 2.4, and any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventError {
    /// It is about the event: another one may be taken.
    Event(&'static str),
    /// It is about the receiver or the hub, any event would fare like this: the word of that trouble.
    Receiver(&'static str),
}

impl EventError {
    /// The code of that name; one that nobody registered is `other`, and about the event.
    pub fn named(name: &str) -> Self {
        match name {
            "invalid_request" => Self::Event("invalid_request"),
            "invalid_key" | "invalid_issuer" | "invalid_audience" => Self::Receiver("unverified"),
            "authentication_failed" | "access_denied" => Self::Receiver("unauthorized"),
            _ => Self::Event("other"),
        }
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
    resync: bool,
}

impl ProviderAccess {
    /// Takes acknowledgements and gives what is not settled.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `feed`, and if the token or the provider ends while it waits;
    /// [`Conflict::NoStream`] if the application's stream is not polled, or stands still.
    pub async fn events(&self, asked: AskedEvents) -> Result<EventPage, Error> {
        self.needs("feed")?;
        let most = asked.most.unwrap_or(EVENTS_LIMIT).min(EVENTS_LIMIT);
        let mut now = self.now;
        self.settle(&asked, now).await?;
        let wait = if asked.wait && most > 0 { WAIT } else { Duration::ZERO };
        let mut patience = Patience::begin(self.hub.bell(), Waiter::Provider(self.application), wait);
        loop {
            let found = match self.outstanding(now).await {
                // that the stream stands still may be because the provider does: whoever waited is judged like anybody
                Err(error) if patience.waits() => {
                    self.admit_again().await?;
                    return Err(error);
                }
                found => found?,
            };
            let nothing = found.entries.is_empty() && !found.resync && !found.more;
            if nothing && patience.hears(found.end).await {
                now = self.hub.now();
                continue;
            }
            if patience.waits() {
                self.admit_again().await?;
            }
            self.keep(&found).await?;
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
                let (entries, end) = (Vec::new(), stream.acked_pos);
                return Ok(Outstanding { stream, window, entries, more: true, end, resync: true });
            }
            page => page?,
        };
        window.advance(&page);
        let mut entries = Vec::new();
        if stream.replaying {
            entries = replays(&self.hub, whose, (self.holder(&stream), now)).await?;
        }
        let again: BTreeSet<i64> = entries.iter().map(|entry| entry.pos).collect();
        let open = |entry: &&Entry| !window.has_settled(entry.pos) && !again.contains(&entry.pos);
        entries.extend(page.entries.iter().filter(open));
        let (mut more, mut end) = (page.more, page.next);
        // one mailbox with many changes that wait holds up no other
        for _ in 0..FURTHER {
            if !more || first_of_each(&entries, EVENTS_LIMIT).len() == EVENTS_LIMIT {
                break;
            }
            let page = feed::page(db, whose, Some(end), (FAR, now)).await?;
            entries.extend(page.entries.iter().filter(open));
            (more, end) = (page.more, page.next);
        }
        Ok(Outstanding { stream, window, entries, more, end, resync: false })
    }

    /// Keeps how far everything is settled, if that went over anything of the application's own.
    async fn keep(&self, found: &Outstanding) -> Result<(), Error> {
        let (db, from, to) = (&self.hub.parts().db, found.stream.acked_pos, found.window.cursor());
        if from < to && db.feeds_between(self.application, (from, to)).await? {
            let mut tx = db.write().await?;
            tx.settle_up_to(self.application, to).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    fn holder(&self, stream: &StreamRow) -> Holder {
        Holder { application: self.application, attempt: stream.attempt }
    }

    fn events_told(&self, found: &Outstanding, most: usize, now: Timestamp) -> Result<EventPage, Error> {
        let (hub, to) = (&self.hub, self.addressee());
        let mut tokens = BTreeMap::new();
        if found.resync {
            if most > 0 {
                let jti = to.jti(hub, found.stream.resync());
                tokens.insert(jti, to.resynchronise(hub, &found.stream, now)?);
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
        if found.resync {
            let jti = to.jti(&self.hub, found.stream.resync());
            if asked.acknowledged.contains(&jti) || asked.errors.contains_key(&jti) {
                self.resumed(&found.stream, now).await?;
            }
            return Ok(());
        }
        let holder = self.holder(&found.stream);
        let mut tx = self.hub.parts().db.write().await?;
        for entry in &found.entries {
            let jti = to.jti(&self.hub, Occasion::Change(entry.pos));
            if asked.acknowledged.contains(&jti) {
                tx.bury(holder, entry.pos).await?;
            } else if let Some(error) = asked.errors.get(&jti) {
                self.hub.tally().happened(&self.client_id, Kind::RefusedDelivery);
                if let Some(trouble) = self.died(&mut tx, (holder, entry), *error).await? {
                    tx.note_trouble(holder, trouble).await?;
                    continue;
                }
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

    async fn resumed(&self, stream: &StreamRow, now: Timestamp) -> Result<(), Error> {
        let pos = resync_position(&self.hub, stream.acked_pos).await?;
        let mut tx = self.hub.parts().db.write().await?;
        tx.resume_at(self.holder(stream), (self.hub.incarnation(), pos), now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes a change a dead letter if the error is about it; else it comes again, and what is wrong is given.
    async fn died(
        &self,
        tx: &mut Tx,
        (holder, entry): (Holder, &Entry),
        error: EventError,
    ) -> Result<Option<&'static str>, Error> {
        let reason = match error {
            EventError::Event(reason) => reason,
            EventError::Receiver(trouble) => return Ok(Some(trouble)),
        };
        let (id, now) = (self.hub.random().id(self.now), self.hub.now());
        let new = NewDeadLetter { holder, pos: entry.pos, id, reason, tries: 1, at: now };
        let kept = tx.put_dead_letter(new).await?;
        Ok((kept == 0).then_some(FULL))
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

/// The most tokens in an answer.
pub const EVENTS_LIMIT: usize = 100;
/// How long a question waits for a change.
const WAIT: Duration = Duration::from_secs(30);
/// Entries of the feed that are looked at beyond the cursor: so many may be acknowledged ahead of one that is not.
const HORIZON: usize = 500;
/// Pages that are looked at beyond that, of so many entries, for mailboxes that have none nearer.
const FURTHER: usize = 16;
const FAR: usize = 1_000;
