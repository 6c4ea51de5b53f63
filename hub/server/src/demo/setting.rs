//! What a demo is made of before anything runs: certificates, keyring, configuration, reference data, all as files.
//!
//! The hub reads them as any hub reads its own; only the environment they name says that this is a demo.

mod configuration;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use data_encoding::BASE64URL_NOPAD;
use hub_core::access::reference::{CertificateEntry, ReferenceFile};
use hub_core::clock::Clock;
use hub_core::keys::Keyring;
use hub_core::peer::Role;
use hub_core::random::Random;

use super::ca::{self, DevelopmentCa, Identity};
use super::connect::Papers;
use super::folder::Folder;
use super::ports::Ports;
use super::sample::{FILE, Sample};
use super::{LOGO, MANDATES, REFERENCE};
use crate::config::Config;

pub(crate) use self::configuration::CLIENT_ID;

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
    /// The sample that is made ready too.
    pub(crate) sample: Option<Sample>,
    /// The hub's secret at the identity provider.
    pub(crate) secret: String,
    /// The server certificate of the identity provider.
    pub(crate) identity: Identity,
    /// The server certificate of the bank's app.
    pub(crate) bank_front: Identity,
    /// A certificate in the name of the regional portal that has been revoked.
    pub(crate) revoked: Papers,
    /// A certificate in its name by an authority that nobody trusts.
    pub(crate) forged: Papers,
    /// Everybody's certificate, by role and client id.
    parties: BTreeMap<(Role, String), Papers>,
    authority: PathBuf,
}

impl Setting {
    /// Writes every file; the keyring of an earlier demo in this folder is kept, certificates are made anew.
    pub(crate) fn prepare(
        folder: Folder,
        ports: Ports,
        (clock, sample): (Clock, Option<Sample>),
    ) -> anyhow::Result<Self> {
        // Its systems were registered with certificates that are no more.
        let new = sample.is_none() || !folder.path().join(FILE).exists();
        ensure!(new, "a sample is made ready in a new folder");
        let random = Random::system();
        let certificates = folder.path().join("certificates");
        let mut ca = DevelopmentCa::create(&certificates, ENVIRONMENT, clock.clone(), random.clone())?;
        let hub = ca.server("hub", &HUB_HOSTS)?;
        let secret = BASE64URL_NOPAD.encode(&random.bytes::<32>());

        keyring(&folder.path().join("keyring.toml"), &clock, &random)?;
        write(&folder, "identity.secret", secret.as_bytes())?;
        let mandates = sample.map(Sample::mandates).unwrap_or_default();
        write(&folder, "mandates.toml", format!("{MANDATES}\n{mandates}").as_bytes())?;
        write(&folder, "reference.toml", reference(&ports).as_bytes())?;
        write(&folder, "demo-bank.png", LOGO)?;
        let text = configuration::text(&ca, &hub, &ports);
        write(&folder, "facteur.toml", text.as_bytes())?;

        let (parties, authority) = (parties(&ca, sample)?, ca.server_anchor());
        for ((_, client_id), papers) in parties.iter().filter(|((role, _), _)| *role == Role::Operator) {
            let text = configuration::operator(papers, &authority, &ports);
            write(&folder, &format!("{client_id}.toml"), text.as_bytes())?;
        }

        Ok(Self {
            config: configuration(&folder)?,
            identity: ca.server("identity", &["identity.localhost"])?,
            bank_front: ca.server("bank", &["bank.localhost"])?,
            revoked: revoked(&mut ca)?,
            forged: ca.foreign(REGION)?.into(),
            parties,
            authority,
            folder,
            ports,
            clock,
            random,
            sample,
            secret,
        })
    }

    /// The certificate by which the hub knows a client.
    pub(crate) fn papers(&self, role: Role, client_id: &str) -> anyhow::Result<&Papers> {
        let found = self.parties.get(&(role, client_id.to_owned()));
        found.with_context(|| format!("{client_id} has no certificate"))
    }

    /// The client ids of a role.
    pub(crate) fn clients(&self, role: Role) -> impl Iterator<Item = &str> {
        self.parties.keys().filter(move |(of, _)| *of == role).map(|(_, client_id)| client_id.as_str())
    }

    /// The file by which `facteur operator` knows who is asking.
    pub(crate) fn operator(&self, client_id: &str) -> PathBuf {
        self.folder.path().join(format!("{client_id}.toml"))
    }

    /// The file with the authority of every server certificate of the demo.
    pub(crate) fn authority(&self) -> &Path {
        &self.authority
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
        Self { certificate: identity.certificate, key: identity.key }
    }
}

/// Reads the configuration back; variables may have replaced values, but not what makes it a demo's, which binds
/// loopback only (TRUST T4).
fn configuration(folder: &Folder) -> anyhow::Result<Config> {
    let config = Config::read(&folder.configuration())?;
    ensure!(config.hub.environment == ENVIRONMENT, "a demo is of the environment {ENVIRONMENT}");
    Ok(config)
}

/// Issues every certificate that the reference data registers, and those that people of the sample register.
fn parties(ca: &DevelopmentCa, sample: Option<Sample>) -> anyhow::Result<BTreeMap<(Role, String), Papers>> {
    let read = |text: &str| toml::from_str::<ReferenceFile>(text).context("the reference data");
    let files = std::iter::once(REFERENCE).chain(sample.map(Sample::reference)).map(read);
    let files: Vec<ReferenceFile> = files.collect::<anyhow::Result<_>>()?;
    let issue = |entry: &CertificateEntry| {
        let role: Role = entry.role.parse()?;
        let san_uri = entry.san_uri.as_deref().context("a certificate without SAN URI")?;
        let client = ca::Client { name: &entry.client_id, san_uri, organization: None };
        anyhow::Ok(((role, entry.client_id.clone()), ca.client(role, client)?.into()))
    };
    let system = |client: ca::Client<'static>| {
        let papers = ca.client(Role::OwnSoftware, client)?.into();
        anyhow::Ok(((Role::OwnSoftware, client.name.to_owned()), papers))
    };
    let registered = files.iter().flat_map(|file| &file.certificates).map(issue);
    registered.chain(sample.into_iter().flat_map(Sample::systems).map(system)).collect()
}

/// Issues a certificate in the name of the regional portal and revokes it.
fn revoked(ca: &mut DevelopmentCa) -> anyhow::Result<Papers> {
    let client = ca::Client { name: "demo-region-revoked", ..REGION };
    let issued = ca.client(Role::Provider, client)?;
    ca.revoke(Role::Provider, &issued)?;
    Ok(issued.into())
}

/// The reference data for these ports.
fn reference(ports: &Ports) -> String {
    REFERENCE
        .replace("bank.localhost:8448", &format!("bank.localhost:{}", ports.bank))
        .replace("region.localhost:8449", &format!("region.localhost:{}", ports.region))
}

fn keyring(path: &Path, clock: &Clock, random: &Random) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    Keyring::create(ENVIRONMENT, clock.now(), random)?.store(path).context("the keyring")
}

fn write(folder: &Folder, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).with_context(|| path.display().to_string())
}

/// What everything here names as its environment (TRUST T4).
const ENVIRONMENT: &str = "demo";
/// The regional portal, as its certificate names it.
const REGION: ca::Client<'static> =
    ca::Client { name: "demo-region", san_uri: "urn:facteur:demo:provider:demo-region", organization: None };
/// Every name of the hub's listeners.
const HUB_HOSTS: [&str; 6] =
    ["facteur.localhost", "api.localhost", "content.localhost", "localhost", "127.0.0.1", "::1"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_can_be_configured_from_what_is_written() {
        let ports = Ports::from_base(0).unwrap();
        let setting = Setting::prepare(Folder::open(None).unwrap(), ports, (Clock::manual(), None)).unwrap();
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
