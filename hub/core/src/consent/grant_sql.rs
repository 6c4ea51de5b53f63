//! Statements on `grant_` and `grant_member`.

use super::{ConsentRow, NewConsent};
use crate::clock::Timestamp;
use crate::db::{Tx, record};
use crate::id::{ApplicationId, GrantId, MailboxId, ProviderId};

record! {
    /// A grant's row.
    #[derive(Clone, Debug)]
    pub(crate) struct GrantRow {
        pub(crate) id: GrantId,
        pub(crate) application_id: ApplicationId,
        pub(crate) person: MailboxId,
        pub(crate) created_at: Timestamp,
        pub(crate) updated_at: Option<Timestamp>,
    }
}

impl Tx {
    /// Opens a grant, without consents.
    pub(crate) async fn insert_grant(
        &mut self,
        grant: GrantId,
        (application, provider): (ApplicationId, ProviderId),
        person: MailboxId,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO grant_ (id, application_id, provider_id, person, created_at)
             VALUES ($1, $2, $3, $4, $5)",
            (grant, application, provider, person, now),
        )
        .await
    }

    /// A grant that stands.
    pub(crate) async fn grant(&mut self, grant: GrantId) -> sqlx::Result<Option<GrantRow>> {
        self.fetch_optional(
            "SELECT id, application_id, person, created_at, updated_at
             FROM grant_
             WHERE id = $1 AND ended_at IS NULL",
            (grant,),
        )
        .await
    }

    /// The consents given under a grant that are still its own, whatever their state; one whose giver's role is over
    /// stands still, whether or not the next round has noted it.
    pub(crate) async fn consents_of_grant(
        &mut self,
        grant: GrantId,
        application: ApplicationId,
        now: Timestamp,
    ) -> sqlx::Result<Vec<ConsentRow>> {
        self.fetch_all(
            "SELECT c.id, c.mailbox_id, c.application_id, c.provider_id, c.grant_id,
                    CASE WHEN c.state <> 'authorised' OR c.person = c.mailbox_id OR EXISTS (
                        SELECT 1
                        FROM mandate d
                        WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                          AND d.valid_from <= $3 AND d.valid_until > $3
                    ) THEN c.state ELSE 'suspended' END AS state,
                    c.asked, c.actions, c.until, c.token_epoch, c.withheld, c.partitions
             FROM grant_member g
             JOIN consent c
               ON c.mailbox_id = g.mailbox_id AND c.application_id = $2 AND c.id = g.consent_id
              AND c.grant_id = g.grant_id
             WHERE g.grant_id = $1
             ORDER BY c.mailbox_id",
            (grant, application, now),
        )
        .await
    }

    /// Puts a consent under its grant, in the place of an earlier one for the same mailbox.
    pub(super) async fn insert_member(&mut self, consent: &NewConsent) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO grant_member (grant_id, mailbox_id, consent_id)
             VALUES ($1, $2, $3)
             ON CONFLICT (grant_id, mailbox_id) DO UPDATE
             SET consent_id = excluded.consent_id",
            (consent.grant, consent.mailbox, consent.id),
        )
        .await
    }

    /// Notes that a grant changed, and holds its row until the end of the transaction; 0 if it has ended.
    pub(crate) async fn touch_grant(&mut self, grant: GrantId, now: Timestamp) -> sqlx::Result<u64> {
        self.execute("UPDATE grant_ SET updated_at = $2 WHERE id = $1 AND ended_at IS NULL", (grant, now))
            .await
    }

    /// Ends a grant under which no consent lives any more; runs after [`touch_grant`](Self::touch_grant), so that of two
    /// consents that end at once the second sees the first (DATA rule 1).
    pub(super) async fn end_grant_without_consents(
        &mut self,
        grant: GrantId,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE grant_
             SET ended_at = $2
             WHERE id = $1 AND ended_at IS NULL AND NOT EXISTS (
                 SELECT 1
                 FROM grant_member g
                 JOIN consent c
                   ON c.mailbox_id = g.mailbox_id AND c.id = g.consent_id AND c.grant_id = g.grant_id
                 WHERE g.grant_id = $1 AND c.state IN ('authorised', 'suspended')
             )",
            (grant, now),
        )
        .await
    }

    /// Moves the token epoch of all consents of a grant to one new value: tokens that are being issued beside this are
    /// refused too.
    pub(crate) async fn move_token_epoch(&mut self, grant: GrantId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE consent
             SET token_epoch = 1 + (
                 SELECT MAX(c.token_epoch)
                 FROM grant_member g
                 JOIN consent c ON c.mailbox_id = g.mailbox_id AND c.grant_id = g.grant_id
                 WHERE g.grant_id = $1
             )
             WHERE grant_id = $1 AND mailbox_id IN (SELECT mailbox_id FROM grant_member WHERE grant_id = $1)",
            (grant,),
        )
        .await
    }
}
