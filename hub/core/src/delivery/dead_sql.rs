//! Statements on `dead_letter`: changes that a receiver refused, which an operator can have told again.

use uuid::Uuid;

use super::Holder;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{ApplicationId, ConsentId, MailboxId};

/// A change that was refused, about to be kept.
pub(crate) struct NewDeadLetter {
    /// Who keeps it: whoever has lost the stream keeps nothing.
    pub(crate) holder: Holder,
    pub(crate) pos: i64,
    pub(crate) id: Uuid,
    pub(crate) reason: &'static str,
    pub(crate) tries: i64,
    pub(crate) at: Timestamp,
}

record! {
    /// A dead letter with what it would have told.
    #[derive(Clone, Debug)]
    pub(crate) struct DeadRow {
        pub(crate) id: Uuid,
        pub(crate) pos: i64,
        pub(crate) reason: String,
        pub(crate) tries: i64,
        pub(crate) at: Timestamp,
        pub(crate) replay: bool,
        pub(crate) kind: String,
        pub(crate) happened_at: Timestamp,
        pub(crate) mailbox_id: MailboxId,
        pub(crate) consent_id: ConsentId,
        pub(crate) number: Option<i64>,
    }
}

impl Db {
    /// The dead letters of an application beyond a place, oldest first.
    pub(crate) async fn dead_letters(
        &self,
        application: ApplicationId,
        beyond: i64,
        limit: i64,
    ) -> sqlx::Result<Vec<DeadRow>> {
        self.fetch_all(
            "SELECT x.id, x.pos, x.reason, x.tries, x.at, x.replay, f.kind, f.at AS happened_at, f.mailbox_id,
                    f.consent_id, f.number
             FROM dead_letter x
             JOIN feed f ON f.application_id = x.application_id AND f.pos = x.pos
             WHERE x.application_id = $1 AND x.pos > $2
             ORDER BY x.pos
             LIMIT $3",
            (application, beyond, limit),
        )
        .await
    }

    /// One dead letter of an application.
    pub(crate) async fn dead_letter(
        &self,
        application: ApplicationId,
        id: Uuid,
    ) -> sqlx::Result<Option<DeadRow>> {
        self.fetch_optional(
            "SELECT x.id, x.pos, x.reason, x.tries, x.at, x.replay, f.kind, f.at AS happened_at, f.mailbox_id,
                    f.consent_id, f.number
             FROM dead_letter x
             JOIN feed f ON f.application_id = x.application_id AND f.pos = x.pos
             WHERE x.application_id = $1 AND x.id = $2",
            (application, id),
        )
        .await
    }
}

impl Tx {
    /// Keeps a change that was refused; one that was told again and refused again stays dead. Keeps nothing new beside ten
    /// thousand others.
    pub(crate) async fn put_dead_letter(&mut self, new: NewDeadLetter) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO dead_letter (application_id, pos, id, reason, tries, at, replay)
             SELECT d.application_id, $2, $3, $4, $5, $6, FALSE
             FROM delivery d
             WHERE d.application_id = $1 AND d.attempt = $7
               AND (EXISTS (
                        SELECT 1
                        FROM dead_letter e
                        WHERE e.application_id = $1 AND e.pos = $2
                    ) OR (
                        SELECT COUNT(*)
                        FROM (SELECT 1 AS one FROM dead_letter x WHERE x.application_id = $1 LIMIT 10000) y
                    ) < 10000)
             ON CONFLICT (application_id, pos) DO UPDATE
             SET reason = excluded.reason, tries = dead_letter.tries + excluded.tries, at = excluded.at,
                 replay = FALSE",
            (new.holder.application, new.pos, new.id, new.reason, new.tries, new.at, new.holder.attempt),
        )
        .await
    }

    /// Forgets a dead letter by its place: it was taken, or is not to be told any more. Who has lost the stream forgets
    /// nothing.
    pub(crate) async fn bury(&mut self, holder: Holder, pos: i64) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM dead_letter
             WHERE application_id = $1 AND pos = $2
               AND EXISTS (SELECT 1 FROM delivery d WHERE d.application_id = $1 AND d.attempt = $3)",
            (holder.application, pos, holder.attempt),
        )
        .await
    }

    /// Forgets the dead letters that are to be told again and of which the feed tells nothing any more.
    pub(crate) async fn bury_forgotten(&mut self, application: ApplicationId) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM dead_letter
             WHERE application_id = $1 AND replay
               AND NOT EXISTS (
                   SELECT 1
                   FROM feed f
                   WHERE f.application_id = dead_letter.application_id AND f.pos = dead_letter.pos
               )",
            (application,),
        )
        .await
    }

    /// Has a dead letter told again.
    pub(crate) async fn replay(&mut self, application: ApplicationId, id: Uuid) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE dead_letter SET replay = TRUE WHERE application_id = $1 AND id = $2",
            (application, id),
        )
        .await
    }

    /// Has all dead letters of an application told again.
    pub(crate) async fn replay_all(&mut self, application: ApplicationId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE dead_letter SET replay = TRUE WHERE application_id = $1 AND NOT replay",
            (application,),
        )
        .await
    }

    /// Forgets a dead letter.
    pub(crate) async fn drop_dead_letter(
        &mut self,
        application: ApplicationId,
        id: Uuid,
    ) -> sqlx::Result<u64> {
        self.execute("DELETE FROM dead_letter WHERE application_id = $1 AND id = $2", (application, id)).await
    }

    /// Forgets the dead letters of what the feeds have forgotten.
    pub(crate) async fn drop_dead_letters_up_to(
        &mut self,
        application: ApplicationId,
        floor: i64,
    ) -> sqlx::Result<u64> {
        self.execute("DELETE FROM dead_letter WHERE application_id = $1 AND pos <= $2", (application, floor))
            .await
    }
}
