//! Flows that the suite began, each in a browser session of its own.

use std::sync::Arc;

use axum_extra::extract::CookieJar;
use serde_json::{Value, json};

use super::{
    Hook,
    codes::{Step, Verdict, verdict},
};
use crate::{
    connection::{Connection, Standing},
    consent::Ask,
    error::Error,
};

/// The flows since the last reset.
#[derive(Default)]
pub(super) struct Flows(Vec<Flow>);

#[derive(Clone)]
struct Flow {
    customer: String,
    jar: CookieJar,
    /// Why it never got as far as the hub.
    refused: Option<Arc<Error>>,
}

impl Hook {
    /// Begins a flow for a customer: what the button does.
    pub(super) async fn begin(&self, customer: String, ask: &Ask) -> Value {
        let begun = self.front.begin(CookieJar::new(), ask).await;
        let (jar, mut told, refused) = match begun {
            Ok((jar, to_hub)) => {
                let cookies: Vec<_> =
                    jar.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value())).collect();
                let told = json!({ "state": "redirected", "authorizeUrl": to_hub, "cookies": cookies });
                (jar, told, None)
            }
            Err(error) => {
                let mut told = json!({ "state": "refused" });
                explain(&mut told, &error, Step::Push);
                (CookieJar::new(), told, Some(Arc::new(error)))
            }
        };
        let mut flows = self.flows();
        flows.0.push(Flow { customer, jar, refused });
        put(&mut told, "flowId", json!(format!("{FLOW}{}", flows.0.len())));
        told
    }

    /// What came of a flow.
    pub(super) fn flow(&self, id: &str) -> Option<Value> {
        let (number, flow) = self.numbered(id, FLOW)?;
        let mut told = json!({ "flowId": id, "answers": [] });
        if let Some(error) = &flow.refused {
            put(&mut told, "state", json!("refused"));
            explain(&mut told, error, Step::Push);
            return Some(told);
        }
        let seen = self.front.sessions.seen(&flow.jar)?;
        let mut answers = Vec::new();
        for answer in &seen.answers {
            let mut one = json!({ "outcome": "connected" });
            if let Err(error) = answer {
                put(&mut one, "outcome", json!("refused"));
                explain(&mut one, error, Step::Answer);
                explain(&mut told, error, Step::Answer);
            }
            answers.push(one);
        }
        put(&mut told, "answers", json!(answers));
        put(
            &mut told,
            "state",
            json!(match (&seen.connection, seen.pending) {
                (Some(_), _) => "connected",
                (None, true) => "redirected",
                (None, false) => "refused",
            }),
        );
        if let Some(connection) = &seen.connection {
            put(&mut told, "connectionId", json!(format!("{CONNECTION}{number}")));
            put(&mut told, "granted", json!([connection.granted()]));
        }
        Some(told)
    }

    /// A connection, by its id.
    pub(super) fn connection(&self, id: &str) -> Option<Arc<Connection>> {
        let (_, flow) = self.numbered(id, CONNECTION)?;
        self.front.sessions.seen(&flow.jar)?.connection
    }

    /// How a connection stands.
    pub(super) fn told(&self, id: &str) -> Option<Value> {
        let (_, flow) = self.numbered(id, CONNECTION)?;
        let connection = self.connection(id)?;
        let (granted, mail) = (connection.granted(), self.origin.join("/mail").ok()?);
        Some(json!({
            "connectionId": id,
            "customer": flow.customer,
            "state": match connection.standing() {
                Standing::Connected => "connected",
                Standing::Suspended => "suspended",
                Standing::Ended => "ended",
            },
            "mailboxId": granted.mailbox_id,
            "consentId": granted.consent_id,
            "granted": [granted],
            "pages": { "messages": mail, "message": format!("{mail}/{{messageId}}") },
        }))
    }

    fn numbered(&self, id: &str, kind: &str) -> Option<(usize, Flow)> {
        let number: usize = id.strip_prefix(kind)?.parse().ok()?;
        Some((number, self.flows().0.get(number.checked_sub(1)?)?.clone()))
    }
}

/// Adds why something did not work.
pub(super) fn explain(told: &mut Value, error: &Error, step: Step) {
    let Verdict { refusal, after, .. } = verdict(error, step);
    put(told, "refusal", json!(refusal));
    put(told, "detail", json!(detail(error)));
    if let Some(after) = after {
        put(told, "retryAfterSeconds", json!(after.as_millis().div_ceil(1000)));
    }
}

/// The error for people, with the id under which the hub's operators find the request.
fn detail(error: &Error) -> String {
    match error.trace_id() {
        Some(trace_id) => format!("{} (trace id of the hub: {trace_id})", error.reason()),
        None => error.reason(),
    }
}

/// Adds a member to an object.
pub(super) fn put(told: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = told {
        members.insert(name.to_owned(), value);
    }
}

const FLOW: &str = "flow-";
const CONNECTION: &str = "connection-";
