//! Statements on `mailbox_partition`, and those that put messages from one partition into another.

use super::Partition;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{MailboxId, PublicationId};

record! {
    /// A message that goes back to the general partition.
    pub(super) struct Returning {
        pub(super) number: i64,
        pub(super) organization: String,
        pub(super) publication_id: PublicationId,
    }
}

impl Db {
    /// The named partitions of a mailbox, by name.
    pub(crate) async fn partitions_of(&self, mailbox: MailboxId) -> sqlx::Result<Vec<Partition>> {
        self.fetch_all(
            "SELECT number, name, created_at, told_by, told_id
             FROM mailbox_partition
             WHERE mailbox_id = $1 AND removed_at IS NULL
             ORDER BY name, number",
            (mailbox,),
        )
        .await
    }

    /// Removed partitions whose messages have not all gone back, a few.
    pub(super) async fn partitions_to_empty(&self, limit: i64) -> sqlx::Result<Vec<(MailboxId, i64)>> {
        self.fetch_all(
            "SELECT mailbox_id, number
             FROM mailbox_partition
             WHERE removed_at IS NOT NULL AND emptied_at IS NULL
             ORDER BY removed_at
             LIMIT $1",
            (limit,),
        )
        .await
    }
}

impl Tx {
    /// Every number that was given to a partition of a mailbox, and since when it rests, if it does.
    pub(crate) async fn partition_numbers(
        &mut self,
        mailbox: MailboxId,
    ) -> sqlx::Result<Vec<(i64, Option<Timestamp>)>> {
        self.fetch_all(
            "SELECT number, emptied_at
             FROM mailbox_partition
             WHERE mailbox_id = $1",
            (mailbox,),
        )
        .await
    }

    /// The named partitions of a mailbox, behind its lock.
    pub(crate) async fn partitions_now(&mut self, mailbox: MailboxId) -> sqlx::Result<Vec<Partition>> {
        self.fetch_all(
            "SELECT number, name, created_at, told_by, told_id
             FROM mailbox_partition
             WHERE mailbox_id = $1 AND removed_at IS NULL
             ORDER BY name, number",
            (mailbox,),
        )
        .await
    }

    /// Writes a new partition, in the place of one whose number has rested.
    pub(crate) async fn insert_partition(
        &mut self,
        mailbox: MailboxId,
        partition: &Partition,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO mailbox_partition (mailbox_id, number, name, created_at, told_by, told_id)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (mailbox_id, number) DO UPDATE
             SET name = excluded.name, created_at = excluded.created_at, removed_at = NULL, emptied_at = NULL,
                 told_by = excluded.told_by, told_id = excluded.told_id
             WHERE mailbox_partition.emptied_at IS NOT NULL",
            (
                mailbox,
                partition.number,
                partition.name.as_str(),
                partition.created_at,
                partition.told_by,
                partition.told_id.clone(),
            ),
        )
        .await
    }

    /// Gives a partition another name; false if it is not there.
    pub(crate) async fn rename_partition(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        name: &str,
    ) -> sqlx::Result<bool> {
        let renamed = self
            .execute(
                "UPDATE mailbox_partition
                 SET name = $3
                 WHERE mailbox_id = $1 AND number = $2 AND removed_at IS NULL",
                (mailbox, number, name),
            )
            .await?;
        Ok(renamed == 1)
    }

    /// Removes a partition, which still holds its messages; false if it is not there.
    pub(super) async fn close_partition(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let closed = self
            .execute(
                "UPDATE mailbox_partition
                 SET removed_at = $3
                 WHERE mailbox_id = $1 AND number = $2 AND removed_at IS NULL",
                (mailbox, number, now),
            )
            .await?;
        Ok(closed == 1)
    }

    /// Lets the number of an empty partition rest.
    pub(super) async fn note_emptied(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mailbox_partition
             SET emptied_at = $3
             WHERE mailbox_id = $1 AND number = $2 AND removed_at IS NOT NULL AND emptied_at IS NULL",
            (mailbox, number, now),
        )
        .await
    }

    /// Messages of a named partition, the oldest first.
    pub(super) async fn messages_in_partition(
        &mut self,
        (mailbox, partition): (MailboxId, i64),
        limit: i64,
    ) -> sqlx::Result<Vec<Returning>> {
        self.fetch_all(
            "SELECT number, organization, publication_id
             FROM message
             WHERE mailbox_id = $1 AND partition = $2 AND partition > 0
             ORDER BY number
             LIMIT $3",
            (mailbox, partition, limit),
        )
        .await
    }

    /// Puts a message from one partition into another; false if it is not in the one.
    pub(super) async fn move_message(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        (from, to): (i64, i64),
    ) -> sqlx::Result<bool> {
        let moved = self
            .execute(
                "UPDATE message
                 SET partition = $4
                 WHERE mailbox_id = $1 AND number = $2 AND partition = $3",
                (mailbox, number, from, to),
            )
            .await?;
        Ok(moved == 1)
    }
}
