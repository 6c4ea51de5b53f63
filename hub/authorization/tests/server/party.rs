//! Parties that call, and what they get back.

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use hub_core::clock::Clock;
use hub_core::id::Sha256;
use hub_core::peer::{PeerIdentity, Role};
use hub_http::Trusted;
use serde_json::Value;
use url::form_urlencoded;

use crate::world::World;

/// A client with its certificate.
#[derive(Clone)]
pub(crate) struct Party<'a> {
    world: &'a World,
    pub(crate) identity: PeerIdentity,
    pub(crate) client_id: String,
}

impl<'a> Party<'a> {
    /// Whoever holds the certificate of that role and name.
    pub(crate) fn of(world: &'a World, role: Role, client_id: &str) -> Self {
        Self { world, identity: identity(role, client_id), client_id: client_id.to_owned() }
    }
    /// Posts a form with the client id; parameters that follow may replace it.
    pub(crate) async fn post(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let client_id = [("client_id", self.client_id.as_str())];
        self.post_bare(path, &[&client_id, parameters].concat()).await
    }

    /// Posts a form as it stands.
    pub(crate) async fn post_bare(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.send(self.request(path).body(Body::from(body)).unwrap()).await
    }

    /// A POST of a form, to be completed.
    pub(crate) fn request(&self, path: &str) -> http::request::Builder {
        Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    /// Sends a request over a connection with this certificate.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(Trusted(self.identity.clone().into()));
        self.world.send(request).await
    }

    /// The same party with a renewed certificate under the same name.
    pub(crate) fn renewed(&self) -> Self {
        let identity = PeerIdentity { thumbprint: Sha256::of(b"renewed").0, ..self.identity.clone() };
        Self { identity, ..self.clone() }
    }

    /// Whether a token is active in this client's eyes.
    pub(crate) async fn finds_active(&self, token: &str) -> bool {
        let answer = self.post("/introspect", &[("token", token)]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["active"] == true
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// A member that is a text.
    pub(crate) fn text(&self, member: &str) -> String {
        self.body[member].as_str().unwrap_or_else(|| panic!("no {member} in {}", self.body)).to_owned()
    }

    /// A header as text, empty if it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Insists on an OAuth error.
    pub(crate) fn expect_error(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), &self.body["error"]),
            (status, &Value::from(code)),
            "{}",
            self.body
        );
        assert_eq!(self.header("cache-control"), "no-store");
        let description = self.text("error_description");
        assert!(description.chars().all(|letter| matches!(letter, ' '..='~') && !"\"\\".contains(letter)));
    }
}

fn identity(role: Role, client_id: &str) -> PeerIdentity {
    let now = Clock::System.now();
    PeerIdentity {
        role,
        anchor: "test".to_owned(),
        san_uris: vec![format!("urn:test:{client_id}")],
        san_dns: Vec::new(),
        subject: format!("CN={client_id}"),
        organization: None,
        thumbprint: Sha256::of(client_id.as_bytes()).0,
        not_before: now,
        not_after: now,
    }
}
