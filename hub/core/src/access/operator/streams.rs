//! Streams: by which way an application is told of its changes, and the challenge that an address must echo first.
//!
//! A stream pushes only to an address that answered a signed token with the random state in it: whoever registers an address
//! by mistake sends nobody anything. Until a new address has echoed, the former one goes on.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::OperatorAccess;
use crate::clock::Timestamp;
use crate::delivery::token::Addressee;
use crate::delivery::{Breaker, Method, Standing, StreamRow};
use crate::error::{Conflict, Error};
use crate::operator::Duty;
use crate::provider::Application;

/// A stream as operators see it.
#[derive(Clone, Debug)]
pub struct StreamView {
    /// The application's client id.
    pub client_id: String,
    /// How it is told; `None` until an address has echoed a challenge.
    pub method: Option<Method>,
    /// Whether it runs.
    pub standing: Standing,
    /// Where it is told.
    pub address: Option<String>,
    /// What is registered and has not echoed yet.
    pub asked_address: Option<String>,
    /// The circuit breaker.
    pub breaker: Breaker,
    /// Failures in a row.
    pub failures: i64,
    /// What the last of them was.
    pub trouble: Option<String>,
    /// When the oldest change got its place that is not settled.
    pub waiting_since: Option<Timestamp>,
    /// Changes that the receiver refused.
    pub dead_letters: i64,
    /// Since when it is registered like this.
    pub registered_at: Timestamp,
    /// When the address echoed.
    pub verified_at: Option<Timestamp>,
    /// When the receiver was last told to list everything again.
    pub resynced_at: Option<Timestamp>,
}

/// How an application is to be told.
#[derive(Clone, Debug)]
pub enum StreamForm {
    /// At this address, once it has echoed.
    Push(String),
    /// When it asks.
    Poll,
}

/// A token that a receiver must echo.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Where it goes.
    pub address: String,
    /// The signed token.
    pub token: String,
    client_id: String,
    state: String,
    until: Timestamp,
    revision: i64,
}

/// What a receiver made of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// It echoed: the stream pushes there from now on.
    Verified,
    /// It answered with another state, or with none.
    False,
    /// It echoed after the challenge had ended.
    Expired,
    /// Another registration came in between.
    Superseded,
}

/// A token that shows whether a receiver is there; nothing depends on it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Where it goes.
    pub address: String,
    /// The signed token.
    pub token: String,
}

impl OperatorAccess {
    /// The stream of an application.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the application and for the stream.
    pub async fn stream(&self, client_id: &str) -> Result<StreamView, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let row = self.stream_of(&self.with_feed(client_id).await?).await?;
        self.viewed(row).await
    }

    /// Registers how an application is told. An address is not used before it has echoed a challenge, and the way it was told
    /// until then goes on; what is polled is open at once.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn put_stream(&self, client_id: &str, form: StreamForm) -> Result<StreamView, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let application = self.with_feed(client_id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let (head, _) = parts.db.feed_ends().await?;
        let (address, object) = match form {
            StreamForm::Push(address) => (Some(address.clone()), format!("{} {address}", application.id.0)),
            StreamForm::Poll => (None, format!("{} poll", application.id.0)),
        };
        let polled = address.is_none();
        // a stream that is new where there was one begins by telling its receiver that something may be missing
        let missed = parts.db.had_stream(application.id).await?;
        let incarnation = if missed { Uuid::nil() } else { self.hub.incarnation() };
        let mut tx = parts.db.write().await?;
        tx.put_stream(application.id, address, (incarnation, head), now).await?;
        if polled {
            tx.begin_poll(application.id, head).await?;
        }
        self.note(&mut tx, ("putStream", object), None, now).await?;
        tx.commit().await?;
        self.viewed(self.stream_of(&application).await?).await
    }

    /// Lets a stream stand still, or go on where it stood; a receiver that was left alone is tried at once.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn set_stream(&self, client_id: &str, standing: Standing) -> Result<StreamView, Error> {
        let (duty, verb) = match standing {
            Standing::Paused => (Duty::Close, "pauseStream"),
            Standing::Running => (Duty::Register, "resumeStream"),
        };
        self.recorded(self.must(duty)).await?;
        let application = self.with_feed(client_id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        if tx.set_stream(application.id, standing).await? != 1 {
            return Err(Error::NotFound("stream"));
        }
        self.note(&mut tx, (verb, application.id.0.to_string()), None, now).await?;
        tx.commit().await?;
        self.viewed(self.stream_of(&application).await?).await
    }

    /// Ends a stream with its dead letters; the feed stays.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn drop_stream(&self, client_id: &str) -> Result<(), Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let application = self.with_feed(client_id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        if tx.drop_stream(application.id).await? != 1 {
            return Err(Error::NotFound("stream"));
        }
        self.note(&mut tx, ("dropStream", application.id.0.to_string()), None, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The challenge for the address that is registered and has not echoed yet; good for a minute.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Conflict::NoSuchStep`] if no address waits for one, or the provider may
    /// not be told anything now.
    pub async fn challenge(&self, client_id: &str) -> Result<Challenge, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let application = self.with_feed(client_id).await?;
        let row = self.stream_of(&application).await?;
        let address = row.asked_address.clone().filter(|_| row.whose().is_some());
        let address = address.ok_or(Error::Conflict(Conflict::NoSuchStep))?;
        let state = BASE64URL_NOPAD.encode(&self.hub.random().bytes::<32>());
        let token = self.verification(&row, &state, "challengeStream").await?;
        let until = self.hub.now().plus(CHALLENGE);
        let client_id = application.client_id;
        Ok(Challenge { address, token, client_id, state, until, revision: row.revision })
    }

    /// What a receiver answered to its challenge; an echo in time opens the address.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn echoed(&self, challenge: &Challenge, state: Option<&str>) -> Result<Echo, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        if state != Some(challenge.state.as_str()) {
            return Ok(Echo::False);
        }
        let parts = self.hub.parts();
        let now = parts.clock.now();
        if now > challenge.until {
            return Ok(Echo::Expired);
        }
        let application = self.with_feed(&challenge.client_id).await?;
        let (head, _) = parts.db.feed_ends().await?;
        let mut tx = parts.db.write().await?;
        if tx.begin_push(application.id, challenge.revision, head, now).await? != 1 {
            return Ok(Echo::Superseded);
        }
        let object = format!("{} {}", application.id.0, challenge.address);
        self.note(&mut tx, ("openStream", object), None, now).await?;
        tx.commit().await?;
        Ok(Echo::Verified)
    }

    /// A token to try a stream's address with.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Conflict::NoSuchStep`] if the stream does not push, or the provider may
    /// not be told anything now.
    pub async fn trial(&self, client_id: &str) -> Result<Trial, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let row = self.stream_of(&self.with_feed(client_id).await?).await?;
        let address = row.address.clone().filter(|_| row.whose().is_some());
        let address = address.ok_or(Error::Conflict(Conflict::NoSuchStep))?;
        let state = BASE64URL_NOPAD.encode(&self.hub.random().bytes::<32>());
        Ok(Trial { address, token: self.verification(&row, &state, "testStream").await? })
    }

    /// A verification token, recorded under that verb before it goes out.
    async fn verification(&self, row: &StreamRow, state: &str, verb: &str) -> Result<String, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let (application, provider) = (row.application_id, row.provider_id);
        let to = Addressee { application, provider, client_id: row.client_id.clone() };
        let token = to.verification(&self.hub, state, now)?;
        let mut tx = parts.db.write().await?;
        self.note(&mut tx, (verb, application.0.to_string()), None, now).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// The application of that client id, if it has a feed: an enterprise's own software has none.
    pub(super) async fn with_feed(&self, client_id: &str) -> Result<Application, Error> {
        let known = self.known(client_id).await?;
        if known.owner.is_some() { Err(Error::NotFound("application")) } else { Ok(known) }
    }

    async fn stream_of(&self, application: &Application) -> Result<StreamRow, Error> {
        self.hub.parts().db.stream(application.id).await?.ok_or(Error::NotFound("stream"))
    }

    async fn viewed(&self, row: StreamRow) -> Result<StreamView, Error> {
        let backlogs = self.hub.parts().db.backlogs().await?;
        let backlog = backlogs.into_iter().find(|backlog| backlog.client_id == row.client_id);
        Ok(StreamView {
            method: row.method(),
            standing: row.standing()?,
            breaker: Breaker::of(row.failures, row.due_at, self.hub.now()),
            waiting_since: backlog.as_ref().and_then(|backlog| backlog.oldest),
            dead_letters: backlog.map_or(0, |backlog| backlog.dead_letters),
            client_id: row.client_id,
            address: row.address,
            asked_address: row.asked_address,
            failures: row.failures,
            trouble: row.trouble,
            registered_at: row.registered_at,
            verified_at: row.verified_at,
            resynced_at: row.resynced_at,
        })
    }
}

/// How long a challenge can be echoed.
const CHALLENGE: Duration = Duration::from_secs(60);
