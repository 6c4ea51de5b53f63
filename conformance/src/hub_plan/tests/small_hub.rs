//! A small hub that does what the plan asks, and breaks one rule when it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use bytes::Bytes;
use data_encoding::BASE32_DNSSEC;
use http::{HeaderMap, Method, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, tz::TimeZone};
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::authority::Authority;
use crate::digest::{sha256_base64url, sha256_hex};
use crate::engine::now;
use crate::hub_plan::random;

/// A registered client.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) redirect_uri: String,
    pub(super) thumbprint: String,
}

/// The hub; it ends with its value.
pub(super) struct SmallHub {
    pub(super) origin: String,
    _serving: JoinSet<()>,
}

/// A request as it came.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) form: Vec<(String, String)>,
    pub(super) peer: Option<String>,
}

/// An answer to be: status, headers, body.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Call {
    pub(super) fn field(&self, name: &str) -> &str {
        self.form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(super) fn parameter(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        let headers =
            vec![("content-type", "application/json".to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status, headers, body: body.to_string().into_bytes() }
    }

    pub(super) fn page(status: u16) -> Self {
        Self {
            status,
            headers: vec![("content-type", "text/html".to_owned())],
            body: b"<h1>Page</h1>".to_vec(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }
}

pub(super) fn oauth(status: u16, error: &str) -> Reply {
    Reply::json(status, &json!({"error": error, "error_description": "it is not right"}))
}

pub(super) fn problem(status: u16, name: &str, more: &Value) -> Reply {
    let mut body = json!({"type": format!("urn:problem-type:belgif:{name}"), "status": status, "title": name, "detail": "it is so"});
    for (member, value) in more.as_object().into_iter().flatten() {
        body[member] = value.clone();
    }
    Reply::json(status, &body).with("content-type", "application/problem+json")
}

/// A name of something, for one party, in the spelling of the mailbox API.
pub(super) fn outside(kind: &str, party: &str, what: &str) -> String {
    let digest = sha256_hex(format!("{party}/{what}").as_bytes());
    let letters: String = BASE32_DNSSEC.encode(digest.as_bytes()).chars().take(26).collect();
    let crockford: String = letters
        .chars()
        .map(|letter| match letter {
            'i' => 'x',
            'l' => 'y',
            'o' => 'z',
            'u' => 'w',
            other => other,
        })
        .collect();
    format!("{kind}_{crockford}")
}

#[derive(Clone)]
pub(super) struct Pushed {
    pub(super) client: Client,
    pub(super) state: String,
    pub(super) challenge: String,
    pub(super) actions: Value,
    pub(super) used: bool,
}

#[derive(Clone)]
pub(super) struct Code {
    pub(super) pushed: Pushed,
    pub(super) consent: usize,
    pub(super) used: bool,
}

#[derive(Clone)]
pub(super) struct Token {
    pub(super) client: String,
    pub(super) thumbprint: String,
    pub(super) consent: Option<usize>,
    pub(super) actions: Value,
    pub(super) scope: String,
    pub(super) alive: bool,
}

#[derive(Clone)]
pub(super) struct Consent {
    pub(super) client: String,
    pub(super) actions: Value,
    pub(super) alive: bool,
}

/// What the hub knows, and which rule it breaks.
pub(super) struct State {
    pub(super) fault: &'static str,
    pub(super) origin: String,
    pub(super) clients: Vec<Client>,
    pub(super) pushed: BTreeMap<String, Pushed>,
    pub(super) codes: BTreeMap<String, Code>,
    pub(super) access: BTreeMap<String, Token>,
    pub(super) refresh: BTreeMap<String, usize>,
    pub(super) consents: Vec<Consent>,
    pub(super) read: bool,
    /// How many questions about limits may still be asked, and since when.
    pub(super) questions: (u32, Instant),
}

impl State {
    pub(super) fn breaks(&self, fault: &str) -> bool {
        self.fault == fault
    }

    /// The answer to a call.
    fn answer(&mut self, call: &Call) -> Reply {
        let trace = random::uuid();
        let mut reply = self.routed(call);
        let hours = if self.breaks("lives in the past") { 1 } else { 0 };
        let date = now() - SignedDuration::from_hours(hours);
        let date = date.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        reply.headers.push(("date", date));
        reply.headers.push(("belgov-trace-id", trace.clone()));
        let own = call.header("belgov-trace-id").to_owned();
        if !own.is_empty() && !self.breaks("forgets the client's trace") {
            reply.headers.push(("belgov-related-trace-id", own));
        }
        let interaction = call.header("x-fapi-interaction-id").to_owned();
        let known = interaction.len() == 36;
        reply.headers.push(("x-fapi-interaction-id", if known { interaction } else { trace }));
        reply
    }

    fn routed(&mut self, call: &Call) -> Reply {
        let tells = call.path.starts_with("/.well-known/oauth-authorization-server");
        if self.breaks("breaks at everything") || (self.breaks("tells what it is and breaks") && !tells) {
            return Reply::page(500);
        }
        match (call.method.as_str(), call.path.as_str()) {
            ("GET", "/.well-known/oauth-authorization-server") => Reply::json(200, &self.metadata()),
            ("GET", "/.well-known/oauth-protected-resource/mailbox/v1") => Reply::json(200, &self.resource()),
            (_, "/authorize") if self.breaks("cannot open requests") => Reply::page(500),
            (_, "/authorize") => self.authorize(call).with("strict-transport-security", "max-age=31536000"),
            ("POST", "/par") => self.par(call),
            ("POST", "/token") => self.token(call),
            ("POST", "/introspect") => self.introspect(call),
            ("POST", "/revoke") => self.revoke(call),
            (_, "/par" | "/token" | "/introspect" | "/revoke") => Reply::page(405).with("allow", "POST"),
            (_, path) if path.starts_with("/mailbox/v1/") => self.api(call),
            _ => problem(404, "resourceNotFound", &json!({})),
        }
    }

    fn metadata(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.origin);
        let issuer = if self.breaks("names another issuer") { at("/") } else { self.origin.clone() };
        let methods = ["tls_client_auth"];
        let challenge =
            if self.breaks("offers plain challenges") { vec!["S256", "plain"] } else { vec!["S256"] };
        json!({
            "issuer": issuer, "authorization_endpoint": at("/authorize"),
            "pushed_authorization_request_endpoint": at("/par"), "token_endpoint": at("/token"),
            "introspection_endpoint": at("/introspect"), "revocation_endpoint": at("/revoke"),
            "require_pushed_authorization_requests": true, "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": challenge, "token_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
            "tls_client_certificate_bound_access_tokens": true,
            "authorization_response_iss_parameter_supported": true,
            "authorization_details_types_supported": ["mailbox"],
        })
    }

    fn resource(&self) -> Value {
        json!({"resource": format!("{}/mailbox/v1", self.origin), "authorization_servers": [self.origin],
            "bearer_methods_supported": ["header"], "tls_client_certificate_bound_access_tokens": true,
            "authorization_details_types_supported": ["mailbox"]})
    }
}

impl SmallHub {
    /// Listens on a free port and knows these clients.
    pub(super) async fn open(
        authority: &Authority,
        clients: Vec<Client>,
        fault: &'static str,
        now: u64,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let server = authority.server(&["localhost"], now).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(authority.kept().chain().unwrap());
        let verifier =
            WebPkiClientVerifier::builder(Arc::new(roots)).allow_unauthenticated().build().unwrap();
        let config = ServerConfig::builder()
            .with_client_cert_verifier(verifier)
            .with_single_cert(server.chain().unwrap(), server.private_key().unwrap())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let state = Arc::new(Mutex::new(State {
            fault,
            origin: origin.clone(),
            clients,
            pushed: BTreeMap::new(),
            codes: BTreeMap::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            consents: Vec::new(),
            read: false,
            questions: (BURST, Instant::now()),
        }));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(acceptor.clone(), stream, Arc::clone(&state)));
                while open.try_join_next().is_some() {}
            }
        });
        Self { origin, _serving: serving }
    }
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream, state: Arc<Mutex<State>>) {
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let peer = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(|chain| chain.first().map(|leaf| sha256_base64url(leaf)));
    let service = service_fn(move |request| answer(Arc::clone(&state), peer.clone(), request));
    drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn answer(
    state: Arc<Mutex<State>>,
    peer: Option<String>,
    request: http::Request<Incoming>,
) -> Result<Response<Full<Bytes>>, http::Error> {
    let (head, body) = request.into_parts();
    let url = Url::parse(&format!("https://hub{}", head.uri)).unwrap();
    let whole = Limited::new(body, 1_000_000).collect().await.map(http_body_util::Collected::to_bytes);
    let reply = match whole {
        Err(_) => oauth(413, "invalid_request"),
        Ok(body) => {
            let call = Call {
                method: head.method,
                path: head.uri.path().to_owned(),
                query: url.query_pairs().into_owned().collect(),
                form: url::form_urlencoded::parse(&body).into_owned().collect(),
                headers: head.headers,
                body,
                peer,
            };
            state.lock().unwrap().answer(&call)
        }
    };
    let built = Response::builder().status(reply.status);
    let built = reply.headers.into_iter().fold(built, |built, (name, value)| built.header(name, value));
    built.body(Full::new(reply.body.into()))
}

/// How many questions about limits may be asked at once.
pub(super) const BURST: u32 = 20;
