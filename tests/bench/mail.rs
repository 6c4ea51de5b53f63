//! Mail servers with the same letters: Dovecot over IMAP, Cyrus over JMAP.
//!
//! Both run under a user without rights, with a configuration and mailboxes of their own. Dovecot keeps the mailboxes as folders
//! of one account, Cyrus as accounts that are shared with the one that asks: that is how each lets one client read many.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use serde_json::json;
use system_tests::authority::Credential;
use system_tests::environment;
use system_tests::ports::free_port;
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::data::LETTERS;
use crate::imap::Imap;
use crate::load::{Asks, Load, Protocol, Target};
use crate::machine::Processes;
use crate::outcome::Outcome;
use crate::peers::{self, Peer};
use crate::servant::Servant;

/// Dovecot with its mailboxes, and the connections that stay logged in.
pub(crate) struct Dovecot {
    peer: Peer,
    mailboxes: usize,
    connections: Mutex<Vec<Imap>>,
    _folder: TempDir,
}

/// Cyrus with its mailboxes.
pub(crate) struct Cyrus {
    peer: Peer,
    target: Target,
    mailboxes: usize,
    _folder: TempDir,
}

impl Dovecot {
    /// Starts it and fills so many mailboxes.
    pub(crate) async fn start(provider: &Credential, mailboxes: usize) -> Self {
        let (folder, servant, port) = (place(), Servant::of_this_machine(), free_port());
        let text = DOVECOT
            .replace("PORT", &port.to_string())
            .replace("FOLDER", folder.path().to_str().unwrap())
            .replace("USER", &servant.name)
            .replace("GROUP", &servant.group);
        let file = folder.path().join("dovecot.conf");
        fs::write(&file, text).unwrap();
        servant.owns(folder.path());
        let mut command = Command::new("/usr/sbin/dovecot");
        command.arg("-F").arg("-c").arg(&file);
        let peer = Peer::start(servant.does(command), port);

        let target = Target::new("localhost", port, provider);
        let mut connections = Vec::new();
        for _ in 0..ASKERS {
            connections.push(Imap::log_in(target.stream().await, READER).await);
        }
        for n in 0..mailboxes {
            connections[0].does(format!("CREATE b{n}").as_bytes()).await;
            connections[0].appends(&format!("b{n}"), &letters(n)).await;
        }
        Self { peer, mailboxes, connections: Mutex::new(connections), _folder: folder }
    }

    /// Its processes.
    pub(crate) fn processes(&self) -> Processes {
        self.peer.processes()
    }

    /// Fetches envelopes over all connections at once for so long, as in a list of the hub.
    pub(crate) async fn ask(&self, time: Duration) -> Outcome {
        let mut connections = self.connections.lock().await;
        let begun = Instant::now();
        let asked = connections.iter_mut().enumerate().map(|(asker, imap)| async move {
            let (mut outcome, mut n) = (Outcome::default(), asker);
            while begun.elapsed() < time {
                let asked = Instant::now();
                let bytes = imap.newest(&format!("b{}", n.wrapping_mul(7_919) % self.mailboxes)).await;
                outcome.count(bytes, asked.elapsed());
                n += ASKERS;
            }
            outcome
        });
        Outcome { time: begun.elapsed().max(time), ..Outcome::whole(join_all(asked).await) }
    }
}

impl Cyrus {
    /// Starts it and fills as many mailboxes as it takes in within a time, at most so many.
    pub(crate) async fn start(provider: &Credential, mailboxes: usize, within: Duration) -> Self {
        let (folder, servant) = (place(), Servant::of_this_machine());
        let (imap, https) = (free_port(), free_port());
        let packages = environment::cyrus();
        configure_cyrus(folder.path(), &servant, (imap, https));
        servant.owns(folder.path());
        let mut command = Command::new(packages.join("usr/lib/cyrus/bin/master"));
        command.args(["-D", "-C"]).arg(folder.path().join("imapd.conf"));
        command.arg("-M").arg(folder.path().join("cyrus.conf"));
        command.arg("-p").arg(folder.path().join("master.pid"));
        let libraries = packages.join("usr/lib/x86_64-linux-gnu");
        command.env("LD_LIBRARY_PATH", &libraries);
        // nobody reads how fast it writes: filling it must not wait for the disk
        command.env("LD_PRELOAD", libraries.join("libeatmydata.so"));
        // it complains of a socket that nobody needs here
        command.stderr(fs::File::create(folder.path().join("said")).unwrap());
        let peer = Peer::start(servant.does(command), https);

        let mut admin = Imap::log_in(Target::new("localhost", imap, provider).stream().await, ADMIN).await;
        let begun = Instant::now();
        let mut filled = 0;
        while filled < mailboxes && begun.elapsed() < within {
            let name = format!("user/u{filled}");
            admin.does(format!("CREATE {name}").as_bytes()).await;
            admin.does(format!("SETACL {name} {} lrswipkxtecdan", ADMIN.0).as_bytes()).await;
            admin.does(format!("SETACL {name} {} lrsp", READER.0).as_bytes()).await;
            admin.appends(&name, &letters(filled)).await;
            filled += 1;
        }
        Self { peer, target: Target::new("localhost", https, provider), mailboxes: filled, _folder: folder }
    }

    /// Its processes.
    pub(crate) fn processes(&self) -> Processes {
        self.peer.processes()
    }

    /// How many mailboxes it has.
    pub(crate) const fn mailboxes(&self) -> usize {
        self.mailboxes
    }

    /// Queries and gets fifty messages over all connections at once for so long.
    pub(crate) async fn ask(&self, time: Duration) -> Outcome {
        let mailboxes = self.mailboxes;
        let asks: Asks = Arc::new(move |n| newest_by_jmap(n.wrapping_mul(7_919) % mailboxes));
        let load = Load::steady(ASKERS, Protocol::Http1, time);
        let outcome = self.target.ask(load, &asks, StatusCode::OK).await;
        let each = outcome.bytes / outcome.answers.max(1);
        assert!(each > 50 * 150, "answers of {each} bytes are not fifty messages each");
        outcome
    }
}

/// A folder that others may pass through.
fn place() -> TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o711)).tempdir().unwrap();
    peers::put_certificates(folder.path());
    folder
}

/// The letters of a mailbox, with the subjects that those of the hub have.
fn letters(mailbox: usize) -> Vec<String> {
    let letter = |n: usize| {
        format!(
            "From: Belastingdienst <tax@example.org>\r\nTo: Anna <anna@example.org>\r\n\
             Subject: Aanslagbiljet personenbelasting {n}\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\
             Message-ID: <{n}.{mailbox}@example.org>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n\
             Beste,\r\n\r\nu vindt uw aanslagbiljet in de bijlage van dit bericht.\r\n{}\r\n",
            "Dit is de tekst van een brief. ".repeat(24)
        )
    };
    (1..=LETTERS).map(letter).collect()
}

/// One request: which messages are the newest, and what a list shows of them (RFC 8620 3.7).
fn newest_by_jmap(mailbox: usize) -> Request<Full<Bytes>> {
    let account = format!("u{mailbox}");
    let query = json!({"accountId": account, "limit": 50, "sort": [{"property": "receivedAt", "isAscending": false}]});
    let get = json!({"accountId": account, "properties": ["id", "from", "subject", "receivedAt", "keywords", "size"],
        "#ids": {"resultOf": "0", "name": "Email/query", "path": "/ids"}});
    let body = json!({"using": ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"],
        "methodCalls": [["Email/query", query, "0"], ["Email/get", get, "1"]]});
    let who = data_encoding::BASE64.encode(format!("{}:{}", READER.0, READER.1).as_bytes());
    Request::post("/jmap/")
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, format!("Basic {who}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::from(body.to_string()))
        .unwrap()
}

fn configure_cyrus(folder: &Path, servant: &Servant, (imap, https): (u16, u16)) {
    let packages = environment::cyrus();
    for name in ["conf", "mail", "tmp"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    let filled = |text: &str| {
        text.replace("FOLDER", folder.to_str().unwrap())
            .replace("PACKAGES", packages.to_str().unwrap())
            .replace("USER", &servant.name)
            .replace("IMAPS", &imap.to_string())
            .replace("HTTPS", &https.to_string())
    };
    fs::write(folder.join("imapd.conf"), filled(IMAPD)).unwrap();
    fs::write(folder.join("cyrus.conf"), filled(MASTER)).unwrap();
    for (user, password) in [ADMIN, READER] {
        let command = format!(
            "printf %s {password} | PACKAGES/usr/sbin/saslpasswd2 -p -c -f FOLDER/sasldb2 -u localhost {user}"
        );
        let status = Command::new("sh").args(["-c", &filled(&command)]).status().unwrap();
        assert!(status.success(), "Cyrus learns a password");
    }
}

/// Connections, as of the hub.
pub(crate) const ASKERS: usize = 32;
const READER: (&str, &str) = ("reader", "secret");
const ADMIN: (&str, &str) = ("cyrus", "secret");
const DOVECOT: &str = include_str!("dovecot.conf");
const IMAPD: &str = include_str!("imapd.conf");
const MASTER: &str = include_str!("cyrus.conf");
