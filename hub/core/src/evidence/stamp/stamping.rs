//! Which seals are asked about, and keeping what was answered.
//!
//! A node takes one seal at a time and asks outside of any transaction: a service that is slow or down holds up nothing,
//! and a seal whose node died is taken by another.

use std::time::Duration;

use super::request::{NewStamp, StampRequest, StampTerms};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::evidence::Jws;
use crate::hub::Parts;

/// Seals without a time-stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unstamped {
    /// How many, counted up to 10,000.
    pub count: i64,
    /// When the oldest of them was made; `None` if there is none.
    pub oldest: Option<Timestamp>,
}

/// The question about the oldest seal that has no time-stamp; the seal is nobody else's for ten seconds.
pub(crate) async fn next_to_stamp(parts: &Parts, terms: &StampTerms) -> Result<Option<StampRequest>, Error> {
    let now = parts.clock.now();
    if !parts.db.has_unstamped(now).await? {
        return Ok(None);
    }
    let mut tx = parts.db.write().await?;
    let claimed = tx.claim_unstamped(now, now.plus(LEASE)).await?;
    tx.commit().await?;

    let Some((seal, jws)) = claimed else { return Ok(None) };
    let jws: Jws =
        serde_json::from_str(&jws).map_err(|_| Error::Corrupt { table: "seal", id: seal.to_string() })?;
    let request = StampRequest::new((seal, jws.imprint()), terms, parts.random.bytes());
    request.map(Some).map_err(Error::internal)
}

/// Keeps a time-stamp with its seal, unless that has one.
pub(crate) async fn keep_stamp(parts: &Parts, stamp: NewStamp) -> Result<(), Error> {
    let mut tx = parts.db.write().await?;
    tx.insert_time_stamp(stamp.seal, stamp.token).await?;
    tx.commit().await?;
    Ok(())
}

/// What waits for a time-stamp.
pub(crate) async fn unstamped(parts: &Parts) -> Result<Unstamped, Error> {
    let (count, oldest) = parts.db.count_unstamped(COUNTED).await?.unwrap_or_default();
    Ok(Unstamped { count, oldest })
}

/// Longer than a service may take.
const LEASE: Duration = Duration::from_secs(10);
const COUNTED: i64 = 10_000;
