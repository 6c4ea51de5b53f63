//! A client, a browser without script, and the identity provider between them.

use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{Request, StatusCode};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http_body_util::BodyExt;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use tower::ServiceExt;
use url::Url;

use super::super::*;

/// What the client keeps for itself.
pub(super) const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";
/// Where the client waits.
pub(super) const CALLBACK: &str = "https://facteur.localhost:8443/login/callback";
/// Who the tokens are from.
pub(super) const ISSUER: &str = "https://identity.localhost:8447";

/// The identity provider with a clock that the test moves.
pub(super) struct Desk {
    provider: IdentityProvider,
    pub(super) clock: Clock,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) location: Option<Url>,
    pub(super) policy: String,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let location = self.location.as_ref()?;
        location.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Desk {
    pub(super) fn new() -> Self {
        let clock = Clock::manual();
        let client = Client {
            id: "hub".to_owned(),
            name: "Facteur".to_owned(),
            secret: "s3cret+/=".to_owned(),
            redirect_uris: vec![CALLBACK.to_owned()],
            post_logout_redirect_uris: vec!["https://facteur.localhost:8443/".to_owned()],
        };
        let settings =
            Settings { issuer: ISSUER.to_owned(), clients: vec![client], people: People::of_demo().unwrap() };
        let provider = IdentityProvider::new(settings, clock.clone(), Random::system()).unwrap();
        Self { provider, clock }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.provider.routes().oneshot(request).await.unwrap();
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (status, location) = (response.status(), header("location"));
        let policy = header("content-security-policy").unwrap_or_default();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Reply { status, location: location.map(|uri| Url::parse(&uri).unwrap()), policy, body }
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).header("accept-language", "fr-BE,fr;q=0.9").body(Body::empty()).unwrap())
            .await
    }

    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)], basic: Option<&str>) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        if let Some(credentials) = basic {
            request =
                request.header(AUTHORIZATION, format!("Basic {}", BASE64.encode(credentials.as_bytes())));
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Asks for a login, with some parameters changed; an empty value leaves one out.
    pub(super) async fn ask(&self, changes: &[(&str, &str)]) -> Reply {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
        let challenge = BASE64URL_NOPAD.encode(digest.as_ref());
        let usual = [
            ("client_id", "hub"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "the state"),
            ("nonce", "the nonce"),
            ("prompt", "login"),
            ("acr_values", SUBSTANTIAL),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let kept = usual.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .extend_pairs(changes)
            .finish();
        self.get(&format!("/authorize?{query}")).await
    }

    /// Logs a citizen in and gives the answer that goes back to the client.
    pub(super) async fn log_in(&self, subject: &str, level: &str) -> Reply {
        let page = self.ask(&[]).await;
        let login = hidden(&page.body, "login");
        let form = [("login", login.as_str()), ("citizen", subject), ("level", level), ("answer", "login")];
        self.post("/login", &form, None).await
    }

    pub(super) async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Reply {
        let usual = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let kept = usual.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let form: Vec<_> = kept.chain(changes.iter().copied()).collect();
        self.post("/token", &form, Some("hub:s3cret%2B%2F%3D")).await
    }

    /// The claims of an ID token, verified with the published key.
    pub(super) async fn claims(&self, token: &str) -> Value {
        let set: JwkSet = serde_json::from_str(&self.get("/jwks").await.body).unwrap();
        let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_audience(&["hub"]);
        rules.set_issuer(&[ISSUER]);
        let key = DecodingKey::from_jwk(set.find(&kid).unwrap()).unwrap();
        jsonwebtoken::decode::<Value>(token, &key, &rules).unwrap().claims
    }
}

/// The value of a hidden field.
pub(super) fn hidden(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}
