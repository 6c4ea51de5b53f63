//! The `facteur.toml` of a demo, such as somebody could have written it by hand.

use std::path::Path;

use hub_core::peer::Role;

use crate::demo::ca::{DevelopmentCa, Identity};
use crate::demo::connect::Papers;
use crate::demo::identity_provider::SUBSTANTIAL;
use crate::demo::ports::{Ports, loopback};

/// The hub's name at the identity provider.
pub(crate) const CLIENT_ID: &str = "facteur";

/// The text of the file.
pub(super) fn text(ca: &DevelopmentCa, hub: &Identity, ports: &Ports) -> String {
    let listeners = [
        ("public", "facteur.localhost", ports.public),
        ("mtls", "api.localhost", ports.mtls),
        ("operations", "localhost", ports.operations),
        ("content", "content.localhost", ports.content),
    ];
    let sections: Vec<String> = std::iter::once(HEAD.to_owned())
        .chain(listeners.map(|(name, host, port)| listener(name, host, port, hub)))
        .chain([trust(ca), identity(ports), outbound(ca, ports), TAIL.to_owned()])
        .collect();
    sections.join("\n")
}

fn listener(name: &str, host: &str, port: u16, hub: &Identity) -> String {
    let (certificate, key) = (quoted(&hub.certificate), quoted(&hub.key));
    let address = loopback(port);
    format!(
        "[listen.{name}]\naddress = \"{address}\"\norigin = \"https://{host}:{port}\"\n\
         certificate = {certificate}\nkey = {key}\n"
    )
}

fn trust(ca: &DevelopmentCa) -> String {
    let file = |role| quoted(&ca.trust_file(role));
    format!(
        "[trust]\nprovider = {}\nsender = {}\nown_software = {}\noperator = {}\n",
        file(Role::Provider),
        file(Role::Sender),
        file(Role::OwnSoftware),
        file(Role::Operator)
    )
}

fn identity(ports: &Ports) -> String {
    format!(
        "[identity]\nissuer = \"https://identity.localhost:{}\"\nclient_id = \"{CLIENT_ID}\"\n\
         client_secret_file = \"identity.secret\"\nssin_claim = \"ssin\"\nacr = [\"{SUBSTANTIAL}\"]\n\
         algorithms = [\"ES256\"]\n",
        ports.identity
    )
}

fn outbound(ca: &DevelopmentCa, ports: &Ports) -> String {
    format!(
        "[outbound]\nallow = [\"identity.localhost:{}\"]\nca = {}\n",
        ports.identity,
        quoted(&ca.server_anchor())
    )
}

/// The text of the file by which `facteur operator` knows where the hub is and who is asking.
pub(super) fn operator(papers: &Papers, authority: &Path, ports: &Ports) -> String {
    format!(
        "# For `facteur operator`, as FACTEUR_OPERATOR_CONFIG or with --operator-config.\n\
         url = \"https://localhost:{}\"\ncertificate = {}\nkey = {}\nauthority = {}\n",
        ports.operations,
        quoted(&papers.certificate),
        quoted(&papers.key),
        quoted(authority)
    )
}

/// A path as a TOML string.
fn quoted(path: &Path) -> String {
    toml::Value::String(path.display().to_string()).to_string()
}

const HEAD: &str = r#"# The hub of `facteur demo`: everything on this machine, nothing of it for real use.

[hub]
environment = "demo"
data = "data"

[database]
url = "sqlite"

[keys]
file = "keyring.toml"
"#;

const TAIL: &str = r#"[mandates]
file = "mandates.toml"

[portal]
default_language = "nl"

[log]
level = "info"
format = "text"
"#;
