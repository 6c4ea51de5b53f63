//! Statements on `mailbox` and `identity` for what happens in a person's life.

use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{MailboxId, Sha256};

impl Tx {
    /// Says that a person may not act any more, or may again.
    pub(crate) async fn put_person_state(
        &mut self,
        person: MailboxId,
        state: Option<&'static str>,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mailbox SET person_state = $2, version = version + 1 WHERE id = $1",
            (person, state.map(str::to_owned)),
        )
        .await
    }

    /// Closes a mailbox to senders and consents, or opens it again; one that was merged stays closed.
    pub(crate) async fn put_mailbox_state(
        &mut self,
        mailbox: MailboxId,
        state: &'static str,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mailbox SET state = $2, version = version + 1 WHERE id = $1 AND moved_to IS NULL",
            (mailbox, state),
        )
        .await
    }

    /// Says since when a person is of age; the first date stays.
    pub(crate) async fn put_of_age(&mut self, person: MailboxId, at: Timestamp) -> sqlx::Result<u64> {
        self.execute("UPDATE mailbox SET of_age_at = $2 WHERE id = $1 AND of_age_at IS NULL", (person, at))
            .await
    }

    /// Closes a mailbox for good: its person's other one takes its place, and its own predecessors follow.
    pub(crate) async fn merge_mailbox(&mut self, from: MailboxId, into: MailboxId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mailbox
             SET state = 'closed', moved_to = $2, version = version + 1
             WHERE id = $1 OR moved_to = $1",
            (from, into),
        )
        .await
    }

    /// The mailboxes that were merged into a person's.
    pub(crate) async fn merged_into(&mut self, person: MailboxId) -> sqlx::Result<Vec<(MailboxId,)>> {
        self.fetch_all("SELECT id FROM mailbox WHERE moved_to = $1 ORDER BY id", (person,)).await
    }

    /// Says that a number has a successor; it still points to the same mailbox.
    pub(super) async fn replace_identity(&mut self, hash: Sha256) -> sqlx::Result<u64> {
        self.execute("UPDATE identity SET state = 'replaced' WHERE key_hash = $1", (hash,)).await
    }
}
