//! The issuer for software of the e-Box: clients that sign assertions, attackers that sign others, and the side-car.

mod attacks;
mod certified;
mod main_issuer;
mod replays;
mod services;
mod sidecar;
mod tokens;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use system_tests::database::{TestDatabase, databases};
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::machine::Machine;
use system_tests::world::setting::Setting;

pub(super) const TOKEN: &str = "/ebox/oauth/v5/token";
const METADATA: &str = "/.well-known/oauth-authorization-server/ebox/oauth/v5";
const CONSULT: &str = "scope:document:management:consult:ws-eboxrestentreprise:";
const FEDERATION: &str = "scope:documentmanagement:ebox:enterprise:federation-rest:";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Switches the issuer on.
pub(super) fn switched_on(setting: &Setting) {
    let config = std::fs::read_to_string(setting.config_file()).unwrap();
    setting.put("facteur.toml", &format!("{config}[authorization.assertions]\nenabled = true\n"));
}

/// Runs a test on both databases with the issuer on and the senders' keys registered.
async fn on_both(test: impl AsyncFn(&World)) {
    for database in databases().await {
        on(database, &test).await;
    }
}

async fn on(database: TestDatabase, test: impl AsyncFn(&World)) {
    World::on_changed(database, switched_on, async |world| {
        let keys = keys();
        register(world, "tax-mailroom", "rsa", &keys.rsa).await;
        register(world, "tax-mailroom", "ec", &keys.ec).await;
        register(world, "family-mailroom", "other", &keys.other).await;
        test(world).await;
    })
    .await;
}

/// The clients' private keys, the same for all tests of this process: those of RSA are slow to make.
struct Keys {
    rsa: KeyPair,
    ec: KeyPair,
    other: KeyPair,
}

fn keys() -> &'static Keys {
    static MADE: OnceLock<Keys> = OnceLock::new();
    MADE.get_or_init(|| Keys {
        rsa: KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap(),
        ec: KeyPair::generate().unwrap(),
        other: KeyPair::generate().unwrap(),
    })
}

/// An entry of a reference file with a public key.
fn entry(client_id: &str, kid: &str, key: &KeyPair, more: &str) -> String {
    format!(
        "environment = \"demo\"\n[[client_key]]\nclient_id = \"{client_id}\"\nkid = \"{kid}\"\npem = \"\"\"\n{}\"\"\"\n{more}",
        key.public_key_pem()
    )
}

async fn register(world: &World, client_id: &str, kid: &str, key: &KeyPair) {
    world.apply(&entry(client_id, kid, key, "")).await;
}

/// What a client claims when everything is right.
fn claims(world: &World, client_id: &str) -> Value {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let (now, n) = (world.now().seconds(), NEXT.fetch_add(1, Ordering::Relaxed));
    json!({"iss": client_id, "sub": client_id, "aud": format!("{}{TOKEN}", world.mtls), "jti": format!("jti-{n}"),
        "iat": now, "nbf": now, "exp": now + 300})
}

/// A JWS of exactly this text, signed.
fn signed_text(header: &str, claims: &str, (key, algorithm): (&KeyPair, Algorithm)) -> String {
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let pem = key.serialize_pem();
    let key = match algorithm {
        Algorithm::ES256 => EncodingKey::from_ec_pem(pem.as_bytes()),
        _ => EncodingKey::from_rsa_pem(pem.as_bytes()),
    };
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key.unwrap(), algorithm).unwrap();
    format!("{message}.{signature}")
}

/// A JWS of the key on P-256 of the tax's mail room.
fn signed(header: &Value, claims: &Value) -> String {
    signed_text(&header.to_string(), &claims.to_string(), (&keys().ec, Algorithm::ES256))
}

/// An assertion with nothing wrong.
fn good(world: &World) -> String {
    signed(&json!({"alg": "ES256", "kid": "ec", "typ": "JWT"}), &claims(world, "tax-mailroom"))
}

/// A request for a token with this assertion.
async fn ask(machine: &Machine<'_>, assertion: &str, more: &[(&str, &str)]) -> Answer {
    machine.stage.never_shown(assertion);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
    ];
    let form: Vec<(&str, &str)> = form.into_iter().chain(more.iter().copied()).collect();
    let answer = machine.post_form(TOKEN, &form).await;
    if let Some(token) = answer.json()["access_token"].as_str() {
        machine.stage.never_shown(token);
    }
    answer
}

/// A token that was answered.
#[track_caller]
fn token_of(answer: &Answer) -> String {
    answer.expect(200)["access_token"].as_str().unwrap().to_owned()
}
