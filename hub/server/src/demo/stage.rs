//! The stage: identity provider and hub, open on loopback, with the reference data in place.

use std::time::Duration;

use anyhow::Context as _;
use hub_core::access::operator::Summary;
use hub_core::access::reference::ReferenceFile;

use super::identity_provider::{Client, IdentityProvider, Settings};
use super::people::People;
use super::ports::loopback;
use super::print::Story;
use super::setting::{CLIENT_ID, Setting};
use crate::commands::apply::readable;
use crate::doors::{Door, DoorConfig, Doors, Kind, Limits};
use crate::parts::open_trust;
use crate::serve::{self, Running};

/// Everything that runs in this process.
pub(crate) struct Stage {
    /// The files it was made from.
    pub(crate) setting: Setting,
    /// Who can log in.
    pub(crate) people: People,
    identity: Doors,
    hub: Running,
}

impl Stage {
    /// Opens everything, telling each step.
    pub(crate) async fn open(setting: Setting, story: &mut Story) -> anyhow::Result<Self> {
        story.line("Facteur, the main job from end to end, on this machine only.");
        let until = if setting.folder.stays() { "" } else { " until the end" };
        story.says(&format!("everything is kept in {}{until}", setting.folder.path().display()));
        story.chapter("The stage is set");
        let people = People::of_demo()?;

        let step = story.sends("demo", "starts an identity provider with a login page for test citizens");
        let identity = identity(&setting, &people).await?;
        story.came_back(&step, &format!("{} is open", setting.identity_origin()));

        let step = story.sends(
            "demo",
            "starts the hub: SQLite, keyring, four listeners, certificates of a development CA",
        );
        let hub = serve::start(setting.config.clone(), setting.clock.clone()).await?;
        let origins = hub.origins();
        story.came_back(&step, &format!("{} and {} are open", origins.public, origins.mtls));

        let step = story.sends("operator", "registers public bodies, providers, certificates, mailboxes");
        let done = apply(&setting, &hub).await?;
        story.came_back(&step, &summary(done));

        Ok(Self { setting, people, identity, hub })
    }

    /// The hub's origin for browsers.
    pub(crate) fn public(&self) -> &str {
        &self.hub.origins().public
    }

    /// The hub's origin for machines.
    pub(crate) fn mtls(&self) -> &str {
        &self.hub.origins().mtls
    }

    /// The hub's origin for operators.
    pub(crate) fn operations(&self) -> &str {
        &self.hub.origins().operations
    }

    /// Closes everything in order.
    pub(crate) async fn close(self) {
        self.hub.stop(DRAIN).await;
        self.identity.drain(DRAIN).await;
    }
}

/// Serves the identity provider behind a door of its own.
async fn identity(setting: &Setting, people: &People) -> anyhow::Result<Doors> {
    let public = &setting.config.listen.public.origin;
    let client = Client {
        id: CLIENT_ID.to_owned(),
        name: "Facteur".to_owned(),
        secret: setting.secret.clone(),
        redirect_uris: vec![format!("{public}/login/callback")],
        post_logout_redirect_uris: vec![format!("{public}/"), format!("{public}/logout")],
    };
    let settings =
        Settings { issuer: setting.identity_origin(), clients: vec![client], people: people.clone() };
    let provider = IdentityProvider::new(settings, setting.clock.clone(), setting.random.clone())?;
    let config = DoorConfig {
        name: "identity",
        kind: Kind::Browsers,
        address: loopback(setting.ports.identity),
        certificate: setting.identity.certificate.clone(),
        key: setting.identity.key.clone(),
        limits: Limits::default(),
    };
    let doors = Doors::new(open_trust(&setting.config)?, setting.clock.clone());
    doors.open(Door::bind(config, &setting.clock).await?, provider.routes());
    Ok(doors)
}

/// Registers the reference data, as `facteur apply` would.
async fn apply(setting: &Setting, hub: &Running) -> anyhow::Result<Summary> {
    let folder = setting.folder.path();
    let text = std::fs::read_to_string(folder.join("reference.toml")).context("the reference data")?;
    let file: ReferenceFile = toml::from_str(&text).context("the reference data")?;
    let operator = hub.hub().local_operator("demo");
    if let Some(sample) = setting.sample {
        let file: ReferenceFile = toml::from_str(sample.reference()).context("the sample")?;
        operator.apply(&file, folder).await.map_err(readable)?;
    }
    operator.apply(&file, folder).await.map_err(readable)
}

fn summary(done: Summary) -> String {
    format!(
        "{} entries of senders, {} of providers, {} certificates, {} mailboxes",
        done.senders, done.providers, done.certificates, done.mailboxes
    )
}

/// How long requests in flight may take at the end.
const DRAIN: Duration = Duration::from_secs(2);
