//! Statements on `consent`, `consent_event` and `withheld` that change them, and those that a change reads.

use std::collections::BTreeSet;

use super::{By, ConsentRow, Ending, Happened, KeptScreen, NewConsent, Terms};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{ApplicationId, ConsentId, MailboxId};
use crate::number::EnterpriseNumber;

/// One entry of a consent's history.
pub(crate) struct NewEvent<'a> {
    pub(crate) mailbox: MailboxId,
    pub(crate) consent: ConsentId,
    pub(crate) application: ApplicationId,
    pub(crate) what: Happened,
    pub(crate) by: &'a By<'a>,
    pub(crate) terms: &'a Terms,
    pub(crate) screen: Option<&'a KeptScreen>,
}

impl Tx {
    /// The consent of a mailbox for an application, whatever its state; one whose giver's role is over stands still,
    /// whether or not the next round has noted it.
    pub(crate) async fn consent_of(
        &mut self,
        mailbox: MailboxId,
        application: ApplicationId,
        now: Timestamp,
    ) -> sqlx::Result<Option<ConsentRow>> {
        self.fetch_optional(
            "SELECT c.id, c.mailbox_id, c.application_id, c.provider_id, c.grant_id,
                    CASE WHEN c.state <> 'authorised' OR c.person = c.mailbox_id OR EXISTS (
                        SELECT 1
                        FROM mandate d
                        WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                          AND d.valid_from <= $3 AND d.valid_until > $3
                    ) THEN c.state ELSE 'suspended' END AS state,
                    c.asked, c.actions, c.until, c.token_epoch, c.withheld, c.partitions
             FROM consent c
             WHERE c.mailbox_id = $1 AND c.application_id = $2",
            (mailbox, application, now),
        )
        .await
    }

    /// The living consent of that id on a mailbox.
    pub(crate) async fn living_consent(
        &mut self,
        mailbox: MailboxId,
        consent: ConsentId,
    ) -> sqlx::Result<Option<ConsentRow>> {
        self.fetch_optional(
            "SELECT id, mailbox_id, application_id, provider_id, grant_id, state, asked, actions, until, token_epoch,
                    withheld, partitions
             FROM consent
             WHERE mailbox_id = $1 AND id = $2 AND state IN ('authorised', 'suspended')",
            (mailbox, consent),
        )
        .await
    }

    /// The living consents of a mailbox.
    pub(crate) async fn living_consents(&mut self, mailbox: MailboxId) -> sqlx::Result<Vec<ConsentRow>> {
        self.fetch_all(
            "SELECT id, mailbox_id, application_id, provider_id, grant_id, state, asked, actions, until, token_epoch,
                    withheld, partitions
             FROM consent
             WHERE mailbox_id = $1 AND state IN ('authorised', 'suspended')",
            (mailbox,),
        )
        .await
    }

    /// Living consents whose time was over at `now`, a few.
    pub(crate) async fn overdue_consents(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId, ConsentId)>> {
        let sql = self.dialect().pick(
            "SELECT mailbox_id, id
             FROM consent
             WHERE state IN ('authorised', 'suspended') AND until <= $1
             ORDER BY until
             LIMIT $2",
            "SELECT mailbox_id, id
             FROM consent
             WHERE state IN ('authorised', 'suspended') AND until <= $1
             ORDER BY until
             LIMIT $2
             FOR UPDATE SKIP LOCKED",
        );
        self.fetch_all(sql, (now, limit)).await
    }

    /// Gives a consent; an ended one for the same pair makes room for it.
    pub(super) async fn put_consent(&mut self, consent: &NewConsent, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO consent (mailbox_id, application_id, id, provider_id, grant_id, state, actions, person,
                                  granted_at, until, epoch, token_epoch, withheld, asked, partitions)
             VALUES ($1, $2, $3, $4, $5, 'authorised', $6, $7, $8, $9, 1, 1, $10, $11, $12)
             ON CONFLICT (mailbox_id, application_id) DO UPDATE
             SET id = excluded.id, provider_id = excluded.provider_id, grant_id = excluded.grant_id,
                 state = excluded.state, actions = excluded.actions, person = excluded.person,
                 granted_at = excluded.granted_at, until = excluded.until, epoch = consent.epoch + 1,
                 token_epoch = consent.token_epoch + 1, ended_at = NULL, reason = NULL, suspended_at = NULL,
                 withheld = excluded.withheld, asked = excluded.asked, partitions = excluded.partitions
             WHERE consent.state NOT IN ('authorised', 'suspended')",
            (
                consent.mailbox,
                consent.application,
                consent.id,
                consent.provider,
                consent.grant,
                consent.terms.actions,
                consent.person,
                now,
                consent.terms.until,
                count(&consent.terms),
                consent.terms.asked,
                consent.terms.partitions,
            ),
        )
        .await
    }

    /// Gives a living consent other terms, and another giver if a person gave them.
    pub(super) async fn alter_consent(
        &mut self,
        row: &ConsentRow,
        terms: &Terms,
        person: Option<MailboxId>,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE consent
             SET actions = $3, until = $4, withheld = $5, person = COALESCE($6, person), asked = $7, partitions = $8,
                 epoch = epoch + 1
             WHERE mailbox_id = $1 AND id = $2 AND state = 'authorised'",
            (
                row.mailbox_id,
                row.id,
                terms.actions,
                terms.until,
                count(terms),
                person,
                terms.asked,
                terms.partitions,
            ),
        )
        .await
    }

    /// Ends a living consent; `None` if it is not living, or not of this mailbox.
    pub(super) async fn end_consent(
        &mut self,
        mailbox: MailboxId,
        consent: ConsentId,
        how: Ending,
        now: Timestamp,
    ) -> sqlx::Result<Option<ConsentRow>> {
        self.fetch_optional(
            "UPDATE consent
             SET state = $3, reason = $4, ended_at = $5, epoch = epoch + 1, token_epoch = token_epoch + 1
             WHERE mailbox_id = $1 AND id = $2 AND state IN ('authorised', 'suspended')
             RETURNING id, mailbox_id, application_id, provider_id, grant_id, state, asked, actions, until, token_epoch,
                       withheld, partitions",
            (mailbox, consent, how.state(), how.reason(), now),
        )
        .await
    }

    /// Leaves out exactly those sender organizations.
    pub(super) async fn put_withheld(
        &mut self,
        mailbox: MailboxId,
        consent: ConsentId,
        withheld: &BTreeSet<EnterpriseNumber>,
    ) -> sqlx::Result<()> {
        self.execute("DELETE FROM withheld WHERE mailbox_id = $1 AND consent_id = $2", (mailbox, consent))
            .await?;
        for organization in withheld {
            self.execute(
                "INSERT INTO withheld (mailbox_id, consent_id, organization)
                 VALUES ($1, $2, $3)",
                (mailbox, consent, organization.as_str()),
            )
            .await?;
        }
        Ok(())
    }

    /// The sender organizations that a consent leaves out; `None` in place of one that is no number.
    pub(crate) async fn withheld_of(
        &mut self,
        mailbox: MailboxId,
        consent: ConsentId,
    ) -> sqlx::Result<Vec<Option<EnterpriseNumber>>> {
        let rows: Vec<(String,)> = self
            .fetch_all(
                "SELECT organization
                 FROM withheld
                 WHERE mailbox_id = $1 AND consent_id = $2
                 ORDER BY organization",
                (mailbox, consent),
            )
            .await?;
        Ok(rows.into_iter().map(|(number,)| EnterpriseNumber::parse(&number).ok()).collect())
    }

    /// Adds an entry to a consent's history.
    pub(super) async fn insert_event(&mut self, event: &NewEvent<'_>, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO consent_event (mailbox_id, consent_id, n, application_id, at, kind, reason, actor, person,
                                        channel, actions, until, withheld, screen, text_version, language, acr,
                                        partitions)
             SELECT $1, $2, COUNT(*) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
             FROM consent_event
             WHERE mailbox_id = $1 AND consent_id = $2",
            (
                event.mailbox,
                event.consent,
                event.application,
                now,
                event.what.kind(),
                event.what.reason().map(str::to_owned),
                event.by.role(),
                event.by.person(),
                event.by.channel(),
                event.terms.actions,
                event.terms.until,
                numbers(event.terms),
                event.screen.map(|screen| screen.sealed.clone()),
                event.screen.map(|screen| screen.text_version.clone()),
                event.screen.map(|screen| screen.language.clone()),
                event.by.acr(),
                event.terms.partitions,
            ),
        )
        .await
    }
}

fn count(terms: &Terms) -> Option<i64> {
    i64::try_from(terms.withheld.len()).ok().filter(|count| *count > 0)
}

/// The numbers that a history keeps, separated by spaces; `None` if nothing is left out.
fn numbers(terms: &Terms) -> Option<String> {
    let numbers: Vec<&str> = terms.withheld.iter().map(EnterpriseNumber::as_str).collect();
    (!numbers.is_empty()).then(|| numbers.join(" "))
}
