//! The processes of the story that are not the hub: a sender and the provider's app.
//!
//! Each is this binary again, `demo --part … -- …`. It gets URLs, an authority, a certificate and a key, and no
//! environment; it tells what it does as lines of JSON and ends when its standard input does, so that none of
//! them outlives the demo.

mod exchange;
mod mail;
mod process;
mod provider;
mod refusal;
mod sender;

use std::io::Write as _;
use std::process::ExitCode;

use clap::ValueEnum;

pub(crate) use exchange::Exchange;
pub(crate) use process::Process;
pub(crate) use provider::Config as ProviderConfig;
pub(crate) use refusal::refused;
pub(crate) use sender::Told;

/// A process of the story.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Part {
    /// A public body's application, which publishes.
    Sender,
    /// The bank's app, which fetches.
    Provider,
}

/// Plays a part in this process.
pub(crate) async fn play(part: Part, told: Vec<String>) -> anyhow::Result<ExitCode> {
    end_with_standard_input();
    let arguments = std::iter::once("facteur demo".to_owned()).chain(told);
    match part {
        Part::Sender => sender::play(arguments).await,
        Part::Provider => provider::play(arguments).await,
    }
}

/// Ends this process when whoever started it is gone.
///
/// A thread of its own, because reading standard input cannot be given up.
fn end_with_standard_input() {
    std::thread::spawn(|| {
        drop(std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
        std::process::exit(0);
    });
}

/// Prints one line of JSON; a reader that went away is no reason to stop.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}
