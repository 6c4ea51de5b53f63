//! Uploads that are on their way in: each holds memory and perhaps a file until it is here, so that they are counted.

use hub_core::access::intake::UPLOAD_TIME;
use hub_core::error::Error;

use crate::problem::Problem;
use crate::seats::{Seat, Seats};

/// The seats of all clients of an API; cheap to clone, all clones are one.
#[derive(Clone)]
pub struct Uploads(Seats<String>);

impl Uploads {
    /// No upload is on its way.
    pub fn none() -> Self {
        Self(Seats::new(UPLOADS, UPLOADS_PER_CLIENT))
    }

    /// Takes a seat for a client, given back when it is dropped.
    ///
    /// # Errors
    /// [`Error::Limited`] if it has none left.
    pub fn take(&self, client_id: &str) -> Result<Seat<String>, Error> {
        let limit = u64::try_from(UPLOADS_PER_CLIENT).unwrap_or(u64::MAX);
        self.0.take(client_id.to_owned()).ok_or(Error::Limited { limit, retry_after: UPLOADS_AGAIN })
    }

    /// What comes of a form or the like that is on its way in, if that does not take longer than it may. Only what is sent has its time:
    /// what is being written must not be told to have failed.
    ///
    /// # Errors
    /// A problem of what came, or `requestTimeout`.
    pub async fn in_time<T>(
        what: &str,
        coming: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Problem> {
        let received = tokio::time::timeout(UPLOAD_TIME, coming).await;
        Ok(received.map_err(|_| Self::too_slow(what))??)
    }

    /// The answer to an upload that takes longer than it may.
    pub fn too_slow(what: &str) -> Problem {
        Problem::named("requestTimeout").detail(format!("The {what} took too long to arrive"))
    }
}

const UPLOADS: usize = 256;
/// Uploads that one client has on their way in at once.
pub const UPLOADS_PER_CLIENT: usize = 32;
/// Seconds after which a client without a seat may try again.
const UPLOADS_AGAIN: u64 = 5;
