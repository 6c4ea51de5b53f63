//! The program around the library: arguments in, one line per event out.

use std::{io::Write, process::ExitCode};

use clap::{Parser, ValueEnum};
use reference_provider::{Config, Event};

/// A bank's app that fetches its customers' official mail, with their consent.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    config: Config,
    /// How events are printed on standard output.
    #[arg(long, value_enum, default_value = "text")]
    events: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// One sentence a line.
    Text,
    /// One JSON object a line.
    Json,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { config, events } = Arguments::parse();
    match reference_provider::serve(config, move |event| print(&event, events)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.reason());
            ExitCode::FAILURE
        }
    }
}

/// Prints one event; a reader that went away is no reason to stop.
fn print(event: &Event, format: Format) {
    let mut out = std::io::stdout().lock();
    let _ = match format {
        Format::Text => writeln!(out, "{event}"),
        Format::Json => writeln!(out, "{}", event.to_json()),
    };
    let _ = out.flush();
}
