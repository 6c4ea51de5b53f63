//! `facteur operator streams|dead-letters …`

use anyhow::bail;
use clap::Subcommand;
use serde_json::{Value, json};

use super::client::{Client, Reply};
use super::print::Out;

/// What to do with how an application is told of its changes.
#[derive(Debug, Subcommand)]
pub(super) enum Streams {
    /// Shows the stream of an application, and how its receiver does.
    Show {
        /// The client id.
        client_id: String,
    },
    /// Registers an address to push to, and sends it the challenge; until it has echoed, everything stays as it was.
    Push {
        /// The client id.
        client_id: String,
        /// The address: https, port 443, public.
        address: String,
    },
    /// Lets an application ask for its events.
    Poll {
        /// The client id.
        client_id: String,
    },
    /// Sends another challenge to the address that waits for one.
    Challenge {
        /// The client id.
        client_id: String,
    },
    /// Sends a verification event now, and says in words what came back.
    Test {
        /// The client id.
        client_id: String,
    },
    /// Lets a stream stand still.
    Pause {
        /// The client id.
        client_id: String,
    },
    /// Lets a stream go on where it stood.
    Resume {
        /// The client id.
        client_id: String,
    },
    /// Ends a stream, with its dead letters.
    Drop {
        /// The client id.
        client_id: String,
    },
}

/// What to do with changes that a receiver refused.
#[derive(Debug, Subcommand)]
pub(super) enum DeadLetters {
    /// Lists them, oldest first.
    List {
        /// The client id.
        client_id: String,
    },
    /// Shows one.
    Show {
        /// The client id.
        client_id: String,
        /// The dead letter, from `list`.
        letter: String,
    },
    /// Has one told again, or all of them if none is named.
    Replay {
        /// The client id.
        client_id: String,
        /// The dead letter, from `list`.
        letter: Option<String>,
    },
    /// Puts one away for good.
    Drop {
        /// The client id.
        client_id: String,
        /// The dead letter, from `list`.
        letter: String,
    },
}

pub(super) async fn streams(client: &Client, out: &Out, what: Streams) -> anyhow::Result<()> {
    match what {
        Streams::Show { client_id } => out.stream(&client.get(&stream(&client_id)).await?),
        Streams::Push { client_id, address } => {
            let body = json!({ "method": "push", "address": address });
            client.put(&stream(&client_id), &body).await?;
            challenge(client, out, &client_id).await?;
        }
        Streams::Poll { client_id } => {
            let reply = client.put(&stream(&client_id), &json!({ "method": "poll" })).await?;
            out.reply(&reply, Out::stream);
        }
        Streams::Challenge { client_id } => challenge(client, out, &client_id).await?,
        Streams::Test { client_id } => {
            let reply = client.post(&format!("{}/test", stream(&client_id)), &json!({})).await?;
            told(out, &reply, "taken")?;
        }
        Streams::Pause { client_id } => stand(client, out, (&client_id, "paused")).await?,
        Streams::Resume { client_id } => stand(client, out, (&client_id, "running")).await?,
        Streams::Drop { client_id } => {
            client.delete(&stream(&client_id)).await?;
            out.done("there is no stream any more; the change feed stays");
        }
    }
    Ok(())
}

pub(super) async fn dead_letters(client: &Client, out: &Out, what: DeadLetters) -> anyhow::Result<()> {
    let letters = |client_id: &str| format!("/v1/applications/{client_id}/deadLetters");
    match what {
        DeadLetters::List { client_id } => out.dead_letters(&every(client, &letters(&client_id)).await?),
        DeadLetters::Show { client_id, letter } => {
            let found = client.get(&format!("{}/{letter}", letters(&client_id))).await?;
            out.dead_letters(&json!({ "items": [found] }));
        }
        DeadLetters::Replay { client_id, letter } => {
            let one = letter.map(|letter| format!("/{letter}")).unwrap_or_default();
            let reply = client.post(&format!("{}{one}/replay", letters(&client_id)), &json!({})).await?;
            out.reply(&reply, |out, replayed| {
                out.done(&format!("{} to be told again", replayed["replayed"]));
            });
        }
        DeadLetters::Drop { client_id, letter } => {
            client.delete(&format!("{}/{letter}", letters(&client_id))).await?;
            out.done("put away for good");
        }
    }
    Ok(())
}

/// All pages of a list.
async fn every(client: &Client, list: &str) -> anyhow::Result<Value> {
    let (mut items, mut path) = (Vec::new(), list.to_owned());
    loop {
        let mut page = client.get(&path).await?;
        if let Some(Value::Array(more)) = page.get_mut("items").map(Value::take) {
            items.extend(more);
        }
        match page.get("next").and_then(Value::as_str) {
            Some(next) => path = format!("{list}?after={next}"),
            None => return Ok(json!({ "items": items })),
        }
    }
}

async fn challenge(client: &Client, out: &Out, client_id: &str) -> anyhow::Result<()> {
    let reply = client.post(&format!("{}/challenge", stream(client_id)), &json!({})).await?;
    told(out, &reply, "verified")
}

async fn stand(client: &Client, out: &Out, (client_id, state): (&str, &str)) -> anyhow::Result<()> {
    let reply = client.put(&format!("{}/state", stream(client_id)), &json!({ "state": state })).await?;
    out.reply(&reply, Out::stream);
    Ok(())
}

/// Says what a receiver made of a token; anything but what was wanted is an error of the command too.
fn told(out: &Out, reply: &Reply, wanted: &str) -> anyhow::Result<()> {
    out.reply(reply, Out::outcome);
    match reply {
        Reply::Done(outcome) if outcome["outcome"].as_str() == Some(wanted) => Ok(()),
        _ => bail!("the receiver did not do what it should"),
    }
}

fn stream(client_id: &str) -> String {
    format!("/v1/applications/{client_id}/stream")
}
