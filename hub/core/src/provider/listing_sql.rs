//! Statements that read the register for operators.

use super::certificate::{NameKind, StandingCertificate};
use super::register_sql::ProviderRow;
use super::{Provider, State};
use crate::clock::Timestamp;
use crate::db::{Db, record};
use crate::error::Error;
use crate::id::{ApplicationId, CertificateId, MailboxId, Sha256};

record! {
    struct CertificateRow {
        id: CertificateId,
        client_id: String,
        anchor: String,
        name_kind: String,
        name: String,
        thumbprint: Option<Sha256>,
        state: String,
        valid_from: Timestamp,
        valid_until: Option<Timestamp>,
        ended_at: Option<Timestamp>,
    }
}

record! {
    /// A person of a pilot.
    #[derive(Clone, Copy, Debug)]
    pub struct PilotPerson {
        /// The person: the id of their own mailbox.
        pub(crate) person: MailboxId,
        /// Since when.
        pub added_at: Timestamp,
    }
}

record! {
    /// A mailbox marked as test.
    #[derive(Clone, Debug)]
    pub struct TestMailbox {
        /// The mailbox.
        pub(crate) id: MailboxId,
        /// `citizen` or `enterprise`.
        pub kind: String,
    }
}

record! {
    struct RegisterRow {
        client_id: String,
        brand: String,
        legal_name: String,
        state: String,
        suspended_from: Option<String>,
        moved_at: Option<Timestamp>,
    }
}

/// An application of a provider that has come further than applying.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) client_id: String,
    pub(crate) brand: String,
    pub(crate) legal_name: String,
    pub(crate) state: State,
    /// Since when the provider is in this state.
    pub(crate) since: Option<Timestamp>,
}

impl RegisterRow {
    fn read(self) -> Result<Listed, Error> {
        let state = State::read(&self.state, self.suspended_from.as_deref());
        let corrupt = || Error::Corrupt { table: "provider", id: self.client_id.clone() };
        Ok(Listed {
            state: state.ok_or_else(corrupt)?,
            client_id: self.client_id,
            brand: self.brand,
            legal_name: self.legal_name,
            since: self.moved_at,
        })
    }
}

impl CertificateRow {
    fn read(self) -> Result<StandingCertificate, Error> {
        let corrupt = || Error::Corrupt { table: "certificate", id: self.id.0.to_string() };
        Ok(StandingCertificate {
            id: self.id,
            name_kind: NameKind::of_column(&self.name_kind).ok_or_else(corrupt)?,
            stands: self.state == "active",
            client_id: self.client_id,
            anchor: self.anchor,
            name: self.name,
            thumbprint: self.thumbprint,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            ended_at: self.ended_at,
        })
    }
}

impl Db {
    /// Every provider, by code; enterprises with software of their own are none.
    pub(crate) async fn providers(&self) -> Result<Vec<Provider>, Error> {
        let rows = self.fetch_all::<ProviderRow>(
            "SELECT id, code, legal_name, state, suspended_from, moved_at
             FROM provider p
             WHERE NOT EXISTS (
                 SELECT 1
                 FROM provider_application a
                 WHERE a.provider_id = p.id AND a.owner IS NOT NULL
             )
             ORDER BY code",
            (),
        );
        rows.await?.into_iter().map(ProviderRow::read).collect()
    }

    /// The applications of providers that have come further than applying, by brand; own software is none.
    pub(crate) async fn register_entries(&self) -> Result<Vec<Listed>, Error> {
        let rows = self.fetch_all::<RegisterRow>(
            "SELECT a.client_id, a.brand, p.legal_name, p.state, p.suspended_from, p.moved_at
             FROM provider_application a
             JOIN provider p ON p.id = a.provider_id
             WHERE a.owner IS NULL AND a.state = 'active' AND p.state NOT IN ('applied', 'removed')
             ORDER BY a.brand, a.client_id",
            (),
        );
        rows.await?.into_iter().map(RegisterRow::read).collect()
    }

    /// The certificates of a provider application, those that ended too, newest first.
    pub(crate) async fn certificates_of(&self, client_id: &str) -> Result<Vec<StandingCertificate>, Error> {
        let rows = self.fetch_all::<CertificateRow>(
            "SELECT id, client_id, anchor, name_kind, name, thumbprint, state, valid_from, valid_until, ended_at
             FROM certificate
             WHERE client_id = $1 AND role IN ('provider', 'ownSoftware')
             ORDER BY registered_at DESC, id DESC",
            (client_id,),
        );
        rows.await?.into_iter().map(CertificateRow::read).collect()
    }

    /// The persons of an application's pilot, newest first.
    pub(crate) async fn pilot_of(&self, application: ApplicationId) -> sqlx::Result<Vec<PilotPerson>> {
        self.fetch_all(
            "SELECT person, added_at
             FROM pilot
             WHERE application_id = $1
             ORDER BY added_at DESC, person",
            (application,),
        )
        .await
    }

    /// Every mailbox marked as test.
    pub(crate) async fn test_mailboxes(&self) -> sqlx::Result<Vec<TestMailbox>> {
        self.fetch_all("SELECT id, kind FROM mailbox WHERE test ORDER BY id", ()).await
    }
}
