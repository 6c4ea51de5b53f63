//! What is asked of a hub and what it answers: a request to be completed, an answer, or a connection without one.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use serde_json::Value;
use url::form_urlencoded;

use crate::engine::Tls;

/// Parameters of a form, in their order; a name may stand there twice.
pub(super) type Form = Vec<(String, String)>;

/// A form of these pairs.
pub(super) fn form(pairs: &[(&str, &str)]) -> Form {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The form with `name` having this value once; without it if the value is `None`.
pub(super) fn with(form: &Form, name: &str, value: Option<&str>) -> Form {
    let mut changed: Form = form.iter().filter(|(known, _)| known != name).cloned().collect();
    changed.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    changed
}

/// A request, to be completed.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Ask {
    /// A request without content.
    pub(super) fn new(method: Method, url: &str) -> Self {
        Self { method, url: url.to_owned(), headers: HeaderMap::new(), body: Bytes::new() }
            .header(ACCEPT, "application/json, */*;q=0.5")
    }

    /// `GET`.
    pub(super) fn get(url: &str) -> Self {
        Self::new(Method::GET, url)
    }

    /// `POST` of a form.
    pub(super) fn form(url: &str, form: &Form) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        Self::new(Method::POST, url).body("application/x-www-form-urlencoded", body)
    }

    /// With content of this media type.
    pub(super) fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE, media_type)
    }

    /// With a header; one that cannot be sent is left out.
    pub(super) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// With a header of a name in lower case.
    pub(super) fn with(self, name: &'static str, value: &str) -> Self {
        self.header(HeaderName::from_static(name), value)
    }

    /// With a token.
    pub(super) fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION, &format!("Bearer {token}"))
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) tls: Tls,
}

impl Answer {
    /// The value of a header; empty if it is not there.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The media type without its parameters, in lower case.
    pub(super) fn media_type(&self) -> String {
        self.header("content-type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body as JSON; null if it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A member of the JSON body that is a text.
    pub(super) fn text(&self, member: &str) -> Option<String> {
        self.json().get(member).and_then(Value::as_str).map(str::to_owned)
    }

    /// The code of an OAuth error; empty if there is none.
    pub(super) fn error(&self) -> String {
        self.text("error").unwrap_or_default()
    }

    /// The answer in a few words: status, and what it calls itself.
    pub(super) fn brief(&self) -> String {
        let json = self.json();
        let name = ["error", "type", "code"].iter().find_map(|member| json.get(member)?.as_str());
        match name {
            Some(name) => format!("{} {name}", self.status),
            None => self.status.to_string(),
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Nothing listens there, or its name is not known.
    Unreachable(String),
    /// The other side ended the connection, in its handshake or afterwards.
    Dropped(String),
    /// It did not answer in time.
    Late,
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "not reachable: {why}"),
            Self::Dropped(why) => write!(f, "connection ended: {why}"),
            Self::Late => f.write_str("no answer in time"),
        }
    }
}

/// What came of a request.
pub(super) type Heard = Result<Answer, NoAnswer>;

/// What was heard, in a few words.
pub(super) fn brief(heard: &Heard) -> String {
    match heard {
        Ok(answer) => answer.brief(),
        Err(none) => none.to_string(),
    }
}
