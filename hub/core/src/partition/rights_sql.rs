//! Statements on `partition_right`, and on what consents show of partitions.

use super::PartitionSet;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{ApplicationId, ConsentId, MailboxId, ProviderId};

record! {
    /// Somebody who may act for a mailbox, with the name by which they once acted, if they did.
    pub(crate) struct Holder {
        pub(crate) person: MailboxId,
        pub(crate) role: String,
        pub(crate) sealed_name: Option<Vec<u8>>,
        pub(crate) partitions: PartitionSet,
    }
}

record! {
    /// A living consent of a person, as a change names it.
    pub(crate) struct GivenConsent {
        pub(crate) id: ConsentId,
        pub(crate) application_id: ApplicationId,
        pub(crate) provider_id: ProviderId,
    }
}

impl Db {
    /// Who may act for a mailbox now, a row for each role, and which partitions they see.
    pub(crate) async fn holders_of(&self, mailbox: MailboxId, now: Timestamp) -> sqlx::Result<Vec<Holder>> {
        self.fetch_all(
            "SELECT d.person, d.role, n.sealed_name, COALESCE(r.partitions, -1) AS partitions
             FROM mandate d
             LEFT JOIN representative n ON n.mailbox_id = d.mailbox_id AND n.person = d.person
             LEFT JOIN partition_right r ON r.mailbox_id = d.mailbox_id AND r.person = d.person
             WHERE d.mailbox_id = $1 AND d.valid_from <= $2 AND d.valid_until > $2
             ORDER BY d.person, d.role",
            (mailbox, now),
        )
        .await
    }
}

impl Tx {
    /// The partitions of a mailbox that a person sees.
    pub(crate) async fn partitions_seen(
        &mut self,
        mailbox: MailboxId,
        person: MailboxId,
    ) -> sqlx::Result<PartitionSet> {
        let found = self
            .fetch_optional(
                "SELECT partitions FROM partition_right WHERE mailbox_id = $1 AND person = $2",
                (mailbox, person),
            )
            .await?;
        Ok(found.map_or(PartitionSet::ALL, |(partitions,)| partitions))
    }

    /// Lets a person see these partitions of a mailbox and no others.
    pub(crate) async fn put_partition_right(
        &mut self,
        (mailbox, person): (MailboxId, MailboxId),
        partitions: PartitionSet,
    ) -> sqlx::Result<u64> {
        if partitions.is_all() {
            let sql = "DELETE FROM partition_right WHERE mailbox_id = $1 AND person = $2";
            return self.execute(sql, (mailbox, person)).await;
        }
        self.execute(
            "INSERT INTO partition_right (mailbox_id, person, partitions)
             VALUES ($1, $2, $3)
             ON CONFLICT (mailbox_id, person) DO UPDATE
             SET partitions = excluded.partitions",
            (mailbox, person, partitions),
        )
        .await
    }

    /// Limits the mailbox of a person that goes on as the other one was limited: a merge widens nothing.
    pub(crate) async fn carry_partition_rights(
        &mut self,
        from: MailboxId,
        into: MailboxId,
    ) -> sqlx::Result<()> {
        self.execute(
            "UPDATE partition_right
             SET partitions = partitions & COALESCE((
                 SELECT o.partitions
                 FROM partition_right o
                 WHERE o.mailbox_id = partition_right.mailbox_id AND o.person = $1
             ), -1)
             WHERE person = $2",
            (from, into),
        )
        .await?;
        self.execute(
            "INSERT INTO partition_right (mailbox_id, person, partitions)
             SELECT r.mailbox_id, $2, r.partitions
             FROM partition_right r
             WHERE r.person = $1
             ON CONFLICT (mailbox_id, person) DO NOTHING",
            (from, into),
        )
        .await?;
        Ok(())
    }

    /// Whether somebody decides for a mailbox now who sees all of it.
    pub(crate) async fn somebody_sees_all(
        &mut self,
        mailbox: MailboxId,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let found = self
            .fetch_optional(
                "SELECT d.person
                 FROM mandate d
                 JOIN mailbox b ON b.id = d.person AND b.moved_to IS NULL AND b.person_state IS NULL
                 LEFT JOIN partition_right r ON r.mailbox_id = d.mailbox_id AND r.person = d.person
                 WHERE d.mailbox_id = $1 AND d.consents AND d.valid_from <= $2 AND d.valid_until > $2
                   AND r.partitions IS NULL
                 LIMIT 1",
                (mailbox, now),
            )
            .await?;
        Ok(found.is_some_and(|(_,): (MailboxId,)| true))
    }

    /// The roles in which a person may act for a mailbox now.
    pub(crate) async fn roles_over(
        &mut self,
        mailbox: MailboxId,
        person: MailboxId,
        now: Timestamp,
    ) -> sqlx::Result<Vec<(String,)>> {
        self.fetch_all(
            "SELECT role
             FROM mandate
             WHERE mailbox_id = $1 AND person = $2 AND valid_from <= $3 AND valid_until > $3
             ORDER BY role",
            (mailbox, person, now),
        )
        .await
    }

    /// Lets an enterprise's own software tell of partitions and rules, or no more.
    pub(crate) async fn put_routes(
        &mut self,
        (mailbox, application): (MailboxId, ApplicationId),
        routes: bool,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE provider_application SET routes = $3 WHERE owner = $1 AND id = $2",
            (mailbox, application, routes),
        )
        .await
    }

    /// Whether own software may tell of partitions and rules of its enterprise now.
    pub(crate) async fn may_route(
        &mut self,
        mailbox: MailboxId,
        application: ApplicationId,
    ) -> sqlx::Result<bool> {
        let found = self
            .fetch_optional(
                "SELECT routes FROM provider_application WHERE owner = $1 AND id = $2",
                (mailbox, application),
            )
            .await?;
        Ok(found.is_some_and(|(routes,)| routes))
    }

    /// Takes every limit from those who are legal representatives now; gives the mailboxes and the persons.
    pub(super) async fn drop_rights_of_legal_representatives(
        &mut self,
        now: Timestamp,
    ) -> sqlx::Result<Vec<(MailboxId, MailboxId)>> {
        self.fetch_all(
            "DELETE FROM partition_right
             WHERE EXISTS (
                 SELECT 1
                 FROM mandate d
                 WHERE d.mailbox_id = partition_right.mailbox_id AND d.person = partition_right.person
                   AND d.role = 'legalRepresentative' AND d.valid_from <= $1 AND d.valid_until > $1
             )
             RETURNING mailbox_id, person",
            (now,),
        )
        .await
    }

    /// Takes a partition out of every right and every consent that names partitions.
    pub(super) async fn forget_partition(
        &mut self,
        mailbox: MailboxId,
        others: PartitionSet,
    ) -> sqlx::Result<()> {
        self.execute(
            "UPDATE partition_right
             SET partitions = partitions & $2
             WHERE mailbox_id = $1",
            (mailbox, others),
        )
        .await?;
        self.execute(
            "UPDATE consent
             SET partitions = partitions & $2, epoch = epoch + 1
             WHERE mailbox_id = $1 AND partitions <> -1 AND partitions <> partitions & $2",
            (mailbox, others),
        )
        .await?;
        Ok(())
    }

    /// The living consents of a mailbox that a person gave.
    pub(crate) async fn consents_given_in(
        &mut self,
        mailbox: MailboxId,
        person: MailboxId,
    ) -> sqlx::Result<Vec<GivenConsent>> {
        self.fetch_all(
            "SELECT id, application_id, provider_id
             FROM consent
             WHERE mailbox_id = $1 AND person = $2 AND state IN ('authorised', 'suspended')",
            (mailbox, person),
        )
        .await
    }

    /// The living consents of a mailbox that show a partition and not all of them, by themselves or by what their giver sees.
    pub(super) async fn limited_consents(
        &mut self,
        (mailbox, number): (MailboxId, i64),
    ) -> sqlx::Result<Vec<GivenConsent>> {
        self.fetch_all(
            "SELECT c.id, c.application_id, c.provider_id
             FROM consent c
             WHERE c.mailbox_id = $1 AND c.state IN ('authorised', 'suspended')
               AND (c.partitions <> -1 OR EXISTS (
                   SELECT 1
                   FROM partition_right r
                   WHERE r.mailbox_id = c.mailbox_id AND r.person = c.person
               ))
               AND (((c.partitions & COALESCE((
                   SELECT r.partitions
                   FROM partition_right r
                   WHERE r.mailbox_id = c.mailbox_id AND r.person = c.person
               ), -1)) >> CAST($2 AS INTEGER)) & 1) = 1",
            (mailbox, number),
        )
        .await
    }
}
