//! The content origin: attachments and logos, without cookies and without anything that could run (TRUST T13).

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use data_encoding::HEXLOWER;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use hub_core::Hub;
use hub_core::access::shown::Content;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_http::TraceId;

use crate::failure::Failure;
use crate::headers::{CROSS_ORIGIN_RESOURCE_POLICY, TWO_YEARS};
use crate::i18n::{Language, Text, Wishes, negotiate};
use crate::portal::Portal;

/// A file of a message; the name in the address is for people, the token decides.
pub(crate) async fn attachment(
    State(hub): State<Hub>,
    Path((token, _name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let Content { attachment, bytes } = hub.content(&token).await?;
    let mut response = Body::from_stream(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(attachment.size));
    set(headers, CONTENT_TYPE, &attachment.media_type);
    set(headers, CONTENT_DISPOSITION, &disposition(&attachment.file_name));
    set(headers, CACHE_CONTROL, "no-store");
    Ok(response)
}

/// A provider's logo, which pages of the portal show.
pub(crate) async fn logo(State(hub): State<Hub>, Path(sha256): Path<String>) -> Result<Response, Failure> {
    let unknown = || Failure::from(Error::NotFound("logo"));
    let digest = HEXLOWER.decode(sha256.as_bytes()).map_err(|_| unknown())?;
    let digest = <[u8; 32]>::try_from(digest).map_err(|_| unknown())?;
    let (media_type, bytes) = hub.logo(Sha256(digest)).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    set(headers, CONTENT_TYPE, &media_type);
    set(headers, CONTENT_DISPOSITION, "attachment");
    set(headers, CACHE_CONTROL, "public, max-age=31536000, immutable");
    set(headers, CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin");
    Ok(response)
}

/// What every answer of this origin has, and a line of text where there is nothing to give.
pub(crate) async fn explain(
    State(portal): State<Portal>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let accepted = request.headers().get(http::header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let wishes = Wishes { accept_language: accepted, ..Wishes::default() };
    let language = negotiate(&wishes, portal.language());
    let mut response = next.run(request).await;
    if response.status() != StatusCode::OK {
        response = told(response.status(), language);
    }
    for (name, value) in FIXED {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn told(status: StatusCode, language: Language) -> Response {
    let t = Text::new(language);
    let (title, text) = if status.is_server_error() {
        (t.say("error-server-title"), t.say("error-server-text"))
    } else {
        (t.say("error-not-found-title"), t.say("error-not-found-text"))
    };
    let trace = TraceId::current();
    let words = format!("{title}\n\n{text}\n\n{} {}\n", t.say("error-trace"), trace.as_str());
    (status, [(http::header::CONTENT_LANGUAGE, language.tag())], words).into_response()
}

/// Saves under `name`: as it is for browsers of today, in ASCII for others (RFC 6266 4.3, RFC 8187).
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !['"', '\\', '/', '%'].contains(&c) { c } else { '_' })
        .collect();
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

const FIXED: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-store"),
    (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (STRICT_TRANSPORT_SECURITY, TWO_YEARS),
    (REFERRER_POLICY, "no-referrer"),
    (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_can_neither_leave_its_quotes_nor_its_line() {
        assert_eq!(
            disposition("dé\"\r\nX: y;.pdf"),
            "attachment; filename=\"d____X:_y;.pdf\"; filename*=UTF-8''d%C3%A9%22%0D%0AX%3A%20y%3B.pdf"
        );
    }
}
