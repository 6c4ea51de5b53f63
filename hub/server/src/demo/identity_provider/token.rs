//! The token endpoint: a code and its verifier become an ID token, once.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::extract::{Form, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::Serialize;

use super::parameters::Parameters;
use super::{Client, Code, IdentityProvider};

/// The claims of an ID token (OpenID Connect Core 2) with the two that the hub asks for.
#[derive(Serialize)]
struct IdToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    nonce: &'a str,
    acr: &'a str,
    name: &'a str,
    ssin: &'a str,
}

/// The token answer (RFC 6749 5.1). The access token opens nothing here; the standard wants one.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: &'static str,
    id_token: String,
}

/// Why no token is given (RFC 6749 5.2).
enum Refusal {
    InvalidRequest(&'static str),
    InvalidClient,
    InvalidGrant(&'static str),
    UnsupportedGrantType,
    Internal,
}

/// Redeems a code.
pub(super) async fn redeem(
    State(provider): State<IdentityProvider>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(form) = Parameters::of(pairs) else {
        return Refusal::InvalidRequest("a parameter came twice").into_response();
    };
    match provider.tokens(&headers, &form) {
        Ok(tokens) => Json(tokens).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

impl IdentityProvider {
    fn tokens(&self, headers: &HeaderMap, form: &Parameters) -> Result<Tokens, Refusal> {
        let client = self.authenticate(headers, form)?;
        match form.of_name("grant_type") {
            Some("authorization_code") => {}
            Some(_) => return Err(Refusal::UnsupportedGrantType),
            None => return Err(Refusal::InvalidRequest("grant_type is missing")),
        }
        let name = form.of_name("code").ok_or(Refusal::InvalidRequest("code is missing"))?;
        let code = self.0.codes.take(name, self.0.clock.now());
        let code = code.ok_or(Refusal::InvalidGrant("the code is unknown, used or too old"))?;
        check(&code, client, form)?;

        Ok(Tokens {
            access_token: BASE64URL_NOPAD.encode(&self.0.random.bytes::<32>()),
            token_type: "Bearer",
            expires_in: LIFE,
            scope: "openid",
            id_token: self.id_token(&code).ok_or(Refusal::Internal)?,
        })
    }

    fn id_token(&self, code: &Code) -> Option<String> {
        let now = self.0.clock.now().seconds();
        let citizen = self.0.settings.people.citizen(&code.subject)?;
        let claims = IdToken {
            iss: &self.0.settings.issuer,
            sub: &citizen.subject,
            aud: &code.request.client_id,
            exp: now + LIFE,
            iat: now,
            auth_time: code.auth_time.seconds(),
            nonce: &code.request.nonce,
            acr: code.acr,
            name: &citizen.name,
            ssin: &citizen.ssin,
        };
        self.0.key.sign(&claims).ok()
    }

    /// The client, by `client_secret_basic` or `client_secret_post`, not both (RFC 6749 2.3).
    fn authenticate(&self, headers: &HeaderMap, form: &Parameters) -> Result<&Client, Refusal> {
        let (id, secret) = match (basic(headers)?, form.of_name("client_secret")) {
            (Some(_), Some(_)) => return Err(Refusal::InvalidRequest("the client authenticates twice")),
            (Some(credentials), None) => credentials,
            (None, Some(secret)) => (form.owned("client_id").unwrap_or_default(), secret.to_owned()),
            (None, None) => return Err(Refusal::InvalidClient),
        };
        let client = self.client(&id).ok_or(Refusal::InvalidClient)?;
        let (ours, theirs) = (digest(&SHA256, client.secret.as_bytes()), digest(&SHA256, secret.as_bytes()));
        let same = verify_slices_are_equal(ours.as_ref(), theirs.as_ref()).is_ok();
        same.then_some(client).ok_or(Refusal::InvalidClient)
    }
}

/// Id and secret of an `Authorization: Basic` header, each form-decoded (RFC 6749 2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, Refusal> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let read = || {
        let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
        let bytes = BASE64.decode(encoded.trim().as_bytes()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (id, secret) = text.split_once(':')?;
        scheme.eq_ignore_ascii_case("basic").then(|| (form_decoded(id), form_decoded(secret)))
    };
    read().map(Some).ok_or(Refusal::InvalidClient)
}

fn form_decoded(text: &str) -> String {
    let pair = format!("v={text}");
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Checks that the code is this client's, for this redirect URI, with this verifier.
fn check(code: &Code, client: &Client, form: &Parameters) -> Result<(), Refusal> {
    if code.request.client_id != client.id {
        return Err(Refusal::InvalidGrant("the code was given to another client"));
    }
    if form.of_name("redirect_uri") != Some(&code.request.redirect_uri) {
        return Err(Refusal::InvalidGrant("redirect_uri differs from the authorization request"));
    }
    let verifier = form.of_name("code_verifier").unwrap_or_default();
    let challenge = BASE64URL_NOPAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref());
    if !(43..=128).contains(&verifier.len()) || challenge != code.request.challenge {
        return Err(Refusal::InvalidGrant("code_verifier does not fit the code_challenge"));
    }
    Ok(())
}

/// The body of an error (RFC 6749 5.2).
#[derive(Serialize)]
struct Problem {
    error: &'static str,
    error_description: &'static str,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, error_description) = match self {
            Self::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Self::InvalidClient => {
                (StatusCode::UNAUTHORIZED, "invalid_client", "client and secret do not fit")
            }
            Self::InvalidGrant(why) => (StatusCode::BAD_REQUEST, "invalid_grant", why),
            Self::UnsupportedGrantType => {
                (StatusCode::BAD_REQUEST, "unsupported_grant_type", "grant_type must be authorization_code")
            }
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the token was not signed"),
        };
        let body = Json(Problem { error, error_description });
        if status == StatusCode::UNAUTHORIZED {
            return (status, [(WWW_AUTHENTICATE, "Basic realm=\"demo identity provider\"")], body)
                .into_response();
        }
        (status, body).into_response()
    }
}

/// How long an ID token is valid, in seconds.
const LIFE: i64 = 300;
