//! A front before our hub: it ends mutual TLS at the hub's own origins and passes everything on, with at most one rule broken.
//!
//! Behind it the hub sees the certificate that the front was shown: it holds the keys of all parties of the plan. Without a fault
//! nobody can tell it from the hub.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::faults::{Fault, Habit};
use super::memory::Memory;
use super::message::{Answer, Door, Papers, Request};
use super::tls::{self, Held};
use super::upstream::Upstream;

/// A front; it ends with its value.
pub(super) struct Front {
    shared: Arc<Shared>,
    _serving: JoinSet<()>,
}

struct Shared {
    upstream: Upstream,
    held: Held,
    now: Mutex<Now>,
}

/// The fault that is on, and what the front has seen since.
#[derive(Default)]
struct Now {
    fault: Option<&'static Fault>,
    memory: Memory,
}

impl Front {
    /// Listens at both doors, without a fault.
    pub(super) async fn open(held: Held, upstream: Upstream, [browsers, machines]: [u16; 2]) -> Self {
        let shared = Arc::new(Shared { upstream, held, now: Mutex::default() });
        let mut serving = JoinSet::new();
        for (door, port) in [(Door::Browsers, browsers), (Door::Machines, machines)] {
            let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
            serving.spawn(listen(listener, door, Arc::clone(&shared)));
        }
        Self { shared, _serving: serving }
    }

    /// From now on it has this fault and no other, and has seen nothing.
    pub(super) fn has(&self, fault: Option<&'static Fault>) {
        *self.shared.now() = Now { fault, memory: Memory::default() };
    }
}

impl Shared {
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn habit(&self) -> Habit {
        self.now().fault.map_or(Habit::Usual, |fault| fault.habit)
    }

    /// Answers a request: by the fault alone, or by the hub, changed by the fault.
    async fn answers(&self, mut request: Request) -> Option<Answer> {
        let told = {
            let Now { fault, memory } = &mut *self.now();
            fault.and_then(|fault| (fault.ask)(&mut request, memory))
        };
        if let Some(answer) = told {
            return Some(answer);
        }
        let mut answer = self.upstream.send(&request).await?;
        let errands = {
            let Now { fault, memory } = &mut *self.now();
            memory.notice(&request, &answer);
            if let Some(fault) = fault {
                (fault.answer)(&request, &mut answer, memory);
            }
            std::mem::take(&mut memory.errands)
        };
        for (name, errand) in errands {
            let found = self.upstream.send(&errand).await?;
            let memory = &mut self.now().memory;
            memory.notice(&errand, &found);
            memory.answers.insert(name, found);
        }
        Some(answer)
    }
}

async fn listen(listener: TcpListener, door: Door, shared: Arc<Shared>) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        talks.spawn(talk(stream, door, Arc::clone(&shared)));
        while talks.try_join_next().is_some() {}
    }
}

async fn talk(stream: TcpStream, door: Door, shared: Arc<Shared>) {
    drop(stream.set_nodelay(true));
    let habit = shared.habit();
    if let Some(greeting) = tls::greeting(&stream, habit).await {
        return tls::greet(stream, &greeting).await;
    }
    let acceptor = shared.held.acceptor(door, habit);
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let leaf = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let papers = leaf.map_or(Papers::Nobody, |leaf| shared.held.papers(leaf));
    let answer = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { serve(&shared, (door, papers), request).await }
    });
    // who hangs up has had enough
    drop(http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), answer).await);
}

/// Where there is no answer the connection ends.
async fn serve(
    shared: &Shared,
    (door, papers): (Door, Papers),
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Silence> {
    let (head, body) = request.into_parts();
    let request = Request {
        door,
        papers,
        method: head.method.to_string(),
        target: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: head.headers,
        body: body.collect().await.map_err(|_| Silence)?.to_bytes(),
    };
    let Answer { status, mut headers, body } = shared.answers(request).await.ok_or(Silence)?;
    headers.remove("transfer-encoding");
    headers.remove("connection");
    let mut response = http::Response::new(Full::new(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
    *response.headers_mut() = headers;
    Ok(response)
}

/// There is no answer.
#[derive(Debug)]
struct Silence;

impl std::fmt::Display for Silence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for Silence {}
