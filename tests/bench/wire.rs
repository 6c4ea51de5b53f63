//! Connections over which is asked.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;

use crate::load::{Protocol, Target};

/// A connection, or a share of one.
pub(crate) enum Wire {
    /// HTTP/1.1.
    Http1(http1::SendRequest<Full<Bytes>>),
    /// HTTP/2.
    Http2(http2::SendRequest<Full<Bytes>>),
    /// A new connection each time.
    Fresh,
}

impl Wire {
    /// Opens it.
    pub(crate) async fn open(target: &Target, tls: &Arc<ClientConfig>, protocol: Protocol) -> Self {
        match protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(target.connect(tls).await).await.unwrap();
                tokio::spawn(connection);
                Self::Http1(sender)
            }
            Protocol::Http2 => {
                let io = target.connect(tls).await;
                let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
                tokio::spawn(connection);
                Self::Http2(sender)
            }
            Protocol::Handshakes => Self::Fresh,
        }
    }

    /// Asks over it.
    pub(crate) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
        (target, tls): (&Target, &Arc<ClientConfig>),
    ) -> Response<Incoming> {
        match self {
            Self::Http1(sender) => {
                sender.ready().await.unwrap();
                sender.send_request(request).await.unwrap()
            }
            Self::Http2(sender) => sender.send_request(request).await.unwrap(),
            Self::Fresh => {
                let (mut sender, connection) = http1::handshake(target.connect(tls).await).await.unwrap();
                tokio::spawn(connection);
                sender.send_request(request).await.unwrap()
            }
        }
    }
}

/// One connection that stays, for questions one after the other.
pub(crate) struct Line {
    target: Target,
    tls: Arc<ClientConfig>,
    wire: Wire,
}

/// What was answered.
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its body.
    pub(crate) body: Bytes,
}

impl Line {
    /// Opens a connection of HTTP/1.1.
    pub(crate) async fn to(target: Target) -> Self {
        let tls = target.tls(Protocol::Http1);
        let wire = Wire::open(&target, &tls, Protocol::Http1).await;
        Self { target, tls, wire }
    }

    /// Asks, and gives whatever is answered.
    pub(crate) async fn ask(&mut self, request: Request<Full<Bytes>>) -> Answer {
        let answer = self.wire.send(request, (&self.target, &self.tls)).await;
        let (head, body) = answer.into_parts();
        Answer { status: head.status, body: body.collect().await.unwrap().to_bytes() }
    }

    /// Asks where only this status is right; gives the JSON of the answer.
    pub(crate) async fn expect(
        &mut self,
        request: Request<Full<Bytes>>,
        right: StatusCode,
    ) -> serde_json::Value {
        let asked = request.uri().clone();
        let Answer { status, body, .. } = self.ask(request).await;
        assert_eq!(status, right, "{asked}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}
