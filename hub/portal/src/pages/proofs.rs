//! Proofs: those about messages, downloads in JSON and PDF, what opens them, and the keys that everybody checks with.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use hub_core::Hub;
use hub_core::access::evidence::{Listed, Receipt};
use hub_core::clock::Timestamp;
use hub_core::evidence::Opening;

use super::mailbox::elsewhere;
use crate::failure::{Answer, Failure};
use crate::form::Parameters;
use crate::receipt::ReceiptSheet;
use crate::session::LoggedIn;
use crate::texts;
use crate::view::{Fault, Proof, ProofsPage, ProvenFact, ProvenMessage};

/// The evidence about the messages of the open mailbox, gone ones too.
pub(crate) async fn list(
    Path(mailbox): Path<String>,
    session: LoggedIn,
    Parameters(query): Parameters,
) -> Answer {
    if mailbox != session.mailbox.id {
        return elsewhere(&session, &mailbox).await;
    }
    let here = address(&mailbox);
    let after = query.one("after");
    let page = session.citizen.proofs(&mailbox, after).await?;
    let language = session.visitor.language;
    session.visitor.show(&ProofsPage {
        frame: session.visitor.frame(),
        holder: session.holder(),
        back: format!("/mailboxes/{mailbox}"),
        messages: page
            .items
            .into_iter()
            .map(|message| ProvenMessage {
                sender: message.sender.as_ref().map(|name| texts::words(name, language)),
                proofs: of(&session, &mailbox, (&message.id, &message.proofs)),
            })
            .collect(),
        first: after.map(|_| here.clone()),
        next: page.next.map(|next| format!("{here}?after={next}")),
    })
}

/// Where the evidence about the messages of a mailbox is.
pub(crate) fn address(mailbox: &str) -> String {
    format!("/mailboxes/{mailbox}/proofs")
}

/// What a page lists about one message, by what stands for it.
pub(crate) fn of(session: &LoggedIn, mailbox: &str, (matter, proofs): (&str, &[Listed])) -> Vec<Proof> {
    let below = format!("{}/{matter}", address(mailbox));
    proofs.iter().map(|proof| listed(session, &below, proof)).collect()
}

/// A receipt of a consent of the open mailbox, or what opens it.
pub(crate) async fn of_consent(
    State(hub): State<Hub>,
    Path((consent, proof, format)): Path<(String, String, String)>,
    session: LoggedIn,
) -> Answer {
    if format == OPENING {
        return opening(&session.citizen.consent_opening(&consent, &proof).await?);
    }
    let receipt = session.citizen.consent_receipt(&consent, &proof).await?;
    download((&hub, &session), &receipt, &format)
}

/// A piece of evidence about a message of the open mailbox, or what opens it.
pub(crate) async fn of_message(
    State(hub): State<Hub>,
    Path((mailbox, message, proof, format)): Path<(String, String, String, String)>,
    session: LoggedIn,
) -> Answer {
    if format == OPENING {
        return opening(&session.citizen.message_opening(&mailbox, &message, &proof).await?);
    }
    let receipt = session.citizen.message_receipt(&mailbox, &message, &proof).await?;
    download((&hub, &session), &receipt, &format)
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

/// What a page lists of one proof; `below` is the address of the proofs about the same.
pub(crate) fn listed(session: &LoggedIn, below: &str, listed: &Listed) -> Proof {
    let fact = |fact: &hub_core::evidence::Stated| {
        Timestamp::parse(&fact.at).map(|at| ProvenFact { kind: fact.kind.name(), at })
    };
    Proof {
        facts: listed.facts.iter().filter_map(fact).collect(),
        href: format!("{below}/{}", listed.id),
        opens: listed.salted && session.mailbox.decides,
    }
}

fn download((hub, session): (&Hub, &LoggedIn), receipt: &Receipt, format: &str) -> Answer {
    let (media_type, bytes) = match format {
        "json" => ("application/json", receipt.document.json()),
        "pdf" => {
            let sheet = ReceiptSheet::of(session, receipt).map_err(|flaw| Failure::internal(&flaw))?;
            ("application/pdf", receipt.pdf(hub, |document| sheet.set(document))?)
        }
        _ => return Err(Fault::NotFound.into()),
    };
    file(&format!("{}.{format}", receipt.file_name()), media_type, bytes)
}

fn opening(opening: &Opening) -> Answer {
    let json = opening.json().map_err(|error| Failure::internal(&error))?;
    file("facteur-opening.json", "application/json", json)
}

fn file(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Answer {
    let name = format!("attachment; filename=\"{name}\"");
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers
        .insert(CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(|error| Failure::internal(&error))?);
    Ok((headers, bytes).into_response())
}

/// What stands in the place of a format for what opens a proof.
const OPENING: &str = "opening";
