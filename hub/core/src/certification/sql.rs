//! Statements on `certification` and `certification_nonce`.

use uuid::Uuid;

use super::{Certification, Fate, Flaw, Level, Statement};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::id::{CertificateId, Sha256};

record! {
    struct CertificationRow {
        id: Uuid,
        client_id: String,
        level: String,
        state: String,
        suite_version: String,
        requirements_version: String,
        key_id: String,
        plan: String,
        capabilities: String,
        began: Timestamp,
        received_at: Timestamp,
        decided_by: Option<String>,
        decided_at: Option<Timestamp>,
        registered: bool,
    }
}

record! {
    struct NonceRow {
        client_id: String,
        suite_version: String,
        requirements_version: String,
        until: Timestamp,
        used_at: Option<Timestamp>,
    }
}

/// A statement about to be kept.
pub(crate) struct NewCertification<'a> {
    pub(crate) id: Uuid,
    pub(crate) client_id: &'a str,
    /// The registration of the certificate that handed it in.
    pub(crate) certificate: CertificateId,
    pub(crate) statement: &'a Statement,
    /// The statement word by word.
    pub(crate) text: &'a str,
}

/// The columns of a certification `c` at `$1`; a name that stands for the application again counts as before.
macro_rules! certifications {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.client_id, c.level, c.state, c.suite_version, c.requirements_version, c.key_id,
                    c.plan, c.capabilities, c.began, c.received_at, c.decided_by, c.decided_at,
                    EXISTS (
                        SELECT 1
                        FROM certificate r
                        WHERE r.role = 'provider' AND r.anchor = c.anchor AND r.name_kind = c.name_kind
                          AND r.name = c.name AND r.client_id = c.client_id AND r.state = 'active'
                          AND r.valid_from <= $1 AND (r.valid_until IS NULL OR r.valid_until > $1)
                    ) AS registered
             FROM certification c\n             ",
            $rest
        )
    };
}

impl CertificationRow {
    fn read(self) -> Result<Certification, Error> {
        let corrupt = || Error::Corrupt { table: "certification", id: self.id.to_string() };
        let decided = self.decided_by.clone().zip(self.decided_at);
        Ok(Certification {
            id: self.id,
            level: Level::named(&self.level).ok_or_else(corrupt)?,
            fate: Fate::read(&self.state, decided).ok_or_else(corrupt)?,
            capabilities: self.capabilities.split_whitespace().map(str::to_owned).collect(),
            client_id: self.client_id,
            suite_version: self.suite_version,
            requirements_version: self.requirements_version,
            key_id: self.key_id,
            plan: self.plan,
            began: self.began,
            received_at: self.received_at,
            registered: self.registered,
        })
    }
}

fn read(rows: Vec<CertificationRow>) -> Result<Vec<Certification>, Error> {
    rows.into_iter().map(CertificationRow::read).collect()
}

impl Tx {
    /// Waits until nobody else hands in or asks for this application, and keeps others from it until the end of the
    /// transaction: two at once would each see nothing of the other.
    pub(crate) async fn lock_application(&mut self, client_id: &str) -> sqlx::Result<u64> {
        self.execute("UPDATE provider_application SET state = state WHERE client_id = $1", (client_id,)).await
    }

    /// Gives a client a nonce in place of those it did not use.
    pub(crate) async fn put_nonce(
        &mut self,
        nonce: Sha256,
        (client_id, suite_version, requirements_version): (&str, &str, &str),
        until: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM certification_nonce WHERE client_id = $1 AND used_at IS NULL",
            (client_id,),
        )
        .await?;
        self.execute(
            "INSERT INTO certification_nonce (nonce_hash, client_id, suite_version, requirements_version, until)
             VALUES ($1, $2, $3, $4, $5)",
            (nonce, client_id, suite_version, requirements_version, until),
        )
        .await
    }

    /// Spends a nonce for a statement, or says why it cannot be.
    pub(crate) async fn spend_nonce(
        &mut self,
        nonce: &str,
        client_id: &str,
        statement: &Statement,
        now: Timestamp,
    ) -> sqlx::Result<Option<Flaw>> {
        let hash = Sha256::of(nonce.as_bytes());
        let (suite, requirements) =
            (statement.suite_version.as_str(), statement.requirements_version.as_str());
        let spent = self
            .execute(
                "UPDATE certification_nonce
                 SET used_at = $5
                 WHERE nonce_hash = $1 AND client_id = $2 AND suite_version = $3 AND requirements_version = $4
                   AND used_at IS NULL AND until > $5",
                (hash, client_id, suite, requirements, now),
            )
            .await?;
        if spent == 1 {
            return Ok(None);
        }
        let known = self.fetch_optional::<NonceRow>(
            "SELECT client_id, suite_version, requirements_version, until, used_at
             FROM certification_nonce
             WHERE nonce_hash = $1",
            (hash,),
        );
        Ok(Some(match known.await? {
            None => Flaw::NonceUnknown,
            Some(row) if row.client_id != client_id => Flaw::NonceOther,
            Some(row) if row.suite_version != suite || row.requirements_version != requirements => {
                Flaw::NonceOther
            }
            Some(row) if row.used_at.is_some() => Flaw::NonceUsed,
            Some(row) if row.until <= now => Flaw::NonceExpired,
            Some(_) => Flaw::NonceUnknown,
        }))
    }

    /// Forgets nonces whose time was over then.
    pub(crate) async fn drop_nonces_before(&mut self, until: Timestamp) -> sqlx::Result<u64> {
        self.execute("DELETE FROM certification_nonce WHERE until < $1", (until,)).await
    }

    /// Keeps a statement, with the name that its certificate is registered under; false if it is not any more.
    pub(crate) async fn insert_certification(
        &mut self,
        new: NewCertification<'_>,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let NewCertification { id, client_id, certificate, statement, text } = new;
        let state = match statement.level {
            Level::Declared => Fate::Standing,
            Level::Certified => Fate::Awaiting,
        };
        let kept = self
            .execute(
                "INSERT INTO certification (id, client_id, level, state, statement_hash, statement, suite_version,
                                            requirements_version, plan, capabilities, began, received_at, key_id,
                                            anchor, name_kind, name)
                 SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $14, r.anchor, r.name_kind, r.name
                 FROM certificate r
                 WHERE r.id = $13 AND r.client_id = $2 AND r.state = 'active'",
                (
                    id,
                    client_id,
                    statement.level.name(),
                    state.name(),
                    Sha256::of(text.as_bytes()),
                    text,
                    statement.suite_version.as_str(),
                    statement.requirements_version.as_str(),
                    statement.plan.as_str(),
                    statement.capabilities.join(" "),
                    statement.began,
                    now,
                    certificate,
                    statement.key_id.as_str(),
                ),
            )
            .await?;
        Ok(kept == 1)
    }

    /// What was kept of this very statement.
    pub(crate) async fn certification_of_statement(
        &mut self,
        text: &str,
        now: Timestamp,
    ) -> Result<Option<Certification>, Error> {
        let hash = Sha256::of(text.as_bytes());
        let row = self
            .fetch_optional::<CertificationRow>(certifications!("WHERE c.statement_hash = $2"), (now, hash));
        row.await?.map(CertificationRow::read).transpose()
    }

    /// The certification of that id.
    pub(crate) async fn certification(
        &mut self,
        id: Uuid,
        now: Timestamp,
    ) -> Result<Option<Certification>, Error> {
        let row = self.fetch_optional::<CertificationRow>(certifications!("WHERE c.id = $2"), (now, id));
        row.await?.map(CertificationRow::read).transpose()
    }

    /// What was stated about the applications of a provider.
    pub(crate) async fn certifications_of_provider(
        &mut self,
        code: &str,
        now: Timestamp,
    ) -> Result<Vec<Certification>, Error> {
        let rows = self.fetch_all::<CertificationRow>(
            certifications!(
                "JOIN provider_application a ON a.client_id = c.client_id AND a.state = 'active'
             JOIN provider p ON p.id = a.provider_id
             WHERE p.code = $2"
            ),
            (now, code),
        );
        read(rows.await?)
    }

    /// Decides a certification that is in the first state, into the second; false if it is not.
    pub(crate) async fn decide_certification(
        &mut self,
        id: Uuid,
        (from, to): (&str, &str),
        person: &str,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let decided = self
            .execute(
                "UPDATE certification
                 SET state = $2, decided_by = $3, decided_at = $4
                 WHERE id = $1 AND state = $5",
                (id, to, person, now, from),
            )
            .await?;
        Ok(decided == 1)
    }

    /// The provider's code of an application.
    pub(crate) async fn provider_code_of(&mut self, client_id: &str) -> sqlx::Result<Option<String>> {
        let row = self
            .fetch_optional(
                "SELECT p.code
                 FROM provider_application a
                 JOIN provider p ON p.id = a.provider_id
                 WHERE a.client_id = $1",
                (client_id,),
            )
            .await?;
        Ok(row.map(|(code,): (String,)| code))
    }
}

impl Db {
    /// What was stated about an application, newest first.
    pub(crate) async fn certifications_of(
        &self,
        client_id: &str,
        now: Timestamp,
    ) -> Result<Vec<Certification>, Error> {
        let rows = self.fetch_all::<CertificationRow>(
            certifications!("WHERE c.client_id = $2\n             ORDER BY c.received_at DESC, c.id DESC"),
            (now, client_id),
        );
        read(rows.await?)
    }

    /// What waits for an operator, oldest first.
    pub(crate) async fn certifications_awaiting(&self, now: Timestamp) -> Result<Vec<Certification>, Error> {
        let rows = self.fetch_all::<CertificationRow>(
            certifications!("WHERE c.state = 'awaiting'\n             ORDER BY c.received_at, c.id"),
            (now,),
        );
        read(rows.await?)
    }

    /// Everything that was stated and not rejected.
    pub(crate) async fn certifications(&self, now: Timestamp) -> Result<Vec<Certification>, Error> {
        let rows = self.fetch_all::<CertificationRow>(
            certifications!("WHERE c.state IN ('standing', 'approved')"),
            (now,),
        );
        read(rows.await?)
    }
}
