//! `init`: a folder with everything a run needs, and the words to configure the app with.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use conformance::authority::{Authority, CertificateError, Credential};
use conformance::engine::now;
use conformance::profile::{Capability, Fresh};
use conformance::report::Ending;
use url::Url;

use super::{PROFILE, Stop, broken, configuration};

/// What `init` is told.
#[derive(Args)]
pub(crate) struct Init {
    /// The folder that is made.
    folder: PathBuf,
    /// The app's name, for reports.
    #[arg(long, default_value = "App under test")]
    name: String,
    /// The name under which the played hub registers the app.
    #[arg(long, default_value = "app-under-test")]
    client_id: String,
    /// Where the hub sends the browser back to.
    #[arg(long, default_value = "https://localhost:9450/callback")]
    redirect_uri: Url,
    /// Where the app's test hook listens.
    #[arg(long, default_value = "http://127.0.0.1:9451/")]
    hook_url: Url,
    /// The page that begins a consent, for an app without a test hook: a person opens it when the suite asks.
    #[arg(long)]
    start_url: Option<Url>,
    /// Where the app takes pushed events, if its hook does not say it.
    #[arg(long)]
    events: Option<Url>,
    /// The first of the three ports on which the suite plays the hubs.
    #[arg(long, default_value_t = 9443)]
    port: u16,
    /// What the app can do; everything if nothing is said.
    #[arg(long, value_delimiter = ',', value_parser = capability)]
    declare: Vec<Capability>,
    /// A hub is judged, not an app: writes its commented profile alone, to be filled in.
    #[arg(long)]
    hub: bool,
    /// The reference provider is the app: it is started by the profile.
    #[arg(long)]
    reference_provider: bool,
}

impl Init {
    pub(super) fn obey(self) -> Result<Ending, Stop> {
        fs::create_dir_all(&self.folder)
            .map_err(|error| configuration(format!("{}: {error}", self.folder.display())))?;
        if self.hub {
            return super::hub::begin(&self.folder);
        }
        let fresh = self.fresh()?;
        let files = self.files(&fresh)?;
        if let Some((name, ..)) = files.iter().find(|(name, ..)| self.folder.join(name).exists()) {
            return Err(configuration(format!(
                "{} is there already: name another folder, or delete it",
                self.folder.join(name).display()
            )));
        }
        for (name, text, secrecy) in &files {
            keep(&self.folder.join(name), text, *secrecy)?;
        }
        self.explain(&fresh);
        Ok(Ending::Passed)
    }

    fn fresh(&self) -> Result<Fresh, Stop> {
        let all = || {
            let left_out = [Capability::Flows, Capability::Hook];
            Capability::ALL.into_iter().filter(|capability| !left_out.contains(capability)).collect()
        };
        let mut fresh = Fresh {
            name: self.name.clone(),
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.to_string(),
            start_url: self.start_url.as_ref().map(Url::to_string),
            events: self.events.as_ref().map(Url::to_string),
            hook_url: self.start_url.is_none().then(|| self.hook_url.to_string()),
            command: None,
            port: self.port,
            declared: if self.declare.is_empty() { all() } else { self.declare.clone() },
        };
        if self.port > u16::MAX - 2 {
            return Err(configuration("--port leaves no room for three ports"));
        }
        if self.start_url.is_some() && self.declare.is_empty() {
            // What a person cannot be asked to show needs to be declared by name.
            fresh.declared = vec![Capability::Read];
        }
        if self.reference_provider {
            fresh.name = "Reference provider".to_owned();
            fresh.events = Some(format!("https://localhost:{}/events", self.events_port()));
            fresh.command = Some(self.reference_provider(&fresh)?);
        }
        Ok(fresh)
    }

    /// Every file with its name and whether it is secret.
    fn files(&self, fresh: &Fresh) -> Result<Vec<(&'static str, String, Secrecy)>, Stop> {
        let made = self.credentials().map_err(broken)?;
        let mut files: Vec<(&'static str, String, Secrecy)> = Vec::new();
        for (certificate, key, credential) in made {
            files.push((certificate, credential.certificate, Secrecy::Public));
            files.push((key, credential.key, Secrecy::Secret));
        }
        if fresh.hook_url.is_some() {
            files.push(("hook.secret", secret()?, Secrecy::Secret));
        }
        files.push((
            ".gitignore",
            "*.key\nhook.secret\nreport/\nreport-part/\napp.log\n".to_owned(),
            Secrecy::Public,
        ));
        files.push((PROFILE, fresh.text().map_err(broken)?, Secrecy::Public));
        Ok(files)
    }

    fn credentials(&self) -> Result<[(&'static str, &'static str, Credential); 4], CertificateError> {
        let seconds = u64::try_from(now().as_second()).unwrap_or_default();
        let authority = Authority::new("Conformance suite: trusted in this test only", seconds)?;
        let second = Authority::new("Conformance suite, second: trusted in this test only", seconds)?;
        let host = self.redirect_uri.host_str().unwrap_or("localhost").trim_matches(['[', ']']);
        let mut names = vec![host, "localhost", "127.0.0.1", "::1"];
        names.sort_unstable();
        names.dedup();
        let uri = format!("urn:facteur:conformance:{}", self.client_id);
        Ok([
            ("ca.pem", "ca.key", authority.kept_before(&second)),
            ("app.pem", "app.key", authority.client(&uri, seconds)?),
            ("next.pem", "next.key", authority.client(&uri, seconds)?),
            ("front.pem", "front.key", authority.server(&names, seconds)?),
        ])
    }

    /// How the reference provider is started in the folder.
    fn reference_provider(&self, fresh: &Fresh) -> Result<Vec<String>, Stop> {
        let address = |url: &Url| {
            let host = url.host_str().filter(|host| *host != "localhost").unwrap_or("127.0.0.1");
            let port = url.port_or_known_default();
            port.map(|port| format!("{host}:{port}"))
                .ok_or_else(|| configuration(format!("{url} has no port")))
        };
        let origin = self.redirect_uri.origin().ascii_serialization();
        let words = [
            ("--issuer", fresh.issuer()),
            ("--resource", fresh.resource()),
            ("--client-id", fresh.client_id.clone()),
            ("--certificate", "app.pem".to_owned()),
            ("--key", "app.key".to_owned()),
            ("--ca", "ca.pem".to_owned()),
            ("--listen", address(&self.redirect_uri)?),
            ("--origin", origin),
            ("--server-certificate", "front.pem".to_owned()),
            ("--server-key", "front.key".to_owned()),
            ("--events-listen", format!("127.0.0.1:{}", self.events_port())),
            ("--test-hook", address(&self.hook_url)?),
            ("--test-hook-secret-file", "hook.secret".to_owned()),
        ];
        let pairs = words.into_iter().flat_map(|(option, value)| [option.to_owned(), value]);
        Ok(std::iter::once("reference-provider".to_owned()).chain(pairs).collect())
    }

    /// The reference provider takes events one port above its hook.
    fn events_port(&self) -> u16 {
        self.hook_url.port_or_known_default().unwrap_or_default().saturating_add(1)
    }

    fn explain(&self, fresh: &Fresh) {
        let folder = self.folder.display();
        say!("{folder} holds the profile, keys and certificates. Configure your app with:");
        say!();
        say!("  issuer of the hub     {}", fresh.issuer());
        say!("  mailbox API           {}", fresh.resource());
        say!("  client id             {}", fresh.client_id);
        say!("  redirect URI          {}", fresh.redirect_uri);
        say!("  client certificate    {folder}/app.pem, key {folder}/app.key");
        say!("  authorities to trust  {folder}/ca.pem, both, in this test only");
        say!("  its own front         may use {folder}/front.pem, key {folder}/front.key");
        if let Some(hook) = &fresh.hook_url {
            say!(
                "  test hook             at {hook}, secret in {folder}/hook.secret; `facteur-conformance hook` tells what it is"
            );
        }
        if fresh.declared.contains(&Capability::Push) {
            let events =
                fresh.events.as_deref().unwrap_or("where your hook says, or `events` of the profile");
            say!("  receiver of events    {events}");
        }
        say!();
        match (&fresh.command, &fresh.start_url) {
            (Some(_), _) => say!("The profile starts the app by itself. Next:"),
            (None, Some(_)) => say!("Start your app; the suite will ask you to open addresses. Next:"),
            (None, None) => {
                say!("Start your app with its test hook open, or name its command in the profile. Next:");
            }
        }
        say!("  facteur-conformance doctor {folder}");
        say!("  facteur-conformance run {folder}");
    }
}

/// Whether others on this machine may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    Public,
    Secret,
}

pub(super) fn keep(path: &Path, text: &str, secrecy: Secrecy) -> Result<(), Stop> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secrecy == Secrecy::Secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let written =
        options.open(path).and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|error| configuration(format!("{}: {error}", path.display())))
}

/// 256 random bits in hexadecimal digits.
fn secret() -> Result<String, Stop> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| broken("no randomness"))?;
    Ok(data_encoding::HEXLOWER.encode(&bytes))
}

pub(super) fn capability(word: &str) -> Result<Capability, String> {
    let words = || Capability::ALL.map(Capability::word).join(", ");
    Capability::of(word).ok_or_else(|| format!("one of {}", words()))
}
