//! Statements on `consent` for what stands still.
//!
//! What a batch is about to act on is held, so that nobody takes it over between reading and writing; whoever holds it
//! now is left to the next round.

use super::{ConsentRow, Suspension};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{ConsentId, GrantId, MailboxId};

impl Tx {
    /// Lets a living consent stand still; `None` if it does not live, or does already for a reason that is as grave. What
    /// happened to a person is graver than the end of their role, with which a consent may go on by itself.
    pub(super) async fn suspend_consent(
        &mut self,
        (mailbox, consent): (MailboxId, ConsentId),
        why: Suspension,
        now: Timestamp,
    ) -> sqlx::Result<Option<ConsentRow>> {
        self.fetch_optional(
            "UPDATE consent
             SET state = 'suspended', reason = $3, suspended_at = COALESCE(suspended_at, $4), epoch = epoch + 1
             WHERE mailbox_id = $1 AND id = $2 AND until > $4
               AND (state = 'authorised' OR (state = 'suspended' AND reason = $5 AND $3 <> $5))
             RETURNING id, mailbox_id, application_id, provider_id, grant_id, state, asked, actions, until, token_epoch,
                       withheld, partitions",
            (mailbox, consent, why.reason(), now, Suspension::RoleEnded.reason()),
        )
        .await
    }

    /// Lets a consent go on that stands still since later than `since`, as the consent of `giver` if one is named: on an
    /// open mailbox, and by somebody who may act.
    pub(super) async fn resume_consent(
        &mut self,
        (mailbox, consent): (MailboxId, ConsentId),
        giver: Option<MailboxId>,
        (since, now): (Timestamp, Timestamp),
    ) -> sqlx::Result<Option<ConsentRow>> {
        self.fetch_optional(
            "UPDATE consent
             SET state = 'authorised', reason = NULL, suspended_at = NULL, epoch = epoch + 1,
                 person = COALESCE($3, person)
             WHERE mailbox_id = $1 AND id = $2 AND state = 'suspended' AND suspended_at > $4 AND until > $5
               AND EXISTS (SELECT 1 FROM mailbox m WHERE m.id = consent.mailbox_id AND m.state = 'open')
               AND EXISTS (
                   SELECT 1
                   FROM mailbox g
                   WHERE g.id = COALESCE($3, consent.person) AND g.person_state IS NULL AND g.moved_to IS NULL
               )
             RETURNING id, mailbox_id, application_id, provider_id, grant_id, state, asked, actions, until, token_epoch,
                       withheld, partitions",
            (mailbox, consent, giver, since, now),
        )
        .await
    }

    /// Makes a grant the person's, if every consent under it that lives is.
    pub(super) async fn hand_over_grant(&mut self, grant: GrantId, person: MailboxId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE grant_
             SET person = $2
             WHERE id = $1 AND NOT EXISTS (
                 SELECT 1
                 FROM grant_member g
                 JOIN consent c
                   ON c.mailbox_id = g.mailbox_id AND c.id = g.consent_id AND c.grant_id = g.grant_id
                 WHERE g.grant_id = $1 AND c.state IN ('authorised', 'suspended') AND c.person <> $2
             )",
            (grant, person),
        )
        .await
    }

    /// Consents that stand still since `since` or longer, a few, with the reason.
    pub(super) async fn suspended_since(
        &mut self,
        since: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId, ConsentId, Option<String>)>> {
        let sql = self.dialect().pick(
            "SELECT mailbox_id, id, reason
             FROM consent
             WHERE state = 'suspended' AND suspended_at <= $1
             ORDER BY suspended_at
             LIMIT $2",
            "SELECT mailbox_id, id, reason
             FROM consent
             WHERE state = 'suspended' AND suspended_at <= $1
             ORDER BY suspended_at
             LIMIT $2
             FOR UPDATE SKIP LOCKED",
        );
        self.fetch_all(sql, (since, limit)).await
    }

    /// Consents that somebody gave for another's mailbox and may not give any more, a few.
    pub(crate) async fn unrepresented_consents(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId, ConsentId)>> {
        let sql = self.dialect().pick(
            "SELECT c.mailbox_id, c.id
             FROM consent c
             WHERE c.state = 'authorised' AND c.person <> c.mailbox_id AND c.until > $1 AND NOT EXISTS (
                 SELECT 1
                 FROM mandate d
                 WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                   AND d.valid_from <= $1 AND d.valid_until > $1
             )
             ORDER BY c.mailbox_id, c.id
             LIMIT $2",
            "SELECT c.mailbox_id, c.id
             FROM consent c
             WHERE c.state = 'authorised' AND c.person <> c.mailbox_id AND c.until > $1 AND NOT EXISTS (
                 SELECT 1
                 FROM mandate d
                 WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                   AND d.valid_from <= $1 AND d.valid_until > $1
             )
             ORDER BY c.mailbox_id, c.id
             LIMIT $2
             FOR UPDATE OF c SKIP LOCKED",
        );
        self.fetch_all(sql, (now, limit)).await
    }

    /// Those of one mailbox, all of them.
    pub(crate) async fn unrepresented_in(
        &mut self,
        mailbox: MailboxId,
        now: Timestamp,
    ) -> sqlx::Result<Vec<(ConsentId,)>> {
        self.fetch_all(
            "SELECT c.id
             FROM consent c
             WHERE c.mailbox_id = $1 AND c.state = 'authorised' AND c.person <> c.mailbox_id AND c.until > $2
               AND NOT EXISTS (
                 SELECT 1
                 FROM mandate d
                 WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                   AND d.valid_from <= $2 AND d.valid_until > $2
             )
             ORDER BY c.id",
            (mailbox, now),
        )
        .await
    }

    /// Consents that stand still because their giver's role had ended, and who has it again.
    pub(crate) async fn represented_again(
        &mut self,
        (since, now): (Timestamp, Timestamp),
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId, ConsentId)>> {
        let sql = self.dialect().pick(
            "SELECT c.mailbox_id, c.id
             FROM consent c
             JOIN mailbox m ON m.id = c.mailbox_id AND m.state = 'open'
             JOIN mailbox g ON g.id = c.person AND g.person_state IS NULL AND g.moved_to IS NULL
             WHERE c.state = 'suspended' AND c.reason = $4 AND c.person <> c.mailbox_id AND c.until > $2
               AND c.suspended_at > $1 AND EXISTS (
                 SELECT 1
                 FROM mandate d
                 WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                   AND d.valid_from <= $2 AND d.valid_until > $2
             )
             ORDER BY c.mailbox_id, c.id
             LIMIT $3",
            "SELECT c.mailbox_id, c.id
             FROM consent c
             JOIN mailbox m ON m.id = c.mailbox_id AND m.state = 'open'
             JOIN mailbox g ON g.id = c.person AND g.person_state IS NULL AND g.moved_to IS NULL
             WHERE c.state = 'suspended' AND c.reason = $4 AND c.person <> c.mailbox_id AND c.until > $2
               AND c.suspended_at > $1 AND EXISTS (
                 SELECT 1
                 FROM mandate d
                 WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                   AND d.valid_from <= $2 AND d.valid_until > $2
             )
             ORDER BY c.mailbox_id, c.id
             LIMIT $3
             FOR UPDATE OF c SKIP LOCKED",
        );
        self.fetch_all(sql, (since, now, limit, Suspension::RoleEnded.reason())).await
    }
}
