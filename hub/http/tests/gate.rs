//! The gate of the mtls listener: everybody is counted before anything is read for them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::{Request, Response, StatusCode};
use hub_core::clock::Clock;
use hub_core::peer::Role;
use hub_http::peer::{PeerCertificates, TrustHandle};
use hub_http::{Limits, Machines, admit, public};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use tower::ServiceExt as _;

/// A gate with a limit of one request, and an authority that it trusts.
struct Setting {
    router: Router,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Setting {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("provider.toml");
        let anchor = format!("[[anchor]]\nname = \"bank\"\ncertificate = '''{}'''\n", authority.pem());
        std::fs::write(&file, format!("environment = \"acceptance\"\nrole = \"provider\"\n{anchor}"))
            .unwrap();
        let machines = Machines {
            trust: TrustHandle::open("acceptance", vec![(Role::Provider, file)]).unwrap(),
            clock: Clock::System,
            limits: Arc::new(Limits::new(NonZeroU32::MIN, NonZeroU32::MIN)),
            watch: Arc::default(),
        };
        // A route that refuses whoever asks, as one does to a token it does not know.
        let router = Router::new().route("/", get(async || StatusCode::UNAUTHORIZED));
        Self { router: admit(router, &machines, public), authority }
    }

    fn certificate(&self) -> PeerCertificates {
        let mut params = CertificateParams::default();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = params.signed_by(&KeyPair::generate().unwrap(), &self.authority).unwrap();
        PeerCertificates::new(Some(&[certificate.der().clone()]))
    }

    async fn ask(&self, certificates: &PeerCertificates, from: [u8; 4]) -> Response<Body> {
        let mut request = Request::get("/").body(Body::empty()).unwrap();
        request.extensions_mut().insert(certificates.clone());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((from, 40_000))));
        self.router.clone().oneshot(request).await.unwrap()
    }
}

#[tokio::test]
async fn a_certificate_whose_requests_are_refused_is_limited_too() {
    let setting = Setting::new();
    let (bank, other) = (setting.certificate(), setting.certificate());

    assert_eq!(setting.ask(&bank, [192, 0, 2, 1]).await.status(), StatusCode::UNAUTHORIZED);
    let limited = setting.ask(&bank, [198, 51, 100, 1]).await;

    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(limited.headers().contains_key("retry-after"));
    assert_eq!(limited.headers()["content-type"], "application/problem+json");
    assert_eq!(setting.ask(&other, [192, 0, 2, 1]).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_has_no_certificate_is_limited_by_network() {
    let setting = Setting::new();
    let none = PeerCertificates::new(None);

    assert_eq!(setting.ask(&none, [192, 0, 2, 1]).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(setting.ask(&none, [192, 0, 2, 2]).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(setting.ask(&none, [198, 51, 100, 1]).await.status(), StatusCode::UNAUTHORIZED);
}
