//! What the hub is measured against: nginx, and a bare server of axum and rustls.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::header;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use system_tests::ports::free_port;
use system_tests::world::setting::authorities;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::machine::Processes;

/// A server beside the hub that gives the same bytes.
pub(crate) struct Peer {
    /// Where it listens.
    pub(crate) port: u16,
    child: Child,
}

impl Peer {
    /// Its processes.
    pub(crate) fn processes(&self) -> Processes {
        Processes(self.child.id())
    }

    /// nginx, which gives these files.
    pub(crate) fn nginx(folder: &Path, files: &BTreeMap<&str, Vec<u8>>) -> Self {
        let port = free_port();
        let root = put(folder, files);
        let text = NGINX.replace("PORT", &port.to_string()).replace("ROOT", root.to_str().unwrap());
        fs::write(root.join("nginx.conf"), text).unwrap();
        let mut command = Command::new("nginx");
        command
            .arg("-p")
            .arg(&root)
            .arg("-c")
            .arg(root.join("nginx.conf"))
            .arg("-e")
            .arg(root.join("error.log"));
        Self::start(command, port)
    }

    /// axum over rustls and nothing else, which gives these files from memory.
    pub(crate) fn bare(folder: &Path, files: &BTreeMap<&str, Vec<u8>>) -> Self {
        let port = free_port();
        let root = put(folder, files);
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("bare").arg(port.to_string()).arg(root);
        Self::start(command, port)
    }

    /// A server that listens at this port once this command runs.
    pub(crate) fn start(mut command: Command, port: u16) -> Self {
        let peer = Self { port, child: command.stdout(Stdio::null()).spawn().unwrap() };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return peer;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{command:?} does not listen");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // SIGTERM lets nginx end its workers
        drop(Command::new("kill").arg(self.child.id().to_string()).status());
        drop(self.child.wait());
    }
}

/// Puts what a server of mutual TLS needs into a folder.
pub(crate) fn put_certificates(folder: &Path) {
    let server = authorities().servers.server(&["localhost"]);
    fs::write(folder.join("server.pem"), server.certificate).unwrap();
    fs::write(folder.join("server.key"), server.key).unwrap();
    fs::write(folder.join("clients.pem"), &authorities().providers.certificate).unwrap();
}

fn put(folder: &Path, files: &BTreeMap<&str, Vec<u8>>) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    put_certificates(folder);
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
    folder.to_owned()
}

/// The bare server itself: serves until it is ended.
pub(crate) async fn serve_bare(port: u16, folder: &Path) {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&read("clients.pem")).unwrap()).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let chain = CertificateDer::pem_slice_iter(&read("server.pem")).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(&read("server.key")).unwrap();
    let mut tls =
        ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    tls.send_tls13_tickets = 0;
    tls.session_storage = Arc::new(NoServerSessionStorage {});

    let mut app = Router::new();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let bytes = Bytes::from(read(&name));
        app = app.route(
            &format!("/{name}"),
            get(move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], bytes))),
        );
    }
    let (listener, acceptor) =
        (TcpListener::bind(("127.0.0.1", port)).await.unwrap(), TlsAcceptor::from(Arc::new(tls)));
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (acceptor, app) = (acceptor.clone(), TowerToHyperService::new(app.clone()));
        tokio::spawn(async move {
            stream.set_nodelay(true).unwrap();
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let server = auto::Builder::new(TokioExecutor::new());
            // a client that goes away is no error here
            drop(server.serve_connection(TokioIo::new(stream), app).await);
        });
    }
}

/// As nginx is usually tuned for static files; no tickets, so that each handshake is a full one.
const NGINX: &str = r#"
daemon off;
user root;
worker_processes auto;
pid nginx.pid;
events { worker_connections 4096; multi_accept on; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_requests 100000000;
    open_file_cache max=1000 inactive=60s;
    types { application/json json; application/pdf pdf; }
    server {
        listen 127.0.0.1:PORT ssl http2;
        root ROOT;
        ssl_certificate ROOT/server.pem;
        ssl_certificate_key ROOT/server.key;
        ssl_client_certificate ROOT/clients.pem;
        ssl_verify_client on;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_tickets off;
        ssl_session_cache off;
        client_body_temp_path ROOT/t1;
        proxy_temp_path ROOT/t2;
        fastcgi_temp_path ROOT/t3;
        uwsgi_temp_path ROOT/t4;
        scgi_temp_path ROOT/t5;
    }
}
"#;
