//! Refusals as the hub words them.

use reqwest::Response;
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

/// What a refusal says, in one line.
pub(crate) async fn refused(response: Response) -> String {
    let said: Refused = response.json().await.unwrap_or_default();
    let explained = said.reason.or(said.error_description).or(said.detail);
    let parts: Vec<String> = [said.error, said.kind, explained].into_iter().flatten().collect();
    parts.join(", ")
}
