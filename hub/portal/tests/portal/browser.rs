//! A browser without script: it keeps cookies, sends forms, and does not follow redirects.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::{HeaderMap, Request, StatusCode};
use hub_core::access::citizen::VerifiedPerson;
use hub_core::access::client::PushRequest;
use hub_core::access::operator::MandatesFile;
use hub_core::number::Ssin;
use hub_core::peer::Role;
use hub_http::outbound::OutboundSettings;
use hub_http::peer::TrustHandle;
use hub_http::{Limits, Outbound};
use hub_portal::{IdentitySettings, Portal, PortalSettings};
use tower::ServiceExt as _;
use url::form_urlencoded;

use crate::common::{World, identity};

/// Where the hub is.
pub(crate) const ISSUER: &str = "https://facteur.test";
/// The secret that a browser keeps under `__Host-browser`.
pub(crate) const BROWSER: &str = "a-secret-that-only-this-browser-knows";

/// A browser.
pub(crate) struct Browser {
    router: Router,
    /// Where it is.
    pub(crate) address: SocketAddr,
    /// Its cookies.
    pub(crate) cookies: BTreeMap<String, String>,
}

/// What the portal answered.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Browser {
    /// A browser that was never here.
    pub(crate) fn new(world: &World) -> Self {
        let router = hub_portal::routes(portal()).with_state(world.hub.clone());
        Self { router, address: ([192, 0, 2, 1], 40_000).into(), cookies: BTreeMap::new() }
    }

    /// A browser in which a person has logged in; with a request, for deciding that one.
    pub(crate) async fn logged_in(world: &World, ssin: &Ssin, request: Option<&str>) -> Self {
        let mut browser = Self::new(world);
        browser.log_in(world, ssin, request).await;
        browser
    }

    /// Logs a person in, as the identity service's answer would.
    pub(crate) async fn log_in(&mut self, world: &World, ssin: &Ssin, request: Option<&str>) {
        let hub = &world.hub;
        self.cookies.insert("__Host-browser".into(), BROWSER.into());
        if let Some(uri) = request {
            hub.request("demo-bank-app", uri, Some(BROWSER)).await.unwrap().bind(BROWSER).await.unwrap();
        }
        let start = hub.begin_login(BROWSER, request, "/").await.unwrap();
        let login = hub.take_login(start.state.expose(), BROWSER).await.unwrap();
        let person = VerifiedPerson {
            ssin: ssin.as_str().to_owned(),
            name: "Test Citizen".into(),
            acr: "urn:test:substantial".into(),
            auth_time: hub.now(),
            id_token: "hint".into(),
        };
        let secret = hub.open_session(&login, &person).await.unwrap();
        self.cookies.insert("__Host-session".into(), secret.expose().to_owned());
    }

    /// Asks for a page.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from(path, fields, ISSUER).await
    }

    /// Sends a form from a page of `origin`.
    pub(crate) async fn post_from(&mut self, path: &str, fields: &[(&str, &str)], origin: &str) -> Page {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header("origin", origin)
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request, form.into()).await
    }

    async fn send(&mut self, request: http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header("host", "facteur.test")
            .header("accept-language", "en")
            .header("cookie", cookies.join("; "))
            .extension(ConnectInfo(self.address))
            .body(body)
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().unwrap());
        }
        let html = String::from_utf8(to_bytes(body, 1_000_000).await.unwrap().to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, html }
    }

    fn keep(&mut self, cookie: &str) {
        for rule in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.split("; ").any(|part| part == rule), "{cookie}");
        }
        assert!(cookie.starts_with("__Host-") && !cookie.contains("Domain"), "{cookie}");
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        if value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Page {
    /// The page, which must have been answered with 200.
    pub(crate) fn shown(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.html);
        self
    }

    /// Where a 303 leads.
    pub(crate) fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.html);
        self.header("location")
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) =
            self.html.split_once(&start).unwrap_or_else(|| panic!("no field {name}: {}", self.html));
        rest.split('"').next().unwrap().to_owned()
    }

    /// A problem page of that status, with a reference and without a redirect.
    pub(crate) fn expect_problem(&self, status: StatusCode) {
        assert_eq!(self.status, status, "{}", self.html);
        assert!(self.html.contains("Reference:") && self.headers.get("location").is_none(), "{}", self.html);
        assert_eq!(self.header("cache-control"), "no-store");
    }

    /// The part of the address of a link that follows `prefix`.
    pub(crate) fn link(&self, prefix: &str) -> String {
        let start = format!("href=\"{prefix}");
        let (_, rest) =
            self.html.split_once(&start).unwrap_or_else(|| panic!("no link {prefix}: {}", self.html));
        format!("{prefix}{}", rest.split('"').next().unwrap()).replace("&#38;", "&")
    }
}

/// A request that the demo bank pushed: its `request_uri`.
pub(crate) async fn pushed(world: &World, kind: &str) -> String {
    let identity = identity(Role::Provider, "demo-bank-app");
    let client = world.hub.client(&identity, "demo-bank-app").await.unwrap();
    let details = format!(
        r#"[{{"type":"mailbox","locations":["https://api.test/mailbox/v1"],"actions":["list","readContent"],"mailboxKind":"{kind}","duration":"P12M"}}]"#
    );
    let request = PushRequest {
        response_type: Some("code".into()),
        redirect_uri: Some("https://bank.localhost/callback".into()),
        state: Some("st&te".into()),
        code_challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into()),
        code_challenge_method: Some("S256".into()),
        authorization_details: Some(details),
        ..PushRequest::default()
    };
    client.push(&request).await.unwrap().request_uri
}

/// The page of a request.
pub(crate) fn page_of(request_uri: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", "demo-bank-app")
        .append_pair("request_uri", request_uri)
        .finish();
    format!("/authorize?{query}")
}

/// A portal whose identity service does not answer.
pub(crate) fn portal() -> Portal {
    let settings = PortalSettings {
        issuer: ISSUER.into(),
        content_origin: "https://content.test".into(),
        default_language: "nl".into(),
        identity: IdentitySettings {
            issuer: "https://127.0.0.1:1".into(),
            client_id: "facteur".into(),
            client_secret: Some("secret".into()),
            ssin_claim: "ssin".into(),
            acr: vec!["urn:test:substantial".into()],
            algorithms: vec!["ES256".into()],
        },
    };
    let enough = NonZeroU32::new(1_000).unwrap();
    let trust = TrustHandle::open("demo", Vec::new()).unwrap();
    Portal::new(settings, outbound(), Arc::new(Limits::new(enough, enough)), trust).unwrap()
}

/// A client that may call nobody.
fn outbound() -> Outbound {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let settings =
        OutboundSettings { environment: "production".into(), allow: Vec::new(), authorities: None };
    Outbound::new(&settings).unwrap()
}

/// Makes a person the legal representative of an enterprise called Test Bakery.
pub(crate) async fn represents(world: &World, person: &str, number: &str) {
    let file = format!(
        r#"
checked_at = "2026-01-01T00:00:00Z"
source = "test"
[[mandate]]
person_ssin = "{person}"
enterprise = "{number}"
enterprise_name = "Test Bakery"
role = "legalRepresentative"
reference = "1"
valid_from = "2020-01-01T00:00:00Z"
valid_until = "2099-01-01T00:00:00Z"
"#
    );
    let file: MandatesFile = toml::from_str(&file).unwrap();
    world.apply(&format!("environment = \"demo\"\n[[enterprise]]\nnumber = \"{number}\"\n")).await;
    world.hub.local_operator("test").load_mandates(&file).await.unwrap();
}
