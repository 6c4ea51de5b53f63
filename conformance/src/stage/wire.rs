//! A request as it came and an answer as it will go, before and after HTTP.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full, Limited, StreamBody, combinators::BoxBody};
use hyper::{
    HeaderMap, Request, Response,
    body::{Frame, Incoming},
    header::{HeaderName, HeaderValue},
};
use serde_json::Value;
use url::form_urlencoded;

use super::door::Wire;

/// A request, read whole.
#[derive(Clone, Debug)]
pub struct Call {
    /// The HTTP method.
    pub method: String,
    /// The path, percent-encoded as it came.
    pub path: String,
    /// The query, undecoded.
    pub raw_query: String,
    /// The parameters of the query.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The parameters of the body, if it is a form.
    pub form: Vec<(String, String)>,
    /// What TLS told about the caller.
    pub wire: Wire,
}

/// An answer before it is written.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, the content type left out.
    pub headers: Vec<(String, String)>,
    /// The content type, if there is a body.
    pub content_type: String,
    /// The body.
    pub body: Content,
    /// How long the answer is held back.
    pub delay: Duration,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub enum Content {
    /// Nothing.
    Empty,
    /// A JSON document.
    Json(Value),
    /// Any bytes.
    Bytes(Vec<u8>),
    /// White space, which never makes a document.
    Blank {
        /// How much of it.
        bytes: u64,
        /// How much was taken.
        given: Arc<AtomicU64>,
    },
    /// The browser is sent on, with these parameters.
    Redirect(Redirect),
}

/// Where a browser is sent, and what it carries.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The address without parameters.
    pub to: String,
    /// The parameters, in order.
    pub parameters: Vec<(String, String)>,
    /// Whether they stand behind `#` instead of `?`.
    pub fragment: bool,
}

/// What an HTTP answer is written from.
pub(crate) type HttpBody = BoxBody<Bytes, Infallible>;

impl Call {
    /// Reads a request; a body beyond the limit counts as empty.
    pub(crate) async fn read(request: Request<Incoming>, wire: Wire) -> Self {
        let (parts, body) = request.into_parts();
        let body = match Limited::new(body, BODY_LIMIT).collect().await {
            Ok(collected) => collected.to_bytes().to_vec(),
            Err(_) => Vec::new(),
        };
        let headers = headers(&parts.headers);
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        let is_form = headers.iter().any(|(name, value)| {
            name == "content-type" && value.starts_with("application/x-www-form-urlencoded")
        });
        Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parameters(raw_query.as_bytes()),
            raw_query,
            form: if is_form { parameters(&body) } else { Vec::new() },
            headers,
            body,
            wire,
        }
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// A parameter of the form, if it has a value.
    pub fn field(&self, name: &str) -> Option<&str> {
        first(&self.form, name).filter(|value| !value.is_empty())
    }

    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// The access token of the `Authorization` header.
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    }
}

impl Answer {
    /// A JSON document.
    pub fn json(status: u16, body: Value) -> Self {
        Self::new(status, "application/json", Content::Json(body))
    }

    /// Nothing but a status.
    pub fn empty(status: u16) -> Self {
        Self::new(status, "", Content::Empty)
    }

    /// Any bytes.
    pub fn bytes(status: u16, content_type: &str, bytes: Vec<u8>) -> Self {
        Self::new(status, content_type, Content::Bytes(bytes))
    }

    /// Sends a browser on.
    pub fn redirect(to: &str, parameters: Vec<(String, String)>) -> Self {
        let redirect = Redirect { to: to.to_owned(), parameters, fragment: false };
        Self::new(303, "", Content::Redirect(redirect))
    }

    /// The same with one more header, which replaces one of that name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set_header(name, value);
        self
    }

    /// Puts a header, instead of one of that name.
    pub fn set_header(&mut self, name: &str, value: impl Into<String>) {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.into()));
    }

    /// The body as bytes, for the record.
    pub fn bytes_of_body(&self) -> Vec<u8> {
        match &self.body {
            Content::Json(value) => value.to_string().into_bytes(),
            Content::Bytes(bytes) => bytes.clone(),
            Content::Empty | Content::Blank { .. } | Content::Redirect(_) => Vec::new(),
        }
    }

    /// Writes it as HTTP.
    pub(crate) fn into_http(self) -> Response<HttpBody> {
        let mut answer = self;
        if let Content::Redirect(redirect) = &answer.body {
            let location = redirect.location();
            answer.set_header("location", location);
        }
        if !answer.content_type.is_empty() {
            let kind = answer.content_type.clone();
            answer.set_header("content-type", kind);
        }
        let mut response = Response::new(answer.body.into_http());
        *response.status_mut() = answer.status.try_into().unwrap_or_default();
        for (name, value) in answer.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    fn new(status: u16, content_type: &str, body: Content) -> Self {
        let content_type = content_type.to_owned();
        Self { status, headers: Vec::new(), content_type, body, delay: Duration::ZERO }
    }
}

impl Content {
    fn into_http(self) -> HttpBody {
        match self {
            Self::Empty | Self::Redirect(_) => Full::default().boxed(),
            Self::Json(value) => Full::from(value.to_string()).boxed(),
            Self::Bytes(bytes) => Full::from(bytes).boxed(),
            Self::Blank { bytes, given } => {
                let length = BLANK.len() as u64;
                let chunks = (0..bytes.div_ceil(length)).map(move |_| {
                    given.fetch_add(length, Ordering::Relaxed);
                    Ok(Frame::data(Bytes::from_static(BLANK)))
                });
                StreamBody::new(stream::iter(chunks)).boxed()
            }
        }
    }
}

impl Redirect {
    /// The whole address.
    pub fn location(&self) -> String {
        let pairs: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .finish();
        let mark = match (self.fragment, self.to.contains('?')) {
            (true, _) => '#',
            (false, false) => '?',
            (false, true) => '&',
        };
        format!("{}{mark}{pairs}", self.to)
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.parameters, name)
    }
}

/// The parameters of a form or query, decoded.
pub(crate) fn parameters(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    map.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Most of what a request may hold.
const BODY_LIMIT: usize = 1024 * 1024;
const BLANK: &[u8] = &[b' '; 16 * 1024];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_behind_what_the_address_has_already() {
        let mut redirect = Redirect {
            to: "https://bank.example/cb?x=1".into(),
            parameters: vec![("code".into(), "a b".into()), ("iss".into(), "https://h".into())],
            fragment: false,
        };
        assert_eq!(redirect.location(), "https://bank.example/cb?x=1&code=a+b&iss=https%3A%2F%2Fh");
        redirect.fragment = true;
        assert!(redirect.location().contains("#code="));
    }
}
