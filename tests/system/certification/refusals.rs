//! Statements as attackers would hand them in: each is refused, told why, and leaves nothing but its trace.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use system_tests::world::World;

use super::{CertificationKey, Developer, REQUIREMENTS, SUITE, header, on_both};

/// Nothing that is refused may count, or be kept.
async fn expect_refused(world: &World, developer: &Developer<'_>, statement: &str, reason: &str) {
    let refused = "SELECT COUNT(*) FROM audit_write WHERE action = 'refused' AND role = 'provider'";
    let before = world.count(refused).await;
    let problem = developer.hands_in(statement).await.expect_problem(403, "statementRefused");
    assert_eq!(problem["reason"], reason, "{problem:#}");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{problem:#}");
    assert_eq!(world.count(refused).await, before + 1, "{reason} leaves a trace");
}

async fn kept(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM certification").await
}

#[tokio::test]
async fn what_no_known_key_signed_is_refused() {
    on_both(async |world| {
        let bank = Developer::of(world, "bank-app");
        let nonce = bank.nonce().await;
        let claims = bank.claims(Some(&nonce));
        let good = CertificationKey::known().states(&claims);
        let parts: Vec<&str> = good.split('.').collect();
        let payload = |claims: &Value| BASE64URL_NOPAD.encode(claims.to_string().as_bytes());

        let mut better = claims.clone();
        better["capabilities"] = json!(["flows", "read", "push"]);
        let edited = format!("{}.{}.{}", parts[0], payload(&better), parts[2]);
        expect_refused(world, &bank, &edited, "signature").await;

        let taken = CertificationKey::new();
        expect_refused(world, &bank, &taken.states(&claims), "signature").await;
        let other = Header { kid: Some("taken".into()), ..header() };
        expect_refused(world, &bank, &taken.sign(&other, &claims), "unknownKey").await;

        let head = |alg: &str| {
            BASE64URL_NOPAD
                .encode(json!({"alg": alg, "typ": header().typ, "kid": "c1"}).to_string().as_bytes())
        };
        expect_refused(world, &bank, &format!("{}.{}.", head("none"), payload(&claims)), "algorithm").await;
        let public = CertificationKey::known().jwk().to_string();
        let symmetric = Header { alg: Algorithm::HS256, ..header() };
        let forged =
            jsonwebtoken::encode(&symmetric, &claims, &EncodingKey::from_secret(public.as_bytes())).unwrap();
        expect_refused(world, &bank, &forged, "algorithm").await;
        let token = Header { typ: Some("JWT".into()), ..header() };
        expect_refused(world, &bank, &CertificationKey::known().sign(&token, &claims), "type").await;
        expect_refused(world, &bank, "not a statement", "malformed").await;

        assert_eq!(kept(world).await, 0);
        // the nonce was not spent by any of them
        bank.hands_in(&good).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_is_about_another_app_or_for_another_hub_is_refused() {
    on_both(async |world| {
        let (bank, post) = (Developer::of(world, "bank-app"), Developer::of(world, "post-app"));
        let statement = |claims: &Value| CertificationKey::known().states(claims);
        let about_bank = bank.claims(Some(&bank.nonce().await));

        expect_refused(world, &post, &statement(&about_bank), "otherClient").await;
        let mut claims = about_bank.clone();
        claims["sub"] = "post-app".into();
        expect_refused(world, &post, &statement(&claims), "otherCertificate").await;
        expect_refused(world, &bank.renewed(), &statement(&about_bank), "otherCertificate").await;
        let mut claims = about_bank.clone();
        claims["aud"] = "https://another-hub.test".into();
        expect_refused(world, &bank, &statement(&claims), "otherHub").await;
        // another's nonce
        let claims = bank.claims(Some(&post.nonce().await));
        expect_refused(world, &bank, &statement(&claims), "nonceOther").await;
        assert_eq!(kept(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_run_that_the_policy_does_not_accept_is_refused() {
    on_both(async |world| {
        let bank = Developer::of(world, "bank-app");
        let wrong = [
            ("suiteVersion", json!("0.0.9"), "suiteVersion"),
            ("requirementsVersion", json!("0000000000000000"), "requirementsVersion"),
            ("plan", json!("providerByHand"), "otherPlan"),
            ("result", json!("failed"), "notGreen"),
            ("expectedFailures", json!(1), "expectedFailures"),
            ("selection", json!(["N18"]), "partOfPlan"),
            ("complete", json!(false), "partOfPlan"),
            ("resumed", json!(2), "resumed"),
            ("began", json!("2020-01-01T00:00:00Z"), "stale"),
            ("ended", json!("2099-01-01T00:00:00Z"), "future"),
        ];
        for nonce in [Some(bank.nonce().await), None] {
            for (member, value, reason) in &wrong {
                let mut claims = bank.claims(nonce.as_deref());
                claims[*member] = value.clone();
                expect_refused(world, &bank, &CertificationKey::known().states(&claims), reason).await;
            }
        }
        assert_eq!((kept(world).await, bank.level().await["level"].clone()), (0, json!("none")));
    })
    .await;
}

#[tokio::test]
async fn a_nonce_is_good_once_for_its_app_its_versions_and_its_time() {
    on_both(async |world| {
        let bank = Developer::of(world, "bank-app");
        let states = |nonce: &str| CertificationKey::known().states(&bank.claims(Some(nonce)));
        let used = bank.nonce().await;
        let first = states(&used);
        bank.hands_in(&first).await.expect(200);
        expect_refused(world, &bank, &first, "nonceUsed").await;
        expect_refused(world, &bank, &states(&used), "nonceUsed").await;
        assert_eq!(kept(world).await, 1);

        let (put_aside, newer) = (bank.nonce().await, bank.nonce().await);
        expect_refused(world, &bank, &states(&put_aside), "nonceUnknown").await;
        expect_refused(world, &bank, &states("fcn_made-up"), "nonceUnknown").await;
        let mut without = bank.claims(None);
        without["level"] = "certified".into();
        expect_refused(world, &bank, &CertificationKey::known().states(&without), "nonceMissing").await;
        world.advance(std::time::Duration::from_secs(24 * 3600 + 1));
        expect_refused(world, &bank, &states(&newer), "nonceExpired").await;
        let (hashes,): (i64,) =
            world.row("SELECT COUNT(*) FROM certification_nonce WHERE used_at IS NOT NULL").await;
        assert_eq!(hashes, 1);
    })
    .await;
}

#[tokio::test]
async fn a_nonce_is_given_for_versions_of_the_policy_to_registered_apps_only() {
    on_both(async |world| {
        let bank = Developer::of(world, "bank-app");
        let ask = async |suite: &str, requirements: &str| {
            let body = json!({"suiteVersion": suite, "requirementsVersion": requirements});
            bank.machine.send(bank.machine.request("POST", "/certification/v1/nonces").json(&body)).await
        };
        let problem = ask("9.9.9", REQUIREMENTS).await.expect_problem(403, "statementRefused");
        assert_eq!(problem["reason"], "suiteVersion");
        let problem = ask(SUITE, "x").await.expect_problem(403, "statementRefused");
        assert_eq!(problem["reason"], "requirementsVersion");
        let nobody = Developer::of(world, "nobody-app");
        let problem = nobody.asks_nonce().await.expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "notRegistered");
        let policy = bank.level().await["policy"].clone();
        assert_eq!((&policy["audience"], &policy["certifiedDays"]), (&json!(world.public), &json!(90)));
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_certifies_nobody_says_so() {
    World::on(system_tests::database::TestDatabase::sqlite().await, async |world| {
        let bank = Developer::of(world, "bank-app");
        bank.asks_nonce().await.expect_problem(404, "resourceNotFound");
        bank.hands_in("x").await.expect_problem(404, "resourceNotFound");
        assert_eq!(super::registered(world, "bank-app").await["level"], "none");
    })
    .await;
}
