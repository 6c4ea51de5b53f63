//! `facteur check`: everything a start would look at, each with its own line.

use std::future::Future;
use std::process::ExitCode;

use hub_core::blob::{BlobError, Trial};
use hub_core::clock::Clock;
use hub_core::keys::{Keyring, Keys};
use hub_core::random::Random;
use reqwest::{Method, Request};

use crate::config::Config;
use crate::doors::Door;
use crate::time_stamps::TimeStampService;
use crate::{outbound, parts, push, serve};

/// Checks and prints; the exit code says whether `serve` would start.
pub(super) async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let mut sound = true;
    sound &= said("keyring", keyring(config));
    sound &= said(
        "trust",
        parts::open_trust(config).map(|_| "every anchor and revocation list is read".to_owned()),
    );
    for (name, _) in config.listen.named() {
        sound &= said(&format!("listener {name}"), listener(config, name).await);
    }
    sound &= said("database", database(config).await);
    sound &= said("content", content(config).await);
    sound &= said("outbound client", outbound::client(config).map(|_| "ready".to_owned()));
    sound &= said("push", pushing(config));
    sound &= said("time-stamps", time_stamps(config));
    sound &= said("clients that sign", signing(config).await);
    sound &= said("identity service", reached(config).await);
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn said(what: &str, outcome: anyhow::Result<String>) -> bool {
    let sound = outcome.is_ok();
    match outcome {
        Ok(text) => println!("ok      {what}: {text}"),
        Err(error) => println!("FAILED  {what}: {error:#}"),
    }
    sound
}

fn keyring(config: &Config) -> anyhow::Result<String> {
    let keyring = Keyring::load(&config.keys.file)?;
    parts::check_environment("keyring", keyring.environment(), config)?;
    Ok(format!("{} keys", keyring.entries().count()))
}

/// Binds another port than the configured one: a hub may be listening there.
async fn listener(config: &Config, name: &'static str) -> anyhow::Result<String> {
    let mut door = serve::door_config(config, name)?;
    let address = door.address;
    door.address.set_port(0);
    Door::bind(door, &Clock::System).await?;
    Ok(format!("{address}, certificate and key are read"))
}

/// Only looks: a hub may be serving this data.
async fn database(config: &Config) -> anyhow::Result<String> {
    let db = parts::open_database(config).await?;
    let (version, newest) = (db.schema_version().await?, db.newest_version());
    anyhow::ensure!(
        version == newest,
        "the schema is at version {version}, `facteur migrate` brings it to {newest}"
    );
    if let Some(environment) = db.environment().await? {
        parts::check_environment("database", &environment, config)?;
    }
    Ok(format!("schema version {version}, environment {}", config.hub.environment))
}

/// Where content is kept: a bucket is tried out with a small object that nobody names.
async fn content(config: &Config) -> anyhow::Result<String> {
    if config.blob.s3.is_none() {
        let folder = config.content_folder().display().to_string();
        return Ok(if config.database.url.starts_with("postgres") {
            format!(
                "{folder}; WARNING: several nodes need one bucket ([blob.s3]), or this folder shared by all of them"
            )
        } else {
            folder
        });
    }
    let (random, keys) = (Random::system(), Keys::new(Keyring::load(&config.keys.file)?));
    let blobs = parts::open_blobs(config, &keys, &random)?;
    let name = parts::open_database(config).await?.name_of_data().await?;
    let owner = blobs.owner().await?;
    if let Some(owner) = &owner {
        let ours = name.is_some_and(|name| name.as_bytes() == owner);
        anyhow::ensure!(ours, BlobError::Foreign);
    }
    let trial = blobs.try_out(random.id(Clock::System.now())).await?;
    let whose = if owner.is_some() { "this hub's" } else { "nobody's yet" };
    Ok(match trial {
        Some(Trial { refuses_to_overwrite: false }) => {
            format!(
                "the bucket answers and is {whose}; WARNING: it does not honour If-None-Match, and would let objects be overwritten"
            )
        }
        _ => format!("the bucket answers, is {whose}, and overwrites nothing"),
    })
}

fn pushing(config: &Config) -> anyhow::Result<String> {
    let courier = push::courier(config)?;
    Ok(courier.map_or("events are polled only", |_| "certificate and key are read").to_owned())
}

async fn signing(config: &Config) -> anyhow::Result<String> {
    if !config.authorization.assertions.enabled {
        return Ok("no issuer for them".to_owned());
    }
    let issuer = hub_authorization::ebox_issuer(&config.listen.mtls.origin);
    let keys = parts::open_database(config).await?.client_keys_registered().await?;
    Ok(format!("{issuer}, {keys} keys are registered"))
}

/// Asks for none: some services are paid for each.
fn time_stamps(config: &Config) -> anyhow::Result<String> {
    let service = TimeStampService::open(config, &outbound::client(config)?)?;
    Ok(service.map_or("none are asked for", |_| "the authorities of the service are read").to_owned())
}

fn reached(config: &Config) -> impl Future<Output = anyhow::Result<String>> {
    let issuer = config.identity.issuer.clone();
    let outbound = outbound::client(config);
    let request = format!("{issuer}/.well-known/openid-configuration")
        .parse()
        .map(|url| Request::new(Method::GET, url));
    async move {
        let answer = outbound?.execute(request?).await?;
        anyhow::ensure!(answer.status().is_success(), "{issuer} answers {}", answer.status());
        Ok(format!("{issuer} answers"))
    }
}
