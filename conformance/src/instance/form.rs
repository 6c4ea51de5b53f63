//! What a developer says of the app that is to be judged. It names no file and no program, and no address that the instance
//! must not call.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::app::may_be_public;
use crate::profile::{Capability, Hub as Stage};

/// A run as it is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RunToAsk {
    /// The hub's nonce.
    pub(super) nonce: String,
    /// The app's client id at the hub.
    pub(super) client_id: String,
    /// Its name, for reports.
    name: String,
    /// Where the stage sends the browser back to.
    redirect_uri: Url,
    /// Its test hook.
    hook_url: Url,
    /// The secret of the hook.
    pub(super) hook_secret: String,
    /// Where it takes events.
    events: Option<Url>,
    /// The authorities of the app's own servers (PEM).
    pub(super) trust: Option<String>,
    /// What it can do.
    declared: Vec<Capability>,
}

impl RunToAsk {
    /// What is wrong with it; `None` if nothing is.
    pub(super) fn wrong(&self, stage: &Stage, private_targets: bool) -> Option<String> {
        let is_client = (3..=63).contains(&self.client_id.len())
            && self.client_id.starts_with(|first: char| first.is_ascii_lowercase())
            && self
                .client_id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_client {
            return Some("clientId: 3 to 63 lower-case letters, digits and hyphens".to_owned());
        }
        let texts =
            [("name", &self.name, 200), ("nonce", &self.nonce, 128), ("hookSecret", &self.hook_secret, 512)];
        let wrong = |text: &str, most: usize| {
            text.is_empty() || text.len() > most || text.chars().any(char::is_control)
        };
        if let Some((name, ..)) = texts.iter().find(|(_, text, most)| wrong(text, *most)) {
            return Some(format!("{name}: one line of text is expected, and not more than it takes"));
        }
        if private_targets { None } else { self.out_of_bounds(&stage.host) }
    }

    /// Which address a confined run does not call. It calls the stage's own host wherever that is: no app is there.
    fn out_of_bounds(&self, own: &str) -> Option<String> {
        let plain = |host: &str| host.trim_end_matches('.').to_ascii_lowercase();
        let addresses = [
            ("redirectUri", Some(&self.redirect_uri)),
            ("hookUrl", Some(&self.hook_url)),
            ("events", self.events.as_ref()),
        ];
        addresses.into_iter().find_map(|(name, url)| {
            let url = url?;
            if url.host_str().is_some_and(|host| plain(host) == plain(own)) {
                return Some(format!("{name}: this is the host of the stage, not of an app"));
            }
            (!may_be_public(url)).then(|| format!("{name}: https on a public network is expected"))
        })
    }

    /// The profile of the run, with the files that the instance itself puts beside it.
    pub(super) fn profile(&self, stage: &Stage) -> String {
        let mut app = json!({
            "name": self.name,
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "certificate": "app.pem",
            "next_certificate": "next.pem",
            "next_key": "next.key",
        });
        if let Some(app) = app.as_object_mut() {
            app.extend(self.events.iter().map(|events| ("events".to_owned(), json!(events))));
            app.extend(self.trust.iter().map(|_| ("trust".to_owned(), json!("trust.pem"))));
        }
        let declared: Vec<Capability> = self
            .declared
            .iter()
            .copied()
            .filter(|word| !matches!(word, Capability::Flows | Capability::Hook))
            .collect();
        let profile = json!({
            "version": 1,
            "app": app,
            "hook": {"url": self.hook_url, "secret_file": "hook.secret"},
            "hub": {
                "listen": IpAddr::to_string(&stage.listen), "host": stage.host, "public_port": stage.public_port,
                "mtls_port": stage.mtls_port, "hostile_port": stage.hostile_port,
                "issuer_path": stage.issuer_path, "ca": "stage.pem", "ca_key": "stage.key",
            },
            "capabilities": {"declared": declared},
        });
        // a table writes its values before its tables
        toml::Table::try_from(profile).map(|profile| profile.to_string()).unwrap_or_default()
    }
}
