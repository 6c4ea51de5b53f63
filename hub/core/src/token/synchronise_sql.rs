//! Statements that open mailboxes to an application's own token: each joins the consent as it is then (TRUST T5).

use super::ProviderGuard;
use super::sql::guard;
use crate::clock::Timestamp;
use crate::consent::{Action, Actions};
use crate::db::{Db, record};
use crate::id::{ApplicationId, ConsentId, MailboxId, Sha256};
use crate::partition::PartitionSet;

record! {
    /// A mailbox that an application's own token opens, and the consent behind it.
    #[derive(Clone, Debug)]
    pub(crate) struct SynchronisedRow {
        pub(crate) consent_id: ConsentId,
        pub(crate) mailbox_id: MailboxId,
        pub(crate) kind: String,
        pub(crate) actions: Actions,
        pub(crate) until: Timestamp,
        pub(crate) total: i64,
        pub(crate) unread: i64,
        pub(crate) withheld: Option<i64>,
        pub(crate) partitions: PartitionSet,
        pub(crate) version: i64,
        pub(crate) consent_epoch: i64,
        pub(crate) reference_epoch: i64,
    }
}

impl Db {
    /// Everything that decides whether an application's own token opens a mailbox now, in one statement.
    pub(crate) async fn guard_synchronise(
        &self,
        token: Sha256,
        mailbox: MailboxId,
        now: Timestamp,
    ) -> sqlx::Result<Option<ProviderGuard>> {
        self.look_up_optional(
            guard!(
                "LEFT JOIN consent c
                    ON c.mailbox_id = $3 AND c.application_id = a.id AND c.provider_id = a.provider_id
             LEFT JOIN mailbox m ON m.id = c.mailbox_id
             WHERE t.token_hash = $1 AND t.kind = 'access'"
            ),
            (token, now, mailbox),
        )
        .await
    }

    /// The mailboxes after one that an application's own token opens now, in the order of their ids; only those marked
    /// as test if `test` says so.
    pub(crate) async fn synchronised_after(
        &self,
        application: ApplicationId,
        after: MailboxId,
        (test, limit): (bool, i64),
        now: Timestamp,
    ) -> sqlx::Result<Vec<SynchronisedRow>> {
        let synchronise: Actions = [Action::Synchronise].into_iter().collect();
        self.fetch_all(
            "SELECT c.id AS consent_id, c.mailbox_id, m.kind, c.actions, c.until, m.total, m.unread, c.withheld,
                    (c.partitions & COALESCE((
                        SELECT r.partitions
                        FROM partition_right r
                        WHERE r.mailbox_id = c.mailbox_id AND r.person = c.person
                    ), -1)) AS partitions,
                    m.version, c.epoch AS consent_epoch,
                    (SELECT h.reference_epoch FROM hub h WHERE h.id = 1) AS reference_epoch
             FROM provider_application a
             JOIN consent c ON c.provider_id = a.provider_id AND c.application_id = a.id
             JOIN mailbox m ON m.id = c.mailbox_id
             WHERE a.id = $1 AND c.mailbox_id > $2 AND c.state = 'authorised' AND c.until > $4
               AND (c.actions & $5) <> 0 AND m.state = 'open' AND (m.test OR NOT $6)
               AND (m.kind = 'enterprise' OR m.activated_at IS NOT NULL)
               AND (
                   (c.person = c.mailbox_id AND m.person_state IS NULL) OR EXISTS (
                       SELECT 1
                       FROM mandate d
                       JOIN mailbox g ON g.id = d.person AND g.person_state IS NULL AND g.moved_to IS NULL
                       WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                         AND d.valid_from <= $4 AND d.valid_until > $4
                   )
               )
             ORDER BY c.mailbox_id
             LIMIT $3",
            (application, after, limit, now, synchronise, test),
        )
        .await
    }
}
