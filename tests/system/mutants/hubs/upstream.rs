//! The hub behind a front: a connection for each request, with the certificate of whoever asked.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::message::{Answer, Door, Papers, Request};

/// Where the hub really listens, and as whom it can be asked.
pub(super) struct Upstream {
    pub(super) browsers: u16,
    pub(super) machines: u16,
    pub(super) clients: BTreeMap<Papers, Arc<ClientConfig>>,
}

impl Upstream {
    /// Sends a request; `None` if the hub does not answer it.
    pub(super) async fn send(&self, request: &Request) -> Option<Answer> {
        let (host, port) = match request.door {
            Door::Browsers => ("facteur.localhost", self.browsers),
            Door::Machines => ("api.localhost", self.machines),
        };
        let stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let connector = TlsConnector::from(Arc::clone(&self.clients[&request.papers]));
        let stream = connector.connect(ServerName::try_from(host).ok()?, stream).await.ok()?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;

        let mut asked = http::Request::new(Full::new(request.body.clone()));
        *asked.method_mut() = request.method.parse().ok()?;
        *asked.uri_mut() = request.target.parse().ok()?;
        *asked.headers_mut() = request.headers.clone();
        let talk = async move {
            let (head, body) = sender.send_request(asked).await.ok()?.into_parts();
            let body = body.collect().await.ok()?.to_bytes();
            Some(Answer { status: head.status.as_u16(), headers: head.headers, body })
        };
        let mut talk = pin!(talk);
        tokio::select! {
            answer = &mut talk => answer,
            _ = connection => talk.await,
        }
    }
}
