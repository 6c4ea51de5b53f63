//! Pushing an authorization request (RFC 9126).

use super::{ClientAccess, ClientError};
use crate::clock::Timestamp;
use crate::consent::Asked;
use crate::hub::{Audiences, Parts};
use crate::id::Sha256;
use crate::keys::{Purpose, column_aad};
use crate::number::Ssin;
use crate::request::{NewRequest, OPEN_FOR, URI_PREFIX};
use crate::token::Secret;

/// What a provider pushes, as parsed from the form; `None` is a parameter that was not sent.
///
/// The details may name a person's number: it does not print itself.
#[derive(Clone, Default)]
pub struct PushRequest {
    /// Must be `code`.
    pub response_type: Option<String>,
    /// Where the browser shall return.
    pub redirect_uri: Option<String>,
    /// Comes back with the browser.
    pub state: Option<String>,
    /// PKCE, 43 base64url characters.
    pub code_challenge: Option<String>,
    /// Must be `S256`.
    pub code_challenge_method: Option<String>,
    /// The RAR array.
    pub authorization_details: Option<String>,
    /// The resource indicator of an API that reads mailboxes (RFC 8707).
    pub resource: Option<String>,
    /// The languages of the person, as OpenID Connect writes them.
    pub ui_locales: Option<String>,
    /// `create`, `merge` or `replace` (grant management).
    pub grant_management_action: Option<String>,
    /// The grant that `merge` and `replace` name: `grt_…`.
    pub grant_id: Option<String>,
}

/// A request that was pushed.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// What the browser carries.
    pub request_uri: String,
    /// Seconds for which it can be opened.
    pub expires_in: u64,
}

impl ClientAccess {
    /// Checks everything that `/authorize` would, and keeps the request for 90 seconds.
    ///
    /// # Errors
    /// `invalid_request`, `invalid_authorization_details`, `unsupported_response_type`, `invalid_target`,
    /// `unauthorized_client`, `invalid_grant_id`.
    pub async fn push(&self, request: &PushRequest) -> Result<Pushed, ClientError> {
        let outcome = self.push_checked(request).await;
        self.recorded(outcome).await
    }

    async fn push_checked(&self, request: &PushRequest) -> Result<Pushed, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let application = self.application().await?;
        let audience = api_of(request, &parts.audiences)?;
        let checked = check(request, (&application.redirect_uris, audience), now)?;
        let (grant_action, asked_grant) = self.asked_grant(request, &application).await?;
        if checked.once && grant_action == Some("merge") {
            // What is merged with goes on: nothing of it could end after once (decision 9).
            let description = "duration once does not go with merge";
            return Err(ClientError::oauth("invalid_authorization_details", description));
        }
        let secret = Secret::new(URI_PREFIX, &parts.random);

        let mut tx = parts.db.write().await?;
        tx.insert_request(
            &NewRequest {
                hash: secret.hash(),
                application: application.id,
                client_id: self.client_id(),
                redirect_uri: checked.redirect_uri,
                state: request.state.as_deref(),
                challenge: checked.challenge,
                details: &checked.details,
                audience,
                ui_locales: request.ui_locales.as_deref(),
                open_until: now.plus(OPEN_FOR),
                grant_action,
                asked_grant,
                expected_person: checked.expected.map(|ssin| seal_expected(parts, secret.hash(), &ssin)),
            },
            now,
        )
        .await?;
        self.record(&mut tx, None, "push", application.id.0.to_string()).await?;
        tx.commit().await?;
        Ok(Pushed { request_uri: secret.expose().to_owned(), expires_in: OPEN_FOR.as_secs() })
    }
}

/// The API that a request is for: the one that it names as `resource`, or else as the location of its details.
fn api_of<'a>(request: &PushRequest, audiences: &'a Audiences) -> Result<&'a str, ClientError> {
    if let Some(resource) = &request.resource {
        let wrong = || ClientError::oauth("invalid_target", "resource is an API that reads mailboxes");
        return audiences.reading(Some(resource)).ok_or_else(wrong);
    }
    let details: Option<serde_json::Value> =
        request.authorization_details.as_deref().and_then(|details| serde_json::from_str(details).ok());
    let location = details.as_ref().and_then(|details| details.pointer("/0/locations/0")?.as_str());
    Ok(location.and_then(|location| audiences.reading(Some(location))).unwrap_or(&audiences.mailbox))
}

/// Seals the number of the person who must answer a request.
fn seal_expected(parts: &Parts, request: Sha256, ssin: &Ssin) -> Vec<u8> {
    let aad = column_aad("authorization_request", "expected_person", &request.0);
    parts.keys.current().seal(Purpose::SsinSeal, &aad, ssin.as_str().as_bytes(), &parts.random)
}

struct Checked<'a> {
    redirect_uri: &'a str,
    challenge: &'a str,
    details: String,
    once: bool,
    expected: Option<Ssin>,
}

fn check<'a>(
    request: &'a PushRequest,
    (redirect_uris, audience): (&[String], &str),
    now: Timestamp,
) -> Result<Checked<'a>, ClientError> {
    let invalid = |description: &str| ClientError::oauth("invalid_request", description);
    match request.response_type.as_deref() {
        Some("code") => {}
        Some(_) => {
            return Err(ClientError::oauth("unsupported_response_type", "response_type is code"));
        }
        None => return Err(invalid("response_type is required")),
    }
    let long = |value: &Option<String>, most: usize| value.as_ref().is_some_and(|value| value.len() > most);
    if long(&request.state, 4_096)
        || long(&request.ui_locales, 64)
        || long(&request.authorization_details, 4_096)
    {
        return Err(invalid("state has at most 4096 bytes, ui_locales 64, authorization_details 4096"));
    }
    let redirect_uri = request.redirect_uri.as_deref().ok_or_else(|| invalid("redirect_uri is required"))?;
    if !redirect_uris.iter().any(|registered| registered == redirect_uri) {
        return Err(invalid("redirect_uri is not registered"));
    }
    if request.code_challenge_method.as_deref() != Some("S256") {
        return Err(invalid("code_challenge_method is S256"));
    }
    let challenge = request.code_challenge.as_deref().filter(|challenge| {
        challenge.len() == 43
            && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    });
    let challenge = challenge.ok_or_else(|| invalid("code_challenge is 43 base64url characters"))?;
    if request.resource.as_deref().is_some_and(|resource| resource != audience) {
        return Err(ClientError::oauth("invalid_target", "resource is not where the details are located"));
    }
    let wrong = |description: &str| ClientError::oauth("invalid_authorization_details", description);
    let details = request
        .authorization_details
        .as_deref()
        .ok_or_else(|| invalid("authorization_details is required"))?;
    let asked = Asked::parse(details, audience, now).map_err(|error| wrong(&error.to_string()))?;
    let details = Asked::kept(details).map_err(|error| wrong(&error.to_string()))?;
    Ok(Checked { redirect_uri, challenge, details, once: asked.term.is_once(), expected: asked.expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> PushRequest {
        PushRequest {
            response_type: Some("code".into()),
            redirect_uri: Some("https://bank.localhost/callback".into()),
            code_challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into()),
            code_challenge_method: Some("S256".into()),
            authorization_details: Some(
                r#"[{"type":"mailbox","locations":["https://api/mailbox/v1"],"actions":["list"],
                     "mailboxKind":"citizen","duration":"P12M"}]"#
                    .into(),
            ),
            ..PushRequest::default()
        }
    }

    fn code_of(request: &PushRequest) -> &'static str {
        let redirect_uris = ["https://bank.localhost/callback".into()];
        match check(
            request,
            (&redirect_uris, "https://api/mailbox/v1"),
            Timestamp::from_seconds(1_800_000_000),
        ) {
            Ok(_) => "ok",
            Err(ClientError::OAuth { code, .. }) => code,
            Err(ClientError::Hub(_)) => "hub",
        }
    }

    #[test]
    fn a_complete_request_passes() {
        assert_eq!(code_of(&request()), "ok");
    }

    #[test]
    fn each_fault_has_its_code() {
        let with = |change: fn(&mut PushRequest)| {
            let mut request = request();
            change(&mut request);
            code_of(&request)
        };
        assert_eq!(with(|r| r.response_type = Some("token".into())), "unsupported_response_type");
        assert_eq!(
            with(|r| r.redirect_uri = Some("https://bank.localhost/callback/".into())),
            "invalid_request"
        );
        assert_eq!(with(|r| r.redirect_uri = None), "invalid_request");
        assert_eq!(with(|r| r.code_challenge_method = Some("plain".into())), "invalid_request");
        assert_eq!(with(|r| r.code_challenge = Some("short".into())), "invalid_request");
        assert_eq!(with(|r| r.resource = Some("https://api/sender/v1".into())), "invalid_target");
        assert_eq!(with(|r| r.authorization_details = Some("[]".into())), "invalid_authorization_details");
    }
}
