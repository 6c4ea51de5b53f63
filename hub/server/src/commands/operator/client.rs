//! The HTTP client of an operator, and what a hub's refusal means in words.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use hub_core::peer::Refusal;
use reqwest::{Certificate, Identity, Method, Response, redirect};
use serde_json::Value;

use super::settings::Connection;

/// Speaks to one hub with one certificate.
pub(super) struct Client {
    http: reqwest::Client,
    url: String,
}

/// An answer: done, or waiting for another operator.
pub(super) enum Reply {
    /// What is done now stands so.
    Done(Value),
    /// A proposal.
    Proposed(Value),
}

impl Client {
    /// A client for this connection.
    #[expect(
        clippy::disallowed_methods,
        reason = "the operator's command line is outside the hub and does not use its outbound client"
    )]
    pub(super) fn new(connection: &Connection) -> anyhow::Result<Self> {
        let pem = [read(&connection.key)?, read(&connection.certificate)?].concat();
        let identity = Identity::from_pem(&pem).context("the certificate and its key")?;
        let mut builder = reqwest::Client::builder()
            .identity(identity)
            .https_only(true)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60));
        if let Some(authority) = &connection.authority {
            let anchors = Certificate::from_pem_bundle(&read(authority)?).context("the authority")?;
            builder = builder.tls_certs_only(anchors);
        }
        Ok(Self { http: builder.build().context("the HTTP client")?, url: connection.url.clone() })
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.get_with(path, &[]).await
    }

    pub(super) async fn get_with(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Value> {
        let request = self.http.get(format!("{}{path}", self.url)).query(query);
        json(self.sent(request.send()).await?).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Reply> {
        self.send(Method::PUT, path, body).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Reply> {
        self.send(Method::POST, path, body).await
    }

    pub(super) async fn delete(&self, path: &str) -> anyhow::Result<()> {
        let request = self.http.delete(format!("{}{path}", self.url));
        self.sent(request.send()).await.map(drop)
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Reply> {
        let request = self.http.request(method, format!("{}{path}", self.url)).json(body);
        let response = self.sent(request.send()).await?;
        let accepted = response.status().as_u16() == 202;
        let value = json(response).await?;
        Ok(if accepted { Reply::Proposed(value) } else { Reply::Done(value) })
    }

    /// Waits for the answer, says so if it takes long, and explains a refusal.
    async fn sent(
        &self,
        sending: impl Future<Output = reqwest::Result<Response>>,
    ) -> anyhow::Result<Response> {
        tokio::pin!(sending);
        let first = tokio::time::timeout(Duration::from_secs(1), &mut sending).await;
        let sent = match first {
            Ok(sent) => sent,
            Err(_) => {
                eprintln!("waiting for {} …", self.url);
                sending.await
            }
        };
        let response = sent.with_context(|| {
            format!("{} does not answer; `facteur connect-test` says where it fails", self.url)
        })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let problem: Value = response.json().await.unwrap_or_default();
        bail!("{}", refusal(status.as_u16(), &problem))
    }
}

/// A refusal in words.
fn refusal(status: u16, problem: &Value) -> String {
    let text = |member: &str| problem[member].as_str().unwrap_or_default();
    let kind = text("type").rsplit(':').next().unwrap_or_default();
    let reason = Refusal::ALL.into_iter().find(|reason| reason.code() == text("reason"));
    let mut said = match (kind, reason) {
        ("certificateRefused", Some(reason)) => {
            format!("the hub refuses your certificate ({reason}): {}", reason.explanation())
        }
        ("missingPermission", _) => format!("you may not do this: {}", text("detail")),
        ("secondOperatorNeeded", _) => {
            "you proposed this yourself: another person has to approve it".to_owned()
        }
        _ => {
            format!("the hub refuses ({status} {kind}): {}", [text("detail"), text("title")].join(" ").trim())
        }
    };
    for issue in problem["issues"].as_array().into_iter().flatten() {
        let member = |name: &str| issue[name].as_str().unwrap_or_default();
        said.push_str(&format!("\n  {}: {}", member("name"), member("detail")));
    }
    said
}

async fn json(response: Response) -> anyhow::Result<Value> {
    response.json().await.context("the answer is no JSON: is this the operations listener of a hub?")
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut pem = std::fs::read(path).with_context(|| path.display().to_string())?;
    pem.push(b'\n');
    Ok(pem)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let said = refusal(
            401,
            &json!({"type": "urn:problem-type:facteur:certificateRefused", "reason": "expired"}),
        );
        assert!(said.contains("expired") && said.contains("Renew it"), "{said}");
        let issues = json!([{"name": "legalName", "detail": "1 to 200 characters are expected"}]);
        let said = refusal(400, &json!({"type": "urn:problem-type:belgif:badRequest", "issues": issues}));
        assert!(said.contains("legalName: 1 to 200"), "{said}");
    }
}
