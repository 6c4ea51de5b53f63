//! Security event tokens (RFC 8417): what an event says to one application, signed with ES256.
//!
//! An event about a change carries the ids of its entry in the feed and nothing else. `jti` and `txn` are hashes over the
//! hub's incarnation, which nobody outside knows: the first names the event to its application, through every retry; the
//! second names the fact to its provider, with all its applications, so that two providers cannot compare (TRUST T8).

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::StreamRow;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::hub::Hub;
use crate::id::{ApplicationId, ProviderId, Sha256};
use crate::keys::Keys;

/// To whom events are told.
#[derive(Clone, Debug)]
pub(crate) struct Addressee {
    pub(crate) application: ApplicationId,
    pub(crate) provider: ProviderId,
    pub(crate) client_id: String,
}

/// What happened, by which an event is named.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Occasion {
    /// The entry of the feed at that position.
    Change(i64),
    /// Entries may be lost to the receiver of a stream that stood at that position of that incarnation.
    Resync(Uuid, i64),
    /// An operator wants to know whether the receiver is there.
    Verification([u8; 16]),
}

/// What an event says, about whom.
pub(crate) struct Said {
    /// The URI of its kind.
    pub(crate) event: String,
    pub(crate) payload: Value,
    /// The mailbox, or the stream, in the receiver's own terms.
    pub(crate) subject: String,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    jti: String,
    txn: String,
    sub_id: Value,
    events: Map<String, Value>,
}

impl Addressee {
    /// The name of an event.
    pub(crate) fn jti(&self, hub: &Hub, occasion: Occasion) -> String {
        named(hub, "jti", (self.application.0.as_bytes(), occasion))
    }

    /// The token that tells an event.
    pub(crate) fn token(
        &self,
        hub: &Hub,
        (occasion, said): (Occasion, Said),
        now: Timestamp,
    ) -> Result<String, Error> {
        let claims = Claims {
            iss: hub.issuer(),
            aud: &self.client_id,
            iat: now.seconds(),
            jti: self.jti(hub, occasion),
            txn: named(hub, "txn", (self.provider.0.as_bytes(), occasion)),
            sub_id: json!({ "format": "opaque", "id": said.subject }),
            events: [(said.event, said.payload)].into_iter().collect(),
        };
        signed(hub, &claims, now)
    }

    /// The token by which a receiver shows that it is there: the verification event of SSF (8.1.4.1), with a state.
    pub(crate) fn verification(&self, hub: &Hub, state: &str, now: Timestamp) -> Result<String, Error> {
        let said = Said {
            event: VERIFICATION.to_owned(),
            payload: json!({ "state": state }),
            subject: self.client_id.clone(),
        };
        self.token(hub, (Occasion::Verification(hub.random().bytes()), said), now)
    }

    /// The token that tells a receiver to list everything again.
    pub(crate) fn resynchronise(&self, hub: &Hub, row: &StreamRow, now: Timestamp) -> Result<String, Error> {
        let said =
            Said { event: RESYNCHRONISE.to_owned(), payload: json!({}), subject: self.client_id.clone() };
        self.token(hub, (row.resync(), said), now)
    }
}

/// The keys that tokens are checked with.
pub(crate) fn key_set(keys: &Keys, now: Timestamp) -> Value {
    let keyring = keys.current();
    let keys = keyring.event_signers(now).filter_map(|(entry, signer)| {
        let (x, y) = signer.point().strip_prefix(&[4])?.split_at_checked(32)?;
        let (x, y) = (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y));
        Some(json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": entry.id, "x": x, "y": y,
        }))
    });
    json!({ "keys": keys.collect::<Vec<_>>() })
}

fn signed(hub: &Hub, claims: &Claims<'_>, now: Timestamp) -> Result<String, Error> {
    let keyring = hub.parts().keys.current();
    let (entry, signer) = keyring.event_signer(now).map_err(Error::internal)?;
    let header = Header { alg: "ES256", kid: &entry.id, typ: "secevent+jwt" };
    let part = |json: serde_json::Result<Vec<u8>>| json.map(|json| BASE64URL_NOPAD.encode(&json));
    let header = part(serde_json::to_vec(&header)).map_err(Error::internal)?;
    let claims = part(serde_json::to_vec(claims)).map_err(Error::internal)?;
    let text = format!("{header}.{claims}");
    let signature = signer.sign(text.as_bytes()).map_err(Error::internal)?;
    Ok(format!("{text}.{}", BASE64URL_NOPAD.encode(&signature)))
}

fn named(hub: &Hub, what: &str, (whose, occasion): (&[u8; 16], Occasion)) -> String {
    let (kind, bytes) = match occasion {
        Occasion::Change(pos) => (b'c', pos.to_be_bytes().to_vec()),
        Occasion::Resync(of, stood) => (b'r', [of.as_bytes().as_slice(), &stood.to_be_bytes()].concat()),
        Occasion::Verification(random) => (b'v', random.to_vec()),
    };
    let incarnation = hub.incarnation();
    let Sha256(digest) =
        Sha256::of(&[what.as_bytes(), incarnation.as_bytes(), whose, &[kind], &bytes].concat());
    BASE64URL_NOPAD.encode(digest.first_chunk::<16>().unwrap_or(&[0; 16]))
}

/// The event of a kind of change: this, and the kind's name in the feed.
pub(crate) const CHANGE: &str = "urn:facteur:event:";
const RESYNCHRONISE: &str = "urn:facteur:event:resynchronise";
const VERIFICATION: &str = "https://schemas.openid.net/secevent/ssf/event-type/verification";
