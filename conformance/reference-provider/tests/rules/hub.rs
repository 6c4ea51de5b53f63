//! A small hub: honest as long as nothing else is said, and a memory for what it was asked.

use std::{
    collections::{HashMap, VecDeque},
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{NoServerSessionStorage, WebPkiClientVerifier},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::papers::{Authority, Paper};

/// One answer.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Method and path.
    pub(crate) what: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The certificate that was shown.
    pub(crate) certificate: Option<Vec<u8>>,
}

/// The hub.
pub(crate) struct Hub {
    pub(crate) authority: Authority,
    script: Arc<Script>,
    _serving: JoinSet<()>,
}

#[derive(Default)]
struct Script {
    /// What the next questions are answered with, before it is honest again.
    next: Mutex<HashMap<String, VecDeque<Answer>>>,
    always: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<Asked>>,
    origin: Mutex<String>,
}

#[derive(Clone)]
struct Shown(Option<Vec<u8>>);

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::of(status, "application/json", body.to_string())
    }

    pub(crate) fn problem(status: u16, kind: &str) -> Self {
        let body =
            json!({"type": format!("urn:problem-type:belgif:{kind}"), "title": kind, "status": status});
        Self::of(status, "application/problem+json", body.to_string())
    }

    /// None: the hub hangs up.
    pub(crate) fn none() -> Self {
        Self { status: 0, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn of(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("content-type", kind.to_owned())], body: body.into() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl Hub {
    /// Starts it on a free port of this machine.
    pub(crate) async fn start() -> Self {
        let authority = Authority::new();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Script::default());
        *script.origin.lock().unwrap() = format!("https://hub.localhost:{}", address.port());
        let acceptor = acceptor(&authority.server("hub.localhost"), &authority);
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, acceptor, Arc::clone(&script)));
        Self { authority, script, _serving: serving }
    }

    pub(crate) fn origin(&self) -> String {
        self.script.origin.lock().unwrap().clone()
    }

    /// The issuer has a path, as it may.
    pub(crate) fn issuer(&self) -> String {
        format!("{}/issuers/one", self.origin())
    }

    /// Answers the next question of that kind so, after those that were said before.
    pub(crate) fn next(&self, what: &str, answer: Answer) {
        self.script.next.lock().unwrap().entry(what.to_owned()).or_default().push_back(answer);
    }

    /// Answers every question of that kind so.
    pub(crate) fn always(&self, what: &str, answer: Answer) {
        self.script.always.lock().unwrap().insert(what.to_owned(), answer);
    }

    /// Is honest again, and forgets what it was asked.
    pub(crate) fn forget(&self) {
        self.script.next.lock().unwrap().clear();
        self.script.always.lock().unwrap().clear();
        self.script.asked.lock().unwrap().clear();
    }

    /// What was asked of that kind.
    pub(crate) fn asked(&self, what: &str) -> Vec<Asked> {
        self.script.asked.lock().unwrap().iter().filter(|asked| asked.what == what).cloned().collect()
    }

    /// How much was asked in all.
    pub(crate) fn count(&self) -> usize {
        self.script.asked.lock().unwrap().len()
    }

    /// The honest metadata.
    pub(crate) fn metadata(&self) -> Value {
        metadata(&self.origin())
    }
}

/// The mailbox API's path of this test's mailbox.
pub(crate) const MAILBOX: &str = "/mailbox/v1/mailboxes/mbx_1";

fn metadata(origin: &str) -> Value {
    json!({
        "issuer": format!("{origin}/issuers/one"),
        "authorization_endpoint": format!("{origin}/authorize"),
        "pushed_authorization_request_endpoint": format!("{origin}/trap"),
        "token_endpoint": format!("{origin}/trap"),
        "revocation_endpoint": format!("{origin}/trap"),
        "introspection_endpoint": format!("{origin}/trap"),
        "mtls_endpoint_aliases": {
            "pushed_authorization_request_endpoint": format!("{origin}/par"),
            "token_endpoint": format!("{origin}/token"),
            "revocation_endpoint": format!("{origin}/revoke"),
            "introspection_endpoint": format!("{origin}/introspect"),
        },
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["S256"],
        "something_new": {},
    })
}

/// An honest token answer.
pub(crate) fn tokens() -> Value {
    json!({
        "access_token": "fat_1", "token_type": "Bearer", "refresh_token": "frt_1",
        "authorization_details": [{
            "type": "mailbox", "actions": ["list", "readContent", "markRead"], "mailboxKind": "citizen",
            "mailboxId": "mbx_1", "consentId": "cns_1", "until": "2030-01-01T00:00:00Z", "withheld": false,
        }],
    })
}

/// A message as a list shows it.
pub(crate) fn summary(origin: &str, id: &str) -> Value {
    json!({
        "messageId": id, "href": format!("{origin}{MAILBOX}/messages/{id}"), "subject": { "en": format!("Letter {id}") },
        "senderOrganization": { "name": { "en": "Demo Taxes" } }, "receivedAt": "2026-11-21T09:30:00Z",
        "read": false, "kind": "unheardOf",
    })
}

fn honest(origin: &str, what: &str, query: &str) -> Answer {
    let messages = format!("{MAILBOX}/messages");
    let message = |id: &str| {
        let mut message = summary(origin, id);
        message["attachments"] = json!([{
            "attachmentId": "att_1", "fileName": "a.txt", "mediaType": "text/plain", "size": 3,
            "digest": { "digestMethod": "sha-256", "digestValue": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0" },
        }]);
        message
    };
    let list = json!({
        "self": format!("{origin}{messages}"), "items": [summary(origin, "msg_1"), summary(origin, "msg_2")], "pageSize": 25,
    });
    match what {
        "GET /.well-known/oauth-authorization-server/issuers/one" => Answer::json(200, &metadata(origin)),
        "GET /.well-known/ssf-configuration/issuers/one" => {
            let (issuer, keys) = (format!("{origin}/issuers/one"), format!("{origin}/keys"));
            Answer::json(200, &json!({ "issuer": issuer, "jwks_uri": keys }))
        }
        "POST /par" => {
            Answer::json(201, &json!({ "request_uri": "urn:example:a&b=ü", "expires_in": 90, "new": 1 }))
        }
        "POST /token" => Answer::json(200, &tokens()),
        "POST /revoke" => Answer::of(200, "text/plain", ""),
        "GET /mailbox/v1/changes" => {
            let next = format!("{origin}/mailbox/v1/changes?after=now");
            Answer::json(200, &json!({ "items": [], "next": next, "retryAfter": 5 }))
        }
        "GET /mailbox/v1/mailboxes" => Answer::json(
            200,
            &json!({ "items": [{ "mailboxId": "mbx_1", "mailboxKind": "citizen", "total": 2 }], "pageSize": 100 }),
        ),
        _ if what == format!("GET {messages}") && query != "after=never" => {
            Answer::json(200, &list).with("etag", "\"tag-1\"")
        }
        _ if what == format!("GET {messages}/msg_1") => Answer::json(200, &message("msg_1")),
        _ if what == format!("GET {messages}/msg_3") => Answer::json(200, &message("msg_3")),
        _ if what.ends_with("/attachments/att_1/content") => Answer::of(200, "text/plain", "abc"),
        _ => Answer::problem(404, "resourceNotFound"),
    }
}

async fn answer(State(script): State<Arc<Script>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let what = format!("{} {}", parts.method, parts.uri.path());
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let Shown(certificate) = parts.extensions.get::<Shown>().cloned().unwrap();
    script.asked.lock().unwrap().push(Asked {
        what: what.clone(),
        query: query.clone(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
        certificate,
    });
    let scripted = script.next.lock().unwrap().get_mut(&what).and_then(VecDeque::pop_front);
    let scripted = scripted.or_else(|| script.always.lock().unwrap().get(&what).cloned());
    let answer = scripted.unwrap_or_else(|| honest(&script.origin.lock().unwrap(), &what, &query));
    if answer.status == 0 {
        // the task of the connection ends, and the connection with it
        std::panic::resume_unwind(Box::new("hung up"));
    }

    let mut response = Response::builder().status(StatusCode::from_u16(answer.status).unwrap());
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap()
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, script: Arc<Script>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (acceptor, script) = (acceptor.clone(), Arc::clone(&script));
        connections.spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let shown =
                stream.get_ref().1.peer_certificates().and_then(<[_]>::first).map(|leaf| leaf.to_vec());
            let router =
                Router::new().fallback(answer).with_state(script).layer(axum::Extension(Shown(shown)));
            let service = TowerToHyperService::new(router);
            let _ = auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

fn acceptor(paper: &Paper, clients: &Authority) -> TlsAcceptor {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut known = RootCertStore::empty();
    known.add(CertificateDer::from_pem_slice(clients.pem.as_bytes()).unwrap()).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(known)).allow_unauthenticated().build().unwrap();
    let chain = vec![CertificateDer::from_pem_slice(paper.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(paper.key.as_bytes()).unwrap();
    let mut config =
        ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap();
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}
