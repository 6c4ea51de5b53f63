//! Statements that read what consents and their histories say.

use super::Standing;
use crate::clock::Timestamp;
use crate::db::Db;
use crate::id::{ConsentId, MailboxId};
use crate::message::reading::Sight;

impl Db {
    /// Every consent that was ever given on a mailbox or asked of it, newest first, as its history tells.
    pub(crate) async fn standings(&self, mailbox: MailboxId, now: Timestamp) -> sqlx::Result<Vec<Standing>> {
        self.fetch_all(
            "SELECT l.consent_id AS id, l.application_id, a.client_id, a.brand, p.legal_name, a.logo, l.actions,
                    (SELECT COUNT(*)
                     FROM withheld w
                     WHERE w.mailbox_id = l.mailbox_id AND w.consent_id = l.consent_id
                    ) AS withheld,
                    f.at AS granted_at, COALESCE(c.person, f.person) AS giver, l.until, l.kind AS last, l.reason,
                    l.at AS last_at, l.person AS last_by,
                    (SELECT MAX(r.at)
                     FROM reading r
                     WHERE r.mailbox_id = l.mailbox_id AND r.consent_id = l.consent_id
                    ) AS last_read_at,
                    a.owner IS NOT NULL AS own_software, c.suspended_at,
                    c.id IS NULL OR c.person = c.mailbox_id OR EXISTS (
                        SELECT 1
                        FROM mandate d
                        WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                          AND d.valid_from <= $2 AND d.valid_until > $2
                    ) AS represented,
                    CASE WHEN p.state = 'suspended' THEN COALESCE(p.moved_at, l.at) END AS paused_at
             FROM consent_event l
             JOIN consent_event f ON f.mailbox_id = l.mailbox_id AND f.consent_id = l.consent_id AND f.n = 1
             JOIN provider_application a ON a.id = l.application_id
             JOIN provider p ON p.id = a.provider_id
             LEFT JOIN consent c ON c.mailbox_id = l.mailbox_id AND c.id = l.consent_id
             WHERE l.mailbox_id = $1 AND l.n = (
                 SELECT MAX(o.n)
                 FROM consent_event o
                 WHERE o.mailbox_id = l.mailbox_id AND o.consent_id = l.consent_id
             )
             ORDER BY f.at DESC, l.consent_id DESC",
            (mailbox, now),
        )
        .await
    }

    /// The person, the screen and the senders left out of every act on a consent, oldest first.
    pub(super) async fn kept_acts(
        &self,
        mailbox: MailboxId,
        consent: ConsentId,
    ) -> sqlx::Result<Vec<(Option<MailboxId>, Option<Vec<u8>>, Option<String>)>> {
        self.fetch_all(
            "SELECT person, screen, withheld
             FROM consent_event
             WHERE mailbox_id = $1 AND consent_id = $2
             ORDER BY n",
            (mailbox, consent),
        )
        .await
    }

    /// The sender organizations that the consents of a mailbox leave out, with their names as registered, by number.
    pub(crate) async fn withheld_in(
        &self,
        mailbox: MailboxId,
    ) -> sqlx::Result<Vec<(ConsentId, String, Option<String>)>> {
        self.fetch_all(
            "SELECT w.consent_id, w.organization, o.name
             FROM withheld w
             LEFT JOIN sender_organization o ON o.number = w.organization
             WHERE w.mailbox_id = $1
             ORDER BY w.consent_id, w.organization",
            (mailbox,),
        )
        .await
    }

    /// The sender organizations whose letters somebody sees in a mailbox, or what others keep for it, with their names as registered, by number.
    pub(crate) async fn senders_in(
        &self,
        sight: Sight,
        now: Timestamp,
    ) -> sqlx::Result<Vec<(String, String)>> {
        self.fetch_all(
            "SELECT o.number, o.name
             FROM sender_organization o
             WHERE o.number IN (
                 SELECT DISTINCT m.organization
                 FROM message m
                 WHERE m.mailbox_id = $1 AND m.expires_at > $2
                   AND ((CAST($3 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
                 UNION
                 SELECT k.organization
                 FROM kept_elsewhere k
                 WHERE k.mailbox_id = $1 AND k.expires_at > $2 AND (CAST($3 AS BIGINT) & 1) = 1
             )
             ORDER BY o.number",
            (sight.mailbox, now, sight.partitions),
        )
        .await
    }
}
