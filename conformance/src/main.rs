//! The program around the library: arguments in, one of four exit codes out.

mod commands;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = commands::Arguments::parse();
    match commands::obey(arguments).await {
        Ok(ending) => ExitCode::from(ending.exit_code()),
        Err(stop) => {
            eprintln!("{}", stop.told);
            ExitCode::from(stop.ending.exit_code())
        }
    }
}
