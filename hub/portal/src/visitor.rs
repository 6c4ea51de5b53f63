//! Whoever asks for a page: their language, their browser, the page they are on.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, Request};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use hub_core::Hub;
use hub_core::token::Secret;
use hub_http::Network;
use url::{Url, form_urlencoded};

use crate::cookies;
use crate::failure::{Answer, Failure};
use crate::i18n::{Language, Wishes, negotiate};
use crate::portal::Portal;
use crate::view::{Fault, Frame, Person, Template};

/// The visitor of this request.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) portal: Portal,
    pub(crate) language: Language,
    /// Path and query of the page, without `lang`; for a form, of the page it came from.
    pub(crate) here: String,
    wish: Option<String>,
    accepts: Option<String>,
    cookies: CookieJar,
    network: Network,
    person: Arc<OnceLock<Person>>,
}

impl Visitor {
    /// Reads what the request says about its visitor.
    pub(crate) fn of(portal: Portal, request: &Request) -> Self {
        let headers = request.headers();
        let mut visitor = Self {
            language: portal.language(),
            portal,
            here: if request.method() == Method::POST { "/".to_owned() } else { here(request.uri()) },
            wish: parameter(request.uri(), "lang"),
            accepts: text(headers, header::ACCEPT_LANGUAGE),
            cookies: CookieJar::from_headers(headers),
            network: Network::of_peer(request.extensions()),
            person: Arc::default(),
        };
        visitor.language = visitor.negotiated(None);
        visitor
    }

    /// The same visitor, for whom an app asked for these languages.
    pub(crate) fn asked_for(mut self, ui_locales: Option<&str>) -> Self {
        self.language = self.negotiated(ui_locales);
        self
    }

    /// The same visitor on the page at `here`.
    pub(crate) fn at(mut self, here: impl Into<String>) -> Self {
        self.here = here.into();
        self
    }

    /// The secret of the session's cookie.
    pub(crate) fn session(&self) -> Option<&str> {
        self.cookie(cookies::SESSION)
    }

    /// The secret of the browser's cookie.
    pub(crate) fn browser(&self) -> Option<&str> {
        self.cookie(cookies::BROWSER)
    }

    /// The secret of this browser, made now if it has none.
    pub(crate) fn browser_or_new(&self, hub: &Hub) -> String {
        self.browser().map_or_else(|| Secret::new("", hub.random()).expose().to_owned(), str::to_owned)
    }

    /// Counts a login that this visitor is about to begin, before anything is written for it.
    pub(crate) fn begins_login(&self) -> Result<(), Failure> {
        Ok(self.portal.count_login(self.network)?)
    }

    /// Counts a login that comes back to this visitor, before anything is looked up for it.
    pub(crate) fn returns_from_login(&self) -> Result<(), Failure> {
        Ok(self.portal.count_return(self.network)?)
    }

    /// Remembers who is logged in, for the frame of every page of this request.
    pub(crate) fn is(&self, person: Person) {
        self.person.get_or_init(|| person);
    }

    /// The frame of a page.
    pub(crate) fn frame(&self) -> Frame {
        let mut frame = Frame::new(self.language, self.here.clone());
        frame.person = self.person.get().cloned();
        frame
    }

    /// Answers with a page.
    pub(crate) fn show(&self, page: &impl Template) -> Answer {
        self.show_as(StatusCode::OK, page, None)
    }

    /// Answers with a page whose form may lead on to `leads_to`.
    pub(crate) fn show_as(&self, status: StatusCode, page: &impl Template, leads_to: Option<&Url>) -> Answer {
        let html = page.render()?;
        Ok((status, self.portal.policy().page(self.language, leads_to), html).into_response())
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(Cookie::value).filter(|value| !value.is_empty())
    }

    fn negotiated(&self, ui_locales: Option<&str>) -> Language {
        let wishes = Wishes {
            query: self.wish.as_deref(),
            cookie: self.cookie(cookies::LANGUAGE),
            ui_locales,
            accept_language: self.accepts.as_deref(),
        };
        negotiate(&wishes, self.portal.language())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let visitor = parts.extensions.get::<Self>().cloned();
        visitor.ok_or_else(|| Failure::from(Fault::Server).into_response())
    }
}

/// Path and query, without the language.
fn here(uri: &Uri) -> String {
    without_language(uri.path_and_query().map_or("/", |whole| whole.as_str()))
}

/// A path and query without `lang`, which would outweigh a later choice.
pub(crate) fn without_language(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| pair.split('=').next() != Some("lang")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_come_back_to_without_its_language() {
        assert_eq!(
            without_language("/authorize?client_id=a&lang=fr&request_uri=b"),
            "/authorize?client_id=a&request_uri=b"
        );
        assert_eq!(without_language("/?lang=fr"), "/");
        assert_eq!(without_language("/consents"), "/consents");
    }
}
