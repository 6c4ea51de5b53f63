//! An identity provider that lies when a test tells it to; otherwise it is as honest as the shared one.

use serde_json::{Value, json};

use super::people::Person;
use super::setting::authorities;
use crate::program::Program;

/// A running identity provider, at which Anna is logged in by whoever comes.
pub struct Liar {
    /// Its issuer.
    pub issuer: String,
    program: Program,
}

impl Liar {
    /// Starts it, honest.
    pub async fn start() -> Self {
        let program = Program::start("false-identity-provider.mjs");
        let server = authorities().servers.server(&["identity.localhost"]);
        let account = Person::named("Anna").account();
        let args = json!({"certificate": server.certificate, "key": server.key, "account": account});
        let started = program.call("start", args).await;
        Self { issuer: started["issuer"].as_str().unwrap().to_owned(), program }
    }

    /// From now on it tells these lies and no others; see the program for what they can be.
    pub async fn lies(&self, lies: Value) {
        self.program.call("lie", json!({ "lies": lies })).await;
    }

    /// It signs with a new key from now on, under a new identifier, and publishes only that one.
    pub async fn changes_its_key(&self) {
        self.program.call("rotate", json!({})).await;
    }

    /// Moves its time, so that it agrees with the hub's clock.
    pub async fn advance(&self, seconds: u64) {
        self.program.call("advance", json!({ "seconds": seconds })).await;
    }

    /// How often this place was asked: `metadata`, `keys`, `auth`, `token`, `userinfo`.
    pub async fn asked(&self, place: &str) -> u64 {
        self.program.call("asked", json!({})).await[place].as_u64().unwrap_or_default()
    }
}
