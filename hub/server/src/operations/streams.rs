//! How applications are told of their changes: streams, the challenge of an address, a trial, and dead letters.

use std::sync::Arc;

use axum::extract::Path;
use axum::routing::{get, post, put};
use axum::{Extension, Json, Router};
use http::StatusCode;
use hub_core::Hub;
use hub_core::access::operator::{Echo, StreamForm};
use hub_core::delivery::Standing;
use hub_core::error::Error;
use hub_http::outbound::{Courier, Forbidden, Reply};
use hub_http::{NoQuery, Problem, StrictJson, StrictQuery};

use super::admission::Operator;
use super::routes::only;
use super::streams_wire as wire;
use super::wire::{AskedPage, Items};

/// The courier, if this hub pushes.
pub(super) type Pushing = Option<Arc<Courier>>;

type Answer<T> = Result<Json<T>, Problem>;

/// The routes.
pub(super) fn routes(courier: Pushing) -> Router<Hub> {
    let letters = "/v1/applications/{clientId}/deadLetters";
    Router::new()
        .route(
            "/v1/applications/{clientId}/stream",
            only("GET, PUT, DELETE", get(stream).put(put_stream).delete(drop_stream)),
        )
        .route("/v1/applications/{clientId}/stream/state", only("PUT", put(set_stream)))
        .route("/v1/applications/{clientId}/stream/challenge", only("POST", post(challenge)))
        .route("/v1/applications/{clientId}/stream/test", only("POST", post(test)))
        .route(letters, only("GET", get(dead_letters)))
        .route(&format!("{letters}/replay"), only("POST", post(replay_all)))
        .route(
            &format!("{letters}/{{deadLetterId}}"),
            only("GET, DELETE", get(dead_letter).delete(drop_dead_letter)),
        )
        .route(&format!("{letters}/{{deadLetterId}}/replay"), only("POST", post(replay)))
        .layer(Extension(courier))
}

async fn stream(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Answer<wire::Stream> {
    Ok(Json(operator.stream(&client_id).await?.into()))
}

async fn put_stream(
    Operator(operator): Operator,
    Extension(courier): Extension<Pushing>,
    _: NoQuery,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<wire::StreamToPut>,
) -> Answer<wire::Stream> {
    let form = match (body.method, body.address) {
        (wire::Method::Poll, None) => StreamForm::Poll,
        (wire::Method::Push, Some(address)) => {
            judged(&courier, &address)?;
            StreamForm::Push(address)
        }
        _ => {
            let detail = "an address goes with push, and with nothing else";
            return Err(Error::invalid("invalidInput", "address", detail).into());
        }
    };
    Ok(Json(operator.put_stream(&client_id, form).await?.into()))
}

/// Refuses an address that the hub would never call.
fn judged(courier: &Pushing, address: &str) -> Result<(), Error> {
    let Some(courier) = courier else {
        let detail = "this hub has no client certificate to push with: [push] in its configuration names it";
        return Err(Error::invalid("invalidInput", "method", detail));
    };
    let why = |forbidden: Forbidden| match forbidden {
        Forbidden::Scheme => "https is expected",
        Forbidden::Port(_) => "port 443 is expected",
        Forbidden::Address => {
            "an absolute URL of a host on the public internet is expected, without user and fragment, at most 500 characters"
        }
    };
    let judged = courier.judge(address);
    judged.map(drop).map_err(|forbidden| Error::invalid("invalidInput", "address", why(forbidden)))
}

async fn drop_stream(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Result<StatusCode, Problem> {
    operator.drop_stream(&client_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_stream(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<wire::StandingToSet>,
) -> Answer<wire::Stream> {
    let standing = match body.state {
        wire::Standing::Running => Standing::Running,
        wire::Standing::Paused => Standing::Paused,
    };
    Ok(Json(operator.set_stream(&client_id, standing).await?.into()))
}

/// Sends the challenge and says what the receiver made of it.
async fn challenge(
    Operator(operator): Operator,
    Extension(courier): Extension<Pushing>,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Answer<wire::Outcome> {
    let challenge = operator.challenge(&client_id).await?;
    let reply = called(&courier, &challenge.address, challenge.token.clone()).await?;
    let state = echo(&reply);
    let echo = match &reply.received {
        Ok(_) => operator.echoed(&challenge, state.as_deref()).await?,
        Err(_) => Echo::False,
    };
    Ok(Json(wire::Outcome::of_challenge(&reply, echo)))
}

/// The state in the answer to a challenge.
fn echo(reply: &Reply) -> Option<String> {
    let received = reply.received.as_ref().ok()?;
    matches!(received.status, 200 | 202).then(|| received.member("state")).flatten()
}

/// Sends a verification event and says what came back.
async fn test(
    Operator(operator): Operator,
    Extension(courier): Extension<Pushing>,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Answer<wire::Outcome> {
    let trial = operator.trial(&client_id).await?;
    let reply = called(&courier, &trial.address, trial.token).await?;
    Ok(Json(wire::Outcome::of_trial(&reply)))
}

async fn called(courier: &Pushing, address: &str, token: String) -> Result<Reply, Error> {
    judged(courier, address)?;
    match courier {
        Some(courier) => Ok(courier.call(address, token).await),
        None => Err(Error::NotFound("stream")),
    }
}

async fn dead_letters(
    Operator(operator): Operator,
    StrictQuery(asked): StrictQuery<AskedPage>,
    Path(client_id): Path<String>,
) -> Answer<Items<wire::DeadLetter>> {
    let page = operator.dead_letters(&client_id, asked.after.as_deref()).await?;
    Ok(Json(Items { items: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}

async fn dead_letter(
    Operator(operator): Operator,
    _: NoQuery,
    Path((client_id, letter)): Path<(String, String)>,
) -> Answer<wire::DeadLetter> {
    Ok(Json(operator.dead_letter(&client_id, &letter).await?.into()))
}

async fn drop_dead_letter(
    Operator(operator): Operator,
    _: NoQuery,
    Path((client_id, letter)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    operator.drop_dead_letter(&client_id, &letter).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn replay(
    Operator(operator): Operator,
    _: NoQuery,
    Path((client_id, letter)): Path<(String, String)>,
) -> Answer<wire::Replayed> {
    operator.replay(&client_id, &letter).await?;
    Ok(Json(wire::Replayed { replayed: 1 }))
}

async fn replay_all(
    Operator(operator): Operator,
    _: NoQuery,
    Path(client_id): Path<String>,
) -> Answer<wire::Replayed> {
    Ok(Json(wire::Replayed { replayed: operator.replay_all(&client_id).await? }))
}
