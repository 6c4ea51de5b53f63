//! Redaction: what must never stand in a report is replaced before it is kept.
//!
//! Three ways, one after the other. *By name*: values of parameters, headers and members whose name says secret.
//! *By shape*: JWTs, private keys in PEM, bearer tokens, the hub's opaque tokens. *By value*: whatever was hidden
//! once, or that the stage named, is hidden wherever it appears again. A hidden value leaves a mark with
//! eight hexadecimal digits of a keyed hash, so that a reader sees which two were the same; the key dies with the run.

mod message;
mod names;
mod shapes;
mod shown;

use std::collections::HashMap;

use aws_lc_rs::{hmac, rand};
use data_encoding::HEXLOWER;

use super::{Exchange, Seen};
use shown::shown;

/// Hides secrets and remembers them.
pub struct Redactor {
    key: hmac::Key,
    /// Hidden values with their marks.
    known: HashMap<String, String>,
    /// Hidden values by how they begin, to be found in one pass over a text.
    beginnings: HashMap<[u8; SHORTEST], Vec<String>>,
}

impl Redactor {
    /// Makes one with a key of its own. Fails only if the machine has no randomness.
    pub fn new() -> Result<Self, aws_lc_rs::error::Unspecified> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes)?;
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
            known: HashMap::new(),
            beginnings: HashMap::new(),
        })
    }

    /// Hides `value` from now on, under a mark that names its `kind`, and gives the mark.
    ///
    /// A value shorter than eight characters is marked here but not looked for elsewhere: it would tear holes into words.
    pub fn learn(&mut self, kind: &str, value: &str) -> String {
        if value.is_empty() || shapes::is_mark(value) {
            return value.to_owned();
        }
        if let Some(mark) = self.known.get(value) {
            return mark.clone();
        }
        let mark = self.mark(kind, value, "");
        self.remember(value, &mark);
        mark
    }

    fn remember(&mut self, value: &str, mark: &str) {
        if let Some(beginning) = value.as_bytes().first_chunk() {
            self.known.insert(value.to_owned(), mark.to_owned());
            self.beginnings.entry(*beginning).or_default().push(value.to_owned());
        }
    }

    /// Gives `text` with all that is known or looks like a secret replaced, and with characters that steer written out.
    pub fn text(&mut self, text: &str) -> String {
        let shaped = self.shapes(text);
        shown(&self.values(&shaped))
    }

    /// Goes once more over the free texts of an exchange, with all that has become known since.
    pub fn sweep(&mut self, exchange: &mut Exchange) {
        exchange.url = self.text(&exchange.url);
        for header in exchange.request_headers.iter_mut().chain(&mut exchange.answer_headers) {
            header.value = self.text(&header.value);
        }
        let bodies = [&mut exchange.request_body, &mut exchange.answer_body];
        let texts = bodies.into_iter().flatten().filter_map(|body| body.text.as_mut());
        for text in texts.chain(&mut exchange.failure) {
            *text = self.text(text);
        }
    }

    /// Makes of what was seen what may be kept.
    pub fn exchange(&mut self, seen: &Seen, at: u64) -> Exchange {
        let url = shown(&self.url(&seen.url));
        let (request_headers, request_body) = self.message(&seen.request);
        let (answer_headers, answer_body) = self.message(&seen.answer);
        Exchange {
            at,
            from: seen.from,
            to: seen.to,
            method: self.text(&seen.method),
            url,
            request_headers,
            request_body,
            status: seen.status,
            answer_headers,
            answer_body,
            tls: seen.tls.clone(),
            failure: seen.failure.as_deref().map(|text| self.text(text)),
            micros: seen.micros,
        }
    }

    /// Replaces known values, the leftmost first and of several at one place the longest.
    fn values(&self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            match self.value_at(rest) {
                Some((length, mark)) => {
                    kept.push_str(mark);
                    rest = rest.get(length..).unwrap_or_default();
                }
                None => {
                    kept.push(c);
                    rest = rest.get(c.len_utf8()..).unwrap_or_default();
                }
            }
        }
        kept
    }

    /// The longest known value with which `text` begins: its length and its mark.
    fn value_at(&self, text: &str) -> Option<(usize, &str)> {
        let values = self.beginnings.get(text.as_bytes().first_chunk::<SHORTEST>()?)?;
        let longest =
            values.iter().filter(|value| text.starts_with(value.as_str())).max_by_key(|value| value.len())?;
        Some((longest.len(), self.known.get(longest)?))
    }

    fn mark(&self, kind: &str, value: &str, note: &str) -> String {
        let tag = hmac::sign(&self.key, value.as_bytes());
        let digits: String = HEXLOWER.encode(tag.as_ref()).chars().take(8).collect();
        format!("[hidden:{kind}:{digits}{note}]")
    }
}

/// The shortest value that is looked for wherever it may stand.
const SHORTEST: usize = 8;

#[cfg(test)]
mod tests;
