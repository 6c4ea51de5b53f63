//! After a removal: the consents of a provider end one by one, in batches, and whoever stops midway can go on.
//!
//! Nothing waits for it: the provider's row already refuses everything (DATA rule 9).

use std::time::Duration;

use uuid::Uuid;

use crate::consent::{By, Clerk, Ending};
use crate::db::record;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{ApplicationId, ConsentId, MailboxId, ProviderId};
use crate::outbox::Progress;

record! {
    /// A consent that has not ended.
    #[derive(Clone, Copy, Debug)]
    pub(super) struct Living {
        pub(super) mailbox_id: MailboxId,
        pub(super) application_id: ApplicationId,
        pub(super) id: ConsentId,
    }
}

/// Ends consents of a removed provider for a few seconds, batch by batch, each batch in a transaction of its own.
pub(crate) async fn end_consents(parts: &Parts, provider: ProviderId) -> Result<Progress, Error> {
    let begun = std::time::Instant::now();
    let mut after = (MailboxId(Uuid::nil()), ApplicationId(Uuid::nil()));
    while begun.elapsed() < TURN {
        let mut tx = parts.db.write().await?;
        let batch = tx.living_consents_of_provider(provider, after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(Progress::Finished) };
        after = (last.mailbox_id, last.application_id);
        let clerk = Clerk { parts, by: By::Hub, now: parts.clock.now() };
        for living in &batch {
            clerk.end(&mut tx, (living.mailbox_id, living.id), Ending::ProviderRemoved).await?;
        }
        tx.commit().await?;
    }
    Ok(Progress::More)
}

/// Consents ended in one transaction: what holds the writer for a few milliseconds.
const BATCH: i64 = 50;
/// How long one turn takes at most: shorter than the lease of its task.
const TURN: Duration = Duration::from_secs(4);
