//! One request and its answer: as it was seen, and as it is kept.
//!
//! `Seen` is what the stage hands over: raw, and not serialisable. `Exchange` is what reports hold: only a
//! `Redactor` makes one. The facts of TLS come from the connection itself, never from what a party says.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

/// Who speaks or is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Party {
    /// The app that is judged.
    App,
    /// The honest hub that the suite plays.
    Hub,
    /// The other hub that the suite plays, with an issuer and keys of its own.
    HostileHub,
    /// The browser that the suite plays.
    Browser,
    /// The test hook of the app.
    Hook,
    /// The suite itself, where it is none of the others.
    Suite,
    /// The first provider that the suite plays towards a hub.
    FirstProvider,
    /// The second one.
    SecondProvider,
    /// A provider with a certificate of its own that takes what is not for it.
    Attacker,
    /// A public body that publishes letters.
    Sender,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "the app",
            Self::Hub => "the hub",
            Self::HostileHub => "the hostile hub",
            Self::Browser => "the browser",
            Self::Hook => "the test hook",
            Self::Suite => "the suite",
            Self::FirstProvider => "the first provider",
            Self::SecondProvider => "the second provider",
            Self::Attacker => "the attacker",
            Self::Sender => "the sender",
        })
    }
}

/// Facts of a TLS connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tls {
    /// `TLSv1.3`.
    pub version: String,
    /// Name of the cipher suite.
    pub cipher: String,
    /// The protocol agreed by ALPN.
    pub alpn: Option<String>,
    /// The name that the client asked for.
    pub server_name: Option<String>,
    /// SHA-256 of the client's certificate, base64url.
    pub client_certificate: Option<String>,
    /// SHA-256 of the server's certificate, base64url.
    pub server_certificate: Option<String>,
}

/// Headers and body of one direction, raw.
#[derive(Clone, Default)]
pub struct Message {
    /// The headers as they came.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
}

/// An exchange as the stage saw it, secrets included. It can neither be printed nor serialised.
#[derive(Clone)]
pub struct Seen {
    /// Who asked.
    pub from: Party,
    /// Who was asked.
    pub to: Party,
    /// The method; empty if no request came through, as after a failed handshake.
    pub method: String,
    /// The address.
    pub url: String,
    /// The request.
    pub request: Message,
    /// The status; `None` if there was no answer.
    pub status: Option<u16>,
    /// The answer.
    pub answer: Message,
    /// The connection; `None` for plain HTTP or if the handshake failed.
    pub tls: Option<Tls>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// How long it took.
    pub micros: u64,
}

impl Seen {
    /// Begins the record of a request, to be completed by its fields.
    pub fn request(from: Party, to: Party, method: &str, url: &str) -> Self {
        Self {
            from,
            to,
            method: method.to_owned(),
            url: url.to_owned(),
            request: Message::default(),
            status: None,
            answer: Message::default(),
            tls: None,
            failure: None,
            micros: 0,
        }
    }
}

/// An exchange as reports hold it: without codes, tokens, keys and cookies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// When it ended, in microseconds since the run began.
    pub at: u64,
    /// Who asked.
    pub from: Party,
    /// Who was asked.
    pub to: Party,
    /// The method; empty if no request came through.
    pub method: String,
    /// The address, values of secret parameters hidden.
    pub url: String,
    /// Headers of the request.
    pub request_headers: Vec<Header>,
    /// Body of the request.
    pub request_body: Option<Body>,
    /// The status; `None` if there was no answer.
    pub status: Option<u16>,
    /// Headers of the answer.
    pub answer_headers: Vec<Header>,
    /// Body of the answer.
    pub answer_body: Option<Body>,
    /// Facts of the connection.
    pub tls: Option<Tls>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// How long it took.
    pub micros: u64,
}

/// One header, its value redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Lower-case name.
    pub name: String,
    /// Redacted value.
    pub value: String,
}

/// A body: as redacted text, or what can be said of bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Size as it was on the wire.
    pub size: usize,
    /// Redacted text; `None` if it was no text.
    pub text: Option<String>,
    /// Whether `text` was cut.
    pub cut: bool,
}
