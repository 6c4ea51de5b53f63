//! A new profile: the commented file that `init` writes.

use askama::Template;

use super::Capability;

/// What `init` was told.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// The app's name, for reports.
    pub name: String,
    /// The name under which the played hub registers it.
    pub client_id: String,
    /// Where the hub sends the browser back to.
    pub redirect_uri: String,
    /// The page that begins a consent.
    pub start_url: Option<String>,
    /// Where the app takes pushed events.
    pub events: Option<String>,
    /// The address of the test hook.
    pub hook_url: Option<String>,
    /// The command that starts the app.
    pub command: Option<Vec<String>>,
    /// The first of three ports.
    pub port: u16,
    /// What the app is declared to do.
    pub declared: Vec<Capability>,
}

impl Fresh {
    /// The text of the file.
    pub fn text(&self) -> askama::Result<String> {
        let page = Page {
            name: quoted(&self.name),
            client_id: quoted(&self.client_id),
            redirect_uri: quoted(&self.redirect_uri),
            start_url: self.start_url.as_deref().map(quoted),
            events: self.events.as_deref().map(quoted),
            hook_url: self.hook_url.as_deref().map(quoted),
            command: self.command.as_deref().map(list),
            public_port: self.port,
            mtls_port: self.port.saturating_add(1),
            hostile_port: self.port.saturating_add(2),
            issuer: quoted(&self.issuer()),
            issuer_path: quoted(ISSUER_PATH),
            capabilities: Capability::ALL
                .into_iter()
                .filter(|capability| !matches!(capability, Capability::Flows | Capability::Hook))
                .map(|capability| {
                    (capability.word(), capability.meaning(), self.declared.contains(&capability))
                })
                .collect(),
        };
        page.render()
    }

    /// The issuer of the hub that will be played.
    pub fn issuer(&self) -> String {
        format!("https://localhost:{}{ISSUER_PATH}", self.port)
    }

    /// The mailbox API that will be played.
    pub fn resource(&self) -> String {
        format!("https://localhost:{}/mailbox/v1", self.port.saturating_add(1))
    }
}

#[derive(Template)]
#[template(path = "profile.toml", escape = "none")]
struct Page {
    name: String,
    client_id: String,
    redirect_uri: String,
    start_url: Option<String>,
    events: Option<String>,
    hook_url: Option<String>,
    command: Option<String>,
    public_port: u16,
    mtls_port: u16,
    hostile_port: u16,
    issuer: String,
    issuer_path: String,
    capabilities: Vec<(&'static str, &'static str, bool)>,
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(words: &[String]) -> String {
    format!("[{}]", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", "))
}

/// Long on purpose: a client that forms the well-known address wrongly (RFC 8414 3.1) shows it in every case.
const ISSUER_PATH: &str = "/member-states/be/electronic-mailboxes/hub";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::profile::Profile;

    fn fresh() -> Fresh {
        Fresh {
            name: "An \"app\"".to_owned(),
            client_id: "app".to_owned(),
            redirect_uri: "https://localhost:9450/callback".to_owned(),
            start_url: None,
            events: None,
            hook_url: Some("http://127.0.0.1:9451/".to_owned()),
            command: None,
            port: 9443,
            declared: vec![Capability::Read, Capability::Push],
        }
    }

    #[test]
    fn what_init_writes_is_a_profile_and_says_what_it_was_told() {
        let fresh = fresh();
        let profile = Profile::parse(&fresh.text().unwrap(), Path::new(".")).unwrap();
        assert_eq!(profile.app.name, "An \"app\"");
        assert_eq!(profile.hub.issuer(), fresh.issuer());
        assert_eq!(profile.hub.resource(), fresh.resource());
        let declared = [Capability::Flows, Capability::Read, Capability::Push, Capability::Hook];
        assert_eq!(profile.declared(), declared);
    }

    #[test]
    fn a_profile_for_a_person_and_with_a_command_is_one_too() {
        let fresh = Fresh {
            hook_url: None,
            start_url: Some("https://localhost:9450/".to_owned()),
            events: Some("https://localhost:9450/events".to_owned()),
            command: Some(vec!["app".to_owned(), "--name=\"x\"".to_owned()]),
            ..fresh()
        };
        let profile = Profile::parse(&fresh.text().unwrap(), Path::new(".")).unwrap();
        assert!(profile.hook.is_none());
        assert_eq!(profile.app.command.unwrap(), ["app", "--name=\"x\""]);
    }
}
