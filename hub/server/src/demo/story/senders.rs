//! The public bodies' applications, each a process of its own.

use std::time::Duration;

use anyhow::bail;
use futures_util::future::try_join_all;
use hub_core::peer::Role;
use indicatif::ProgressBar;

use super::{Broken, Told as Brings, broken};
use crate::demo::parts::{Exchange, Part, Process, Told};
use crate::demo::print::{self, Outcome, Story};
use crate::demo::stage::Stage;

/// A letter that was published.
pub(super) struct Published {
    /// The hub's id for it, as its sender knows it.
    pub(super) message_id: String,
    /// Its subject in English.
    pub(super) subject: String,
    /// The name of its PDF.
    pub(super) file_name: String,
    /// The SHA-256 of the PDF, base64url.
    pub(super) sha256: String,
}

/// Fills the mailboxes with the letters that wait, one process for each sender application, all at once.
///
/// Does nothing where an earlier demo in this folder has done it.
pub(super) async fn seed(story: &mut Story, stage: &Stage) -> Brings<()> {
    let done = stage.setting.folder.published();
    if done.exists() {
        story.says("the letters of the earlier demo in this folder are still there");
        return Ok(());
    }
    let step = story.sends(SENDER, "each public body publishes the letters that wait, over mutual TLS");
    let letters = match publish_all(stage).await {
        Ok(letters) => letters,
        Err(error) => return broken(story, &step, &error, "every letter published"),
    };
    if letters < LEAST {
        let expected = format!("at least {LEAST} letters");
        story.went_wrong(&step, &format!("{letters} letters are published"), &expected);
        return Err(Broken);
    }
    story.came_back(&step, &format!("201 for each: {letters} letters, each with its PDF, are in mailboxes"));
    if let Err(error) = std::fs::write(&done, letters.to_string()) {
        return broken(story, &step, &error.into(), "a note that this is done");
    }
    Ok(())
}

async fn publish_all(stage: &Stage) -> anyhow::Result<u64> {
    let bar = print::progress("letters", 0);
    let each =
        stage.setting.clients(Role::Sender).map(|application| publish_waiting(stage, application, &bar));
    let counts = try_join_all(each).await;
    bar.finish_and_clear();
    Ok(counts?.into_iter().sum())
}

/// Runs one sender until all its waiting letters are out.
async fn publish_waiting(stage: &Stage, application: &str, bar: &ProgressBar) -> anyhow::Result<u64> {
    let mut sender = start(stage, application, &[])?;
    let (mut planned, mut published) = (0, 0);
    while let Some(told) = sender.next().await? {
        match told {
            Told::Planned { letters } => {
                planned = letters;
                bar.inc_length(letters);
            }
            Told::Published { delivered: true, .. } => {
                published += 1;
                bar.inc(1);
            }
            Told::Published { subject, .. } => bail!("{application}: “{subject}” was not delivered"),
            Told::Failed { reason } => bail!("{application}: {reason}"),
            Told::Token { .. } | Told::Status { .. } => {}
        }
    }
    sender.end().await;
    if planned != published {
        bail!("{application}: {published} of {planned} letters are published");
    }
    Ok(published)
}

/// Starts a sender's process; it gets an address, an authority, a certificate and a key.
pub(super) fn start(stage: &Stage, application: &str, more: &[&str]) -> anyhow::Result<Process<Told>> {
    let papers = stage.setting.papers(Role::Sender, application)?;
    let texts = ["--api", stage.mtls(), "--client-id", application];
    let files =
        [("--ca", stage.setting.authority()), ("--certificate", &papers.certificate), ("--key", &papers.key)];
    let files = files.into_iter().flat_map(|(name, path)| [name.to_owned(), path.display().to_string()]);
    let arguments: Vec<String> =
        texts.iter().chain(more).map(|text| (*text).to_owned()).chain(files).collect();
    Process::start(Part::Sender, &arguments)
}

/// Tells of a sender's exchange.
pub(super) fn exchanged(story: &mut Story, exchange: &Exchange, came_back: &str) {
    let Exchange { method, target, status, sent, received, micros } = exchange;
    let what = format!("{method} {target}, {sent} B");
    let answer = format!("{status}, {received} B: {came_back}");
    story.tells(SENDER, &what, &Outcome::AsTold(answer), Duration::from_micros(*micros));
}

/// Who it is, in the story.
pub(super) const SENDER: &str = "sender";
/// So many letters wait at least.
const LEAST: u64 = 200;
