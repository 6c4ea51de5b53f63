//! Our hub behind a front, and the suite that judges both as one hub.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use system_tests::database::TestDatabase;
use system_tests::ports::free_port;
use system_tests::process::HubProcess;
use system_tests::world::setting::authorities;
use tokio::process::Command;
use tokio::time::timeout;

use super::citizens::Citizens;
use super::faults::Fault;
use super::front::Front;
use super::tls::Held;
use crate::conformance::hub::{Wish, prepared, write_profile};
use crate::mutants::judging::Verdicts;
use crate::mutants::trial::{beside, said};

/// Whose mailbox is read, one after the other: each run leaves letters behind.
const CITIZENS: [&str; 4] = ["Anna", "Bert", "Emma", "Fien"];
/// How many runs one hub sees: its mailboxes stay short.
const RUNS: usize = 12;
/// Longer than a plan takes.
const PATIENCE: Duration = Duration::from_secs(600);

/// A hub, its front, and how often they were judged.
pub(super) struct Stand {
    hub: HubProcess,
    front: Front,
    citizens: Citizens,
    runs: usize,
}

impl Stand {
    /// Starts both: the front listens where the hub says that it is, the hub elsewhere.
    pub(super) async fn open() -> Self {
        let hub = prepared(HubProcess::prepare(TestDatabase::sqlite().await).await).await;
        let setting = &hub.stage.setting;
        let stranger = authorities().strangers.client("urn:test:bank-app");
        setting.put("stranger.pem", &stranger.certificate);
        setting.put("stranger.key", &stranger.key);

        let outside = [&hub.stage.public, &hub.stage.mtls].map(|origin| port(origin));
        let inside = [free_port(), free_port()];
        let mut config = fs::read_to_string(setting.config_file()).unwrap();
        for (from, to) in outside.into_iter().zip(inside) {
            let address = |port: u16| format!("address = \"127.0.0.1:{port}\"");
            config = config.replace(&address(from), &address(to));
        }
        setting.put("facteur.toml", &config);
        hub.start_again().await;

        let held = Held::read(&setting.folder);
        let upstream = held.upstream(inside);
        let front = Front::open(held, upstream, outside).await;
        Self { hub, front, citizens: Citizens::open().await, runs: 0 }
    }

    /// Whether it has seen enough.
    pub(super) fn is_worn(&self) -> bool {
        self.runs >= RUNS
    }

    /// Has the suite play its whole plan on the hub with this fault, or with none.
    pub(super) async fn judge(&mut self, fault: Option<&'static Fault>, declares: &[String]) -> Verdicts {
        self.front.has(fault);
        let citizen = CITIZENS[self.runs % CITIZENS.len()];
        self.runs += 1;
        let [agree, refuse] = self.citizens.commands();
        let wish = Wish { citizen, agree, refuse, declares };
        let profile = write_profile(&self.hub.stage, &wish);
        let report = self.hub.stage.setting.path(&format!("report-{}", self.runs));
        let judged = Command::new(beside("facteur-conformance"))
            .args(["run".as_ref(), profile.as_os_str(), "--report".as_ref(), report.as_os_str()])
            .kill_on_drop(true)
            .output();
        let judged = tokio::select! {
            judged = timeout(PATIENCE, judged) => judged,
            never = self.citizens.serve(&self.hub.stage, citizen) => match never {},
        };
        let Ok(judged) = judged else { return Verdicts::none("the suite does not end") };
        let judged = judged.unwrap();
        let Ok(text) = fs::read_to_string(report.join("report.json")) else {
            return Verdicts::none(&said(&judged));
        };
        self.keep(fault, &report);
        Verdicts::of(&serde_json::from_str(&text).unwrap(), judged.status.code())
    }

    /// Keeps the report of a fault beside the built binaries, to be looked at.
    fn keep(&self, fault: Option<&Fault>, report: &std::path::Path) {
        let folder: PathBuf = beside("faulty-hubs");
        fs::create_dir_all(&folder).unwrap();
        let name = fault.map_or("none", |fault| fault.id);
        fs::copy(report.join("report.json"), folder.join(format!("{name}.json"))).unwrap();
    }
}

fn port(origin: &str) -> u16 {
    origin.rsplit(':').next().unwrap().parse().unwrap()
}
