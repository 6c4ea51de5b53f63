//! Withdrawing a message. A module of its own, with what travels and the one route.

use axum::Json;
use axum::extract::{Path, State};
use hub_core::Hub;
use hub_http::{Caller, NoQuery, Problem, StrictJson};
use serde::{Deserialize, Serialize};

use crate::callers::Publisher;
use crate::wire;

pub(crate) async fn withdraw(
    Caller(Publisher(sender)): Caller<Publisher>,
    State(hub): State<Hub>,
    _: NoQuery,
    Path(message_id): Path<String>,
    StrictJson(withdrawal): StrictJson<Withdrawal>,
) -> Result<Json<Withdrawn>, Problem> {
    let withdrawn = sender.withdraw(&message_id, &withdrawal.reason.into()).await?;
    Ok(Json(Withdrawn {
        href: format!("{}/messages/{}", hub.audiences().sender, withdrawn.message_id),
        message_id: withdrawn.message_id,
        withdrawn_at: withdrawn.at.rfc3339(),
    }))
}

/// Why it is withdrawn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    reason: wire::Texts,
}

/// That it is withdrawn.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Withdrawn {
    message_id: String,
    withdrawn_at: String,
    href: String,
}
