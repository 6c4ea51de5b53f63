//! Loss of power: what the hub has made durable between the request's last byte and the answer's first.
//!
//! The hub runs under `strace`, and its system calls tell: the object, the folder that names it and the row that
//! names the object are synced, in this order, before the answer is written (TRUST T23).

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::process::HubProcess;
use system_tests::world::people::Person;

/// A system call that has returned, with its arguments as `strace -yy` writes them.
#[derive(Debug)]
struct Call {
    name: String,
    arguments: String,
}

impl Call {
    fn syncs(&self, part: &str, file: impl Fn(&str) -> bool) -> bool {
        let path = self.arguments.split(['<', '>']).nth(1).unwrap_or_default();
        matches!(self.name.as_str(), "fsync" | "fdatasync") && path.contains(part) && file(path)
    }

    fn writes_to(&self, socket: &str) -> bool {
        matches!(self.name.as_str(), "write" | "writev" | "sendto" | "sendmsg")
            && self.arguments.contains(socket)
    }
}

/// The calls of a trace in the order in which they returned.
fn calls(trace: &Path) -> Vec<Call> {
    let text = String::from_utf8_lossy(&fs::read(trace).unwrap()).into_owned();
    let mut open: HashMap<&str, (&str, &str)> = HashMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some((name, arguments)) = open.remove(thread) else { continue };
            calls.push(Call { name: name.into(), arguments: format!("{arguments} {resumed}") });
        } else if let Some((name, arguments)) = rest.split_once('(') {
            match arguments.strip_suffix("<unfinished ...>") {
                Some(arguments) => drop(open.insert(thread, (name, arguments))),
                None => calls.push(Call { name: name.into(), arguments: arguments.into() }),
            }
        }
    }
    calls
}

/// A hub under `strace`.
async fn traced(database: TestDatabase) -> HubProcess {
    let hub = HubProcess::prepare(database).await;
    let trace = hub.stage.setting.path("trace");
    let what = "trace=fsync,fdatasync,write,pwrite64,writev,sendto,sendmsg,recvfrom";
    hub.start_behind(&["strace", "-D", "-f", "-yy", "-s", "48", "-e", what, "-o", trace.to_str().unwrap()])
        .await;
    hub
}

/// Publishes a letter with a large attachment, and gives the calls between the answer before and its own.
///
/// One request after the other on one connection of HTTP/1.1, so that these calls are those of one request.
async fn publishes(hub: &HubProcess) -> Vec<Call> {
    let mut tax = hub.stage.sender("tax").await;
    tax.machine = hub.stage.machine_of(Some(&tax.credential), reqwest::ClientBuilder::http1_only);
    tax.publishes(&Person::named("Anna").recipient(), "Before the power went").await;
    let letter =
        tax.letter(&Person::named("Anna").recipient(), "When the power went").pdf("large.pdf", 700_000);
    tax.delivers(&letter).await;
    let calls = of_the_last_request(hub);
    assert!(hub.terminate().await, "{}", hub.said());
    calls
}

/// The calls after the last answer but one on the mtls listener, up to the last.
fn of_the_last_request(hub: &HubProcess) -> Vec<Call> {
    let mut calls = calls(&hub.stage.setting.path("trace"));
    let port = hub.stage.mtls.rsplit(':').next().unwrap();
    let ours = format!("TCP:[127.0.0.1:{port}->");
    let answer = calls.iter().rposition(|call| call.writes_to(&ours)).expect("an answer was written");
    calls.truncate(answer + 1);
    let before = calls[..answer].iter().rposition(|call| call.writes_to(&ours)).expect("an answer before");
    calls.split_off(before + 1)
}

fn place(calls: &[Call], what: &str, wanted: impl Fn(&Call) -> bool) -> usize {
    let found = calls.iter().position(wanted);
    found.unwrap_or_else(|| panic!("{what} between request and answer: {calls:#?}"))
}

/// Where the object and then its folder are synced.
fn object_and_folder(calls: &[Call]) -> (usize, usize) {
    let in_folder = |path: &str| path.rsplit('/').next().is_some_and(|name| name.len() == 2);
    let object =
        place(calls, "no sync of the object", |call| call.syncs("/content/", |path| !in_folder(path)));
    let folder = place(calls, "no sync of its folder", |call| call.syncs("/content/", in_folder));
    assert!(object < folder, "the folder is synced before the object");
    (object, folder)
}

#[tokio::test]
async fn on_sqlite_everything_is_synced_before_the_answer() {
    let hub = traced(TestDatabase::sqlite().await).await;
    let calls = publishes(&hub).await;

    let (_, folder) = object_and_folder(&calls);
    // the idempotency key was claimed, and synced, before the content came; the publication's row comes last
    let written =
        |call: &Call| call.name.starts_with("pwrite") && call.arguments.contains("facteur.sqlite-wal");
    let row = folder + place(&calls[folder..], "no row after the object that it names", written);
    let last = calls.iter().rposition(written).unwrap();
    let synced = calls.iter().rposition(|call| call.syncs("facteur.sqlite-wal", |_| true)).unwrap();
    assert!(row <= last && last < synced, "the row is not synced before the answer: {calls:#?}");
    figure("sqlite: object, folder and row are synced before the answer, traced by system call");
}

#[tokio::test]
async fn on_postgresql_the_object_is_synced_before_the_commit_and_the_commit_answered_before_the_answer() {
    let hub = traced(TestDatabase::postgresql().await).await;
    let calls = publishes(&hub).await;

    let (_, folder) = object_and_folder(&calls);
    let commit = calls.iter().rposition(|call| call.name == "sendto" && call.arguments.contains("COMMIT"));
    let commit = commit.unwrap_or_else(|| panic!("no commit between request and answer: {calls:#?}"));
    assert!(folder < commit, "the row is committed before the object it names is durable");
    let confirmed =
        calls[commit..].iter().any(|call| call.name == "recvfrom" && call.arguments.contains("COMMIT"));
    assert!(confirmed, "the answer is written before the database said COMMIT: {calls:#?}");
    figure(
        "postgresql: object and folder are synced before the commit, the commit confirmed before the answer",
    );
}
