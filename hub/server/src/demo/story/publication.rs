//! A public body publishes a letter, and afterwards learns what became of it.

use anyhow::{Context as _, bail};

use super::senders::{self, Published, SENDER};
use super::{Broken, Cast, Told as Brings, broken};
use crate::demo::parts::{Exchange, Told};
use crate::demo::print::Outcome;
use crate::demo::stage::Stage;

impl Cast<'_> {
    /// The tax administration writes to Anna.
    pub(super) async fn publication(&mut self) -> Brings<Published> {
        self.story.chapter("A public body publishes a letter to Anna");
        let key = self.stage.setting.random.trace_id().to_string();
        let order = ["--to", "anna", "--message-type", "tax-assessment", "--idempotency-key", &key];
        let step =
            self.story.sends("demo", "starts the tax administration's application as a process of its own");
        let mut sender = match senders::start(self.stage, APPLICATION, &order) {
            Ok(sender) => sender,
            Err(error) => return broken(&mut self.story, &step, &error, "a process"),
        };
        let given = "with a URL, an authority, a certificate and a key";
        self.story.came_back(&step, &format!("process {} runs, {given}", sender.id()));

        let mut letter = None;
        loop {
            match sender.next().await {
                Ok(Some(told)) => {
                    if let Some(published) = self.sender_told(told)? {
                        letter = Some(published);
                    }
                }
                Ok(None) => break,
                Err(error) => return broken(&mut self.story, &step, &error, "a line of JSON"),
            }
        }
        sender.end().await;
        letter.ok_or_else(|| self.missing("a letter published"))
    }

    /// The tax administration asks what became of the letter.
    pub(super) async fn what_the_sender_learns(&mut self, letter: &Published) -> Brings<()> {
        self.story
            .chapter("The public body learns that a program fetched it, and that nobody has opened it yet");
        let step = self.story.sends(SENDER, "asks for the status of its letter, in a new process");
        let (exchange, dates) = match status(self.stage, &letter.message_id).await {
            Ok(answered) => answered,
            Err(error) => return broken(&mut self.story, &step, &error, "the status"),
        };
        let [available, retrieved, opened] = dates.map(|date| date.unwrap_or_else(|| NOT_YET.to_owned()));
        let as_told = available != NOT_YET && retrieved != NOT_YET && opened == NOT_YET;
        let Exchange { method, target, status, received, .. } = exchange;
        self.story.came_back(&step, &format!("{method} {target}: {status}, {received} B"));

        let said = format!("available {available}, retrieved {retrieved}, opened {opened}");
        let outcome = Outcome::of(said, |_| as_told, "available and retrieved, not opened");
        self.story.finds(SENDER, "reads three dates", &outcome);
        Ok(())
    }

    /// Tells what the sender's process says; gives the letter once it is published.
    fn sender_told(&mut self, told: Told) -> Brings<Option<Published>> {
        let letter = match told {
            Told::Token { exchange } => {
                senders::exchanged(&mut self.story, &exchange, "a token bound to its certificate");
                None
            }
            Told::Published { exchange, subject, file_name, sha256, message_id, delivered: true } => {
                let said = format!("“{subject}” is in Anna’s mailbox as {message_id}");
                senders::exchanged(&mut self.story, &exchange, &said);
                Some(Published { message_id, subject, file_name, sha256 })
            }
            Told::Published { .. } => return Err(self.missing("the letter delivered")),
            Told::Failed { reason } => {
                let expected = "201 Created".to_owned();
                let outcome = Outcome::Otherwise { answer: reason, expected };
                self.story.finds(SENDER, "gives up", &outcome);
                return Err(Broken);
            }
            Told::Planned { .. } | Told::Status { .. } => None,
        };
        Ok(letter)
    }

    /// Tells that something did not come.
    pub(super) fn missing(&mut self, expected: &str) -> Broken {
        let outcome =
            Outcome::Otherwise { answer: "nothing of the kind".to_owned(), expected: expected.to_owned() };
        self.story.finds("demo", "waits", &outcome);
        Broken
    }
}

/// Runs a sender that asks for the status of a message; gives when it was available, retrieved and opened.
async fn status(stage: &Stage, message_id: &str) -> anyhow::Result<(Exchange, [Option<String>; 3])> {
    let mut sender = senders::start(stage, APPLICATION, &["--status", message_id])?;
    let mut answered = None;
    while let Some(told) = sender.next().await? {
        match told {
            Told::Status { exchange, available_at, retrieved_at, opened_at } => {
                answered = Some((exchange, [available_at, retrieved_at, opened_at]));
            }
            Told::Failed { reason } => bail!(reason),
            Told::Token { .. } | Told::Planned { .. } | Told::Published { .. } => {}
        }
    }
    sender.end().await;
    answered.context("the sender told no status")
}

/// A fact that has not happened.
const NOT_YET: &str = "not yet";
/// The application of the tax administration.
const APPLICATION: &str = "demo-tax";
