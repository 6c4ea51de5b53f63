//! The bank's app: the reference provider as it is, its events as lines of JSON.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use super::say;

/// What the app is told.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    config: reference_provider::Config,
}

/// What the demo tells the app, to be written as its arguments.
pub(crate) struct Config {
    /// The hub's issuer.
    pub(crate) issuer: String,
    /// The mailbox API.
    pub(crate) resource: String,
    /// The app's client id.
    pub(crate) client_id: String,
    /// Client certificate, its key, the authority, and the front's certificate and key.
    pub(crate) files: [(&'static str, PathBuf); 5],
    /// Where the front listens.
    pub(crate) listen: String,
    /// How browsers name the front.
    pub(crate) origin: String,
}

impl Config {
    /// The command line.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let named = [
            ("--issuer", &self.issuer),
            ("--resource", &self.resource),
            ("--client-id", &self.client_id),
            ("--listen", &self.listen),
            ("--origin", &self.origin),
        ];
        let texts = named.into_iter().map(|(name, value)| (name, value.clone()));
        let files = self.files.iter().map(|(name, path)| (*name, path.display().to_string()));
        texts.chain(files).flat_map(|(name, value)| [name.to_owned(), value]).collect()
    }
}

/// Runs the app until it ends.
pub(super) async fn play(arguments: impl Iterator<Item = String>) -> anyhow::Result<ExitCode> {
    let Arguments { config } = Arguments::try_parse_from(arguments)?;
    reference_provider::serve(config, |event| say(&event.to_json())).await?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_understands_what_it_is_told() {
        let file = |name| (name, PathBuf::from("/x.pem"));
        let config = Config {
            issuer: "https://facteur.localhost:8443".into(),
            resource: "https://api.localhost:8444/mailbox/v1".into(),
            client_id: "demo-bank".into(),
            files: ["--certificate", "--key", "--ca", "--server-certificate", "--server-key"].map(file),
            listen: "127.0.0.1:8448".into(),
            origin: "https://bank.localhost:8448".into(),
        };
        let arguments = std::iter::once("x".to_owned()).chain(config.arguments());
        let read = Arguments::try_parse_from(arguments).unwrap().config;
        assert_eq!(read.client_id, "demo-bank");
        assert!(!read.once_story);
    }
}
