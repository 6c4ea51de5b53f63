//! The shapes of streams and dead letters in `specs/operations/v1/openapi.yaml`, and how they are made.

use hub_core::access::operator::{DeadLetterView, Echo, StreamView};
use hub_core::clock::Timestamp;
use hub_http::outbound::{Answer, Reply};
use serde::{Deserialize, Serialize};

/// How an application is to be told.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StreamToPut {
    pub(super) method: Method,
    #[serde(default, deserialize_with = "super::wire::present")]
    pub(super) address: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Method {
    Push,
    Poll,
}

/// Whether a stream runs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StandingToSet {
    pub(super) state: Standing,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Standing {
    Running,
    Paused,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stream {
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_to_verify: Option<String>,
    breaker: &'static str,
    failures: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_since: Option<String>,
    dead_letters: i64,
    registered_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resynchronised_at: Option<String>,
}

/// What a receiver made of a token, in one word and in words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    outcome: &'static str,
    explanation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    milliseconds: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeadLetter {
    dead_letter_id: String,
    kind: String,
    happened_at: String,
    mailbox_id: String,
    consent_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    reason: String,
    tries: i64,
    refused_at: String,
    replaying: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Replayed {
    pub(super) replayed: u64,
}

impl From<StreamView> for Stream {
    fn from(view: StreamView) -> Self {
        Self {
            client_id: view.client_id,
            method: view.method.map(hub_core::delivery::Method::name),
            state: view.standing.name(),
            address: view.address,
            address_to_verify: view.asked_address,
            breaker: view.breaker.name(),
            failures: view.failures,
            trouble: view.trouble,
            waiting_since: view.waiting_since.map(Timestamp::rfc3339),
            dead_letters: view.dead_letters,
            registered_at: view.registered_at.rfc3339(),
            verified_at: view.verified_at.map(Timestamp::rfc3339),
            resynchronised_at: view.resynced_at.map(Timestamp::rfc3339),
        }
    }
}

impl From<DeadLetterView> for DeadLetter {
    fn from(view: DeadLetterView) -> Self {
        Self {
            dead_letter_id: view.id,
            kind: view.kind,
            happened_at: view.happened_at.rfc3339(),
            mailbox_id: view.mailbox,
            consent_id: view.consent,
            message_id: view.message,
            reason: view.reason,
            tries: view.tries,
            refused_at: view.at.rfc3339(),
            replaying: view.replay,
        }
    }
}

impl Outcome {
    /// What became of a challenge.
    pub(super) fn of_challenge(reply: &Reply, echo: Echo) -> Self {
        let (outcome, explanation) = match (&reply.received, echo) {
            (_, Echo::Verified) => ("verified", "The receiver echoed the challenge: the stream pushes there.".to_owned()),
            (_, Echo::Expired) => {
                ("expired", "The receiver echoed the challenge too late. Send another.".to_owned())
            }
            (_, Echo::Superseded) => {
                ("superseded", "Another registration came in between. Send another challenge.".to_owned())
            }
            (Ok(received), Echo::False) if matches!(received.status, 200 | 202) => (
                "notEchoed",
                "The receiver answered without the state of the challenge: a JSON object with the member state is \
                 expected, as application/json."
                    .to_owned(),
            ),
            _ => return Self::of_trial(reply),
        };
        let status = reply.received.as_ref().ok().map(|received| received.status);
        Self { outcome, explanation, trouble: None, status, milliseconds: milliseconds(reply) }
    }

    /// What became of a trial.
    pub(super) fn of_trial(reply: &Reply) -> Self {
        let (outcome, explanation, trouble) = match reply.answer() {
            Answer::Taken => ("taken", "The receiver took the event.".to_owned(), None),
            Answer::Refused(reason) => {
                ("refused", format!("The receiver refuses the event: {reason}."), Some(reason))
            }
            Answer::Unwell { trouble, .. } => {
                ("failed", trouble.explanation().to_owned(), Some(trouble.name()))
            }
        };
        let status = reply.received.as_ref().ok().map(|received| received.status);
        Self { outcome, explanation, trouble, status, milliseconds: milliseconds(reply) }
    }
}

fn milliseconds(reply: &Reply) -> u64 {
    u64::try_from(reply.took.as_millis()).unwrap_or(u64::MAX)
}
