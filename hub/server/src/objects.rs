//! The bucket of a configuration: the hub's own client carries what the store's library asks, and counts it.

use std::time::Instant;

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use futures_util::future::BoxFuture;
use hub_core::blob::{Blobs, BucketSettings};
use hub_core::keys::Keys;
use hub_core::random::Random;
use hub_http::Outbound;
use hub_http::outbound::{CallError, OutboundSettings};
use object_store::client::{
    HttpClient, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use reqwest::{Body, Request, Response};
use zeroize::Zeroizing;

use crate::config::S3;

/// Opens the bucket; asks nobody yet. Whoever it is reached by may call what `outbound` allows.
pub fn open(outbound: &OutboundSettings, s3: &S3, keys: &Keys, random: &Random) -> anyhow::Result<Blobs> {
    let authorities = s3.authorities.clone().or_else(|| outbound.authorities.clone());
    let outbound = Outbound::for_objects(&OutboundSettings { authorities, ..outbound.clone() })?;
    let http = HttpClient::new(Carrier { outbound });
    Blobs::in_bucket(&settings(s3)?, http, keys.clone(), random.clone()).context("the bucket")
}

fn settings(s3: &S3) -> anyhow::Result<BucketSettings> {
    let file = s3.secret_file.display();
    let secret =
        std::fs::read_to_string(&s3.secret_file).with_context(|| format!("blob.s3.secret_file {file}"))?;
    let secret = Zeroizing::new(Zeroizing::new(secret).trim().to_owned());
    anyhow::ensure!(!secret.is_empty(), "blob.s3.secret_file {file} is empty");
    Ok(BucketSettings {
        bucket: s3.bucket.clone(),
        region: s3.region.clone(),
        endpoint: s3.endpoint.as_ref().map(|endpoint| endpoint.as_str().to_owned()),
        path_style: s3.path_style,
        key_id: s3.key_id.clone(),
        secret,
        prefix: s3.prefix.clone(),
    })
}

/// The hub's outbound client, as the store's library knows clients.
#[derive(Debug)]
struct Carrier {
    outbound: Outbound,
}

impl HttpService for Carrier {
    fn call<'s, 'f>(&'s self, request: HttpRequest) -> BoxFuture<'f, Result<HttpResponse, HttpError>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            let begun = Instant::now();
            let answer = self.carry(request).await;
            metrics::counter!("facteur_object_store_calls_total", "outcome" => outcome(&answer)).increment(1);
            metrics::histogram!("facteur_object_store_seconds").record(begun.elapsed().as_secs_f64());
            answer
        })
    }
}

impl Carrier {
    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string().parse();
        let url = url.map_err(|error| HttpError::new(HttpErrorKind::Unknown, NoUrl(error)))?;
        let mut request = Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(match body.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => Body::wrap(body),
        });
        let answer = self.outbound.execute_for_objects(request).await;
        Ok(received(answer.map_err(|error| HttpError::new(kind(&error), error))?))
    }
}

/// An address that the store's library made is none.
#[derive(Debug, thiserror::Error)]
#[error("not an address")]
struct NoUrl(#[source] url::ParseError);

fn received(answer: Response) -> HttpResponse {
    let (mut head, ()) = http::Response::new(()).into_parts();
    head.status = answer.status();
    head.headers = answer.headers().clone();
    let broken = |error: reqwest::Error| HttpError::new(HttpErrorKind::Interrupted, error.without_url());
    let pieces = answer.bytes_stream().map_err(broken).map_ok(http_body::Frame::data);
    HttpResponse::from_parts(head, HttpResponseBody::new(http_body_util::StreamBody::new(pieces)))
}

/// What may be asked again: everything that is put has a name of its own and is put once, whoever asks twice.
fn kind(error: &CallError) -> HttpErrorKind {
    match error {
        CallError::Forbidden(_) => HttpErrorKind::Unknown,
        CallError::Failed(error) if error.is_timeout() => HttpErrorKind::Timeout,
        CallError::Failed(error) if error.is_connect() => HttpErrorKind::Connect,
        CallError::Failed(_) => HttpErrorKind::Request,
    }
}

/// Its word in the metrics.
fn outcome(answer: &Result<HttpResponse, HttpError>) -> &'static str {
    match answer {
        Ok(answer) if answer.status().is_server_error() => "serverError",
        Ok(answer) if answer.status() == http::StatusCode::NOT_FOUND => "notFound",
        Ok(answer) if answer.status().is_client_error() => "refused",
        Ok(_) => "answered",
        Err(error) if error.kind() == HttpErrorKind::Timeout => "timeout",
        Err(_) => "noAnswer",
    }
}
