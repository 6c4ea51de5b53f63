//! Trace ids: one per request, in its log lines and its answer.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use hub_core::Hub;
use tracing::Instrument as _;

/// The trace id of the request being answered, a UUIDv4.
#[derive(Clone, Debug)]
pub struct TraceId(String);

tokio::task_local! {
    /// The trace id, and the hub that answers.
    static CURRENT: (TraceId, Hub);
}

impl TraceId {
    /// The trace id of the request that this task answers; nil outside a request.
    pub fn current() -> Self {
        CURRENT
            .try_with(|(id, _)| id.clone())
            .unwrap_or_else(|_| Self("00000000-0000-0000-0000-000000000000".to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The environment of the hub that answers this task's request; `None` outside a request.
pub fn environment() -> Option<String> {
    CURRENT.try_with(|(_, hub)| hub.environment().to_owned()).ok()
}

/// An address on the public listener of the hub that answers this task's request; `None` outside a request.
pub(crate) fn public_address(path: &str) -> Option<String> {
    CURRENT.try_with(|(_, hub)| format!("{}{path}", hub.issuer())).ok()
}

/// Gives every request a trace id, logs its outcome by route template, and returns the id in
/// `BelGov-Trace-Id` (Belgif `trc-header`); the caller's own id comes back as `BelGov-Related-Trace-Id`.
///
/// A FAPI client's `x-fapi-interaction-id` is logged and comes back too; who sends none, or one that is no UUID, gets
/// the trace id under that name (FAPI 2.0 Implementation Advice 2.1.1).
pub async fn trace(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let id = TraceId(hub.random().trace_id().to_string());
    let related = uuid_header(&request, &TRACE);
    let interaction = uuid_header(&request, &INTERACTION);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        trace = id.as_str(),
        related = told(related.as_ref()),
        interaction = told(interaction.as_ref())
    );
    let started = Instant::now();

    let mut response = CURRENT.scope((id.clone(), hub), next.run(request)).instrument(span).await;

    let status = response.status().as_u16();
    let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    // outside the span, whose fields would be taken apart and put together again for each line
    tracing::info!(
        parent: None,
        trace = id.as_str(),
        related = told(related.as_ref()),
        interaction = told(interaction.as_ref()),
        %method,
        route,
        status,
        microseconds,
        "answered"
    );
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(INTERACTION, interaction.unwrap_or_else(|| value.clone()));
        headers.insert(TRACE, value);
    }
    if let Some(related) = related {
        headers.insert(RELATED, related);
    }
    response
}

/// A header as log lines tell it.
fn told(header: Option<&HeaderValue>) -> Option<&str> {
    header.and_then(|value| value.to_str().ok())
}

/// A header of the request if it is a UUID; anything else is ignored, so that it cannot reach a log line.
fn uuid_header(request: &Request, name: &HeaderName) -> Option<HeaderValue> {
    let value = request.headers().get(name)?;
    is_uuid(value.to_str().ok()?).then(|| value.clone())
}

/// Whether a text is a UUID in its usual form, whatever its version (RFC 9562 4).
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(n, byte)| match n {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

const TRACE: HeaderName = HeaderName::from_static("belgov-trace-id");
const RELATED: HeaderName = HeaderName::from_static("belgov-related-trace-id");
const INTERACTION: HeaderName = HeaderName::from_static("x-fapi-interaction-id");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_uuid_reaches_a_log_line() {
        assert!(is_uuid("c770aef3-6784-41f7-8e0e-ff5f97bddb3a"));
        assert!(is_uuid("93BAC548-D2DE-4546-B106-880A5018460D"));
        for wrong in [
            "",
            "c770aef3678441f78e0eff5f97bddb3a",
            "c770aef3-6784-41f7-8e0e-ff5f97bddb3",
            "c770aef3-6784-41f7-8e0e-ff5f97bddb3g",
            "------------------------------------",
            "c770aef36784-41f7-8e0e-ff5f97bddb3a0",
        ] {
            assert!(!is_uuid(wrong), "{wrong}");
        }
    }
}
