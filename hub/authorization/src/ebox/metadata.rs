//! The metadata of this issuer (RFC 8414), apart from that of the main one.

use serde_json::{Value, json};

use super::scopes;

/// The document; without `response_types_supported`, since an array that is empty is left out (RFC 8414 3.2).
pub(super) fn document(issuer: &str, resources: &[&str], documentation: &str) -> Value {
    json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/token"),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
        "tls_client_certificate_bound_access_tokens": true,
        "scopes_supported": scopes::all(),
        "protected_resources": resources,
        "service_documentation": documentation,
    })
}
