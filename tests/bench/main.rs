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

mod audit;
mod campaigns;
mod chart;
mod crowd;
mod data;
mod feed;
mod figure;
mod growth;
mod growth_data;
mod imap;
mod load;
mod machine;
mod mail;
mod outcome;
mod peers;
mod pgbench;
mod profile;
mod publishing;
mod report;
mod results;
mod revocation;
mod rows;
mod servant;
mod subject;
mod tokens;
mod turns;
mod wire;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use system_tests::database::TestDatabase;
use system_tests::environment;

use campaigns::Campaigner;
use figure::number;
use machine::{Processes, described, load_average};
use mail::{Cyrus, Dovecot};
use pgbench::{PgBench, durable_writes};
use report::Report;
use rows::{Others, Plan};
use subject::{Filling, Subject};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the hub beside nginx, a bare server of axum and rustls, Dovecot, Cyrus, and pgbench.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// Shorter runs and fewer mailboxes.
    #[arg(long)]
    quick: bool,
    /// Measures what grows instead: pages among millions of messages, large mailboxes, large campaigns.
    #[arg(long)]
    growth: bool,
    /// Only this database: sqlite or postgresql.
    #[arg(long)]
    database: Option<String>,
    /// Only these rows, by commas: a look at some of them, which keeps no promise about the others.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Rows>,
    /// Rounds of each row, at least three.
    #[arg(long)]
    rounds: Option<usize>,
    /// Where the figures go as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Where the chart goes as SVG.
    #[arg(long)]
    chart: Option<PathBuf>,
    /// The folder into which table, chart and figures go as `table.md`, `chart.svg` and `result.json`.
    #[arg(long)]
    results: Option<PathBuf>,
    /// The folder into which a profile of each row goes; the row is asked once more for it.
    #[arg(long, conflicts_with = "growth")]
    profiles: Option<PathBuf>,
}

/// How much there is of everything.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    /// Mailboxes of a hundred letters.
    mailboxes: usize,
    /// Recipients of a campaign.
    recipients: usize,
    /// Consents of the provider.
    consents: usize,
    /// Consents of each of three citizens that are revoked.
    revocations: usize,
    /// How long Cyrus may take to fill its mailboxes.
    filling: Duration,
}

impl Sizes {
    const fn of(quick: bool) -> Self {
        if quick {
            return Self {
                mailboxes: 200,
                recipients: 10_000,
                consents: 100_000,
                revocations: 2,
                filling: Duration::from_secs(6),
            };
        }
        Self {
            mailboxes: 1_000,
            recipients: 100_000,
            consents: 1_000_000,
            revocations: 30,
            filling: Duration::from_secs(120),
        }
    }
}

/// Rows that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Rows {
    /// Lists, messages, files, handshakes.
    Reading,
    /// The list beside mail servers.
    Mail,
    /// Tokens and introspections.
    Tokens,
    /// Letters one by one.
    Letters,
    /// Campaigns, and lists beside them.
    Campaigns,
    /// The change feed, among the consents that the campaigns' mailboxes get.
    Feed,
    /// What is counted at the end.
    Ends,
}

#[derive(Subcommand)]
enum Part {
    /// The bare server, started by the benchmark itself.
    #[command(hide = true)]
    Bare { port: u16, folder: PathBuf },
}

#[tokio::main]
async fn main() -> ExitCode {
    hub_server::install_crypto();
    let arguments = Arguments::parse();
    if let Some(Part::Bare { port, folder }) = &arguments.part {
        peers::serve_bare(*port, folder).await;
        return ExitCode::SUCCESS;
    }
    let report = measured(&arguments).await;
    print!("{}", report.table());
    written(&arguments, &report);
    let broken = report.figures.iter().filter(|figure| figure.binds && !figure.reached());
    let broken: Vec<&str> = broken.map(|figure| figure.name.as_str()).collect();
    if broken.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("broken: {}", broken.join("; "));
    ExitCode::FAILURE
}

fn written(arguments: &Arguments, report: &Report) {
    if let Some(file) = &arguments.json {
        fs::write(file, format!("{:#}\n", report.json())).unwrap();
    }
    if let Some(file) = &arguments.chart {
        fs::write(file, chart::svg(report)).unwrap();
    }
    if let Some(folder) = &arguments.results {
        results::write(folder, report);
    }
}

async fn measured(arguments: &Arguments) -> Report {
    let rounds = arguments.rounds.unwrap_or(3).max(3);
    let milliseconds = if arguments.quick { 700 } else { 5_000 };
    // for as long as the program
    let profiles = arguments.profiles.clone().map(|folder| &*Box::leak(folder.into_boxed_path()));
    let plan = Plan { rounds, time: Duration::from_millis(milliseconds), profiles };
    let sizes = Sizes::of(arguments.quick);
    let mut report = Report::default();
    report.head.push(("when", hub_core::clock::Clock::System.now().rfc3339()));
    report.head.push(("machine", described()));
    report.head.push(("how", how(arguments, plan, sizes)));
    report.head.extend(results::versions());
    report.head.push(("load before", load_average()));
    report.head.push(("disk before", durable_writes()));

    let postgres = Processes(environment::postgres_process());
    for name in ["sqlite", "postgresql"] {
        if arguments.database.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let database = empty(name).await;
        if arguments.growth {
            let extent = growth::Extent::of(arguments.quick);
            growth::measure(&mut report, (database, empty(name).await), postgres, (plan, extent)).await;
        } else {
            measure(&mut report, database, plan, (sizes, &arguments.only)).await;
        }
    }
    report.head.push(("load after", load_average()));
    report.head.push(("disk after", durable_writes()));
    report
}

/// A database of this kind with nothing in it.
async fn empty(name: &str) -> TestDatabase {
    if name == "sqlite" { TestDatabase::sqlite().await } else { TestDatabase::postgresql().await }
}

/// How it is asked, in words.
fn how(arguments: &Arguments, plan: Plan, sizes: Sizes) -> String {
    let rounds = format!("{} rounds of {} s", plan.rounds, number(plan.time.as_secs_f64()));
    if arguments.growth {
        return format!("growth: {rounds}, 16 connections that rest between two questions");
    }
    let profiled = plan.profiles.map_or("", |_| ", each row asked once more for its profile");
    format!("{rounds}, 32 connections, {} mailboxes of {} messages{profiled}", sizes.mailboxes, data::LETTERS)
}

/// All rows of one database, or those that are wished.
async fn measure(report: &mut Report, database: TestDatabase, plan: Plan, (sizes, only): (Sizes, &[Rows])) {
    eprintln!("{}: making {} mailboxes", database.name, sizes.mailboxes);
    let wished = |rows| only.is_empty() || only.contains(&rows);
    let postgres = Processes(environment::postgres_process());
    let subject = Subject::start(database, postgres, Filling::Letters(sizes.mailboxes)).await;
    let name = subject.database();
    if wished(Rows::Reading) {
        eprintln!("{name}: reading");
        let others = Others::start(&subject, &subject.answers().await);
        report.rows.extend(rows::reading(&subject, &others, plan).await);
    }
    if wished(Rows::Mail) {
        beside_mail(report, &subject, plan, sizes).await;
    }
    if wished(Rows::Tokens) {
        report.figures.extend(tokens::figures(&subject, plan).await);
    }

    let pgbench = PgBench::prepare().await;
    if wished(Rows::Letters) {
        eprintln!("{name}: publishing");
        report.rows.extend(publishing::publishing(&subject, &pgbench, plan).await);
    }
    if wished(Rows::Campaigns) || wished(Rows::Feed) {
        let campaigner = prepared(&subject, sizes).await;
        if wished(Rows::Campaigns) {
            eprintln!("{name}: sending campaigns");
            let (rows, figures) = campaigner.rows(&pgbench, plan).await;
            report.rows.extend(rows);
            report.figures.extend(figures);
        }
        campaigner.ends().await;
    }
    if wished(Rows::Feed) {
        eprintln!("{name}: following the feed");
        let (rows, figures) = feed::rows(&subject, plan, sizes.consents).await;
        report.rows.extend(rows);
        report.figures.extend(figures);
    }
    if wished(Rows::Ends) {
        eprintln!("{name}: counting records, revoking");
        report.figures.extend(audit::figures(&subject).await);
        report.figures.push(revocation::figure(&subject, sizes.revocations).await);
        report.figures.push(tokens::memory(&subject));
    }
}

/// The list beside mail servers.
async fn beside_mail(report: &mut Report, subject: &Subject, plan: Plan, sizes: Sizes) {
    eprintln!("{}: filling mail servers", subject.database());
    let dovecot = Dovecot::start(&subject.bank, sizes.mailboxes).await;
    let cyrus = Cyrus::start(&subject.bank, sizes.mailboxes, sizes.filling).await;
    let filled = format!("{} mailboxes in Dovecot, {} in Cyrus", sizes.mailboxes, cyrus.mailboxes());
    report.head.push(("mail servers", filled));
    report.rows.push(rows::beside_mail(subject, &dovecot, &cyrus, plan).await);
}

/// A sender of campaigns, once the first has opened the mailboxes and each of them has a consent.
async fn prepared(subject: &Subject, sizes: Sizes) -> Campaigner<'_> {
    eprintln!("{}: opening {} mailboxes by a campaign", subject.database(), sizes.recipients);
    let campaigner = Campaigner::new(subject, sizes.recipients).await;
    campaigner.sends().await;
    assert!(subject.hub.terminate().await, "{}", subject.hub.said());
    crowd::gather(&subject.hub, sizes.consents).await;
    subject.hub.start_again().await;
    campaigner
}
