//! The hub of the histories: the real core over a real database, without doors and without jobs of its own, so that
//! nothing happens that no step did.

mod cast;
mod errors;
mod play;
mod playing;
mod read;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use hub_core::access::operator::OperatorAccess;
use hub_core::access::reference::ReferenceFile;
use hub_core::blob::Blobs;
use hub_core::clock::{Clock, Timestamp};
use hub_core::db::{Db, DbConfig};
use hub_core::id::Sha256;
use hub_core::journal::Journal;
use hub_core::keys::{Keyring, Keys};
use hub_core::outside::OutsideIds;
use hub_core::peer::{PeerIdentity, Role};
use hub_core::random::Random;
use hub_core::{Audiences, Hub, Parts};
use sqlx::AssertSqlSafe;
use system_tests::database::TestDatabase;

pub(super) use cast::Cast;

/// A hub, for many histories one after the other.
pub(super) struct Stage {
    pub(super) hub: Hub,
    pub(super) db: Db,
    at: Arc<AtomicI64>,
    ids: OutsideIds,
    database: TestDatabase,
}

impl Stage {
    /// A hub whose clock stands at that second.
    pub(super) async fn open(database: TestDatabase, now: i64) -> Self {
        hub_server::install_crypto();
        let at = Arc::new(AtomicI64::new(Timestamp::from_seconds(now).0));
        let (clock, random) = (Clock::Manual(Arc::clone(&at)), Random::system());
        let folder = database.data();
        let config = DbConfig { url: database.url.clone(), connections: 4 };
        let db = Db::open(&config, folder).await.unwrap();
        db.migrate().await.unwrap();
        hurry(&db, &database).await;
        let keys = Keys::new(Keyring::create("demo", clock.now(), &random).unwrap());
        let hub = Hub::new(Parts {
            db: db.clone(),
            clock,
            random: random.clone(),
            keys: keys.clone(),
            blobs: Blobs::open(&folder.join("objects"), keys.clone(), random.clone()).unwrap(),
            journal: Journal::open(&folder.join("journal"), &random).unwrap(),
            environment: "demo".to_owned(),
            issuer: "https://hub.test".to_owned(),
            data: folder.to_owned(),
            audiences: Audiences::of("https://api.test"),
            answer_bytes: 1 << 20,
            certification: None,
        });
        let stage = Self { hub: hub.await.unwrap(), db, at, ids: OutsideIds::new(keys), database };
        stage.apply(REFERENCE).await;
        stage
    }

    /// `sqlite` or `postgresql`.
    pub(super) fn name(&self) -> &'static str {
        self.database.name
    }

    /// The hub's time in seconds.
    pub(super) fn now(&self) -> i64 {
        self.hub.now().seconds()
    }

    /// Moves the hub's clock.
    pub(super) fn pass(&self, seconds: i64) {
        self.at.fetch_add(Timestamp::from_seconds(seconds).0, std::sync::atomic::Ordering::SeqCst);
    }

    /// Closes the database.
    pub(super) async fn close(self) {
        drop(self.hub);
        self.db.close().await;
    }

    async fn apply(&self, toml: &str) {
        let file: ReferenceFile = toml::from_str(toml).unwrap();
        self.hub.local_operator("test").apply(&file, self.database.data()).await.unwrap();
    }

    async fn operator(&self, name: &str) -> OperatorAccess {
        self.hub.operator(&identity(Role::Operator, name, 0)).await.unwrap()
    }
}

/// Lets a database that nobody will read again not wait for its disk: what is decided does not depend on it.
async fn hurry(db: &Db, database: &TestDatabase) {
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query("PRAGMA synchronous = OFF").execute(writer).await.unwrap();
        }
        Db::Postgres { pool, .. } => {
            let name = database.url.rsplit('/').next().unwrap_or_default();
            let later = format!("ALTER DATABASE {name} SET synchronous_commit = off");
            sqlx::query(AssertSqlSafe(later)).execute(pool).await.unwrap();
            // the one connection that is open already
            sqlx::query("SET synchronous_commit = off").execute(pool).await.unwrap();
        }
    }
}

/// The `n`th certificate under a name.
fn identity(role: Role, name: &str, n: usize) -> PeerIdentity {
    PeerIdentity {
        role,
        anchor: "test".to_owned(),
        san_uris: vec![format!("urn:test:{name}")],
        san_dns: Vec::new(),
        subject: format!("CN={name}"),
        organization: None,
        thumbprint: Sha256::of(format!("{name} {n}").as_bytes()).0,
        not_before: Timestamp(0),
        not_after: Timestamp(i64::MAX),
    }
}

/// Two sender organizations, one validity each, and two operators.
const REFERENCE: &str = include_str!("reference.toml");
