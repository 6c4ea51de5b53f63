use std::net::SocketAddr;

use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A service on this machine that answers one call.
async fn service() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn outbound(environment: &str, allow: &[String]) -> Outbound {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("authority.pem");
    let authority = rcgen::generate_simple_self_signed(["authority.test".to_owned()]).unwrap();
    std::fs::write(&file, authority.cert.pem()).unwrap();
    let settings = OutboundSettings {
        environment: environment.to_owned(),
        allow: allow.to_vec(),
        authorities: Some(file),
    };
    Outbound::new(&settings).unwrap()
}

async fn call(outbound: &Outbound, url: &str) -> Result<Response, CallError> {
    outbound.execute(Request::new(Method::GET, url.parse().unwrap())).await
}

#[tokio::test]
async fn what_is_listed_is_called_under_its_own_port_only() {
    let ((listener, listed), (other, unlisted)) = (service().await, service().await);
    let outbound = outbound("demo", &[listed.to_string(), format!("identity.localhost:{}", listed.port())]);
    let answering = async {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await.unwrap();
        }
    };
    let asking = async {
        for host in ["127.0.0.1", "identity.localhost"] {
            let answer = call(&outbound, &format!("http://{host}:{}/keys", listed.port())).await.unwrap();
            assert_eq!(answer.status(), 204);
        }
    };
    tokio::join!(answering, asking);

    for host in ["127.0.0.1", "identity.localhost"] {
        let refused = call(&outbound, &format!("http://{host}:{}/keys", unlisted.port())).await;
        assert!(matches!(refused, Err(CallError::Forbidden(Forbidden::Port(_)))), "{host}: {refused:?}");
    }
    let reached = tokio::time::timeout(Duration::from_millis(50), other.accept()).await;
    assert!(reached.is_err(), "the other service was called");
}

#[tokio::test]
async fn a_call_never_meets_a_connection_that_the_service_closes_after_the_call_before() {
    let (listener, address) = service().await;
    let outbound = outbound("demo", &[address.to_string()]);
    let answering = async {
        let mut open = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            // whatever else comes on it meets a service that is about to close it
            open.push(stream);
        }
    };
    let asking = async {
        for _ in 0..2 {
            let answer = call(&outbound, &format!("http://{address}/token")).await;
            assert_eq!(answer.unwrap().status(), 204);
        }
    };
    let both = async { tokio::join!(answering, asking) };
    tokio::time::timeout(Duration::from_secs(5), both)
        .await
        .expect("the second call came on the first one's connection");
}

#[tokio::test]
async fn a_literal_address_is_not_called_though_the_resolver_never_hears_of_it() {
    for environment in ["integration", "production"] {
        let outbound = outbound(environment, &[]);
        for url in ["https://10.0.0.5/jwks", "https://169.254.169.254/latest", "https://[::1]/"] {
            let refused = call(&outbound, url).await;
            assert!(matches!(refused, Err(CallError::Forbidden(Forbidden::Address))), "{url}: {refused:?}");
        }
        let refused = call(&outbound, "http://169.254.169.254/latest").await;
        assert!(matches!(refused, Err(CallError::Forbidden(Forbidden::Scheme))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_listed_name_that_is_this_machine_is_not_called_in_production() {
    let (listener, address) = service().await;
    let entry = [format!("identity.localhost:{}", address.port())];
    let url = format!("https://identity.localhost:{}/", address.port());

    let refused = call(&outbound("production", &entry), &url).await;

    assert!(matches!(refused, Err(CallError::Failed(error)) if error.is_connect()));
    let reached = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(reached.is_err(), "the service was called");
}
