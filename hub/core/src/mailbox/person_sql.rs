//! Statements on `mailbox` and `identity` for what happens in a person's life.

use super::Mailbox;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{MailboxId, Sha256};

impl Tx {
    /// Says that a person may not act any more, or may again, by an event of that time; zero rows if a later one is known.
    pub(crate) async fn put_person_state(
        &mut self,
        person: MailboxId,
        state: Option<&str>,
        at: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mailbox
             SET person_state = $2, person_state_at = $3, version = version + 1
             WHERE id = $1 AND (person_state_at IS NULL OR person_state_at <= $3)",
            (person, state.map(str::to_owned), at),
        )
        .await
    }

    /// Gives a person's state to the mailbox that goes on, whatever was known there.
    pub(crate) async fn carry_person_state(&mut self, from: MailboxId, into: MailboxId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mailbox
             SET person_state = (SELECT o.person_state FROM mailbox o WHERE o.id = $1),
                 person_state_at = (SELECT o.person_state_at FROM mailbox o WHERE o.id = $1)
             WHERE id = $2",
            (from, into),
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
        self.execute(
            "UPDATE mailbox SET of_age_at = $2 WHERE id = $1 AND (of_age_at IS NULL OR of_age_at > $2)",
            (person, at),
        )
        .await
    }

    /// Gives a person's pilots to the mailbox that goes on.
    pub(crate) async fn move_pilots(&mut self, from: MailboxId, into: MailboxId) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO pilot (application_id, person, added_at)
             SELECT application_id, $2, added_at
             FROM pilot
             WHERE person = $1
             ON CONFLICT (application_id, person) DO NOTHING",
            (from, into),
        )
        .await
    }

    /// Whether a person once stopped receiving digitally, by their own act.
    pub(crate) async fn has_withdrawn(&mut self, mailbox: MailboxId) -> sqlx::Result<bool> {
        let (withdrawn,) = self
            .fetch_one(
                "SELECT EXISTS (
                     SELECT 1 FROM audit_write WHERE mailbox_id = $1 AND action = 'withdrawActivation'
                 ) AS withdrawn",
                (mailbox,),
            )
            .await?;
        Ok(withdrawn)
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
    pub(crate) async fn merged_into(&mut self, person: MailboxId) -> sqlx::Result<Vec<Mailbox>> {
        self.fetch_all(
            "SELECT id, kind, state, version, total, unread, activated_at, person_state, of_age_at, moved_to
             FROM mailbox
             WHERE moved_to = $1
             ORDER BY id",
            (person,),
        )
        .await
    }

    /// Says that the numbers of a person have a successor, those of mailboxes that were merged into `mailbox` too; each still
    /// points where it did.
    pub(super) async fn replace_identities(&mut self, mailbox: MailboxId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE identity
             SET state = 'replaced'
             WHERE mailbox_id IN (SELECT id FROM mailbox WHERE id = $1 OR moved_to = $1)",
            (mailbox,),
        )
        .await
    }

    /// Makes a number of a person the one that counts; zero rows if it leads to another mailbox.
    pub(super) async fn restore_identity(&mut self, hash: Sha256, mailbox: MailboxId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE identity
             SET state = 'current'
             WHERE key_hash = $1 AND mailbox_id IN (SELECT id FROM mailbox WHERE id = $2 OR moved_to = $2)",
            (hash, mailbox),
        )
        .await
    }
}
