//! `doctor`: can a run be played?

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use conformance::doctor::{Check, Standing, examine};
use conformance::engine::{Redactor, Wire};
use conformance::hub_plan::{self, HubProfile};
use conformance::profile::Profile;
use conformance::report::Ending;
use conformance::session::Process;

use super::{Stop, broken, hub, profile, started, told};

/// What `doctor` is told.
#[derive(Args)]
pub(crate) struct Doctor {
    /// The profile, or the folder that `init` made.
    profile: PathBuf,
}

impl Doctor {
    pub(super) async fn obey(self) -> Result<Ending, Stop> {
        if let Some(path) = hub::profile(&self.profile)? {
            let profile = HubProfile::read(&path).map_err(told)?;
            let wire = Wire::new(Redactor::new().map_err(broken)?);
            return Ok(tell(&hub_plan::examine(&profile, &wire).await, "the hub"));
        }
        let (path, profile) = profile(&self.profile)?;
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        let mut process = started(&profile, folder).await?;
        if let Some(process) = &mut process {
            wait(&profile, process).await?;
        }

        let checks = examine(&profile).await;

        if let Some(process) = process {
            process.stop().await.map_err(broken)?;
        }
        Ok(tell(&checks, "the app"))
    }
}

fn tell(checks: &[Check], whom: &str) -> Ending {
    for check in checks {
        say!("{check}");
    }
    let wrong = checks.iter().filter(|check| check.standing == Standing::Wrong).count();
    say!();
    if wrong == 0 {
        say!("A run can be played. Nothing here judges {whom}.");
        Ending::Passed
    } else {
        say!("{wrong} to mend before a run can be played. Nothing here judges {whom}.");
        Ending::Configuration
    }
}

/// Gives the app that was just started time to listen.
async fn wait(profile: &Profile, process: &mut Process) -> Result<(), Stop> {
    let Some((host, port)) =
        profile.app.redirect_uri.host_str().zip(profile.app.redirect_uri.port_or_known_default())
    else {
        return Ok(());
    };
    let limit = Duration::from_secs(profile.app.start_seconds);
    let listens = async {
        while tokio::net::TcpStream::connect((host, port)).await.is_err() {
            process.lives().map_err(told)?;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    };
    // An app that never listens is told as a finding.
    tokio::time::timeout(limit, listens).await.unwrap_or(Ok(()))
}
