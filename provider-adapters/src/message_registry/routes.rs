//! The routes of the Message Registry: parse, call, convert, answer.

mod ebox;
mod notifications;
mod publish;
mod reference;
mod status;

use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::header;
use http::request::Parts;
use hub_core::Hub;
use hub_core::error::Error;
use hub_core::peer::Role;
use hub_http::{Ids as At, NoQuery, Problem, Trusted, Uploads, keep_private, no_route, only};

use super::fault::{Fault, spoken};

pub(super) fn routes() -> Router<Hub> {
    let content = "/ebox/messages/{messageId}/attachments/{attachmentId}/content";
    Router::new()
        .route("/ebox", only("GET", get(ebox::ebox)))
        .route("/ebox/messages", only("GET, PATCH", get(ebox::messages).patch(ebox::update)))
        .route("/ebox/messages/{messageId}", only("GET", get(ebox::message)))
        .route("/ebox/messages/{messageId}/attachments", only("GET", get(ebox::attachments)))
        .route("/ebox/messages/{messageId}/attachments/{attachmentId}", only("GET", get(ebox::attachment)))
        .route(content, only("GET", get(ebox::content)))
        .route("/ebox/messages/{messageId}/body", only("GET", get(ebox::body)))
        .route("/ebox/messages/{messageId}/paymentData", only("GET", get(ebox::payment_data)))
        // The form has its own limits, part by part.
        .route("/publishMessage", only("POST", post(publish::publish)).layer(DefaultBodyLimit::disable()))
        .route("/linkEboxMessage", only("POST", post(status::link)))
        .route("/searchMessageStatus", only("POST", post(status::search)))
        .route("/eventNotifications", only("POST", post(notifications::notify)))
        .nest("/referenceData", references())
        .route("/doc/openapi.yaml", only("GET", get(document)))
        .fallback(no_route)
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .layer(Extension(Uploads::none()))
        .layer(map_response(leaving))
}

fn references() -> Router<Hub> {
    let images = |of: &str| format!("{of}/images/{{imageId}}/content");
    let (organization, application) =
        ("/senderOrganizations/{senderOrganizationId}", "/senderApplications/{senderApplicationId}");
    Router::new()
        .route("/messageTypes", only("GET", get(reference::types)))
        .route("/messageTypes/{messageTypeId}", only("GET", get(reference::one_type)))
        .route("/senderApplications", only("GET", get(reference::applications)))
        .route(application, only("GET", get(reference::application)))
        .route(&images(application), only("GET", get(reference::application_image)))
        .route("/senderOrganizations", only("GET", get(reference::organizations)))
        .route(organization, only("GET", get(reference::organization)))
        .route(&images(organization), only("GET", get(reference::organization_image)))
}

/// The API's own document, for whoever has a registered certificate.
async fn document(State(hub): State<Hub>, Trusted(identity): Trusted, _: NoQuery) -> Result<Response, Fault> {
    let role = if identity.role == Role::Operator { Role::Provider } else { identity.role };
    hub.registered(&identity, role).await?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], specs::REGISTRY_OPENAPI).into_response())
}

/// What every answer has: refusals in this protocol's words, and nothing kept on the way but reference data.
async fn leaving(response: Response) -> Response {
    keep_private(spoken(response)).await
}

/// For which enterprise somebody says that they act.
struct OnBehalfOf(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for OnBehalfOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(ON_BEHALF_OF).iter();
        let (first, second) = (values.next(), values.next());
        let Some(value) = first else { return Ok(Self(None)) };
        let number = value.to_str().ok().filter(|text| {
            second.is_none()
                && (1..=10).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_digit())
        });
        match number {
            Some(number) => Ok(Self(Some(number.to_owned()))),
            None => {
                let detail = "one enterprise number is expected";
                Err(Error::invalid("schemaViolation", "On-Behalf-Of-Enterprise-Number", detail).into())
            }
        }
    }
}

const ON_BEHALF_OF: &str = "on-behalf-of-enterprise-number";
/// Far more than any JSON body of this API needs, in bytes.
const JSON_LIMIT: usize = 64 * 1024;
