//! The commands of `facteur`.

pub(crate) mod apply;
mod check;
mod connect_test;
mod keys;
mod operator;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hub_core::clock::Clock;

use crate::config::{self, Config};
use crate::{demo, parts, serve};

/// Facteur, the federated mailbox hub.
#[derive(Debug, Parser)]
#[command(name = "facteur", version)]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Shows the whole main job on this machine, with test data.
    Demo(demo::Options),
    /// Serves the hub until it is told to stop (SIGTERM).
    Serve(ConfigFile),
    /// Brings the database's schema to the newest version.
    Migrate(ConfigFile),
    /// Checks configuration, keys, trust, certificates and database without serving.
    Check(ConfigFile),
    /// Registers or replaces the reference data, providers and certificates that a file names.
    Apply {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Looks at the keyring, or edits it.
    Keys {
        #[command(subcommand)]
        what: keys::KeysCommand,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Keeps the register of a running hub, with an operator's certificate.
    Operator(operator::OperatorCommand),
    /// Says in words why a hub does not take a certificate, or that it does: for developers of providers and senders.
    ConnectTest(connect_test::Options),
    /// Checks evidence without a hub: a document in JSON, or a PDF that carries one.
    ///
    /// Exits with 0 if it is proven, 1 if anything is wrong, 2 if nothing is wrong but no keys were given.
    Verify {
        /// The file.
        file: PathBuf,
        /// The published keys: `/.well-known/facteur-evidence-keys` of the hub, as kept in a file.
        #[arg(long)]
        keys: Option<PathBuf>,
        /// What opens its hashes, as its holder downloaded it.
        #[arg(long)]
        opening: Option<PathBuf>,
        /// The authorities of the service of time-stamps, in PEM: without them its time-stamp is not confirmed.
        #[arg(long)]
        time_stamps: Option<PathBuf>,
    },
    /// Prints a commented configuration.
    ExampleConfig,
}

/// Where the configuration is.
#[derive(Clone, Debug, clap::Args)]
pub struct ConfigFile {
    /// The configuration file.
    #[arg(long, env = "FACTEUR_CONFIG", default_value = "facteur.toml", global = true)]
    config: PathBuf,
}

impl ConfigFile {
    fn read(&self) -> anyhow::Result<Config> {
        Config::read(&self.config)
    }
}

impl Command {
    /// Runs the command; the code is its exit code.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Demo(options) => return demo::run(options).await,
            What::Serve(file) => serve::until_told(file.read()?).await?,
            What::Migrate(file) => migrate(&file.read()?).await?,
            What::Check(file) => return check::run(&file.read()?).await,
            What::Apply { file, config } => apply::run(&config.read()?, &file).await?,
            What::Keys { what, config } => keys::run(&config.read()?, &what)?,
            What::Operator(command) => operator::run(command).await?,
            What::ConnectTest(options) => return connect_test::run(&options).await,
            What::Verify { file, keys, opening, time_stamps } => {
                return verify::run(&file, &verify::Given { keys, opening, time_stamps });
            }
            What::ExampleConfig => print!("{}", config::EXAMPLE),
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let db = parts::open_database(config).await?;
    let _lock = db.lock_to_change(&config.hub.data).await?;
    let applied = db.migrate().await?;
    println!("the schema is at version {}", applied.version);
    // A hub claims the database for its environment; from here on no other environment can use it.
    parts::open_hub(config, db, Clock::System, config.listen.origins()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn no_two_arguments_of_a_command_share_a_name() {
        Command::command().debug_assert();
    }
}
