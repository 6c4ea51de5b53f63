//! What was stated about applications, and the decision on it; how applications behave.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::routing::{get, put};
use axum::{Json, Router};
use hub_core::Hub;
use hub_core::access::operator::{CertificationView, RecordView};
use hub_core::certification::Fate;
use hub_core::clock::Timestamp;
use hub_http::{NoQuery, Problem, StrictJson};
use serde::Serialize;

use super::admission::Operator;
use super::routes::only;
use super::wire::{Decision, DecisionToTake, Items};

/// The routes.
pub(super) fn routes() -> Router<Hub> {
    Router::new()
        .route("/v1/certifications", only("GET", get(awaiting)))
        .route("/v1/certifications/{certificationId}/decision", only("PUT", put(decide)))
        .route("/v1/applications/{clientId}/record", only("GET", get(record)))
}

/// A statement.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Certification {
    certification_id: String,
    client_id: String,
    stated: &'static str,
    state: &'static str,
    suite_version: String,
    requirements_version: String,
    plan: String,
    capabilities: Vec<String>,
    began: String,
    received_at: String,
    valid_until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lapsed_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<String>,
}

/// Certification and conduct of an application.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    level: &'static str,
    certifications: Vec<Certification>,
    score: u32,
    rule: &'static str,
    days: Vec<Day>,
}

/// What happened on a day.
#[derive(Debug, Serialize)]
struct Day {
    day: String,
    times: BTreeMap<&'static str, i64>,
}

async fn awaiting(Operator(operator): Operator, _: NoQuery) -> Result<Json<Items<Certification>>, Problem> {
    let items = operator.certifications_awaiting().await?.into_iter().map(Certification::from).collect();
    Ok(Json(Items { items, next: None }))
}

async fn decide(
    Operator(operator): Operator,
    _: NoQuery,
    Path(id): Path<String>,
    StrictJson(body): StrictJson<DecisionToTake>,
) -> Result<Json<Certification>, Problem> {
    let decided = match body.decision {
        Decision::Approve => operator.approve_certification(&id).await?,
        Decision::Reject => operator.reject_certification(&id).await?,
    };
    Ok(Json(decided.into()))
}

async fn record(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Result<Json<Record>, Problem> {
    Ok(Json(operator.record(&client_id).await?.into()))
}

impl From<CertificationView> for Certification {
    fn from(view: CertificationView) -> Self {
        let CertificationView { id, certification: one, until, lapse } = view;
        let (decided_by, decided_at) = match &one.fate {
            Fate::Approved { by, at } | Fate::Rejected { by, at } => (Some(by.clone()), Some(at.rfc3339())),
            Fate::Standing | Fate::Awaiting => (None, None),
        };
        Self {
            certification_id: id,
            stated: one.level.name(),
            state: one.fate.name(),
            client_id: one.client_id,
            suite_version: one.suite_version,
            requirements_version: one.requirements_version,
            plan: one.plan,
            capabilities: one.capabilities,
            began: one.began.rfc3339(),
            received_at: one.received_at.rfc3339(),
            valid_until: until.rfc3339(),
            lapsed_by: lapse,
            decided_by,
            decided_at,
        }
    }
}

impl From<RecordView> for Record {
    fn from(view: RecordView) -> Self {
        let mut days: Vec<Day> = Vec::new();
        for count in view.counts {
            let date = Timestamp::from_seconds(count.day.saturating_mul(86_400)).rfc3339();
            let day = date.get(..10).unwrap_or_default().to_owned();
            let (kind, times) = (count.kind.name(), count.times);
            match days.last_mut() {
                Some(known) if known.day == day => drop(known.times.insert(kind, times)),
                _ => days.push(Day { day, times: BTreeMap::from([(kind, times)]) }),
            }
        }
        Self {
            level: view.standing.level,
            certifications: view.certifications.into_iter().map(Certification::from).collect(),
            score: view.score,
            rule: view.rule,
            days,
        }
    }
}
