//! TLS of a door: its certificate and key, and what is negotiated.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use arc_swap::ArcSwap;
use hub_core::clock::Clock;
use hub_http::peer::AcceptingVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::time_provider::TimeProvider;
use rustls::{CipherSuite, ServerConfig};

use super::door::{DoorConfig, Kind};

/// The TLS configuration in force, made again from its files on request.
#[derive(Clone)]
pub(super) struct Tls {
    current: Arc<ArcSwap<ServerConfig>>,
    source: Arc<Source>,
}

struct Source {
    name: &'static str,
    kind: Kind,
    certificate: PathBuf,
    key: PathBuf,
    clock: Clock,
}

impl Tls {
    /// Reads the files of a door.
    pub(super) fn load(door: &DoorConfig, clock: &Clock) -> anyhow::Result<Self> {
        let source = Source {
            name: door.name,
            kind: door.kind,
            certificate: door.certificate.clone(),
            key: door.key.clone(),
            clock: clock.clone(),
        };
        let config = source.read()?;
        Ok(Self { current: Arc::new(ArcSwap::from_pointee(config)), source: Arc::new(source) })
    }

    /// The configuration for the next connection.
    pub(super) fn current(&self) -> Arc<ServerConfig> {
        self.current.load_full()
    }

    /// Reads the files again, for connections from now on; if they cannot be used, the old configuration stays.
    pub(super) fn reload(&self) -> anyhow::Result<()> {
        self.current.store(Arc::new(self.source.read()?));
        Ok(())
    }

    /// The files it is made of.
    pub(super) fn files(&self) -> [PathBuf; 2] {
        [self.source.certificate.clone(), self.source.key.clone()]
    }
}

impl Source {
    fn read(&self) -> anyhow::Result<ServerConfig> {
        let context = |file: &PathBuf| format!("door {}: {}", self.name, file.display());
        let chain = fs::read(&self.certificate)
            .map_err(anyhow::Error::from)
            .and_then(|pem| Ok(CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>()?))
            .with_context(|| context(&self.certificate))?;
        let key = fs::read(&self.key)
            .map_err(anyhow::Error::from)
            .and_then(|pem| Ok(PrivateKeyDer::from_pem_slice(&pem)?))
            .with_context(|| context(&self.key))?;
        self.config(chain, key).with_context(|| context(&self.certificate))
    }

    fn config(
        &self,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<ServerConfig, rustls::Error> {
        let provider = Arc::new(self.provider());
        let builder =
            ServerConfig::builder_with_details(Arc::clone(&provider), Arc::new(Time(self.clock.clone())))
                .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
        let builder = match self.kind {
            Kind::Browsers => builder.with_no_client_auth(),
            Kind::Machines | Kind::Operators => {
                builder.with_client_cert_verifier(AcceptingVerifier::new(&provider))
            }
        };
        let mut config = builder.with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        if self.kind != Kind::Browsers {
            // A resumed session would keep a certificate alive that has been revoked since.
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Ok(config)
    }

    // FAPI 2.0 Security Profile 5.2.2: between machines, TLS 1.2 only with what BCP 195 recommends, AES-GCM.
    fn provider(&self) -> CryptoProvider {
        let mut provider = aws_lc_rs::default_provider();
        if self.kind != Kind::Browsers {
            provider.cipher_suites.retain(|suite| {
                !matches!(
                    suite.suite(),
                    CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
                        | CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
                )
            });
        }
        provider
    }
}

/// The hub's clock as TLS asks for it.
#[derive(Debug)]
struct Time(Clock);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().seconds()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
