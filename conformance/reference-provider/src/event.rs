//! The story as it happens: what was sent, what came back, how long it took.
//!
//! Events carry no token. Subjects stand in them because this app tells its story to the person who runs
//! it; a bank shows them to its customer and keeps them out of its logs.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// Who listens to the story.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// The front can be opened in a browser.
    Listening {
        /// Its address.
        origin: String,
    },
    /// One request to the hub and its whole answer.
    Exchange {
        /// What it was for.
        purpose: String,
        /// HTTP method.
        method: String,
        /// Host, port and path; never the query.
        target: String,
        /// HTTP status.
        status: u16,
        /// Bytes of the request's body.
        sent: u64,
        /// Bytes of the answer's body.
        received: u64,
        /// Time from the first byte sent to the last byte read.
        micros: u64,
    },
    /// The citizen agreed; this is what was granted.
    Connected {
        /// The mailbox, by the id this provider knows it by.
        mailbox_id: String,
        /// The consent, by the id this provider knows it by.
        consent_id: String,
        /// What the app may do.
        actions: Vec<String>,
        /// Until when.
        until: String,
    },
    /// The browser came back without a consent.
    NotConnected {
        /// Why.
        reason: String,
    },
    /// The newest messages were listed.
    Messages {
        /// How many the list held.
        listed: usize,
        /// How many the mailbox holds, if the hub said so.
        total: Option<u64>,
    },
    /// A message was fetched.
    Message {
        /// Its id.
        message_id: String,
        /// Its subject.
        subject: String,
        /// Who sent it.
        sender: String,
        /// How many attachments it has.
        attachments: usize,
    },
    /// An attachment was fetched and is what its message announced.
    Attachment {
        /// Its file name.
        file_name: String,
        /// Its length in bytes.
        size: u64,
        /// Its SHA-256, base64url.
        sha256: String,
    },
    /// The first fetch is done; from now on the app looks for new messages.
    Following {
        /// Seconds between two looks.
        every_seconds: u64,
    },
    /// The hub refused for good: the consent has ended. Tokens are forgotten.
    Refused {
        /// HTTP status.
        status: u16,
        /// URN of the problem.
        #[serde(rename = "type")]
        kind: String,
    },
    /// The customer disconnected here; the hub was told first.
    Disconnected,
    /// The hub pushed an event.
    Pushed {
        /// Its name, where it could be read.
        jti: Option<String>,
        /// `taken`, `known`, `ignored` or `refused`.
        effect: String,
        /// Why it was refused.
        reason: Option<String>,
    },
    /// The app stopped looking by itself.
    Rested,
    /// A step went wrong.
    Failed {
        /// What happened.
        reason: String,
    },
}

impl Event {
    /// The event as one line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listening { origin } => write!(f, "the app is open at {origin}"),
            Self::Exchange { purpose, method, target, status, sent, received, micros } => {
                let (whole, tenth) = (micros / 1000, micros % 1000 / 100);
                write!(
                    f,
                    "{purpose}: {method} {target}, {sent} B → {status}, {received} B in {whole}.{tenth} ms"
                )
            }
            Self::Connected { mailbox_id, actions, until, .. } => {
                write!(f, "the citizen agreed: {} on {mailbox_id} until {until}", actions.join(", "))
            }
            Self::NotConnected { reason } => write!(f, "no consent: {reason}"),
            Self::Messages { listed, total: Some(total) } => write!(f, "letters listed: {listed} of {total}"),
            Self::Messages { listed, total: None } => write!(f, "letters listed: {listed}"),
            Self::Message { subject, sender, attachments, .. } => {
                write!(f, "letter “{subject}” from {sender}, attachments: {attachments}")
            }
            Self::Attachment { file_name, size, sha256 } => {
                write!(f, "attachment {file_name}, {size} B, SHA-256 {sha256} as announced")
            }
            Self::Following { every_seconds } => write!(f, "looking for new letters every {every_seconds} s"),
            Self::Refused { status, kind } => {
                write!(f, "refused: {status} {kind}; stopped, tokens forgotten")
            }
            Self::Disconnected => {
                write!(f, "the customer disconnected; consent handed back, tokens forgotten")
            }
            Self::Pushed { jti, effect, reason } => {
                let (jti, reason) =
                    (jti.as_deref().unwrap_or("without a name"), reason.as_deref().unwrap_or(""));
                write!(f, "event {jti}: {effect} {reason}")
            }
            Self::Rested => write!(f, "stopped looking for new letters"),
            Self::Failed { reason } => write!(f, "went wrong: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_survives_its_line_of_json() {
        let event = Event::Refused { status: 401, kind: "urn:problem-type:belgif:invalidAccessToken".into() };
        let line = event.to_json();
        assert_eq!(
            line,
            r#"{"event":"refused","status":401,"type":"urn:problem-type:belgif:invalidAccessToken"}"#
        );
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
    }

    #[test]
    fn an_exchange_says_what_was_sent_what_came_back_and_how_long_it_took() {
        let event = Event::Exchange {
            purpose: "list letters".into(),
            method: "GET".into(),
            target: "api.localhost:8444/mailbox/v1/mailboxes".into(),
            status: 200,
            sent: 0,
            received: 412,
            micros: 12_345,
        };
        let line = event.to_string();
        assert_eq!(
            line,
            "list letters: GET api.localhost:8444/mailbox/v1/mailboxes, 0 B → 200, 412 B in 12.3 ms"
        );
    }
}
