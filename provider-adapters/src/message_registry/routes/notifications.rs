//! The webhook of a partition service: CloudEvents about rules, partitions and rights.

use axum::body::Bytes;
use axum::http::HeaderMap;
use http::{StatusCode, header};
use hub_http::{Caller, NoQuery, Problem, json_issues};

use super::OnBehalfOf;
use crate::message_registry::callers::Reader;
use crate::message_registry::convert;
use crate::message_registry::fault::Fault;
use crate::message_registry::wire;

pub(super) async fn notify(
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    _: NoQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Fault> {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !["application/cloudevents+json", "application/json"].contains(&media_type) {
        return Err(Problem::named("unsupportedMediaType").detail("A CloudEvent in JSON is expected"));
    }
    let event: wire::CloudEvent = json_issues(&body).map_err(|issue| Problem::issues(&[issue]))?;
    if let Some(number) = number {
        access.tells_for(&number).await?;
    }
    let event = convert::routing_event(&event, &access.catalogue().await?)?;
    access.tell_routing(&event).await?;
    Ok(StatusCode::NO_CONTENT)
}
