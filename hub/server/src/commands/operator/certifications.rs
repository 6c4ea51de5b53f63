//! `facteur operator certifications …`

use clap::Subcommand;
use serde_json::{Value, json};

use super::client::Client;
use super::print::{Out, array, text};

/// What to do with what was stated about applications.
#[derive(Debug, Subcommand)]
pub(super) enum Certifications {
    /// Lists what waits for a decision.
    List,
    /// Shows what counts for an application, all that was stated about it, and how it behaves: its score.
    Show {
        /// The client id.
        client_id: String,
    },
    /// Approves what a conformance instance stated: the application is certified.
    Approve {
        /// The certification, from `list` or `show`.
        certification: String,
    },
    /// Does not approve it, or takes back what was approved or declared.
    Reject {
        /// The certification, from `list` or `show`.
        certification: String,
    },
}

pub(super) async fn run(client: &Client, out: &Out, what: Certifications) -> anyhow::Result<()> {
    let decide = async |certification: String, decision: &str| -> anyhow::Result<()> {
        let path = format!("/v1/certifications/{certification}/decision");
        let reply = client.put(&path, &json!({ "decision": decision })).await?;
        out.reply(&reply, |out, decided| out.certifications(&json!({ "items": [decided] })));
        Ok(())
    };
    match what {
        Certifications::List => out.certifications(&client.get("/v1/certifications").await?),
        Certifications::Show { client_id } => {
            out.record(&client.get(&format!("/v1/applications/{client_id}/record")).await?);
        }
        Certifications::Approve { certification } => decide(certification, "approve").await?,
        Certifications::Reject { certification } => decide(certification, "reject").await?,
    }
    Ok(())
}

impl Out {
    fn certifications(&self, list: &Value) {
        let row = |one: &Value| {
            let state = match text(one, "lapsedBy") {
                by if by.is_empty() => text(one, "state"),
                by => format!("{}, lapsed by {by}", text(one, "state")),
            };
            let versions = format!("{} {}", text(one, "plan"), text(one, "suiteVersion"));
            let (id, client) = (text(one, "certificationId"), text(one, "clientId"));
            vec![id, client, text(one, "stated"), state, text(one, "validUntil"), versions]
        };
        self.table(list, ["CERTIFICATION", "APPLICATION", "STATED", "STATE", "VALID UNTIL", "RUN"], row);
    }

    fn record(&self, record: &Value) {
        self.show(record, |record| {
            println!("level        {}", text(record, "level"));
            println!("score        {} of 100", record["score"]);
            for day in array(&record["days"]).iter().take(30) {
                let times = day["times"].as_object().into_iter().flatten();
                let told: Vec<String> = times.map(|(kind, times)| format!("{kind} {times}")).collect();
                println!("{:<12} {}", text(day, "day"), told.join(", "));
            }
            println!("rule         {}", text(record, "rule"));
            self.certifications(&json!({ "items": record["certifications"] }));
        });
    }
}
