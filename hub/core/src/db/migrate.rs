//! The schema and its history.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use super::{Db, Dialect};

/// What a migration run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The newest version of the schema that this program knows.
    pub version: i64,
}

/// The migrations of one database, oldest first: version, name, text.
pub fn migrations(dialect: Dialect) -> &'static [(i64, &'static str, &'static str)] {
    match dialect {
        Dialect::Postgres => &[
            (1, "main", include_str!("../../migrations/postgres/0001_main.sql")),
            (2, "consent life", include_str!("../../migrations/postgres/0002_consent_life.sql")),
            (3, "register", include_str!("../../migrations/postgres/0003_register.sql")),
            (6, "usage", include_str!("../../migrations/postgres/0006_usage.sql")),
            (7, "evidence", include_str!("../../migrations/postgres/0007_evidence.sql")),
            (8, "roles", include_str!("../../migrations/postgres/0008_roles.sql")),
            (9, "changes", include_str!("../../migrations/postgres/0009_changes.sql")),
            (10, "mailbox api", include_str!("../../migrations/postgres/0010_mailbox_api.sql")),
            (11, "time stamps", include_str!("../../migrations/postgres/0011_time_stamps.sql")),
            (12, "push", include_str!("../../migrations/postgres/0012_push.sql")),
            (13, "notices", include_str!("../../migrations/postgres/0013_notices.sql")),
            (14, "message registry", include_str!("../../migrations/postgres/0014_message_registry.sql")),
            (15, "partitions", include_str!("../../migrations/postgres/0015_partitions.sql")),
            (16, "federation", include_str!("../../migrations/postgres/0016_federation.sql")),
            (17, "assertions", include_str!("../../migrations/postgres/0017_assertions.sql")),
            (18, "certification", include_str!("../../migrations/postgres/0018_certification.sql")),
            (19, "campaigns", include_str!("../../migrations/postgres/0019_campaigns.sql")),
            (20, "answers alone", include_str!("../../migrations/postgres/0020_answers_alone.sql")),
            (21, "indexes", include_str!("../../migrations/postgres/0021_indexes.sql")),
        ],
        Dialect::Sqlite => &[
            (1, "main", include_str!("../../migrations/sqlite/0001_main.sql")),
            (2, "consent life", include_str!("../../migrations/sqlite/0002_consent_life.sql")),
            (3, "register", include_str!("../../migrations/sqlite/0003_register.sql")),
            (6, "usage", include_str!("../../migrations/sqlite/0006_usage.sql")),
            (7, "evidence", include_str!("../../migrations/sqlite/0007_evidence.sql")),
            (8, "roles", include_str!("../../migrations/sqlite/0008_roles.sql")),
            (9, "changes", include_str!("../../migrations/sqlite/0009_changes.sql")),
            (10, "mailbox api", include_str!("../../migrations/sqlite/0010_mailbox_api.sql")),
            (11, "time stamps", include_str!("../../migrations/sqlite/0011_time_stamps.sql")),
            (12, "push", include_str!("../../migrations/sqlite/0012_push.sql")),
            (13, "notices", include_str!("../../migrations/sqlite/0013_notices.sql")),
            (14, "message registry", include_str!("../../migrations/sqlite/0014_message_registry.sql")),
            (15, "partitions", include_str!("../../migrations/sqlite/0015_partitions.sql")),
            (16, "federation", include_str!("../../migrations/sqlite/0016_federation.sql")),
            (17, "assertions", include_str!("../../migrations/sqlite/0017_assertions.sql")),
            (18, "certification", include_str!("../../migrations/sqlite/0018_certification.sql")),
            (19, "campaigns", include_str!("../../migrations/sqlite/0019_campaigns.sql")),
            (20, "answers alone", include_str!("../../migrations/sqlite/0020_answers_alone.sql")),
            (21, "indexes", include_str!("../../migrations/sqlite/0021_indexes.sql")),
        ],
    }
}

impl Db {
    /// The newest version that this program knows.
    pub fn newest_version(&self) -> i64 {
        migrations(self.dialect()).last().map_or(0, |(version, ..)| *version)
    }

    /// The version that the schema is at; an error if nothing was ever migrated.
    pub async fn schema_version(&self) -> sqlx::Result<i64> {
        let row = self.fetch_optional("SELECT MAX(version) AS version FROM _sqlx_migrations", ()).await?;
        Ok(row.and_then(|(version,): (Option<i64>,)| version).unwrap_or(0))
    }

    /// Brings the schema to the newest version; a changed migration that already ran is an error.
    pub async fn migrate(&self) -> Result<Applied, MigrateError> {
        let known = migrations(self.dialect());
        let migrator = Migrator::with_migrations(
            known
                .iter()
                .map(|(version, name, sql)| {
                    Migration::new(
                        *version,
                        Cow::Borrowed(*name),
                        MigrationType::Simple,
                        (*sql).into_sql_str(),
                        false,
                    )
                })
                .collect(),
        );
        match self {
            Self::Postgres { pool, .. } => migrator.run(pool).await?,
            Self::Sqlite { writer, .. } => migrator.run(writer).await?,
        }
        Ok(Applied { version: self.newest_version() })
    }
}
