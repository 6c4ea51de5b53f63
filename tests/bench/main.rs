//! The benchmark: the hub beside what users would pick instead, in turns, on one machine in one run.
//!
//! `tests/bench/run` installs what it needs, builds it, and starts this program. `README.md` beside it explains the rows.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot be set up ends"
)]
#![expect(clippy::disallowed_methods, reason = "connections end with this program")]

mod chart;
mod data;
mod load;
mod machine;
mod peers;
mod pgbench;
mod report;
mod rows;
mod subject;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use system_tests::database::TestDatabase;
use system_tests::environment;

use machine::{Processes, described, load_average};
use pgbench::{PgBench, durable_writes};
use report::Report;
use rows::{Others, Plan};
use subject::Subject;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the hub beside nginx, a bare server of axum and rustls, and pgbench.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// Shorter runs and fewer mailboxes.
    #[arg(long)]
    quick: bool,
    /// Only this database: sqlite or postgresql.
    #[arg(long)]
    database: Option<String>,
    /// Rounds of each row, at least three.
    #[arg(long)]
    rounds: Option<usize>,
    /// Where the figures go as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Where the chart goes as SVG.
    #[arg(long)]
    chart: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Part {
    /// The bare server, started by the benchmark itself.
    #[command(hide = true)]
    Bare { port: u16, folder: PathBuf },
}

#[tokio::main]
async fn main() {
    hub_server::install_crypto();
    let arguments = Arguments::parse();
    if let Some(Part::Bare { port, folder }) = &arguments.part {
        return peers::serve_bare(*port, folder).await;
    }
    let report = measured(&arguments).await;
    print!("{}", report.table());
    if let Some(file) = arguments.json {
        fs::write(file, format!("{:#}\n", report.json())).unwrap();
    }
    if let Some(file) = arguments.chart {
        fs::write(file, chart::svg(&report)).unwrap();
    }
}

async fn measured(arguments: &Arguments) -> Report {
    let rounds = arguments.rounds.unwrap_or(3).max(3);
    let seconds = if arguments.quick { 1 } else { 5 };
    let plan = Plan { rounds, time: Duration::from_secs(seconds) };
    let mailboxes = if arguments.quick { 200 } else { 1_000 };
    let mut report = Report::default();
    report.head.push(("when", hub_core::clock::Clock::System.now().rfc3339()));
    report.head.push(("machine", described()));
    let how = format!(
        "{rounds} rounds of {seconds} s, 32 connections, {mailboxes} mailboxes of {} messages",
        data::LETTERS
    );
    report.head.push(("how", how));
    report.head.push(("load before", load_average()));
    report.head.push(("disk before", durable_writes()));

    let wanted = |name: &str| arguments.database.as_deref().is_none_or(|only| only == name);
    let mut databases = Vec::new();
    if wanted("sqlite") {
        databases.push(TestDatabase::sqlite().await);
    }
    if wanted("postgresql") {
        databases.push(TestDatabase::postgresql().await);
    }
    for database in databases {
        measure(&mut report, database, plan, mailboxes).await;
    }
    report.head.push(("load after", load_average()));
    report.head.push(("disk after", durable_writes()));
    report
}

/// All rows of one database.
async fn measure(report: &mut Report, database: TestDatabase, plan: Plan, mailboxes: usize) {
    eprintln!("{}: making {mailboxes} mailboxes", database.name);
    let postgres = Processes(environment::postgres_process());
    let subject = Subject::start(database, postgres, mailboxes).await;
    let others = Others::start(&subject, &subject.answers().await);
    eprintln!("{}: reading", subject.database());
    report.rows.extend(rows::reading(&subject, &others, plan).await);
    drop(others);
    eprintln!("{}: publishing", subject.database());
    let pgbench = PgBench::prepare().await;
    report.rows.extend(rows::publishing(&subject, &pgbench, plan).await);
    report.figures.extend(rows::figures(&subject, plan).await);
}
