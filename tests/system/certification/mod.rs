//! Certification the whole way: what a hub believes of a suite instance and what it refuses, what counts and what lapses,
//! and how applications behave.

mod conduct;
mod deciding;
mod instance;
mod refusals;

use std::sync::OnceLock;

use data_encoding::BASE64URL_NOPAD;
use hub_core::clock::Timestamp;
use hub_core::id::Sha256;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::KeyPair;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::{Value, json};
use system_tests::authority::Credential;
use system_tests::database::databases;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::machine::Machine;
use system_tests::world::setting::{Setting, authorities};

const SUITE: &str = "0.1.0";
const REQUIREMENTS: &str = "5f0c2a9d1e7b3486";

/// A certification key of the tests.
struct CertificationKey(KeyPair);

impl CertificationKey {
    fn new() -> Self {
        Self(KeyPair::generate().unwrap())
    }

    /// The one that the hubs of the tests are told of.
    fn known() -> &'static Self {
        static KEY: OnceLock<CertificationKey> = OnceLock::new();
        KEY.get_or_init(Self::new)
    }

    fn jwk(&self) -> Value {
        let point = self.0.public_key_raw();
        let coordinate = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "x": coordinate(&point[1..33]), "y": coordinate(&point[33..65]), "kid": "c1"})
    }

    fn sign(&self, header: &Header, claims: &Value) -> String {
        let key = EncodingKey::from_ec_pem(self.0.serialize_pem().as_bytes()).unwrap();
        jsonwebtoken::encode(header, claims, &key).unwrap()
    }

    fn states(&self, claims: &Value) -> String {
        self.sign(&header(), claims)
    }
}

fn header() -> Header {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("facteur-conformance-statement+jwt".into());
    header.kid = Some("c1".into());
    header
}

/// Tells a hub of the known key, and its policy.
fn certifies(setting: &Setting) {
    setting.put("certification.jwks", &json!({"keys": [CertificationKey::known().jwk()]}).to_string());
    let config = std::fs::read_to_string(setting.config_file()).unwrap();
    let section = format!(
        "[certification]\nkeys = \"certification.jwks\"\nsuite_versions = [\"{SUITE}\"]\n\
         requirements_versions = [\"{REQUIREMENTS}\"]\nmax_age_days = 30\ndeclared_days = 60\ncertified_days = 90\nnonce_hours = 24\n"
    );
    setting.put("facteur.toml", &(config + &section));
}

/// Runs a test on both databases, with hubs that certify.
async fn on_both(test: impl AsyncFn(&World)) {
    for database in databases().await {
        World::on_changed(database, certifies, &test).await;
    }
}

/// A provider's developer, with the app's certificate.
struct Developer<'w> {
    world: &'w World,
    client_id: &'static str,
    machine: Machine<'w>,
    credential: Credential,
}

impl<'w> Developer<'w> {
    fn of(world: &'w World, client_id: &'static str) -> Self {
        let credential = authorities().providers.client(&format!("urn:test:{client_id}"));
        Self { world, client_id, machine: world.machine(Some(&credential)), credential }
    }

    /// The same developer with another certificate of the same name.
    fn renewed(&self) -> Self {
        Self::of(self.world, self.client_id)
    }

    async fn asks_nonce(&self) -> Answer {
        let body = json!({"suiteVersion": SUITE, "requirementsVersion": REQUIREMENTS});
        self.machine.send(self.machine.request("POST", "/certification/v1/nonces").json(&body)).await
    }

    async fn nonce(&self) -> String {
        self.asks_nonce().await.expect(201)["nonce"].as_str().unwrap().to_owned()
    }

    async fn hands_in(&self, statement: &str) -> Answer {
        let body = json!({ "statement": statement });
        self.machine.send(self.machine.request("POST", "/certification/v1/statements").json(&body)).await
    }

    async fn level(&self) -> Value {
        self.machine.get("/certification/v1/standing", None).await.expect(200)
    }

    /// What an instance would state of this app now.
    fn claims(&self, nonce: Option<&str>) -> Value {
        let at = |seconds| Timestamp::from_seconds(self.world.now().seconds() - seconds).rfc3339();
        let mut claims = json!({
            "iss": "https://conformance.test", "aud": self.world.public, "sub": self.client_id,
            "iat": self.world.now().seconds(), "cnf": {"x5t#S256": thumbprint(&self.credential)},
            "level": if nonce.is_some() { "certified" } else { "declared" },
            "suiteVersion": SUITE, "requirementsVersion": REQUIREMENTS, "plan": "provider",
            "capabilities": ["flows", "read"], "bundle": "0".repeat(64), "result": "passed", "complete": true,
            "selection": [], "expectedFailures": 0, "resumed": 0, "counts": {"pass": 120},
            "began": at(600), "ended": at(300),
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        claims
    }

    /// Hands in what an instance stated of a green run with a nonce.
    async fn is_certified_by_the_instance(&self) -> Value {
        let nonce = self.nonce().await;
        let statement = CertificationKey::known().states(&self.claims(Some(&nonce)));
        self.hands_in(&statement).await.expect(200)
    }
}

fn thumbprint(credential: &Credential) -> String {
    let der = CertificateDer::from_pem_slice(credential.certificate.as_bytes()).unwrap();
    BASE64URL_NOPAD.encode(&Sha256::of(&der).0)
}

/// The application's line of the public register.
async fn registered(world: &World, client_id: &str) -> Value {
    let nobody = world.machine(None);
    let address = format!("{}/certification/v1/providers", world.public);
    let answer = nobody.send(nobody.request("GET", &address)).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    let register = answer.expect(200);
    assert_eq!(register["self"], address.as_str());
    let items = register["items"].as_array().unwrap();
    assert_eq!(register["total"], items.len());
    items.iter().find(|entry| entry["clientId"] == client_id).cloned().unwrap_or_default()
}
