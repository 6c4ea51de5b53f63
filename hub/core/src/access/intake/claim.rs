//! The claim of one request on an idempotency key, given back when the request comes to nothing.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::clock::Timestamp;
use crate::error::{Conflict, Error};
use crate::hub::Hub;
use crate::message::{Claim, KnownKey};

/// A key that this request holds, or whose answer is known.
pub(super) enum Held {
    /// This request is the first.
    Fresh(HeldClaim),
    /// An earlier request was answered.
    Answered {
        /// The mark of its metadata and parts.
        mark: Vec<u8>,
        /// Its answer, as JSON.
        answer: String,
    },
}

/// A claim; dropped without having been kept, it frees its key.
pub(super) struct HeldClaim {
    hub: Hub,
    claim: Option<Claim>,
}

impl Held {
    /// Claims `key` for this application.
    ///
    /// # Errors
    /// [`Conflict::StillRunning`] while another request holds the key.
    pub(super) async fn of(hub: &Hub, application: &str, key: &str) -> Result<Self, Error> {
        let parts = hub.parts();
        let now = parts.clock.now();
        let claim =
            Claim { application: application.to_owned(), key: key.to_owned(), id: parts.random.id(now) };
        let mut held = HeldClaim { hub: hub.clone(), claim: Some(claim.clone()) };

        let mut tx = parts.db.write().await?;
        let claimed = tx.claim_key(&claim, now.plus(LEASE), now, forgotten_before(now)).await?;
        let known = if claimed { None } else { tx.known_key(application, key).await? };
        tx.commit().await?;

        if claimed {
            return Ok(Self::Fresh(held));
        }
        held.claim = None;
        match known {
            Some(KnownKey { digest: Some(mark), answer: Some(answer) }) => {
                Ok(Self::Answered { mark, answer })
            }
            // Between the two statements it may also have been given back: the next try finds it free.
            _ => Err(Error::Conflict(Conflict::StillRunning)),
        }
    }
}

impl HeldClaim {
    /// The claim, until it was kept or given back.
    pub(super) fn claim(&self) -> Result<&Claim, Error> {
        self.claim.as_ref().ok_or_else(|| Error::internal("the claim on an idempotency key was used twice"))
    }

    /// Leaves the key claimed: the answer stands under it now.
    pub(super) fn keep(&mut self) {
        self.claim = None;
    }

    /// Gives the key back at once, so that the same request can be tried again.
    pub(super) async fn give_back(&mut self) {
        if let Some(claim) = self.claim.take() {
            release(&self.hub, &claim).await;
        }
    }
}

impl Drop for HeldClaim {
    fn drop(&mut self) {
        let (Some(claim), Ok(runtime)) = (self.claim.take(), Handle::try_current()) else {
            return;
        };
        let hub = self.hub.clone();
        runtime.spawn(async move { release(&hub, &claim).await });
    }
}

/// Frees a key that has no answer; if the commit came through after all, the answer stays.
async fn release(hub: &Hub, claim: &Claim) {
    let released = async {
        let mut tx = hub.parts().db.write().await?;
        tx.release_key(claim).await?;
        tx.commit().await
    };
    if let Err(error) = released.await {
        tracing::warn!(%error, "an idempotency key stays claimed until its lease ends");
    }
}

/// Keys answered before that instant are forgotten.
pub(crate) fn forgotten_before(now: Timestamp) -> Timestamp {
    now.minus(KEPT)
}

/// How long a claim holds; longer than a request can last.
const LEASE: Duration = Duration::from_secs(120);
/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);
