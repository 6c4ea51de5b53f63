//! The sections of the configuration, one struct each.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use hub_http::limits::{LOGINS, PAGES};
use hub_http::{Rate, Rates};
use serde::Deserialize;
use url::Url;

/// `[hub]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSection {
    /// `demo`, `integration`, `acceptance` or `production`; database, keyring and trust files must agree.
    pub environment: String,
    /// Where this node keeps its files.
    pub data: PathBuf,
    /// Memory for answers that are given again while nothing has changed, in MiB; 64 unless said.
    #[serde(default = "sixty_four")]
    pub answers_mib: u32,
}

const fn sixty_four() -> u32 {
    64
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The keyring, mode 0600.
    pub file: PathBuf,
}

/// `[listen.*]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// For browsers: portal, login, consent, metadata, documents.
    pub public: Listener,
    /// For machines, by client certificate.
    pub mtls: Listener,
    /// For operators, on loopback unless said.
    pub operations: Listener,
    /// For attachments and logos: another origin, without cookies.
    pub content: Listener,
}

impl Listen {
    /// The listeners with their names.
    pub fn named(&self) -> [(&'static str, &Listener); 4] {
        [
            ("public", &self.public),
            ("mtls", &self.mtls),
            ("operations", &self.operations),
            ("content", &self.content),
        ]
    }

    /// The public origin and the machines', as they are written.
    pub fn origins(&self) -> (&str, &str) {
        (&self.public.origin, &self.mtls.origin)
    }

    pub(super) fn all_mut(&mut self) -> [&mut Listener; 4] {
        [&mut self.public, &mut self.mtls, &mut self.operations, &mut self.content]
    }
}

/// One listener.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// Where it binds; port 0 takes a free one.
    pub address: SocketAddr,
    /// How others name it: `https://host[:port]`.
    pub origin: String,
    /// PEM: the server's certificate and those that issued it.
    pub certificate: PathBuf,
    /// PEM: its private key.
    pub key: PathBuf,
}

/// `[trust]`: one file per role.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// Who issues certificates to providers.
    pub provider: PathBuf,
    /// Who issues certificates to senders.
    pub sender: PathBuf,
    /// Who issues certificates to enterprises' own software.
    pub own_software: Option<PathBuf>,
    /// Who issues certificates to operators.
    pub operator: Option<PathBuf>,
}

impl Trust {
    pub(super) fn files_mut(&mut self) -> Vec<&mut PathBuf> {
        let mut files = vec![&mut self.provider, &mut self.sender];
        files.extend(self.own_software.as_mut());
        files.extend(self.operator.as_mut());
        files
    }
}

/// `[identity]`: the OpenID provider of the citizens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Its issuer.
    pub issuer: String,
    /// The hub's client id there.
    pub client_id: String,
    /// The file with the hub's secret there.
    pub client_secret_file: Option<PathBuf>,
    /// The claim of the ID token that holds the national number.
    pub ssin_claim: String,
    /// The levels of assurance (`acr`) that are at least substantial.
    pub acr: Vec<String>,
    /// The signature algorithms accepted on the ID token.
    #[serde(default = "es256")]
    pub algorithms: Vec<String>,
}

fn es256() -> Vec<String> {
    vec!["ES256".to_owned(), "PS256".to_owned()]
}

/// `[mandates]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandates {
    /// The file with legal representatives; reread when it changes.
    pub file: PathBuf,
}

/// `[portal]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Portal {
    /// The language of a person who says nothing of theirs.
    pub default_language: String,
}

impl Default for Portal {
    fn default() -> Self {
        Self { default_language: "nl".to_owned() }
    }
}

/// `[authorization]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Authorization {
    /// The issuer for software of the e-Box.
    pub assertions: Assertions,
}

/// `[authorization.assertions]`: an issuer for clients that sign assertions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assertions {
    /// Whether it is there.
    pub enabled: bool,
}

/// `[adapters]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Adapters {
    /// The protocols spoken to providers.
    pub enabled: Vec<String>,
}

impl Default for Adapters {
    fn default() -> Self {
        let usual = ["mailbox_api", "message_registry", "federation", "events"];
        Self { enabled: usual.map(str::to_owned).to_vec() }
    }
}

/// `[limits]`: on each node.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsSection {
    /// Requests of a client a second, on average.
    pub per_second: NonZeroU32,
    /// Requests of a client at once.
    pub burst: NonZeroU32,
    /// Recipients a sender organization may ask about in a day.
    pub recipients_per_day: u32,
    /// Logins begun in a network a second, on average.
    pub logins_per_second: NonZeroU32,
    /// Logins begun in a network at once.
    pub logins_burst: NonZeroU32,
    /// Pages of a person who is logged in a second, on average.
    pub pages_per_second: NonZeroU32,
    /// Pages of a person who is logged in at once.
    pub pages_burst: NonZeroU32,
}

impl Default for LimitsSection {
    fn default() -> Self {
        let clients = Rate::new(200, 400);
        Self {
            per_second: clients.per_second,
            burst: clients.burst,
            recipients_per_day: 100_000,
            logins_per_second: LOGINS.per_second,
            logins_burst: LOGINS.burst,
            pages_per_second: PAGES.per_second,
            pages_burst: PAGES.burst,
        }
    }
}

impl LimitsSection {
    /// The rates of requests.
    pub fn rates(&self) -> Rates {
        Rates {
            clients: Rate { per_second: self.per_second, burst: self.burst },
            logins: Rate { per_second: self.logins_per_second, burst: self.logins_burst },
            pages: Rate { per_second: self.pages_per_second, burst: self.pages_burst },
        }
    }
}

/// `[journal]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// The folder of the reading journal; `journal` in the data folder unless said. Never shared between nodes.
    pub folder: Option<PathBuf>,
}

/// `[evidence]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evidence {
    /// A service that says when seals were there; none unless said.
    pub time_stamps: Option<TimeStamps>,
}

/// `[evidence.time_stamps]`: a service of RFC 3161.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeStamps {
    /// Where it is asked, over https, or over http if it is listed in `outbound.allow`: what it says is signed.
    pub url: Url,
    /// PEM with the authorities that vouch for it.
    pub anchor: PathBuf,
    /// The policy that is asked for, as `1.2.3.4`; the service chooses unless said.
    pub policy: Option<String>,
}

/// `[outbound]`: whom the hub may call.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outbound {
    /// `host:port` of services on private addresses; all others must be public.
    pub allow: Vec<String>,
    /// PEM with the authorities that vouch for the services called; those of the public web unless said.
    pub ca: Option<PathBuf>,
}

/// `[push]`: by which certificate receivers know the hub.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// PEM: the hub's client certificate and those that issued it.
    pub certificate: PathBuf,
    /// PEM: its private key.
    pub key: PathBuf,
    /// PEM with the authorities that vouch for receivers; those of the public web unless said.
    pub authorities: Option<PathBuf>,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, or a list by module.
    pub level: String,
    /// How lines look.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Json }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}
