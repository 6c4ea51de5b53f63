//! The app under test, as it is, with its hook.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU16, Ordering},
};

use reference_provider::{Config, Event, Options};
use reqwest::{
    Certificate, Client, Identity,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{hub::Hub, papers::Paper};

/// The app.
pub(crate) struct App {
    pub(crate) origin: String,
    pub(crate) events: String,
    hook: String,
    client: Client,
    folder: TempDir,
    _running: JoinSet<()>,
}

/// A flow whose browser stands at the hub.
pub(crate) struct Flow {
    pub(crate) id: String,
    pub(crate) authorize: reqwest::Url,
    pub(crate) cookies: String,
    pub(crate) state: String,
}

const SECRET: &str = "a secret of this test";

/// What the app would be told, with a hub of that name.
pub(crate) fn config(hub: &Hub, folder: &Path) -> Config {
    let put = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (own, front) = (hub.authority.client("bank"), hub.authority.server("bank.localhost"));
    let (listen, events, hook) = (free(), free(), free());
    Config {
        issuer: hub.issuer(),
        resource: format!("{}/mailbox/v1", hub.origin()).parse().unwrap(),
        client_id: "bank".into(),
        certificate: put("own.pem", &own.certificate),
        key: put("own.key", &own.key),
        ca: put("ca.pem", &hub.authority.pem),
        listen,
        origin: format!("https://bank.localhost:{}", listen.port()).parse().unwrap(),
        server_certificate: put("front.pem", &front.certificate),
        server_key: put("front.key", &front.key),
        poll_seconds: 1,
        poll_limit: 1,
        once_story: false,
        options: Options {
            events_listen: Some(events),
            events_hubs: None,
            patience: 3,
            test_hook: Some(hook),
            test_hook_secret_file: Some(put("secret", SECRET)),
        },
    }
}

impl App {
    /// Starts it, and waits until it can be driven.
    pub(crate) async fn start(hub: &Hub) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = config(hub, folder.path());
        let (origin, options) =
            (config.origin.as_str().trim_end_matches('/').to_owned(), config.options.clone());
        let (told, mut story) = mpsc::unbounded_channel();
        let mut running = JoinSet::new();
        running.spawn(async move {
            reference_provider::serve(config, move |event| drop(told.send(event))).await.unwrap();
        });
        while !matches!(story.recv().await.unwrap(), Event::Listening { .. }) {}
        let app = Self {
            origin,
            events: format!("https://bank.localhost:{}/events", options.events_listen.unwrap().port()),
            hook: format!("http://{}", options.test_hook.unwrap()),
            client: browser(hub, None),
            folder,
            _running: running,
        };
        app.post("/reset", &json!({})).await;
        app
    }

    /// Asks the hook.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}{path}", self.hook)).bearer_auth(SECRET);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Tells the hook to do something; gives what came of it, if it says anything.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.hook)).bearer_auth(SECRET);
        let answer = request.body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    }

    /// The status that somebody without the secret gets.
    pub(crate) async fn stranger(&self, path: &str) -> u16 {
        self.client
            .get(format!("{}{path}", self.hook))
            .bearer_auth("another")
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    }

    /// Begins a flow that may come to anything.
    pub(crate) async fn begin(&self, customer: &str) -> Value {
        let ask = json!({ "customer": customer, "actions": ["list", "readContent", "markRead"], "mailboxKind": "citizen" });
        self.post("/flows", &ask).await
    }

    /// Begins a flow that gets as far as the hub.
    pub(crate) async fn flow(&self, hub: &Hub, customer: &str) -> Flow {
        let begun = self.begin(customer).await;
        assert_eq!(begun["state"], "redirected", "{begun}");
        let pushed = hub.asked("POST /par").pop().unwrap();
        let state = parameter(&pushed.body, "state").unwrap();
        Flow {
            id: begun["flowId"].as_str().unwrap().to_owned(),
            authorize: begun["authorizeUrl"].as_str().unwrap().parse().unwrap(),
            cookies: begun["cookies"][0].as_str().unwrap().to_owned(),
            state,
        }
    }

    /// Opens the redirect URI in a browser with those cookies.
    pub(crate) async fn comes_back(&self, query: &str, cookies: &str) -> u16 {
        let request = self.client.get(format!("{}/callback?{query}", self.origin)).header("cookie", cookies);
        request.send().await.unwrap().status().as_u16()
    }

    /// A page as the customer sees it.
    pub(crate) async fn page(&self, path: &str, cookies: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.origin)).header("cookie", cookies);
        request.send().await.unwrap().text().await.unwrap()
    }

    /// A form that a browser sends.
    pub(crate) async fn sends(&self, path: &str, site: &str, cookies: &str) -> u16 {
        let request = self.client.post(format!("{}{path}", self.origin)).header("cookie", cookies);
        request.header("sec-fetch-site", site).send().await.unwrap().status().as_u16()
    }

    /// A whole honest flow; gives the connection's id.
    pub(crate) async fn connects(&self, hub: &Hub, customer: &str) -> String {
        let flow = self.flow(hub, customer).await;
        assert_eq!(self.comes_back(&flow.honest(hub), &flow.cookies).await, 303);
        let told = self.get(&format!("/flows/{}", flow.id)).await;
        assert_eq!(told["state"], "connected", "{told}");
        told["connectionId"].as_str().unwrap().to_owned()
    }

    /// Reads with a connection.
    pub(crate) async fn reads(&self, connection: &str, question: &Value) -> Value {
        self.post(&format!("/connections/{connection}/read"), question).await
    }

    /// Pushes an event as somebody with that certificate; `None` if there is no connection at all.
    pub(crate) async fn hears(&self, hub: &Hub, paper: Option<&Paper>, token: &str) -> Option<(u16, Value)> {
        let request =
            browser(hub, paper).post(&self.events).header("content-type", "application/secevent+jwt");
        let answer = request.body(token.to_owned()).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, serde_json::from_slice(&answer.bytes().await.ok()?).unwrap_or_default()))
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Flow {
    /// The query of an honest answer.
    pub(crate) fn honest(&self, hub: &Hub) -> String {
        format!("code=fac_1&state={}&iss={}", self.state, escaped(&hub.issuer()))
    }
}

/// A parameter of a form.
pub(crate) fn parameter(form: &str, name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(form.as_bytes()).filter(|(given, _)| given == name);
    found.next().map(|(_, value)| value.into_owned())
}

/// A value as a query carries it.
pub(crate) fn escaped(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// An address that is free now and that the system hands out to nobody who connects: each only once in this process.
fn free() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 10_000).unwrap();
    loop {
        let port = 10_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return listener.local_addr().unwrap();
        }
    }
}

struct Here;

impl Resolve for Here {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Ok(Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))) as Addrs) })
    }
}

#[expect(clippy::disallowed_methods, reason = "the browser and the suite of these tests")]
fn browser(hub: &Hub, paper: Option<&Paper>) -> Client {
    let authority = Certificate::from_pem(hub.authority.pem.as_bytes()).unwrap();
    let mut builder = Client::builder()
        .tls_certs_only([authority])
        .dns_resolver(Here)
        .no_proxy()
        .redirect(redirect::Policy::none());
    if let Some(Paper { certificate, key }) = paper {
        builder = builder.identity(Identity::from_pem(format!("{certificate}\n{key}").as_bytes()).unwrap());
    }
    builder.build().unwrap()
}
