//! Apps that do nothing of what they are for, and answer the hook well.

use axum::{Json, Router, extract::State, http::Uri};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

/// What such an app says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lazy {
    /// `{}` to everything.
    Nothing,
    /// That all is well, and never calls the hub.
    AllIsWell,
    /// That everything was refused, for another reason.
    Refused,
}

/// Starts it; it ends with its value.
pub(crate) fn start(listener: TcpListener, lazy: Lazy, issuer: String) -> JoinSet<()> {
    let router = Router::new().fallback(answer).with_state((lazy, issuer));
    let mut serving = JoinSet::new();
    serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
    serving
}

async fn answer(State((lazy, issuer)): State<(Lazy, String)>, uri: Uri) -> Json<Value> {
    let info = json!({"hook": "1.0", "app": {"name": "lazy", "version": "1"}});
    let authorize = format!("{issuer}/authorize?client_id=scripted-app&request_uri=urn:none");
    Json(match (lazy, uri.path()) {
        (Lazy::Nothing, _) => json!({}),
        (_, "/") => info,
        (Lazy::AllIsWell, "/flows") => {
            json!({"flowId": "f", "state": "redirected", "authorizeUrl": authorize, "cookies": ["a=b"]})
        }
        (Lazy::AllIsWell, path) if path.starts_with("/flows/") => {
            json!({"flowId": "f", "state": "connected", "connectionId": "c"})
        }
        (Lazy::AllIsWell, path) if path.ends_with("/c") => json!({"connectionId": "c", "state": "connected"}),
        (Lazy::AllIsWell, "/events") => json!({"events": []}),
        (Lazy::AllIsWell, _) => json!({"outcome": "ok", "messageIds": ["m"], "unchanged": true}),
        (Lazy::Refused, path) if path.starts_with("/flows") => {
            json!({"flowId": "f", "state": "refused", "refusal": "other"})
        }
        (Lazy::Refused, _) => json!({"outcome": "refused", "refusal": "other"}),
    })
}
