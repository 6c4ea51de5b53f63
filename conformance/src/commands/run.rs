//! `run`: plays the plan against the app of a profile, and writes the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use conformance::app::confine;
use conformance::authority::Credential;
use conformance::cases::{ByHand, World, all, by_hand};
use conformance::engine::{Case, Progress, Redactor, Runner, Scene, Sink, Wire, now};
use conformance::live::Live;
use conformance::plan::{gaps, not_applicable, select};
use conformance::profile::Profile;
use conformance::report::{
    Ending, ExpectationsFault, Expected, Facts, ProfileFacts, Report, Software, make, write,
};
use conformance::requirement::Register;
use conformance::session::{Journal, Kept, Process, Start, Terminal, target};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::interruption::cancelled_from_outside;
use super::{Stop, broken, configuration, counted, hub, profile, started, text, told};

/// What `run` is told.
#[derive(Args)]
pub(crate) struct Run {
    /// The profile, or the folder that `init` made.
    profile: PathBuf,
    /// Only what these name: a case (`N18`), a requirement (`C6`), a section, a clause (`rfc9207`). Everything if nothing is named.
    pub(super) words: Vec<String>,
    /// What should be, must be: warnings fail.
    #[arg(long)]
    pub(super) strict: bool,
    /// Where the report is written; `report` beside the profile if nothing is said, `report-part` if only some cases are played.
    #[arg(long)]
    pub(super) report: Option<PathBuf>,
    /// The file of expected failures: case, owner, reason, last day.
    #[arg(long)]
    expected: Option<PathBuf>,
    /// Go on with a run that was cut short, if nothing else has changed.
    #[arg(long)]
    pub(super) resume: bool,
    /// Calls public addresses only, as an instance does; everything else of the profile is as described.
    #[arg(long, hide = true)]
    confined: bool,
    /// Show the run while it goes on, at this loopback port (0: any).
    #[arg(long, num_args = 0..=1, default_missing_value = "0", value_name = "PORT")]
    pub(super) web: Option<u16>,
}

/// What is settled before anything is opened.
struct Settled<S: 'static> {
    /// The name of the plan.
    name: &'static str,
    folder: PathBuf,
    report: PathBuf,
    profile: Profile,
    register: Register,
    plan: Vec<Case<S>>,
    chosen: Vec<Case<S>>,
    expected: Expected,
}

impl<S> Settled<S> {
    fn journal(&self) -> PathBuf {
        self.report.join("journal.jsonl")
    }
}

impl Run {
    pub(super) async fn obey(self) -> Result<Ending, Stop> {
        if let Some(path) = hub::profile(&self.profile)? {
            return hub::play(&self, &path).await;
        }
        let (path, profile) = profile(&self.profile)?;
        let folder = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
        if self.confined {
            confine(&profile.hub.host);
        }
        let wire = Wire::new(Redactor::new().map_err(broken)?);
        if profile.hook.is_none() {
            let settled = self.settle("providerByHand", (folder, profile), by_hand())?;
            let mut scene = ByHand::open(&settled.profile).await.map_err(told)?;
            let process = started(&settled.profile, &settled.folder).await?;
            return self.to_the_end(&settled, (&mut scene, None), &wire, process).await;
        }
        let settled = self.settle("provider", (folder, profile), all())?;
        if let Some(gap) = gaps(&settled.plan, &settled.register).first() {
            return Err(broken(gap));
        }
        let mut world = World::open(&settled.profile, wire.clone()).await.map_err(told)?;
        let mut process = started(&settled.profile, &settled.folder).await?;
        let software = match software(&world, &settled, process.as_mut()).await {
            Ok(software) => software,
            Err(stop) => return stopped(process).await.and(Err(stop)),
        };
        self.to_the_end(&settled, (&mut world, software), &wire, process).await
    }

    async fn to_the_end<S: Scene>(
        &self,
        settled: &Settled<S>,
        scene: (&mut S, Option<Software>),
        wire: &Wire,
        process: Option<Process>,
    ) -> Result<Ending, Stop> {
        let played = self.play(settled, scene, wire).await;
        stopped(process).await?;
        played
    }

    fn settle<S>(
        &self,
        name: &'static str,
        (folder, profile): (PathBuf, Profile),
        plan: Vec<Case<S>>,
    ) -> Result<Settled<S>, Stop> {
        let register = Register::of_providers().map_err(broken)?;
        let chosen = select(&plan, &register, &self.words).map_err(configuration)?;
        let report = self.report.clone().unwrap_or_else(|| folder.join(self.usual_report()));
        Ok(Settled { name, expected: self.expected(&plan)?, folder, report, profile, register, plan, chosen })
    }

    /// The folder of the report, if nothing else is said: a part does not take the place of the whole.
    pub(super) fn usual_report(&self) -> &'static str {
        if self.words.is_empty() { "report" } else { "report-part" }
    }

    pub(super) fn expected<S>(&self, plan: &[Case<S>]) -> Result<Expected, Stop> {
        let Some(path) = &self.expected else { return Ok(Expected::default()) };
        let wrong = |fault: ExpectationsFault| configuration(format!("{}: {fault}", path.display()));
        let expected = Expected::parse(&text(path)?, today()).map_err(wrong)?;
        let unknown = expected.entries.iter().find(|entry| !plan.iter().any(|case| case.id == entry.case));
        match unknown {
            Some(entry) => Err(wrong(ExpectationsFault::Unknown(entry.case.clone()))),
            None => Ok(expected),
        }
    }

    async fn play<S: Scene>(
        &self,
        settled: &Settled<S>,
        (scene, software): (&mut S, Option<Software>),
        wire: &Wire,
    ) -> Result<Ending, Stop> {
        let facts = self.facts(settled, software)?;
        let (kept, begun) = self.kept(settled, &facts)?;
        let journal = Journal::begin(&settled.journal(), &begun).map_err(configuration)?;
        if let Some(kept) = &kept {
            journal.offended(&kept.offences).map_err(configuration)?;
            scene.remember(kept.offences.clone());
        }
        let terminal = Arc::new(Terminal::new(settled.chosen.len()));
        let live = Live::new(&settled.profile.app.name, &settled.chosen, settled.register.clone());
        let cancel = cancelled_from_outside();
        let page = match self.web {
            Some(port) => Some(live.open(port).await.map_err(configuration)?),
            None => None,
        };
        if let Some(page) = &page {
            eprintln!("The run can be watched at {}", page.url());
        }
        eprintln!("{} cases are played.", settled.chosen.len());

        let runner = Runner {
            wire: wire.clone(),
            sink: sink(Arc::clone(&terminal), journal, live.clone()),
            cancel,
            limit: limit(&settled.profile),
        };
        let decided =
            |case: &Case<S>| not_applicable(case, &settled.profile).or_else(|| kept.as_ref()?.outcome(case));
        let run = runner.play(scene, &settled.chosen, decided).await;
        terminal.end();

        let facts = Facts { began: begun.began, ended: now(), ..facts };
        let report = make(facts, (&settled.register, &settled.plan), run, wire);
        let paths = write(&report, &settled.report).map_err(configuration)?;
        let clean = |text: &str| wire.clean(text);
        Journal::end(&settled.journal(), &begun, &report.outcomes, clean).map_err(configuration)?;
        live.end(&report);
        tell(&report, &paths);
        if let Some(page) = page {
            eprintln!("The page stays until you press Ctrl-C.");
            page.until(&runner.cancel).await;
        }
        Ok(report.judgement.result)
    }

    /// What is kept of a run that was cut short, and what the journal of this one says of it.
    fn kept<S>(&self, settled: &Settled<S>, facts: &Facts) -> Result<(Option<Kept>, Start), Stop> {
        std::fs::create_dir_all(&settled.report).map_err(configuration)?;
        let start = Start {
            suite_version: env!("CARGO_PKG_VERSION").to_owned(),
            requirements_version: settled.register.version.clone(),
            profile: settled.profile.digest.clone(),
            target: facts.target.fingerprint.clone(),
            began: facts.began,
        };
        let kept = match self.resume {
            true => Journal::finished(&settled.journal(), &start).map_err(configuration)?,
            false => None,
        };
        let began = kept.as_ref().map_or(start.began, |kept| kept.began);
        Ok((kept, Start { began, ..start }))
    }

    fn facts<S>(&self, settled: &Settled<S>, software: Option<Software>) -> Result<Facts, Stop> {
        let profile = &settled.profile;
        let certificate = Credential { certificate: text(&profile.app.certificate)?, key: String::new() };
        let began = now();
        Ok(Facts {
            plan: settled.name,
            profile: ProfileFacts { sha256: profile.digest.clone(), declared: profile.declared() },
            target: target(profile, certificate.thumbprint().map_err(told)?, software),
            began,
            ended: began,
            selection: self.words.clone(),
            strict: self.strict,
            expected: settled.expected.clone(),
        })
    }
}

fn today() -> Date {
    now().to_zoned(TimeZone::UTC).date()
}

/// The longest that a case may take: by hand, a person may be waited for three times in it.
fn limit(profile: &Profile) -> Duration {
    let person = if profile.hook.is_some() { 0 } else { 3 * profile.limits.person_seconds };
    Duration::from_secs(profile.limits.case_seconds.saturating_add(person))
}

async fn stopped(process: Option<Process>) -> Result<(), Stop> {
    match process {
        Some(process) => process.stop().await.map_err(broken),
        None => Ok(()),
    }
}

/// Waits until the app's hook answers, and asks it what the app is.
async fn software(
    world: &World,
    settled: &Settled<World>,
    mut process: Option<&mut Process>,
) -> Result<Option<Software>, Stop> {
    let limit = Duration::from_secs(settled.profile.app.start_seconds);
    let answered = tokio::time::timeout(limit, async {
        loop {
            if let Some(process) = process.as_deref_mut() {
                process.lives().map_err(told)?;
            }
            match world.hook.app().await {
                Ok(info) => return Ok(Software { name: info.app.name, version: info.app.version }),
                Err(fault @ conformance::app::Fault::Silent(_)) if process.is_some() => drop(fault),
                Err(fault) => {
                    return Err(configuration(format!(
                        "{fault}; `facteur-conformance doctor` says what to look at"
                    )));
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    match answered.await {
        Ok(software) => software.map(Some),
        Err(_) => Err(configuration(format!(
            "the app's test hook did not answer within {} seconds",
            limit.as_secs()
        ))),
    }
}

/// One place for all that want to know what happens.
pub(super) fn sink(terminal: Arc<Terminal>, journal: Journal, live: Live) -> Sink {
    Arc::new(move |progress: Progress| {
        terminal.show(&progress);
        // A journal that cannot be written costs the resuming, not the run.
        let _ = match &progress {
            Progress::Ended { outcome } => journal.keep(outcome),
            Progress::Offended { offences } => journal.offended(offences),
            _ => Ok(()),
        };
        live.take(progress);
    })
}

pub(super) fn tell(report: &Report, paths: &[PathBuf]) {
    let part = report.part().map(|part| format!(": {part}")).unwrap_or_default();
    say!("{}: {}{part}", report.target.name, report.judgement.result.word());
    say!("  {}; {} conditions checked", counted(report), report.assertions);
    for reason in &report.judgement.reasons {
        say!("  {reason}");
    }
    for path in paths {
        say!("  {}", path.display());
    }
}
