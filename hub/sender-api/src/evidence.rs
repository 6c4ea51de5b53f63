//! What is proven about messages.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use http::HeaderMap;
use hub_core::Hub;
use hub_core::access::evidence::SenderEvidence;
use hub_core::evidence::{Document, Stated};
use hub_http::{Caller, NoQuery, Problem, Sheets};
use serde::Serialize;

use crate::callers::Follower;

/// The path of a piece of evidence as a sheet.
pub(crate) const SHEET: &str = "/sender/v1/messages/{messageId}/evidence/{evidenceId}/sheet";

pub(crate) async fn list(
    Caller(Follower(sender)): Caller<Follower>,
    State(hub): State<Hub>,
    _: NoQuery,
    Path(message_id): Path<String>,
) -> Result<Json<EvidenceList>, Problem> {
    let evidence = sender.evidence(&message_id).await?;
    let own_href = format!("{}/messages/{message_id}/evidence", hub.audiences().sender);
    let items = evidence.into_iter().map(|one| shown(one, &own_href)).collect();
    Ok(Json(EvidenceList { own_href, items }))
}

pub(crate) async fn sheet(
    Caller(Follower(sender)): Caller<Follower>,
    State(hub): State<Hub>,
    Extension(sheets): Extension<Sheets>,
    _: NoQuery,
    Path((message_id, evidence)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let receipt = sender.one_evidence(&message_id, &evidence).await?;
    Ok(sheets.answer(&hub, &receipt, &headers)?)
}

fn shown(one: SenderEvidence, list: &str) -> Evidence {
    Evidence {
        sheet_href: format!("{list}/{}/sheet", one.receipt.id),
        evidence_id: one.receipt.id,
        facts: one.receipt.statement.facts.into_iter().map(fact).collect(),
        opening: one.salt.map(|salt| Opening { salt }),
        document: one.receipt.document,
    }
}

fn fact(stated: Stated) -> Fact {
    Fact { kind: stated.kind.name(), at: stated.at, code: stated.reason }
}

/// What is proven about a message, oldest first.
#[derive(Serialize)]
pub(crate) struct EvidenceList {
    #[serde(rename = "self")]
    own_href: String,
    items: Vec<Evidence>,
}

/// A piece of evidence; the document alone is what others are shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Evidence {
    evidence_id: String,
    facts: Vec<Fact>,
    document: Document,
    #[serde(skip_serializing_if = "Option::is_none")]
    opening: Option<Opening>,
    sheet_href: String,
}

/// A fact, as the document states it.
#[derive(Serialize)]
struct Fact {
    kind: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// What opens the recipient's salted hash for who knows the number.
#[derive(Serialize)]
struct Opening {
    salt: String,
}
