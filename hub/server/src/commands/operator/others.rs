//! `facteur operator pilot|test-mailboxes|proposals …`
//!
//! A person's number is read from standard input, so that it stands in no history and no list of processes.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::{Value, json};

use super::client::Client;
use super::print::Out;

/// What to do with a pilot.
#[derive(Debug, Subcommand)]
pub(super) enum Pilot {
    /// Lists the citizens of a pilot, without their numbers.
    List {
        /// The client id.
        client_id: String,
    },
    /// Closes an application to everybody but the citizens of its pilot, at once.
    Begin {
        /// The client id.
        client_id: String,
    },
    /// Proposes to open an application to everybody (two operators).
    Open {
        /// The client id.
        client_id: String,
    },
    /// Lists a citizen; the number is read from standard input.
    Add {
        /// The client id.
        client_id: String,
    },
    /// Takes a citizen off the list.
    Drop {
        /// The client id.
        client_id: String,
        /// The citizen, from `list`.
        citizen: String,
    },
}

/// What to do with test mailboxes.
#[derive(Debug, Subcommand)]
pub(super) enum TestMailboxes {
    /// Lists them, without their numbers.
    List,
    /// Marks the mailbox of a number as test; the number (SSIN or CBE) is read from standard input.
    Mark,
    /// Makes a test mailbox a real one.
    Unmark {
        /// The mailbox, from `list`.
        mailbox: String,
    },
}

/// What to do with proposals.
#[derive(Debug, Subcommand)]
pub(super) enum Proposals {
    /// Lists the newest.
    List,
    /// Shows one.
    Show {
        /// The proposal.
        proposal: String,
    },
    /// Approves what another person proposed: it is done at once.
    Approve {
        /// The proposal.
        proposal: String,
    },
    /// Puts a proposal aside.
    Reject {
        /// The proposal.
        proposal: String,
    },
}

pub(super) async fn pilot(client: &Client, out: &Out, what: Pilot) -> anyhow::Result<()> {
    let path = |client_id: &str| format!("/v1/applications/{client_id}/pilot");
    match what {
        Pilot::List { client_id } => {
            out.pilot(&client.get(&format!("{}/citizens", path(&client_id))).await?);
        }
        Pilot::Begin { client_id } => {
            out.reply(&client.put(&path(&client_id), &json!({ "pilot": true })).await?, Out::application);
        }
        Pilot::Open { client_id } => {
            out.reply(&client.put(&path(&client_id), &json!({ "pilot": false })).await?, Out::application);
        }
        Pilot::Add { client_id } => {
            let ssin = number("The citizen's number: ")?;
            let reply =
                client.post(&format!("{}/citizens", path(&client_id)), &json!({ "ssin": ssin })).await?;
            out.reply(&reply, |out, citizen| out.pilot(&listed(citizen)));
        }
        Pilot::Drop { client_id, citizen } => {
            client.delete(&format!("{}/citizens/{citizen}", path(&client_id))).await?;
            out.done("not in the pilot any more; what the citizen granted stays until they end it");
        }
    }
    Ok(())
}

pub(super) async fn test_mailboxes(client: &Client, out: &Out, what: TestMailboxes) -> anyhow::Result<()> {
    match what {
        TestMailboxes::List => out.test_mailboxes(&client.get("/v1/testMailboxes").await?),
        TestMailboxes::Mark => {
            let digits = number("The holder's number (11 digits SSIN, 10 digits CBE): ")?;
            let body = match digits.len() {
                11 => json!({ "ssin": digits }),
                10 => json!({ "enterpriseNumber": digits }),
                _ => bail!("a number of 11 or 10 digits is expected"),
            };
            let reply = client.post("/v1/testMailboxes", &body).await?;
            out.reply(&reply, |out, mailbox| out.test_mailboxes(&listed(mailbox)));
        }
        TestMailboxes::Unmark { mailbox } => {
            client.delete(&format!("/v1/testMailboxes/{mailbox}")).await?;
            out.done("a real mailbox now: only active providers reach it");
        }
    }
    Ok(())
}

pub(super) async fn proposals(client: &Client, out: &Out, what: Proposals) -> anyhow::Result<()> {
    let decide = async |proposal: String, decision: &str| -> anyhow::Result<()> {
        let path = format!("/v1/proposals/{proposal}/decision");
        let reply = client.put(&path, &json!({ "decision": decision })).await?;
        out.reply(&reply, Out::proposal);
        Ok(())
    };
    match what {
        Proposals::List => out.proposals(&client.get("/v1/proposals").await?),
        Proposals::Show { proposal } => {
            out.proposal(&client.get(&format!("/v1/proposals/{proposal}")).await?);
        }
        Proposals::Approve { proposal } => decide(proposal, "approve").await?,
        Proposals::Reject { proposal } => decide(proposal, "reject").await?,
    }
    Ok(())
}

/// Asks for a number if somebody sits at the keyboard, and reads one line.
fn number(question: &str) -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("{question}");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("standard input")?;
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        bail!("no number on standard input");
    }
    Ok(digits)
}

fn listed(item: &Value) -> Value {
    json!({ "items": [item] })
}
