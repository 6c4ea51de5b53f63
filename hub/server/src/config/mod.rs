//! The configuration: one TOML file, overlaid by the environment, checked before anything binds.
//!
//! `FACTEUR_CONFIG` names the file, `FACTEUR__SECTION__KEY` replaces one value of it. Unknown keys are refused.

mod blob;
mod certification;
mod overlay;
mod sections;

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use url::{Host, Url};

pub use blob::{Blob, S3};
pub use certification::Certification;
pub use sections::{
    Adapters, Assertions, Authorization, Evidence, HubSection, Identity, Journal, Keys, LimitsSection,
    Listen, Listener, Log, LogFormat, Mandates, Outbound, Portal, Push, TimeStamps, Trust,
};

/// The commented example that `facteur example-config` prints; a test reads it.
pub const EXAMPLE: &str = include_str!("example.toml");

/// Everything a hub is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which environment, and where files are kept.
    pub hub: HubSection,
    /// Which database.
    pub database: hub_core::db::DbConfig,
    /// Where content is kept.
    #[serde(default)]
    pub blob: Blob,
    /// Where the keyring is.
    pub keys: Keys,
    /// The four listeners.
    pub listen: Listen,
    /// Whom to trust, per role.
    pub trust: Trust,
    /// The identity service of the citizens.
    pub identity: Identity,
    /// Who represents which enterprise.
    pub mandates: Option<Mandates>,
    /// The pages.
    #[serde(default)]
    pub portal: Portal,
    /// Further ways to get tokens.
    #[serde(default)]
    pub authorization: Authorization,
    /// Which protocols are spoken to providers.
    #[serde(default)]
    pub adapters: Adapters,
    /// How much each client may ask.
    #[serde(default)]
    pub limits: LimitsSection,
    /// The reading journal.
    #[serde(default)]
    pub journal: Journal,
    /// How what happened is proven.
    #[serde(default)]
    pub evidence: Evidence,
    /// Which statements about providers' apps are believed; none unless said.
    pub certification: Option<Certification>,
    /// Whom the hub may call.
    #[serde(default)]
    pub outbound: Outbound,
    /// How events are pushed to providers; they are not unless said.
    pub push: Option<Push>,
    /// How it logs.
    #[serde(default)]
    pub log: Log,
}

impl Config {
    /// Reads the file at `path`, overlays the environment, and checks what can be checked without opening anything.
    ///
    /// Paths in the file are relative to it.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("configuration {}", path.display()))?;
        let mut table: toml::Table =
            text.parse().with_context(|| format!("configuration {}", path.display()))?;
        overlay::environment(&mut table)?;
        let mut config: Self =
            table.try_into().with_context(|| format!("configuration {}", path.display()))?;
        config.resolve(path.parent().unwrap_or(Path::new(".")));
        config.check()?;
        Ok(config)
    }

    /// The folder of content, where no bucket is configured.
    pub fn content_folder(&self) -> PathBuf {
        self.blob.folder.clone().unwrap_or_else(|| self.hub.data.join("content"))
    }

    /// The example, as a test reads it.
    #[cfg(test)]
    fn example() -> anyhow::Result<Self> {
        let config: Self = toml::from_str(EXAMPLE)?;
        config.check()?;
        Ok(config)
    }

    fn resolve(&mut self, base: &Path) {
        let mut paths: Vec<&mut PathBuf> = vec![&mut self.hub.data, &mut self.keys.file];
        paths.extend(self.blob.files_mut());
        paths.extend(self.journal.folder.as_mut());
        paths.extend(self.mandates.as_mut().map(|mandates| &mut mandates.file));
        paths.extend(self.identity.client_secret_file.as_mut());
        paths.extend(self.outbound.ca.as_mut());
        if let Some(push) = self.push.as_mut() {
            paths.extend([&mut push.certificate, &mut push.key]);
            paths.extend(push.authorities.as_mut());
        }
        paths.extend(self.certification.as_mut().map(|certification| &mut certification.keys));
        paths.extend(self.evidence.time_stamps.as_mut().map(|service| &mut service.anchor));
        paths.extend(self.trust.files_mut());
        for listener in self.listen.all_mut() {
            paths.push(&mut listener.certificate);
            paths.push(&mut listener.key);
        }
        for path in paths {
            *path = base.join(&path);
        }
    }

    fn check(&self) -> anyhow::Result<()> {
        if !ENVIRONMENTS.contains(&self.hub.environment.as_str()) {
            bail!("hub.environment is one of {}", ENVIRONMENTS.join(", "));
        }
        for (name, listener) in self.listen.named() {
            if !listener.origin.starts_with("https://") || listener.origin.ends_with('/') {
                bail!("listen.{name}.origin is https://host[:port] without a path");
            }
        }
        if self.evidence.time_stamps.as_ref().is_some_and(|it| !matches!(it.url.scheme(), "https" | "http")) {
            bail!("evidence.time_stamps.url is neither https nor http");
        }
        self.blob.check(is_loopback)?;
        if self.hub.environment == "demo" {
            self.check_demo()?;
        } else {
            self.check_outside_demo()?;
        }
        if self.adapters.enabled.iter().any(|name| provider_adapters::named(name).is_none()) {
            bail!("adapters.enabled names an adapter that does not exist");
        }
        let of_the_ebox = ["message_registry", "federation", "events"];
        let spoken = self.adapters.enabled.iter().any(|name| of_the_ebox.contains(&name.as_str()));
        if self.authorization.assertions.enabled && !spoken {
            bail!(
                "authorization.assertions is for the adapters message_registry, federation and events; none is enabled"
            );
        }
        Ok(())
    }

    /// What a demo must have: nobody else may reach it (TRUST T4).
    fn check_demo(&self) -> anyhow::Result<()> {
        for (name, listener) in self.listen.named() {
            if !listener.address.ip().to_canonical().is_loopback() {
                bail!("listen.{name}.address is not on loopback, as that of a demo must be");
            }
        }
        Ok(())
    }

    /// What only a demo may have (TRUST T4).
    fn check_outside_demo(&self) -> anyhow::Result<()> {
        let issuer = &self.identity.issuer;
        if !issuer.starts_with("https://") || is_loopback(issuer) {
            bail!("identity.issuer is plain http or on loopback: only a demo may have that");
        }
        if self.identity.acr.iter().any(|acr| acr.starts_with("urn:facteur:demo:")) {
            bail!(
                "identity.acr names a level of the development identity provider: only a demo may accept that"
            );
        }
        if self.hub.environment == "production" && self.outbound.allow.iter().any(|host| is_loopback(host)) {
            bail!("outbound.allow names a loopback address in production");
        }
        Ok(())
    }
}

/// Whether a URL or `host:port` names this machine.
fn is_loopback(text: &str) -> bool {
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let Ok(url) = Url::parse(&whole) else { return false };
    let here = |address: IpAddr| address.to_canonical().is_loopback() || address.is_unspecified();
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => here(address.into()),
        Some(Host::Ipv6(address)) => here(address.into()),
        None => false,
    }
}

const ENVIRONMENTS: [&str; 4] = ["demo", "integration", "acceptance", "production"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_configuration() {
        let config = Config::example().unwrap();
        assert_eq!(config.hub.environment, "integration");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let text = EXAMPLE.replace("[hub]", "[hub]\ncolour = \"red\"");
        assert!(toml::from_str::<Config>(&text).unwrap_err().to_string().contains("colour"));
    }

    #[test]
    fn the_service_of_time_stamps_is_as_described_or_refused() {
        let refused = |from: &str, to: &str| {
            let text = EXAMPLE.replace(from, to);
            assert_ne!(text, EXAMPLE, "{from}");
            let config: Result<Config, _> = toml::from_str(&text);
            config.map_err(anyhow::Error::from).and_then(|config| config.check()).unwrap_err().to_string()
        };
        let section = "[evidence.time_stamps]";
        assert!(refused(section, "[evidence.time_stamps]\nretries = 3").contains("retries"));
        assert!(refused(section, "[evidence]\nseals = 1\n[evidence.time_stamps]").contains("seals"));
        assert!(refused("anchor = \"trust/time-stamps.pem\"", "").contains("anchor"));
        let scheme = refused("https://time-stamps.example.org", "ldap://time-stamps.example.org");
        assert!(scheme.contains("evidence.time_stamps.url"), "{scheme}");
    }

    #[test]
    fn clients_sign_only_where_a_service_of_the_e_box_is_spoken() {
        assert!(!Config::example().unwrap().authorization.assertions.enabled);
        let on = EXAMPLE.replace("enabled = false", "enabled = true");
        let check = |text: &str| toml::from_str::<Config>(text).unwrap().check();
        assert_ne!(on, EXAMPLE);
        assert!(check(&on).is_ok());
        let without = on.replace(", \"message_registry\", \"federation\", \"events\"]", "]");
        assert_ne!(without, on);
        assert!(check(&without).unwrap_err().to_string().contains("authorization.assertions"));
        assert!(
            check(&on.replace("\"message_registry\", \"federation\", \"events\"]", "\"events\"]")).is_ok()
        );
    }

    #[test]
    fn loopback_has_many_names() {
        for name in [
            "https://identity.localhost:8447",
            "127.0.0.1:5432",
            "localhost",
            "LOCALHOST.:8443",
            "[::1]:8443",
            "https://[::1]",
            "https://127.1/",
            "0.0.0.0:8443",
        ] {
            assert!(is_loopback(name), "{name}");
        }
        assert!(!is_loopback("https://identity.example.org") && !is_loopback("10.0.0.5:8443"));
    }

    #[test]
    fn a_demo_listens_on_loopback_only() {
        let demo = EXAMPLE.replace("environment = \"integration\"", "environment = \"demo\"");
        let check = |text: &str| toml::from_str::<Config>(text).unwrap().check();

        let refused = check(&demo).unwrap_err().to_string();
        assert!(refused.contains("listen.public.address is not on loopback"), "{refused}");
        for inside in ["127.0.0.1:844", "[::1]:844"] {
            assert!(check(&demo.replace("0.0.0.0:844", inside)).is_ok(), "{inside}");
        }
        let one_open = demo.replacen("0.0.0.0:844", "127.0.0.1:844", 2);
        assert!(check(&one_open).unwrap_err().to_string().contains("listen.content.address"));
    }

    #[test]
    fn the_development_identity_provider_is_refused_outside_a_demo() {
        let text = EXAMPLE.replace("https://identity.example.org", "https://identity.localhost:8447");
        let config: Config = toml::from_str(&text).unwrap();
        assert!(config.check().unwrap_err().to_string().contains("loopback"));
    }
}
