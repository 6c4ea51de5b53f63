//! The routes of the operators' API, behind the gate of the operations door.

use axum::extract::{DefaultBodyLimit, Extension, Path};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, put};
use axum::{Json, Router};
use http::{StatusCode, header};
use hub_core::Hub;
use hub_core::access::operator::Outcome;
use hub_core::error::Error;
use hub_core::peer::Role;
use hub_http::peer::TrustHandle;
use hub_http::{NoQuery, Problem, StrictJson, StrictQuery};
use serde::Serialize;

use super::admission::Operator;
use super::streams::{self, Pushing};
use super::{certifications, convert, people, wire};

/// The routes; `trust` knows the anchors under which a certificate can be registered.
pub(super) fn routes(trust: TrustHandle, courier: Pushing) -> Router<Hub> {
    Router::new()
        .route("/v1/me", only("GET", get(me)))
        .route("/v1/providers", only("GET", get(providers)))
        .route("/v1/providers/{providerId}", only("GET, PUT", get(provider).put(put_provider)))
        .route("/v1/providers/{providerId}/state", only("PUT", put(move_provider)))
        .route("/v1/applications/{clientId}", only("GET, PUT", get(application).put(put_application)))
        .route(
            "/v1/applications/{clientId}/certificates",
            only("GET, POST", get(certificates).post(register_certificate)),
        )
        .route("/v1/certificates/{certificateId}", only("DELETE", delete(end_certificate)))
        .route("/v1/applications/{clientId}/pilot", only("PUT", put(set_pilot)))
        .route("/v1/applications/{clientId}/pilot/citizens", only("GET, POST", get(pilot).post(add_to_pilot)))
        .route(
            "/v1/applications/{clientId}/pilot/citizens/{citizenId}",
            only("DELETE", delete(drop_from_pilot)),
        )
        .route("/v1/testMailboxes", only("GET, POST", get(test_mailboxes).post(mark_as_test)))
        .route("/v1/testMailboxes/{mailboxId}", only("DELETE", delete(mark_as_real)))
        .route("/v1/proposals", only("GET", get(proposals)))
        .route("/v1/proposals/{proposalId}", only("GET", get(proposal)))
        .route("/v1/proposals/{proposalId}/decision", only("PUT", put(decide)))
        .route("/v1/acts", only("GET", get(acts)))
        .route("/v1/doc/openapi.yaml", only("GET", get(document)))
        .merge(people::routes())
        .merge(certifications::routes())
        .merge(streams::routes(courier))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(Extension(trust))
}

/// The methods of a path and no others, HEAD included.
pub(super) fn only(allowed: &'static str, methods: MethodRouter<Hub>) -> MethodRouter<Hub> {
    let refuse = move || async move { Problem::not_allowed(allowed) };
    methods.head(refuse).fallback(refuse)
}

type Answer<T> = Result<Json<T>, Problem>;

async fn me(Operator(operator): Operator, _: NoQuery) -> Answer<wire::Me> {
    Ok(Json(operator.operator().into()))
}

async fn providers(Operator(operator): Operator, _: NoQuery) -> Answer<wire::Items<wire::Provider>> {
    Ok(items(operator.providers().await?))
}

async fn provider(
    Operator(operator): Operator,
    _: NoQuery,
    Path(code): Path<String>,
) -> Answer<wire::Provider> {
    Ok(Json(operator.provider(&code).await?.into()))
}

async fn put_provider(
    Operator(operator): Operator,
    _: NoQuery,
    Path(code): Path<String>,
    StrictJson(body): StrictJson<wire::ProviderToPut>,
) -> Answer<wire::Provider> {
    Ok(Json(operator.put_provider(&code, &body.legal_name).await?.into()))
}

async fn move_provider(
    Operator(operator): Operator,
    _: NoQuery,
    Path(code): Path<String>,
    StrictJson(body): StrictJson<wire::StateToReach>,
) -> Result<Response, Problem> {
    let outcome = operator.move_provider(&code, body.state).await?;
    Ok(answered::<_, wire::Provider>(outcome))
}

async fn application(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Answer<wire::Application> {
    Ok(Json(operator.application(&client_id).await?.into()))
}

async fn put_application(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<wire::ApplicationToPut>,
) -> Answer<wire::Application> {
    let form = convert::application_form(client_id, body)?;
    Ok(Json(operator.put_application(form).await?.into()))
}

async fn certificates(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Answer<wire::Items<wire::Certificate>> {
    Ok(items(operator.certificates(&client_id).await?))
}

async fn register_certificate(
    Operator(operator): Operator,
    Extension(trust): Extension<TrustHandle>,
    _: NoQuery,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<wire::CertificateToRegister>,
) -> Result<Response, Problem> {
    if !trust.inspect(|trust| trust.anchors(Role::Provider).any(|anchor| anchor == body.anchor)) {
        let detail = "no anchor of the providers' trust file has this name";
        return Err(Error::invalid("referencedResourceNotFound", "anchor", detail).into());
    }
    let certificate = convert::new_certificate(client_id, body)?;
    let outcome = operator.register_certificate(certificate).await?;
    Ok(answered::<_, wire::Certificate>(outcome))
}

async fn end_certificate(
    Operator(operator): Operator,
    _: NoQuery,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    operator.end_certificate(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_pilot(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<wire::PilotToSet>,
) -> Result<Response, Problem> {
    let outcome = match body.pilot {
        true => Outcome::Done(operator.close_to_pilot(&client_id).await?),
        false => operator.open_to_everybody(&client_id).await?,
    };
    Ok(answered::<_, wire::Application>(outcome))
}

async fn pilot(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Answer<wire::Items<wire::PilotCitizen>> {
    Ok(items(operator.pilot(&client_id).await?))
}

async fn add_to_pilot(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<wire::CitizenToAdd>,
) -> Answer<wire::PilotCitizen> {
    Ok(Json(operator.add_to_pilot(&client_id, &body.ssin).await?.into()))
}

async fn drop_from_pilot(
    Operator(operator): Operator,
    _: NoQuery,
    Path((client_id, citizen)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    operator.drop_from_pilot(&client_id, &citizen).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn test_mailboxes(Operator(operator): Operator, _: NoQuery) -> Answer<wire::Items<wire::TestMailbox>> {
    Ok(items(operator.test_mailboxes().await?))
}

async fn mark_as_test(
    Operator(operator): Operator,
    _: NoQuery,
    StrictJson(body): StrictJson<wire::Holder>,
) -> Answer<wire::TestMailbox> {
    Ok(Json(operator.mark_as_test(&body.into()).await?.into()))
}

async fn mark_as_real(
    Operator(operator): Operator,
    _: NoQuery,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    operator.mark_as_real(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn proposals(Operator(operator): Operator, _: NoQuery) -> Answer<wire::Items<wire::Proposal>> {
    Ok(items(operator.proposals().await?))
}

async fn proposal(
    Operator(operator): Operator,
    _: NoQuery,
    Path(id): Path<String>,
) -> Answer<wire::Proposal> {
    Ok(Json(operator.proposal(&id).await?.into()))
}

async fn decide(
    Operator(operator): Operator,
    _: NoQuery,
    Path(id): Path<String>,
    StrictJson(body): StrictJson<wire::DecisionToTake>,
) -> Answer<wire::Proposal> {
    let decided = match body.decision {
        wire::Decision::Approve => operator.approve(&id).await?,
        wire::Decision::Reject => operator.reject(&id).await?,
    };
    Ok(Json(decided.into()))
}

async fn acts(
    Operator(operator): Operator,
    StrictQuery(asked): StrictQuery<wire::AskedActs>,
) -> Answer<wire::Items<wire::Act>> {
    let after = asked.after.as_deref();
    let page = match asked.of {
        wire::Of::Me => operator.own_acts(after).await?,
        wire::Of::Everybody => operator.acts_of_all(after).await?,
    };
    let items = page.items.into_iter().map(Into::into).collect();
    Ok(Json(wire::Items { items, next: page.next }))
}

async fn document(_: Operator, _: NoQuery) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/yaml")], specs::OPERATIONS_OPENAPI)
}

fn items<T, W: From<T>>(found: Vec<T>) -> Json<wire::Items<W>> {
    Json(wire::Items { items: found.into_iter().map(W::from).collect(), next: None })
}

/// 200 for what is done, 202 for what waits for another operator.
fn answered<T, W: From<T> + Serialize>(outcome: Outcome<T>) -> Response {
    match outcome {
        Outcome::Done(view) => Json(W::from(view)).into_response(),
        Outcome::Proposed(proposal) => {
            (StatusCode::ACCEPTED, Json(wire::Proposal::from(*proposal))).into_response()
        }
    }
}

/// Room for a logo in base64.
const BODY_LIMIT: usize = 512 * 1024;
