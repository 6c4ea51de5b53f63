//! The profile: the one file that a run needs. It says what the app is, how it is driven, and what it can do.
//!
//! TOML, written with its comments by `init`. A key that nobody knows is refused: a misspelt capability must not
//! quietly take cases out of a run. Paths are relative to the file.

mod addresses;
mod capability;
mod fresh;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

pub use capability::Capability;
pub use fresh::Fresh;

use crate::digest::sha256_hex;

/// What is known of the app and of the run, before anything is played.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The version of this format: 1.
    pub version: u32,
    /// The app that is judged.
    pub app: App,
    /// How the suite drives the app; `None` if a person does, by opening addresses.
    pub hook: Option<Hook>,
    /// The hub that the suite plays.
    pub hub: Hub,
    /// What the app can do.
    pub capabilities: Capabilities,
    /// How long the suite waits.
    #[serde(default)]
    pub limits: Limits,
    /// SHA-256 of the file, in hexadecimal digits. A run is resumed only with the same profile.
    #[serde(skip)]
    pub digest: String,
}

/// The app that is judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Its name, for reports.
    pub name: String,
    /// The name under which the played hub registers it.
    pub client_id: String,
    /// Where the hub sends the browser back to, letter by letter.
    pub redirect_uri: Url,
    /// The page that begins a consent; needed by an app without a hook.
    pub start_url: Option<Url>,
    /// Where the app takes pushed events; `None` if its hook says so, or if it takes none.
    pub events: Option<Url>,
    /// The client certificate that the app presents, with its chain (PEM).
    pub certificate: PathBuf,
    /// Another client certificate of the same app, that it can be told to change to (PEM).
    pub next_certificate: Option<PathBuf>,
    /// The private key of that one (PEM).
    pub next_key: Option<PathBuf>,
    /// The authorities that the suite trusts for the app's own servers (PEM): its front, its hook, its receiver of events.
    pub trust: Option<PathBuf>,
    /// The command that starts the app; the suite then stops it at the end. `None` if it runs already.
    pub command: Option<Vec<String>>,
    /// How long the app may take to start.
    #[serde(default = "App::start_seconds")]
    pub start_seconds: u64,
}

impl App {
    fn start_seconds() -> u64 {
        30
    }
}

/// The test hook of the app.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Its address: loopback, or HTTPS.
    pub url: Url,
    /// The file with the secret that the suite shows to it.
    pub secret_file: PathBuf,
}

/// Where the suite plays the hub, and with which authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hub {
    /// The address that the played hub listens on.
    #[serde(default = "Hub::listen")]
    pub listen: std::net::IpAddr,
    /// The name under which the app reaches it.
    #[serde(default = "Hub::host")]
    pub host: String,
    /// Port of the authorization server: its metadata, keys and pages.
    pub public_port: u16,
    /// Port of everything that takes a client certificate.
    pub mtls_port: u16,
    /// Port of the hostile hub, for both.
    pub hostile_port: u16,
    /// The path of the issuer: none, or one that begins with `/` (RFC 8414 3.1 lets an issuer have one).
    #[serde(default)]
    pub issuer_path: String,
    /// The authority of the played hub's certificates (PEM). The app must trust it, in tests only.
    pub ca: PathBuf,
    /// The private key of that authority (PEM).
    pub ca_key: PathBuf,
}

impl Hub {
    fn listen() -> std::net::IpAddr {
        std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)
    }

    fn host() -> String {
        "localhost".to_owned()
    }

    /// The issuer of the played hub.
    pub fn issuer(&self) -> String {
        format!("https://{}:{}{}", self.host, self.public_port, self.issuer_path)
    }

    /// The origin of everything that takes a client certificate.
    pub fn machines(&self) -> String {
        format!("https://{}:{}", self.host, self.mtls_port)
    }

    /// The base of the played mailbox API.
    pub fn resource(&self) -> String {
        format!("{}/mailbox/v1", self.machines())
    }

    /// The issuer of the hostile hub.
    pub fn hostile_issuer(&self) -> String {
        format!("https://{}:{}", self.host, self.hostile_port)
    }
}

/// What the app can do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// The words for it. `flows` goes without saying; `hook` follows from the section of that name.
    pub declared: BTreeSet<Capability>,
}

/// How long the suite waits.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// For an answer of the hook.
    pub hook_seconds: u64,
    /// For a whole case.
    pub case_seconds: u64,
    /// For a person to open an address.
    pub person_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { hook_seconds: 60, case_seconds: 180, person_seconds: 300 }
    }
}

impl Profile {
    /// Reads a profile; its paths become absolute or relative to where the program stands.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Fault::Unreadable { path: path.to_owned(), source })?;
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        Self::parse(&text, folder).map_err(|fault| Fault::Wrong { path: path.to_owned(), fault })
    }

    /// Reads the text of a profile that stands in `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, Mistake> {
        let mut profile: Self = toml::from_str(text).map_err(|error| Mistake::Toml(Box::new(error)))?;
        profile.digest = sha256_hex(text.as_bytes());
        profile.settle(folder);
        profile.check()?;
        Ok(profile)
    }

    /// Says whether the app is declared to do `capability`.
    pub fn declares(&self, capability: Capability) -> bool {
        match capability {
            Capability::Flows => true,
            Capability::Hook => self.hook.is_some(),
            other => self.capabilities.declared.contains(&other),
        }
    }

    /// All that the app is declared to do.
    pub fn declared(&self) -> Vec<Capability> {
        Capability::ALL.into_iter().filter(|&capability| self.declares(capability)).collect()
    }

    fn settle(&mut self, folder: &Path) {
        let app = &mut self.app;
        let optional = [&mut app.next_certificate, &mut app.next_key, &mut app.trust].into_iter().flatten();
        let always = [&mut app.certificate, &mut self.hub.ca, &mut self.hub.ca_key];
        let hook = self.hook.iter_mut().map(|hook| &mut hook.secret_file);
        for path in optional.chain(always).chain(hook) {
            *path = folder.join(&path);
        }
    }

    fn check(&self) -> Result<(), Mistake> {
        if self.version != 1 {
            return Err(Mistake::Version(self.version));
        }
        let push = self.declares(Capability::Push) && self.app.events.is_none() && self.hook.is_none();
        let roll = self.declares(Capability::Certificate)
            && (self.app.next_certificate.is_none() || self.app.next_key.is_none());
        let start = self.hook.is_none() && self.app.start_url.is_none();
        let needs = [
            (push, "capability `push` without [hook]", "app.events"),
            (roll, "capability `certificate`", "app.next_certificate and app.next_key"),
            (start, "an app without [hook]", "app.start_url"),
        ];
        if let Some(other) = self.capabilities.declared.iter().find(|word| !Capability::ALL.contains(word)) {
            return Err(Mistake::OfHubs(*other));
        }
        match needs.into_iter().find(|(missing, ..)| *missing) {
            Some((_, who, what)) => Err(Mistake::Needs { who, what }),
            None => self.check_addresses(),
        }
    }
}

/// Why there is no profile.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The file could not be read.
    #[error("profile {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file says something wrong.
    #[error("profile {}: {fault}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What.
        fault: Mistake,
    },
}

/// What a profile says wrong.
#[derive(Debug, thiserror::Error)]
pub enum Mistake {
    /// It is no TOML, a key is missing, or a key is not known.
    #[error("{0}")]
    Toml(Box<toml::de::Error>),
    /// It is of a format of another day.
    #[error("version {0} of the format is not known; this program reads version 1")]
    Version(u32),
    /// It declares for an app what only hubs can do.
    #[error("`{0}` is a capability of hubs, not of apps")]
    OfHubs(Capability),
    /// It declares for a hub what only apps can do.
    #[error("`{0}` is a capability of apps, not of hubs")]
    OfApps(Capability),
    /// One thing asks for another.
    #[error("{who} needs {what}")]
    Needs {
        /// What asks.
        who: &'static str,
        /// What is missing.
        what: &'static str,
    },
    /// What goes to an address could be read on the way.
    #[error("{key} must be HTTPS, or plain HTTP on this machine (localhost, 127.0.0.1, [::1])")]
    Open {
        /// The key of the address.
        key: &'static str,
    },
}

#[cfg(test)]
mod tests;
