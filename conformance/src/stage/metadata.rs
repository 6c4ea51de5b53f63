//! What the played hub says about itself: RFC 8414, RFC 9728, how events are sent, and its keys.

use serde_json::{Value, json};

use super::{truth::Truth, wire::Answer};

impl Truth {
    /// RFC 8414. Endpoints without an alias lead into a trap: whoever takes the certificate there did not look.
    pub(crate) fn metadata(&self) -> Answer {
        let setting = &self.setting;
        let (trap, machines) = (format!("{}/trap", setting.origin()), self.machines());
        let authentication = ["tls_client_auth"];
        let mut document = json!({
            "issuer": setting.issuer,
            "authorization_endpoint": format!("{}/authorize", setting.issuer),
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
            "grant_management_actions_supported": ["query", "revoke", "create", "merge", "replace"],
            "grant_management_action_required": false,
            "protected_resources": [setting.resource()],
            "ui_locales_supported": ["nl", "fr", "de", "en"],
            "mtls_endpoint_aliases": endpoints(&machines),
        });
        if let (Some(members), Value::Object(plain)) = (document.as_object_mut(), endpoints(&trap)) {
            members.extend(plain);
        }
        Answer::json(200, document).with("cache-control", "public, max-age=300")
    }

    /// RFC 9728.
    pub(crate) fn resource_metadata(&self) -> Answer {
        let setting = &self.setting;
        Answer::json(
            200,
            json!({
                "resource": setting.resource(),
                "authorization_servers": [setting.issuer],
                "bearer_methods_supported": ["header"],
                "tls_client_certificate_bound_access_tokens": true,
                "authorization_details_types_supported": ["mailbox"],
            }),
        )
    }

    /// How events are sent.
    pub(crate) fn ssf_configuration(&self) -> Answer {
        let setting = &self.setting;
        Answer::json(
            200,
            json!({
                "issuer": setting.issuer,
                "jwks_uri": format!("{}/jwks", setting.issuer),
                "delivery_methods_supported": ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"],
            }),
        )
    }

    /// The keys of events, in the type that sets of keys have (RFC 7517 8.5.2).
    pub(crate) fn jwks(&self) -> Answer {
        let keys = Answer::json(200, json!({"keys": [self.signer.jwk()]}));
        Answer { content_type: "application/jwk-set+json".to_owned(), ..keys }
    }
}

fn endpoints(base: &str) -> Value {
    json!({
        "pushed_authorization_request_endpoint": format!("{base}/par"),
        "token_endpoint": format!("{base}/token"),
        "introspection_endpoint": format!("{base}/introspect"),
        "revocation_endpoint": format!("{base}/revoke"),
        "grant_management_endpoint": format!("{base}/grants"),
    })
}
