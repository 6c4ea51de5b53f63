//! `facteur operator person-events|end-consent …`

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;

use super::client::{Client, Reply};
use super::print::Out;

/// Tells what happened to people.
#[derive(Debug, Args)]
pub(super) struct PersonEvents {
    /// A file with one event in JSON on each line, or - for standard input. Its members are those of
    /// `POST /v1/personEvents`; lines that were told before change nothing.
    file: PathBuf,
}

/// Ends a consent, as the last resort.
#[derive(Debug, Args)]
pub(super) struct EndConsent {
    /// The provider's id.
    provider: String,
    /// The consent, as this provider knows it.
    consent: String,
}

pub(super) async fn tell(client: &Client, out: &Out, what: PersonEvents) -> anyhow::Result<()> {
    let text = read(&what.file)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (n, line) in lines {
        // The cause would show the line, in which numbers stand.
        let Ok(event) = serde_json::from_str::<Value>(line) else { bail!("line {} is not JSON", n + 1) };
        let reply =
            client.post("/v1/personEvents", &event).await.with_context(|| format!("line {}", n + 1))?;
        let (Reply::Done(told) | Reply::Proposed(told)) = reply;
        out.done(&format!(
            "line {}: {}",
            n + 1,
            told.get("outcome").and_then(Value::as_str).unwrap_or_default()
        ));
    }
    Ok(())
}

pub(super) async fn end_consent(client: &Client, out: &Out, what: EndConsent) -> anyhow::Result<()> {
    client.delete(&format!("/v1/providers/{}/consents/{}", what.provider, what.consent)).await?;
    out.done("over; the citizen sees that the operator ended it");
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text).context("standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}
