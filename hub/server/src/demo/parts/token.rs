//! Tokens of a client itself (RFC 6749 4.4) over mutual TLS, and refusals as the hub words them.

use anyhow::{Context as _, bail};
use reqwest::{Client, Response};
use serde::Deserialize;

/// What a refusal says: an OAuth error, or a problem.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    error: Option<String>,
    error_description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    detail: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
}

/// Gets an access token for `client_id`, which the client's certificate proves; `api` is the origin for machines.
pub(crate) async fn access_token(client: &Client, api: &str, client_id: &str) -> anyhow::Result<String> {
    let form = [("grant_type", "client_credentials"), ("client_id", client_id)];
    let response = client.post(format!("{api}/token")).form(&form).send().await?;
    let status = response.status();
    if !status.is_success() {
        bail!("{status} {}", refused(response).await);
    }
    let issued: Issued = response.json().await.context("the answer with the token")?;
    Ok(issued.access_token)
}

/// What a refusal says, in one line.
pub(crate) async fn refused(response: Response) -> String {
    let said: Refused = response.json().await.unwrap_or_default();
    let parts = [said.error, said.kind, said.reason, said.error_description, said.detail];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}
