//! What roles of people mean for the consents that were given through them.

use super::{By, Clerk, Suspension, TAKE_OVER_WITHIN};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;

/// Lets a batch of consents stand still whose giver's role is over, and a batch go on whose giver has it again; gives
/// how many.
///
/// To be called again until there are none. Reads refuse by the mandate itself meanwhile.
pub(crate) async fn settle_roles(tx: &mut Tx, parts: &Parts, now: Timestamp) -> Result<usize, Error> {
    let clerk = Clerk { parts, by: By::Hub, now };
    let over = tx.unrepresented_consents(now, BATCH).await?;
    for place in &over {
        clerk.suspend(tx, *place, Suspension::RoleEnded).await?;
    }
    let again = tx.represented_again((now.minus(TAKE_OVER_WITHIN), now), BATCH).await?;
    for place in &again {
        clerk.resume(tx, *place).await?;
    }
    Ok(over.len() + again.len())
}

/// The same, some batches at once: what a source or an event changes is settled with it, unless it is very much.
pub(crate) async fn settle_some_roles(tx: &mut Tx, parts: &Parts, now: Timestamp) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        if settle_roles(tx, parts, now).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Consents of each sort in one go.
const BATCH: i64 = 50;
/// Batches in one transaction; the job does the rest.
const ROUNDS: usize = 10;
