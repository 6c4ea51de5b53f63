//! TLS at the doors of a front: everybody's certificate is looked at and passed on, and some faults greet otherwise.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConfig,
    SignatureScheme, SupportedProtocolVersion,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::faults::Habit;
use super::message::{Door, Papers};
use super::upstream::Upstream;

/// A certificate chain and its key.
type Chain = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// What a front holds: the server's certificate, and those of all parties.
pub(super) struct Held {
    server: Chain,
    parties: BTreeMap<Papers, Chain>,
    roots: RootCertStore,
}

/// The files of the parties.
const FILES: [(Papers, &str); 6] = [
    (Papers::First, "first"),
    (Papers::Renewed, "renewed"),
    (Papers::Second, "second"),
    (Papers::Attacker, "attacker"),
    (Papers::Sender, "sender"),
    (Papers::Stranger, "stranger"),
];

impl Held {
    /// Reads the files of a folder.
    pub(super) fn read(folder: &Path) -> Self {
        let chain = |name: &str| {
            let certificates = CertificateDer::pem_file_iter(folder.join(format!("{name}.pem"))).unwrap();
            let key = PrivateKeyDer::from_pem_file(folder.join(format!("{name}.key"))).unwrap();
            (certificates.map(Result::unwrap).collect(), key)
        };
        let mut roots = RootCertStore::empty();
        let authorities = CertificateDer::pem_file_iter(folder.join("servers.pem")).unwrap();
        roots.add_parsable_certificates(authorities.map(Result::unwrap));
        let parties = FILES.map(|(papers, name)| (papers, chain(name))).into();
        Self { server: chain("server"), parties, roots }
    }

    /// Whose certificate this is.
    pub(super) fn papers(&self, leaf: &CertificateDer<'_>) -> Papers {
        let is_it = |(_, (chain, _)): &(&Papers, &Chain)| chain.first() == Some(leaf);
        self.parties.iter().find(is_it).map_or(Papers::Stranger, |(papers, _)| *papers)
    }

    /// The hub behind the front.
    pub(super) fn upstream(&self, [browsers, machines]: [u16; 2]) -> Upstream {
        let client = |chain: Option<&Chain>| {
            let builder = ClientConfig::builder().with_root_certificates(self.roots.clone());
            Arc::new(match chain {
                Some((chain, key)) => builder.with_client_auth_cert(chain.clone(), key.clone_key()).unwrap(),
                None => builder.with_no_client_auth(),
            })
        };
        let known = self.parties.iter().map(|(papers, chain)| (*papers, client(Some(chain))));
        Upstream { browsers, machines, clients: known.chain([(Papers::Nobody, client(None))]).collect() }
    }

    /// How a door greets.
    pub(super) fn acceptor(&self, door: Door, habit: Habit) -> TlsAcceptor {
        let versions: &[&'static SupportedProtocolVersion] = match habit {
            Habit::NewestOnly => &[&TLS13],
            Habit::OlderOnly => &[&TLS12],
            Habit::Usual | Habit::GreetsOldVersions | Habit::GreetsWeakSuites => &[&TLS13, &TLS12],
        };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
        let builder = match door {
            Door::Browsers => builder.with_no_client_auth(),
            Door::Machines => builder.with_client_cert_verifier(Arc::new(Anybody(
                aws_lc_rs::default_provider().signature_verification_algorithms,
            ))),
        };
        let (chain, key) = &self.server;
        let mut config = builder.with_single_cert(chain.clone(), key.clone_key()).unwrap();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Takes every certificate whose key is there: the hub behind judges it.
#[derive(Debug)]
struct Anybody(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for Anybody {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// What a client offers in its first message.
struct Hello {
    version: [u8; 2],
    suites: Vec<[u8; 2]>,
}

/// The server_hello with which a fault agrees to what should be refused; `None` if the usual handshake follows.
pub(super) async fn greeting(stream: &TcpStream, habit: Habit) -> Option<Vec<u8>> {
    let wanted = matches!(habit, Habit::GreetsOldVersions | Habit::GreetsWeakSuites);
    let hello = if wanted { hello(stream).await? } else { return None };
    let suite = match habit {
        Habit::GreetsOldVersions => (hello.version < [3, 3]).then(|| hello.suites.first().copied())?,
        Habit::GreetsWeakSuites => {
            let newest = hello.suites.contains(&[0x13, 0x01]) || hello.version < [3, 3];
            hello.suites.iter().find(|suite| **suite == [0x00, 0x9c] && !newest).copied()
        }
        Habit::Usual | Habit::NewestOnly | Habit::OlderOnly => None,
    }?;
    let [high, low] = hello.version;
    // server_hello (RFC 5246 7.4.1.3): version, random, no session, suite, no compression
    let body = [&[high, low][..], &[7; 32], &[0], &suite, &[0]].concat();
    let length = u8::try_from(body.len()).unwrap();
    Some([&[22, high, low, 0, length + 4, 2, 0, 0, length][..], &body].concat())
}

/// Looks at a client_hello without taking it.
async fn hello(stream: &TcpStream) -> Option<Hello> {
    let mut bytes = vec![0; 4096];
    let length = stream.peek(&mut bytes).await.ok()?;
    let bytes = &bytes[..length];
    // record header, type, length, version, random
    let version = [*bytes.get(9)?, *bytes.get(10)?];
    let suites = 44 + usize::from(*bytes.get(43)?);
    let count = usize::from(u16::from_be_bytes([*bytes.get(suites)?, *bytes.get(suites + 1)?]));
    let suites = bytes.get(suites + 2..suites + 2 + count)?;
    Some(Hello { version, suites: suites.chunks_exact(2).map(|suite| [suite[0], suite[1]]).collect() })
}

/// Agrees, and goes no further.
pub(super) async fn greet(mut stream: TcpStream, greeting: &[u8]) {
    drop(stream.write_all(greeting).await);
    // the client hangs up once it has read what it wanted
    drop(stream.read_to_end(&mut Vec::new()).await);
}
