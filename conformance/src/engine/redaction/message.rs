//! Redaction by name: addresses, headers and bodies, each in its own grammar.

use http::HeaderMap;
use serde_json::Value;
use url::form_urlencoded;

use super::{
    Redactor,
    names::{is_secret, is_secret_member, is_secret_of_key},
    shown::shown,
};
use crate::engine::{Body, Header, Message};

impl Redactor {
    pub(super) fn message(&mut self, message: &Message) -> (Vec<Header>, Option<Body>) {
        let headers = self.headers(&message.headers);
        let kind = message.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let body = (!message.body.is_empty()).then(|| self.body(kind.unwrap_or_default(), &message.body));
        (headers, body)
    }

    /// Gives an address with the values of its secret parameters hidden; everything else stays as it was written.
    pub(super) fn url(&mut self, url: &str) -> String {
        let (rest, fragment) = match url.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment)),
            None => (url, None),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        let mut kept = self.path(path);
        for (sign, pairs) in [('?', query), ('#', fragment)] {
            if let Some(pairs) = pairs {
                kept.push(sign);
                kept.push_str(&self.pairs(pairs));
            }
        }
        kept
    }

    /// The part before the query, without a password in it.
    fn path(&mut self, path: &str) -> String {
        let bare = path.split_once("://").and_then(|(scheme, rest)| {
            let (authority, tail) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let (user, host) = authority.rsplit_once('@')?;
            Some(format!("{scheme}://{}@{host}{tail}", self.learn("userinfo", user)))
        });
        self.text(bare.as_deref().unwrap_or(path))
    }

    /// `name=value` pairs of a query or a form.
    fn pairs(&mut self, pairs: &str) -> String {
        let redacted: Vec<String> = pairs.split('&').map(|pair| self.pair(pair)).collect();
        redacted.join("&")
    }

    fn pair(&mut self, pair: &str) -> String {
        let Some((written, raw)) = pair.split_once('=') else { return self.text(pair) };
        let Some((name, value)) = form_urlencoded::parse(pair.as_bytes()).next() else {
            return String::new();
        };
        if !is_secret(&name) {
            let decoded = self.text(&value);
            // Shown as it was written if nothing in it is a secret, encoded or not.
            let shown = if decoded == value { self.text(raw) } else { decoded };
            return format!("{written}={shown}");
        }
        let mark = self.learn(&name, &value);
        if raw != value {
            self.learn(&name, raw);
        }
        format!("{written}={mark}")
    }

    fn headers(&mut self, headers: &HeaderMap) -> Vec<Header> {
        let mut kept = Vec::with_capacity(headers.len());
        for (name, value) in headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            kept.push(Header { name: name.to_string(), value: shown(&self.header(name.as_str(), &value)) });
        }
        kept
    }

    fn header(&mut self, name: &str, value: &str) -> String {
        match name {
            "authorization" | "proxy-authorization" => match value.split_once(' ') {
                Some((scheme, credentials)) => {
                    format!("{scheme} {}", self.learn("token", credentials.trim()))
                }
                None => self.learn("token", value),
            },
            "cookie" => {
                let cookies: Vec<String> =
                    value.split(';').map(|cookie| self.cookie(cookie.trim())).collect();
                cookies.join("; ")
            }
            "set-cookie" => match value.split_once(';') {
                Some((cookie, attributes)) => format!("{};{attributes}", self.cookie(cookie)),
                None => self.cookie(value),
            },
            "location" | "content-location" | "referer" | "origin" => self.url(value),
            name if is_secret(name) => self.learn(name, value),
            _ => self.text(value),
        }
    }

    fn cookie(&mut self, cookie: &str) -> String {
        match cookie.split_once('=') {
            Some((name, value)) => format!("{name}={}", self.learn("cookie", value.trim_matches('"'))),
            None => self.learn("cookie", cookie),
        }
    }

    fn body(&mut self, kind: &str, bytes: &[u8]) -> Body {
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let text = std::str::from_utf8(bytes).ok().map(|text| {
            let json = serde_json::from_str::<Value>(text)
                .ok()
                .filter(|value| value.is_object() || value.is_array());
            match json {
                Some(mut document) => {
                    self.members(&mut document);
                    serde_json::to_string_pretty(&document).unwrap_or_default()
                }
                None if kind == "application/x-www-form-urlencoded" => self.pairs(text),
                None => self.text(text),
            }
        });
        let text = text.map(|text| shown(&text));
        let cut = text.as_ref().is_some_and(|text| text.chars().nth(LONGEST).is_some());
        let text = text.map(|text| text.chars().take(LONGEST).collect());
        Body { size: bytes.len(), text, cut }
    }

    /// Hides values of secret members at any depth. A secret member that is no string is hidden as its text.
    fn members(&mut self, document: &mut Value) {
        match document {
            Value::Object(members) => {
                let is_key = members.contains_key("kty");
                for (name, value) in members.iter_mut() {
                    if is_secret_member(name) || (is_key && is_secret_of_key(name)) {
                        self.secret_member(name, value);
                    } else {
                        self.members(value);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.members(item)),
            Value::String(text) if text.contains("://") => *text = self.url(text),
            Value::String(text) => *text = self.text(text),
            Value::Number(number) => {
                let (written, told) = (number.to_string(), self.text(&number.to_string()));
                if told != written {
                    *document = Value::String(told);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn secret_member(&mut self, name: &str, value: &mut Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Array(items) => items.iter_mut().for_each(|item| match item.as_str() {
                Some(cookie) if cookie.contains('=') => *item = Value::String(self.cookie(cookie)),
                _ => self.secret_member(name, item),
            }),
            Value::String(text) => *text = self.learn(name, text),
            Value::Number(_) | Value::Object(_) => {
                *value = Value::String(self.learn(name, &value.to_string()));
            }
        }
    }
}

/// The longest text of a body that a report keeps, in characters.
const LONGEST: usize = 16 * 1024;
