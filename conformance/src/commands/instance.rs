//! `instance`: the folder of an instance that a hub's operator runs.

use std::path::PathBuf;

use clap::Args;
use conformance::authority::Authority;
use conformance::bundle::Signer;
use conformance::digest::sha256_base64url;
use conformance::engine::now;
use conformance::instance::fresh;
use conformance::report::Ending;
use serde_json::json;

use super::init::{Secrecy, keep};
use super::{Stop, broken, configuration};

/// What `instance` is told.
#[derive(Args)]
pub(crate) struct Instance {
    /// The folder that is made.
    folder: PathBuf,
    /// The issuer of the hub that statements are for.
    #[arg(long)]
    hub: String,
    /// The name under which developers and apps reach it.
    #[arg(long, default_value = "localhost")]
    host: String,
    /// The first of four ports: its own door, and those on which it plays hubs.
    #[arg(long, default_value_t = 9600)]
    port: u16,
}

impl Instance {
    pub(super) fn obey(self) -> Result<Ending, Stop> {
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| configuration(format!("{}: {error}", self.folder.display())))?;
        let seconds = u64::try_from(now().as_second()).unwrap_or_default();
        let authority =
            Authority::new("Conformance instance: the hubs that it plays", seconds).map_err(broken)?;
        let mut names = vec![self.host.as_str(), "localhost", "127.0.0.1"];
        names.dedup();
        let server = authority.server(&names, seconds).map_err(broken)?;
        let signing = authority.client("urn:facteur:conformance:certification", seconds).map_err(broken)?;
        let jwk = Signer::read(&signing.key, None).map_err(broken)?.jwk();
        // the key's own name (RFC 7638)
        let kid = sha256_base64url(jwk.to_string().as_bytes());
        let second = Authority::new("Conformance instance: the hubs that it plays, second", seconds);
        let stage = authority.kept_before(&second.map_err(broken)?);
        let files = [
            ("stage.pem", stage.certificate, Secrecy::Public),
            ("stage.key", stage.key, Secrecy::Secret),
            ("server.pem", server.certificate, Secrecy::Public),
            ("server.key", server.key, Secrecy::Secret),
            ("certification.key", signing.key, Secrecy::Secret),
            ("certification.jwks", set(jwk, &kid), Secrecy::Public),
            (FILE, fresh(&self.hub, &self.host, self.port, &kid), Secrecy::Public),
        ];
        if let Some((name, ..)) = files.iter().find(|(name, ..)| self.folder.join(name).exists()) {
            return Err(configuration(format!("{} is there already", self.folder.join(name).display())));
        }
        for (name, text, secrecy) in &files {
            keep(&self.folder.join(name), text, *secrecy)?;
        }
        let folder = self.folder.display();
        say!("{folder} holds the configuration, keys and certificates of an instance. Next:");
        say!("  put the authorities of providers' certificates into {folder}/providers.pem");
        say!("  name {folder}/certification.jwks as certification.keys in the hub's configuration");
        say!("  facteur-conformance serve {folder}");
        Ok(Ending::Passed)
    }
}

/// The public key as the hub is told of it.
fn set(mut jwk: serde_json::Value, kid: &str) -> String {
    if let Some(members) = jwk.as_object_mut() {
        members.extend(
            [("kid", kid), ("use", "sig"), ("alg", "ES256")]
                .map(|(name, text)| (name.to_owned(), text.into())),
        );
    }
    json!({ "keys": [jwk] }).to_string() + "\n"
}

/// The name of the configuration in the folder.
pub(super) const FILE: &str = "instance.toml";
