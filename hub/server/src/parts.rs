//! Opening what a hub is made of, each part checked against the configured environment.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use anyhow::{Context as _, ensure};
use hub_core::blob::Blobs;
use hub_core::clock::Clock;
use hub_core::db::Db;
use hub_core::journal::Journal;
use hub_core::keys::{Keyring, Keys};
use hub_core::peer::Role;
use hub_core::random::Random;
use hub_core::{Audiences, Hub, Parts};
use hub_http::peer::TrustHandle;

use crate::config::{Certification, Config};
use crate::{objects, outbound};

/// Opens the database; the data folder is made if it is not there.
pub(crate) async fn open_database(config: &Config) -> anyhow::Result<Db> {
    private_folder(&config.hub.data).context("the data folder")?;
    Ok(Db::open(&config.database, &config.hub.data).await?)
}

/// Puts a hub together over a migrated database; others name it by these origins.
pub(crate) async fn open_hub(
    config: &Config,
    db: Db,
    clock: Clock,
    (public_origin, mtls_origin): (&str, &str),
) -> anyhow::Result<Hub> {
    let random = Random::system();
    let keyring = Keyring::load(&config.keys.file).context("the keyring; `facteur keys create` makes one")?;
    check_environment("keyring", keyring.environment(), config)?;
    let keys = Keys::new(keyring);
    let data = &config.hub.data;
    let journal = config.journal.folder.clone().unwrap_or_else(|| data.join("journal"));
    private_folder(&journal).context("the journal folder")?;
    let parts = Parts {
        blobs: open_blobs(config, &keys, &random)?,
        journal: Journal::open(&journal, &random).context("the reading journal")?,
        environment: config.hub.environment.clone(),
        issuer: public_origin.to_owned(),
        data: data.clone(),
        audiences: Audiences::of(mtls_origin),
        answer_bytes: u64::from(config.hub.answers_mib) << 20,
        certification: config.certification.as_ref().map(Certification::terms).transpose()?,
        db,
        clock,
        random,
        keys,
    };
    Ok(Hub::new(parts).await?)
}

/// Opens where content is kept; a bucket is not asked.
pub(crate) fn open_blobs(config: &Config, keys: &Keys, random: &Random) -> anyhow::Result<Blobs> {
    if let Some(s3) = &config.blob.s3 {
        return objects::open(&outbound::settings(config), s3, keys, random);
    }
    let folder = config.content_folder();
    private_folder(&folder).context("the content folder")?;
    Blobs::open(&folder, keys.clone(), random.clone()).context("the content folder")
}

/// Makes a folder that only this user can enter, if it is not there.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Loads the trust files of all roles.
pub(crate) fn open_trust(config: &Config) -> anyhow::Result<TrustHandle> {
    let trust = &config.trust;
    let mut sources = vec![(Role::Provider, trust.provider.clone()), (Role::Sender, trust.sender.clone())];
    sources.extend(trust.own_software.clone().map(|file| (Role::OwnSoftware, file)));
    sources.extend(trust.operator.clone().map(|file| (Role::Operator, file)));
    Ok(TrustHandle::open(&config.hub.environment, sources)?)
}

/// Refuses a part that belongs to another environment (TRUST T4).
pub(crate) fn check_environment(part: &str, environment: &str, config: &Config) -> anyhow::Result<()> {
    ensure!(
        environment == config.hub.environment,
        "the {part} belongs to the environment {environment}, this hub to {}",
        config.hub.environment
    );
    Ok(())
}
