//! Assertions of attackers: other keys, other clients, other addresses, other times, other forms.

use jsonwebtoken::Algorithm;
use rcgen::KeyPair;
use serde_json::{Value, json};
use system_tests::database::TestDatabase;
use system_tests::world::World;

use super::{
    JWT_BEARER, TOKEN, ask, claims, good, keys, on_both, signed, signed_text, switched_on, token_of,
};

/// Assertions of whoever holds the certificate of the tax's mail room, each wrong in one way.
fn wrong(world: &World) -> Vec<(&'static str, String)> {
    let ec = json!({"alg": "ES256", "kid": "ec"});
    let claimed = || claims(world, "tax-mailroom");
    let with = |name: &str, value: Value| {
        let mut all = claimed();
        all[name] = value;
        signed(&ec, &all)
    };
    let without = |name: &str| {
        let mut all = claimed();
        all.as_object_mut().unwrap().remove(name);
        signed(&ec, &all)
    };
    let headed = |header: Value| signed(&header, &claimed());
    let by = |key: &KeyPair, header: Value| {
        signed_text(&header.to_string(), &claimed().to_string(), (key, Algorithm::ES256))
    };
    let good = good(world);
    let (message, _) = good.rsplit_once('.').unwrap();
    let (now, address) = (world.now().seconds(), format!("{}{TOKEN}", world.mtls));
    let ours = json!({"kty": "EC", "crv": "P-256", "kid": "ec", "x": "AA", "y": "AA"});
    vec![
        ("no signature", format!("{message}.")),
        ("alg none", headed(json!({"alg": "none"}))),
        ("alg HS256", headed(json!({"alg": "HS256", "kid": "ec"}))),
        ("alg ES512", headed(json!({"alg": "ES512", "kid": "ec"}))),
        ("alg of another key", headed(json!({"alg": "RS256", "kid": "ec"}))),
        ("RS256 over ES256", headed(json!({"alg": "RS256", "kid": "rsa"}))),
        ("unknown kid", headed(json!({"alg": "ES256", "kid": "2020"}))),
        ("crit", headed(json!({"alg": "ES256", "kid": "ec", "crit": ["b64"], "b64": false}))),
        ("typ", headed(json!({"alg": "ES256", "kid": "ec", "typ": "at+jwt"}))),
        ("another client's key", by(&keys().other, json!({"alg": "ES256", "kid": "ec"}))),
        ("another client's kid", by(&keys().other, json!({"alg": "ES256", "kid": "other"}))),
        ("a key it brings", by(&keys().other, json!({"alg": "ES256", "jwk": ours}))),
        ("a key elsewhere", by(&keys().other, json!({"alg": "ES256", "jku": "https://evil.test/keys"}))),
        ("a certificate elsewhere", by(&keys().other, json!({"alg": "ES256", "x5u": "https://evil.test/x"}))),
        ("changed claims", good.replacen('.', ".e30", 1)),
        (
            "two header members",
            signed_text(
                "{\"alg\":\"ES256\",\"alg\":\"ES256\"}",
                &claimed().to_string(),
                (&keys().ec, Algorithm::ES256),
            ),
        ),
        (
            "two claims",
            signed_text(
                "{\"alg\":\"ES256\"}",
                &claimed().to_string().replacen('{', "{\"sub\":\"family-mailroom\",", 1),
                (&keys().ec, Algorithm::ES256),
            ),
        ),
        ("no JSON", signed_text("{\"alg\":\"ES256\"}", "claims", (&keys().ec, Algorithm::ES256))),
        ("no JWS", "far-from-a-jws".into()),
        ("five parts", format!("{good}.AA.AA")),
        ("too large", with("colour", json!("r".repeat(9_000)))),
        ("iss", with("iss", json!("family-mailroom"))),
        ("sub", with("sub", json!("family-mailroom"))),
        ("no iss", without("iss")),
        ("no sub", without("sub")),
        ("aud of the issuer", with("aud", json!(address.trim_end_matches("/token")))),
        ("aud of the main issuer", with("aud", json!(world.public))),
        ("aud of the main endpoint", with("aud", json!(format!("{}/token", world.mtls)))),
        ("aud with a slash", with("aud", json!(format!("{address}/")))),
        ("two audiences", with("aud", json!([address, "https://elsewhere.test"]))),
        ("no aud", without("aud")),
        ("no exp", without("exp")),
        ("expired", with("exp", json!(now - 1))),
        ("exp in 11 minutes", with("exp", json!(now + 660))),
        ("exp as text", with("exp", json!((now + 300).to_string()))),
        ("iat ahead", with("iat", json!(now + 61))),
        ("nbf ahead", with("nbf", json!(now + 61))),
        ("no jti", without("jti")),
        ("long jti", with("jti", json!("j".repeat(257)))),
    ]
}

#[tokio::test]
async fn an_assertion_that_is_wrong_in_any_way_opens_nothing() {
    on_both(async |world| {
        let tax = world.sender("tax").await;
        let tokens = "SELECT COUNT(*) FROM token WHERE key_id IS NOT NULL";
        let wrong = wrong(world);
        for (what, assertion) in &wrong {
            let answer = ask(&tax.machine, assertion, &[]).await;
            assert_eq!(answer.status, 401, "{what}: {}", answer.text());
            let said = answer.expect_oauth(401, "invalid_client");
            assert!(said["error_description"].as_str().unwrap().len() > 10, "{what}: {said:#}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        assert_eq!(world.count(tokens).await, 0, "{}", world.database());
        assert_eq!(world.count("SELECT COUNT(*) FROM assertion").await, 0, "none was believed");
        let refused =
            "SELECT COUNT(*) FROM audit_write WHERE action = 'refused' AND object LIKE 'assertion%'";
        assert_eq!(world.count(refused).await, i64::try_from(wrong.len()).unwrap());

        token_of(&ask(&tax.machine, &good(world), &[]).await);
        assert_eq!(world.count(tokens).await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_assertion_in_other_hands_is_worth_nothing() {
    on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, stolen) = (world.provider("bank").await, good(world));

        for thief in [&family.machine, &bank.machine] {
            ask(thief, &stolen, &[]).await.expect_oauth(401, "invalid_client");
            let named = ask(thief, &stolen, &[("client_id", "tax-mailroom")]).await;
            let said = named.expect_oauth(401, "invalid_client");
            assert!(said["error_description"].as_str().unwrap().starts_with("otherParty: "), "{said:#}");
        }
        let nobody = ask(&world.machine(None), &stolen, &[]).await.expect_oauth(401, "invalid_client");
        assert!(nobody["error_description"].as_str().unwrap().starts_with("absent: "), "{nobody:#}");
        // nothing of that used it up
        token_of(&ask(&tax.machine, &stolen, &[]).await);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_wrong_is_refused_as_oauth_says() {
    on_both(async |world| {
        let tax = world.sender("tax").await;
        let form = |assertion: &str, from: &str, to: &str| {
            let whole = format!(
                "grant_type=client_credentials&client_assertion_type={JWT_BEARER}&client_assertion={assertion}"
            );
            assert!(whole.contains(from), "{from}");
            whole.replacen(from, to, 1)
        };
        let audience = format!("{}/mailbox/v1", world.mtls);
        let cases = [
            ("&client_assertion=", "&assertion=", 401, "invalid_client"),
            ("jwt-bearer", "saml2-bearer", 401, "invalid_client"),
            ("&client_assertion_type", "&type", 401, "invalid_client"),
            ("grant_type=client_credentials", "a=b", 400, "invalid_request"),
            ("=client_credentials", "=password", 400, "unsupported_grant_type"),
            ("=client_credentials", "=authorization_code&code=fac_x", 400, "unsupported_grant_type"),
            ("grant_type=", "grant_type=client_credentials&grant_type=", 400, "invalid_request"),
            ("grant_type=", "client_secret=x&grant_type=", 400, "invalid_request"),
            ("grant_type=", "scope=publish&grant_type=", 400, "invalid_scope"),
            ("grant_type=", &format!("resource={audience}&grant_type="), 400, "invalid_target"),
        ];
        for (from, to, status, code) in cases {
            let assertion = good(world);
            world.never_shown(&assertion);
            let request = tax.machine.request("POST", TOKEN).body(form(&assertion, from, to));
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            tax.machine.send(request).await.expect_oauth(status, code);
        }
        let fields = [("grant_type", "client_credentials")];
        let basic = tax.machine.request("POST", TOKEN).basic_auth("tax-mailroom", Some("x")).form(&fields);
        tax.machine.send(basic).await.expect_oauth(400, "invalid_request");
        let query = tax.machine.request("POST", &format!("{TOKEN}?scope=x")).form(&fields);
        tax.machine.send(query).await.expect_oauth(400, "invalid_request");
        let json = tax.machine.request("POST", TOKEN).json(&json!({"grant_type": "client_credentials"}));
        tax.machine.send(json).await.expect_oauth(400, "invalid_request");
        tax.machine.get(TOKEN, None).await.expect_oauth(405, "invalid_request");
        let long = "x".repeat(70_000);
        tax.machine.post_form(TOKEN, &[("grant_type", &long)]).await.expect_oauth(413, "invalid_request");
    })
    .await;
}

#[tokio::test]
async fn guessing_is_counted_against_the_client() {
    let low = |setting: &system_tests::world::setting::Setting| {
        switched_on(setting);
        setting.configure("per_second", "1");
        setting.configure("burst", "12");
    };
    World::on_changed(TestDatabase::sqlite().await, low, async |world| {
        let tax = world.sender("tax").await;
        let mut answer = ask(&tax.machine, "a.b.c", &[]).await;
        for _ in 0..20 {
            answer = ask(&tax.machine, "a.b.c", &[]).await;
            if answer.status == 429 {
                break;
            }
        }
        answer.expect_oauth(429, "temporarily_unavailable");
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    })
    .await;
}
