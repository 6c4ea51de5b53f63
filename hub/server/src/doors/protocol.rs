//! HTTP/1.1 and HTTP/2 over an accepted connection, with their limits.

use std::convert::Infallible;
use std::fmt::Display;
use std::pin::pin;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::server::TlsStream;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::accept::Open;
use super::answer::Answer;
use super::connection::Peer;
use super::life::Life;

const KIBI: usize = 1024;

/// Serves HTTP/1.1.
pub(super) async fn http1(open: &Open, stream: TlsStream<TcpStream>, peer: Peer, life: Life) {
    let head = open.limits.head_bytes as usize;
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(open.limits.header)
        .max_header_size(head)
        .max_buf_size(head.max(64 * KIBI))
        .serve_connection(TokioIo::new(stream), service(open.router.clone(), peer, life.clone()));
    run(open, connection, life).await;
}

/// Serves HTTP/2.
pub(super) async fn http2(open: &Open, stream: TlsStream<TcpStream>, peer: Peer, life: Life) {
    let connection = http2::Builder::new(Tasks(open.shared.tasks.clone()))
        .timer(TokioTimer::new())
        .keep_alive_interval(open.limits.header)
        .keep_alive_timeout(open.limits.header)
        .max_concurrent_streams(open.limits.streams)
        .max_header_list_size(open.limits.head_bytes)
        .initial_stream_window_size(256 * KIBI as u32)
        .initial_connection_window_size(1024 * KIBI as u32)
        .serve_connection(TokioIo::new(stream), service(open.router.clone(), peer, life.clone()));
    run(open, connection, life).await;
}

// Lets the connection run; when the doors drain or it falls idle, it may finish what it has begun.
async fn run<C>(open: &Open, connection: C, life: Life)
where
    C: GracefulConnection,
    C::Error: Display,
{
    let mut connection = pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return note(open, ended),
        () = open.shared.cut.cancelled() => return,
        () = life.end() => return,
        () = life.unread() => return open.turn_away("unread"),
        () = open.shared.drain.cancelled() => {}
        () = life.idle() => {}
    }

    connection.as_mut().graceful_shutdown();
    tokio::select! {
        ended = connection.as_mut() => note(open, ended),
        () = open.shared.cut.cancelled() => {}
        () = life.end() => {}
        () = life.unread() => open.turn_away("unread"),
        () = life.goodbye(Instant::now()) => open.turn_away("unread"),
    }
}

fn note<E: Display>(open: &Open, ended: Result<(), E>) {
    if let Err(error) = ended {
        tracing::debug!(door = open.name, %error, "connection ended");
    }
}

fn service(router: Router, peer: Peer, life: Life) -> impl Serving {
    service_fn(move |request: Request<Incoming>| {
        let running = life.request();
        let answer = router.clone().oneshot(told(request, &peer));
        async move {
            let Ok(answer) = answer.await;
            Ok::<_, Infallible>(answer.map(|body| Body::new(Answer::new(body, running))))
        }
    })
}

/// What hyper is given to answer requests with.
trait Serving:
    Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send + 'static> + Send + 'static
{
}

impl<S> Serving for S where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send + 'static>
        + Send
        + 'static
{
}

fn told(request: Request<Incoming>, peer: &Peer) -> Request<Body> {
    let mut request = request.map(Body::new);
    let extensions = request.extensions_mut();
    extensions.insert(ConnectInfo(peer.from));
    if let Some(certificates) = &peer.certificates {
        extensions.insert(certificates.clone());
    }
    request
}

/// Runs HTTP/2 streams as tasks of the doors, so that draining waits for them.
#[derive(Clone)]
struct Tasks(TaskTracker);

impl<F> Executor<F> for Tasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        self.0.spawn(stream);
    }
}
