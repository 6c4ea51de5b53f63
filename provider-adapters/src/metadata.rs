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

/// The metadata of the sender API and of these adapters under their well-known paths.
pub fn metadata_routes(
    audiences: &Audiences,
    issuers: &Issuers,
    adapters: &[Box<dyn Adapter>],
) -> Router<Hub> {
    let apis = adapters.iter().map(|adapter| adapter.api()).chain([Api::Sender]);
    apis.fold(Router::new(), |router, api| {
        let metadata = resource_metadata(api.audience(audiences), issuers, api);
        let path = format!("/.well-known/oauth-protected-resource/{}", api.path());
        router.route(&path, get(document(&metadata)))
    })
}

/// Who issues the tokens of the APIs.
#[derive(Clone, Debug)]
pub struct Issuers {
    /// The public origin.
    pub main: String,
    /// The issuer for software of the e-Box, whose tokens open the services of the e-Box; `None` if it is off.
    pub ebox: Option<String>,
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
    /// The registry of document providers, and preferences; rights are scopes.
    Federation,
    /// What happened to messages, as the e-Box's events; rights are scopes.
    Events,
    /// What software for MeMo reads and answers with; rights are as at the mailbox API.
    Memo,
}

impl Api {
    /// Its audience: the address of tokens for it.
    pub fn audience(self, audiences: &Audiences) -> &str {
        match self {
            Self::Mailbox => &audiences.mailbox,
            Self::Sender => &audiences.sender,
            Self::Registry => &audiences.registry,
            Self::Federation => &audiences.federation,
            Self::Events => &audiences.events,
            Self::Memo => &audiences.memo,
        }
    }

    /// Its path on the mtls listener, without the first slash.
    const fn path(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox/v1",
            Self::Sender => "sender/v1",
            Self::Registry => "messageRegistry/v2",
            Self::Federation => "federation/v1",
            Self::Events => "events/v1",
            Self::Memo => "memo/v1",
        }
    }
}

/// The metadata of one API, whose audience is `resource`.
pub fn resource_metadata(resource: &str, issuers: &Issuers, api: Api) -> Value {
    let issuer = &issuers.main;
    let ebox = issuers.ebox.as_ref().filter(|_| matches!(api, Api::Registry | Api::Federation | Api::Events));
    let servers: Vec<&String> = std::iter::once(issuer).chain(ebox).collect();
    let mut document = json!({
        "resource": resource,
        "authorization_servers": servers,
        "bearer_methods_supported": ["header"],
        "tls_client_certificate_bound_access_tokens": true,
    });
    let details = ("authorization_details_types_supported", json!(["mailbox"]));
    let scopes = |scopes: &[&str]| ("scopes_supported", json!(scopes));
    let rights = match api {
        Api::Mailbox | Api::Memo => vec![details],
        Api::Sender => vec![scopes(&["publish", "status", "recipients", "feed"])],
        Api::Registry => {
            vec![details, scopes(&["publish", "status", "recipients", "routing", "synchronise"])]
        }
        Api::Federation => vec![scopes(&["registry", "recipients"])],
        Api::Events => vec![scopes(&["feed", "publish"])],
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
        let issuers = &Issuers { main: issuer.into(), ebox: Some("https://api.localhost:8444/ebox".into()) };
        let mailbox = resource_metadata("https://api.localhost:8444/mailbox/v1", issuers, Api::Mailbox);
        let sender = resource_metadata("https://api.localhost:8444/sender/v1", issuers, Api::Sender);

        assert_eq!(mailbox["resource"], "https://api.localhost:8444/mailbox/v1");
        assert_eq!(mailbox["authorization_servers"], json!([issuer]));
        assert_eq!(mailbox["authorization_details_types_supported"], json!(["mailbox"]));
        assert_eq!(mailbox["tls_client_certificate_bound_access_tokens"], true);
        assert_eq!(sender["scopes_supported"], json!(["publish", "status", "recipients", "feed"]));
        assert!(sender.get("authorization_details_types_supported").is_none());
        let registry =
            resource_metadata("https://api.localhost:8444/messageRegistry/v2", issuers, Api::Registry);
        assert_eq!(registry["authorization_details_types_supported"], json!(["mailbox"]));
        assert_eq!(
            registry["authorization_servers"],
            json!([issuer, "https://api.localhost:8444/ebox"]),
            "the e-Box's issuer is that of its APIs only"
        );
        let federation =
            resource_metadata("https://api.localhost:8444/federation/v1", issuers, Api::Federation);
        assert_eq!(federation["authorization_servers"], registry["authorization_servers"]);
        let events = resource_metadata("https://api.localhost:8444/events/v1", issuers, Api::Events);
        assert_eq!(events["authorization_servers"], registry["authorization_servers"]);
        assert_eq!(
            registry["scopes_supported"],
            json!(["publish", "status", "recipients", "routing", "synchronise"])
        );
        assert!(
            registry["resource_documentation"]
                .as_str()
                .unwrap()
                .ends_with("/doc/messageRegistry/v2/openapi.yaml")
        );
    }
}
