//! `facteur apply FILE`

use std::path::Path;

use anyhow::Context as _;
use hub_core::access::reference::ReferenceFile;
use hub_core::clock::Clock;
use hub_core::error::Error;

use crate::config::Config;
use crate::parts;

/// Applies a file while no hub serves this data.
pub(super) async fn run(config: &Config, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let file: ReferenceFile = toml::from_str(&text).with_context(|| path.display().to_string())?;
    let db = parts::open_database(config).await?;
    let _lock = db.lock_to_change(&config.hub.data).await?;
    let hub = parts::open_hub(config, db, Clock::System, config.listen.origins()).await?;

    let folder = path.parent().unwrap_or(Path::new("."));
    let summary = hub.local_operator("apply").apply(&file, folder).await.map_err(readable)?;

    println!(
        "{} entries of senders, {} of providers, {} certificates, {} keys, {} mailboxes",
        summary.senders, summary.providers, summary.certificates, summary.client_keys, summary.mailboxes
    );
    Ok(())
}

/// An error that names what is wrong in the file.
pub(crate) fn readable(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(issues) => {
            let lines: Vec<String> =
                issues.iter().map(|issue| format!("{}: {}", issue.name, issue.detail)).collect();
            anyhow::anyhow!("the file is refused: {}", lines.join("; "))
        }
        error => error.into(),
    }
}
