//! Statements that change the register: providers and their states, owners, test mailboxes, pilots.

use super::removal::Living;
use super::{Grantable, Provider, State};
use crate::clock::Timestamp;
use crate::db::{Tx, record};
use crate::error::Error;
use crate::id::{ApplicationId, MailboxId, ProviderId};

record! {
    /// A provider's row.
    pub(super) struct ProviderRow {
        id: ProviderId,
        code: String,
        legal_name: String,
        state: String,
        suspended_from: Option<String>,
        moved_at: Option<Timestamp>,
    }
}

impl ProviderRow {
    pub(super) fn read(self) -> Result<Provider, Error> {
        let state = State::read(&self.state, self.suspended_from.as_deref());
        let corrupt = || Error::Corrupt { table: "provider", id: self.code.clone() };
        Ok(Provider {
            id: self.id,
            state: state.ok_or_else(corrupt)?,
            code: self.code,
            legal_name: self.legal_name,
            moved_at: self.moved_at,
        })
    }
}

impl Tx {
    /// The provider of that code.
    pub(crate) async fn provider(&mut self, code: &str) -> Result<Option<Provider>, Error> {
        let row = self.fetch_optional::<ProviderRow>(
            "SELECT id, code, legal_name, state, suspended_from, moved_at
             FROM provider
             WHERE code = $1",
            (code,),
        );
        row.await?.map(ProviderRow::read).transpose()
    }

    /// Registers a provider.
    pub(crate) async fn insert_provider(&mut self, provider: &Provider, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO provider (id, code, legal_name, state, suspended_from, moved_at, epoch)
             VALUES ($1, $2, $3, $4, $5, $6, 1)",
            (
                provider.id,
                provider.code.as_str(),
                provider.legal_name.as_str(),
                provider.state.name(),
                provider.state.suspended_from().map(str::to_owned),
                now,
            ),
        )
        .await
    }

    /// Gives a provider another legal name.
    pub(crate) async fn rename_provider(&mut self, id: ProviderId, legal_name: &str) -> sqlx::Result<u64> {
        self.execute("UPDATE provider SET legal_name = $2 WHERE id = $1", (id, legal_name)).await
    }

    /// Moves a provider from the state it was read in; removal moves its epoch too, so that every token ends. False if it
    /// was moved meanwhile.
    pub(crate) async fn move_provider(
        &mut self,
        provider: &Provider,
        to: State,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let moved = self
            .execute(
                "UPDATE provider
                 SET state = $3, suspended_from = $4, moved_at = $5,
                     epoch = CASE WHEN $3 = 'removed' THEN epoch + 1 ELSE epoch END
                 WHERE id = $1 AND state = $2 AND state <> 'removed'",
                (provider.id, provider.state.name(), to.name(), to.suspended_from().map(str::to_owned), now),
            )
            .await?;
        Ok(moved == 1)
    }

    /// Living consents of a provider after a place in their order, a few.
    pub(super) async fn living_consents_of_provider(
        &mut self,
        provider: ProviderId,
        (mailbox, application): (MailboxId, ApplicationId),
        limit: i64,
    ) -> sqlx::Result<Vec<Living>> {
        self.fetch_all(
            "SELECT mailbox_id, application_id, id
             FROM consent
             WHERE provider_id = $1 AND (mailbox_id, application_id) > ($2, $3)
               AND state IN ('authorised', 'suspended')
             ORDER BY mailbox_id, application_id
             LIMIT $4",
            (provider, mailbox, application, limit),
        )
        .await
    }

    /// Makes an application the own software of a mailbox's holder.
    pub(crate) async fn put_owner(
        &mut self,
        application: ApplicationId,
        mailbox: MailboxId,
    ) -> sqlx::Result<u64> {
        self.execute("UPDATE provider_application SET owner = $2 WHERE id = $1", (application, mailbox)).await
    }

    /// Begins or ends the pilot of an application.
    pub(crate) async fn set_pilot(&mut self, application: ApplicationId, pilot: bool) -> sqlx::Result<u64> {
        self.execute("UPDATE provider_application SET pilot = $2 WHERE id = $1", (application, pilot)).await
    }

    /// Lists a person in the pilot of an application; zero rows if they already are.
    pub(crate) async fn put_pilot_person(
        &mut self,
        application: ApplicationId,
        person: MailboxId,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO pilot (application_id, person, added_at)
             VALUES ($1, $2, $3)
             ON CONFLICT (application_id, person) DO NOTHING",
            (application, person, now),
        )
        .await
    }

    /// Takes a person off the pilot of an application.
    pub(crate) async fn drop_pilot_person(
        &mut self,
        application: ApplicationId,
        person: MailboxId,
    ) -> sqlx::Result<u64> {
        self.execute("DELETE FROM pilot WHERE application_id = $1 AND person = $2", (application, person))
            .await
    }

    /// Marks a mailbox as test, or not as test any more; zero rows if it already is so.
    pub(crate) async fn mark_test(&mut self, mailbox: MailboxId, test: bool) -> sqlx::Result<u64> {
        self.execute("UPDATE mailbox SET test = $2 WHERE id = $1 AND test <> $2", (mailbox, test)).await
    }

    /// What the register says about one person, one mailbox and one application; a provider that is being moved at this
    /// moment is waited for.
    pub(crate) async fn grantable(
        &mut self,
        application: ApplicationId,
        person: MailboxId,
        mailbox: MailboxId,
    ) -> sqlx::Result<Option<Grantable>> {
        let sql = self.dialect().pick(
            "SELECT p.state, p.suspended_from, a.state AS application_state, a.pilot, m.test,
                    EXISTS (
                        SELECT 1 FROM pilot l WHERE l.application_id = a.id AND l.person = $2
                    ) AS listed
             FROM provider_application a
             JOIN provider p ON p.id = a.provider_id
             JOIN mailbox m ON m.id = $3
             WHERE a.id = $1",
            "SELECT p.state, p.suspended_from, a.state AS application_state, a.pilot, m.test,
                    EXISTS (
                        SELECT 1 FROM pilot l WHERE l.application_id = a.id AND l.person = $2
                    ) AS listed
             FROM provider_application a
             JOIN provider p ON p.id = a.provider_id
             JOIN mailbox m ON m.id = $3
             WHERE a.id = $1
             FOR SHARE OF p",
        );
        self.fetch_optional(sql, (application, person, mailbox)).await
    }
}
