//! A PostgreSQL server of one test's own, to be restarted under it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::ports::free_port;

/// A server; it ends with its value.
pub struct Server {
    /// A URL of it, for a role that may create databases.
    pub url: String,
    port: u16,
    folder: TempDir,
    running: Option<Child>,
}

impl Server {
    /// Makes a cluster and starts it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let url = format!("postgres://tester:secret@127.0.0.1:{port}/postgres");
        let mut server = Self { url, port, folder, running: None };

        // the server runs as another user where this one is root
        fs::set_permissions(server.folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let password = server.folder.path().join("password");
        fs::write(&password, "secret").unwrap();
        let made = server
            .program("initdb")
            .args([
                "-U",
                "tester",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ])
            .arg("--pwfile")
            .arg(&password)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        server.start_again();
        server
    }

    /// Starts it, and waits until it answers.
    pub fn start_again(&mut self) {
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let port = self.port.to_string();
        let socket = self.folder.path().to_owned();
        let server = self
            .program("postgres")
            .args(["-p", &port, "-h", "127.0.0.1", "-k"])
            .arg(socket)
            .stderr(log)
            .spawn();
        self.running = Some(server.unwrap());
        for _ in 0..300 {
            let ready =
                Command::new(bin().join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port]).status();
            if ready.unwrap().success() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("{}", fs::read_to_string(self.folder.path().join("log")).unwrap());
    }

    /// Stops it at once, as a crash would (`immediate`), or after cutting its connections (`fast`).
    pub fn stop(&mut self, mode: &str) {
        let Some(mut running) = self.running.take() else { return };
        let stopped = self.program("pg_ctl").args(["stop", "-w", "-m", mode]).output().unwrap();
        assert!(stopped.status.success(), "{}", String::from_utf8_lossy(&stopped.stderr));
        running.wait().unwrap();
    }

    /// A program of the server over this cluster, as the user that may run it.
    fn program(&self, name: &str) -> Command {
        let program = bin().join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .current_dir(self.folder.path())
            .stdout(Stdio::null());
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop("immediate");
    }
}

/// The programs of the newest installed version.
fn bin() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let newest = versions.map(|entry| entry.unwrap().path()).max();
    newest.unwrap().join("bin")
}

fn is_root() -> bool {
    let owner = fs::metadata(Path::new("/proc/self")).unwrap();
    std::os::unix::fs::MetadataExt::uid(&owner) == 0
}
