//! An operator at the operations listener, with a certificate of their own.

use serde_json::{Value, json};

use super::answer::Answer;
use super::machine::Machine;
use super::setting::authorities;
use super::stage::Stage;
use crate::authority::Credential;

/// A person who operates the hub.
pub struct Operator<'w> {
    /// Their HTTP client.
    pub machine: Machine<'w>,
    /// Their certificate.
    pub credential: Credential,
}

impl Stage {
    /// The operator `an`, `an-2` (the same person), `bart` (both keep the register), `sofie` (security), `tom` (support)
    /// or `gone` (not in office any more).
    pub fn operator(&self, name: &str) -> Operator<'_> {
        let credential = authorities().operators.client(&format!("urn:test:operator-{name}"));
        Operator { machine: self.machine(Some(&credential)), credential }
    }
}

impl Operator<'_> {
    /// `GET` of the operators' API.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    /// `PUT` of the operators' API.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Some(body)).await
    }

    /// `POST` of the operators' API.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    /// `DELETE` of the operators' API.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Wants a provider in a state.
    pub async fn moves(&self, provider: &str, state: &str) -> Answer {
        self.put(&format!("/v1/providers/{provider}/state"), &json!({ "state": state })).await
    }

    /// Approves a proposal, or puts it aside.
    pub async fn decides(&self, proposal: &Value, decision: &str) -> Answer {
        let id = proposal["proposalId"].as_str().unwrap_or("prp_none");
        self.put(&format!("/v1/proposals/{id}/decision"), &json!({ "decision": decision })).await
    }

    /// Does something with this operator that takes another, who approves it.
    pub async fn with(&self, other: &Operator<'_>, proposed: Answer) -> Value {
        let proposal = proposed.expect(202);
        other.decides(&proposal, "approve").await.expect(200)
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let request = self.machine.request(method, &format!("{}{path}", self.machine.stage.operations));
        self.machine
            .send(match body {
                Some(body) => request.json(body),
                None => request,
            })
            .await
    }
}
