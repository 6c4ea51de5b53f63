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
    let parts = [said.error, said.kind, said.reason, said.error_description, said.detail];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}
