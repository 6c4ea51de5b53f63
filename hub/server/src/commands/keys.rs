//! `facteur keys create|list|rotate`: the keyring file; whoever owns it may change it, the hub rereads it.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use hub_core::clock::Clock;
use hub_core::keys::{Keyring, Purpose, State};
use hub_core::random::Random;

use crate::config::Config;

/// What to do with the keyring.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Makes a new keyring; refused if there is one.
    Create,
    /// Lists every key, without its secret.
    List,
    /// Makes a new key for a purpose; the old one still opens what it sealed.
    Rotate {
        /// The purpose, as `list` names it.
        purpose: Purpose,
    },
}

/// Runs a keyring command.
pub(super) fn run(config: &Config, what: &KeysCommand) -> anyhow::Result<()> {
    let path = &config.keys.file;
    let (now, random) = (Clock::System.now(), Random::system());
    match what {
        KeysCommand::Create => {
            if path.exists() {
                bail!("{} exists", path.display());
            }
            Keyring::create(&config.hub.environment, now, &random)?.store(path).context("the new keyring")?;
            println!("{} made", path.display());
        }
        KeysCommand::List => {
            for entry in Keyring::load(path)?.entries() {
                let state = match entry.state {
                    State::Active => "active",
                    State::Retired => "retired",
                };
                println!(
                    "{:>5}  {:<40} {:<15} {:<8} {}",
                    entry.no,
                    entry.id,
                    entry.purpose,
                    state,
                    entry.created.rfc3339()
                );
            }
        }
        KeysCommand::Rotate { purpose } => {
            let mut keyring = Keyring::load(path)?;
            let entry = keyring.rotate(*purpose, now, &random)?;
            keyring.store(path)?;
            println!("{} is active from now on; a running hub rereads the keyring within seconds", entry.id);
        }
    }
    Ok(())
}
