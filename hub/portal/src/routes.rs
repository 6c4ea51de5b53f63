//! Which address is answered by whom.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use hub_core::Hub;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::failure::Failure;
use crate::pages::{
    activation, authorize, consents, deciding, documents, home, login, logout, mailbox, message, partitions,
    proofs, register, resuming, software, usage,
};
use crate::portal::Portal;
use crate::view::Fault;
use crate::{content, docs, explain, receipt};

/// The pages, for the public listener.
///
/// Forms are taken from pages of this origin only; forms of a session also carry its value.
pub fn routes(portal: Portal) -> Router<Hub> {
    let forms = CsrfLayer::new().with_rejection_response(foreign as fn(ProtectionError) -> Response);
    Router::new()
        .route("/", get(home::start))
        .route("/providers", get(register::show))
        .route("/lang", get(home::language))
        .route("/login", get(login::start))
        .route("/login/callback", get(login::returned))
        .route("/logout", get(logout::over).post(logout::end))
        .route("/activation", get(activation::ask).post(activation::decide))
        .route("/mailboxes/{mailboxId}", get(mailbox::list).post(mailbox::open))
        .route("/mailboxes/{mailboxId}/archive", get(mailbox::archive))
        .route("/mailboxes/{mailboxId}/messages/{messageId}", get(message::read))
        .route("/mailboxes/{mailboxId}/messages/{messageId}/reply", post(message::reply))
        .route("/mailboxes/{mailboxId}/messages/{messageId}/archive", post(message::shelve))
        .route("/mailboxes/{mailboxId}/messages/{messageId}/partition", post(partitions::move_message))
        .route("/mailboxes/{mailboxId}/partitions", get(partitions::show).post(partitions::change))
        .route(
            "/mailboxes/{mailboxId}/messages/{messageId}/attachments/{attachmentId}",
            get(message::attachment),
        )
        .route("/mailboxes/{mailboxId}/proofs", get(proofs::list))
        .route("/mailboxes/{mailboxId}/proofs/{matterId}/{proofId}/{format}", get(proofs::of_message))
        .route("/mailboxes/{mailboxId}/usage", get(usage::show))
        .route("/mailboxes/{mailboxId}/findUsage", get(usage::find))
        .route("/consents", get(consents::list))
        .route("/consents/{consentId}/proofs/{proofId}/{format}", get(proofs::of_consent))
        .route("/consents/{consentId}/revoke", post(consents::revoke).get(consents::ended))
        .route("/consents/{consentId}/resume", get(resuming::ask).post(resuming::decide))
        .route(
            "/software",
            get(software::ask).post(software::register).layer(DefaultBodyLimit::max(LARGEST_PASTE)),
        )
        .route("/software/{consentId}", get(software::registered))
        .route("/consents/{consentId}/less", get(consents::ask_less).post(consents::allow_less))
        .route("/authorize", get(authorize::open).post(authorize::log_in))
        .route("/authorize/consent", post(deciding::decide))
        .route("/doc/mailbox/v1/openapi.yaml", get(documents::mailbox))
        .route("/doc/sender/v1/openapi.yaml", get(documents::sender))
        .route("/doc/messageRegistry/v2/openapi.yaml", get(documents::registry))
        .route("/doc/federation/v1/openapi.yaml", get(documents::federation))
        .route("/doc/events/v1/openapi.yaml", get(documents::events))
        .route("/doc/memo/v1/openapi.yaml", get(documents::memo))
        .route(receipt::KEYS, get(proofs::keys))
        .route("/doc/usage/findUsage.schema.json", get(documents::find_usage))
        .route("/assets/{file}", get(documents::asset))
        .merge(docs::routes())
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(forms)
        .layer(middleware::from_fn_with_state(portal, explain::explain))
}

/// Attachments and logos, for the content listener.
pub fn content_routes(portal: Portal) -> Router<Hub> {
    Router::new()
        .route("/a/{token}/{fileName}", get(content::attachment))
        .route("/logos/{sha256}", get(content::logo))
        .layer(middleware::from_fn_with_state(portal, content::explain))
}

async fn unknown() -> Failure {
    Fault::NotFound.into()
}

fn foreign(_: ProtectionError) -> Response {
    Failure::from(Fault::Form).into_response()
}

const LARGEST_FORM: usize = 32 * 1024;
/// A form with a certificate and those of its issuers.
const LARGEST_PASTE: usize = 64 * 1024;
