//! The suite for apps, as a provider's developer runs it: the two binaries and a folder, nothing else.

pub(crate) mod hub;
mod openid_client;
mod pages;
mod program;

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use system_tests::environment::{binary, figure};
use system_tests::ports::{free_port, free_ports};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use toml::Table;

/// A run in a folder of its own.
struct Trial {
    folder: TempDir,
}

impl Trial {
    /// Has the suite make its folder for the reference provider.
    async fn begin() -> Self {
        Self::begin_for(&["--reference-provider"]).await
    }

    /// Has the suite make its folder, for what these words say.
    async fn begin_for(words: &[&str]) -> Self {
        let trial = Self { folder: tempfile::tempdir().unwrap() };
        let (suite, front, hook) = (free_ports(3), free_port(), free_ports(2));
        let made = Command::new(beside("facteur-conformance"))
            .arg("init")
            .args(words)
            .args(["--port", &suite.to_string()])
            .args(["--redirect-uri", &format!("https://localhost:{front}/callback")])
            .args(["--hook-url", &format!("http://127.0.0.1:{hook}/")])
            .arg(trial.place())
            .output()
            .await
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        trial
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("trial")
    }

    fn profile(&self) -> Table {
        fs::read_to_string(self.place().join("profile.toml")).unwrap().parse().unwrap()
    }

    /// The command that starts the app, which the profile then does or does not know.
    fn command(&self, known: bool) -> Vec<String> {
        let file = self.place().join("profile.toml");
        let mut profile: Table = fs::read_to_string(&file).unwrap().parse().unwrap();
        let app = profile["app"].as_table_mut().unwrap();
        let mut command: Vec<String> = app["command"].clone().try_into().unwrap();
        command[0] = beside("reference-provider").to_str().unwrap().to_owned();
        // what never comes is given up sooner than a bank would
        command.extend(["--patience", "2"].map(str::to_owned));
        if known {
            app.insert("command".into(), command.clone().into());
        } else {
            app.remove("command");
        }
        fs::write(&file, profile.to_string()).unwrap();
        command
    }

    /// Starts the app by hand, and waits until it listens.
    async fn start(&self, command: &[String]) -> Child {
        let app = Command::new(&command[0])
            .args(&command[1..])
            .current_dir(self.place())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        listening(self).await;
        app
    }

    /// Has the suite judge, all cases or those that `words` name.
    fn judge(&self, words: &[&str]) -> Child {
        Command::new(beside("facteur-conformance"))
            .arg("run")
            .arg(self.place())
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// The report of a run of everything.
    fn report(&self) -> Value {
        self.report_in("report")
    }

    fn report_in(&self, folder: &str) -> Value {
        let text = fs::read_to_string(self.place().join(folder).join("report.json"));
        serde_json::from_str(&text.expect("the suite wrote its report")).unwrap()
    }
}

#[tokio::test]
async fn the_reference_provider_passes_every_case() {
    let trial = Trial::begin().await;
    trial.command(true);
    let begun = Instant::now();

    let ended = ended(trial.judge(&[])).await;

    let report = trial.report();
    let fallen = told(&report, &["pass", "skipped"]);
    assert!(ended.success() && fallen.is_empty(), "{ended}: {}", fallen.join("\n"));
    let schema: Value = serde_json::from_str(specs::CONFORMANCE_REPORT_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let skipped = told(&report, &["pass"]);
    // an IPv6 address is not everywhere
    assert!(skipped.iter().all(|case| case.starts_with("M4:")), "{skipped:?}");
    let cases = report["outcomes"].as_array().unwrap().len();
    assert!(cases > 120, "{cases} cases");
    figure(&format!(
        "{} of {cases} cases of the provider plan pass for the reference provider, {} conditions, in {:.1} s",
        cases - skipped.len(),
        report["assertions"],
        begun.elapsed().as_secs_f64()
    ));
}

#[tokio::test]
async fn an_app_that_dies_in_the_middle_makes_the_run_red() {
    let trial = Trial::begin().await;
    let command = trial.command(false);
    let mut app = trial.start(&command).await;
    let judging = trial.judge(&["callback"]);
    let journal = trial.place().join("report-part/journal.jsonl");
    // the first line says which run it is, each further one that a case has ended
    until("a case has ended", || lines(&journal) >= 3).await;

    app.kill().await.unwrap();

    let ended = ended(judging).await;
    let report = trial.report_in("report-part");
    assert_eq!(ended.code(), Some(2), "could not be played: {ended}");
    let blocked = told(&report, &["pass", "notApplicable"]);
    assert!(!blocked.is_empty() && blocked.iter().all(|case| case.ends_with(": blocked")), "{blocked:?}");
}

#[tokio::test]
async fn an_app_that_never_started_is_a_fault_of_the_configuration() {
    let trial = Trial::begin().await;
    trial.command(false);
    let ended = ended(trial.judge(&["N18"])).await;
    assert_eq!(ended.code(), Some(2), "{ended}");
}

async fn ended(mut judging: Child) -> ExitStatus {
    timeout(Duration::from_secs(240), judging.wait()).await.expect("the suite ends").unwrap()
}

/// Waits until the app answers at its test hook.
async fn listening(trial: &Trial) {
    until("the app listens", || listens(trial)).await;
}

/// Whether the app answers at its test hook.
fn listens(trial: &Trial) -> bool {
    let url: url::Url = trial.profile()["hook"]["url"].as_str().unwrap().parse().unwrap();
    std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, url.port().unwrap())).is_ok()
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within 30 s: {what}");
}

fn lines(file: &Path) -> usize {
    fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

/// The cases with another verdict than these.
fn told(report: &Value, sound: &[&str]) -> Vec<String> {
    let outcomes = report["outcomes"].as_array().unwrap().iter();
    outcomes
        .filter(|outcome| !sound.contains(&outcome["verdict"].as_str().unwrap()))
        .map(|outcome| {
            format!("{}: {}", outcome["case"].as_str().unwrap(), outcome["verdict"].as_str().unwrap())
        })
        .collect()
}

/// A binary that was built with this one.
fn beside(name: &str) -> PathBuf {
    binary().with_file_name(name)
}
