//! Protected resource metadata (RFC 9728): where a client gets a token for an API, and how it presents it.
//!
//! Open to everybody, also without a certificate: the challenge of a 401 names these addresses.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderValue, header};
use hub_core::{Audiences, Hub};
use serde_json::{Value, json};

/// The metadata of the two APIs under their well-known paths; `issuer` is the public origin.
pub fn metadata_routes(audiences: &Audiences, issuer: &str) -> Router<Hub> {
    let mailbox = resource_metadata(&audiences.mailbox, issuer, Api::Mailbox);
    let sender = resource_metadata(&audiences.sender, issuer, Api::Sender);
    Router::new()
        .route("/.well-known/oauth-protected-resource/mailbox/v1", get(document(&mailbox)))
        .route("/.well-known/oauth-protected-resource/sender/v1", get(document(&sender)))
}

/// An API that tokens are issued for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// What providers read with; rights come from rich authorization requests (RFC 9396).
    Mailbox,
    /// What public bodies publish with; rights are scopes.
    Sender,
}

/// The metadata of one API, whose audience is `resource`.
pub fn resource_metadata(resource: &str, issuer: &str, api: Api) -> Value {
    let mut document = json!({
        "resource": resource,
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
        "tls_client_certificate_bound_access_tokens": true,
    });
    let (rights, values, name) = match api {
        Api::Mailbox => ("authorization_details_types_supported", json!(["mailbox"]), "mailbox"),
        Api::Sender => ("scopes_supported", json!(["publish", "status", "recipients", "feed"]), "sender"),
    };
    if let Some(members) = document.as_object_mut() {
        members.insert(rights.to_owned(), values);
        members.insert(
            "resource_documentation".to_owned(),
            format!("{issuer}/doc/{name}/v1/openapi.yaml").into(),
        );
    }
    document
}

fn document(value: &Value) -> impl Fn() -> std::future::Ready<Response> + Clone + Send + Sync + 'static {
    let bytes = Bytes::from(value.to_string());
    move || std::future::ready((HEADERS, bytes.clone()).into_response())
}

/// An hour: long enough not to be asked again with every refusal.
const HEADERS: [(header::HeaderName, HeaderValue); 2] = [
    (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
    (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_api_says_which_rights_its_tokens_carry() {
        let issuer = "https://facteur.localhost:8443";
        let mailbox = resource_metadata("https://api.localhost:8444/mailbox/v1", issuer, Api::Mailbox);
        let sender = resource_metadata("https://api.localhost:8444/sender/v1", issuer, Api::Sender);

        assert_eq!(mailbox["resource"], "https://api.localhost:8444/mailbox/v1");
        assert_eq!(mailbox["authorization_servers"], json!([issuer]));
        assert_eq!(mailbox["authorization_details_types_supported"], json!(["mailbox"]));
        assert_eq!(mailbox["tls_client_certificate_bound_access_tokens"], true);
        assert_eq!(sender["scopes_supported"], json!(["publish", "status", "recipients", "feed"]));
        assert!(sender.get("authorization_details_types_supported").is_none());
    }
}
