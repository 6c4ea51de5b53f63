//! The front: what the bank's customer sees and presses.
//!
//! Whatever changes something is a POST that must come from our own pages (`CsrfLayer`); the session cookie
//! is bound to this host. Letters are fetched when they are looked at and never kept.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::{FromRequestParts, Path, Query, RawQuery, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use tower_http::csrf::CsrfLayer;
use url::form_urlencoded;

use crate::{
    connection::Connection,
    consent::Ask,
    error::Error,
    front::Front,
    pages::{Failure, Home, Letter, Mail, show},
};

/// The front's routes.
pub(crate) fn router(issuer: &str, front: Arc<Front>) -> Router {
    let headers = security_headers(issuer);
    Router::new()
        .route("/", get(home))
        .route("/connect", post(connect))
        .route("/callback", get(callback))
        .route("/mail", get(mail))
        .route("/mail/{message_id}", get(letter))
        .route("/mail/{message_id}/read", post(mark_read))
        .route("/mail/{message_id}/{attachment_id}", get(attachment))
        .route("/disconnect", post(disconnect))
        .route("/style.css", get(style))
        .layer(CsrfLayer::new())
        .layer(middleware::map_response(move |response| secured(headers.clone(), response)))
        .with_state(front)
}

async fn home(State(front): State<Arc<Front>>, jar: CookieJar) -> Response {
    show(&Home { connected: front.sessions.connection(&jar).is_some() })
}

/// Pushes the request, then sends the browser to the hub with nothing but a reference to it.
async fn connect(State(front): State<Arc<Front>>, jar: CookieJar) -> Result<(CookieJar, Redirect), Failure> {
    let (jar, to_hub) = front.begin(jar, &Ask::citizen()).await?;
    Ok((jar, Redirect::to(to_hub.as_str())))
}

/// Takes the hub's answer, once, in the browser that asked; what the answer says does not choose where the browser goes.
async fn callback(
    State(front): State<Arc<Front>>,
    RawQuery(query): RawQuery,
    jar: CookieJar,
) -> Result<Redirect, Failure> {
    front.come_back(&jar, &query.unwrap_or_default()).await.map_err(Failure::of)?;
    Ok(Redirect::to("/mail"))
}

async fn mail(Connected(connection): Connected, Query(page): Query<Page>) -> Result<Response, Failure> {
    let messages = match connection.messages(page.after.as_deref()).await {
        // The cursor is of another time: begin again at the newest.
        Err(Error::Problem(problem)) if problem.status == 410 && page.after.is_some() => {
            return Ok(Redirect::to("/mail").into_response());
        }
        other => other?,
    };
    let older = messages.cursor().map(|cursor| {
        let query: String =
            form_urlencoded::Serializer::new(String::new()).append_pair("after", &cursor).finish();
        format!("/mail?{query}")
    });
    let granted = connection.granted();
    Ok(show(&Mail {
        letters: messages.items,
        total: messages.total,
        older,
        readable: granted.allows("readContent"),
        until: granted.until,
    }))
}

async fn letter(
    Connected(connection): Connected,
    Path(message_id): Path<String>,
) -> Result<Response, Failure> {
    let letter = connection.message(&message_id).await?;
    let markable = !letter.read && connection.granted().allows("markRead");
    Ok(show(&Letter { letter, markable }))
}

async fn mark_read(
    Connected(connection): Connected,
    Path(message_id): Path<String>,
) -> Result<Redirect, Failure> {
    let message = connection.mark_read(&message_id).await?;
    Ok(Redirect::to(&format!("/mail/{}", message.message_id)))
}

/// Hands out an attachment only after all of it was checked.
async fn attachment(
    Connected(connection): Connected,
    Path((message_id, attachment_id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let message = connection.message(&message_id).await?;
    let attachment = message
        .attachments
        .iter()
        .find(|attachment| attachment.attachment_id == attachment_id)
        .ok_or(Error::Broken("no such attachment"))?;
    let mut content = Vec::new();
    connection.attachment(&message_id, attachment, &mut content).await?;

    let disposition = format!("attachment; filename=\"{}\"", plain(&attachment.file_name));
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
    ];
    Ok((headers, content).into_response())
}

/// Hands the consent back to the hub before the customer is told that it is gone.
async fn disconnect(State(front): State<Arc<Front>>, jar: CookieJar) -> Result<Redirect, Failure> {
    if let Some(connection) = front.sessions.connection(&jar) {
        connection.end().await?;
    }
    front.sessions.end(&jar);
    Ok(Redirect::to("/"))
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../templates/style.css"))
}

/// The query of the list.
#[derive(Deserialize)]
struct Page {
    after: Option<String>,
}

/// The consent behind this browser's session; without one the browser goes to the first page.
struct Connected(Arc<Connection>);

impl FromRequestParts<Arc<Front>> for Connected {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, front: &Arc<Front>) -> Result<Self, Redirect> {
        let jar = CookieJar::from_headers(&parts.headers);
        front.sessions.connection(&jar).map(Self).ok_or_else(|| Redirect::to("/"))
    }
}

/// Headers of every answer. The button *connect* leads to the hub, so forms may end there.
fn security_headers(issuer: &str) -> HeaderMap {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {issuer}; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut headers = HeaderMap::new();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    headers
}

/// Adds the headers that the answer does not state itself.
async fn secured(headers: HeaderMap, mut response: Response) -> Result<Response, Infallible> {
    for (name, value) in &headers {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    Ok(response)
}

/// A file name that needs no quoting.
fn plain(file_name: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    file_name.chars().map(|c| if keep(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_end_its_header() {
        assert_eq!(plain("a\"; b\r\nc é.pdf"), "a___b__c__.pdf");
    }

    #[test]
    fn forms_may_end_at_the_hub_and_nowhere_else() {
        let headers = security_headers("https://facteur.localhost:8443");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("form-action 'self' https://facteur.localhost:8443;"));
    }
}
