//! The hub's own description of its endpoints (RFC 8414), and the conditions under which it is believed.

use reqwest::header::ACCEPT;
use serde::Deserialize;
use url::Url;

use crate::{error::Error, hub::Hub};

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

/// Fetches the metadata of `issuer` from its well-known place, and from nowhere else.
pub(crate) async fn discover(hub: &Hub, issuer: &str) -> Result<Metadata, Error> {
    let request = hub.client.get(well_known(issuer)?).header(ACCEPT, "application/json");
    let document: Document = hub.send("read the hub's metadata", request).await?.json().await?;
    document.believed(issuer)
}

impl Document {
    /// Takes the endpoints, if this is `issuer` and it keeps to FAPI 2.0.
    fn believed(self, issuer: &str) -> Result<Metadata, Error> {
        if self.issuer != issuer {
            return Err(Error::Metadata("another issuer")); // RFC 8414 3.3
        }
        if !self.authorization_response_iss_parameter_supported {
            return Err(Error::Metadata("no issuer in the authorization response")); // RFC 9207 3
        }
        if !self.code_challenge_methods_supported.iter().any(|method| method == "S256") {
            return Err(Error::Metadata("no PKCE with S256"));
        }
        if self.authorization_endpoint.scheme() != "https" {
            return Err(Error::Metadata("authorization endpoint without https"));
        }

        let (alias, plain) = (self.mtls_endpoint_aliases, self.endpoints);
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

/// The alias for mutual TLS where there is one (RFC 8705 5), over https only.
fn mtls(alias: Option<Url>, plain: Option<Url>) -> Result<Url, Error> {
    let endpoint = alias.or(plain).ok_or(Error::Metadata("an endpoint is missing"))?;
    if endpoint.scheme() == "https" {
        Ok(endpoint)
    } else {
        Err(Error::Metadata("an endpoint without https"))
    }
}

/// The well-known address stands between host and path of the issuer (RFC 8414 3.1).
fn well_known(issuer: &str) -> Result<Url, Error> {
    let mut url = Url::parse(issuer).map_err(|_| Error::Metadata("issuer is not a URL"))?;
    if url.scheme() != "https" || url.query().is_some() || url.fragment().is_some() {
        return Err(Error::Metadata("issuer is not an https URL without query and fragment"));
    }
    let path = format!("/.well-known/oauth-authorization-server{}", url.path().trim_end_matches('/'));
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

    fn believed(document: Value) -> Result<Metadata, Error> {
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
        for (member, value) in [
            ("issuer", json!("https://facteur.localhost:8443/")),
            ("authorization_response_iss_parameter_supported", json!(false)),
            ("code_challenge_methods_supported", json!(["plain"])),
            ("authorization_endpoint", json!("http://facteur.localhost:8443/authorize")),
            ("token_endpoint", json!("http://api.localhost:8444/token")),
            ("token_endpoint", Value::Null),
        ] {
            let mut document = document();
            document[member] = value;
            assert!(matches!(believed(document), Err(Error::Metadata(_))), "{member}");
        }
    }

    #[test]
    fn the_well_known_address_is_inserted_before_the_path() {
        let plain = "https://hub.example/.well-known/oauth-authorization-server";
        assert_eq!(well_known("https://hub.example").unwrap().as_str(), plain);
        assert_eq!(well_known("https://hub.example/a/b").unwrap().as_str(), format!("{plain}/a/b"));
        assert!(well_known("http://hub.example").is_err());
    }
}
