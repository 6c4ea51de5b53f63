//! Statements on `conduct` and `ended_token`.

use super::{Count, Kind};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::id::{CertificateId, GrantId, Sha256};

record! {
    struct CountRow {
        client_id: String,
        day: i64,
        kind: String,
        times: i64,
    }
}

impl CountRow {
    fn read(self) -> Result<(String, Count), Error> {
        let corrupt = || Error::Corrupt { table: "conduct", id: self.client_id.clone() };
        let kind = Kind::named(&self.kind).ok_or_else(corrupt)?;
        Ok((self.client_id, Count { day: self.day, kind, times: self.times }))
    }
}

impl Tx {
    /// Adds to what a client did on a day.
    pub(crate) async fn add_conduct(
        &mut self,
        (client_id, kind): (&str, Kind),
        (day, times): (i64, i64),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO conduct (client_id, day, kind, times)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (client_id, day, kind) DO UPDATE SET times = conduct.times + excluded.times",
            (client_id, day, kind.name(), times),
        )
        .await
    }

    /// Forgets the days before that one.
    pub(crate) async fn drop_conduct_before(&mut self, day: i64) -> sqlx::Result<u64> {
        self.execute("DELETE FROM conduct WHERE day < $1", (day,)).await
    }

    /// Remembers the tokens of a grant whose last consent ends now.
    pub(crate) async fn remember_ended_tokens(
        &mut self,
        grant: GrantId,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO ended_token (token_hash, ended_at)
             SELECT token_hash, $2
             FROM token
             WHERE grant_id = $1 AND role = 'provider'
             ON CONFLICT DO NOTHING",
            (grant, now),
        )
        .await
    }

    /// Notes that whoever holds a token was told that it ended; zero rows if they were before.
    pub(crate) async fn tell_ended_token(&mut self, token: Sha256, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE ended_token SET told_at = $2 WHERE token_hash = $1 AND told_at IS NULL",
            (token, now),
        )
        .await
    }

    /// Forgets tokens that ended before then.
    pub(crate) async fn drop_ended_tokens_before(&mut self, at: Timestamp) -> sqlx::Result<u64> {
        self.execute("DELETE FROM ended_token WHERE ended_at < $1", (at,)).await
    }
}

impl Db {
    /// When the holder of an ended token was first told so; `None` for a token that did not end with its consent.
    pub(crate) async fn ended_token(&self, token: Sha256) -> sqlx::Result<Option<Option<Timestamp>>> {
        let row = self.fetch_optional("SELECT told_at FROM ended_token WHERE token_hash = $1", (token,));
        Ok(row.await?.map(|(told_at,): (Option<Timestamp>,)| told_at))
    }

    /// What a client did, newest day first.
    pub(crate) async fn conduct_of(&self, client_id: &str) -> Result<Vec<Count>, Error> {
        let rows = self.fetch_all::<CountRow>(
            "SELECT client_id, day, kind, times
             FROM conduct
             WHERE client_id = $1
             ORDER BY day DESC, kind",
            (client_id,),
        );
        rows.await?.into_iter().map(|row| Ok(row.read()?.1)).collect()
    }

    /// What every client did since a day, with its client id.
    pub(crate) async fn conduct_since(&self, day: i64) -> Result<Vec<(String, Count)>, Error> {
        let rows = self.fetch_all::<CountRow>(
            "SELECT client_id, day, kind, times
             FROM conduct
             WHERE day >= $1
             ORDER BY client_id, day, kind",
            (day,),
        );
        rows.await?.into_iter().map(CountRow::read).collect()
    }

    /// When a later registration of the same application was there beside this one; the first of them.
    pub(crate) async fn replaced_at(&self, id: CertificateId) -> sqlx::Result<Option<Timestamp>> {
        let row = self
            .fetch_optional(
                "SELECT MIN(n.valid_from) AS at
                 FROM certificate o
                 JOIN certificate n ON n.client_id = o.client_id AND n.role = o.role AND n.state = 'active'
                  AND n.valid_from > o.valid_from
                 WHERE o.id = $1",
                (id,),
            )
            .await?;
        Ok(row.and_then(|(at,): (Option<Timestamp>,)| at))
    }
}
