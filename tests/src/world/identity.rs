//! The citizens' identity provider: one Node process for all tests of the binary, with a client for each hub.

use std::sync::OnceLock;
use std::thread;

use serde_json::{Value, json};
use tokio::runtime;
use tokio::sync::{mpsc, oneshot};

use super::people::PEOPLE;
use super::setting::{SECRET, authorities};
use crate::program::Program;

/// A running identity provider.
pub(super) struct IdentityProvider {
    pub(super) issuer: String,
    asked: mpsc::UnboundedSender<(Value, oneshot::Sender<()>)>,
}

impl IdentityProvider {
    /// The one that everybody shares; it starts with the first question.
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<IdentityProvider> = OnceLock::new();
        SHARED.get_or_init(|| thread::spawn(Self::start).join().unwrap())
    }

    /// Starts it on a thread of its own: a test's runtime ends with the test.
    fn start() -> Self {
        let (asked, mut questions) = mpsc::unbounded_channel::<(Value, oneshot::Sender<()>)>();
        let (told, issuer) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let program = Program::start("identity-provider.mjs");
                let server = authorities().servers.server(&["identity.localhost"]);
                let accounts: Vec<Value> = PEOPLE.iter().map(super::people::Person::account).collect();
                let args =
                    json!({"certificate": server.certificate, "key": server.key, "accounts": accounts});
                let started = program.call("start", args).await;
                told.send(started["issuer"].as_str().unwrap().to_owned()).unwrap();
                while let Some((client, answer)) = questions.recv().await {
                    program.call("register", json!({ "client": client })).await;
                    answer.send(()).unwrap_or_default();
                }
            });
        });
        Self { issuer: issuer.recv().unwrap(), asked }
    }

    /// Makes a hub known as a relying party.
    pub(super) async fn register(&self, client_id: &str, public: &str) {
        let (answer, answered) = oneshot::channel();
        let client = json!({
            "client_id": client_id,
            "client_secret": SECRET,
            "redirect_uris": [format!("{public}/login/callback")],
            "post_logout_redirect_uris": [format!("{public}/"), format!("{public}/logout")],
        });
        self.asked.send((client, answer)).unwrap();
        answered.await.unwrap();
    }
}
