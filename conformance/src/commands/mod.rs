//! What can be asked of the program.

/// Says a line on standard output. Whoever reads no further, as `head` does, has read enough.
macro_rules! say {
    () => { say!("") };
    ($($told:tt)+) => {{
        let _ = std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("{}\n", format_args!($($told)+)));
    }};
}

mod bundle;
mod diff;
mod doctor;
mod hook;
mod hub;
mod init;
mod instance;
mod interruption;
mod list;
mod run;
mod serve;

use std::fmt::Display;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use conformance::profile::Profile;
use conformance::report::{Ending, Report};
use conformance::session::Process;

/// Judges an app that reads mailboxes: plays the hub towards it, honest and hostile, and reports what it did.
///
/// A first run takes three commands:
///   facteur-conformance init my-app      keys, certificates and a commented profile
///   facteur-conformance doctor my-app    can everything be reached?
///   facteur-conformance run my-app       the verdict, with a report for people and for machines
/// Without an app of your own: `init my-app --reference-provider` has the sample app judged.
///
/// Exit codes: 0 passed, 1 failed, 2 configuration, 3 the suite broke.
#[derive(Parser)]
#[command(name = "facteur-conformance", version, verbatim_doc_comment)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a folder with keys, certificates and a commented profile, and says what to configure in the app.
    Init(Box<init::Init>),
    /// Looks whether a run can be played, and says how to mend what cannot. It judges nothing.
    Doctor(doctor::Doctor),
    /// Shows the page about the test hook, through which the suite drives an app.
    Hook(hook::HookPage),
    /// Shows the cases of the plan, or the requirements that they verify.
    List(list::List),
    /// Plays the plan, or the cases that are named, and writes the report.
    Run(run::Run),
    /// Compares two reports, and fails if a case came out worse.
    Diff(diff::Diff),
    /// Packs a report with all its forms into one signed file.
    Bundle(bundle::Bundle),
    /// Verifies a bundle offline, against a key that you trust.
    Verify(bundle::Verify),
    /// Makes the folder of an instance that a hub's operator runs: keys, certificates and a commented configuration.
    Instance(instance::Instance),
    /// Runs that instance: developers hand in bundles, or have it play the plan against their app; it states what it found.
    Serve(serve::Serve),
}

/// Why a command came to nothing.
#[derive(Debug)]
pub(crate) struct Stop {
    /// Which of the four it is.
    pub(crate) ending: Ending,
    /// What to tell people.
    pub(crate) told: String,
}

/// Does what was asked.
pub(crate) async fn obey(arguments: Arguments) -> Result<Ending, Stop> {
    match arguments.command {
        Command::Init(init) => init.obey(),
        Command::Doctor(doctor) => doctor.obey().await,
        Command::Hook(page) => page.obey(),
        Command::List(list) => list.obey(),
        Command::Run(run) => tokio::select! {
            ended = run.obey() => ended,
            stop = interruption::interrupted_twice() => Err(stop),
        },
        Command::Diff(diff) => diff.obey(),
        Command::Bundle(bundle) => bundle.obey(),
        Command::Verify(verify) => verify.obey(),
        Command::Instance(instance) => instance.obey(),
        Command::Serve(serve) => serve.obey().await,
    }
}

/// What is told is wrong, or a file is.
fn configuration(told: impl Display) -> Stop {
    Stop { ending: Ending::Configuration, told: told.to_string() }
}

/// The suite itself is wrong.
fn broken(told: impl Display) -> Stop {
    Stop { ending: Ending::Broken, told: format!("the suite broke: {told}") }
}

/// The profile at `path`, which may be its folder.
fn profile(path: &Path) -> Result<(PathBuf, Profile), Stop> {
    let path = if path.is_dir() { path.join(PROFILE) } else { path.to_owned() };
    if hub::profile(&path)?.is_some() {
        let path = path.display();
        return Err(configuration(format!(
            "{path} is the profile of a hub: only `run` and `doctor` read it"
        )));
    }
    if !path.exists() {
        let path = path.display();
        return Err(configuration(format!(
            "there is no profile {path}: the first word names it, or its folder"
        )));
    }
    let profile = Profile::read(&path).map_err(told)?;
    Ok((path, profile))
}

/// Starts the app of a profile, if that says how. Nobody else may answer in its place.
async fn started(profile: &Profile, folder: &Path) -> Result<Option<Process>, Stop> {
    let Some(command) = profile.app.command.as_deref() else { return Ok(None) };
    let app = &profile.app;
    let hook = profile.hook.as_ref().map(|hook| &hook.url);
    for url in [Some(&app.redirect_uri), hook, app.events.as_ref()].into_iter().flatten() {
        let Some(address) = url.host_str().zip(url.port_or_known_default()) else { continue };
        let host = address.0.trim_matches(['[', ']']);
        if tokio::net::TcpStream::connect((host, address.1)).await.is_ok() {
            return Err(configuration(format!(
                "something listens at {url} already, and would be judged in place of the app that the profile starts: \
                 end it, or leave `command` out of the profile to have it judged"
            )));
        }
    }
    Process::start(command, folder).map(Some).map_err(told)
}

/// The text of a file.
fn text(path: &Path) -> Result<String, Stop> {
    std::fs::read_to_string(path).map_err(|error| configuration(format!("{}: {error}", path.display())))
}

/// The report at `path`, which may be the folder that a run wrote.
fn report(path: &Path) -> Result<Report, Stop> {
    let path = if path.is_dir() { path.join("report.json") } else { path.to_owned() };
    serde_json::from_str(&text(&path)?)
        .map_err(|error| configuration(format!("{} is no report: {error}", path.display())))
}

/// How many cases came out how, in words: `12 pass, 1 fail`.
fn counted(report: &Report) -> String {
    let some = report.counts.iter().filter(|(_, count)| **count > 0);
    some.map(|(verdict, count)| format!("{count} {verdict}")).collect::<Vec<_>>().join(", ")
}

/// A fault and its causes in one line.
fn told(fault: impl std::error::Error) -> Stop {
    let mut told = fault.to_string();
    let mut cause = fault.source();
    while let Some(next) = cause {
        told.push_str(&format!(": {next}"));
        cause = next.source();
    }
    configuration(told)
}

/// The name of the profile in the folder that `init` makes.
const PROFILE: &str = "profile.toml";
