//! Where a provider application's redirect URI leads: a page that says that the browser is back.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::setting::authorities;

/// A web server with one page; it ends with its value.
pub struct Landing {
    /// The redirect URI.
    pub url: String,
    _serving: JoinSet<()>,
}

impl Landing {
    /// Listens on a free port.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://bank.localhost:{}/callback", listener.local_addr().unwrap().port());
        let server = authorities().servers.server(&["bank.localhost"]);
        let chain =
            CertificateDer::pem_slice_iter(server.certificate.as_bytes()).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(server.key.as_bytes()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));

        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut answers = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                answers.spawn(answer(acceptor.clone(), stream));
                while answers.try_join_next().is_some() {}
            }
        });
        Self { url, _serving: serving }
    }
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut head = vec![0; 16 * 1024];
    let mut read = 0;
    while let Ok(more @ 1..) = stream.read(&mut head[read..]).await {
        read += more;
        if head[..read].windows(4).any(|end| end == b"\r\n\r\n") {
            break;
        }
    }
    let length = PAGE.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{PAGE}"
    );
    drop(stream.write_all(answer.as_bytes()).await);
    drop(stream.shutdown().await);
}

const PAGE: &str = "<!doctype html><html lang=\"en\"><title>Demo Bank</title><link rel=\"icon\" href=\"data:,\">\
                    <main><h1>Back at Demo Bank</h1></main></html>";
