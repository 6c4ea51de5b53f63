//! Serving: open everything, open the doors, run the jobs, and close it all in order.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use hub_core::Hub;
use hub_core::clock::Clock;
use hub_http::outbound::Courier;
use hub_http::{Limits, Machines, Watch};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::doors::{self, Door, DoorConfig, Doors, Kind, Reloader};
use crate::jobs::{self, Jobs, Watched};
use crate::operations::Readiness;
use crate::time_stamps::TimeStampService;
use crate::{metrics, outbound, parts, push, routes};

/// A hub that serves.
pub struct Running {
    hub: Hub,
    addresses: Addresses,
    origins: Origins,
    doors: Doors,
    jobs: Jobs,
    readiness: Readiness,
    keyring: PathBuf,
    mandates: Option<PathBuf>,
    courier: Option<Arc<Courier>>,
}

/// Where the listeners are bound.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// For browsers.
    pub public: SocketAddr,
    /// For machines.
    pub mtls: SocketAddr,
    /// For operators.
    pub operations: SocketAddr,
    /// For attachments and logos.
    pub content: SocketAddr,
}

/// How others name the listeners, with the ports that were taken.
#[derive(Clone, Debug)]
pub struct Origins {
    /// The issuer.
    pub public: String,
    /// Under which the APIs stand.
    pub mtls: String,
    /// For operators.
    pub operations: String,
    /// For attachments and logos.
    pub content: String,
}

/// Serves until SIGTERM or SIGINT; SIGHUP rereads keys, trust, certificates and mandates.
pub async fn until_told(config: Config) -> anyhow::Result<()> {
    let _lines = metrics::log(&config.log)?;
    let running = start(config, Clock::System).await?;
    let (mut terminate, mut interrupt, mut hangup) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?);
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => running.reload().await,
        }
    }
    running.stop(DRAIN).await;
    Ok(())
}

/// Starts a hub; when this returns, its listeners answer.
///
/// An origin whose port is 0 gets the port that its listener took.
pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Running> {
    metrics::recorder();
    let trust = parts::open_trust(&config)?;
    let db = parts::open_database(&config).await?;
    let lock = db.lock_to_serve(&config.hub.data).await?;
    db.migrate().await.context("the schema")?;
    let doors = Doors::new(trust.clone(), clock.clone());
    let [public, mtls, operations, content] = bind_all(&config, &clock).await?;
    let addresses = Addresses {
        public: public.address(),
        mtls: mtls.address(),
        operations: operations.address(),
        content: content.address(),
    };
    let origins = Origins::of(&config, &addresses);

    let hub = parts::open_hub(&config, db, clock.clone(), (&origins.public, &origins.mtls)).await?;
    let limits = Arc::new(Limits::of(config.limits.rates()));
    let watch = Arc::new(Watch::new(Arc::clone(hub.tally())));
    let machines = Machines { trust, clock, limits: Arc::clone(&limits), watch };
    let readiness = Readiness::default();
    jobs::objects::first_look(&hub, &readiness).await?;
    let outbound = outbound::client(&config)?;
    let time_stamps = TimeStampService::open(&config, &outbound)?;
    let courier = push::courier(&config)?;
    let routes = routes::build(&config, &hub, &machines, &origins, (&readiness, outbound, courier.clone()))?;
    let mandates = config.mandates.map(|mandates| mandates.file);
    load_mandates(mandates.as_deref(), &hub).await?;
    doors.open(public, routes.public);
    doors.open(mtls, routes.mtls);
    doors.open(operations, routes.operations);
    doors.open(content, routes.content);
    doors.watch(Duration::from_secs(2));
    let watched = Watched {
        mandates: mandates.clone(),
        keyring: config.keys.file.clone(),
        lock,
        readiness: readiness.clone(),
        recipients_per_day: i64::from(config.limits.recipients_per_day),
        time_stamps,
        courier: courier.clone(),
    };
    let jobs = Jobs::start(&hub, limits, watched);
    readiness.set(true);
    let keyring = config.keys.file;
    Ok(Running { hub, addresses, origins, doors, jobs, readiness, keyring, mandates, courier })
}

impl Running {
    /// The hub itself.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Where it listens.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// How others name it.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// What rereads certificates, trust and revocation lists.
    pub fn reloader(&self) -> Reloader {
        self.doors.reloader()
    }

    /// Rereads keys, certificates, trust, revocation lists and mandates; what cannot be used stays as it was.
    pub async fn reload(&self) {
        if let Err(error) = self.hub.reload_keys(&self.keyring) {
            tracing::error!(error = %hub_core::error::Causes(&error), "reloading the keyring");
        }
        if let Err(error) = self.doors.reloader().reload().await {
            tracing::error!(%error, "reloading");
        }
        if let Some(Err(error)) = self.courier.as_ref().map(|courier| courier.reload()) {
            tracing::error!(error = %hub_core::error::Causes(&error), "reloading the certificate to push with");
        }
        if let Err(error) = load_mandates(self.mandates.as_deref(), &self.hub).await {
            tracing::error!(error = %format!("{error:#}"), "reloading the mandates");
        }
    }

    /// Stops: not ready, then drained, then the jobs' last round.
    pub async fn stop(self, deadline: Duration) {
        self.readiness.set(false);
        self.hub.answer_waiting();
        let drained = self.doors.drain(deadline).await;
        tracing::info!(?drained, "the doors are closed");
        if tokio::time::timeout(deadline, self.hub.finish_letters()).await.is_err() {
            tracing::warn!("letters that were being written are cut off");
        }
        self.jobs.stop().await;
    }
}

impl Origins {
    fn of(config: &Config, addresses: &Addresses) -> Self {
        let origin = |origin: &str, address: &SocketAddr| match origin.strip_suffix(":0") {
            Some(host) => format!("{host}:{}", address.port()),
            None => origin.to_owned(),
        };
        Self {
            public: origin(&config.listen.public.origin, &addresses.public),
            mtls: origin(&config.listen.mtls.origin, &addresses.mtls),
            operations: origin(&config.listen.operations.origin, &addresses.operations),
            content: origin(&config.listen.content.origin, &addresses.content),
        }
    }
}

async fn bind_all(config: &Config, clock: &Clock) -> anyhow::Result<[Door; 4]> {
    Ok([
        Door::bind(door_config(config, "public")?, clock).await?,
        Door::bind(door_config(config, "mtls")?, clock).await?,
        Door::bind(door_config(config, "operations")?, clock).await?,
        Door::bind(door_config(config, "content")?, clock).await?,
    ])
}

/// The door of a listener.
pub(crate) fn door_config(config: &Config, name: &'static str) -> anyhow::Result<DoorConfig> {
    let found = config.listen.named().into_iter().find(|(listener, _)| *listener == name);
    let (_, listener) = found.with_context(|| format!("no listener {name}"))?;
    Ok(DoorConfig {
        name,
        kind: match name {
            "mtls" => Kind::Machines,
            "operations" => Kind::Operators,
            _ => Kind::Browsers,
        },
        address: listener.address,
        certificate: listener.certificate.clone(),
        key: listener.key.clone(),
        limits: doors::Limits::default(),
    })
}

async fn load_mandates(file: Option<&Path>, hub: &Hub) -> anyhow::Result<()> {
    let Some(file) = file else { return Ok(()) };
    let mandates = hub_core::access::operator::MandatesFile::read(file).await?;
    hub.local_operator("mandates").load_all_mandates(&mandates).await?;
    Ok(())
}

/// How long requests in flight may take after SIGTERM.
const DRAIN: Duration = Duration::from_secs(20);
