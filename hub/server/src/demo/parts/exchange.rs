//! One exchange with the hub: a request, its whole answer, and how long both took.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use hub_core::random::Random;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::refused;

/// One request and its whole answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Exchange {
    /// HTTP method.
    pub(crate) method: String,
    /// Host, port and path.
    pub(crate) target: String,
    /// HTTP status.
    pub(crate) status: u16,
    /// Bytes of the request's body.
    pub(crate) sent: u64,
    /// Bytes of the answer's body.
    pub(crate) received: u64,
    /// From the first byte sent to the last byte read.
    pub(crate) micros: u64,
}

/// What the hub answers to what it does not refuse.
pub(super) enum Answer {
    /// The exchange, and the answer's body.
    Done(Exchange, Vec<u8>),
    /// It is busy and wants to be asked again after this time.
    Later(Duration),
}

impl Answer {
    /// What was done, where a busy hub is an error.
    pub(super) fn done(self) -> anyhow::Result<(Exchange, Vec<u8>)> {
        match self {
            Self::Done(exchange, body) => Ok((exchange, body)),
            Self::Later(_) => bail!("the hub is busy"),
        }
    }
}

/// Sends a request and reads its whole answer; `sent` is the size of a body that streams.
pub(super) async fn exchange(client: &Client, request: RequestBuilder, sent: u64) -> anyhow::Result<Answer> {
    let request = request.header("BelGov-Trace-Id", Random::system().trace_id().to_string()).build()?;
    let (method, target) = (request.method().to_string(), target(request.url()));
    let sent = request.body().and_then(reqwest::Body::as_bytes).map_or(sent, |bytes| bytes.len() as u64);
    let began = Instant::now();
    let response = client.execute(request).await?;
    let status = response.status();
    if let Some(after) = busy(&response) {
        return Ok(Answer::Later(after));
    }
    ensure!(status.is_success(), "{method} {target}: {status} {}", refused(response).await);
    let body = response.bytes().await?.to_vec();
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let received = body.len() as u64;
    let exchange = Exchange { method, target, status: status.as_u16(), sent, received, micros };
    Ok(Answer::Done(exchange, body))
}

/// How long a hub that is busy wants to be left alone.
fn busy(response: &Response) -> Option<Duration> {
    if !matches!(response.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        return None;
    }
    let seconds =
        response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    Some(Duration::from_secs(seconds.unwrap_or(1)))
}

/// Host, port and path; never the query.
fn target(url: &reqwest::Url) -> String {
    format!("{}{}", url.authority(), url.path())
}
