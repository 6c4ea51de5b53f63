//! Proofs: downloads of evidence in JSON and PDF, and the keys that everybody checks it with.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use hub_core::Hub;
use hub_core::access::evidence::{Listed, Receipt};
use hub_core::clock::Timestamp;

use crate::failure::{Answer, Failure};
use crate::receipt::ReceiptSheet;
use crate::session::LoggedIn;
use crate::view::{Fault, Proof, ProvenFact};

/// A receipt of a consent of the open mailbox.
pub(crate) async fn of_consent(
    Path((consent, proof, format)): Path<(String, String, String)>,
    session: LoggedIn,
) -> Answer {
    let receipt = session.citizen.consent_receipt(&consent, &proof).await?;
    download(&session, &receipt, &format)
}

/// A piece of evidence about a message of the open mailbox.
pub(crate) async fn of_message(
    Path((mailbox, message, proof, format)): Path<(String, String, String, String)>,
    session: LoggedIn,
) -> Answer {
    let receipt = session.citizen.message_receipt(&mailbox, &message, &proof).await?;
    download(&session, &receipt, &format)
}

/// The keys, for everybody.
pub(crate) async fn keys(State(hub): State<Hub>) -> Answer {
    let keys = hub.evidence_keys().await?;
    let mut headers = HeaderMap::with_capacity(2);
    // RFC 7517 8.5.1
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok((headers, Json(keys)).into_response())
}

/// What a page lists; `below` is the address of what the proofs are about.
pub(crate) fn listed(below: &str, listed: &Listed) -> Proof {
    let fact = |fact: &hub_core::evidence::Stated| {
        Timestamp::parse(&fact.at).map(|at| ProvenFact { kind: fact.kind.name(), at })
    };
    Proof {
        facts: listed.facts.iter().filter_map(fact).collect(),
        href: format!("{below}/proofs/{}", listed.id),
    }
}

fn download(session: &LoggedIn, receipt: &Receipt, format: &str) -> Answer {
    let (media_type, bytes) = match format {
        "json" => ("application/json", receipt.document.json()),
        "pdf" => {
            let sheet = ReceiptSheet::new(session, receipt)?;
            let pdf = session.citizen.sealed_pdf(receipt, |document| sheet.set(document))?;
            ("application/pdf", pdf)
        }
        _ => return Err(Fault::NotFound.into()),
    };
    let name = format!("attachment; filename=\"{}.{format}\"", name_of(receipt));
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers
        .insert(CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(|error| Failure::internal(&error))?);
    Ok((headers, bytes).into_response())
}

/// `facteur-opened-2026-11-22`.
fn name_of(receipt: &Receipt) -> String {
    let first = receipt.statement.facts.first();
    let day = first.and_then(|fact| fact.at.get(..10)).unwrap_or_default();
    format!("facteur-{}-{day}", first.map_or("", |fact| fact.kind.name()))
}
