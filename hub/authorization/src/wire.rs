//! The answers' own shapes.

use serde::Serialize;

/// RFC 6749 5.2.
#[derive(Serialize)]
pub(crate) struct Refused {
    pub(crate) error: &'static str,
    pub(crate) error_description: String,
}

/// RFC 9126 2.2.
#[derive(Serialize)]
pub(crate) struct Pushed {
    pub(crate) request_uri: String,
    pub(crate) expires_in: u64,
}

/// RFC 6749 5.1 and RFC 9396 7.
#[derive(Serialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) token_type: &'static str,
    pub(crate) expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_details: Option<Vec<Granted>>,
    /// Grant management, if the request named an action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grant_id: Option<String>,
}

/// One element of `authorization_details`: `specs/authorization/granted.schema.json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Granted {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) locations: [String; 1],
    pub(crate) actions: Vec<&'static str>,
    pub(crate) mailbox_kind: &'static str,
    pub(crate) mailbox_id: String,
    pub(crate) consent_id: String,
    pub(crate) until: String,
    /// Whether senders are left out.
    pub(crate) withheld: bool,
}

/// A grant, as the grant management endpoint tells it.
#[derive(Serialize)]
pub(crate) struct Grant {
    pub(crate) scopes: [String; 0],
    pub(crate) claims: [String; 0],
    pub(crate) authorization_details: Vec<Granted>,
    pub(crate) created_at: String,
    pub(crate) last_updated: String,
    pub(crate) expires_at: String,
}

/// RFC 7662 2.2: what a token is, or that it is nothing.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Introspection {
    Active(Box<Active>),
    Inactive { active: bool },
}

/// RFC 7662 2.2, RFC 8705 3.2, RFC 9396 9.2.
#[derive(Serialize)]
pub(crate) struct Active {
    pub(crate) active: bool,
    pub(crate) client_id: String,
    pub(crate) aud: String,
    pub(crate) exp: i64,
    pub(crate) iss: String,
    pub(crate) token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
    pub(crate) cnf: Confirmation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_details: Option<Vec<Granted>>,
}

/// The certificate that a token is bound to.
#[derive(Serialize)]
pub(crate) struct Confirmation {
    #[serde(rename = "x5t#S256")]
    pub(crate) thumbprint: String,
}
