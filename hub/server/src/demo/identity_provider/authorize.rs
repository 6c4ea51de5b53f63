//! The login: a request comes in, a test citizen is picked, a code goes back.

use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use url::Url;

use super::page::{self, Mistake};
use super::parameters::Parameters;
use super::request::{Answer, AuthorizationRequest, Refusal};
use super::{Code, IdentityProvider, LOW, SUBSTANTIAL};
use crate::demo::language::Language;

/// Shows the login page for an authorization request.
pub(super) async fn begin(
    State(provider): State<IdentityProvider>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let request = match AuthorizationRequest::check(&provider, pairs) {
        Ok(request) => request,
        Err(Refusal::Here(reason)) => return page::refused(page::preferred(&headers), &reason),
        Err(Refusal::Back(answer)) => return provider.send_back(*answer),
    };
    let language = request.language.unwrap_or_else(|| page::preferred(&headers));
    let now = provider.0.clock.now();
    match provider.0.logins.put(request.clone(), now, &provider.0.random) {
        Some(login) => page::login(&provider, &request, &login, language, None),
        None => page::refused(language, "too many logins have begun"),
    }
}

/// Takes the choice made on the login page.
pub(super) async fn log_in(
    State(provider): State<IdentityProvider>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(form) = Parameters::of(pairs) else {
        return page::refused(page::preferred(&headers), "the form came with a field twice");
    };
    let login = form.of_name("login").unwrap_or_default();
    let Some(request) = provider.0.logins.get(login, provider.0.clock.now()) else {
        return page::too_late(page::preferred(&headers));
    };
    let language = form
        .of_name("language")
        .and_then(|tag| Language::first_of([tag]))
        .unwrap_or_else(|| page::preferred(&headers));
    if form.of_name("answer") == Some("cancel") {
        return provider.cancelled(&request);
    }
    match form.of_name("citizen").and_then(|subject| provider.0.settings.people.citizen(subject)) {
        Some(citizen) => provider.logged_in(request, &citizen.subject, level(&form)),
        None => page::login(&provider, &request, login, language, Some(Mistake::NobodyChosen)),
    }
}

/// The level of assurance chosen; the higher one unless the lower was.
fn level(form: &Parameters) -> &'static str {
    if form.of_name("level") == Some("low") { LOW } else { SUBSTANTIAL }
}

impl IdentityProvider {
    /// Makes a code for who logged in and sends it back.
    fn logged_in(&self, request: AuthorizationRequest, subject: &str, acr: &'static str) -> Response {
        let now = self.0.clock.now();
        let (redirect_uri, state) = (request.redirect_uri.clone(), request.state.clone());
        let code = Code { request, subject: subject.to_owned(), acr, auth_time: now };
        let answer = match self.0.codes.put(code, now, &self.0.random) {
            Some(code) => Answer { redirect_uri, parameters: vec![("code", code)], state },
            None => Answer::error(&redirect_uri, state, "temporarily_unavailable", "too many logins at once"),
        };
        self.send_back(answer)
    }

    fn cancelled(&self, request: &AuthorizationRequest) -> Response {
        let state = request.state.clone();
        self.send_back(Answer::error(
            &request.redirect_uri,
            state,
            "access_denied",
            "the citizen did not log in",
        ))
    }

    /// Redirects with the answer, `state` as it came, and the issuer (RFC 9207).
    fn send_back(&self, answer: Answer) -> Response {
        let Ok(mut target) = Url::parse(&answer.redirect_uri) else {
            return page::refused(Language::En, "redirect_uri is not a URI");
        };
        target.query_pairs_mut().extend_pairs(answer.parameters);
        if let Some(state) = &answer.state {
            target.query_pairs_mut().append_pair("state", state);
        }
        target.query_pairs_mut().append_pair("iss", &self.0.settings.issuer);
        Redirect::to(target.as_str()).into_response()
    }
}
