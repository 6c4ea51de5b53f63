//! `facteur keys create|list|rotate|import|complete`: the keyring file; whoever owns it may change it, the hub rereads it.

use std::path::{Path, PathBuf};

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
    /// Makes a key with certificates from elsewhere the one that signs evidence.
    Import {
        /// PEM: the private key, PKCS #8, ECDSA over P-256.
        #[arg(long)]
        key: PathBuf,
        /// PEM: its certificate, and those that issued it.
        #[arg(long)]
        certificates: PathBuf,
    },
    /// Makes the keys of purposes that the keyring does not know yet.
    Complete,
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
        KeysCommand::Import { key, certificates } => {
            let mut keyring = Keyring::load(path)?;
            let entry = keyring.import(&text(key)?, &text(certificates)?, now)?;
            keyring.store(path)?;
            println!("{} is active from now on; a running hub rereads the keyring within seconds", entry.id);
        }
        KeysCommand::Complete => {
            let (keyring, made) = Keyring::complete(path, now, &random)?;
            keyring.store(path)?;
            for entry in &made {
                println!("{} is active from now on", entry.id);
            }
            println!("{} keys made", made.len());
        }
    }
    Ok(())
}

fn text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}
