//! What is believed and what is not, to the second and to the bit.

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const CLIENT: &str = "tax-mailroom";
const ADDRESS: &str = "https://api.test:8444/ebox/oauth/v5/token";
const NOW: i64 = 1_800_000_000;

static RSA: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap());
static EC: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate().unwrap());

fn registered(pair: &KeyPair, kid: &str) -> ClientKey {
    let key = PublicKey::from_pem(&pair.public_key_pem()).unwrap();
    ClientKey {
        id: ClientKeyId(Uuid::from_u128(kid.len() as u128)),
        kid: kid.into(),
        kind: key.kind.into(),
        algorithms: algorithms_of(key.kind, None).unwrap(),
        public_key: key.bytes,
    }
}

fn claims() -> Value {
    json!({"iss": CLIENT, "sub": CLIENT, "aud": ADDRESS, "jti": "one", "iat": NOW, "exp": NOW + 300})
}

fn signed_text(header: &str, claims: &str, (pair, algorithm): (&KeyPair, Algorithm)) -> String {
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let pem = pair.serialize_pem();
    let key = match algorithm {
        Algorithm::ES256 => EncodingKey::from_ec_pem(pem.as_bytes()),
        _ => EncodingKey::from_rsa_pem(pem.as_bytes()),
    };
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key.unwrap(), algorithm).unwrap();
    format!("{message}.{signature}")
}

fn signed(header: &Value, claims: &Value) -> String {
    signed_text(&header.to_string(), &claims.to_string(), (&EC, Algorithm::ES256))
}

fn judged(assertion: &str) -> Result<Proven, Flaw> {
    let now = Timestamp::from_seconds(NOW);
    let keys = [registered(&RSA, "rsa"), registered(&EC, "ec-1")];
    judge(assertion, &Expected { client_id: CLIENT, audience: ADDRESS, now }, &keys)
}

#[test]
fn each_algorithm_is_believed_with_its_own_key() {
    for (name, algorithm, pair, kid) in [
        ("RS256", Algorithm::RS256, &*RSA, "rsa"),
        ("PS256", Algorithm::PS256, &RSA, "rsa"),
        ("ES256", Algorithm::ES256, &EC, "ec-1"),
    ] {
        for header in [json!({"alg": name}), json!({"alg": name, "kid": kid, "typ": "JWT", "x5c": ["AA=="]})]
        {
            let text = signed_text(&header.to_string(), &claims().to_string(), (pair, algorithm));
            let proven = judged(&text).unwrap();
            assert_eq!((proven.kid.as_str(), proven.until.seconds()), (kid, NOW + 300 + SKEW), "{header}");
            assert_eq!(proven.jti, Sha256::of(b"one"));
        }
    }
}

#[test]
fn headers_that_choose_another_way_are_refused() {
    let flaw = |header: Value| judged(&signed(&header, &claims())).unwrap_err();
    for alg in ["none", "None", "HS256", "RS512", "EdDSA", "es256", ""] {
        assert_eq!(flaw(json!({"alg": alg})), Flaw::Algorithm, "{alg}");
    }
    assert_eq!(flaw(json!({"kid": "ec-1"})), Flaw::Algorithm);
    assert_eq!(flaw(json!({"alg": ["ES256"]})), Flaw::Algorithm);
    assert_eq!(flaw(json!({"alg": "ES256", "crit": ["exp"]})), Flaw::Critical);
    assert_eq!(flaw(json!({"alg": "ES256", "crit": null})), Flaw::Critical);
    for typ in [json!("at+jwt"), json!("secevent+jwt"), json!(1), json!("")] {
        assert_eq!(flaw(json!({"alg": "ES256", "typ": typ})), Flaw::Type);
    }
    assert_eq!(flaw(json!({"alg": "ES256", "kid": "rsa"})), Flaw::Key, "a key of another kind");
    assert_eq!(flaw(json!({"alg": "ES256", "kid": 1})), Flaw::Key);
    assert_eq!(flaw(json!({"alg": "PS256", "kid": "rsa"})), Flaw::Signature);
    // RSA keys that are registered for one algorithm are good for that one
    let mut one = registered(&RSA, "rsa");
    one.algorithms = "PS256".into();
    assert!(one.allows("PS256") && !one.allows("RS256"));
}

#[test]
fn what_is_no_compact_jws_is_refused() {
    let good = signed(&json!({"alg": "ES256"}), &claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    for (text, flaw) in [
        (String::new(), Flaw::Shape),
        (message.to_owned(), Flaw::Shape),
        (format!("{message}."), Flaw::Shape),
        (format!("{good}.AA"), Flaw::Shape),
        (format!("{good}.AA.AA"), Flaw::Shape),
        (format!("={good}"), Flaw::Shape),
        (format!("{good}="), Flaw::Signature),
        (format!("{message}.{}", signature.replace(signature.get(..4).unwrap(), "AAAA")), Flaw::Signature),
        ("a".repeat(8193), Flaw::TooLarge),
        (signed_text("[]", "{}", (&EC, Algorithm::ES256)), Flaw::Shape),
        (signed_text(r#"{"alg":"ES256","alg":"ES256"}"#, "{}", (&EC, Algorithm::ES256)), Flaw::Shape),
        (signed_text(r#"{"alg":"ES256"}"#, r#"{"iss":1,"iss":1}"#, (&EC, Algorithm::ES256)), Flaw::Shape),
        (signed_text(r#"{"alg":"ES256"}"#, "claims", (&EC, Algorithm::ES256)), Flaw::Shape),
    ] {
        assert_eq!(judged(&text), Err(flaw), "{}", text.chars().take(40).collect::<String>());
    }
    let long = json!({"alg": "ES256", "x5c": ["A".repeat(8_000)]});
    assert_eq!(judged(&signed(&long, &claims())), Err(Flaw::TooLarge));
}

#[test]
fn every_claim_is_checked() {
    let with = |name: &str, value: Value| {
        let mut all = claims();
        all[name] = value;
        judged(&signed(&json!({"alg": "ES256"}), &all)).map(drop)
    };
    let without = |name: &str| {
        let mut all = claims();
        all.as_object_mut().unwrap().remove(name);
        judged(&signed(&json!({"alg": "ES256"}), &all)).map(drop)
    };
    for name in ["iss", "sub"] {
        assert_eq!(with(name, json!("family-mailroom")), Err(Flaw::Party), "{name}");
        assert_eq!(with(name, json!([CLIENT])), Err(Flaw::Party), "{name}");
        assert_eq!(without(name), Err(Flaw::Party), "{name}");
    }
    assert_eq!(with("aud", json!([ADDRESS])), Ok(()));
    for aud in [
        json!("https://facteur.test"),
        json!(format!("{ADDRESS}/")),
        json!(ADDRESS.to_uppercase()),
        json!([ADDRESS, "https://elsewhere.test"]),
        json!([]),
        json!([[ADDRESS]]),
        Value::Null,
    ] {
        assert_eq!(with("aud", aud.clone()), Err(Flaw::Audience), "{aud}");
    }
    assert_eq!(without("aud"), Err(Flaw::Audience));
    for jti in [json!(""), json!(7), json!("x".repeat(257))] {
        assert_eq!(with("jti", jti), Err(Flaw::Jti));
    }
    assert_eq!(without("jti"), Err(Flaw::Jti));
    assert_eq!(with("jti", json!("x".repeat(256))), Ok(()));
    assert_eq!(with("colour", json!({"red": [1]})), Ok(()), "claims that nobody knows are not looked at");
}

#[test]
fn times_hold_to_the_second() {
    let judge = |changes: Value| {
        let mut all = claims();
        let members = all.as_object_mut().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => members.remove(name),
                value => members.insert(name.clone(), value.clone()),
            };
        }
        judged(&signed(&json!({"alg": "ES256"}), &all)).map(drop)
    };
    assert_eq!(judge(json!({"exp": null})), Err(Flaw::Expiry));
    assert_eq!(judge(json!({"exp": NOW})), Err(Flaw::Expired));
    assert_eq!(judge(json!({"exp": NOW + 1})), Ok(()));
    assert_eq!(judge(json!({"exp": NOW + 600})), Ok(()));
    assert_eq!(judge(json!({"exp": NOW + 601})), Err(Flaw::Expiry));
    assert_eq!(judge(json!({"exp": i64::MAX})), Err(Flaw::Expiry));
    assert_eq!(judge(json!({"iat": null, "exp": NOW + 600})), Ok(()));
    assert_eq!(judge(json!({"iat": null, "exp": NOW + 601})), Err(Flaw::Expiry));
    assert_eq!(judge(json!({"iat": i64::MIN})), Err(Flaw::Expiry));
    // a clock that is ahead by a minute, not by more
    assert_eq!(judge(json!({"iat": NOW + 60, "nbf": NOW + 60, "exp": NOW + 660})), Ok(()));
    assert_eq!(judge(json!({"iat": NOW + 61, "exp": NOW + 300})), Err(Flaw::NotYet));
    assert_eq!(judge(json!({"nbf": NOW + 61})), Err(Flaw::NotYet));
    for (name, value) in
        [("exp", json!(1.8e9)), ("iat", json!("1800000000")), ("nbf", json!(true)), ("exp", json!(u64::MAX))]
    {
        assert_eq!(judge(json!({ name: value })), Err(Flaw::Number), "{name} {value}");
    }
}

#[test]
fn keys_are_read_from_pem_and_jwk_alike_and_weak_ones_refused() {
    let read = |text: &str| PublicKey::from_pem(text).map(|key| key.kind);
    let jwk = |value: Value| {
        let jwk: Jwk = serde_json::from_value(value).map_err(|_| "members")?;
        PublicKey::from_jwk(&jwk)
    };
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let ec = PublicKey::from_pem(&EC.public_key_pem()).unwrap();
    let (x, y) = (part(ec.bytes.get(1..33).unwrap()), part(ec.bytes.get(33..).unwrap()));
    assert_eq!(jwk(json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig"})).unwrap(), ec);

    let rsa = PublicKey::from_pem(&RSA.public_key_pem()).unwrap();
    assert_eq!((rsa.kind, ec.kind), ("RSA", "EC"));
    // PKCS #1 of 2048 bits: a header of 9 bytes, the modulus, and 65537 behind its own header
    let modulus = part(rsa.bytes.get(9..265).unwrap());
    assert_eq!(jwk(json!({"kty": "RSA", "n": modulus, "e": "AQAB"})).unwrap(), rsa);
    for weak in [
        json!({"kty": "RSA", "n": modulus, "e": "Aw"}),
        json!({"kty": "RSA", "n": modulus, "e": "AQAC"}),
        json!({"kty": "RSA", "n": part(&[0xff; 128]), "e": "AQAB"}),
        json!({"kty": "RSA", "n": part(&[0xff; 1024]), "e": "AQAB"}),
        json!({"kty": "EC", "crv": "P-256", "x": x, "y": x}),
        json!({"kty": "EC", "crv": "P-384", "x": x, "y": y}),
        json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "enc"}),
        json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": x}),
        json!({"kty": "oct", "k": x}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": x}),
    ] {
        assert!(jwk(weak.clone()).is_err(), "{weak}");
    }
    assert!(read(&EC.serialize_pem()).is_err(), "a private key");
    assert!(read(&(EC.public_key_pem() + &RSA.public_key_pem())).is_err(), "two keys");
    assert!(read("nothing").is_err());
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    assert!(read(&p384.public_key_pem()).is_err());

    assert_eq!(algorithms_of("RSA", None), Ok("RS256 PS256".into()));
    assert_eq!(algorithms_of("EC", Some(&["ES256".into()])), Ok("ES256".into()));
    for (kind, wrong) in [("EC", "RS256"), ("RSA", "ES256"), ("RSA", "HS256"), ("RSA", "none")] {
        assert!(algorithms_of(kind, Some(&[wrong.into()])).is_err(), "{kind} {wrong}");
    }
    assert!(algorithms_of("RSA", Some(&[])).is_err());
    assert!(is_kid("2026-1") && !is_kid("") && !is_kid("two words") && !is_kid(&"k".repeat(129)));
}
