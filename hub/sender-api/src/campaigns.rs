//! Campaigns: the letter, the list, how far it is, the outcomes, and stopping it. A module of its own, with its routes.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Extension, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::BodyExt as _;
use hub_core::Hub;
use hub_core::access::sender::{CampaignList, CampaignStatus, CampaignUpload, NewCampaignAnswer, Trial};
use hub_core::error::Error;
use hub_core::message::draft::Draft;
use hub_http::form::{self, Form};
use hub_http::{Caller, NoQuery, Problem, StrictQuery, Uploads, number, only};
use serde::Deserialize;

use crate::callers::{Follower, Publisher};
use crate::campaign_wire as wire;
use crate::lines::{Format, Lines};
use crate::routes::Settings;

/// The routes of campaigns.
pub(crate) fn routes() -> Router<Hub> {
    Router::new()
        // The form and the list have limits of their own.
        .route("/sender/v1/campaigns", only("POST", post(create)).layer(DefaultBodyLimit::disable()))
        .route("/sender/v1/campaigns/{campaignId}", only("GET", get(status)))
        .route("/sender/v1/campaigns/{campaignId}/cancel", only("POST", post(cancel)))
        .route(
            "/sender/v1/campaigns/{campaignId}/recipients",
            only("GET, PUT", get(outcomes).merge(put(recipients))).layer(DefaultBodyLimit::disable()),
        )
}

async fn create(
    Caller(Publisher(sender)): Caller<Publisher>,
    State(hub): State<Hub>,
    Extension(uploads): Extension<Uploads>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let form = Form::new(body, &form::boundary(&headers)?, LETTER_PART);
    let key = form::idempotency_key(&headers)?;
    let _seat = uploads.take(sender.client_id())?;
    let upload = sender.begin_campaign(&key).await?;
    let created = receive(upload, form).await?;
    let mut response = located(StatusCode::CREATED, &created.campaign, &hub);
    if created.replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn receive(mut upload: CampaignUpload, form: Form) -> Result<NewCampaignAnswer, Problem> {
    match Uploads::in_time("form", form.receive::<wire::CampaignToCreate>(upload.intake())).await {
        Ok(campaign) => {
            let trial = if campaign.dry_run { Trial::Dry } else { Trial::Real };
            Ok(upload.create(&Draft::from(campaign), trial).await?)
        }
        Err(problem) => {
            upload.abandon().await;
            Err(problem)
        }
    }
}

async fn recipients(
    Caller(Publisher(sender)): Caller<Publisher>,
    State(hub): State<Hub>,
    (Extension(uploads), Extension(settings)): (Extension<Uploads>, Extension<Settings>),
    _: NoQuery,
    Path(campaign_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(format) = Format::of(declared) else {
        let detail = "A list as application/x-ndjson or text/csv is expected";
        return Err(Problem::named("unsupportedMediaType").detail(detail));
    };
    let _seat = uploads.take(sender.client_id())?;
    let list = sender.begin_list(&campaign_id).await?;
    let read = tokio::time::timeout(LIST_TIME, read_list(list, Lines::of(format), body)).await;
    let list = read.map_err(|_| Uploads::too_slow("list"))??;
    let campaign = list.accept(settings.daily_budget).await?;
    Ok(located(StatusCode::ACCEPTED, &campaign, &hub))
}

/// Reads the list to its end; after an error it reads on for a while, so that a client that is still sending hears the answer.
async fn read_list(mut list: CampaignList, mut lines: Lines, mut body: Body) -> Result<CampaignList, Error> {
    while let Some(frame) = body.frame().await {
        let cut = |_| Error::invalid("schemaViolation", "", "the list ended too early");
        let Ok(bytes) = frame.map_err(cut)?.into_data() else { continue };
        if let Err(error) = lines.push(&bytes, &mut list).await {
            drop(list);
            drain(body).await;
            return Err(error);
        }
    }
    lines.finish(&mut list).await?;
    Ok(list)
}

async fn drain(mut body: Body) {
    let mut left = PATIENCE;
    while let Some(Ok(frame)) = body.frame().await {
        left = left.saturating_sub(frame.data_ref().map_or(0, bytes::Bytes::len));
        if left == 0 {
            return;
        }
    }
}

async fn status(
    Caller(Follower(sender)): Caller<Follower>,
    State(hub): State<Hub>,
    _: NoQuery,
    Path(campaign_id): Path<String>,
) -> Result<Json<wire::Campaign>, Problem> {
    let campaign = sender.campaign(&campaign_id).await?;
    Ok(Json(wire::Campaign::of(&campaign, &hub.audiences().sender)))
}

async fn cancel(
    Caller(Publisher(sender)): Caller<Publisher>,
    State(hub): State<Hub>,
    _: NoQuery,
    Path(campaign_id): Path<String>,
) -> Result<Json<wire::Campaign>, Problem> {
    let campaign = sender.cancel_campaign(&campaign_id).await?;
    Ok(Json(wire::Campaign::of(&campaign, &hub.audiences().sender)))
}

async fn outcomes(
    Caller(Follower(sender)): Caller<Follower>,
    State(hub): State<Hub>,
    Path(campaign_id): Path<String>,
    StrictQuery(query): StrictQuery<OutcomesQuery>,
) -> Result<Json<wire::Outcomes>, Problem> {
    let after = number(&query.after, "?after")?.unwrap_or(0);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let size = number(&query.page_size, "?pageSize")?;
    let page = sender.campaign_outcomes(&campaign_id, after, size).await?;
    let list = format!("{}/campaigns/{campaign_id}/recipients", hub.audiences().sender);
    Ok(Json(wire::Outcomes::of(page, (&list, &hub.audiences().sender), (query.after, query.page_size))))
}

/// The query, as text: what is wrong with a value is said precisely.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OutcomesQuery {
    after: Option<String>,
    page_size: Option<String>,
}

/// The campaign, and where it is.
fn located(status: StatusCode, campaign: &CampaignStatus, hub: &Hub) -> Response {
    let answer = wire::Campaign::of(campaign, &hub.audiences().sender);
    let location = HeaderValue::from_str(&answer.own_href);
    let mut response = (status, Json(answer)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// The part of the form that holds the letter's metadata.
const LETTER_PART: &str = "campaign";
/// How long a list may be on its way.
const LIST_TIME: Duration = Duration::from_secs(900);
/// How much is read on after an error.
const PATIENCE: usize = 32 * 1024 * 1024;
