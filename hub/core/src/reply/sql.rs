//! Statements on `reply`.

use super::{Answerer, NewReply, ReplyRow};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{ApplicationId, MailboxId, PublicationId};

impl Tx {
    /// Stores a reply whose publication is stored.
    pub(crate) async fn insert_reply(&mut self, reply: &NewReply<'_>) -> sqlx::Result<u64> {
        let (sent_by, person) = match reply.by {
            Answerer::Application(application) => (Some(application), None),
            Answerer::Person(person) => (None, Some(person)),
        };
        self.execute(
            "INSERT INTO reply (mailbox_id, id, number, publication_id, organization, application, at, expires_at,
                                sent_by, person)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            (
                reply.mailbox,
                reply.id,
                reply.number,
                reply.publication,
                reply.organization,
                reply.application,
                reply.at,
                reply.expires_at,
                sent_by,
                person,
            ),
        )
        .await
    }

    /// How many replies a message has.
    pub(crate) async fn count_replies(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<i64> {
        let (count,) = self
            .fetch_one(
                "SELECT COUNT(*)
                 FROM reply
                 WHERE mailbox_id = $1 AND number = $2",
                (mailbox, number),
            )
            .await?;
        Ok(count)
    }

    /// The replies to a message that an application sent, oldest first.
    pub(crate) async fn replies_sent(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        sent_by: ApplicationId,
        now: Timestamp,
    ) -> sqlx::Result<Vec<ReplyRow>> {
        self.fetch_all(
            "SELECT mailbox_id, id, at, expires_at
             FROM reply
             WHERE mailbox_id = $1 AND number = $2 AND sent_by = $3 AND expires_at > $4
             ORDER BY id",
            (mailbox, number, sent_by, now),
        )
        .await
    }

    /// The replies to a message, whoever sent them, oldest first.
    pub(crate) async fn replies_to(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        now: Timestamp,
    ) -> sqlx::Result<Vec<ReplyRow>> {
        self.fetch_all(
            "SELECT mailbox_id, id, at, expires_at
             FROM reply
             WHERE mailbox_id = $1 AND number = $2 AND expires_at > $3
             ORDER BY id",
            (mailbox, number, now),
        )
        .await
    }

    /// The replies to a publication of a sender application, oldest first.
    pub(crate) async fn replies_received(
        &mut self,
        application: &str,
        publication: PublicationId,
        now: Timestamp,
    ) -> sqlx::Result<Vec<ReplyRow>> {
        self.fetch_all(
            "SELECT mailbox_id, id, at, expires_at
             FROM reply
             WHERE publication_id = $1 AND application = $2 AND expires_at > $3
             ORDER BY id",
            (publication, application, now),
        )
        .await
    }

    /// Replies of a mailbox that have expired, a few.
    pub(super) async fn expired_replies(
        &mut self,
        mailbox: MailboxId,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(PublicationId,)>> {
        self.fetch_all(
            "SELECT id
             FROM reply
             WHERE mailbox_id = $1 AND expires_at <= $2
             ORDER BY id
             LIMIT $3",
            (mailbox, now, limit),
        )
        .await
    }

    /// Removes a reply; its publication follows.
    pub(super) async fn delete_reply(&mut self, mailbox: MailboxId, id: PublicationId) -> sqlx::Result<u64> {
        self.execute("DELETE FROM reply WHERE mailbox_id = $1 AND id = $2", (mailbox, id)).await
    }
}

impl Db {
    /// The mailboxes of the replies that expired first; one may come several times.
    pub(super) async fn mailboxes_with_expired_replies(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId,)>> {
        self.fetch_all(
            "SELECT mailbox_id
             FROM reply
             WHERE expires_at <= $1
             ORDER BY expires_at, mailbox_id, id
             LIMIT $2",
            (now, limit),
        )
        .await
    }
}
