//! Statements on `consent` for what stands still.

use super::{ConsentRow, Suspension};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{ConsentId, GrantId, MailboxId};

impl Tx {
    /// Lets a living consent stand still; `None` if it does already, or does not live.
    pub(super) async fn suspend_consent(
        &mut self,
        (mailbox, consent): (MailboxId, ConsentId),
        why: Suspension,
        now: Timestamp,
    ) -> sqlx::Result<Option<ConsentRow>> {
        self.fetch_optional(
            "UPDATE consent
             SET state = 'suspended', reason = $3, suspended_at = $4, epoch = epoch + 1
             WHERE mailbox_id = $1 AND id = $2 AND state = 'authorised' AND until > $4
             RETURNING id, mailbox_id, application_id, provider_id, grant_id, state, asked, actions, until, token_epoch,
                       withheld",
            (mailbox, consent, why.reason(), now),
        )
        .await
    }

    /// Lets a consent go on that stands still since later than `since`, as the consent of `giver` if one is named.
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
             RETURNING id, mailbox_id, application_id, provider_id, grant_id, state, asked, actions, until, token_epoch,
                       withheld",
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
        self.fetch_all(
            "SELECT mailbox_id, id, reason
             FROM consent
             WHERE state = 'suspended' AND suspended_at <= $1
             ORDER BY suspended_at
             LIMIT $2",
            (since, limit),
        )
        .await
    }

    /// Consents that somebody gave for another's mailbox and may not give any more, a few.
    pub(crate) async fn unrepresented_consents(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId, ConsentId)>> {
        self.fetch_all(
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
            (now, limit),
        )
        .await
    }

    /// Consents that stand still because their giver's role had ended, and who has it again.
    pub(crate) async fn represented_again(
        &mut self,
        (since, now): (Timestamp, Timestamp),
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId, ConsentId)>> {
        self.fetch_all(
            "SELECT c.mailbox_id, c.id
             FROM consent c
             WHERE c.state = 'suspended' AND c.reason = $4 AND c.person <> c.mailbox_id AND c.until > $2
               AND c.suspended_at > $1 AND EXISTS (
                 SELECT 1
                 FROM mandate d
                 WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                   AND d.valid_from <= $2 AND d.valid_until > $2
             )
             ORDER BY c.mailbox_id, c.id
             LIMIT $3",
            (since, now, limit, Suspension::RoleEnded.reason()),
        )
        .await
    }
}
