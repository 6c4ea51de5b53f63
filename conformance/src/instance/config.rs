//! What an instance is told: one TOML file; paths in it are relative to it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::profile::Hub as Stage;

/// Everything that an instance is told.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The instance itself.
    pub instance: Instance,
    /// The hub that it states things for.
    pub hub: Hub,
    /// The key that it states with.
    pub signing: Signing,
    /// Where it plays the hub.
    pub stage: Stage,
    /// How much anybody gets of it.
    #[serde(default)]
    pub limits: Limits,
}

/// The instance itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// How statements name it.
    pub name: String,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its server certificate, with its chain (PEM).
    pub certificate: PathBuf,
    /// The private key of that (PEM).
    pub key: PathBuf,
    /// The authorities whose certificates developers come with (PEM): those of the hub's providers.
    pub clients: PathBuf,
    /// Where bundles, statements and runs are kept.
    pub folder: PathBuf,
}

/// The hub.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hub {
    /// Its issuer: `aud` of every statement.
    pub issuer: String,
}

/// The certification key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// The private key: PKCS #8 on P-256, PEM.
    pub key: PathBuf,
    /// Its name at the hub.
    pub kid: String,
}

/// How much anybody gets.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The longest that a run may take.
    pub run_minutes: u64,
    /// How many days bundles and statements are kept.
    pub kept_days: u32,
    /// How long ago the run of a bundle may have begun.
    pub bundle_days: u32,
    /// Whether apps may be on this machine or on private networks.
    pub private_targets: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { run_minutes: 20, kept_days: 400, bundle_days: 30, private_targets: false }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// The file could not be read.
    #[error("{0} cannot be read")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// It says something wrong.
    #[error("{0}: {1}")]
    Wrong(PathBuf, #[source] Box<toml::de::Error>),
}

impl Config {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, ConfigFault> {
        let text =
            std::fs::read_to_string(path).map_err(|error| ConfigFault::Unreadable(path.to_owned(), error))?;
        let mut config: Self =
            toml::from_str(&text).map_err(|error| ConfigFault::Wrong(path.to_owned(), Box::new(error)))?;
        let base = path.parent().unwrap_or_else(|| Path::new(""));
        let instance = &mut config.instance;
        let files = [
            &mut instance.certificate,
            &mut instance.key,
            &mut instance.clients,
            &mut instance.folder,
            &mut config.signing.key,
            &mut config.stage.ca,
            &mut config.stage.ca_key,
        ];
        for file in files {
            *file = base.join(&file);
        }
        Ok(config)
    }
}

/// A new configuration, commented: for this hub, with the first of four ports and the name of its key.
pub fn fresh(hub: &str, host: &str, port: u16, kid: &str) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let next = |more: u16| port.saturating_add(more);
    format!(
        "# An instance of the conformance suite. Paths are relative to this file.\n\n\
         [instance]\n\
         # How statements name it, and where developers of providers reach it, with the certificates of their apps.\n\
         name = {}\nlisten = \"127.0.0.1:{port}\"\ncertificate = \"server.pem\"\nkey = \"server.key\"\n\
         # The authorities of those certificates: the same as in the hub's trust file for providers.\n\
         clients = \"providers.pem\"\n\
         # Bundles, statements and runs; only this user can read them.\n\
         folder = \"kept\"\n\n\
         [hub]\n# The hub that statements are for: its issuer.\nissuer = {}\n\n\
         [signing]\n# The certification key. The hub is told of certification.jwks, never of this file.\n\
         key = \"certification.key\"\nkid = {}\n\n\
         [stage]\n# Where the instance plays the hub towards apps; one run at a time.\n\
         listen = \"127.0.0.1\"\nhost = {}\npublic_port = {}\nmtls_port = {}\nhostile_port = {}\n\
         ca = \"stage.pem\"\nca_key = \"stage.key\"\n\n\
         [limits]\nrun_minutes = 20\nkept_days = 400\n\
         # How long ago the run of a bundle may have begun.\nbundle_days = 30\n\
         # Apps on this machine or on private networks: for trials only.\nprivate_targets = false\n",
        quoted(&format!("https://{host}:{port}")),
        quoted(hub),
        quoted(kid),
        quoted(host),
        next(1),
        next(2),
        next(3),
    )
}
