//! A hub, its clock, and the parties that call it.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use hub_authorization::{Origins, machine_routes, metadata_routes};
use hub_core::access::citizen::VerifiedPerson;
use hub_core::access::reference::ReferenceFile;
use hub_core::blob::Blobs;
use hub_core::clock::Clock;
use hub_core::consent::Screen;
use hub_core::db::{Db, DbConfig};
use hub_core::id::Sha256;
use hub_core::journal::Journal;
use hub_core::keys::{Keyring, Keys};
use hub_core::number::{Century, Ssin};
use hub_core::peer::{PeerIdentity, Role};
use hub_core::random::Random;
use hub_core::{Audiences, Hub, Parts};
use hub_http::{Limits, Trusted};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;
use url::form_urlencoded;

pub(crate) const ISSUER: &str = "https://facteur.test";
pub(crate) const MAILBOX_API: &str = "https://api.test/mailbox/v1";
pub(crate) const CALLBACK: &str = "https://bank.localhost/callback";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) struct World {
    pub(crate) hub: Hub,
    pub(crate) clock: Clock,
    routes: Router,
    limits: Arc<Limits>,
    _folder: TempDir,
}

impl World {
    /// A hub with the parties of [`REFERENCE`] and room for many requests.
    pub(crate) async fn new() -> Self {
        Self::with_burst(10_000).await
    }

    /// A hub whose clients may ask so often at once.
    pub(crate) async fn with_burst(burst: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, random) = (Clock::manual(), Random::system());
        let config = DbConfig { url: "sqlite".to_owned(), connections: 1 };
        let db = Db::open(&config, folder.path()).await.unwrap();
        db.migrate().await.unwrap();
        let keys = Keys::new(Keyring::create("demo", clock.now(), &random).unwrap());
        let hub = Hub::new(Parts {
            db,
            clock: clock.clone(),
            random: random.clone(),
            keys: keys.clone(),
            blobs: Blobs::open(&folder.path().join("objects"), keys, random.clone()).unwrap(),
            journal: Journal::open(&folder.path().join("journal"), &random).unwrap(),
            environment: "demo".to_owned(),
            data: folder.path().to_owned(),
            audiences: Audiences::of("https://api.test"),
        });
        let hub = hub.await.unwrap();
        let origins = Origins { issuer: ISSUER.to_owned(), mtls: "https://api.test".to_owned() };
        let routes = machine_routes(&origins).merge(metadata_routes(&origins)).with_state(hub.clone());
        let limits = Arc::new(Limits::new(NonZeroU32::MIN, NonZeroU32::new(burst).unwrap()));
        let world = Self { hub, clock, routes, limits, _folder: folder };
        world.apply(REFERENCE).await;
        world
    }

    /// Applies reference data, as an operator would.
    pub(crate) async fn apply(&self, toml: &str) {
        let file: ReferenceFile = toml::from_str(toml).unwrap();
        self.hub.local_operator("test").apply(&file, self._folder.path()).await.unwrap();
    }

    /// The bank, with its certificate.
    pub(crate) fn bank(&self) -> Party<'_> {
        self.party(Role::Provider, "demo-bank-app")
    }

    /// Another provider, with its certificate.
    pub(crate) fn other(&self) -> Party<'_> {
        self.party(Role::Provider, "demo-other-app")
    }

    /// A sender application, with its certificate.
    pub(crate) fn tax(&self) -> Party<'_> {
        self.party(Role::Sender, "demo-tax")
    }

    /// Whoever holds the certificate of that role and name.
    pub(crate) fn party(&self, role: Role, client_id: &str) -> Party<'_> {
        Party { world: self, identity: identity(role, client_id), client_id: client_id.to_owned() }
    }

    /// Sends a request as it stands; [`Trusted`] must have been added by hand.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(Arc::clone(&self.limits));
        let (parts, body) = self.routes.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Test citizen Anna logs in for this request of the bank and agrees; gives the code.
    pub(crate) async fn anna_agrees(&self, request_uri: &str) -> String {
        let browser = "the secret of one browser's cookie";
        let opened = self.hub.request("demo-bank-app", request_uri, Some(browser)).await.unwrap();
        opened.bind(browser).await.unwrap();
        let start = self.hub.begin_login(browser, Some(request_uri), "/authorize").await.unwrap();
        let login = self.hub.take_login(start.state.expose(), browser).await.unwrap();
        let person = VerifiedPerson {
            ssin: Ssin::with_check(50_310_001, Century::Twentieth).unwrap().as_str().to_owned(),
            name: "Anna".to_owned(),
            acr: "urn:facteur:demo:substantial".to_owned(),
            auth_time: self.clock.now(),
            id_token: "kept for logging out".to_owned(),
        };
        let session = self.hub.open_session(&login, &person).await.unwrap();
        let citizen = self.hub.citizen(session.expose()).await.unwrap();
        citizen.activate().await.unwrap();

        let opened = self.hub.request("demo-bank-app", request_uri, Some(browser)).await.unwrap();
        let mailbox = citizen.mailbox().await.unwrap().id;
        let screen = Screen { html: b"<p>?</p>".to_vec(), text_version: "1".to_owned(), language: "nl".to_owned() };
        let decision = citizen.agree(&opened, &mailbox, &screen, ISSUER).await.unwrap();
        decision.query.into_iter().find(|(name, _)| *name == "code").unwrap().1
    }

    /// Test citizen Anna takes back every consent.
    pub(crate) async fn anna_revokes(&self) {
        let browser = "the secret of another browser's cookie";
        let start = self.hub.begin_login(browser, None, "/consents").await.unwrap();
        let login = self.hub.take_login(start.state.expose(), browser).await.unwrap();
        let person = VerifiedPerson {
            ssin: Ssin::with_check(50_310_001, Century::Twentieth).unwrap().as_str().to_owned(),
            name: "Anna".to_owned(),
            acr: "urn:facteur:demo:substantial".to_owned(),
            auth_time: self.clock.now(),
            id_token: "kept for logging out".to_owned(),
        };
        let session = self.hub.open_session(&login, &person).await.unwrap();
        let citizen = self.hub.citizen(session.expose()).await.unwrap();
        for consent in citizen.consents().await.unwrap() {
            citizen.revoke(&consent.id).await.unwrap();
        }
    }

    /// A code for the bank that Anna agreed to.
    pub(crate) async fn code(&self) -> String {
        let pushed = self.bank().post("/par", &request()).await;
        assert_eq!(pushed.status, 201, "{}", pushed.body);
        self.anna_agrees(pushed.body["request_uri"].as_str().unwrap()).await
    }

    /// The tokens that the bank obtained with Anna's code.
    pub(crate) async fn tokens(&self) -> (String, String) {
        let code = self.code().await;
        let answer = self.bank().post("/token", &redemption(&code)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        (answer.text("access_token"), answer.text("refresh_token"))
    }
}

/// A client with its certificate.
#[derive(Clone)]
pub(crate) struct Party<'a> {
    world: &'a World,
    pub(crate) identity: PeerIdentity,
    pub(crate) client_id: String,
}

impl Party<'_> {
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
        request.extensions_mut().insert(Trusted(self.identity.clone()));
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
        assert_eq!((self.status.as_u16(), &self.body["error"]), (status, &Value::from(code)), "{}", self.body);
        assert_eq!(self.header("cache-control"), "no-store");
        let description = self.text("error_description");
        assert!(description.chars().all(|letter| matches!(letter, ' '..='~') && !"\"\\".contains(letter)));
    }
}

/// A request that the bank may push.
pub(crate) fn request() -> Vec<(&'static str, &'static str)> {
    vec![
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("state", "af0ifjsldkj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("authorization_details", DETAILS),
    ]
}

/// What redeems a code.
pub(crate) fn redemption(code: &str) -> [(&str, &str); 4] {
    [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)]
}

/// What the bank asks for.
pub(crate) const DETAILS: &str = r#"[{"type":"mailbox","locations":["https://api.test/mailbox/v1"],
    "actions":["list","readContent","markRead"],"mailboxKind":"citizen","duration":"P12M"}]"#;

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

const REFERENCE: &str = r#"
environment = "demo"

[[sender_application]]
id = "demo-tax"
code = "demo:tax:mailroom"
name = { en = "Demo Tax Administration mail room" }

[[provider]]
id = "demo-bank"
legal_name = "Demo Bank NV"
state = "active"

[[provider]]
id = "demo-other"
legal_name = "Demo Other NV"
state = "active"

[[provider]]
id = "demo-applied"
legal_name = "Demo Applied NV"
state = "applied"

[[provider_application]]
id = "demo-bank-app"
provider = "demo-bank"
brand = "Demo Bank"
purpose = { en = "Shows your official mail" }
retention = { en = "Keeps no copies" }
redirect_uris = ["https://bank.localhost/callback"]

[[provider_application]]
id = "demo-other-app"
provider = "demo-other"
brand = "Demo Other"
purpose = { en = "Shows your official mail" }
retention = { en = "Keeps no copies" }
redirect_uris = ["https://other.localhost/callback"]

[[provider_application]]
id = "demo-applied-app"
provider = "demo-applied"
brand = "Demo Applied"
purpose = { en = "Shows your official mail" }
retention = { en = "Keeps no copies" }
redirect_uris = ["https://bank.localhost/callback"]

[[certificate]]
role = "sender"
anchor = "test"
client_id = "demo-tax"
san_uri = "urn:test:demo-tax"

[[certificate]]
role = "provider"
anchor = "test"
client_id = "demo-bank-app"
san_uri = "urn:test:demo-bank-app"

[[certificate]]
role = "provider"
anchor = "test"
client_id = "demo-other-app"
san_uri = "urn:test:demo-other-app"

[[certificate]]
role = "provider"
anchor = "test"
client_id = "demo-applied-app"
san_uri = "urn:test:demo-applied-app"
"#;
