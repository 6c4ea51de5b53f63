//! The pages of the identity provider: server-rendered, without script, in four languages.

use askama::Template;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use url::Url;

use super::IdentityProvider;
use super::request::AuthorizationRequest;
use super::words::{Words, words};
use crate::demo::language::Language;

/// What somebody forgot on the login page.
#[derive(Clone, Copy)]
pub(super) enum Mistake {
    /// No citizen was picked.
    NobodyChosen,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    words: &'static Words,
    language: Language,
    languages: Vec<(Language, String)>,
    login: &'a str,
    client: &'a str,
    choices: Vec<Choice<'a>>,
    nobody_chosen: bool,
}

/// One test citizen to choose.
struct Choice<'a> {
    subject: &'a str,
    name: &'a str,
    about: &'a str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    language: Language,
    title: &'a str,
    text: &'a str,
    detail: &'a str,
}

/// The login page; with a mistake, what was forgotten is said at the top and the answer is 422.
pub(super) fn login(
    provider: &IdentityProvider,
    request: &AuthorizationRequest,
    login: &str,
    language: Language,
    mistake: Option<Mistake>,
) -> Response {
    let hint = request.login_hint.as_deref();
    let choices = provider.0.settings.people.citizen.iter().map(|citizen| Choice {
        subject: &citizen.subject,
        name: &citizen.name,
        about: citizen.about.of(language),
        chosen: hint == Some(citizen.subject.as_str()),
    });
    let page = LoginPage {
        words: words(language),
        language,
        languages: Language::ALL.into_iter().map(|other| (other, in_language(request, other))).collect(),
        login,
        client: provider.client(&request.client_id).map_or("", |client| client.name.as_str()),
        choices: choices.collect(),
        nobody_chosen: mistake.is_some(),
    };
    let status = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    answer(status, &page, &origin(&request.redirect_uri))
}

/// Says that a request cannot be answered, and why, in technical English for its developer.
pub(super) fn refused(language: Language, detail: &str) -> Response {
    let words = words(language);
    let page = NoticePage { language, title: words.refused, text: words.refused_text, detail };
    answer(StatusCode::BAD_REQUEST, &page, "")
}

/// Says that the login page was open for too long.
pub(super) fn too_late(language: Language) -> Response {
    let words = words(language);
    let page = NoticePage { language, title: words.too_late, text: words.too_late_text, detail: "" };
    answer(StatusCode::BAD_REQUEST, &page, "")
}

/// Says that nobody is logged in.
pub(super) fn logged_out(language: Language) -> Response {
    let words = words(language);
    let page = NoticePage { language, title: words.logged_out, text: words.logged_out_text, detail: "" };
    answer(StatusCode::OK, &page, "")
}

/// The browser's language, or Dutch.
pub(super) fn preferred(headers: &HeaderMap) -> Language {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Language::first_of(header.split(',')).unwrap_or(Language::Nl)
}

/// The same request in another language.
fn in_language(request: &AuthorizationRequest, language: Language) -> String {
    format!("/authorize?{}&ui_locales={}", request.query, language.tag())
}

/// The origin that the form's redirect leads to; Chromium checks it against `form-action`.
fn origin(redirect_uri: &str) -> String {
    Url::parse(redirect_uri).map(|uri| uri.origin().ascii_serialization()).unwrap_or_default()
}

fn answer(status: StatusCode, page: &impl Template, target: &str) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {target}; base-uri 'none'; frame-ancestors 'none'"
    );
    match page.render() {
        Ok(html) => (status, [(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
