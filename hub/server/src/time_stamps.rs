//! Asking a service for time-stamps of seals (RFC 3161 3.4), one after the other, and what happens when it does not answer.
//!
//! Whatever is wrong with the service or its answer, nothing is kept and evidence goes out without a time-stamp. It is
//! asked again after a pause that doubles up to ten minutes; the log says each reason once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use hub_core::Hub;
use hub_core::clock::Timestamp;
use hub_core::error::Error;
use hub_core::evidence::{LARGEST_STAMP, NewStamp, StampRequest, StampTerms};
use hub_http::Outbound;
use reqwest::{Method, Request, Response, Url, header};

use crate::config::Config;

/// The configured service.
pub(crate) struct TimeStampService {
    outbound: Outbound,
    url: Url,
    terms: StampTerms,
    trouble: Mutex<Trouble>,
}

/// How often it failed since it last answered, until when it is left alone, and why.
#[derive(Default)]
struct Trouble {
    failures: u32,
    until: Timestamp,
    reason: String,
}

impl TimeStampService {
    /// The service of a configuration, if there is one; asks nothing.
    pub(crate) fn open(config: &Config, outbound: &Outbound) -> anyhow::Result<Option<Self>> {
        let Some(service) = &config.evidence.time_stamps else { return Ok(None) };
        let anchor = std::fs::read(&service.anchor)
            .with_context(|| format!("evidence.time_stamps.anchor {}", service.anchor.display()))?;
        let terms = StampTerms::new(&anchor, service.policy.as_deref()).context("evidence.time_stamps")?;
        let (outbound, url) = (outbound.clone(), service.url.clone());
        Ok(Some(Self { outbound, url, terms, trouble: Mutex::default() }))
    }

    /// Has every seal stamped that waits for it, until the service fails.
    pub(crate) async fn round(&self, hub: &Hub) -> Result<(), Error> {
        while hub.now() >= self.paused_until() {
            let Some(request) = hub.upkeep().next_to_stamp(&self.terms).await? else { break };
            match self.stamped(hub, &request).await {
                Ok(stamp) => {
                    hub.upkeep().keep_stamp(stamp).await?;
                    self.answered();
                }
                Err(reason) => self.failed(&format!("{reason:#}"), hub.now()),
            }
        }
        measure(hub).await
    }

    /// Asks about one seal; whatever is wrong with the answer is an error.
    async fn stamped(&self, hub: &Hub, request: &StampRequest) -> anyhow::Result<NewStamp> {
        let asked = tokio::time::timeout(PATIENCE, self.ask(request.body().to_vec()));
        let answer = asked.await.context("no answer in time")??;
        Ok(request.judge(&answer, &self.terms, hub.now())?)
    }

    async fn ask(&self, body: Vec<u8>) -> anyhow::Result<Vec<u8>> {
        let mut request = Request::new(Method::POST, self.url.clone());
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/timestamp-query"));
        headers.insert(header::ACCEPT, header::HeaderValue::from_static(REPLY));
        *request.body_mut() = Some(body.into());

        let response = self.outbound.execute_signed(request).await?;
        ensure!(response.status().is_success(), "it answers {}", response.status());
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        ensure!(kind.eq_ignore_ascii_case(REPLY), "its answer is no {REPLY}");
        limited(response).await
    }

    fn paused_until(&self) -> Timestamp {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).until
    }

    fn answered(&self) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble.failures > 0 {
            tracing::info!(failures = trouble.failures, "the service of time-stamps answers again");
            *trouble = Trouble::default();
        }
    }

    fn failed(&self, reason: &str, now: Timestamp) {
        metrics::counter!("facteur_time_stamp_failures_total").increment(1);
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = FIRST_PAUSE.saturating_mul(1 << trouble.failures.min(16)).min(LONGEST_PAUSE);
        if trouble.reason != reason {
            tracing::warn!(service = %self.url, reason, "seals stay without a time-stamp for now");
            reason.clone_into(&mut trouble.reason);
        }
        trouble.failures = trouble.failures.saturating_add(1);
        trouble.until = now.plus(pause);
    }
}

/// The body, if it is not larger than a time-stamp can be.
async fn limited(mut response: Response) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        ensure!(body.len() + chunk.len() <= LARGEST_STAMP, "its answer is too large");
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

async fn measure(hub: &Hub) -> Result<(), Error> {
    let waiting = hub.upkeep().unstamped().await?;
    let age = waiting.oldest.map_or(Duration::ZERO, |oldest| hub.now().since(oldest));
    metrics::gauge!("facteur_unstamped_seals").set(waiting.count as f64);
    metrics::gauge!("facteur_unstamped_seal_age_seconds").set(age.as_secs_f64());
    Ok(())
}

const REPLY: &str = "application/timestamp-reply";
/// How long an answer may take, its last byte included.
const PATIENCE: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
