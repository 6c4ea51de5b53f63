//! A request on its way to the hub and its answer, which a fault may change.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::form_urlencoded;

/// Which of the hub's doors a request came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// The one for browsers.
    Browsers,
    /// The one for machines.
    Machines,
}

/// Whose certificate was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Papers {
    /// None.
    Nobody,
    First,
    /// The renewed certificate of the first provider.
    Renewed,
    Second,
    Attacker,
    Sender,
    /// One that the hub does not know.
    Stranger,
}

impl Papers {
    /// The provider to which a certificate belongs, by its client id; empty if it is no provider's.
    pub(super) fn client(self) -> &'static str {
        match self {
            Self::First | Self::Renewed => "bank-app",
            Self::Second => "post-app",
            Self::Attacker => crate::conformance::hub::THIRD,
            Self::Nobody | Self::Sender | Self::Stranger => "",
        }
    }

    /// The certificate of a provider.
    pub(super) fn of_client(client: &str) -> Option<Self> {
        [Self::First, Self::Second, Self::Attacker].into_iter().find(|papers| papers.client() == client)
    }
}

/// Parameters in their order.
pub(super) type Pairs = Vec<(String, String)>;

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) door: Door,
    pub(super) papers: Papers,
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Request {
    /// A form posted to the token endpoint.
    pub(super) fn token(&self, papers: Papers, form: &[(&str, &str)]) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", self.headers["host"].clone());
        headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        let (method, target, body) = ("POST".to_owned(), "/token".to_owned(), Bytes::new());
        let mut request = Self { door: Door::Machines, papers, method, target, headers, body };
        request.set_form(&form.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect());
        request
    }

    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether it is this method on this path of a door for machines or browsers.
    pub(super) fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path() == path
    }

    /// Whether it asks the mailbox API for something that begins so.
    pub(super) fn reads(&self, begin: &str) -> bool {
        self.method == "GET"
            && self.path().strip_prefix("/mailbox/v1").is_some_and(|path| path.starts_with(begin))
    }

    /// Whether it asks the Message Registry for something that begins so.
    pub(super) fn asks_registry(&self, begin: &str) -> bool {
        self.path().strip_prefix("/messageRegistry/v2").is_some_and(|path| path.starts_with(begin))
    }

    pub(super) fn query(&self) -> Pairs {
        let query = self.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// A parameter of the query.
    pub(super) fn asked(&self, name: &str) -> Option<String> {
        value(&self.query(), name)
    }

    pub(super) fn set_query(&mut self, pairs: &Pairs) {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.target = format!("{}?{query}", self.path());
    }

    /// Takes parameters out of the query.
    pub(super) fn without(&mut self, names: &[&str]) {
        let mut pairs = self.query();
        pairs.retain(|(name, _)| !names.contains(&name.as_str()));
        self.set_query(&pairs);
    }

    pub(super) fn form(&self) -> Pairs {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// A parameter of the form.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        value(&self.form(), name)
    }

    pub(super) fn set_form(&mut self, pairs: &Pairs) {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.set_body(form.into());
    }

    /// Gives a parameter of the form this value, once; takes it out if that is `None`.
    pub(super) fn set_field(&mut self, name: &str, value: Option<&str>) {
        let mut pairs = self.form();
        pairs.retain(|(known, _)| known != name);
        pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self.set_form(&pairs);
    }

    pub(super) fn set_body(&mut self, body: Bytes) {
        self.headers.insert("content-length", HeaderValue::from(body.len()));
        self.body = body;
    }

    /// A grant that is asked for at the token endpoint.
    pub(super) fn is_grant(&self, kind: &str) -> bool {
        self.is("POST", "/token") && self.field("grant_type").as_deref() == Some(kind)
    }

    pub(super) fn header(&self, name: &str) -> &str {
        text(&self.headers, name)
    }

    /// The token of the header.
    pub(super) fn bearer(&self) -> Option<&str> {
        self.header("authorization").strip_prefix("Bearer ")
    }

    pub(super) fn set_bearer(&mut self, token: &str) {
        self.set("authorization", &format!("Bearer {token}"));
    }

    pub(super) fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// An answer of the front itself.
    pub(super) fn of(status: u16, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static(media_type));
        headers.insert("date", HeaderValue::from_static("Sun, 01 Nov 2026 00:00:00 GMT"));
        let mut answer = Self { status, headers, body: Bytes::new() };
        answer.set_body(body.into());
        answer
    }

    /// A document of the front itself.
    pub(super) fn json(status: u16, document: &Value) -> Self {
        Self::of(status, "application/json", document.to_string())
    }

    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON; null if it is none.
    pub(super) fn document(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A text of the document; empty if it is not there.
    pub(super) fn text(&self, member: &str) -> String {
        self.document()[member].as_str().unwrap_or_default().to_owned()
    }

    /// Changes the document, if there is one.
    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut document = self.document();
        if !document.is_null() {
            change(&mut document);
            self.set_body(document.to_string().into());
        }
    }

    /// Changes the items of a list.
    pub(super) fn edit_items(&mut self, change: impl FnOnce(&mut Vec<Value>)) {
        self.edit(|list| {
            if let Some(items) = list.get_mut("items").and_then(Value::as_array_mut) {
                change(items);
            }
        });
    }

    pub(super) fn set_body(&mut self, body: Bytes) {
        self.headers.insert("content-length", HeaderValue::from(body.len()));
        self.body = body;
    }

    pub(super) fn header(&self, name: &str) -> &str {
        text(&self.headers, name)
    }

    pub(super) fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }

    pub(super) fn remove(&mut self, name: &'static str) {
        self.headers.remove(name);
    }

    /// Changes the parameters of the address to which a browser is sent back with a code or an error.
    pub(super) fn edit_way_back(&mut self, change: impl FnOnce(&mut Pairs)) {
        if let Some(mut url) = self.way_back() {
            let mut pairs: Pairs = url.query_pairs().into_owned().collect();
            change(&mut pairs);
            url.query_pairs_mut().clear().extend_pairs(&pairs);
            self.set("location", url.as_str());
        }
    }

    /// The address to which a browser is sent back with a code or an error.
    pub(super) fn way_back(&self) -> Option<url::Url> {
        let url = url::Url::parse(self.header("location")).ok()?;
        let answers = url.query_pairs().any(|(name, _)| name == "code" || name == "error");
        (answers && url.query_pairs().any(|(name, _)| name == "iss")).then_some(url)
    }
}

/// The first value of that name.
pub(super) fn value(pairs: &Pairs, name: &str) -> Option<String> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// Takes out all values of that name and puts in this one.
pub(super) fn put(pairs: &mut Pairs, name: &str, value: Option<&str>) {
    pairs.retain(|(known, _)| known != name);
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
