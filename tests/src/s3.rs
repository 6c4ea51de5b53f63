//! A real S3 server over a folder, to be killed and started under a test: rclone's, which `tests/run` installs.
//!
//! It checks signatures, speaks TLS, and keeps each object as a file, so that a test can look at the bytes and damage them.

use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use hub_http::outbound::OutboundSettings;
use hub_server::config::S3;
use tempfile::TempDir;

use crate::environment;
use crate::ports::free_port;
use crate::world::setting::{Setting, authorities};

/// A server with one bucket; it ends with its value.
pub struct S3Server {
    port: u16,
    folder: TempDir,
    running: Mutex<Option<Child>>,
}

impl S3Server {
    /// Makes an empty bucket and starts the server.
    pub fn start() -> Self {
        let server =
            Self { port: free_port(), folder: tempfile::tempdir().unwrap(), running: Mutex::default() };
        let certificate = authorities().servers.server(&[HOST]);
        server.put("server.pem", &certificate.certificate);
        server.put("server.key", &certificate.key);
        server.put("servers.pem", &authorities().servers.certificate);
        server.put("secret", SECRET);
        fs::create_dir_all(server.path("buckets").join(BUCKET)).unwrap();
        server.start_again();
        server
    }

    /// Changes its files behind it: it sees what was done when it starts again.
    pub fn change(&self, change: impl FnOnce()) {
        self.kill();
        change();
        self.start_again();
    }

    /// Starts it over the same objects, and waits until it listens.
    pub fn start_again(&self) {
        let log = fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        let running = Command::new(environment::s3_server())
            .args(["--config", "/dev/null", "serve", "s3", "--addr", &format!("127.0.0.1:{}", self.port)])
            .args(["--auth-key", &format!("{KEY_ID},{SECRET}")])
            // It trusts what it remembers of its folders: one that looks at them each time stands still now and then.
            // Uploads in parts wait in memory: those that stream hold up everything else.
            .args(["--dir-cache-time", "24h", "--disable-multipart-streaming"])
            .args(["--cert".into(), self.path("server.pem"), "--key".into(), self.path("server.key")])
            .arg(self.path("buckets"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        *self.running.lock().unwrap() = Some(running.expect("rclone starts: tests/run installs it"));
        for _ in 0..1_000 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("{}", fs::read_to_string(self.path("log")).unwrap());
    }

    /// Ends it with SIGKILL.
    pub fn kill(&self) {
        let Some(mut running) = self.running.lock().unwrap().take() else { return };
        running.kill().unwrap();
        running.wait().unwrap();
    }

    /// Where it is, as `outbound.allow` names it.
    pub fn place(&self) -> String {
        format!("{HOST}:{}", self.port)
    }

    /// How a hub is told of the bucket.
    pub fn bucket(&self) -> S3 {
        S3 {
            bucket: BUCKET.to_owned(),
            region: "eu-central-1".to_owned(),
            endpoint: Some(format!("https://{}", self.place()).parse().unwrap()),
            path_style: true,
            key_id: KEY_ID.to_owned(),
            secret_file: self.path("secret"),
            prefix: "content".to_owned(),
            authorities: Some(self.path("servers.pem")),
        }
    }

    /// How a hub is told that it may call it.
    pub fn outbound(&self) -> OutboundSettings {
        OutboundSettings { environment: "demo".to_owned(), allow: vec![self.place()], authorities: None }
    }

    /// Has a hub keep its content here; another node that is made afterwards does too.
    pub fn keeps_content_of(&self, setting: &Setting) {
        let identity = setting.value("issuer").trim_matches('"').trim_start_matches("https://").to_owned();
        setting.configure("allow", &format!("{:?}", [identity, self.place()]));
        let S3 { bucket, region, endpoint, key_id, secret_file, .. } = self.bucket();
        let endpoint = endpoint.unwrap();
        setting.add(&format!(
            "[blob.s3]\nbucket = \"{bucket}\"\nregion = \"{region}\"\nendpoint = \"{endpoint}\"\npath_style = true\n\
             key_id = \"{key_id}\"\nsecret_file = {secret_file:?}\n"
        ));
    }

    /// Every object that stands in the bucket, whole or not, but for the claim.
    pub fn objects(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.path("buckets").join(BUCKET).join("content")).into_iter().flatten();
        let folders = folders.map(|folder| folder.unwrap().path()).filter(|path| path.is_dir());
        folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path()).collect()
    }

    /// Everything that it keeps, claim and beginnings of objects too, but for what it leaves itself of a put that broke off: that
    /// is no object, and nobody can ask it away.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.path("buckets")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        let its_own = |path: &PathBuf| path.to_string_lossy().contains("/.rclone_temp_put_");
        found.retain(|path| !its_own(path));
        found
    }

    /// What it said.
    pub fn said(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!("--- the S3 server said:\n{}", self.said());
        }
    }
}

const HOST: &str = "s3.localhost";
const BUCKET: &str = "letters";
const KEY_ID: &str = "test-key";
const SECRET: &str = "the-secret-of-the-test-key";
