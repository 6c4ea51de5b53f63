//! The hub's own description of its endpoints (RFC 8414), and the conditions under which it is believed.

use std::time::Duration;

use reqwest::header::ACCEPT;
use serde::Deserialize;
use url::Url;

use crate::{
    error::{Error, Unexpected},
    hub::Hub,
};

/// How long the metadata are taken as they were read, unless their answer says less.
const OLDEST: Duration = Duration::from_secs(600);

/// Why the metadata are not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// They are another issuer's.
    #[error("another issuer")]
    Issuer,
    /// An endpoint could be listened to, or the issuer names itself by no https URL.
    #[error("an address without https")]
    Insecure,
    /// Something is missing without which no safe flow is possible.
    #[error("no {0}")]
    Missing(&'static str),
}

/// Where the hub wants to be asked. Endpoints that need the client certificate are the mutual TLS ones.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// Where browsers are sent.
    pub authorization: Url,
    /// Where authorization requests are pushed.
    pub par: Url,
    /// Where codes and refresh tokens become access tokens.
    pub token: Url,
    /// Where tokens are handed back.
    pub revocation: Url,
    /// Where tokens are looked at.
    pub introspection: Url,
}

/// The document, as far as this app reads it.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    #[serde(flatten)]
    endpoints: Endpoints,
    #[serde(default)]
    mtls_endpoint_aliases: Endpoints,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Endpoints {
    pushed_authorization_request_endpoint: Option<Url>,
    token_endpoint: Option<Url>,
    revocation_endpoint: Option<Url>,
    introspection_endpoint: Option<Url>,
}

/// Fetches the metadata of `issuer` from its well-known place, and from nowhere else; says how long they may be kept.
pub(crate) async fn discover(hub: &Hub, issuer: &str) -> Result<(Metadata, Duration), Error> {
    let place = well_known(issuer, "oauth-authorization-server")?;
    let request = hub.get(place).header(ACCEPT, "application/json");
    let reply = hub.send("read the hub's metadata", request).await?;
    let age = reply.max_age().map_or(OLDEST, |age| age.min(OLDEST));
    let document: Document = match reply.json().await {
        Err(Error::Unexpected(Unexpected::Shape(_))) => {
            return Err(Distrust::Missing("whole document").into());
        }
        other => other?,
    };
    Ok((document.believed(issuer)?, age))
}

impl Document {
    /// Takes the endpoints, if this is `issuer` and it keeps to FAPI 2.0.
    fn believed(self, issuer: &str) -> Result<Metadata, Distrust> {
        if self.issuer != issuer {
            return Err(Distrust::Issuer); // RFC 8414 3.3
        }
        if !self.authorization_response_iss_parameter_supported {
            return Err(Distrust::Missing("issuer in the authorization response")); // RFC 9207 3
        }
        if !self.code_challenge_methods_supported.iter().any(|method| method == "S256") {
            return Err(Distrust::Missing("PKCE with S256"));
        }
        let (alias, plain) = (self.mtls_endpoint_aliases, self.endpoints);
        let named = [&alias, &plain].into_iter().flat_map(Endpoints::all);
        if named.chain([&self.authorization_endpoint]).any(|endpoint| endpoint.scheme() != "https") {
            return Err(Distrust::Insecure);
        }

        Ok(Metadata {
            authorization: self.authorization_endpoint,
            par: mtls(
                alias.pushed_authorization_request_endpoint,
                plain.pushed_authorization_request_endpoint,
            )?,
            token: mtls(alias.token_endpoint, plain.token_endpoint)?,
            revocation: mtls(alias.revocation_endpoint, plain.revocation_endpoint)?,
            introspection: mtls(alias.introspection_endpoint, plain.introspection_endpoint)?,
        })
    }
}

impl Endpoints {
    fn all(&self) -> impl Iterator<Item = &Url> {
        [
            &self.pushed_authorization_request_endpoint,
            &self.token_endpoint,
            &self.revocation_endpoint,
            &self.introspection_endpoint,
        ]
        .into_iter()
        .flatten()
    }
}

/// The alias for mutual TLS where there is one (RFC 8705 5).
fn mtls(alias: Option<Url>, plain: Option<Url>) -> Result<Url, Distrust> {
    alias.or(plain).ok_or(Distrust::Missing("endpoint for each purpose"))
}

/// The well-known address of a document stands between host and path of the issuer (RFC 8414 3.1).
pub(crate) fn well_known(issuer: &str, document: &str) -> Result<Url, Distrust> {
    let mut url = Url::parse(issuer).map_err(|_| Distrust::Insecure)?;
    if url.scheme() != "https" || url.query().is_some() || url.fragment().is_some() {
        return Err(Distrust::Insecure);
    }
    let path = format!("/.well-known/{document}{}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://facteur.localhost:8443";

    fn document() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://facteur.localhost:8443/authorize",
            "pushed_authorization_request_endpoint": "https://facteur.localhost:8443/trap",
            "token_endpoint": "https://api.localhost:8444/token",
            "revocation_endpoint": "https://api.localhost:8444/revoke",
            "introspection_endpoint": "https://api.localhost:8444/introspect",
            "mtls_endpoint_aliases": { "pushed_authorization_request_endpoint": "https://api.localhost:8444/par" },
            "authorization_response_iss_parameter_supported": true,
            "code_challenge_methods_supported": ["S256"],
            "something_new": {}
        })
    }

    fn believed(document: Value) -> Result<Metadata, Distrust> {
        serde_json::from_value::<Document>(document).unwrap().believed(ISSUER)
    }

    #[test]
    fn the_alias_for_mutual_tls_goes_before_the_plain_endpoint() {
        let metadata = believed(document()).unwrap();
        assert_eq!(metadata.par.as_str(), "https://api.localhost:8444/par");
        assert_eq!(metadata.token.as_str(), "https://api.localhost:8444/token");
    }

    #[test]
    fn metadata_that_do_not_allow_a_safe_flow_are_refused() {
        let insecure = "http://api.localhost:8444/token";
        for (member, value, why) in [
            ("issuer", json!("https://facteur.localhost:8443/"), Distrust::Issuer),
            ("issuer", json!("https://Facteur.localhost:8443"), Distrust::Issuer),
            (
                "authorization_response_iss_parameter_supported",
                json!(false),
                Distrust::Missing("issuer in the authorization response"),
            ),
            ("code_challenge_methods_supported", json!(["plain"]), Distrust::Missing("PKCE with S256")),
            ("authorization_endpoint", json!(insecure), Distrust::Insecure),
            ("token_endpoint", json!(insecure), Distrust::Insecure),
            // behind an alias, and still no hub to trust
            ("pushed_authorization_request_endpoint", json!(insecure), Distrust::Insecure),
            ("mtls_endpoint_aliases", json!({ "token_endpoint": insecure }), Distrust::Insecure),
            ("token_endpoint", Value::Null, Distrust::Missing("endpoint for each purpose")),
        ] {
            let mut document = document();
            document[member] = value;
            assert_eq!(believed(document).err(), Some(why), "{member}");
        }
    }

    #[test]
    fn the_well_known_address_is_inserted_before_the_path() {
        let place = |issuer| well_known(issuer, "oauth-authorization-server");
        let plain = "https://hub.example/.well-known/oauth-authorization-server";
        assert_eq!(place("https://hub.example").unwrap().as_str(), plain);
        assert_eq!(place("https://hub.example/a/b").unwrap().as_str(), format!("{plain}/a/b"));
        assert!(place("http://hub.example").is_err());
    }
}
