//! One hub over each database, with a clock that only moves when told, and the parties of a small world.
//!
//! `for_each_database(async |world| { … })` runs a test on SQLite always, and on PostgreSQL when
//! `FACTEUR_TEST_POSTGRES` names a server (an admin URL, the database in it is only used to make others).

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own share of the fixture")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a fixture that cannot be made ends the test")]

mod template;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hub_core::access::MachineProof;
use hub_core::access::reference::ReferenceFile;
use hub_core::access::sender::SenderAccess;
use hub_core::blob::Blobs;
use hub_core::clock::Clock;
use hub_core::db::{Db, DbConfig, Param, Record};
use hub_core::journal::Journal;
use hub_core::keys::{Keyring, Keys};
use hub_core::mailbox::Number;
use hub_core::message::draft::Recipient;
use hub_core::number::{Century, EnterpriseNumber, Ssin};
use hub_core::peer::{PeerIdentity, Role};
use hub_core::random::Random;
use hub_core::{Audiences, Hub, Parts};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

/// A hub over one database, and what is in it.
pub struct World {
    /// The keyring, to open what rows keep sealed.
    pub keys: Keys,
    /// `sqlite` or `postgresql`, for messages.
    pub name: &'static str,
    /// The hub.
    pub hub: Hub,
    /// Another handle on its database, to look behind it.
    pub db: Db,
    /// Its clock.
    pub clock: Clock,
    folder: TempDir,
}

/// Runs a test on every database there is.
pub async fn for_each_database(test: impl AsyncFn(&World)) {
    let sqlite = World::new("sqlite", "sqlite".to_owned()).await;
    test(&sqlite).await;
    sqlite.db.close().await;

    let Some(server) = postgres() else { return };
    let database = TestDatabase::new(&server).await;
    let world = World::new("postgresql", database.url.clone()).await;
    test(&world).await;
    world.db.close().await;
    database.drop().await;
}

impl World {
    async fn new(name: &'static str, url: String) -> Self {
        println!("database: {name}");
        let folder = tempfile::tempdir().unwrap();
        template::put_sqlite(folder.path()).await;
        let (clock, random) = (Clock::manual(), Random::system());
        let db = Db::open(&DbConfig { url, connections: 12 }, folder.path()).await.unwrap();
        db.migrate().await.unwrap();
        let keys = Keys::new(Keyring::create("demo", clock.now(), &random).unwrap());
        let hub = node((folder.path(), "journal"), db.clone(), &clock, &keys).await;
        let world = Self { keys, name, hub, db, clock, folder };
        world.apply(REFERENCE).await;
        world
    }

    /// Another hub over the same data: a second node, or the same after a crash.
    pub async fn another_node(&self) -> Hub {
        let journal = format!("journal-{}", Random::system().trace_id());
        node((self.folder.path(), &journal), self.db.clone(), &self.clock, &self.keys).await
    }

    /// Applies reference data, as an operator would.
    pub async fn apply(&self, toml: &str) {
        let file: ReferenceFile = toml::from_str(toml).unwrap();
        self.hub.local_operator("test").apply(&file, self.folder.path()).await.unwrap();
    }

    /// Opens the mailbox of the `n`th test citizen, active or not.
    pub async fn citizen(&self, n: u32, active: bool) -> Ssin {
        let ssin = ssin(n);
        self.apply(&format!(
            "environment = \"demo\"\n[[citizen]]\nssin = \"{}\"\nactive = {active}\n",
            ssin.as_str()
        ))
        .await;
        ssin
    }

    /// The access of a sender application.
    pub async fn sender(&self, client_id: &str, scope: &'static str) -> SenderAccess {
        self.sender_at(&self.hub, client_id, scope).await
    }

    /// The access of a sender application at this node.
    pub async fn sender_at(&self, hub: &Hub, client_id: &str, scope: &'static str) -> SenderAccess {
        let identity = identity(Role::Sender, client_id);
        let client = hub.client(&identity, client_id).await.unwrap();
        let issued = client.client_credentials(Some(scope), None).await.unwrap();
        let audience = hub.audiences().sender.clone();
        let proof =
            MachineProof { identity: &identity, token: Some(issued.access.expose()), audience: &audience };
        hub.sender(&proof, scope).await.unwrap()
    }

    /// The one row of a question asked behind the hub.
    pub async fn row<R: Record>(&self, sql: &'static str) -> R {
        self.db.fetch_optional(sql, ()).await.unwrap().expect("a row")
    }

    /// The rows of a question asked behind the hub, about one value.
    pub async fn rows_of<R: Record>(&self, sql: &'static str, value: impl Param) -> Vec<R> {
        self.db.fetch_all(sql, (value,)).await.unwrap()
    }

    /// Rows of a table, counted.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let (count,) = self.row::<(i64,)>(sql).await;
        count
    }

    /// The hub's data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Files in the object store, finished or not.
    pub fn objects(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.folder.path().join("objects")).unwrap();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        files.map(|file| file.unwrap().path()).collect()
    }

    /// Waits until the object store holds so many files; what removes them may still be running.
    pub async fn expect_objects(&self, count: usize) {
        for _ in 0..200 {
            if self.objects().len() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(self.objects().len(), count, "{}", self.name);
    }
}

async fn node((folder, journal): (&Path, &str), db: Db, clock: &Clock, keys: &Keys) -> Hub {
    let random = Random::system();
    let hub = Hub::new(Parts {
        db,
        clock: clock.clone(),
        random: random.clone(),
        keys: keys.clone(),
        blobs: Blobs::open(&folder.join("objects"), keys.clone(), random.clone()).unwrap(),
        journal: Journal::open(&folder.join(journal), &random).unwrap(),
        environment: "demo".to_owned(),
        issuer: "https://hub.test".to_owned(),
        data: folder.to_owned(),
        audiences: Audiences::of("https://api.test"),
        answer_bytes: 1 << 20,
        certification: None,
    });
    hub.await.unwrap()
}

/// The number of the `n`th test citizen, born in 1905.
pub fn ssin(n: u32) -> Ssin {
    Ssin::with_check(50_310_001 + n, Century::Twentieth).unwrap()
}

/// The number of the `n`th test enterprise.
pub fn enterprise(n: u32) -> EnterpriseNumber {
    EnterpriseNumber::with_check(100_000 + n).unwrap()
}

/// Someone as a recipient.
pub fn recipient(number: &Number) -> Recipient {
    match number {
        Number::Ssin(ssin) => Recipient { ssin: Some(ssin.as_str().to_owned()), enterprise_number: None },
        Number::Enterprise(number) => Recipient { ssin: None, enterprise_number: Some(number.to_string()) },
    }
}

/// The certificate of a client of the reference data, as the doors would read it.
pub fn identity(role: Role, client_id: &str) -> PeerIdentity {
    let now = Clock::System.now();
    PeerIdentity {
        role,
        anchor: "test".to_owned(),
        san_uris: vec![format!("urn:test:{client_id}")],
        san_dns: Vec::new(),
        subject: format!("CN={client_id}"),
        organization: None,
        thumbprint: hub_core::id::Sha256::of(client_id.as_bytes()).0,
        not_before: now,
        not_after: now.plus(Duration::from_secs(86_400)),
    }
}

/// Two organizations and their applications, a provider, and message types that allow this and that.
pub const REFERENCE: &str = r#"
environment = "demo"

[[sender_organization]]
number = "0001001078"
name = { nl = "Demo Belastingdienst", fr = "Demo Administration fiscale" }

[[sender_organization]]
number = "0001002068"
name = { nl = "Demo Kinderbijslagfonds" }

[[sender_application]]
id = "demo-tax"
code = "demo:tax:mailroom"
name = { en = "Demo Tax Administration mail room" }

[[sender_application]]
id = "demo-family"
code = "demo:family:mailroom"
name = { en = "Demo Family Benefits Fund mail room" }

[[message_type]]
id = "tax-assessment"
name = { nl = "Aanslagbiljet" }
validity = "P6M"
media_types = ["application/pdf", "text/plain"]

[[message_type]]
id = "family-benefits"
name = { nl = "Kinderbijslag" }
validity = "P1M"
media_types = ["application/pdf"]

[[trio]]
organization = "0001001078"
application = "demo-tax"
message_type = "tax-assessment"

[[trio]]
organization = "0001002068"
application = "demo-family"
message_type = "family-benefits"

[[provider]]
id = "demo-bank"
legal_name = "Demo Bank NV"
state = "active"

[[provider_application]]
id = "demo-bank-app"
provider = "demo-bank"
brand = "Demo Bank"
purpose = { en = "Shows your official mail" }
retention = { en = "Keeps no copies" }
redirect_uris = ["https://bank.localhost/callback"]

[[certificate]]
role = "sender"
anchor = "test"
client_id = "demo-tax"
san_uri = "urn:test:demo-tax"

[[certificate]]
role = "sender"
anchor = "test"
client_id = "demo-family"
san_uri = "urn:test:demo-family"

[[certificate]]
role = "provider"
anchor = "test"
client_id = "demo-bank-app"
san_uri = "urn:test:demo-bank-app"
"#;

/// A PostgreSQL database that only one test sees.
struct TestDatabase {
    server: String,
    name: String,
    url: String,
}

impl TestDatabase {
    async fn new(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("core_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let template = template::on_postgresql(server).await;
        execute(server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        let (base, _) = server.rsplit_once('/').expect("the URL names a database");
        Self { server: server.to_owned(), url: format!("{base}/{name}"), name }
    }

    async fn drop(self) {
        execute(&self.server, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await;
    }
}

async fn execute(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "tests learn from the environment where PostgreSQL is")]
fn postgres() -> Option<String> {
    std::env::var("FACTEUR_TEST_POSTGRES").ok()
}
