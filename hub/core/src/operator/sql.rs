//! Statements on `operator` and `proposal`, and what operators did.

use uuid::Uuid;

use super::proposal::written;
use super::{Change, Fate, Operator, Proposal};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::error::Error;

/// A proposal about to be written.
pub(crate) struct NewProposal<'a> {
    pub(crate) id: Uuid,
    pub(crate) change: &'a Change,
    pub(crate) person: &'a str,
}

record! {
    struct ProposalRow {
        id: Uuid,
        change: String,
        proposed_by: String,
        proposed_at: Timestamp,
        until: Timestamp,
        state: String,
        decided_by: Option<String>,
        decided_at: Option<Timestamp>,
    }
}

record! {
    /// One thing that an operator did.
    #[derive(Clone, Debug)]
    pub(crate) struct ActRow {
        pub(crate) at: Timestamp,
        pub(crate) id: Uuid,
        pub(crate) actor: String,
        pub(crate) action: String,
        pub(crate) object: String,
    }
}

impl ProposalRow {
    fn read(self, now: Timestamp) -> Result<Proposal, Error> {
        let corrupt = || Error::Corrupt { table: "proposal", id: self.id.to_string() };
        let decided = self.decided_by.clone().zip(self.decided_at);
        Ok(Proposal {
            id: self.id,
            change: serde_json::from_str(&self.change).map_err(|_| corrupt())?,
            fate: Fate::read(&self.state, decided, self.until, now).ok_or_else(corrupt)?,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at,
            until: self.until,
        })
    }
}

impl Tx {
    /// Waits until nobody else changes the register, and keeps others from doing so until the end of the transaction.
    pub(crate) async fn lock_register(&mut self) -> sqlx::Result<u64> {
        self.execute("UPDATE hub SET environment = environment WHERE id = 1", ()).await
    }

    /// Registers an operator or replaces what is known of them.
    pub(crate) async fn put_operator(&mut self, operator: &Operator, state: &str) -> sqlx::Result<u64> {
        let roles: Vec<&str> = operator.roles.iter().map(|role| role.name()).collect();
        self.execute(
            "INSERT INTO operator (client_id, person, roles, state)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (client_id) DO UPDATE
             SET person = excluded.person, roles = excluded.roles, state = excluded.state",
            (operator.client_id.as_str(), operator.person.as_str(), roles.join(" "), state),
        )
        .await
    }

    /// Writes a proposal.
    pub(crate) async fn insert_proposal(
        &mut self,
        proposal: &NewProposal<'_>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<u64, Error> {
        let change = written(proposal.change)?;
        Ok(self
            .execute(
                "INSERT INTO proposal (id, change, proposed_by, proposed_at, until, state)
                 VALUES ($1, $2, $3, $4, $5, 'open')",
                (proposal.id, change, proposal.person, now, until),
            )
            .await?)
    }

    /// Decides an open proposal; false if it was decided, or its time is over.
    ///
    /// Nobody approves what they proposed themselves, whatever was checked before.
    pub(crate) async fn decide_proposal(
        &mut self,
        id: Uuid,
        decision: &str,
        person: &str,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let decided = self
            .execute(
                "UPDATE proposal
                 SET state = $2, decided_by = $3, decided_at = $4
                 WHERE id = $1 AND state = 'open' AND until > $4 AND (proposed_by <> $3 OR $2 = 'rejected')",
                (id, decision, person, now),
            )
            .await?;
        Ok(decided == 1)
    }

    /// The proposal of that id.
    pub(crate) async fn proposal(&mut self, id: Uuid, now: Timestamp) -> Result<Option<Proposal>, Error> {
        let row = self.fetch_optional::<ProposalRow>(
            "SELECT id, change, proposed_by, proposed_at, until, state, decided_by, decided_at
             FROM proposal
             WHERE id = $1",
            (id,),
        );
        row.await?.map(|row| row.read(now)).transpose()
    }
}

impl Db {
    /// The operator of a registered certificate.
    pub(crate) async fn operator(&self, client_id: &str) -> Result<Option<Operator>, Error> {
        let row = self
            .fetch_optional::<(String, String)>(
                "SELECT person, roles FROM operator WHERE client_id = $1 AND state = 'active'",
                (client_id,),
            )
            .await?;
        let Some((person, roles)) = row else { return Ok(None) };
        let corrupt = |_| Error::Corrupt { table: "operator", id: client_id.to_owned() };
        let roles = roles.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(corrupt)?;
        Ok(Some(Operator { client_id: client_id.to_owned(), person, roles }))
    }

    /// The newest proposals, newest first.
    pub(crate) async fn proposals(&self, now: Timestamp, limit: i64) -> Result<Vec<Proposal>, Error> {
        let rows = self.fetch_all::<ProposalRow>(
            "SELECT id, change, proposed_by, proposed_at, until, state, decided_by, decided_at
             FROM proposal
             ORDER BY proposed_at DESC, id DESC
             LIMIT $1",
            (limit,),
        );
        rows.await?.into_iter().map(|row| row.read(now)).collect()
    }

    /// What operators did before a place in their acts, newest first; `person` alone, or everybody.
    pub(crate) async fn acts(
        &self,
        person: Option<&str>,
        (at, id): (Timestamp, Uuid),
        limit: i64,
    ) -> sqlx::Result<Vec<ActRow>> {
        self.fetch_all(
            "SELECT at, id, actor, action, object
             FROM audit_write
             WHERE role = 'operator' AND (at, id) < ($2, $3) AND ($1 IS NULL OR actor = $1)
             ORDER BY at DESC, id DESC
             LIMIT $4",
            (person.map(str::to_owned), at, id, limit),
        )
        .await
    }
}
