//! Statements on `consent`, `consent_event` and `grant_`.

use super::{Actions, ConsentRow, Ending, KeptScreen, NewConsent, Standing};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{ApplicationId, ConsentId, GrantId, MailboxId};

/// One entry of a consent's history.
pub(crate) struct NewEvent<'a> {
    pub(crate) mailbox: MailboxId,
    pub(crate) consent: ConsentId,
    pub(crate) application: ApplicationId,
    pub(crate) kind: &'static str,
    pub(crate) person: MailboxId,
    pub(crate) actions: Actions,
    pub(crate) until: Timestamp,
    pub(crate) screen: Option<KeptScreen>,
    pub(crate) acr: &'a str,
}

impl Tx {
    /// The consent of a mailbox for an application, whatever its state.
    pub(crate) async fn consent_of(
        &mut self,
        mailbox: MailboxId,
        application: ApplicationId,
    ) -> sqlx::Result<Option<ConsentRow>> {
        self.fetch_optional(
            "SELECT id, mailbox_id, application_id, grant_id, state, actions, until, token_epoch
             FROM consent
             WHERE mailbox_id = $1 AND application_id = $2",
            (mailbox, application),
        )
        .await
    }

    /// The living consents of a mailbox.
    pub(crate) async fn living_consents(&mut self, mailbox: MailboxId) -> sqlx::Result<Vec<ConsentRow>> {
        self.fetch_all(
            "SELECT id, mailbox_id, application_id, grant_id, state, actions, until, token_epoch
             FROM consent
             WHERE mailbox_id = $1 AND state = 'authorised'",
            (mailbox,),
        )
        .await
    }

    /// Gives a consent; an ended one for the same pair makes room for it.
    pub(crate) async fn put_consent(&mut self, consent: &NewConsent, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO consent (mailbox_id, application_id, id, provider_id, grant_id, state, actions, person,
                                  granted_at, until, epoch, token_epoch)
             VALUES ($1, $2, $3, $4, $5, 'authorised', $6, $7, $8, $9, 1, 1)
             ON CONFLICT (mailbox_id, application_id) DO UPDATE
             SET id = excluded.id, provider_id = excluded.provider_id, grant_id = excluded.grant_id,
                 state = excluded.state, actions = excluded.actions, person = excluded.person,
                 granted_at = excluded.granted_at, until = excluded.until, epoch = consent.epoch + 1,
                 token_epoch = consent.token_epoch + 1, ended_at = NULL
             WHERE consent.state <> 'authorised'",
            (
                consent.mailbox,
                consent.application,
                consent.id,
                consent.provider,
                consent.grant,
                consent.actions,
                consent.person,
                now,
                consent.until,
            ),
        )
        .await
    }

    /// Ends a living consent; `None` if it is not living, or not of this mailbox.
    pub(crate) async fn end_consent(
        &mut self,
        mailbox: MailboxId,
        consent: ConsentId,
        how: Ending,
        now: Timestamp,
    ) -> sqlx::Result<Option<ConsentRow>> {
        self.fetch_optional(
            "UPDATE consent
             SET state = $3, ended_at = $4, epoch = epoch + 1, token_epoch = token_epoch + 1
             WHERE mailbox_id = $1 AND id = $2 AND state = 'authorised'
             RETURNING id, mailbox_id, application_id, grant_id, state, actions, until, token_epoch",
            (mailbox, consent, how.state(), now),
        )
        .await
    }

    /// Adds an entry to a consent's history.
    pub(crate) async fn insert_event(&mut self, event: NewEvent<'_>, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO consent_event (mailbox_id, consent_id, n, application_id, at, kind, actor, person, channel,
                                        actions, until, screen, text_version, language, acr)
             SELECT $1, $2, COUNT(*) + 1, $3, $4, $5, 'citizen', $6, 'portal', $7, $8, $9, $10, $11, $12
             FROM consent_event
             WHERE mailbox_id = $1 AND consent_id = $2",
            (
                event.mailbox,
                event.consent,
                event.application,
                now,
                event.kind,
                event.person,
                event.actions,
                event.until,
                event.screen.as_ref().map(|screen| screen.sealed.clone()),
                event.screen.as_ref().map(|screen| screen.text_version.clone()),
                event.screen.map(|screen| screen.language),
                event.acr,
            ),
        )
        .await
    }

    /// Opens a grant over one consent.
    pub(crate) async fn insert_grant(&mut self, consent: &NewConsent, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO grant_ (id, application_id, provider_id, mailbox_id, consent_id, person, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            (
                consent.grant,
                consent.application,
                consent.provider,
                consent.mailbox,
                consent.id,
                consent.person,
                now,
            ),
        )
        .await
    }

    /// Ends a grant.
    pub(crate) async fn end_grant(&mut self, grant: GrantId, now: Timestamp) -> sqlx::Result<u64> {
        self.execute("UPDATE grant_ SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", (grant, now)).await
    }
}

impl Db {
    /// Every consent that was ever given on a mailbox, newest first, as its history tells.
    pub(crate) async fn standings(&self, mailbox: MailboxId) -> sqlx::Result<Vec<Standing>> {
        self.fetch_all(
            "SELECT e.consent_id AS id, e.application_id, a.brand, p.legal_name, e.actions, e.at AS granted_at,
                    e.until, CASE WHEN c.state = 'authorised' THEN c.state ELSE (
                        SELECT o.kind
                        FROM consent_event o
                        WHERE o.mailbox_id = e.mailbox_id AND o.consent_id = e.consent_id
                        ORDER BY o.n DESC
                        LIMIT 1
                    ) END AS state,
                    (SELECT MAX(o.at)
                     FROM consent_event o
                     WHERE o.mailbox_id = e.mailbox_id AND o.consent_id = e.consent_id AND o.kind <> 'granted'
                    ) AS ended_at,
                    (SELECT MAX(r.at)
                     FROM reading r
                     WHERE r.mailbox_id = e.mailbox_id AND r.consent_id = e.consent_id
                    ) AS last_read_at
             FROM consent_event e
             JOIN provider_application a ON a.id = e.application_id
             JOIN provider p ON p.id = a.provider_id
             LEFT JOIN consent c ON c.mailbox_id = e.mailbox_id AND c.id = e.consent_id
             WHERE e.mailbox_id = $1 AND e.kind = 'granted'
             ORDER BY e.at DESC, e.consent_id DESC",
            (mailbox,),
        )
        .await
    }
}
