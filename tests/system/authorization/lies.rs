//! The identity service is away, slow, or lies: a plain page, nobody logged in, nothing granted.

use hub_core::clock::Clock;
use serde_json::{Value, json};
use system_tests::database::{TestDatabase, databases};
use system_tests::world::World;
use system_tests::world::citizen::{Citizen, LOW};
use system_tests::world::liar::Liar;
use system_tests::world::page::Page;
use system_tests::world::provider::EVERYTHING;

/// Seconds since 1970, as tokens write time.
fn seconds() -> i64 {
    Clock::System.now().seconds()
}

/// Lies of the ID token, with the status of the page that answers them.
fn lies_of_the_token(world: &World, liar: &Liar) -> Vec<(Value, u16)> {
    let claim = |name: &str, value: Value, status| (json!({"claims": {name: value}}), status);
    let client = &world.setting.client_id;
    let with_secret = json!({"signature": "secret", "secret": system_tests::world::setting::SECRET});
    vec![
        claim("iss", json!("https://evil.test"), 503),
        claim("iss", json!(format!("{}/", liar.issuer)), 503),
        claim("iss", Value::Null, 503),
        claim("aud", json!("another-client"), 503),
        claim("aud", json!([client, "another-client"]), 503),
        claim("aud", json!([]), 503),
        claim("aud", Value::Null, 503),
        claim("nonce", json!("another"), 503),
        claim("nonce", Value::Null, 503),
        claim("exp", json!(seconds() - 60), 503),
        claim("exp", Value::Null, 503),
        (json!({"signature": "other"}), 503),
        (json!({"signature": "broken"}), 503),
        (json!({"signature": "none"}), 503),
        (json!({"signature": "public"}), 503),
        (with_secret, 503),
        (json!({"signature": "other", "header": {"kid": "never-published"}}), 503),
        claim("acr", json!(LOW), 403),
        claim("acr", json!("urn:facteur:demo:substantial "), 403),
        claim("acr", Value::Null, 403),
        claim("auth_time", Value::Null, 503),
        claim("auth_time", json!(seconds() - 3_600), 400),
        claim("auth_time", json!(seconds() + 3_600), 400),
        claim("ssin", json!("12345678901"), 403),
        claim("ssin", json!(""), 403),
        claim("ssin", json!(["a", "list"]), 403),
        (json!({"claims": {"ssin": null}, "subject": "Bert"}), 503),
        (json!({"claims": {"ssin": null}, "userinfo": {"status": 500}}), 503),
        (json!({"claims": {"ssin": null}, "userinfo": {"body": "{\"sub\":\"Anna\"}"}}), 403),
    ]
}

/// Lies of the token endpoint, and of what the browser brings back.
fn lies_on_the_way() -> Vec<(Value, u16)> {
    let token = |answer: Value, status| (json!({ "token": answer }), status);
    let callback = |changes: Value, status| (json!({ "callback": changes }), status);
    let elsewhere = json!({"status": 307, "headers": {"location": "https://evil.test/token"}});
    vec![
        token(json!("drop"), 503),
        token(json!({"status": 500, "body": "{}"}), 503),
        token(json!({"body": "<html>not a token</html>"}), 503),
        token(json!({"body": "{\"access_token\":\"x\",\"token_type\":\"Bearer\"}"}), 503),
        token(json!({"body": "x".repeat(600_000)}), 503),
        token(elsewhere, 503),
        token(json!({"status": 400, "body": "{\"error\":\"invalid_client\"}"}), 503),
        token(json!({"status": 400, "body": "{\"error\":\"invalid_grant\"}"}), 400),
        callback(json!({"iss": "https://evil.test"}), 503),
        callback(json!({"code": null}), 503),
        callback(json!({"code": null, "error": "access_denied"}), 400),
        callback(json!({"code": null, "error": "server_error"}), 503),
        callback(json!({"code": null, "error": "<script>alert(1)</script>"}), 503),
        callback(
            json!({"code": null, "error": "access_denied", "error_description": "<b>call 0900</b>"}),
            400,
        ),
        callback(json!({"state": "another"}), 400),
        callback(json!({"state": null}), 400),
    ]
}

/// What is wrong with a page that should tell somebody who knows nothing of protocols what happened and what to do.
fn complaints(lie: &Value, page: &Page, status: u16) -> Vec<String> {
    let (shown, mut found) = (page.html.to_lowercase(), Vec::new());
    if page.status != status {
        found.push(format!("{lie}: {} instead of {status}: {}", page.status, page.text_of("main")));
    }
    if !page.html.contains("<html lang=\"en\"") || page.text_of("h1").is_empty() {
        found.push(format!("{lie}: no page: {}", page.html));
    }
    let secret =
        ["nonce", "signature", "issuer", "token", "jwt", "json", "panic", "0900", "alert(1)", "evil"];
    found.extend(
        secret.iter().filter(|word| shown.contains(*word)).map(|word| format!("{lie}: it says {word}")),
    );
    if !page.links().iter().any(|link| link.contains("login") || link.contains("authorize")) {
        found.push(format!("{lie}: nothing leads on: {}", page.html));
    }
    found
}

/// Insists that nothing is wrong with such a page.
#[track_caller]
fn is_plain(lie: &Value, page: &Page, status: u16) {
    assert_eq!(complaints(lie, page, status), [""; 0]);
}

async fn count(world: &World, sql: &'static str) -> i64 {
    world.row::<(i64,)>(sql).await.0
}

#[tokio::test]
async fn a_lie_about_the_login_logs_nobody_in() {
    World::with_a_liar(databases().await, async |world, liar| {
        let (anna, mut found) = (world.citizen("Anna"), Vec::new());
        for (lie, status) in lies_of_the_token(world, liar).into_iter().chain(lies_on_the_way()) {
            world.clock.advance(Clock::System.now().since(world.now()));
            liar.lies(lie.clone()).await;
            found.extend(complaints(&lie, &anna.open("/login").await, status));
        }
        assert_eq!(found, [""; 0]);
        assert_eq!(count(world, "SELECT COUNT(*) FROM session").await, 0);
        assert!(anna.open("/consents").await.html.contains("/login"), "nobody is logged in");

        liar.lies(json!({})).await;
        let page = anna.open("/login").await;
        assert!(page.html.contains("Kanariegeel"), "the truth is believed: {}", page.text_of("main"));
    })
    .await;
}

/// Goes from the app's link to wherever logging in leads.
async fn tries(anna: &Citizen<'_>, url: &str) -> Page {
    let landing = anna.open(url).await;
    anna.submit(&landing, &landing.form("/authorize")).await
}

#[tokio::test]
async fn nothing_is_granted_on_a_lie_and_the_request_waits_for_the_truth() {
    World::with_a_liar(databases().await, async |world, liar| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        for (lie, status) in [
            (json!({"claims": {"acr": LOW}}), 403),
            (json!({"claims": {"nonce": "another"}}), 503),
            (json!({"signature": "other"}), 503),
            (json!({"token": "drop"}), 503),
            // good enough to look around with, not to decide with
            (json!({"claims": {"auth_time": seconds() - 120}}), 400),
        ] {
            liar.lies(lie.clone()).await;
            is_plain(&lie, &tries(&anna, &asked.url).await, status);
            let page = anna.open(&asked.url).await;
            assert!(page.forms().iter().all(|form| !form.action.contains("consent")), "{lie}: {}", page.html);
        }
        assert_eq!(count(world, "SELECT COUNT(*) FROM consent_event").await, 0);
        assert_eq!(count(world, "SELECT COUNT(*) FROM grant_").await, 0);

        liar.lies(json!({})).await;
        let callback = anna.decides(&tries(&anna, &asked.url).await, "agree").await;
        let grant = bank.redeems(&asked, &callback).await;
        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn an_identity_service_that_is_away_or_of_no_use_is_told_and_found_again() {
    World::with_a_liar(vec![TestDatabase::sqlite().await], async |world, liar| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let document = |name: &str, value: Value| json!({"document": {name: value}});
        let plain_http = liar.issuer.replace("https:", "http:");
        for lie in [
            json!({"metadata": "drop"}),
            json!({"metadata": {"status": 500, "body": "{}"}}),
            json!({"metadata": {"body": "<html>maintenance</html>"}}),
            json!({"metadata": {"status": 302, "headers": {"location": "https://evil.test/"}}}),
            json!({"keys": "drop"}),
            json!({"keys": {"body": "{\"keys\":"}}),
            document("issuer", json!("https://evil.test")),
            document("issuer", json!(format!("{}/", liar.issuer))),
            document("authorization_endpoint", json!(format!("{plain_http}/auth"))),
            document("authorization_endpoint", json!("javascript:alert(1)")),
            document("end_session_endpoint", json!(format!("{plain_http}/out"))),
            document("authorization_endpoint", Value::Null),
        ] {
            liar.lies(lie.clone()).await;
            is_plain(&lie, &anna.open("/login").await, 503);
            is_plain(&lie, &tries(&anna, &asked.url).await, 503);
        }
        assert_eq!(count(world, "SELECT COUNT(*) FROM login").await, 0, "no login was even begun");

        liar.lies(json!({})).await;
        let callback = anna.decides(&tries(&anna, &asked.url).await, "agree").await;
        bank.redeems(&asked, &callback).await;
    })
    .await;
}

#[tokio::test]
async fn an_identity_service_that_never_answers_is_not_waited_for_for_ever() {
    World::with_a_liar(vec![TestDatabase::sqlite().await], async |world, liar| {
        let anna = world.citizen("Anna");
        let begun = std::time::Instant::now();
        let lie = json!({"metadata": "hang"});
        liar.lies(lie.clone()).await;
        is_plain(&lie, &anna.open("/login").await, 503);
        let lie = json!({"token": "hang"});
        liar.lies(lie.clone()).await;
        is_plain(&lie, &anna.open("/login").await, 503);
        assert!(begun.elapsed().as_secs() < 45, "{:?}", begun.elapsed());
        assert_eq!(count(world, "SELECT COUNT(*) FROM session").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_new_key_is_found_and_looked_for_once_a_minute_at_most() {
    World::with_a_liar(vec![TestDatabase::sqlite().await], async |world, liar| {
        let anna = world.citizen("Anna");
        let unknown = json!({"signature": "other", "header": {"kid": "never-published"}});
        let minute = async || {
            world.advance(std::time::Duration::from_secs(61));
            liar.advance(61).await;
        };
        assert_eq!(anna.open("/login").await.status, 200);
        assert_eq!(liar.asked("keys").await, 1);
        liar.changes_its_key().await;
        assert_eq!(anna.open("/login").await.status, 200, "the new key was looked for and found");
        assert_eq!(liar.asked("keys").await, 2);

        for _ in 0..5 {
            liar.lies(unknown.clone()).await;
            is_plain(&unknown, &anna.open("/login").await, 503);
        }
        assert_eq!(liar.asked("keys").await, 2, "whoever names unknown keys makes nobody ask again");
        minute().await;
        is_plain(&unknown, &anna.open("/login").await, 503);
        assert_eq!(liar.asked("keys").await, 3);

        liar.lies(json!({})).await;
        liar.changes_its_key().await;
        minute().await;
        assert_eq!(anna.open("/login").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn an_old_login_looks_around_but_decides_nothing() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        anna.logs_in().await;
        let asked = bank.asks(&EVERYTHING).await;
        let page = anna.open(&asked.url).await;
        assert!(page.forms().iter().all(|form| !form.action.contains("consent")), "{}", page.html);
        let login = anna.submit(&page, &page.form("/authorize")).await;
        assert!(login.forms().iter().any(|form| form.action.starts_with("/login/")), "{}", login.url);
    })
    .await;
}
