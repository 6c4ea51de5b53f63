//! Removal flips one row that every check reads; the consents end in batches, also when the hub dies midway.

use std::time::{Duration, Instant};

use hub_core::db::{Db, DbConfig};
use serde_json::json;
use sqlx::AssertSqlSafe;
use system_tests::database::{TestDatabase, databases};
use system_tests::environment::figure;
use system_tests::process::HubProcess;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;

#[tokio::test]
async fn a_removed_provider_is_refused_at_once_and_its_consents_end() {
    World::on_both(async |world| {
        let (an, sofie) = (world.operator("an"), world.operator("sofie"));
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        let at_bank = [anna.grants(&bank, &EVERYTHING).await, bert.grants(&bank, &EVERYTHING).await];
        let at_post = anna.grants(&post, &EVERYTHING).await;

        an.with(&sofie, an.moves("demo-bank", "removed").await).await;

        for grant in &at_bank {
            let problem = bank.messages(grant).await.expect_problem(401, "certificateRefused");
            assert_eq!(problem["reason"], "notRegistered");
        }
        // what the hub's own job has in hand at this moment is its to end
        while world.count("SELECT COUNT(*) FROM outbox").await > 0 {
            if world.hub().upkeep().work_outbox().await.unwrap() == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
        let (living, ended): (i64, i64) = world
            .row(
                "SELECT (SELECT COUNT(*) FROM consent c JOIN provider p ON p.id = c.provider_id
                         WHERE p.code = 'demo-bank' AND c.state = 'authorised'),
                        (SELECT COUNT(*) FROM consent c JOIN provider p ON p.id = c.provider_id
                         WHERE p.code = 'demo-bank' AND c.state = 'revoked' AND c.ended_at IS NOT NULL)",
            )
            .await;
        assert_eq!((living, ended), (0, 2));
        let (tokens,): (i64,) = world.row("SELECT COUNT(*) FROM token WHERE client_id = 'bank-app'").await;
        assert_eq!(tokens, 0);
        post.messages(&at_post).await.expect(200);
        let certificate = json!({"anchor": "providers", "nameKind": "sanUri", "name": "urn:test:bank-app"});
        let again = an.post("/v1/applications/bank-app/certificates", &certificate).await;
        again.expect_problem(409, "noSuchStep");
        for state in ["sandbox", "certified", "active", "suspended", "removed"] {
            an.moves("demo-bank", state).await.expect_problem(409, "noSuchStep");
        }
    })
    .await;
}

#[tokio::test]
async fn a_removal_goes_on_where_a_killed_hub_left_it() {
    for database in databases().await {
        removal_through_a_kill(database).await;
    }
}

async fn removal_through_a_kill(database: TestDatabase) {
    let hub = HubProcess::start(database).await;
    let config = DbConfig { url: hub.database.url.clone(), connections: 2 };
    let db = Db::open(&config, &hub.stage.setting.path("data")).await.unwrap();
    crowd(&db).await;
    let (an, sofie) = (hub.stage.operator("an"), hub.stage.operator("sofie"));

    an.with(&sofie, an.moves("demo-bank", "removed").await).await;
    let begun = Instant::now();
    while living(&db).await > MANY - 200 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing ends: {}", hub.said());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    hub.kill().await;
    let left = living(&db).await;
    assert!(left > 0 && left < MANY, "killed midway: {left} of {MANY} are left");

    hub.start_again().await;
    while living(&db).await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(120), "{} are left: {}", living(&db).await, hub.said());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (events, consents, receipts): (i64, i64, i64) = db
        .fetch_optional(
            "SELECT (SELECT COUNT(*) FROM consent_event), (SELECT COUNT(DISTINCT consent_id) FROM consent_event),
                    (SELECT COUNT(DISTINCT object) FROM evidence WHERE kind = 'ended')",
            (),
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!((events, consents, receipts), (MANY, MANY, MANY), "each consent ends once, with a receipt");
    figure(&format!(
        "{MANY} consents of a removed provider ended on {}, {left} of them after a kill",
        hub.database.name
    ));
    db.close().await;
    assert!(hub.terminate().await);
}

/// Gives the bank many applications, and one mailbox a consent for each.
async fn crowd(db: &Db) {
    let (application, consent) = match db {
        Db::Postgres { .. } => ("md5('a' || n)::uuid", "md5('c' || n)::uuid"),
        Db::Sqlite { .. } => ("unhex(printf('%032x', n))", "unhex(printf('%032x', n + 100000))"),
    };
    insert(
        db,
        format!(
            "INSERT INTO provider_application (id, client_id, provider_id, state, brand, purpose, retention, redirect_uris)
             SELECT {application}, 'crowd-' || n, a.provider_id, 'active', 'Crowd', '{{}}', '{{}}', '[]'
             FROM crowd, provider_application a
             WHERE a.client_id = 'bank-app'"
        ),
    )
    .await;
    insert(
        db,
        format!(
            "INSERT INTO consent (mailbox_id, application_id, id, provider_id, grant_id, state, actions, person,
                                  granted_at, until, epoch, token_epoch)
             SELECT m.id, {application}, {consent}, a.provider_id, {consent}, 'authorised', 7, m.id,
                    1, 4102444800000000, 1, 1
             FROM crowd, provider_application a, (SELECT mailbox_id AS id FROM identity WHERE kind = 'citizen' LIMIT 1) m
             WHERE a.client_id = 'bank-app'"
        ),
    )
    .await;
}

/// Runs an `INSERT` that selects from `crowd(n)`, the numbers up to [`MANY`].
async fn insert(db: &Db, rows: String) {
    let (into, select) = rows.split_once("SELECT").unwrap();
    let rows = format!(
        "{into} WITH RECURSIVE crowd(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM crowd WHERE n < {MANY}) SELECT {select}"
    );
    let inserted = match db {
        Db::Postgres { pool, .. } => {
            sqlx::query(AssertSqlSafe(rows)).execute(pool).await.map(|done| done.rows_affected())
        }
        Db::Sqlite { writer, .. } => {
            sqlx::query(AssertSqlSafe(rows)).execute(writer).await.map(|done| done.rows_affected())
        }
    };
    assert_eq!(i64::try_from(inserted.unwrap()).unwrap(), MANY);
}

async fn living(db: &Db) -> i64 {
    let row = db.fetch_optional("SELECT COUNT(*) FROM consent WHERE state = 'authorised'", ()).await.unwrap();
    row.map_or(0, |(count,): (i64,)| count)
}

const MANY: i64 = 2_000;
