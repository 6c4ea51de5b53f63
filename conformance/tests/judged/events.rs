//! How the small app takes events: signature and audience are looked at, and the end of a consent counts at once.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{app::Desk, flaw::Flaw};

impl Desk {
    /// Takes an event; gives why it is refused.
    pub(crate) async fn takes(&self, token: &str) -> Result<(), &'static str> {
        let claims = part(token, 1);
        let judged = self.judges(token, &claims).await;
        if judged.is_ok() || self.flaw == Some(Flaw::AppliesRefused) {
            self.applies(&claims);
        }
        let effect = if judged.is_ok() { "taken" } else { "refused" };
        let seen = json!({"jti": claims["jti"], "effect": effect, "refusal": judged.err()});
        self.memory.lock().unwrap().pushed.push(seen);
        judged
    }

    async fn judges(&self, token: &str, claims: &Value) -> Result<(), &'static str> {
        let place = format!("{}/jwks", self.setting.issuer);
        let (_, _, body) = self.send(self.client().get(place)).await.map_err(|_| "key")?;
        let keys: Value = serde_json::from_slice(&body).map_err(|_| "key")?;
        let mut point = vec![4];
        for name in ["x", "y"] {
            point.extend(URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap());
        }
        let (signed, signature) = token.rsplit_once('.').ok_or("shape")?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "shape")?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| "signature")?;
        if claims["aud"] == json!(self.setting.client_id) { Ok(()) } else { Err("audience") }
    }

    fn applies(&self, claims: &Value) {
        for (kind, event) in claims["events"].as_object().into_iter().flatten() {
            let state = match kind.rsplit(':').next() {
                Some("consentEnded") => "ended",
                Some("consentGranted") if self.flaw == Some(Flaw::RevivesEnded) => "connected",
                _ => continue,
            };
            let mut memory = self.memory.lock().unwrap();
            let of_it = |consent: &Value| *consent == event["consentId"];
            for known in memory.connections.values_mut().filter(|known| of_it(&known.granted["consentId"])) {
                known.state = state.to_owned();
            }
        }
    }
}

fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).unwrap_or_default();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap_or_default()).unwrap_or_default()
}
