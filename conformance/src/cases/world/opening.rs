//! Opening a scene: files of the profile, doors, and callers of the app.

use std::time::Duration;

use super::{World, seconds};
use crate::{
    app::{Browser, Hook, Pusher, PusherError},
    authority::{Authority, CertificateError, Credential},
    engine::Wire,
    profile::Profile,
    stage::{Addresses, Setting, Stage, StageError},
};

/// Why the scene cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The profile lacks what this plan needs.
    #[error("the profile has no section [hook]: this plan is driven through the test hook")]
    NoHook,
    /// A file cannot be read.
    #[error("{0}")]
    File(String, #[source] std::io::Error),
    /// The stage cannot be set.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// A certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The caller of the receiver cannot be made.
    #[error(transparent)]
    Pusher(#[from] PusherError),
    /// A client of the app cannot be made.
    #[error("making a client of the app")]
    Client(#[from] reqwest::Error),
}

impl World {
    /// Opens the doors where the profile says, and prepares the calls to the app.
    pub async fn open(profile: &Profile, wire: Wire) -> Result<Self, OpenError> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (hub, app) = (&profile.hub, &profile.app);
        let at = profile.hook.as_ref().ok_or(OpenError::NoHook)?;
        let (authority, second) = authorities(hub)?;
        let mut trusted = vec![authority.certificate().to_owned()];
        trusted.extend(app.trust.as_deref().map(read).transpose()?);
        let next = match (&app.next_certificate, &app.next_key) {
            (Some(certificate), Some(key)) => {
                Some(Credential { certificate: read(certificate)?, key: read(key)? })
            }
            _ => None,
        };
        let registered = Credential { certificate: read(&app.certificate)?, key: String::new() };
        let mut certificates = vec![registered.thumbprint()?];
        certificates.extend(next.as_ref().map(Credential::thumbprint).transpose()?);

        let secret = read(&at.secret_file)?.trim().to_owned();
        let limit = Duration::from_secs(profile.limits.hook_seconds);
        let hook = Hook::new(at.url.clone(), secret, &trusted, limit, wire.clone())?;
        let browsers_wire = wire.clone();
        let pusher = match &app.events {
            Some(to) => Some(Pusher::new(to.clone(), &authority, &trusted, seconds(), wire)?),
            None => None,
        };
        let (setting, hostile) = (setting(profile, certificates), hub.hostile_issuer());
        let stage = Stage::open(addresses(hub), setting, hostile, (authority, second)).await?;
        let at_hub = (stage.hub.setting().origin(), stage.hub.browser_secret());
        let browser = Browser::new("one", &app.redirect_uri, at_hub, &trusted, browsers_wire)?;
        let declared = profile.declared();
        Ok(Self { stage, hook, pusher, next, info: None, browser, declared, trusted, offences: 0 })
    }
}

pub(in crate::cases) fn read(path: impl AsRef<std::path::Path>) -> Result<String, OpenError> {
    let path = path.as_ref();
    std::fs::read_to_string(path).map_err(|error| OpenError::File(path.display().to_string(), error))
}

/// The authority of the played hub, and the one that it may change to.
pub(in crate::cases) fn authorities(
    hub: &crate::profile::Hub,
) -> Result<(Authority, Option<Authority>), OpenError> {
    let kept = Credential { certificate: read(&hub.ca)?, key: read(&hub.ca_key)? };
    let second = Authority::second(&kept)?;
    Ok((Authority::load(kept)?, second))
}

pub(in crate::cases) fn addresses(hub: &crate::profile::Hub) -> Addresses {
    let at = |port| (hub.listen, port).into();
    Addresses { public: at(hub.public_port), machines: at(hub.mtls_port), hostile: at(hub.hostile_port) }
}

pub(in crate::cases) fn setting(profile: &Profile, certificates: Vec<String>) -> Setting {
    let hub = &profile.hub;
    Setting {
        issuer: hub.issuer(),
        machines: hub.machines(),
        client_id: profile.app.client_id.clone(),
        redirect_uri: profile.app.redirect_uri.to_string(),
        certificates,
    }
}
