//! `list`: the cases of the plan, or the requirements with the cases that verify them.

use std::path::PathBuf;

use clap::Args;
use conformance::cases::all;
use conformance::engine::Case;
use conformance::plan::select;
use conformance::profile::Profile;
use conformance::report::Ending;
use conformance::requirement::{Register, Requirement};

use super::{Stop, broken, configuration, profile, told};

/// What `list` is told.
#[derive(Args)]
pub(crate) struct List {
    /// Only what these name: a case, a requirement, a section, a clause such as `rfc9207`.
    words: Vec<String>,
    /// Say which cases apply to the app of this profile.
    #[arg(long)]
    profile: Option<PathBuf>,
    /// Show the plan for hubs in place of that for apps.
    #[arg(long, conflicts_with = "profile")]
    hub: bool,
    /// Show requirements in place of cases.
    #[arg(long)]
    requirements: bool,
}

impl List {
    pub(super) fn obey(self) -> Result<Ending, Stop> {
        if self.hub {
            return self
                .show(&conformance::hub_plan::register().map_err(told)?, &conformance::hub_plan::plan());
        }
        self.show(&Register::of_providers().map_err(broken)?, &all())
    }

    fn show<S>(&self, register: &Register, plan: &[Case<S>]) -> Result<Ending, Stop> {
        let chosen = select(plan, register, &self.words).map_err(configuration)?;
        if self.requirements {
            for requirement in &register.requirements {
                let cases = chosen.iter().filter(|case| case.requirements.contains(&requirement.id.as_str()));
                let cases: Vec<&str> = cases.map(|case| case.id).collect();
                if self.words.is_empty() || !cases.is_empty() {
                    tell(requirement, &cases);
                }
            }
        } else {
            let profile = self.profile.as_deref().map(profile).transpose()?;
            cases(&chosen, profile.as_ref().map(|(_, profile)| profile));
        }
        Ok(Ending::Passed)
    }
}

fn cases<S>(chosen: &[Case<S>], profile: Option<&Profile>) {
    let mut section = "";
    for case in chosen {
        if case.section != section {
            section = case.section;
            say!("{section}");
        }
        let missing = |profile: &Profile| {
            let words: Vec<&str> =
                case.needs.iter().filter(|need| !profile.declares(**need)).map(|need| need.word()).collect();
            (!words.is_empty()).then(|| format!("  [not applicable: {} not declared]", words.join(", ")))
        };
        let note = profile.and_then(missing).unwrap_or_default();
        say!("  {:<14} {}{note}", case.id, case.title);
    }
}

fn tell(requirement: &Requirement, cases: &[&str]) {
    let verified = match (requirement.testable, cases.is_empty()) {
        (false, _) => "not testable".to_owned(),
        (true, true) => "no case".to_owned(),
        (true, false) => cases.join(" "),
    };
    say!("{:<5} {:<6} {}  [{}]", requirement.id, requirement.level.word(), requirement.clause, verified);
    say!("      {}", requirement.text);
}
