//! `facteur operator providers …`

use clap::Subcommand;
use hub_core::provider::Target;
use serde_json::json;

use super::client::Client;
use super::print::Out;

/// What to do with providers.
#[derive(Debug, Subcommand)]
pub(super) enum Providers {
    /// Lists every provider.
    List,
    /// Shows one with its applications.
    Show {
        /// The provider's id.
        provider: String,
    },
    /// Registers a provider, which then has applied; or gives a known one another legal name.
    Register {
        /// The provider's id: 3 to 63 lower-case letters, digits and hyphens.
        provider: String,
        /// Its legal name.
        #[arg(long)]
        legal_name: String,
    },
    /// Moves a provider on: sandbox, certified, active (two operators), suspended, removed (two operators).
    ///
    /// A suspended provider is resumed by naming the state it was suspended from.
    Move {
        /// The provider's id.
        provider: String,
        /// The state.
        state: Target,
    },
}

pub(super) async fn run(client: &Client, out: &Out, what: Providers) -> anyhow::Result<()> {
    match what {
        Providers::List => out.providers(&client.get("/v1/providers").await?),
        Providers::Show { provider } => out.provider(&client.get(&path(&provider)).await?),
        Providers::Register { provider, legal_name } => {
            let reply = client.put(&path(&provider), &json!({ "legalName": legal_name })).await?;
            out.reply(&reply, Out::provider);
        }
        Providers::Move { provider, state } => {
            let path = format!("{}/state", path(&provider));
            let reply = client.put(&path, &json!({ "state": state })).await?;
            out.reply(&reply, Out::provider);
        }
    }
    Ok(())
}

fn path(provider: &str) -> String {
    format!("/v1/providers/{provider}")
}
