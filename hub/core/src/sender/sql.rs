//! Statements on the reference data of senders.

use super::MessageType;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::id::Sha256;
use crate::text::Texts;

record! {
    struct TypeRow {
        id: String,
        name: String,
        validity: String,
        media_types: String,
    }
}

impl TypeRow {
    fn message_type(self) -> Result<MessageType, Error> {
        let corrupt = || Error::Corrupt { table: "message_type", id: self.id.clone() };
        Ok(MessageType {
            name: serde_json::from_str::<Texts>(&self.name).map_err(|_| corrupt())?,
            validity: self.validity.parse().map_err(|_| corrupt())?,
            media_types: serde_json::from_str(&self.media_types).map_err(|_| corrupt())?,
            id: self.id,
        })
    }
}

/// The message type of a trio that is registered and valid at `$4`.
const TRIO: &str = "
    SELECT y.id, y.name, y.validity, y.media_types
    FROM trio t
    JOIN sender_organization o ON o.number = t.organization
    JOIN sender_application a ON a.client_id = t.application
    JOIN message_type y ON y.id = t.message_type
    WHERE t.organization = $1 AND t.application = $2 AND t.message_type = $3
      AND t.valid_from <= $4 AND (t.valid_until IS NULL OR t.valid_until > $4)
      AND o.valid_from <= $4 AND (o.valid_until IS NULL OR o.valid_until > $4)
      AND a.valid_from <= $4 AND (a.valid_until IS NULL OR a.valid_until > $4)
      AND y.valid_from <= $4 AND (y.valid_until IS NULL OR y.valid_until > $4)";

impl Tx {
    /// [`Db::trio`], in this transaction.
    pub(crate) async fn trio(
        &mut self,
        organization: &str,
        application: &str,
        message_type: &str,
        now: Timestamp,
    ) -> Result<Option<MessageType>, Error> {
        let row: Option<TypeRow> =
            self.fetch_optional(TRIO, (organization, application, message_type, now)).await?;
        row.map(TypeRow::message_type).transpose()
    }

    /// Counts recipients asked about on a day; false, and nothing counted, beyond the budget.
    pub(crate) async fn spend_reach(
        &mut self,
        organization: &str,
        day: i64,
        asked: i64,
        budget: i64,
    ) -> sqlx::Result<bool> {
        let counted = self
            .execute(
                "INSERT INTO reach_budget (organization, day, asked)
                 VALUES ($1, $2, $3)
                 ON CONFLICT (organization, day) DO UPDATE
                 SET asked = reach_budget.asked + excluded.asked
                 WHERE reach_budget.asked + excluded.asked <= $4",
                (organization, day, asked, budget),
            )
            .await?;
        Ok(counted == 1)
    }

    /// Registers a sender organization or replaces its name and validity.
    pub(crate) async fn put_organization(
        &mut self,
        number: &str,
        (name, logo): (&str, Option<Sha256>),
        (from, until): (Timestamp, Option<Timestamp>),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO sender_organization (number, name, valid_from, valid_until, logo)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (number) DO UPDATE
             SET name = excluded.name, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
                 logo = COALESCE(excluded.logo, sender_organization.logo)",
            (number, name, from, until, logo),
        )
        .await
    }

    /// Registers a sender application or replaces its names and validity.
    pub(crate) async fn put_sender_application(
        &mut self,
        client_id: &str,
        (code, name, logo): (&str, &str, Option<Sha256>),
        (from, until): (Timestamp, Option<Timestamp>),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO sender_application (client_id, code, name, valid_from, valid_until, logo)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (client_id) DO UPDATE
             SET code = excluded.code, name = excluded.name,
                 valid_from = excluded.valid_from, valid_until = excluded.valid_until,
                 logo = COALESCE(excluded.logo, sender_application.logo)",
            (client_id, code, name, from, until, logo),
        )
        .await
    }

    /// Registers a message type or replaces its name, validity and media types.
    pub(crate) async fn put_message_type(
        &mut self,
        id: &str,
        name: &str,
        (validity, media_types): (&str, &str),
        (from, until): (Timestamp, Option<Timestamp>),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO message_type (id, name, validity, media_types, valid_from, valid_until)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE
             SET name = excluded.name, validity = excluded.validity, media_types = excluded.media_types,
                 valid_from = excluded.valid_from, valid_until = excluded.valid_until",
            (id, name, validity, media_types, from, until),
        )
        .await
    }

    /// Registers a trio or replaces its validity.
    pub(crate) async fn put_trio(
        &mut self,
        (organization, application, message_type): (&str, &str, &str),
        (from, until): (Timestamp, Option<Timestamp>),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO trio (organization, application, message_type, valid_from, valid_until)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organization, application, message_type) DO UPDATE
             SET valid_from = excluded.valid_from, valid_until = excluded.valid_until",
            (organization, application, message_type, from, until),
        )
        .await
    }
}

impl Tx {
    /// Registers an account of a sender organization or replaces its validity.
    pub(crate) async fn put_payment_account(
        &mut self,
        (organization, iban): (&str, &str),
        (from, until): (Timestamp, Option<Timestamp>),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO payment_account (organization, iban, valid_from, valid_until)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (organization, iban) DO UPDATE
             SET valid_from = excluded.valid_from, valid_until = excluded.valid_until",
            (organization, iban, from, until),
        )
        .await
    }
}

impl Db {
    /// The message type of a trio that is registered and valid now, with its organization and application.
    pub(crate) async fn trio(
        &self,
        organization: &str,
        application: &str,
        message_type: &str,
        now: Timestamp,
    ) -> Result<Option<MessageType>, Error> {
        let row: Option<TypeRow> =
            self.look_up_optional(TRIO, (organization, application, message_type, now)).await?;
        row.map(TypeRow::message_type).transpose()
    }

    /// Whether a sender organization may ask money on an account now.
    pub(crate) async fn may_ask_on(
        &self,
        organization: &str,
        iban: &str,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let row = self
            .look_up_optional(
                "SELECT EXISTS (
                     SELECT 1
                     FROM payment_account
                     WHERE organization = $1 AND iban = $2
                       AND valid_from <= $3 AND (valid_until IS NULL OR valid_until > $3)
                 ) AS may",
                (organization, iban, now),
            )
            .await?;
        Ok(row.is_some_and(|(may,): (bool,)| may))
    }

    /// The organizations for which an application may publish now.
    pub(crate) async fn organizations_of(
        &self,
        application: &str,
        now: Timestamp,
    ) -> sqlx::Result<Vec<(String,)>> {
        self.fetch_all(
            "SELECT DISTINCT organization
             FROM trio
             WHERE application = $1 AND valid_from <= $2 AND (valid_until IS NULL OR valid_until > $2)
             ORDER BY organization",
            (application, now),
        )
        .await
    }

    /// Whether a sender application is registered and valid now.
    pub(crate) async fn sender_is_valid(&self, client_id: &str, now: Timestamp) -> sqlx::Result<bool> {
        let row = self
            .fetch_optional(
                "SELECT valid_from <= $2 AND (valid_until IS NULL OR valid_until > $2) AS valid
                 FROM sender_application
                 WHERE client_id = $1",
                (client_id, now),
            )
            .await?;
        Ok(row.is_some_and(|(valid,): (bool,)| valid))
    }
}
