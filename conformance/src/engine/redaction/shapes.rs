//! Secrets that are known by how they look: JWTs, private keys in PEM, bearer tokens, the hub's opaque tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::Redactor;

impl Redactor {
    /// Replaces what has the shape of a secret, and remembers it.
    pub(super) fn shapes(&mut self, text: &str) -> String {
        let text = self.private_keys(text);
        let text = self.request_uris(&text);
        let mut kept = String::with_capacity(text.len());
        let mut rest = text.as_str();
        let mut after_bearer = false;
        while !rest.is_empty() {
            let end = rest.find(|c: char| !is_part_of_token(c)).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            let credentials = after_bearer && !tail.starts_with('=') && looks_random(word);
            kept.push_str(&self.word(word, credentials));
            if !word.is_empty() {
                after_bearer = word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("dpop");
            }
            let mut between = tail.chars();
            if let Some(separator) = between.next() {
                after_bearer = after_bearer && separator == ' ';
                kept.push(separator);
            }
            rest = between.as_str();
        }
        kept
    }

    fn word(&mut self, word: &str, credentials: bool) -> String {
        if let Some(algorithm) = algorithm_of_jwt(word) {
            let mark = self.mark("jwt", word, &format!(" alg={algorithm}"));
            self.remember(word, &mark);
            return mark;
        }
        if is_person(word) {
            return self.learn("person", word);
        }
        if credentials || is_opaque_token(word) { self.learn("token", word) } else { word.to_owned() }
    }

    /// Replaces names of pushed requests.
    fn request_uris(&mut self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((start, length)) = request_uri(rest) {
            let (before, found) = rest.split_at(start);
            let (uri, tail) = found.split_at(length);
            kept.push_str(before);
            kept.push_str(&self.learn("request_uri", uri));
            rest = tail;
        }
        kept + rest
    }

    /// Replaces private keys in PEM, whole or without their end.
    fn private_keys(&mut self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("-----BEGIN ") {
            let (before, block) = rest.split_at(start);
            let label = block
                .get("-----BEGIN ".len()..)
                .and_then(|tail| tail.split("-----").next())
                .unwrap_or_default();
            let closing = format!("-----END {label}-----");
            let end = block.find(&closing).map_or(block.len(), |at| at + closing.len());
            let (block, tail) = block.split_at(end);
            kept.push_str(before);
            kept.push_str(&if label.contains("PRIVATE KEY") {
                self.mark("key", block, "")
            } else {
                block.to_owned()
            });
            rest = tail;
        }
        kept + rest
    }
}

/// How a hub names a pushed request (RFC 9126 2.2), as it is and as it stands in an address.
const REQUEST_URIS: [&str; 2] =
    ["urn:ietf:params:oauth:request_uri:", "urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A"];

/// Says whether `text` is a mark that redaction left.
pub(super) fn is_mark(text: &str) -> bool {
    text.starts_with("[hidden:") && text.ends_with(']')
}

/// Where the first name of a pushed request begins in `text`, and how long it is.
fn request_uri(text: &str) -> Option<(usize, usize)> {
    let start = REQUEST_URIS.iter().filter_map(|beginning| text.find(beginning)).min()?;
    let found = text.get(start..)?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '&' | '\\');
    Some((start, found.find(ends).unwrap_or(found.len())))
}

fn is_part_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~')
}

/// Says whether a word after a scheme is a credential and no word of a sentence or name of a parameter.
fn looks_random(word: &str) -> bool {
    word.len() >= LONG || (word.len() >= super::SHORTEST && word.contains(|c: char| c.is_ascii_digit()))
}

/// Longer than words of a sentence.
const LONG: usize = 24;

/// The algorithm in the header of a compact JWS or JWE; `None` if `word` is neither.
fn algorithm_of_jwt(word: &str) -> Option<String> {
    let (header, rest) = word.split_once('.')?;
    if !rest.contains('.') {
        return None;
    }
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let algorithm = header.get("alg")?.as_str()?;
    Some(algorithm.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(16).collect())
}

/// Says whether `word` is the national number of a person: eleven digits, with or without what stands between them, of which
/// the last two are 97 less the rest of the others; a 2 goes before those of whoever was born since 2000.
fn is_person(word: &str) -> bool {
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let plain = word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let (Some(number), Some(check)) = (digits.get(..9), digits.get(9..)) else { return false };
    let holds = |begin: &str| {
        let number = format!("{begin}{number}").parse::<u64>().unwrap_or_default();
        check.parse::<u64>().is_ok_and(|check| check == 97 - number % 97)
    };
    plain && digits.len() == 11 && word.starts_with(|c: char| c.is_ascii_digit()) && (holds("") || holds("2"))
}

/// Says whether `word` is an access token, a refresh token or a code of a hub: `f`, two letters, `_`, 43 of base64url.
fn is_opaque_token(word: &str) -> bool {
    word.split_once('_').is_some_and(|(kind, secret)| {
        kind.len() == 3
            && kind.starts_with('f')
            && secret.len() == 43
            && secret.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    })
}
