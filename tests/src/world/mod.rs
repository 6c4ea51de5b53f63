//! The one fixture: a real hub over a real database, and the people and machines around it.
//!
//! `World::on_both(async |world| { … })` runs a test on both databases, each with a hub of its own in this process,
//! whose manual clock the test moves; at the end it checks what must hold after any test (see [`World::finish`]).
//! Actors come from the [`Stage`]: `world.sender("tax")`, `world.provider("bank")`, `world.citizen("Anna")`.

pub mod answer;
pub mod browser;
pub mod citizen;
pub mod landing;
pub mod letter;
pub mod liar;
pub mod machine;
pub mod operator;
pub mod page;
pub mod people;
pub mod provider;
pub mod receiver;
pub mod roles;
pub mod sender;
pub mod setting;
pub mod stage;
pub mod time_stamps;

mod checks;
mod identity;
mod logs;
mod plans;

use std::fs;
use std::net::Ipv4Addr;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hub_core::Hub;
use hub_core::access::reference::ReferenceFile;
use hub_core::clock::{Clock, Timestamp};
use hub_core::db::{Db, DbConfig, Record, Standing};
use hub_core::error::Error;
use hub_server::config::Config;
use hub_server::serve::{self, Running};
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use tokio::task::JoinSet;

use crate::database::{TestDatabase, databases};
use crate::node::Node;
use identity::IdentityProvider;
use landing::Landing;
use liar::Liar;
use setting::{Ports, Setting};
use stage::Stage;

/// A hub in this process.
pub struct World {
    /// Its clock.
    pub clock: Clock,
    /// Another handle on its database, to look behind it.
    pub db: Db,
    /// The actors' side of it.
    pub stage: Stage,
    running: Option<Running>,
    database: TestDatabase,
}

impl World {
    /// Runs a test on both databases.
    pub async fn on_both(test: impl AsyncFn(&Self)) {
        for database in databases().await {
            Self::on(database, &test).await;
        }
    }

    /// Runs a test on one database.
    pub async fn on(database: TestDatabase, test: impl AsyncFn(&Self)) {
        Self::on_changed(database, |_| {}, test).await;
    }

    /// Runs a test on one database, with the files of the setting changed before the hub reads them.
    pub async fn on_changed(
        database: TestDatabase,
        change: impl FnOnce(&Setting),
        test: impl AsyncFn(&Self),
    ) {
        let world = Self::start(database, change).await;
        test(&world).await;
        world.finish().await;
    }

    /// Runs a test on these databases with hubs whose citizens log in at an identity provider that lies when told.
    pub async fn with_a_liar(databases: Vec<TestDatabase>, test: impl AsyncFn(&Self, &Liar)) {
        for database in databases {
            let liar = Liar::start().await;
            let world = Self::start(database, |setting| setting.identify_at(&liar.issuer)).await;
            test(&world, &liar).await;
            world.finish().await;
        }
    }

    async fn start(database: TestDatabase, change: impl FnOnce(&Setting)) -> Self {
        prepare();
        let landing = Landing::open().await;
        let setting = Setting::write(&database, &Ports::Any, &landing.url);
        setting.configure("url", &format!("{:?}", database.url_within()));
        change(&setting);
        let clock = Clock::manual();
        let config = Config::read(&setting.config_file()).unwrap();
        let db = open(&database, &setting).await;
        let running = serve::start(config, clock.clone()).await.unwrap();
        let origins = running.origins();
        let origins =
            [&origins.public, &origins.mtls, &origins.operations, &origins.content].map(Clone::clone);
        IdentityProvider::shared().register(&setting.client_id, &origins[0]).await;

        let world = Self {
            clock,
            db,
            stage: Stage::new(setting, landing, origins),
            running: Some(running),
            database,
        };
        let reference = fs::read_to_string(world.stage.setting.path("reference.toml")).unwrap();
        world.apply(&reference).await;
        world
    }

    /// The hub itself.
    pub fn hub(&self) -> &Hub {
        self.running().hub()
    }

    /// Whether a line of the logs of this process contains all of this.
    pub fn logged(&self, all: &[&str]) -> bool {
        logs::text().lines().any(|line| all.iter().all(|part| line.contains(part)))
    }

    /// How many lines of the logs of this process contain all of this.
    pub fn times_logged(&self, all: &[&str]) -> usize {
        logs::text().lines().filter(|line| all.iter().all(|part| line.contains(part))).count()
    }

    /// The hub with its doors and jobs.
    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// `sqlite` or `postgresql`.
    pub fn database(&self) -> &'static str {
        self.database.name
    }

    /// The URL of its database as the hub knows it.
    pub fn url_within(&self) -> String {
        self.database.url_within()
    }

    /// Starts another node beside this hub, as a process over the same PostgreSQL database, content, keys and trust. Its clock
    /// is the machine's.
    pub async fn start_beside(&self) -> Node {
        let (address, here) = (Ipv4Addr::new(127, 0, 0, 2), self.running().addresses());
        let config = self.stage.setting.write_beside(address);
        let ports = [here.public, here.mtls, here.operations, here.content].map(|listener| listener.port());
        self.stage.setting.fix_ports(&config, ports);
        let node = Node::new(address, config, self.stage.setting.path("hub-2.log"));
        node.start(&self.stage, &[]).await;
        node
    }

    /// Now, by the hub's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the hub's clock.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Keeps the hub's clock from falling behind the clocks of services beside it, until the value is dropped.
    pub fn clock_runs(&self) -> JoinSet<()> {
        let (clock, mut running) = (self.clock.clone(), JoinSet::new());
        running.spawn(async move {
            loop {
                clock.advance(Clock::System.now().since(clock.now()));
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        });
        running
    }

    /// Loads the journal of readings. What the hub's own round is loading at the moment it passes over: hence again.
    pub async fn loads_journal(&self) {
        for _ in 0..3 {
            self.hub().upkeep().load_journal().await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Judges how the database carries out what the hubs of this process asked (see [`plans`]).
    pub async fn judge_plans(&self) {
        plans::check(&self.db).await;
    }

    /// The tables that grow and that the database would look through for a statement.
    pub async fn looked_through(&self, sql: &str) -> Vec<String> {
        let found = plans::looked_through(&self.db, vec![sql.to_owned()]).await;
        found.into_iter().map(|(_, table)| table).collect()
    }

    /// Applies reference data as an operator does.
    pub async fn apply(&self, toml: &str) {
        self.try_apply(toml).await.unwrap();
    }

    /// [`Self::apply`] where it may be refused.
    pub async fn try_apply(&self, toml: &str) -> Result<(), Error> {
        let file: ReferenceFile = toml::from_str(toml).unwrap();
        self.hub().local_operator("test").apply(&file, &self.stage.setting.folder).await.map(drop)
    }

    /// The number that answers a question asked behind the hub.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let (count,): (i64,) = self.row(sql).await;
        count
    }

    /// The one row of a question asked behind the hub.
    pub async fn row<R: Record>(&self, sql: &'static str) -> R {
        self.db.fetch_optional(sql, ()).await.unwrap().unwrap()
    }

    /// What publications leave behind: rows by table, and objects.
    pub async fn traces(&self) -> Traces {
        let (publications, messages, parts, sent, keys, reached): (i64, i64, i64, i64, i64, i64) = self
            .row(
                "SELECT (SELECT COUNT(*) FROM publication), (SELECT COUNT(*) FROM message),
                        (SELECT COUNT(*) FROM part), (SELECT COUNT(*) FROM sent),
                        (SELECT COUNT(*) FROM idempotency), (SELECT COUNT(*) FROM mailbox)",
            )
            .await;
        let rows = [publications, messages, parts, sent, keys, reached];
        Traces { rows, objects: objects(&self.stage.setting.path("data/content")).len() }
    }

    /// Waits until there are these traces and no others: an object of a refused upload may still be going.
    pub async fn expect_traces(&self, wanted: &Traces, after: &str) {
        for _ in 0..200 {
            if self.traces().await == *wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(self.traces().await, *wanted, "{after}, {}", self.database());
    }
}

/// How much is stored of publications: rows of publication, message, part, sent, idempotency and mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traces {
    rows: [i64; 6],
    objects: usize,
}

/// Every object in the content folder, finished or not.
pub fn objects(content: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(content).into_iter().flatten();
    folders
        .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

/// Chooses the cryptography and begins to keep logs.
pub(crate) fn prepare() {
    hub_server::install_crypto();
    logs::keep();
}

/// Another handle on a database, whose statements are not taken for the hub's.
pub(crate) async fn open(database: &TestDatabase, setting: &Setting) -> Db {
    let config = DbConfig { url: database.url.clone(), connections: 4 };
    match Db::open(&config, &setting.path("data")).await.unwrap() {
        Db::Postgres { pool, .. } => {
            let options = PgConnectOptions::clone(&pool.connect_options()).disable_statement_logging();
            pool.close().await;
            let standing = Standing::new(options.clone(), 2);
            Db::Postgres {
                pool: PgPoolOptions::new().max_connections(4).connect_lazy_with(options),
                standing,
            }
        }
        Db::Sqlite { writer, readers, direct } => {
            let quiet = |pool: &SqlitePool, most| {
                let options =
                    SqliteConnectOptions::clone(&pool.connect_options()).disable_statement_logging();
                SqlitePoolOptions::new().max_connections(most).connect_lazy_with(options)
            };
            let (one, two) = (quiet(&writer, 1), quiet(&readers, 2));
            writer.close().await;
            readers.close().await;
            Db::Sqlite { writer: one, readers: two, direct }
        }
    }
}

/// Registers a hub that was started otherwise at the identity provider.
pub(crate) async fn register(stage: &Stage) {
    IdentityProvider::shared().register(&stage.setting.client_id, &stage.public).await;
}

impl Deref for World {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "--- the hubs of this process logged at last ({}):\n{}",
                self.database.name,
                logs::last_lines()
            );
        }
    }
}
