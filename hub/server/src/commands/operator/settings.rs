//! Where the hub is and who is asking: from the command line, or from a file.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;

/// Flags that every operator's command takes; each replaces its line of the file.
#[derive(Debug, Args)]
pub(super) struct Settings {
    /// A TOML file with `url`, `certificate`, `key` and `authority`; paths in it are relative to it.
    #[arg(long, env = "FACTEUR_OPERATOR_CONFIG", value_name = "FILE", global = true)]
    operator_config: Option<PathBuf>,
    /// The hub's operations listener: https://host:port.
    #[arg(long, value_name = "URL", global = true)]
    url: Option<String>,
    /// Your operator certificate with those that issued it, PEM.
    #[arg(long, value_name = "FILE", global = true)]
    certificate: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, value_name = "FILE", global = true)]
    key: Option<PathBuf>,
    /// Who vouches for the hub's own certificate, PEM; the authorities of this machine unless said.
    #[arg(long, value_name = "FILE", global = true)]
    authority: Option<PathBuf>,
}

/// The file's own form.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OnDisk {
    url: Option<String>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    authority: Option<PathBuf>,
}

/// Everything that is needed to speak to a hub.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) url: String,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
    pub(super) authority: Option<PathBuf>,
}

impl Settings {
    /// Puts flags and file together.
    pub(super) fn read(&self) -> anyhow::Result<Connection> {
        let file = match &self.operator_config {
            Some(path) => OnDisk::read(path)?,
            None => OnDisk::default(),
        };
        let missing =
            |what: &str| format!("--{what} is missing, or {what} in the file of FACTEUR_OPERATOR_CONFIG");
        let url = self.url.clone().or(file.url).with_context(|| missing("url"))?;
        anyhow::ensure!(url.starts_with("https://"), "the url of a hub is https://host:port");
        Ok(Connection {
            url: url.trim_end_matches('/').to_owned(),
            certificate: self
                .certificate
                .clone()
                .or(file.certificate)
                .with_context(|| missing("certificate"))?,
            key: self.key.clone().or(file.key).with_context(|| missing("key"))?,
            authority: self.authority.clone().or(file.authority),
        })
    }
}

impl OnDisk {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let mut read: Self = toml::from_str(&text).with_context(|| path.display().to_string())?;
        let base = path.parent().unwrap_or(Path::new("."));
        for file in [&mut read.certificate, &mut read.key, &mut read.authority].into_iter().flatten() {
            *file = base.join(&file);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(operator_config: Option<PathBuf>, url: Option<&str>) -> Settings {
        let url = url.map(str::to_owned);
        Settings { operator_config, url, certificate: None, key: None, authority: None }
    }

    #[test]
    fn flags_replace_lines_of_the_file_and_paths_are_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("operator.toml");
        std::fs::write(&path, "url = \"https://a:1/\"\ncertificate = \"an.pem\"\nkey = \"an.key\"\n")
            .unwrap();

        let read = settings(Some(path.clone()), None).read().unwrap();
        assert_eq!((read.url.as_str(), read.certificate), ("https://a:1", folder.path().join("an.pem")));
        assert_eq!(settings(Some(path), Some("https://b:2")).read().unwrap().url, "https://b:2");
    }

    #[test]
    fn what_is_missing_is_named() {
        let said = settings(None, Some("https://a:1")).read().unwrap_err().to_string();
        assert!(said.contains("--certificate"), "{said}");
        assert!(settings(None, Some("http://a:1")).read().is_err());
    }
}
