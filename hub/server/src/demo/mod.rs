//! The demo: a hub, its identity provider, a development CA, sample letters and the story they tell.
//!
//! Everything runs on loopback and is marked as belonging to the environment "demo". The sender and the provider's
//! app are processes of their own, started from the same binary: see [`parts`].

mod browser;
mod ca;
mod connect;
mod folder;
mod guide;
mod identity_provider;
mod language;
mod letters;
mod log;
mod parts;
mod people;
mod ports;
mod print;
mod sample;
mod setting;
mod stage;
mod story;
mod wording;

use std::path::PathBuf;
use std::process::ExitCode;

use hub_core::clock::Clock;
use tokio::signal::unix::{SignalKind, signal};

use self::folder::Folder;
use self::language::Language;
use self::ports::Ports;
use self::print::Story;
use self::sample::Sample;
use self::setting::Setting;
use self::stage::Stage;

/// The options of `facteur demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Ends after the story; the exit code says whether every step went as told.
    #[arg(long)]
    once: bool,
    /// Keeps everything in this folder, and goes on with what a demo left there; a temporary one unless said.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The first of seven ports on loopback; 0 takes any free ones.
    #[arg(long, value_name = "N", default_value_t = 8443, value_parser = ports::base)]
    port_base: u16,
    /// The language in which the citizen of the story reads the pages.
    #[arg(long, value_enum, default_value = "en")]
    language: Language,
    /// Makes everything ready for a sample of `specs` too, in a new folder, and says how it is loaded.
    #[arg(long, value_enum, value_name = "NAME")]
    sample: Option<Sample>,
    /// Which process of the story this one is.
    #[arg(long, value_enum, hide = true)]
    part: Option<parts::Part>,
    /// What that process is told.
    #[arg(hide = true, last = true, requires = "part")]
    told: Vec<String>,
}

/// Runs the demo, or one of its processes.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    match options.part {
        Some(part) => parts::play(part, options.told).await,
        None => show(options).await,
    }
}

/// Shows the story until it ends, somebody interrupts it or, after it, the person at the machine has seen enough.
async fn show(options: Options) -> anyhow::Result<ExitCode> {
    let folder = Folder::open(options.data.as_deref())?;
    log::to_file(&folder.log())?;
    let clock = Clock::System;
    let mut story = Story::on_stdout(clock.clone());
    let setting = Setting::prepare(folder, Ports::from_base(options.port_base)?, (clock, options.sample))?;
    let stage = Stage::open(setting, &mut story).await?;

    let outcome = tokio::select! {
        // First, because a story that only stays hears the signal too and ends well.
        biased;
        outcome = story::tell(story, &stage, &options) => outcome,
        stopped = interrupted() => stopped.map(|()| ExitCode::from(INTERRUPTED)),
    };
    stage.close().await;
    outcome
}

/// Waits until the person at the machine, or the system, wants an end.
async fn interrupted() -> anyhow::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// The exit code of a program that was interrupted, as shells have it: 128 + SIGINT.
const INTERRUPTED: u8 = 130;

/// The reference data, in the format of `facteur apply`.
const REFERENCE: &str = include_str!("reference.toml");
/// Who represents which enterprise.
const MANDATES: &str = include_str!("mandates.toml");
/// The logo that the reference data names.
const LOGO: &[u8] = include_bytes!("demo-bank.png");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use toml::{Table, Value};

    use super::*;

    fn table(text: &str) -> Table {
        toml::from_str(text).unwrap()
    }

    /// The values of one member over a list of tables.
    fn all(table: &Table, list: &str, member: &str) -> BTreeSet<String> {
        let rows = table[list].as_array().unwrap().iter();
        rows.map(|row| row[member].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_hub_is_seeded_with_exactly_the_people_who_can_log_in() {
        let (reference, people) = (table(REFERENCE), people::People::of_demo().unwrap());
        assert_eq!(
            all(&reference, "citizen", "ssin"),
            people.citizen.iter().map(|c| c.ssin.clone()).collect()
        );
        assert_eq!(
            all(&reference, "enterprise", "number"),
            people.enterprise.iter().map(|e| e.number.clone()).collect()
        );
        for row in reference["citizen"].as_array().unwrap() {
            let citizen =
                people.citizen.iter().find(|c| Some(c.ssin.as_str()) == row["ssin"].as_str()).unwrap();
            assert_eq!(row["active"], Value::Boolean(citizen.letters > 0), "{}", citizen.subject);
        }
    }

    #[test]
    fn every_letter_belongs_to_a_registered_trio() {
        let reference = table(REFERENCE);
        let trios: BTreeSet<_> = reference["trio"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| ["organization", "application", "message_type"].map(|key| row[key].as_str().unwrap()))
            .collect();
        let book = letters::LetterBook::of_demo().unwrap();
        for letter in book.waiting(&people::People::of_demo().unwrap(), date(2026, 11, 21)) {
            let trio =
                [letter.organization.as_str(), letter.application.as_str(), letter.message_type.as_str()];
            assert!(trios.contains(&trio), "{}", letter.message_type);
        }
    }

    #[test]
    fn mandates_name_test_citizens_and_test_enterprises() {
        let (mandates, reference) = (table(MANDATES), table(REFERENCE));
        let within =
            |list, member, of, key| all(&mandates, list, member).is_subset(&all(&reference, of, key));
        assert!(within("mandate", "person_ssin", "citizen", "ssin"));
        assert!(within("mandate", "enterprise", "enterprise", "number"));
    }

    #[test]
    fn every_application_has_a_certificate_and_every_body_a_demo_name() {
        let reference = table(REFERENCE);
        let certificates = all(&reference, "certificate", "client_id");
        assert!(all(&reference, "provider_application", "id").is_subset(&certificates));
        assert!(all(&reference, "sender_application", "id").is_subset(&certificates));
        for row in reference["sender_organization"].as_array().unwrap() {
            assert!(row["name"]["en"].as_str().unwrap().starts_with("Demo "));
        }
        assert!(LOGO.starts_with(b"\x89PNG"));
    }
}
