//! The keys that the hub signs events with, from where the hub itself says they are.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::{
    error::Error,
    metadata::{Distrust, well_known},
    provider::Provider,
};

/// How long keys are taken as they were read.
const AGE: Duration = Duration::from_secs(300);
/// How soon a key that nobody knows is looked for again.
const LOOKED_AGAIN: Duration = Duration::from_secs(30);

/// The key set as it was read last.
#[derive(Default)]
pub(crate) struct Keys(Mutex<Known>);

#[derive(Default)]
struct Known {
    keys: Vec<Key>,
    read: Option<Instant>,
    /// When the set was last read only because somebody named a key that is not in it.
    looked: Option<Instant>,
}

/// A public key for ES256 (RFC 7518 6.2).
#[derive(Clone, Deserialize)]
struct Key {
    kid: String,
    kty: String,
    crv: String,
    x: String,
    y: String,
}

#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: Url,
}

/// A set may hold keys of any kind.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Keys {
    /// The point of the key of that name. One that is not known may be new: the set is read again for it, but not at everybody's will.
    pub(crate) async fn key(&self, kid: &str, provider: &Provider) -> Result<Option<Vec<u8>>, Error> {
        let mut known = self.0.lock().await;
        if !is_young(known.read, AGE) {
            known.keys = read(provider).await?;
            known.read = Some(Instant::now());
        }
        if known.point(kid).is_none() && !is_young(known.looked, LOOKED_AGAIN) {
            known.keys = read(provider).await?;
            known.looked = Some(Instant::now());
        }
        Ok(known.point(kid))
    }

    /// Forgets what was read.
    pub(crate) async fn clear(&self) {
        *self.0.lock().await = Known::default();
    }
}

impl Known {
    fn point(&self, kid: &str) -> Option<Vec<u8>> {
        let key = self.keys.iter().find(|key| key.kid == kid && key.kty == "EC" && key.crv == "P-256")?;
        let coordinate = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        Some([vec![4], coordinate(&key.x)?, coordinate(&key.y)?].concat())
    }
}

fn is_young(since: Option<Instant>, age: Duration) -> bool {
    since.is_some_and(|since| since.elapsed() < age)
}

async fn read(provider: &Provider) -> Result<Vec<Key>, Error> {
    let (hub, place) = (&provider.hub, well_known(&provider.issuer, "ssf-configuration")?);
    let found: Configuration = hub.send("read how events are sent", hub.get(place)).await?.json().await?;
    if found.issuer != provider.issuer {
        return Err(Distrust::Issuer.into());
    }
    let set: KeySet = hub.send("read the keys of events", hub.get(found.jwks_uri)).await?.json().await?;
    Ok(set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect())
}
