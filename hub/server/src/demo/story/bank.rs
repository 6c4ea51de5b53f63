//! The bank's app, a process of its own, and what it says about its exchanges with the hub.

use std::time::Duration;

use hub_core::peer::Role;
use reference_provider::Event;

use super::{Broken, Told};
use crate::demo::parts::{Part, Process, ProviderConfig};
use crate::demo::print::{Outcome, Story};
use crate::demo::stage::Stage;

/// The app's process.
pub(super) struct Bank(Process<Event>);

impl Bank {
    /// Starts the app; it gets addresses, an authority, certificates and keys.
    pub(super) fn start(stage: &Stage) -> anyhow::Result<Self> {
        let setting = &stage.setting;
        let papers = setting.papers(Role::Provider, "demo-bank")?;
        let config = ProviderConfig {
            issuer: stage.public().to_owned(),
            resource: format!("{}/mailbox/v1", stage.mtls()),
            client_id: "demo-bank".to_owned(),
            files: [
                ("--certificate", papers.certificate.clone()),
                ("--key", papers.key.clone()),
                ("--ca", setting.authority().to_owned()),
                ("--server-certificate", setting.bank_front.certificate.clone()),
                ("--server-key", setting.bank_front.key.clone()),
            ],
            listen: format!("127.0.0.1:{}", setting.ports.bank),
            origin: setting.bank_origin(),
        };
        Process::start(Part::Provider, &config.arguments()).map(Self)
    }

    /// The number of its process.
    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Tells what the app does until `last` says that an event is the one waited for, and gives that event.
    ///
    /// `what` names it.
    pub(super) async fn until<T>(
        &mut self,
        story: &mut Story,
        what: &str,
        last: impl Fn(&Event) -> Option<T>,
    ) -> Told<T> {
        loop {
            let event = match self.0.within(PATIENCE).await {
                Ok(event) => event,
                Err(error) => {
                    story.finds(BANK, "is waited for", &wrong(format!("{error:#}"), what));
                    return Err(Broken);
                }
            };
            let found = last(&event);
            let failed = show(story, &event);
            if let Some(found) = found {
                return Ok(found);
            }
            if failed {
                return Err(Broken);
            }
        }
    }

    /// Tells what the app does until it ends.
    pub(super) async fn chat(&mut self, story: &mut Story) {
        while let Ok(Some(event)) = self.0.next().await {
            if !is_routine(&event) {
                story.line(&format!("   {BANK}  {event}"));
            }
        }
    }

    /// Ends the app.
    pub(super) async fn end(self) {
        self.0.end().await;
    }
}

/// Tells one event; says whether it is a failure.
fn show(story: &mut Story, event: &Event) -> bool {
    match event {
        Event::Exchange { purpose, method, target, status, sent, received, micros } => {
            let what = format!("{method} {target}, {sent} B: {purpose}");
            let outcome = Outcome::AsTold(format!("{status}, {received} B"));
            story.tells(BANK, &what, &outcome, Duration::from_micros(*micros));
            false
        }
        Event::Failed { reason } | Event::NotConnected { reason } => {
            story.finds(BANK, "stumbles", &wrong(reason.clone(), "no failure"));
            true
        }
        event => {
            story.says(&format!("{BANK}: {event}"));
            false
        }
    }
}

fn wrong(answer: String, expected: &str) -> Outcome {
    Outcome::Otherwise { answer, expected: expected.to_owned() }
}

/// Whether this is a look for new letters that went as ever.
fn is_routine(event: &Event) -> bool {
    matches!(event, Event::Exchange { purpose, status: 200 | 304, .. } if purpose == "list messages")
}

/// Who it is, in the story.
pub(super) const BANK: &str = "bank app";
/// How long something waited for may take.
const PATIENCE: Duration = Duration::from_secs(20);
