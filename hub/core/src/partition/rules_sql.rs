//! Statements on `routing_rule` and `routing_event`.

use super::Rule;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{ApplicationId, MailboxId};

impl Db {
    /// The rules of a mailbox, the one that is asked first before the others.
    pub(crate) async fn routing_rules(&self, mailbox: MailboxId) -> sqlx::Result<Vec<Rule>> {
        self.fetch_all(RULES, (mailbox,)).await
    }
}

impl Tx {
    /// The same, behind the mailbox's lock.
    pub(crate) async fn routing_rules_now(&mut self, mailbox: MailboxId) -> sqlx::Result<Vec<Rule>> {
        self.fetch_all(RULES, (mailbox,)).await
    }

    /// Which of these mailboxes, a JSON array of ids, have rules; to be asked behind their locks.
    pub(crate) async fn mailboxes_with_rules(&mut self, ids: String) -> sqlx::Result<Vec<(MailboxId,)>> {
        let sql = self.dialect().pick(
            "SELECT DISTINCT mailbox_id
             FROM routing_rule
             WHERE mailbox_id IN (SELECT unhex(v.value) FROM json_each($1) v)",
            "SELECT DISTINCT mailbox_id
             FROM routing_rule
             WHERE mailbox_id IN (
                 SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($1 AS JSONB)) v(value)
             )",
        );
        self.fetch_all(sql, (ids,)).await
    }

    /// The partition of the first rule that fits a message of that type, application and organization; to be asked behind the
    /// mailbox's lock.
    pub(crate) async fn partition_for(
        &mut self,
        mailbox: MailboxId,
        (message_type, application, organization): (&str, &str, &str),
    ) -> sqlx::Result<Option<i64>> {
        let found = self
            .fetch_optional(
                "SELECT partition
                 FROM routing_rule
                 WHERE mailbox_id = $1 AND (message_type IS NULL OR message_type = $2)
                   AND (application IS NULL OR application = $3)
                   AND (organization IS NULL OR organization = $4)
                 ORDER BY priority
                 LIMIT 1",
                (mailbox, message_type, application, organization),
            )
            .await?;
        Ok(found.map(|(partition,)| partition))
    }

    /// Writes rules in the place of all there are.
    pub(crate) async fn put_routing_rules(&mut self, mailbox: MailboxId, rules: &[Rule]) -> sqlx::Result<()> {
        self.execute("DELETE FROM routing_rule WHERE mailbox_id = $1", (mailbox,)).await?;
        for (rule, priority) in rules.iter().zip(1i64..) {
            self.execute(
                "INSERT INTO routing_rule (mailbox_id, priority, message_type, application, organization, partition)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                (
                    mailbox,
                    priority,
                    rule.message_type.clone(),
                    rule.application.clone(),
                    rule.organization.clone(),
                    rule.partition,
                ),
            )
            .await?;
        }
        Ok(())
    }

    /// Forgets the rules that lead into a partition.
    pub(super) async fn drop_rules_into(&mut self, mailbox: MailboxId, partition: i64) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM routing_rule WHERE mailbox_id = $1 AND partition = $2",
            (mailbox, partition),
        )
        .await
    }

    /// Notes the time and the id of an event that a source told about something of a mailbox; false if it told a later one, or
    /// this one, before.
    pub(crate) async fn note_routing_event(
        &mut self,
        (mailbox, source): (MailboxId, ApplicationId),
        about: &str,
        (at, id): (Timestamp, &str),
    ) -> sqlx::Result<bool> {
        let noted = self
            .execute(
                "INSERT INTO routing_event (mailbox_id, application_id, about, at, id)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (mailbox_id, application_id, about) DO UPDATE
                 SET at = excluded.at, id = excluded.id
                 WHERE routing_event.at < excluded.at
                    OR (routing_event.at = excluded.at AND routing_event.id <> excluded.id)",
                (mailbox, source, about, at, id),
            )
            .await?;
        Ok(noted == 1)
    }

    /// Forgets the times of what a source told of a mailbox beyond the newest `kept` things, but that of the rules: a source that
    /// invents partitions fills no table.
    pub(crate) async fn forget_routing_events(
        &mut self,
        (mailbox, source): (MailboxId, ApplicationId),
        kept: i64,
    ) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM routing_event
             WHERE mailbox_id = $1 AND application_id = $2 AND about <> 'rules' AND (at, about) <= (
                 SELECT e.at, e.about
                 FROM routing_event e
                 WHERE e.mailbox_id = $1 AND e.application_id = $2 AND e.about <> 'rules'
                 ORDER BY e.at DESC, e.about DESC
                 LIMIT 1 OFFSET $3
             )",
            (mailbox, source, kept),
        )
        .await
    }
}

const RULES: &str = "SELECT message_type, application, organization, partition
             FROM routing_rule
             WHERE mailbox_id = $1
             ORDER BY priority";
