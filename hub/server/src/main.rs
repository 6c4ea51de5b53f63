//! `facteur`: the federated mailbox hub.

use std::process::ExitCode;

use clap::Parser as _;
use hub_server::commands::Command;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    hub_server::install_crypto();
    match Command::parse().run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("facteur: {error:#}");
            ExitCode::FAILURE
        }
    }
}
