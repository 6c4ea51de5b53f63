//! A service of time-stamps: `openssl ts` behind a small listener, which lies when a test tells it to.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use rcgen::{CertificateParams, CustomExtension, DnType, date_time_ymd};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::sync::Mutex as Turn;
use tokio::task::JoinSet;

use super::setting::Setting;
use crate::authority::Authority;

/// What the service does instead of what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Nothing: it is honest.
    None,
    /// It closes the connection.
    Down,
    /// It answers 503.
    Overloaded,
    /// It never answers.
    Slow,
    /// It answers with a page.
    Page,
    /// It answers with more than any time-stamp has.
    Large,
    /// It refuses, as RFC 3161 lets it.
    Refuses,
    /// It answers another question.
    Nonce,
    /// It stamps something else.
    Imprint,
    /// It stamps another kind of hash.
    Hash,
    /// It stamps under another policy.
    Policy,
    /// It says that it is ten years ago.
    Past,
    /// It is certified by nobody that anybody trusts.
    Stranger,
    /// Its certificate is not one for time-stamps.
    Usage,
    /// Its certificate is over.
    Expired,
    /// Its signature is changed on the way.
    Changed,
}

/// A running service; it ends with its value.
pub struct TimeService {
    /// Where it is asked.
    pub url: String,
    desk: Arc<Desk>,
    _serving: JoinSet<()>,
}

/// What it works with.
struct Desk {
    folder: TempDir,
    lie: Mutex<Lie>,
    asked: AtomicU64,
    turn: Turn<()>,
}

impl TimeService {
    /// Starts it, honest, with an authority of its own.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/rfc3161", listener.local_addr().unwrap());
        let folder = tempfile::tempdir().unwrap();
        write_certificates(&folder);
        let (lie, asked, turn) = (Mutex::new(Lie::None), AtomicU64::new(0), Turn::new(()));
        let desk = Arc::new(Desk { folder, lie, asked, turn });

        let (shared, mut serving) = (Arc::clone(&desk), JoinSet::new());
        serving.spawn(async move {
            let mut answers = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                answers.spawn(serve(Arc::clone(&shared), stream));
                while answers.try_join_next().is_some() {}
            }
        });
        Self { url, desk, _serving: serving }
    }

    /// Has the hub of this setting ask it.
    pub fn is_told_to(&self, setting: &Setting) {
        setting.put("time-stamps.pem", &fs::read_to_string(self.authority()).unwrap());
        let host = self.url.trim_start_matches("http://").trim_end_matches("/rfc3161");
        let config = fs::read_to_string(setting.config_file()).unwrap();
        let config = config.replace("allow = [", &format!("allow = [\"{host}\", "));
        let url = &self.url;
        let section = format!(
            "[evidence.time_stamps]\nurl = \"{url}\"\nanchor = \"time-stamps.pem\"\npolicy = \"1.2.3.4.1\"\n"
        );
        setting.put("facteur.toml", &(config + &section));
    }

    /// The certificate of its authority.
    pub fn authority(&self) -> PathBuf {
        self.desk.path("authority.pem")
    }

    /// From now on it tells this lie and no other.
    pub fn lies(&self, lie: Lie) {
        *self.desk.lie.lock().unwrap_or_else(PoisonError::into_inner) = lie;
    }

    /// How often it was asked.
    pub fn asked(&self) -> u64 {
        self.desk.asked.load(Ordering::SeqCst)
    }

    /// A token of a SHA-256, got by somebody else than the hub.
    pub async fn token(&self, imprint: &[u8], lie: Lie) -> Vec<u8> {
        let _turn = self.desk.turn.lock().await;
        let hash = HEXLOWER.encode(imprint);
        self.desk.openssl(&["ts", "-query", "-digest", &hash, "-sha256", "-cert", "-out", "own.tsq"]).await;
        let query = self.desk.read("own.tsq");
        self.desk.reply(&query, lie).await;
        self.desk.openssl(&["ts", "-reply", "-in", "reply.tsr", "-token_out", "-out", "own.tst"]).await;
        self.desk.read("own.tst")
    }
}

impl Desk {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    async fn openssl(&self, arguments: &[&str]) {
        let mut command = Command::new("openssl");
        let output = command.args(arguments).current_dir(self.folder.path()).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments:?}: {said}");
    }

    /// The answer to a question, as `reply.tsr` too.
    async fn reply(&self, query: &[u8], lie: Lie) -> Vec<u8> {
        fs::write(self.path("query.tsq"), asked_otherwise(query, lie)).unwrap();
        if lie == Lie::Hash {
            let hash = "00".repeat(48);
            self.openssl(&["ts", "-query", "-digest", &hash, "-sha384", "-cert", "-out", "query.tsq"]).await;
        }
        let (certificate, key) = if lie == Lie::Stranger {
            ("stranger.pem", "stranger.key")
        } else {
            ("honest.pem", "honest.key")
        };
        let ts = ["ts", "-reply", "-queryfile", "query.tsq", "-config", "tsa.cnf", "-out", "reply.tsr"];
        self.openssl(&[ts.as_slice(), &["-signer", certificate, "-inkey", key]].concat()).await;
        match lie {
            Lie::Policy => self.sign_again("honest", |content| swap(content, &POLICY, &OTHER_POLICY)).await,
            Lie::Past => self.sign_again("honest", |content| swap(content, CENTURY, b"\x18\x0f201")).await,
            Lie::Usage => self.sign_again("usage", |content| content).await,
            Lie::Expired => self.sign_again("expired", |content| content).await,
            _ => {}
        }
        let mut reply = self.read("reply.tsr");
        if lie == Lie::Changed {
            *reply.last_mut().unwrap() ^= 1;
        }
        reply
    }

    /// Changes what the reply says and signs it, with a certificate that `openssl ts` would perhaps not sign with.
    async fn sign_again(&self, signer: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        self.openssl(&["ts", "-reply", "-in", "reply.tsr", "-token_out", "-out", "token.tst"]).await;
        let verify = ["cms", "-verify", "-noverify", "-inform", "DER", "-binary", "-in", "token.tst"];
        self.openssl(&[verify.as_slice(), &["-out", "content"]].concat()).await;
        fs::write(self.path("content"), change(self.read("content"))).unwrap();
        let sign = ["cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-cades", "-md", "sha256"];
        let files = ["-in", "content", "-outform", "DER", "-out", "token.tst", "-econtent_type", TST_INFO];
        let (certificate, key) = (format!("{signer}.pem"), format!("{signer}.key"));
        self.openssl(&[sign.as_slice(), &files, &["-signer", &certificate, "-inkey", &key]].concat()).await;

        let granted = [0x30, 3, 2, 1, 0].to_vec();
        let answer = sequence(&[granted, self.read("token.tst")].concat());
        fs::write(self.path("reply.tsr"), answer).unwrap();
    }
}

/// Another question than the one that was asked, for lies that need one.
fn asked_otherwise(query: &[u8], lie: Lie) -> Vec<u8> {
    let mut query = query.to_vec();
    match lie {
        // before its last member, the wish for certificates
        Lie::Nonce => {
            let at = query.len() - 4;
            query[at] ^= 1;
        }
        Lie::Imprint => {
            let at = query.windows(2).position(|pair| pair == [4, 32]).unwrap();
            query[at + 2] ^= 1;
        }
        _ => {}
    }
    query
}

async fn serve(desk: Arc<Desk>, mut stream: TcpStream) {
    let Some(query) = request(&mut stream).await else { return };
    let lie = *desk.lie.lock().unwrap_or_else(PoisonError::into_inner);
    desk.asked.fetch_add(1, Ordering::SeqCst);
    let (status, kind, body) = match lie {
        Lie::Down => return,
        Lie::Slow => return std::future::pending().await,
        Lie::Overloaded => ("503 Service Unavailable", REPLY, Vec::new()),
        Lie::Page => ("200 OK", "text/html", b"<p>Please log in</p>".to_vec()),
        Lie::Large => ("200 OK", REPLY, vec![0x30; 1 << 20]),
        // a rejection without a reason
        Lie::Refuses => ("200 OK", REPLY, sequence(&[0x30, 3, 2, 1, 2])),
        _ => {
            let _turn = desk.turn.lock().await;
            ("200 OK", REPLY, desk.reply(&query, lie).await)
        }
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    drop(stream.write_all(&[head.as_bytes(), &body].concat()).await);
    drop(stream.shutdown().await);
}

/// The body of a request, which must be one of RFC 3161 3.4.
async fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    loop {
        if let Some(at) = read.windows(4).position(|end| end == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..at]).to_lowercase();
            assert!(head.starts_with("post /rfc3161 http/1.1\r\n"), "{head}");
            assert!(head.contains("content-type: application/timestamp-query"), "{head}");
            let length =
                head.split("content-length: ").nth(1)?.lines().next()?.trim().parse::<usize>().ok()?;
            if read.len() >= at + 4 + length {
                return Some(read[at + 4..].to_vec());
            }
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

fn write_certificates(folder: &TempDir) {
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let (authority, other) = (Authority::new("Test time"), Authority::new("Other time"));
    put("authority.pem", &authority.certificate);
    put("serial", "01\n");
    put("tsa.cnf", CONFIGURATION);

    let certificate = |name: &str, is_for_stamps: bool| {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        if is_for_stamps {
            // extendedKeyUsage: id-kp-timeStamping alone
            let usage = vec![0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];
            let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 37], usage);
            extension.set_criticality(true);
            params.custom_extensions.push(extension);
        }
        params
    };
    let mut expired = certificate("Expired time", true);
    expired.not_after = date_time_ymd(2025, 1, 1);
    let issued = [
        ("honest", authority.sign(certificate("Honest time", true))),
        ("stranger", other.sign(certificate("Strange time", true))),
        ("usage", authority.sign(certificate("Any time", false))),
        ("expired", authority.sign(expired)),
    ];
    for (name, credential) in issued {
        put(&format!("{name}.pem"), &credential.certificate);
        put(&format!("{name}.key"), &credential.key);
    }
}

/// A sequence of DER.
fn sequence(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head =
        if content.len() < 128 { vec![0x30, length[1]] } else { vec![0x30, 0x82, length[0], length[1]] };
    [head.as_slice(), content].concat()
}

/// The same bytes with the first occurrence of some replaced by as many others.
fn swap(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|found| found == from).expect("they are there");
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

const REPLY: &str = "application/timestamp-reply";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
const POLICY: [u8; 6] = [6, 4, 0x2a, 3, 4, 1];
const OTHER_POLICY: [u8; 6] = [6, 4, 0x2a, 3, 4, 2];
// a GeneralizedTime of this decade; the one before it has 201 in its place
const CENTURY: &[u8] = b"\x18\x0f202";
const CONFIGURATION: &str = "[tsa]
default_tsa = main
[main]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256, sha384
ess_cert_id_alg = sha256
signer_digest = sha256
";
