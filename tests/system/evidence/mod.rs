//! Evidence: every kind of fact, checked by the hub's own command and by a program that shares no code with it.

mod campaigns;
mod consents;
mod crash;
mod messages;
mod openings;
mod papers;
mod rotation;
mod sharing;
mod stamps;
mod stamps_lies;

use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use system_tests::environment;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::sender::Sender;
use tokio::process::Command;

/// Two verifiers with the published keys, kept in a folder, and perhaps with an authority for time-stamps.
struct Court {
    folder: tempfile::TempDir,
    keys: PathBuf,
    authority: Option<PathBuf>,
}

/// What `facteur verify` said.
struct Verdict {
    code: i32,
    said: String,
}

impl Court {
    /// Fetches the keys that the hub publishes now.
    async fn of(world: &World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys.json");
        std::fs::write(&keys, published(world).await).unwrap();
        Self { folder, keys, authority: None }
    }

    /// The same, which trusts the authority of a service of time-stamps.
    fn with_authority(self, authority: PathBuf) -> Self {
        Self { authority: Some(authority), ..self }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Both verifiers must find it proven; gives the statement as the other program read it.
    async fn proves(&self, name: &str, bytes: &[u8]) -> Value {
        let file = self.file(name, bytes);
        let verdict = self.facteur(&file).await;
        assert_eq!(verdict.code, 0, "{name}: {}", verdict.said);
        assert!(verdict.said.starts_with("PROVEN\n"), "{}", verdict.said);
        let said = self.node(&[file]).await.remove(0);
        assert_eq!(said["proven"], true, "{name}: {said:#}");
        said["statement"].clone()
    }

    /// Neither verifier may find any of them proven.
    async fn refuses(&self, files: &[PathBuf]) {
        for (file, said) in files.iter().zip(self.node(files).await) {
            assert_eq!(said["proven"], false, "{}: {said:#}", file.display());
        }
        for file in files {
            let verdict = self.facteur(file).await;
            assert_eq!(verdict.code, 1, "{}: {}", file.display(), verdict.said);
            assert!(verdict.said.starts_with("NOT PROVEN: "), "{}", verdict.said);
        }
    }

    async fn facteur(&self, file: &Path) -> Verdict {
        self.facteur_with(file, Some(&self.keys)).await
    }

    async fn facteur_with(&self, file: &Path, keys: Option<&Path>) -> Verdict {
        let mut command = Command::new(environment::binary());
        command.arg("verify").arg(file).env_clear();
        if let Some(keys) = keys {
            command.arg("--keys").arg(keys);
        }
        if let Some(authority) = &self.authority {
            command.arg("--time-stamps").arg(authority);
        }
        let output = command.output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        Verdict { code: output.status.code().unwrap(), said }
    }

    /// One answer for each file.
    async fn node(&self, files: &[PathBuf]) -> Vec<Value> {
        let script = environment::repository("tests/clients/verify-evidence.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg("--keys").arg(&self.keys);
        if let Some(authority) = &self.authority {
            command.arg("--time-stamps").arg(authority);
        }
        let output = command.args(files).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let said: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(said.len(), files.len(), "{}", String::from_utf8_lossy(&output.stderr));
        let all_proven = said.iter().all(|said| said["proven"] == true);
        assert_eq!(output.status.success(), all_proven, "{said:#?}");
        said
    }
}

/// The keys as everybody fetches them.
async fn published(world: &World) -> Vec<u8> {
    let url = format!("{}/.well-known/facteur-evidence-keys", world.public);
    let answer = world.machine(None).request("GET", &url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/jwk-set+json");
    answer.bytes().await.unwrap().to_vec()
}

/// Everything that a sender gets about a message.
async fn evidence(sender: &Sender<'_>, message: &str) -> Vec<Value> {
    let path = format!("/sender/v1/messages/{message}/evidence");
    let list = sender.machine.get(&path, Some(&sender.token)).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// The kinds of facts, in the order of the list.
fn kinds(items: &[Value]) -> Vec<String> {
    let facts = items.iter().flat_map(|item| item["facts"].as_array().unwrap());
    facts.map(|fact| fact["kind"].as_str().unwrap().to_owned()).collect()
}

/// Where the downloads of a page are, in their order.
fn downloads(page: &system_tests::world::page::Page, format: &str) -> Vec<String> {
    let all = page.links().into_iter();
    all.filter(|href| href.contains("/proofs/") && href.ends_with(&format!("/{format}"))).collect()
}

/// Downloads a proof; gives its bytes.
async fn download(world: &World, citizen: &Citizen<'_>, href: &str) -> Vec<u8> {
    let answer = citizen.fetch(&format!("{}{href}", world.public)).await;
    assert_eq!(answer.status(), 200, "{href}");
    let disposition = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"facteur-"), "{disposition}");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    answer.bytes().await.unwrap().to_vec()
}

/// A document as a file.
fn bytes_of(document: &Value) -> Vec<u8> {
    serde_json::to_vec(document).unwrap()
}

/// The statement inside a document, unchecked.
fn stated(document: &Value) -> Value {
    let bytes = BASE64URL_NOPAD.decode(document["statement"].as_str().unwrap().as_bytes()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
