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

use crate::Adapter;

/// The metadata of the sender API and of these adapters under their well-known paths; `issuer` is the public origin.
pub fn metadata_routes(audiences: &Audiences, issuer: &str, adapters: &[Box<dyn Adapter>]) -> Router<Hub> {
    let apis = adapters.iter().map(|adapter| adapter.api()).chain([Api::Sender]);
    apis.fold(Router::new(), |router, api| {
        let metadata = resource_metadata(api.audience(audiences), issuer, api);
        let path = format!("/.well-known/oauth-protected-resource/{}", api.path());
        router.route(&path, get(document(&metadata)))
    })
}

/// An API that tokens are issued for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// What providers read with; rights come from rich authorization requests (RFC 9396).
    Mailbox,
    /// What public bodies publish with; rights are scopes.
    Sender,
    /// What software for the e-Box reads and publishes with; rights are both.
    Registry,
}

impl Api {
    /// Its audience: the address of tokens for it.
    pub fn audience(self, audiences: &Audiences) -> &str {
        match self {
            Self::Mailbox => &audiences.mailbox,
            Self::Sender => &audiences.sender,
            Self::Registry => &audiences.registry,
        }
    }

    /// Its path on the mtls listener, without the first slash.
    const fn path(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox/v1",
            Self::Sender => "sender/v1",
            Self::Registry => "messageRegistry/v2",
        }
    }
}

/// The metadata of one API, whose audience is `resource`.
pub fn resource_metadata(resource: &str, issuer: &str, api: Api) -> Value {
    let mut document = json!({
        "resource": resource,
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
        "tls_client_certificate_bound_access_tokens": true,
    });
    let details = ("authorization_details_types_supported", json!(["mailbox"]));
    let scopes = |scopes: &[&str]| ("scopes_supported", json!(scopes));
    let rights = match api {
        Api::Mailbox => vec![details],
        Api::Sender => vec![scopes(&["publish", "status", "recipients", "feed"])],
        Api::Registry => vec![details, scopes(&["publish", "status", "recipients"])],
    };
    let documentation = format!("{issuer}/doc/{}/openapi.yaml", api.path());
    let documentation = ("resource_documentation", documentation.into());
    if let Some(members) = document.as_object_mut() {
        let further = rights.into_iter().chain([documentation]);
        members.extend(further.map(|(name, value)| (name.to_owned(), value)));
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
        let registry =
            resource_metadata("https://api.localhost:8444/messageRegistry/v2", issuer, Api::Registry);
        assert_eq!(registry["authorization_details_types_supported"], json!(["mailbox"]));
        assert_eq!(registry["scopes_supported"], json!(["publish", "status", "recipients"]));
        assert!(
            registry["resource_documentation"]
                .as_str()
                .unwrap()
                .ends_with("/doc/messageRegistry/v2/openapi.yaml")
        );
    }
}
