//! The authorization server's metadata: RFC 8414, with the members of the standards that clients rely on here.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use http::{HeaderName, header};
use hub_core::Hub;
use serde_json::{Value, json};

use crate::Origins;

/// `/.well-known/oauth-authorization-server`, for the public listener.
pub fn metadata_routes(origins: &Origins) -> Router<Hub> {
    let document: Arc<str> = document(origins).to_string().into();
    let answer = move || {
        let document = Arc::clone(&document);
        async move { (HEADERS, document.to_string()) }
    };
    Router::new().route("/.well-known/oauth-authorization-server", get(answer))
}

/// The document; it says only what this crate and the portal do.
fn document(Origins { issuer, mtls, resources }: &Origins) -> Value {
    let endpoint = |name: &str| format!("{mtls}/{name}");
    let authentication = ["tls_client_auth"];
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "pushed_authorization_request_endpoint": endpoint("par"),
        "token_endpoint": endpoint("token"),
        "introspection_endpoint": endpoint("introspect"),
        "revocation_endpoint": endpoint("revoke"),
        "require_pushed_authorization_requests": true,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": authentication,
        "introspection_endpoint_auth_methods_supported": authentication,
        "revocation_endpoint_auth_methods_supported": authentication,
        "tls_client_certificate_bound_access_tokens": true,
        "authorization_response_iss_parameter_supported": true,
        "authorization_details_types_supported": ["mailbox"],
        "grant_management_endpoint": endpoint("grants"),
        "grant_management_actions_supported": ["query", "revoke", "create", "merge", "replace"],
        "grant_management_action_required": false,
        "protected_resources": resources,
        "ui_locales_supported": ["nl", "fr", "de", "en"],
        "mtls_endpoint_aliases": {
            "pushed_authorization_request_endpoint": endpoint("par"),
            "token_endpoint": endpoint("token"),
            "introspection_endpoint": endpoint("introspect"),
            "revocation_endpoint": endpoint("revoke"),
            "grant_management_endpoint": endpoint("grants"),
        },
    })
}

const HEADERS: [(HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Value {
        document(&Origins {
            issuer: "https://facteur.test".into(),
            mtls: "https://api.test:8444".into(),
            resources: vec!["https://api.test:8444/mailbox/v1".into()],
        })
    }

    #[test]
    fn every_member_is_a_standards_and_no_array_is_empty() {
        for (name, value) in written().as_object().unwrap() {
            assert!(REGISTERED.contains(&name.as_str()), "{name}");
            assert!(value.as_array().is_none_or(|items| !items.is_empty()), "{name}");
        }
    }

    #[test]
    fn what_a_fapi_client_looks_for_is_there() {
        let written = written();
        for member in ["require_pushed_authorization_requests", "tls_client_certificate_bound_access_tokens"]
        {
            assert_eq!(written[member], true, "{member}");
        }
        assert_eq!(written["authorization_response_iss_parameter_supported"], true);
        assert_eq!(written["issuer"], "https://facteur.test");
        assert_eq!(written["authorization_endpoint"], "https://facteur.test/authorize");
        assert_eq!(written["response_types_supported"], json!(["code"]));
        assert_eq!(written["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(written["grant_management_endpoint"], "https://api.test:8444/grants");
        assert!(written["grant_management_actions_supported"].as_array().unwrap().len() == 5);
        for endpoint in ["token", "introspection", "revocation"] {
            let member = format!("{endpoint}_endpoint_auth_methods_supported");
            assert_eq!(written[&member], json!(["tls_client_auth"]), "{member}");
        }
    }

    #[test]
    fn every_endpoint_that_needs_a_certificate_has_its_alias() {
        let written = written();
        let aliases = written["mtls_endpoint_aliases"].as_object().unwrap();
        for (name, url) in aliases {
            assert_eq!(&written[name], url, "{name}");
        }
        let needing = written.as_object().unwrap().iter().filter(|(name, url)| {
            name.ends_with("_endpoint") && url.as_str().unwrap().starts_with("https://api.test:8444/")
        });
        assert_eq!(needing.count(), aliases.len());
    }

    /// The members we use of the registry "OAuth Authorization Server Metadata".
    const REGISTERED: [&str; 23] = [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "response_types_supported",
        "response_modes_supported",
        "grant_types_supported",
        "token_endpoint_auth_methods_supported",
        "ui_locales_supported",
        "revocation_endpoint",
        "revocation_endpoint_auth_methods_supported",
        "introspection_endpoint",
        "introspection_endpoint_auth_methods_supported",
        "code_challenge_methods_supported",
        "mtls_endpoint_aliases",
        "tls_client_certificate_bound_access_tokens",
        "pushed_authorization_request_endpoint",
        "require_pushed_authorization_requests",
        "authorization_response_iss_parameter_supported",
        "authorization_details_types_supported",
        "protected_resources",
        // Grant Management, draft 02, section 6
        "grant_management_endpoint",
        "grant_management_actions_supported",
        "grant_management_action_required",
    ];
}
