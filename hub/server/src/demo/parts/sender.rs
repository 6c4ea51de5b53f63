//! A public body's application: gets a token over mutual TLS, publishes letters, asks what became of one.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::Parser;
use hub_core::clock::Clock;
use jiff::tz::TimeZone;
use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};

use super::exchange::{Answer, Exchange, exchange};
use super::mail::{self, Mail};
use super::say;
use crate::demo::connect::{self, Papers};
use crate::demo::letters::{Addressee, LetterBook};
use crate::demo::people::People;

/// What a sender is told.
#[derive(Debug, Parser)]
struct Arguments {
    /// The hub's origin for machines: https://api.localhost:8444
    #[arg(long)]
    api: String,
    /// The only authorities trusted for it (PEM).
    #[arg(long)]
    ca: PathBuf,
    /// Client certificate (PEM).
    #[arg(long)]
    certificate: PathBuf,
    /// Its key (PEM).
    #[arg(long)]
    key: PathBuf,
    /// The sender application's client id.
    #[arg(long)]
    client_id: String,
    /// Publishes one letter, to this test citizen; without it and without --status, all that wait.
    #[arg(long, requires_all = ["message_type", "idempotency_key"])]
    to: Option<String>,
    /// What kind of letter.
    #[arg(long)]
    message_type: Option<String>,
    /// The key of that publication.
    #[arg(long)]
    idempotency_key: Option<String>,
    /// Asks what became of this message, and publishes nothing.
    #[arg(long, conflicts_with = "to")]
    status: Option<String>,
}

/// What a sender tells, one line of JSON each.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Told {
    /// It has a token for its application.
    Token {
        /// How.
        exchange: Exchange,
    },
    /// So many letters will be published.
    Planned {
        /// How many.
        letters: u64,
    },
    /// A letter was published.
    Published {
        /// How.
        exchange: Exchange,
        /// Its subject in English.
        subject: String,
        /// The PDF.
        file_name: String,
        /// Its SHA-256, base64url.
        sha256: String,
        /// The hub's id for it.
        message_id: String,
        /// Whether it is in a mailbox.
        delivered: bool,
    },
    /// What became of a message.
    Status {
        /// How.
        exchange: Exchange,
        /// When it was made available.
        available_at: Option<String>,
        /// When a program first fetched content.
        retrieved_at: Option<String>,
        /// When a person first opened it.
        opened_at: Option<String>,
    },
    /// It gave up.
    Failed {
        /// Why.
        reason: String,
    },
}

/// The hub's answer to a publication.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Publication {
    message_id: String,
    delivered: bool,
}

/// The hub's answer about a message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    available_at: Option<String>,
    retrieved_at: Option<String>,
    opened_at: Option<String>,
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
}

struct Sender {
    client: Client,
    api: String,
    token: String,
}

/// Does what it is told and ends.
pub(super) async fn play(arguments: impl Iterator<Item = String>) -> anyhow::Result<ExitCode> {
    let arguments = Arguments::try_parse_from(arguments)?;
    match work(&arguments).await {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => {
            let reason = format!("{error:#}");
            tell(&Told::Failed { reason });
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn work(arguments: &Arguments) -> anyhow::Result<()> {
    let sender = Sender::begin(arguments).await?;
    if let Some(message) = &arguments.status {
        return sender.status(message).await;
    }
    let letters = chosen(arguments)?;
    tell(&Told::Planned { letters: letters.len() as u64 });
    for letter in letters {
        sender.publish(letter).await?;
    }
    Ok(())
}

/// The letters to publish: one, or all of this application that wait.
fn chosen(arguments: &Arguments) -> anyhow::Result<Vec<Mail>> {
    let (book, people) = (LetterBook::of_demo()?, People::of_demo()?);
    let today = Clock::System.now().civil().to_zoned(TimeZone::UTC).date();
    let (Some(subject), Some(kind), Some(key)) =
        (&arguments.to, &arguments.message_type, &arguments.idempotency_key)
    else {
        let waiting = book.waiting(&people, today).into_iter();
        let own = waiting.filter(|letter| letter.application == arguments.client_id);
        return Ok(own.map(|letter| Mail { key: letter.reference.clone(), letter }).collect());
    };
    let citizen = people.citizen(subject).context("no such test citizen")?;
    let letter = book.letter(Addressee::Citizen(citizen), kind, today).context("no such kind of letter")?;
    Ok(vec![Mail { letter, key: key.clone() }])
}

impl Sender {
    /// Connects and gets a token.
    async fn begin(arguments: &Arguments) -> anyhow::Result<Self> {
        let papers = Papers { certificate: arguments.certificate.clone(), key: arguments.key.clone() };
        let client = connect::client(&arguments.ca, Some(&papers))?;
        let form = [("grant_type", "client_credentials"), ("client_id", arguments.client_id.as_str())];
        let request = client.post(format!("{}/token", arguments.api)).form(&form);
        let (exchange, body) = exchange(&client, request, 0).await?.done()?;
        let issued: Issued = serde_json::from_slice(&body).context("the answer with the token")?;
        tell(&Told::Token { exchange });
        Ok(Self { client, api: arguments.api.clone(), token: issued.access_token })
    }

    /// Publishes one letter; a hub that is busy is asked again when it says.
    async fn publish(&self, mail: Mail) -> anyhow::Result<()> {
        let sealed = mail::sealed(&mail)?;
        for _ in 0..ATTEMPTS {
            let request = self
                .client
                .post(format!("{}/sender/v1/messages", self.api))
                .bearer_auth(&self.token)
                .header("Idempotency-Key", format!("\"{}\"", mail.key))
                .multipart(sealed.form()?);
            match exchange(&self.client, request, sealed.size()).await? {
                Answer::Later(after) => tokio::time::sleep(after).await,
                Answer::Done(exchange, body) => return published(exchange, &body, &mail, &sealed.sha256),
            }
        }
        bail!("the hub stays busy")
    }

    async fn status(&self, message: &str) -> anyhow::Result<()> {
        let url = format!("{}/sender/v1/messages/{message}", self.api);
        let request = self.client.get(url).bearer_auth(&self.token);
        let (exchange, body) = exchange(&self.client, request, 0).await?.done()?;
        let status: Status = serde_json::from_slice(&body).context("the message's status")?;
        tell(&Told::Status {
            exchange,
            available_at: status.available_at,
            retrieved_at: status.retrieved_at,
            opened_at: status.opened_at,
        });
        Ok(())
    }
}

fn published(exchange: Exchange, body: &[u8], mail: &Mail, sha256: &str) -> anyhow::Result<()> {
    ensure!(exchange.status == StatusCode::CREATED, "{} instead of 201", exchange.status);
    let publication: Publication = serde_json::from_slice(body).context("the answer to the publication")?;
    tell(&Told::Published {
        exchange,
        subject: mail.letter.subject.en.clone(),
        file_name: mail.letter.file_name.clone(),
        sha256: sha256.to_owned(),
        message_id: publication.message_id,
        delivered: publication.delivered,
    });
    Ok(())
}

fn tell(told: &Told) {
    say(&serde_json::to_string(told).unwrap_or_default());
}

/// How often a publication is tried.
const ATTEMPTS: usize = 5;
