//! What a demo is made of before anything runs: certificates, keyring, configuration, reference data, all as files.
//!
//! The hub reads them as any hub reads its own; only the environment they name says that this is a demo.

use std::path::Path;

use anyhow::Context as _;
use data_encoding::BASE64URL_NOPAD;
use hub_core::clock::Clock;
use hub_core::keys::Keyring;
use hub_core::peer::Role;
use hub_core::random::Random;

use super::ca::{self, DevelopmentCa, Identity};
use super::connect::Papers;
use super::folder::Folder;
use super::ports::Ports;
use super::{LOGO, MANDATES, REFERENCE};
use crate::config::Config;

mod configuration;

pub(crate) use configuration::CLIENT_ID;

/// The prepared files, and who has which certificate.
pub(crate) struct Setting {
    /// Where everything is.
    pub(crate) folder: Folder,
    /// Where everybody listens.
    pub(crate) ports: Ports,
    /// The hub's configuration, as it was read back from its file.
    pub(crate) config: Config,
    /// The time.
    pub(crate) clock: Clock,
    /// Chance.
    pub(crate) random: Random,
    /// The hub's secret at the identity provider.
    pub(crate) secret: String,
    /// The server certificate of the identity provider.
    pub(crate) identity: Identity,
    /// The server certificate of the bank's app.
    pub(crate) bank_front: Identity,
    ca: DevelopmentCa,
}

impl Setting {
    /// Writes every file; the keyring of an earlier demo in this folder is kept, certificates are made anew.
    pub(crate) fn prepare(folder: Folder, ports: Ports, clock: Clock) -> anyhow::Result<Self> {
        let random = Random::system();
        let certificates = folder.path().join("certificates");
        let ca = DevelopmentCa::create(&certificates, ENVIRONMENT, clock.clone(), random.clone())?;
        let hub = ca.server("hub", &HUB_HOSTS)?;
        let secret = BASE64URL_NOPAD.encode(&random.bytes::<32>());

        keyring(&folder.path().join("keyring.toml"), &clock, &random)?;
        write(&folder, "identity.secret", secret.as_bytes())?;
        write(&folder, "mandates.toml", MANDATES.as_bytes())?;
        write(&folder, "reference.toml", reference(&ports).as_bytes())?;
        write(&folder, "demo-bank.png", LOGO)?;
        let text = configuration::text(&ca, &hub, &ports);
        write(&folder, "facteur.toml", text.as_bytes())?;

        Ok(Self {
            config: Config::read(&folder.configuration())?,
            identity: ca.server("identity", &["identity.localhost"])?,
            bank_front: ca.server("bank", &["bank.localhost"])?,
            folder,
            ports,
            clock,
            random,
            secret,
            ca,
        })
    }

    /// Issues the certificate by which the hub knows a client: its SAN URI is the one in the reference data.
    pub(crate) fn papers(&self, role: Role, client_id: &str) -> anyhow::Result<Papers> {
        let san_uri = san_uri(role, client_id);
        self.ca.client(role, named(client_id, &san_uri)).map(Papers::from)
    }

    /// Issues a certificate that says the same and comes from an authority that nobody trusts.
    pub(crate) fn forged(&self, role: Role, client_id: &str) -> anyhow::Result<Papers> {
        let san_uri = san_uri(role, client_id);
        self.ca.foreign(named(client_id, &san_uri)).map(Papers::from)
    }

    /// The file with the authority of every server certificate of the demo.
    pub(crate) fn authority(&self) -> std::path::PathBuf {
        self.ca.server_anchor()
    }

    /// The issuer of the citizens' identities.
    pub(crate) fn identity_origin(&self) -> String {
        self.config.identity.issuer.clone()
    }

    /// The origin of the bank's app.
    pub(crate) fn bank_origin(&self) -> String {
        format!("https://bank.localhost:{}", self.ports.bank)
    }
}

impl From<Identity> for Papers {
    fn from(identity: Identity) -> Self {
        Self {
            certificate: identity.certificate,
            key: identity.key,
        }
    }
}

fn named<'a>(client_id: &'a str, san_uri: &'a str) -> ca::Client<'a> {
    ca::Client {
        name: client_id,
        san_uri,
        organization: None,
    }
}

/// As registered in `reference.toml`.
fn san_uri(role: Role, client_id: &str) -> String {
    format!("urn:facteur:demo:{role}:{client_id}")
}

/// The reference data for these ports.
fn reference(ports: &Ports) -> String {
    REFERENCE
        .replace("bank.localhost:8448", &format!("bank.localhost:{}", ports.bank))
        .replace(
            "region.localhost:8449",
            &format!("region.localhost:{}", ports.region),
        )
}

fn keyring(path: &Path, clock: &Clock, random: &Random) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    Keyring::create(ENVIRONMENT, clock.now(), random)?
        .store(path)
        .context("the keyring")
}

fn write(folder: &Folder, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).with_context(|| path.display().to_string())
}

/// What everything here names as its environment (TRUST T4).
const ENVIRONMENT: &str = "demo";
/// Every name of the hub's listeners.
const HUB_HOSTS: [&str; 6] = [
    "facteur.localhost",
    "api.localhost",
    "content.localhost",
    "localhost",
    "127.0.0.1",
    "::1",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_can_be_configured_from_what_is_written() {
        let ports = Ports::from_base(0).unwrap();
        let setting = Setting::prepare(Folder::open(None).unwrap(), ports, Clock::manual()).unwrap();
        assert_eq!(setting.config.hub.environment, "demo");
        for (name, listener) in setting.config.listen.named() {
            assert!(listener.address.ip().is_loopback(), "{name}");
            assert!(listener.certificate.exists() && listener.key.exists(), "{name}");
        }
        assert!(setting.config.outbound.ca.unwrap().exists());
    }

    #[test]
    fn redirects_lead_to_the_ports_that_were_taken() {
        let ports = Ports::from_base(0).unwrap();
        let text = reference(&ports);
        assert!(text.contains(&format!("https://bank.localhost:{}/callback", ports.bank)));
        assert!(!text.contains(":8448") && !text.contains(":8449"));
    }
}
