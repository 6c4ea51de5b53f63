//! An answer of the hub, read within limits.

use std::time::{Duration, Instant};

use aws_lc_rs::digest;
use reqwest::{
    Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap},
};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::{
    clock,
    error::{Error, Unexpected},
    event::{Event, Events},
    random,
};

/// Most of what a JSON answer may hold.
const JSON_LIMIT: u64 = 4 * 1024 * 1024;
/// Most of a refusal that is read.
const REFUSAL_LIMIT: u64 = 64 * 1024;

/// An answer whose body is still to be read.
pub(crate) struct Reply {
    response: Response,
    exchange: Exchange,
    events: Events,
}

/// What is known of an exchange before its answer is read.
pub(crate) struct Exchange {
    purpose: &'static str,
    method: String,
    target: String,
    sent: u64,
    started: Instant,
}

/// What a body turned out to be.
pub(crate) struct Copied {
    pub(crate) length: u64,
    pub(crate) sha256: digest::Digest,
}

impl Exchange {
    /// Begins now.
    pub(crate) fn of(purpose: &'static str, request: &Request) -> Self {
        Self {
            purpose,
            method: request.method().to_string(),
            target: format!("{}{}", request.url().authority(), request.url().path()),
            sent: request.body().and_then(|body| body.as_bytes()).map_or(0, |bytes| bytes.len() as u64),
            started: Instant::now(),
        }
    }
}

impl Reply {
    pub(crate) fn new(response: Response, exchange: Exchange, events: Events) -> Self {
        Self { response, exchange, events }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers of the answer.
    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The tag by which the same question can be asked again cheaply.
    pub(crate) fn etag(&self) -> Option<String> {
        self.headers().get(ETAG)?.to_str().ok().map(str::to_owned)
    }

    /// The media type, without parameters and in lower case.
    pub(crate) fn media_type(&self) -> String {
        let stated =
            self.headers().get(CONTENT_TYPE).and_then(|stated| stated.to_str().ok()).unwrap_or_default();
        stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// How long the answer may be kept, if it says so (RFC 9111 5.2.2).
    pub(crate) fn max_age(&self) -> Option<Duration> {
        let stated = self.headers().get(CACHE_CONTROL)?.to_str().ok()?.to_ascii_lowercase();
        let mut directives = stated.split(',').map(str::trim);
        if directives.clone().any(|directive| directive == "no-store" || directive == "no-cache") {
            return Some(Duration::ZERO);
        }
        let age = directives.find_map(|directive| directive.strip_prefix("max-age="))?;
        age.trim_matches('"').parse().ok().map(Duration::from_secs)
    }

    /// Reads the body as JSON, if it is that by its type and its text. Members this app does not know are ignored.
    pub(crate) async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let (purpose, media_type) = (self.exchange.purpose, self.media_type());
        let mut body = Vec::new();
        self.copy_to(&mut body, JSON_LIMIT).await?;
        // a set of keys has a type of its own (RFC 7517 8.5.2)
        if !matches!(media_type.as_str(), "application/json" | "application/jwk-set+json") {
            return Err(Unexpected::NotJson(purpose).into());
        }
        let read = serde_json::from_slice(&body);
        Ok(read.map_err(|error| match error.is_data() {
            true => Unexpected::Shape(format!("{purpose}: {error}")),
            false => Unexpected::NotJson(purpose),
        })?)
    }

    /// Reads a body that says nothing.
    pub(crate) async fn done(self) -> Result<(), Error> {
        self.copy_to(&mut tokio::io::sink(), JSON_LIMIT).await.map(drop)
    }

    /// Copies the body as it comes, at most `limit` bytes, and gives its length and SHA-256.
    pub(crate) async fn copy_to(
        mut self,
        into: &mut (impl AsyncWrite + Unpin),
        limit: u64,
    ) -> Result<Copied, Error> {
        let (mut length, mut sha256) = (0, digest::Context::new(&digest::SHA256));
        while let Some(chunk) = self.response.chunk().await? {
            length += chunk.len() as u64;
            if length > limit {
                return Err(Unexpected::TooLarge(limit).into());
            }
            sha256.update(&chunk);
            into.write_all(&chunk).await.map_err(|_| Error::Broken("nobody takes what is read"))?;
        }
        self.tell(length);
        Ok(Copied { length, sha256: sha256.finish() })
    }

    /// Reads an answer that is no success.
    pub(crate) async fn refusal(self) -> Error {
        let status = self.status().as_u16();
        let retry_after = clock::retry_after(self.headers());
        let trace_id = self.headers().get("BelGov-Trace-Id").and_then(|id| id.to_str().ok());
        let trace_id = trace_id.filter(|id| random::is_trace_id(id)).map(str::to_owned);

        let mut body = Vec::new();
        // Of a page without end the status is known all the same.
        let _ = self.copy_to(&mut body, REFUSAL_LIMIT).await;
        Error::from_refusal(status, retry_after, trace_id, &body)
    }

    fn tell(&self, received: u64) {
        let Exchange { purpose, method, target, sent, started } = &self.exchange;
        (self.events)(Event::Exchange {
            purpose: (*purpose).to_owned(),
            method: method.clone(),
            target: target.clone(),
            status: self.status().as_u16(),
            sent: *sent,
            received,
            micros: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        });
    }
}
