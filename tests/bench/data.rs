//! The data: one mailbox that came about as every mailbox does, and copies of it with consents and tokens of their own.
//!
//! The public path makes mailboxes one by one, with a browser each. The copies are rows of what it made, under other ids.

use hub_core::clock::Clock;
use hub_core::db::{Db, DbConfig, Tx};
use hub_core::id::Sha256;
use hub_core::random::Random;
use system_tests::process::HubProcess;
use system_tests::world::provider::{EVERYTHING, Grant, Provider};

/// A citizen's mailbox, as the provider knows it, and the token that opens it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opened {
    /// `mbx_…`
    pub(crate) mailbox: String,
    /// `fat_…`
    pub(crate) token: String,
    /// The tag of its newest page, once it was read.
    pub(crate) tag: String,
    /// A message with a file of 200 KiB.
    pub(crate) message: String,
    /// That file.
    pub(crate) attachment: String,
}

/// Letters in each mailbox.
pub(crate) const LETTERS: usize = 100;

/// Fills the mailbox of a test citizen, who consents; gives what the provider holds.
pub(crate) async fn first(hub: &HubProcess) -> (Provider<'_>, Grant) {
    let (tax, anna) = (hub.stage.sender("tax").await, hub.stage.citizen("Anna"));
    for n in 1..=LETTERS {
        let letter = tax.letter(&anna.person.recipient(), &format!("Aanslagbiljet personenbelasting {n}"));
        let letter = letter.body("Beste,\n\nu vindt uw aanslagbiljet in de bijlage van dit bericht.");
        let letter = if n == LETTERS { letter.pdf("aanslagbiljet.pdf", 200 * 1024) } else { letter };
        let answer = tax.publish(&letter).await.expect(201);
        assert_eq!(answer["delivered"], true, "{answer:#}");
    }
    let bank = hub.stage.provider("bank").await;
    let asked = bank.asks_for(&bank.details(&EVERYTHING, "citizen"), serde_json::json!({})).await;
    let grant = bank.redeems(&asked, &anna.agrees(&asked).await).await;
    (bank, grant)
}

/// The database of a hub.
pub(crate) async fn db_of(hub: &HubProcess) -> Db {
    let config = DbConfig { url: hub.database.url.clone(), connections: 2 };
    Db::open(&config, &hub.stage.setting.path("data")).await.unwrap()
}

/// Makes so many copies of the one mailbox with a consent, while the hub rests; gives the token of each.
pub(crate) async fn copies(hub: &HubProcess, grant: &Grant, count: usize) -> Vec<String> {
    let db = db_of(hub).await;
    let mut tx = db.write().await.unwrap();
    let mut tokens = Vec::with_capacity(count);
    for id in mailboxes(&mut tx, count).await {
        fill(&mut tx, id).await;
        tokens.push(token(&mut tx, grant, id).await);
    }
    tx.commit().await.unwrap();
    analyze(&db).await;
    db.close().await;
    tokens
}

/// Gives a mailbox the consent, and the letters, that the first one has.
pub(crate) async fn fill(tx: &mut Tx, id: uuid::Uuid) {
    consent(tx, id).await;
    for sql in CONTENT {
        tx.execute(sql, (id,)).await.unwrap();
    }
}

/// Gives a mailbox a consent and a grant.
pub(crate) async fn consent(tx: &mut Tx, id: uuid::Uuid) {
    tx.execute(CONSENT, (id,)).await.unwrap();
    grant(tx, id).await;
}

/// Gives a mailbox the grant of the consent that it has.
pub(crate) async fn grant(tx: &mut Tx, id: uuid::Uuid) {
    for sql in GRANT {
        tx.execute(sql, (id,)).await.unwrap();
    }
}

/// A token for the grant of a mailbox, like the first one.
pub(crate) async fn token(tx: &mut Tx, grant: &Grant, id: uuid::Uuid) -> String {
    let secret = data_encoding::BASE64URL_NOPAD.encode(&Random::system().bytes::<32>());
    let token = format!("fat_{secret}");
    let until = Clock::System.now().plus(std::time::Duration::from_secs(7 * 86_400));
    let first = Sha256::of(grant.access.as_bytes());
    tx.execute(TOKEN, (Sha256::of(token.as_bytes()), first, id, until)).await.unwrap();
    token
}

/// Lets PostgreSQL learn what it holds, as autovacuum does by itself after a while.
pub(crate) async fn analyze(db: &Db) {
    if let Db::Postgres { pool, .. } = db {
        sqlx::query("ANALYZE").execute(pool).await.unwrap();
    }
}

/// New ids, one for each copy; of time order, as the hub makes them.
pub(crate) async fn mailboxes(tx: &mut Tx, count: usize) -> Vec<uuid::Uuid> {
    let (random, clock) = (Random::system(), Clock::System);
    let ids: Vec<uuid::Uuid> = (0..count).map(|_| random.id(clock.now())).collect();
    for id in &ids {
        assert_eq!(tx.execute(MAILBOX, (*id,)).await.unwrap(), 1, "one mailbox has a consent");
    }
    ids
}

/// A mailbox like the first one.
const MAILBOX: &str =
    "INSERT INTO mailbox (id, kind, state, version, total, unread, created_at, activated_at)
     SELECT $1, m.kind, m.state, m.version, m.total, m.unread, m.created_at, m.activated_at
     FROM mailbox m
     WHERE m.id = (SELECT c.mailbox_id FROM consent c WHERE c.grant_id <> c.mailbox_id)";
/// A mailbox's id is the id of its consent, and of its grant, too.
const CONSENT: &str = "INSERT INTO consent (mailbox_id, application_id, id, provider_id, grant_id, state, actions, person, granted_at, until,
                          epoch, token_epoch, asked)
     SELECT $1, c.application_id, $1, c.provider_id, $1, c.state, c.actions, $1, c.granted_at, c.until, c.epoch,
            c.token_epoch, c.asked
     FROM consent c
     WHERE c.grant_id <> c.mailbox_id";
const GRANT: [&str; 2] = [
    "INSERT INTO grant_ (id, application_id, provider_id, person, created_at)
     SELECT $1, g.application_id, g.provider_id, $1, g.created_at
     FROM grant_ g JOIN consent c ON c.grant_id = g.id AND c.grant_id <> c.mailbox_id",
    "INSERT INTO grant_member (grant_id, mailbox_id, consent_id) VALUES ($1, $1, $1)",
];
const CONTENT: [&str; 3] = [
    "INSERT INTO publication (home, id, organization, application, message_type, header, at, expires_at)
     SELECT $1, p.id, p.organization, p.application, p.message_type, p.header, p.at, p.expires_at
     FROM publication p JOIN consent c ON c.mailbox_id = p.home AND c.grant_id <> c.mailbox_id",
    "INSERT INTO part (home, publication_id, n, role, main, file_name, media_type, size, sha256, object, sealed, wrapped_key)
     SELECT $1, p.publication_id, p.n, p.role, p.main, p.file_name, p.media_type, p.size, p.sha256, p.object, p.sealed,
            p.wrapped_key
     FROM part p JOIN consent c ON c.mailbox_id = p.home AND c.grant_id <> c.mailbox_id",
    "INSERT INTO message (mailbox_id, number, publication_id, campaign_id, at, expires_at, organization, application, type,
                          flags, subject)
     SELECT $1, e.number, e.publication_id, e.campaign_id, e.at, e.expires_at, e.organization, e.application, e.type, e.flags,
            e.subject
     FROM message e JOIN consent c ON c.mailbox_id = e.mailbox_id AND c.grant_id <> c.mailbox_id",
];
/// A token like the first one, for a grant of its own, that lives as long as the benchmark.
const TOKEN: &str = "INSERT INTO token (token_hash, kind, role, client_id, audience, certificate_id, thumbprint, grant_id,
                        application_id, epoch, provider_epoch, issued_at, until)
     SELECT $1, t.kind, t.role, t.client_id, t.audience, t.certificate_id, t.thumbprint, $3, t.application_id, t.epoch,
            t.provider_epoch, t.issued_at, $4
     FROM token t
     WHERE t.token_hash = $2";
