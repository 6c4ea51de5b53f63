//! The hub that every face holds: it has no data method, only functions that turn a proof into an access.
//!
//! Those functions stand beside the access they give, in [`crate::access`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::answer::Answers;
use crate::blob::{BlobError, Blobs};
use crate::certification::Terms;
use crate::change::bell::Bell;
use crate::claim::Claims;
use crate::clock::{Clock, Timestamp};
use crate::conduct::Tally;
use crate::db::Db;
use crate::error::Error;
use crate::journal::Journal;
use crate::keys::Keys;
use crate::outside::{Cursors, OutsideIds};
use crate::posting::Posts;
use crate::random::Random;
use crate::token::Guards;

mod sql;

/// The router state of every face; cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Whole>);

struct Whole {
    parts: Parts,
    outside: OutsideIds,
    cursors: Cursors,
    /// Moved by a restore, so that cursors from before it are known.
    incarnation: Uuid,
    bell: Bell,
    guards: Guards,
    answers: Answers,
    claims: Claims,
    posts: Posts,
    tally: Arc<Tally>,
}

/// What a hub is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Where "now" comes from.
    pub clock: Clock,
    /// Where secrets and ids come from.
    pub random: Random,
    /// The keyring.
    pub keys: Keys,
    /// Content.
    pub blobs: Blobs,
    /// The reading journal of this node.
    pub journal: Journal,
    /// `demo`, `integration`, `acceptance` or `production`.
    pub environment: String,
    /// The hub's public address, by which evidence names it.
    pub issuer: String,
    /// Where this node keeps its files.
    pub data: PathBuf,
    /// The audience of tokens, per API.
    pub audiences: Audiences,
    /// Room for answers that are given again while nothing has changed, in bytes of memory.
    pub answer_bytes: u64,
    /// Which statements about apps are believed; `None` if this hub certifies nobody.
    pub certification: Option<Terms>,
}

/// The resource indicators (RFC 8707) of the APIs on the mtls listener.
#[derive(Clone, Debug)]
pub struct Audiences {
    /// `{mtls}/mailbox/v1`.
    pub mailbox: String,
    /// `{mtls}/sender/v1`.
    pub sender: String,
    /// `{mtls}/messageRegistry/v2`.
    pub registry: String,
    /// `{mtls}/federation/v1`.
    pub federation: String,
    /// `{mtls}/events/v1`.
    pub events: String,
    /// `{mtls}/memo/v1`.
    pub memo: String,
}

impl Audiences {
    /// The audiences under the origin of the mtls listener.
    pub fn of(mtls_origin: &str) -> Self {
        Self {
            mailbox: format!("{mtls_origin}/mailbox/v1"),
            sender: format!("{mtls_origin}/sender/v1"),
            registry: format!("{mtls_origin}/messageRegistry/v2"),
            federation: format!("{mtls_origin}/federation/v1"),
            events: format!("{mtls_origin}/events/v1"),
            memo: format!("{mtls_origin}/memo/v1"),
        }
    }

    /// Every API through which mailboxes are read, the mailbox API first.
    pub fn readings(&self) -> [&str; 3] {
        [&self.mailbox, &self.registry, &self.memo]
    }

    /// The API of that address through which mailboxes are read; the mailbox API if none is named.
    pub fn reading(&self, resource: Option<&str>) -> Option<&str> {
        self.readings().into_iter().find(|api| resource.is_none_or(|it| it == *api))
    }

    /// The API of that address that clients who read mailboxes call with a token of their own: one that reads, or one that
    /// tells what happens around mailboxes; the mailbox API if none is named.
    pub fn reading_by_oneself(&self, resource: Option<&str>) -> Option<&str> {
        let beside = [self.federation.as_str(), &self.events];
        self.reading(resource).or_else(|| beside.into_iter().find(|api| resource == Some(*api)))
    }

    /// The API of that address that senders call; the sender API if none is named.
    pub fn sending(&self, resource: Option<&str>) -> Option<&str> {
        [self.sender.as_str(), &self.registry, &self.federation, &self.events]
            .into_iter()
            .find(|api| resource.is_none_or(|it| it == *api))
    }
}

impl Hub {
    /// Puts a hub together; the database bears this environment from now on, or already does.
    ///
    /// # Errors
    /// [`Error::Internal`] if the database belongs to another environment (TRUST T4).
    pub async fn new(parts: Parts) -> Result<Self, Error> {
        let now = parts.clock.now();
        let incarnation = parts.random.id(now);
        let mut tx = parts.db.write().await?;

        let (environment, incarnation) = tx.claim_environment(&parts.environment, incarnation, now).await?;
        if environment != parts.environment {
            return Err(Error::internal(format!(
                "the database belongs to the environment {environment}, this hub to {}",
                parts.environment
            )));
        }

        tx.commit().await?;
        let outside = OutsideIds::new(parts.keys.clone());
        let cursors = Cursors::new(parts.keys.clone(), parts.random.clone());
        let guards = Guards::new(parts.db.clone(), parts.clock.clone());
        let (bell, answers) = (Bell::default(), Answers::new(parts.answer_bytes));
        let (claims, posts) = (Claims::default(), Posts::new(parts.db.dialect()));
        let tally = Arc::default();
        Ok(Self(Arc::new(Whole {
            parts,
            outside,
            cursors,
            incarnation,
            bell,
            guards,
            answers,
            claims,
            posts,
            tally,
        })))
    }

    /// The present instant by the hub's clock.
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// The clock of this hub.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// The environment this hub runs in.
    pub fn environment(&self) -> &str {
        &self.0.parts.environment
    }

    /// The public origin, which is the issuer of its tokens and evidence.
    pub fn issuer(&self) -> &str {
        &self.0.parts.issuer
    }

    /// The audiences of this hub's APIs.
    pub fn audiences(&self) -> &Audiences {
        &self.0.parts.audiences
    }

    /// The source of randomness of this hub.
    pub fn random(&self) -> &Random {
        &self.0.parts.random
    }

    /// Reads the keyring again and learns its keys; new ones seal nothing before [`Self::reload_keys`].
    ///
    /// # Errors
    /// As there.
    pub fn learn_keys(&self, path: &Path) -> Result<(), Error> {
        self.0.parts.keys.learn(path).map_err(Error::internal)
    }

    /// Reads the keyring again; what was sealed by its keys stays readable.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be used; the keys in force then stay.
    pub fn reload_keys(&self, path: &Path) -> Result<(), Error> {
        self.0.parts.keys.reload(path).map_err(Error::internal)?;
        // ids and tags in what is kept were made with the keys before
        self.0.answers.forget();
        Ok(())
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        self.0.parts.db.answers().await
    }

    /// Makes sure that the object store answers and holds the content of this hub and of no other.
    ///
    /// # Errors
    /// [`BlobError::Foreign`] if it holds another's, [`BlobError::Store`] if it does not answer.
    pub async fn claim_objects(&self) -> Result<(), BlobError> {
        let parts = &self.0.parts;
        let name = parts.db.name_of_data().await.map_err(|_| BlobError::Interrupted)?;
        parts.blobs.claim(&name.ok_or(BlobError::Interrupted)?).await
    }

    /// Whether content is kept elsewhere than on this node's disk.
    pub fn keeps_objects_elsewhere(&self) -> bool {
        self.0.parts.blobs.is_elsewhere()
    }

    /// Whether this node's clock and the database's agree to a second (TRUST 17).
    ///
    /// SQLite has no clock but the node's. A false answer is logged.
    pub async fn clock_agrees(&self) -> bool {
        let before = self.now();
        match self.0.parts.db.own_time().await {
            Ok(None) => true,
            Ok(Some(there)) => {
                let agrees = agree((before, self.now()), there);
                if !agrees {
                    tracing::error!(
                        here = %before.rfc3339(),
                        database = %there.rfc3339(),
                        "the clocks of this node and of the database differ by more than a second"
                    );
                }
                agrees
            }
            Err(_) => false,
        }
    }

    /// Answers everybody who waits for something at this hub, and lets nobody wait from now on: it stops.
    pub fn answer_waiting(&self) {
        self.0.bell.close();
    }

    /// The public keys of the event tokens, as a JWK set (RFC 7517): the one that signs, the next one, and former ones.
    pub fn event_keys(&self) -> serde_json::Value {
        crate::delivery::token::key_set(&self.0.parts.keys, self.now())
    }

    pub(crate) fn bell(&self) -> &Bell {
        &self.0.bell
    }

    pub(crate) fn guards(&self) -> &Guards {
        &self.0.guards
    }

    pub(crate) fn kept_answers(&self) -> &Answers {
        &self.0.answers
    }

    pub(crate) fn claims(&self) -> &Claims {
        &self.0.claims
    }

    pub(crate) fn posts(&self) -> &Posts {
        &self.0.posts
    }

    pub(crate) fn counters(&self) -> &Arc<Tally> {
        &self.0.tally
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    pub(crate) fn outside(&self) -> &OutsideIds {
        &self.0.outside
    }

    pub(crate) fn incarnation(&self) -> Uuid {
        self.0.incarnation
    }

    pub(crate) fn cursors(&self) -> &Cursors {
        &self.0.cursors
    }
}

/// Whether `there`, read between two looks at this node's clock, is within a second of them.
fn agree((before, after): (Timestamp, Timestamp), there: Timestamp) -> bool {
    before.minus(CLOCKS_MAY_DIFFER) <= there && there <= after.plus(CLOCKS_MAY_DIFFER)
}

const CLOCKS_MAY_DIFFER: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_agree_within_a_second_of_the_time_that_the_question_took() {
        let looks = (Timestamp(10_000_000), Timestamp(10_400_000));
        for there in [9_000_000, 10_000_000, 10_200_000, 11_400_000] {
            assert!(agree(looks, Timestamp(there)), "{there}");
        }
        assert!(!agree(looks, Timestamp(8_999_999)) && !agree(looks, Timestamp(11_400_001)));
    }
}
