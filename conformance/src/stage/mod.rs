//! The stage: the hub that the suite plays towards an app, another hub that is not to be trusted, and their doors.
//!
//! Addresses, names and trust are fixed for a whole run, as the app was configured; what the hubs say changes from
//! case to case: see [`Dial`] for one changed thing, [`Knobs`] for honest behaviour, [`Door`] for certificates.

mod api;
mod burnt;
mod changes;
#[cfg(test)]
mod contract;
mod dial;
mod door;
mod endpoint;
mod events;
mod grants;
mod hub;
mod judge;
mod letters;
mod log;
mod metadata;
mod oauth;
mod random;
pub mod refusal;
mod tag;
mod tls;
mod truth;
mod wire;

pub use dial::Dial;
pub use door::{Door, Face, Greeting, Handshake, Wire};
pub use endpoint::Endpoint;
pub use events::{Event, Seal};
pub use hub::Hub;
pub use log::Heard;
pub use tls::{GreetingError, Offer};
pub use truth::Knobs;
pub use wire::{Answer, Call, Content, Redirect};

use std::{
    io,
    net::{Ipv6Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use url::Url;

use crate::{
    authority::{Authority, CertificateError, Credential},
    engine::{Party, now},
};

/// Who a played hub is, and which app it knows.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The issuer, letter by letter.
    pub issuer: String,
    /// The origin of the door for machines.
    pub machines: String,
    /// The name under which the app is registered.
    pub client_id: String,
    /// Where the browser is sent back to.
    pub redirect_uri: String,
    /// Thumbprints of the app's certificates.
    pub certificates: Vec<String>,
}

/// Where the doors listen.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// For browsers.
    pub public: SocketAddr,
    /// For machines.
    pub machines: SocketAddr,
    /// The other hub's, for both.
    pub hostile: SocketAddr,
}

/// Everything that is played, with the doors open.
pub struct Stage {
    /// The hub that the app trusts.
    pub hub: Arc<Hub>,
    /// The other one.
    pub hostile: Arc<Hub>,
    /// The honest hub's door for browsers.
    pub public: Door,
    /// The honest hub's door for machines.
    pub machines: Door,
    /// The same at an IPv6 address, where this machine has one.
    pub sixth: Option<Door>,
    /// The other hub's door.
    pub other: Door,
    /// Who signs certificates for all of them.
    pub authority: Authority,
    /// Another authority that the app was told to trust.
    second: Option<Authority>,
    /// Whether the honest hub's doors show something else than usual.
    changed: AtomicBool,
}

/// Why the stage cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// An address is taken.
    #[error("opening {0}")]
    Address(SocketAddr, #[source] io::Error),
    /// An origin or redirect URI is no URL.
    #[error("{0} is no URL with a host")]
    Url(String),
    /// A certificate cannot be used.
    #[error(transparent)]
    Greeting(#[from] GreetingError),
    /// A certificate cannot be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The machine has no randomness.
    #[error("no randomness")]
    Randomness,
}

/// What a door shows instead of its own certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A certificate for another host.
    Name,
    /// One that has run out.
    Expired,
    /// One of an authority that nobody trusts.
    Authority,
    /// TLS 1.1.
    Version,
}

impl Setting {
    /// The mailbox API.
    pub fn resource(&self) -> String {
        format!("{}/mailbox/v1", self.machines)
    }

    /// The origin of the issuer.
    pub fn origin(&self) -> String {
        Url::parse(&self.issuer).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    /// A path of the browsers' door as if the issuer had no path of its own (RFC 8414 3.1).
    fn public_path(&self, path: &str) -> String {
        let own = Url::parse(&self.issuer).map(|url| url.path().trim_end_matches('/').to_owned());
        let own = own.unwrap_or_default();
        if own.is_empty() {
            return path.to_owned();
        }
        match (path.strip_suffix(&own), path.strip_prefix(&own)) {
            (Some(known), _) if known.starts_with("/.well-known/") => known.to_owned(),
            // what stands behind the path of the issuer is found there by nobody who keeps to RFC 8414
            (_, Some(rest)) if !rest.starts_with("/.well-known/") => rest.to_owned(),
            _ if path.starts_with("/trap/") => path.to_owned(),
            _ => "/unknown".to_owned(),
        }
    }
}

impl Stage {
    /// Opens all doors. `hostile` is the other hub's issuer; the hub may change to the second authority.
    pub async fn open(
        addresses: Addresses,
        setting: Setting,
        hostile: String,
        (authority, second): (Authority, Option<Authority>),
    ) -> Result<Self, StageError> {
        let signer = || events::Signer::new().map_err(|_| StageError::Randomness);
        let stranger = Setting { issuer: hostile.clone(), machines: hostile.clone(), ..setting.clone() };
        let hub = Arc::new(Hub::new(Party::Hub, setting.clone(), signer()?));
        let other_hub = Arc::new(Hub::new(Party::HostileHub, stranger, signer()?));

        let plain = |face, origin: &str| plain(&authority, face, origin, Offer::All);
        let public =
            open(addresses.public, Face::Public, plain(Face::Public, &setting.issuer)?, &hub).await?;
        let greeting = plain(Face::Machine, &setting.machines)?;
        let machines = open(addresses.machines, Face::Machine, greeting.clone(), &hub).await?;
        let sixth = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
        let sixth = Door::open(sixth, Face::Machine, greeting, Arc::clone(&hub)).await.ok();
        let other = plain(Face::Machine, &hostile)?;
        let other = open(addresses.hostile, Face::Machine, other, &other_hub).await?;
        let changed = AtomicBool::new(false);
        Ok(Self { hub, hostile: other_hub, public, machines, sixth, other, authority, second, changed })
    }

    /// Turns everything back to plain: dials, knobs, certificates. Connections stay, unless the doors have to change.
    pub fn plain(&self) -> Result<(), StageError> {
        self.hub.plain();
        self.hostile.plain();
        if self.changed.load(Ordering::Relaxed) {
            self.offers(Offer::All)?;
            self.changed.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The honest hub's doors offer this from now on, with a right certificate.
    pub fn offers(&self, offer: Offer) -> Result<(), StageError> {
        self.greets(&self.authority, offer)
    }

    /// The honest hub's doors show certificates of the second authority from now on; says whether there is one.
    pub fn changes_authority(&self) -> Result<bool, StageError> {
        let Some(second) = &self.second else { return Ok(false) };
        self.greets(second, Offer::All).map(|()| true)
    }

    fn greets(&self, authority: &Authority, offer: Offer) -> Result<(), StageError> {
        self.changed.store(true, Ordering::Relaxed);
        let setting = self.hub.setting();
        self.public.greets(plain(authority, Face::Public, &setting.issuer, offer)?);
        self.machines.greets(plain(authority, Face::Machine, &setting.machines, offer)?);
        Ok(())
    }

    /// One of the honest hub's doors shows something wrong from now on.
    pub fn shows(&self, face: Face, wrong: Wrong) -> Result<(), StageError> {
        let setting = self.hub.setting();
        let (door, origin) = match face {
            Face::Public => (&self.public, &setting.issuer),
            Face::Machine => (&self.machines, &setting.machines),
        };
        self.changed.store(true, Ordering::Relaxed);
        let seconds = seconds();
        let server = |server: Credential| tls::greeting(face, &server, Offer::All);
        let greeting = match wrong {
            Wrong::Version => Greeting::Outdated,
            Wrong::Name => server(self.authority.server(&["elsewhere.invalid"], seconds)?)?,
            Wrong::Expired => server(self.authority.expired_server(&[&host(origin)?], seconds)?)?,
            Wrong::Authority => {
                let stranger = Authority::new("An authority that nobody trusts", seconds)?;
                server(stranger.server(&[&host(origin)?], seconds)?)?
            }
        };
        door.greets(greeting);
        Ok(())
    }

    /// Closes every connection that is open.
    pub fn hang_up(&self) {
        for door in [Some(&self.public), Some(&self.machines), self.sixth.as_ref()].into_iter().flatten() {
            door.hang_up();
        }
    }
}

/// The seconds since 1970.
fn seconds() -> u64 {
    u64::try_from(now().as_second()).unwrap_or_default()
}

async fn open(
    address: SocketAddr,
    face: Face,
    greeting: Greeting,
    hub: &Arc<Hub>,
) -> Result<Door, StageError> {
    let opened = Door::open(address, face, greeting, Arc::clone(hub)).await;
    opened.map_err(|error| StageError::Address(address, error))
}

/// A right certificate for the host of `origin` and for both loopback addresses.
fn plain(authority: &Authority, face: Face, origin: &str, offer: Offer) -> Result<Greeting, StageError> {
    let host = host(origin)?;
    let mut names = vec![host.as_str(), "127.0.0.1", "::1"];
    names.dedup();
    let server = authority.server(&names, seconds())?;
    Ok(tls::greeting(face, &server, offer)?)
}

fn host(origin: &str) -> Result<String, StageError> {
    let url = Url::parse(origin).map_err(|_| StageError::Url(origin.to_owned()))?;
    let host = url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned());
    host.ok_or_else(|| StageError::Url(origin.to_owned()))
}
