//! The profile of a hub: where it is, three registered providers, how the citizen agrees, who publishes, what it can do.
//!
//! A file like that of an app, told from it by `plan = "hub"`. Paths are relative to the file.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::digest::sha256_hex;
use crate::profile::{Capabilities, Capability, Fault, Mistake};

/// What is known of a hub and of the run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubProfile {
    /// The version of this format: 1.
    pub version: u32,
    /// Which plan it is for.
    pub plan: Plan,
    /// The hub that is judged.
    pub hub: Target,
    /// The provider that most cases play.
    pub first: Identity,
    /// Another provider, to which the same citizen agrees.
    pub second: Identity,
    /// A third provider, to which nobody agrees: it takes what is not for it.
    pub attacker: Identity,
    /// How the citizen agrees.
    pub citizen: Citizen,
    /// Who publishes letters to that citizen; needed by the capability `publish`.
    pub sender: Option<Publisher>,
    /// What the hub can do, and what may be done with it.
    pub capabilities: Capabilities,
    /// How long the suite waits.
    #[serde(default)]
    pub limits: Limits,
    /// SHA-256 of the file, in hexadecimal digits.
    #[serde(skip)]
    pub digest: String,
}

/// The word that tells this profile from an app's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Plan {
    /// A hub is judged.
    Hub,
}

/// The hub that is judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its name, for reports.
    pub name: String,
    /// Its issuer, letter by letter.
    pub issuer: String,
    /// The base of its mailbox API, which is its resource identifier too.
    pub mailbox_api: String,
    /// The base of its Message Registry, which is its resource identifier too.
    pub message_registry: Option<String>,
    /// The base of its sender API; needed by the capability `publish`.
    pub sender_api: Option<String>,
    /// The authorities of its servers (PEM).
    pub ca: PathBuf,
}

impl Target {
    /// The bases of the APIs that show letters.
    pub(super) fn apis(&self) -> impl Iterator<Item = String> {
        let others = [&self.message_registry, &self.sender_api].into_iter().flatten();
        std::iter::once(&self.mailbox_api).chain(others).cloned().collect::<Vec<_>>().into_iter()
    }
}

/// A registered provider application that the suite plays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Its client id.
    pub client_id: String,
    /// Its client certificate with its chain (PEM).
    pub certificate: PathBuf,
    /// The private key (PEM).
    pub key: PathBuf,
    /// A redirect URI that is registered for it, letter by letter.
    pub redirect_uri: String,
    /// A renewed certificate under the same registration; needed by the capability `certificate`, of the first only.
    pub next_certificate: Option<PathBuf>,
    /// Its private key.
    pub next_key: Option<PathBuf>,
}

/// How the citizen agrees.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "driver", rename_all = "camelCase", deny_unknown_fields)]
pub enum Citizen {
    /// A person opens the address that is shown, and pastes the address at which the browser ends.
    Person {
        /// How long one step of the person may take.
        #[serde(default = "Citizen::person_seconds")]
        seconds: u64,
    },
    /// Nobody is asked: a hub made for trials agrees by itself, and the suite follows it.
    Automatic,
    /// A program gets the address as its last argument and prints where the browser was sent back to, or nothing if it was not.
    Command {
        /// The program and its first arguments.
        command: Vec<String>,
        /// A program that refuses instead of agreeing; needed by the capability `refusal`.
        refuse: Option<Vec<String>>,
        /// How long the program may take.
        #[serde(default = "Citizen::command_seconds")]
        seconds: u64,
    },
}

impl Citizen {
    fn person_seconds() -> u64 {
        300
    }

    fn command_seconds() -> u64 {
        60
    }
}

/// A registered sender application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// Its client id.
    pub client_id: String,
    /// Its client certificate with its chain (PEM).
    pub certificate: PathBuf,
    /// The private key (PEM).
    pub key: PathBuf,
    /// The scopes that its token asks for.
    #[serde(default = "Publisher::scope")]
    pub scope: String,
    /// The number of the organization in whose name it publishes.
    pub organization: String,
    /// A message type that is registered for it, with attachments of type application/pdf.
    pub message_type: String,
    /// The citizen who agrees, as the sender API names recipients: `{ ssin = "…" }`.
    pub recipient: Value,
}

impl Publisher {
    fn scope() -> String {
        "publish".to_owned()
    }
}

/// How long the suite waits.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// For one answer.
    pub answer_seconds: u64,
    /// For a whole case.
    pub case_seconds: u64,
    /// How long a hub may take until an ending has its effect before the suite stops asking. The rule is: none at all.
    pub effect_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { answer_seconds: 30, case_seconds: 900, effect_seconds: 5 }
    }
}

impl HubProfile {
    /// Says whether the text of a profile is that of a hub.
    pub fn is_meant_by(text: &str) -> bool {
        toml::from_str::<toml::Table>(text).is_ok_and(|table| table.contains_key("plan"))
    }

    /// Reads a profile.
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

    /// Says whether the hub is declared to do `capability`.
    pub fn declares(&self, capability: Capability) -> bool {
        self.capabilities.declared.contains(&capability)
    }

    fn settle(&mut self, folder: &Path) {
        let Self { hub, first, second, attacker, sender, .. } = self;
        let identities = [first, second, attacker].into_iter().flat_map(|identity| {
            let renewed = [&mut identity.next_certificate, &mut identity.next_key].into_iter().flatten();
            [&mut identity.certificate, &mut identity.key].into_iter().chain(renewed)
        });
        let sender = sender.iter_mut().flat_map(|sender| [&mut sender.certificate, &mut sender.key]);
        for path in identities.chain(sender).chain([&mut hub.ca]) {
            *path = folder.join(&path);
        }
    }

    fn check(&self) -> Result<(), Mistake> {
        if self.version != 1 {
            return Err(Mistake::Version(self.version));
        }
        if let Some(other) =
            self.capabilities.declared.iter().find(|word| !Capability::OF_HUBS.contains(word))
        {
            return Err(Mistake::OfApps(*other));
        }
        let lacks = |capability, is_there: bool| self.declares(capability) && !is_there;
        let refuses = !matches!(&self.citizen, Citizen::Automatic | Citizen::Command { refuse: None, .. });
        let renewed = self.first.next_certificate.is_some() && self.first.next_key.is_some();
        let publishes = self.sender.is_some() && self.hub.sender_api.is_some();
        let addresses = [Some(&self.hub.issuer), Some(&self.hub.mailbox_api)];
        let others = [self.hub.message_registry.as_ref(), self.hub.sender_api.as_ref()];
        let wrong = addresses.into_iter().chain(others).flatten().any(|text| {
            Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host()).eq(&false)
        });
        let needs = [
            (wrong, "every address of [hub]", "https and a host"),
            (
                lacks(Capability::MessageRegistry, self.hub.message_registry.is_some()),
                "capability `messageRegistry`",
                "hub.message_registry",
            ),
            (lacks(Capability::Publish, publishes), "capability `publish`", "hub.sender_api and [sender]"),
            (lacks(Capability::Refusal, refuses), "capability `refusal`", "citizen.refuse"),
            (
                lacks(Capability::Certificate, renewed),
                "capability `certificate`",
                "first.next_certificate and first.next_key",
            ),
        ];
        match needs.into_iter().find(|(missing, ..)| *missing) {
            Some((_, who, what)) => Err(Mistake::Needs { who, what }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = r#"
version = 1
plan = "hub"
[hub]
name = "Hub"
issuer = "https://hub.test"
mailbox_api = "https://api.hub.test/mailbox/v1"
ca = "ca.pem"
[first]
client_id = "one"
certificate = "one.pem"
key = "one.key"
redirect_uri = "https://one.test/back"
[second]
client_id = "two"
certificate = "two.pem"
key = "two.key"
redirect_uri = "https://two.test/back"
[attacker]
client_id = "three"
certificate = "three.pem"
key = "three.key"
redirect_uri = "https://three.test/back"
[citizen]
driver = "command"
command = ["agree"]
[capabilities]
declared = ["mailboxApi"]
"#;

    fn told(text: &str) -> String {
        HubProfile::parse(text, Path::new("folder")).unwrap_err().to_string()
    }

    #[test]
    fn paths_are_relative_to_the_file_and_the_word_plan_tells_it_from_an_apps() {
        let profile = HubProfile::parse(PROFILE, Path::new("folder")).unwrap();
        assert_eq!(profile.second.key, Path::new("folder/two.key"));
        assert_eq!(profile.hub.ca, Path::new("folder/ca.pem"));
        assert!(HubProfile::is_meant_by(PROFILE) && !HubProfile::is_meant_by("version = 1"));
    }

    #[test]
    fn the_example_is_a_profile_also_with_everything_in_it() {
        HubProfile::parse(super::super::EXAMPLE, Path::new("")).unwrap();
        let key = |line: &str| line.contains(" = ") || line.starts_with("# [");
        let lines = super::super::EXAMPLE.lines().map(|line| match line.strip_prefix("# ") {
            Some(rest) if key(line) && !rest.starts_with(char::is_uppercase) => rest,
            _ => line,
        });
        let all: Vec<&str> = lines.filter(|line| !line.contains("\"person\"")).collect();
        let all = all
            .join("\n")
            .replace("[\"mailboxApi\"]", "[\"mailboxApi\", \"publish\", \"refusal\", \"certificate\"]");
        let profile = HubProfile::parse(&all, Path::new("")).unwrap();
        assert!(profile.sender.is_some() && profile.first.next_key.is_some());
    }

    #[test]
    fn what_is_declared_must_be_there_and_be_of_hubs() {
        let declaring = |word: &str| told(&PROFILE.replace("\"mailboxApi\"", &format!("{word:?}")));
        assert_eq!(declaring("publish"), "capability `publish` needs hub.sender_api and [sender]");
        assert!(declaring("messageRegistry").contains("hub.message_registry"));
        assert!(declaring("refusal").contains("citizen.refuse"));
        assert!(declaring("certificate").contains("next_certificate"));
        assert!(declaring("twoCustomers").contains("of apps"));
        assert!(declaring("mailboxAPI").contains("mailboxAPI"));
    }

    #[test]
    fn addresses_without_tls_and_unknown_keys_are_refused() {
        assert!(told(&PROFILE.replace("https://hub.test", "http://hub.test")).contains("https"));
        assert!(told(&PROFILE.replace("driver", "drivr")).contains("driver"));
        assert!(told(&PROFILE.replace("[hub]", "[hub]\nport = 1")).contains("port"));
    }
}
