//! What an authorization request must say (OpenID Connect Core 3.1.2.1, RFC 7636 4.3).

use super::parameters::Parameters;
use super::{Client, IdentityProvider};
use crate::demo::language::Language;

/// An authorization request that keeps the rules.
#[derive(Clone)]
pub(super) struct AuthorizationRequest {
    /// The client that sent the citizen.
    pub(super) client_id: String,
    /// Where the citizen goes back to: one of the registered ones.
    pub(super) redirect_uri: String,
    /// Handed back as it came.
    pub(super) state: Option<String>,
    /// Copied into the ID token.
    pub(super) nonce: String,
    /// SHA-256 of the code verifier, base64url.
    pub(super) challenge: String,
    /// The page's language, if one of ours was asked for.
    pub(super) language: Option<Language>,
    /// The `sub` that is chosen in advance.
    pub(super) login_hint: Option<String>,
    /// The query string, for asking again in another language.
    pub(super) query: String,
}

/// Why a request is refused.
pub(super) enum Refusal {
    /// Told on a page, because the way back cannot be trusted.
    Here(String),
    /// Told to the client.
    Back(Box<Answer>),
}

/// An answer that goes back to the client through the browser.
pub(super) struct Answer {
    /// Where to.
    pub(super) redirect_uri: String,
    /// `code`, or `error` and `error_description`.
    pub(super) parameters: Vec<(&'static str, String)>,
    /// As it came.
    pub(super) state: Option<String>,
}

impl Answer {
    /// An error for the client (RFC 6749 4.1.2.1).
    pub(super) fn error(redirect_uri: &str, state: Option<String>, error: &str, description: &str) -> Self {
        let parameters = vec![("error", error.to_owned()), ("error_description", description.to_owned())];
        Self { redirect_uri: redirect_uri.to_owned(), parameters, state }
    }
}

impl AuthorizationRequest {
    /// Checks the pairs of a query or form.
    pub(super) fn check(provider: &IdentityProvider, pairs: Vec<(String, String)>) -> Result<Self, Refusal> {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.iter().filter(|(name, _)| name != "ui_locales"))
            .finish();
        let parameters = Parameters::of(pairs).map_err(|name| Refusal::Here(format!("{name} came twice")))?;
        let redirect_uri = way_back(provider, &parameters).map_err(Refusal::Here)?;

        let state = parameters.owned("state");
        if let Err((error, description)) = rules(&parameters) {
            let answer = Answer::error(&redirect_uri, state, error, description);
            return Err(Refusal::Back(Box::new(answer)));
        }
        Ok(Self {
            client_id: parameters.owned("client_id").unwrap_or_default(),
            redirect_uri,
            state,
            nonce: parameters.owned("nonce").unwrap_or_default(),
            challenge: parameters.owned("code_challenge").unwrap_or_default(),
            language: parameters.of_name("ui_locales").and_then(|tags| Language::first_of(tags.split(' '))),
            login_hint: parameters.owned("login_hint"),
            query,
        })
    }
}

/// The registered redirect URI that the request names.
fn way_back(provider: &IdentityProvider, parameters: &Parameters) -> Result<String, String> {
    let id = parameters.of_name("client_id").ok_or("client_id is missing")?;
    let client: &Client = provider.client(id).ok_or("client_id is not registered")?;
    let asked = parameters.of_name("redirect_uri").ok_or("redirect_uri is missing")?;
    let registered = client.redirect_uris.iter().find(|uri| uri.as_str() == asked);
    registered.cloned().ok_or_else(|| "redirect_uri is not registered".to_owned())
}

/// The rules whose breach the client is told: error code and description.
fn rules(parameters: &Parameters) -> Result<(), (&'static str, &'static str)> {
    let says = |name: &str| parameters.of_name(name).unwrap_or_default();
    if parameters.of_name("request").is_some() {
        return Err(("request_not_supported", "send parameters, not a request object"));
    }
    if parameters.of_name("request_uri").is_some() {
        return Err(("request_uri_not_supported", "send parameters, not a request_uri"));
    }
    if says("response_type") != "code" {
        return Err(("unsupported_response_type", "response_type must be code"));
    }
    if !matches!(says("response_mode"), "" | "query") {
        return Err(("invalid_request", "response_mode must be query"));
    }
    if !says("scope").split(' ').any(|scope| scope == "openid") {
        return Err(("invalid_scope", "scope must contain openid"));
    }
    if says("code_challenge_method") != "S256" || says("code_challenge").len() != CHALLENGE_LENGTH {
        return Err(("invalid_request", "code_challenge with the method S256 is required"));
    }
    if says("nonce").is_empty() {
        return Err(("invalid_request", "nonce is required"));
    }
    if says("prompt").split(' ').any(|prompt| prompt == "none") {
        return Err(("login_required", "there are no sessions here: each login is a fresh one"));
    }
    Ok(())
}

/// SHA-256 in base64url without padding.
const CHALLENGE_LENGTH: usize = 43;
