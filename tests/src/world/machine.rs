//! A machine on the mtls listener: one HTTP client with one certificate, or none.

use std::future::ready;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Method, RequestBuilder, redirect};

use super::answer::Answer;
use super::setting::authorities;
use super::stage::Stage;
use crate::authority::Credential;

/// A machine; everything it is answered is checked against the API documents.
#[derive(Clone)]
pub struct Machine<'w> {
    /// What it shares with the other actors.
    pub stage: &'w Stage,
    client: Client,
    connections: Arc<AtomicU64>,
}

impl Stage {
    /// A machine with this certificate.
    pub fn machine(&self, credential: Option<&Credential>) -> Machine<'_> {
        self.machine_of(credential, |builder| builder)
    }

    /// A machine with this certificate and habits of its own.
    pub fn machine_of(
        &self,
        credential: Option<&Credential>,
        habits: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Machine<'_> {
        let hosts = Hosts::at(Ipv4Addr::LOCALHOST);
        let client = habits(client(&hosts, credential)).build().unwrap();
        Machine { stage: self, client, connections: hosts.connections }
    }

    /// A machine with this certificate that always comes to the node at this address.
    pub fn machine_at(&self, node: Ipv4Addr, credential: Option<&Credential>) -> Machine<'_> {
        let hosts = Hosts::at(node);
        let client = client(&hosts, credential).build().unwrap();
        Machine { stage: self, client, connections: hosts.connections }
    }
}

impl Machine<'_> {
    /// A request to a path of the mtls listener, or to any address, to be completed.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = match path.starts_with('/') {
            true => format!("{}{path}", self.stage.mtls),
            false => path.to_owned(),
        };
        self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url)
    }

    /// How many connections it has made until now.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Sends a request and reads the answer, which must be as the API documents say.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    /// [`Self::send`] where there may be no answer at all.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let request = request.build()?;
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        let response = self.client.execute(request).await?;
        let answer = Answer {
            asked: format!("{method} {path}"),
            version: response.version(),
            status: response.status(),
            headers: response.headers().clone(),
            body: response.bytes().await?.to_vec(),
        };
        self.stage.check_answer(&method, &path, &answer);
        Ok(answer)
    }

    /// Sends a request whose answer is of no API's: nothing about it is checked.
    pub async fn execute(&self, request: reqwest::Request) -> reqwest::Result<reqwest::Response> {
        self.client.execute(request).await
    }

    /// `GET` with a token, if there is one.
    pub async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let request = self.request("GET", path);
        self.send(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await
    }

    /// `POST` of a form to an OAuth endpoint.
    pub async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(self.request("POST", path).form(form)).await
    }

    /// A token for the client itself.
    pub async fn client_credentials(&self, client_id: &str, scope: &str) -> String {
        let form = [("grant_type", "client_credentials"), ("client_id", client_id), ("scope", scope)];
        let answer = self.post_form("/token", &form).await.expect(200);
        let token = answer["access_token"].as_str().unwrap().to_owned();
        self.stage.never_shown(&token);
        token
    }
}

/// Where the hosts of the tests are: at one node, each connection counted.
#[derive(Clone)]
pub(super) struct Hosts {
    node: Ipv4Addr,
    connections: Arc<AtomicU64>,
}

impl Hosts {
    /// All of them at this node.
    pub(super) fn at(node: Ipv4Addr) -> Self {
        Self { node, connections: Arc::default() }
    }
}

impl Resolve for Hosts {
    /// Asked anew for each connection.
    fn resolve(&self, name: Name) -> Resolving {
        self.connections.fetch_add(1, Ordering::Relaxed);
        // the identity provider and the landing page are no nodes
        let elsewhere = ["identity.localhost", "bank.localhost"].contains(&name.as_str());
        let address = if elsewhere { Ipv4Addr::LOCALHOST } else { self.node };
        let addresses: Addrs = Box::new(std::iter::once(SocketAddr::from((address, 0))));
        Box::pin(ready(Ok(addresses)))
    }
}

/// What every client of the tests has in common.
#[expect(clippy::disallowed_methods, reason = "tests are the hub's clients")]
pub(super) fn client(hosts: &Hosts, credential: Option<&Credential>) -> ClientBuilder {
    let servers = Certificate::from_pem(authorities().servers.certificate.as_bytes()).unwrap();
    let builder = Client::builder()
        .tls_certs_only([servers])
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(Duration::from_secs(60))
        .dns_resolver(Arc::new(hosts.clone()));
    match credential {
        Some(Credential { certificate, key }) => {
            builder.identity(Identity::from_pem(format!("{key}{certificate}").as_bytes()).unwrap())
        }
        None => builder,
    }
}
