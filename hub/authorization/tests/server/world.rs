//! A hub, its clock, and the parties that call it.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use hub_authorization::{Origins, machine_routes, metadata_routes};
use hub_core::access::citizen::{Chosen, CitizenAccess, VerifiedPerson};
use hub_core::access::reference::ReferenceFile;
use hub_core::blob::Blobs;
use hub_core::clock::Clock;
use hub_core::consent::Screen;
use hub_core::db::{Db, DbConfig};
use hub_core::journal::Journal;
use hub_core::keys::{Keyring, Keys};
use hub_core::number::{Century, Ssin};
use hub_core::peer::Role;
use hub_core::random::Random;
use hub_core::{Audiences, Hub, Parts};
use hub_http::Limits;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::party::{Answer, Party};

pub(crate) const ISSUER: &str = "https://facteur.test";
pub(crate) const MAILBOX_API: &str = "https://api.test/mailbox/v1";
pub(crate) const CALLBACK: &str = "https://bank.localhost/callback";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The secret of the cookie of Anna's browser.
const BROWSER: &str = "43 characters that only one browser knows";

/// A hub, what its clients call, and its clock.
pub(crate) struct World {
    pub(crate) hub: Hub,
    pub(crate) clock: Clock,
    routes: Router,
    limits: Arc<Limits>,
    folder: TempDir,
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
            issuer: ISSUER.to_owned(),
            data: folder.path().to_owned(),
            audiences: Audiences::of("https://api.test"),
            answer_bytes: 1 << 20,
            certification: None,
        });
        let hub = hub.await.unwrap();
        let origins = Origins {
            issuer: ISSUER.to_owned(),
            mtls: "https://api.test".to_owned(),
            resources: vec!["https://api.test/mailbox/v1".to_owned()],
        };
        let routes = machine_routes(&origins).merge(metadata_routes(&origins)).with_state(hub.clone());
        let limits = Arc::new(Limits::new(NonZeroU32::MIN, NonZeroU32::new(burst).unwrap()));
        let world = Self { hub, clock, routes, limits, folder };
        world.apply(REFERENCE).await;
        world
    }

    /// Applies reference data, as an operator would.
    pub(crate) async fn apply(&self, toml: &str) {
        let file: ReferenceFile = toml::from_str(toml).unwrap();
        self.hub.local_operator("test").apply(&file, self.folder.path()).await.unwrap();
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
        Party::of(self, role, client_id)
    }

    /// Sends a request as it stands; the certificate must have been added by hand.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(Arc::clone(&self.limits));
        let (parts, body) = self.routes.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Test citizen Anna logs in, for a request of the bank or for herself.
    async fn anna(&self, request_uri: Option<&str>) -> CitizenAccess {
        let start = self.hub.begin_login(BROWSER, request_uri, "/").await.unwrap();
        let login = self.hub.take_login(start.state.expose(), BROWSER).await.unwrap();
        let person = VerifiedPerson {
            ssin: Ssin::with_check(50_310_001, Century::Twentieth).unwrap().as_str().to_owned(),
            name: "Anna".to_owned(),
            acr: "urn:facteur:demo:substantial".to_owned(),
            auth_time: self.clock.now(),
            id_token: "kept for logging out".to_owned(),
        };
        let session = self.hub.open_session(&login, &person).await.unwrap();
        self.hub.citizen(session.expose()).await.unwrap()
    }

    /// Anna logs in for this request of the bank, is active, and agrees; gives the code.
    pub(crate) async fn anna_agrees(&self, request_uri: &str) -> String {
        let opened = self.hub.request("demo-bank-app", request_uri, Some(BROWSER)).await.unwrap();
        opened.bind(BROWSER).await.unwrap();
        let anna = self.anna(Some(request_uri)).await;
        anna.activate().await.unwrap();

        let bound = self.hub.request("demo-bank-app", request_uri, Some(BROWSER)).await.unwrap();
        let mailbox = anna.mailbox().await.unwrap().id;
        let question = anna.question(&bound).await.unwrap();
        let screen = Screen {
            html: b"<p>?</p>".to_vec(),
            text_version: "1".to_owned(),
            language: "nl".to_owned(),
            until: Some(question.until),
        };
        let chosen =
            Chosen { mailboxes: vec![mailbox], actions: question.actions, withheld: BTreeSet::new() };
        let decision = anna.agree(&bound, &chosen, &screen, ISSUER).await.unwrap();
        decision.query.into_iter().find(|(name, _)| *name == "code").unwrap().1
    }

    /// Anna takes back every consent.
    pub(crate) async fn anna_revokes(&self) {
        let anna = self.anna(None).await;
        for consent in anna.consents().await.unwrap() {
            anna.revoke(&consent.id).await.unwrap();
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
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

/// What the bank asks for.
pub(crate) const DETAILS: &str = r#"[{"type":"mailbox","locations":["https://api.test/mailbox/v1"],
    "actions":["list","readContent","markRead"],"mailboxKind":"citizen","duration":"P12M"}]"#;

/// Two active providers, one that applied, and a sender application.
const REFERENCE: &str = include_str!("reference.toml");
