//! The files a hub is started with: certificates, trust, keyring, configuration, reference data, mandates.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hub_core::clock::{Clock, Timestamp};
use hub_core::keys::Keyring;
use hub_core::random::Random;

use super::identity::IdentityProvider;
use super::people::{PEOPLE, Person, enterprise};
use crate::authority::Authority;
use crate::database::TestDatabase;
use crate::ports::free_ports;
use crate::spread;

/// Who signs what; the same for all hubs of this process.
pub struct Authorities {
    /// The certificates of all servers.
    pub servers: Authority,
    /// Providers' certificates.
    pub providers: Authority,
    /// Senders' certificates.
    pub senders: Authority,
    /// Senders' certificates too, with a revocation list that nobody renewed.
    pub forgotten: Authority,
    /// Certificates of enterprises' own software.
    pub own_software: Authority,
    /// Operators' certificates.
    pub operators: Authority,
    /// The hub's own certificate, by which receivers of events know it.
    pub hubs: Authority,
    /// Nobody trusts it.
    pub strangers: Authority,
}

/// The authorities of this process.
pub fn authorities() -> &'static Authorities {
    static MADE: OnceLock<Authorities> = OnceLock::new();
    MADE.get_or_init(|| Authorities {
        servers: Authority::new("Test servers"),
        providers: Authority::new("Test providers"),
        senders: Authority::new("Test senders"),
        forgotten: Authority::new("Forgotten senders"),
        own_software: Authority::new("Test software"),
        operators: Authority::new("Test operators"),
        hubs: Authority::new("Test hubs"),
        strangers: Authority::new("Strangers"),
    })
}

/// Where the listeners bind.
pub enum Ports {
    /// Each takes a free one.
    Any,
    /// The same ones at each start.
    Fixed([u16; 4]),
}

impl Ports {
    /// Four ports that are free now.
    pub fn free() -> Self {
        let first = free_ports(4);
        Self::Fixed([0, 1, 2, 3].map(|next| first + next))
    }

    fn all(&self) -> [u16; 4] {
        match self {
            Self::Any => [0; 4],
            Self::Fixed(ports) => *ports,
        }
    }
}

/// A folder with everything a hub is told.
pub struct Setting {
    /// Where the files are.
    pub folder: PathBuf,
    /// The hub's client id at the identity provider.
    pub client_id: String,
}

impl Setting {
    /// Writes everything; `redirect` is where the provider applications want browsers back.
    pub fn write(database: &TestDatabase, ports: &Ports, redirect: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let folder = database.data().to_owned();
        let setting = Self { folder, client_id: format!("hub-{}", NEXT.fetch_add(1, Ordering::Relaxed)) };

        fs::create_dir_all(setting.path("data")).unwrap();
        setting.write_certificates();
        setting.revoke(&[], &[]);
        setting.write_mandates(Clock::System.now().plus(DAY * 30));
        let keyring = Keyring::create("demo", Clock::System.now(), &Random::system()).unwrap();
        keyring.store(&setting.path("keyring.toml")).unwrap();
        setting.put("reference.toml", &reference(redirect));
        setting.put("identity.secret", SECRET);
        setting.put("facteur.toml", &setting.config(&database.url, ports.all()));
        setting
    }

    /// A file of the setting.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.path("facteur.toml")
    }

    /// Replaces a file of the setting.
    pub fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Writes revocation lists with the serial numbers of providers' and senders' certificates.
    pub fn revoke(&self, providers: &[u64], senders: &[u64]) {
        let (now, all) = (Clock::System.now(), authorities());
        self.put("providers.crl", &all.providers.revokes(providers, now.minus(HOUR), now.plus(DAY * 800)));
        self.put("senders.crl", &all.senders.revokes(senders, now.minus(HOUR), now.plus(DAY * 800)));
        self.revoke_software(&[]);
        self.put("forgotten.crl", &all.forgotten.revokes(&[], now.minus(DAY * 9), now.minus(DAY)));
    }

    /// Writes the mandates: Anna represents the first test enterprise until then.
    pub fn write_mandates(&self, until: Timestamp) {
        self.write_mandates_of(&["Anna"], until);
    }

    /// Writes the mandates: these people represent the first test enterprise until then.
    pub fn write_mandates_of(&self, people: &[&str], until: Timestamp) {
        self.write_mandates_for(people.iter().map(|person| (*person, 1, until)));
    }

    /// Writes the mandates: each person represents the test enterprise of that number until then.
    pub fn write_mandates_for<'p>(&self, mandates: impl IntoIterator<Item = (&'p str, u32, Timestamp)>) {
        let now = Clock::System.now();
        let head = format!("checked_at = \"{}\"\nsource = \"test\"\n\n", now.rfc3339());
        let mandates = mandates.into_iter().map(|(person, number, until)| {
            format!(
                "[[mandate]]\nperson_ssin = \"{}\"\nenterprise = \"{}\"\nenterprise_name = \"Demo Bakkerij\"\n\
                 role = \"legalRepresentative\"\nreference = \"test-1\"\nvalid_from = \"{}\"\nvalid_until = \"{}\"\n",
                Person::named(person).ssin(),
                enterprise(number),
                now.minus(DAY).rfc3339(),
                until.rfc3339(),
            )
        });
        self.put("mandates.toml", &(head + &mandates.collect::<String>()));
    }

    /// Writes the configuration of another node of this hub, which listens on the same ports of that address, and
    /// gives its path. Its journal is its own, and its mandates are as they are now.
    pub fn write_beside(&self, address: Ipv4Addr) -> PathBuf {
        let here = fs::read_to_string(self.config_file()).unwrap();
        let beside = spread::database::silent(&here)
            .replace("address = \"127.0.0.1:", &format!("address = \"{address}:"))
            .replace("data = \"data\"", "data = \"data-2\"")
            .replace("\"mandates.toml\"", "\"mandates-2.toml\"");
        let content = if beside.contains("[blob.s3]") { "" } else { "[blob]\nfolder = \"data/content\"\n" };
        self.put("facteur-2.toml", &format!("{beside}{content}"));
        fs::copy(self.path("mandates.toml"), self.path("mandates-2.toml")).unwrap();
        self.path("facteur-2.toml")
    }

    /// Gives the listeners of a configuration these ports, in the order in which they stand there, in place of free ones.
    pub(super) fn fix_ports(&self, config: &Path, ports: [u16; 4]) {
        let text = fs::read_to_string(config).unwrap();
        let mut ports = ports.into_iter();
        let mut port = 0;
        let lines = text.lines().map(|line| {
            if line.starts_with("address = ") {
                port = ports.next().unwrap();
            }
            if line.ends_with(":0\"") { line.replace(":0\"", &format!(":{port}\"")) } else { line.to_owned() }
        });
        let lines: Vec<String> = lines.collect();
        fs::write(config, lines.join("\n")).unwrap();
    }

    /// Writes the revocation list with the serial numbers of certificates of own software.
    pub fn revoke_software(&self, serials: &[u64]) {
        let now = Clock::System.now();
        let list = authorities().own_software.revokes(serials, now.minus(HOUR), now.plus(DAY * 800));
        self.put("software.crl", &list);
    }

    /// Replaces a line of the configuration, by its key.
    pub fn configure(&self, key: &str, value: &str) {
        let text = fs::read_to_string(self.config_file()).unwrap();
        let is_key = |line: &&str| line.split('=').next().is_some_and(|name| name.trim() == key);
        let old = text.lines().find(is_key).unwrap_or_else(|| panic!("the configuration has no {key}"));
        self.put("facteur.toml", &text.replacen(old, &format!("{key} = {value}"), 1));
    }

    /// The value of a key of the configuration, as it is written there.
    pub fn value(&self, key: &str) -> String {
        let text = fs::read_to_string(self.config_file()).unwrap();
        let found = text.lines().filter_map(|line| line.split_once('=')).find(|(name, _)| name.trim() == key);
        found.unwrap_or_else(|| panic!("the configuration has no {key}")).1.trim().to_owned()
    }

    /// Adds sections to the configuration.
    pub fn add(&self, sections: &str) {
        let text = fs::read_to_string(self.config_file()).unwrap();
        self.put("facteur.toml", &(text + "\n" + sections));
    }

    /// Adds a line to a section of the configuration, by its heading.
    pub fn add_line(&self, section: &str, line: &str) {
        let text = fs::read_to_string(self.config_file()).unwrap();
        assert!(text.contains(section), "the configuration has no {section}");
        self.put("facteur.toml", &text.replacen(section, &format!("{section}\n{line}"), 1));
    }

    /// Has citizens identified by another identity provider than the shared one.
    pub fn identify_at(&self, issuer: &str) {
        let host = |issuer: &str| issuer.trim_start_matches("https://").to_owned();
        let config = fs::read_to_string(self.config_file()).unwrap();
        let config = config.replace(&host(&IdentityProvider::shared().issuer), &host(issuer));
        self.put("facteur.toml", &config);
    }

    fn write_certificates(&self) {
        let all = authorities();
        let server =
            all.servers.server(&["facteur.localhost", "api.localhost", "content.localhost", "localhost"]);
        self.put("server.pem", &server.certificate);
        self.put("server.key", &server.key);
        self.put("servers.pem", &all.servers.certificate);
        let hub = all.hubs.client("urn:test:hub");
        self.put("push.pem", &hub.certificate);
        self.put("push.key", &hub.key);
        self.put("providers.pem", &all.providers.certificate);
        self.put("senders.pem", &all.senders.certificate);
        self.put("forgotten.pem", &all.forgotten.certificate);
        self.put("software.pem", &all.own_software.certificate);
        self.put("operators.pem", &all.operators.certificate);
        let anchor = |name: &str, crl: bool| {
            let crl = if crl { format!("crl = [\"{name}.crl\"]\n") } else { String::new() };
            format!("[[anchor]]\nname = \"{name}\"\ncertificate = \"{name}.pem\"\n{crl}")
        };
        let trust =
            |role: &str, anchors: &str| format!("environment = \"demo\"\nrole = \"{role}\"\n{anchors}");
        self.put("provider.toml", &trust("provider", &anchor("providers", true)));
        self.put("sender.toml", &trust("sender", &(anchor("senders", true) + &anchor("forgotten", true))));
        self.put("own_software.toml", &trust("ownSoftware", &anchor("software", true)));
        self.put("operator.toml", &trust("operator", &anchor("operators", false)));
    }

    fn config(&self, url: &str, [public, mtls, operations, content]: [u16; 4]) -> String {
        let issuer = &IdentityProvider::shared().issuer;
        let identity = issuer.trim_start_matches("https://");
        let adapters: Vec<_> = provider_adapters::all().iter().map(|adapter| adapter.name()).collect();
        let listener = |name: &str, host: &str, port: u16| {
            format!(
                "[listen.{name}]\naddress = \"127.0.0.1:{port}\"\norigin = \"https://{host}:{port}\"\n\
                 certificate = \"server.pem\"\nkey = \"server.key\"\n"
            )
        };
        let listeners = [
            listener("public", "facteur.localhost", public),
            listener("mtls", "api.localhost", mtls),
            listener("operations", "localhost", operations),
            listener("content", "content.localhost", content),
        ];
        format!(
            "[hub]\nenvironment = \"demo\"\ndata = \"data\"\n[database]\nurl = \"{url}\"\nconnections = 12\n\
             [keys]\nfile = \"keyring.toml\"\n{}[trust]\nprovider = \"provider.toml\"\nsender = \"sender.toml\"\n\
             own_software = \"own_software.toml\"\noperator = \"operator.toml\"\n[identity]\nissuer = \"{issuer}\"\nclient_id = \"{}\"\n\
             client_secret_file = \"identity.secret\"\nssin_claim = \"ssin\"\n\
             acr = [\"urn:facteur:demo:substantial\"]\n[mandates]\nfile = \"mandates.toml\"\n\
             [limits]\nper_second = 5000\nburst = 5000\nrecipients_per_day = 1000\n\
             logins_per_second = 5000\nlogins_burst = 5000\npages_per_second = 5000\npages_burst = 5000\n\
             [outbound]\nallow = [\"{identity}\"]\nca = \"servers.pem\"\n[portal]\ndefault_language = \"en\"\n\
             [adapters]\nenabled = {adapters:?}\n[push]\ncertificate = \"push.pem\"\nkey = \"push.key\"\nauthorities = \"servers.pem\"\n",
            listeners.concat(),
            self.client_id,
        )
    }
}

/// The reference data of the tests.
fn reference(redirect: &str) -> String {
    let citizens: String = PEOPLE
        .iter()
        .filter(|person| person.known)
        .map(|person| format!("[[citizen]]\nssin = \"{}\"\nactive = {}\n", person.ssin(), person.active))
        .collect();
    let registrations: String = [
        ("sender", "senders", "tax-mailroom"),
        ("sender", "senders", "family-mailroom"),
        ("provider", "providers", "bank-app"),
        ("provider", "providers", "post-app"),
        ("operator", "operators", "operator-an"),
        ("operator", "operators", "operator-an-2"),
        ("operator", "operators", "operator-bart"),
        ("operator", "operators", "operator-sofie"),
        ("operator", "operators", "operator-tom"),
        ("operator", "operators", "operator-gone"),
    ]
    .map(|(role, anchor, client)| {
        format!(
            "[[certificate]]\nrole = \"{role}\"\nanchor = \"{anchor}\"\nclient_id = \"{client}\"\n\
             san_uri = \"urn:test:{client}\"\n"
        )
    })
    .concat();
    let file = REFERENCE.replace("REDIRECT", redirect);
    let family = enterprise(12);
    file.replace("TAX", &enterprise(11)).replace("FAMILY", &family) + &registrations + &citizens
}

/// The certificate authorities' file of the servers, for programs.
pub fn servers_pem(folder: &Path) -> PathBuf {
    folder.join("servers.pem")
}

/// The hub's secret at the identity provider.
pub const SECRET: &str = "a-secret-of-the-test-hub-at-its-identity-provider";
const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);
const REFERENCE: &str = include_str!("reference.toml");
