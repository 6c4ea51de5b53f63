//! What is the same for everybody: API documents, the stylesheet, the icon.

use axum::extract::Path;
use axum::response::IntoResponse as _;
use http::HeaderMap;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use crate::assets;
use crate::failure::Answer;
use crate::headers;
use crate::view::Fault;

/// The mailbox API, which providers call.
pub(crate) async fn mailbox() -> Answer {
    document("application/yaml", specs::MAILBOX_OPENAPI)
}

/// The sender API, which public bodies call.
pub(crate) async fn sender() -> Answer {
    document("application/yaml", specs::SENDER_OPENAPI)
}

/// The Message Registry, which software written for the e-Box calls.
pub(crate) async fn registry() -> Answer {
    document("application/yaml", specs::REGISTRY_OPENAPI)
}

/// The Federation service, which software written for the e-Box calls.
pub(crate) async fn federation() -> Answer {
    document("application/yaml", specs::FEDERATION_OPENAPI)
}

/// The e-Box's events, which software written for the e-Box reads.
pub(crate) async fn events() -> Answer {
    document("application/yaml", specs::EVENTS_OPENAPI)
}

/// MeMo, which software for Nordic-style services calls.
pub(crate) async fn memo() -> Answer {
    document("application/yaml", specs::MEMO_OPENAPI)
}

/// The access log as a file for programs, which citizens fetch.
pub(crate) async fn find_usage() -> Answer {
    document("application/schema+json", specs::FIND_USAGE_SCHEMA)
}

/// A file of the pages.
pub(crate) async fn asset(Path(file): Path<String>) -> Answer {
    let asset = assets::find(&file).ok_or(Fault::NotFound)?;
    Ok((headers::asset(asset.media_type()), asset.bytes()).into_response())
}

fn document(media_type: &'static str, text: &'static str) -> Answer {
    let mut headers = HeaderMap::with_capacity(2);
    // application/yaml: RFC 9512
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok((headers, text).into_response())
}
