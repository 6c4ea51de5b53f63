//! `facteur operator …`: the register of a running hub, over its operations listener and with an operator's certificate.

mod applications;
mod certificates;
mod certifications;
mod client;
mod others;
mod people;
mod print;
mod providers;
mod settings;
mod streams;

use clap::{Args, Subcommand};

use self::client::Client;
use self::print::Out;

/// Keeps the register of a running hub, as an operator.
#[derive(Debug, Args)]
pub(crate) struct OperatorCommand {
    #[command(flatten)]
    settings: settings::Settings,
    /// Prints the answers as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Says who you are to the hub, and what you may do.
    Whoami,
    /// Providers and their life: applied, sandbox, certified, active, suspended, removed.
    #[command(subcommand)]
    Providers(providers::Providers),
    /// What citizens see of a provider, and where their browsers may be sent back to.
    #[command(subcommand)]
    Applications(applications::Applications),
    /// Certificates of an application: several at once, so that one follows another without a gap.
    #[command(subcommand)]
    Certificates(certificates::Certificates),
    /// What conformance instances stated about applications, the decision on it, and how applications behave.
    #[command(subcommand)]
    Certifications(certifications::Certifications),
    /// The citizens who may use an application before everybody may.
    #[command(subcommand)]
    Pilot(others::Pilot),
    /// The mailboxes that providers reach before they are active.
    #[command(subcommand)]
    TestMailboxes(others::TestMailboxes),
    /// Tells what happened to people: numbers replaced or merged, deaths, incapacity, coming of age.
    PersonEvents(people::PersonEvents),
    /// Ends a consent, as the last resort.
    EndConsent(people::EndConsent),
    /// How an application is told of its changes: pushed, polled, or only by its feed.
    #[command(subcommand)]
    Streams(streams::Streams),
    /// Changes that a receiver refused.
    #[command(subcommand)]
    DeadLetters(streams::DeadLetters),
    /// What takes two operators.
    #[command(subcommand)]
    Proposals(others::Proposals),
    /// What you did; with --everybody what every operator did.
    Acts {
        /// Shows the acts of every operator.
        #[arg(long)]
        everybody: bool,
        /// The cursor that the page before ended with.
        #[arg(long)]
        after: Option<String>,
    },
}

/// Runs an operator's command.
pub(super) async fn run(command: OperatorCommand) -> anyhow::Result<()> {
    let (client, out) = (Client::new(&command.settings.read()?)?, Out::new(command.json));
    match command.what {
        What::Whoami => out.me(&client.get("/v1/me").await?),
        What::Providers(what) => providers::run(&client, &out, what).await?,
        What::Applications(what) => applications::run(&client, &out, what).await?,
        What::Certificates(what) => certificates::run(&client, &out, what).await?,
        What::Certifications(what) => certifications::run(&client, &out, what).await?,
        What::Pilot(what) => others::pilot(&client, &out, what).await?,
        What::TestMailboxes(what) => others::test_mailboxes(&client, &out, what).await?,
        What::PersonEvents(what) => people::tell(&client, &out, what).await?,
        What::EndConsent(what) => people::end_consent(&client, &out, what).await?,
        What::Streams(what) => streams::streams(&client, &out, what).await?,
        What::DeadLetters(what) => streams::dead_letters(&client, &out, what).await?,
        What::Proposals(what) => others::proposals(&client, &out, what).await?,
        What::Acts { everybody, after } => {
            let mut query = vec![("of", if everybody { "everybody" } else { "me" })];
            query.extend(after.as_deref().map(|after| ("after", after)));
            out.acts(&client.get_with("/v1/acts", &query).await?);
        }
    }
    Ok(())
}
