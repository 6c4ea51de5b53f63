//! What the played hub heard and what the judge said about it.

use std::time::Instant;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{
    door::{Face, Wire},
    endpoint::Endpoint,
    wire::{Answer, Call, Content},
};
use crate::engine::{Message, Party, Seen, Tls};

/// One request that reached the hub, in the order in which they came.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Which operation.
    pub endpoint: Endpoint,
    /// Which door.
    pub face: Face,
    /// When it came.
    pub at: Instant,
    /// The request.
    pub call: Call,
    /// The status of the answer.
    pub status: u16,
}

/// The exchange as the record takes it.
pub(crate) fn seen(origin: &str, parties: (Party, Party), call: &Call, answer: &Answer, micros: u64) -> Seen {
    let query = if call.raw_query.is_empty() { String::new() } else { format!("?{}", call.raw_query) };
    let url = format!("{origin}{}{query}", call.path);
    Seen {
        request: Message { headers: headers(&call.headers), body: call.body.clone().into() },
        status: Some(answer.status),
        answer: Message { headers: answered(answer), body: answer.bytes_of_body().into() },
        tls: Some(tls(&call.wire)),
        micros,
        ..Seen::request(parties.0, parties.1, &call.method, &url)
    }
}

fn tls(wire: &Wire) -> Tls {
    Tls {
        version: wire.version.clone(),
        cipher: wire.cipher.clone(),
        alpn: (!wire.protocol.is_empty()).then(|| wire.protocol.clone()),
        client_certificate: wire.peer.clone(),
        ..Tls::default()
    }
}

fn answered(answer: &Answer) -> HeaderMap {
    let mut all = answer.headers.clone();
    if !answer.content_type.is_empty() {
        all.push(("content-type".to_owned(), answer.content_type.clone()));
    }
    if let Content::Redirect(redirect) = &answer.body {
        all.push(("location".to_owned(), redirect.location()));
    }
    headers(&all)
}

fn headers(pairs: &[(String, String)]) -> HeaderMap {
    let known = |(name, value): &(String, String)| {
        Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
    };
    pairs.iter().filter_map(known).collect()
}
