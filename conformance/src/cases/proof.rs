//! What the played hub heard and gave, held against the app's own word.

use super::world::{Linked, Tried, World, told, word};
use crate::{
    app::{Connection, Outcome, Question},
    engine::{Record, Stop},
    stage::{Endpoint, Heard},
};

impl World {
    /// The connection that a flow came to, by the app's word and the hub's; otherwise the case cannot be played.
    pub async fn linked(&self, record: &mut Record, tried: Tried) -> Result<Linked, Stop> {
        match self.founded(record, tried).await? {
            Ok(linked) => Ok(linked),
            Err(why) => Err(record.blocked(format!("a plain story did not come to a connection: {why}"))),
        }
    }

    /// The connection that a flow came to, or why there is none.
    pub(super) async fn founded(
        &self,
        record: &mut Record,
        tried: Tried,
    ) -> Result<Result<Linked, String>, Stop> {
        let Some(connection) = tried.flow.connection_id.clone().filter(|_| tried.flow.state == "connected")
        else {
            let refusal = tried.flow.refusal.as_deref().unwrap_or("no reason");
            let detail = tried.flow.detail.as_deref().unwrap_or_default();
            return Ok(Err(format!("{}, {refusal} {detail}", tried.flow.state)));
        };
        let known = self.hook.connection(&connection).await.map_err(|fault| told(record, &fault))?;
        if let Some(why) = self.unfounded(&tried, &known) {
            return Ok(Err(why));
        }
        let (consent, mailbox) = (known.consent_id, known.mailbox_id);
        Ok(Ok(Linked { connection, consent, mailbox, cookies: tried.cookies }))
    }

    /// A plain read, which must work: otherwise the case cannot be played.
    pub async fn must_read(
        &self,
        record: &mut Record,
        linked: &Linked,
        question: &Question,
    ) -> Result<Outcome, Stop> {
        let mark = self.hub().mark();
        let outcome = self.reads(record, linked, question).await?;
        if outcome.outcome != "ok" {
            return Err(record.blocked(format!("a plain read did not work: {}", word(&outcome))));
        }
        match self.unread(linked, question, &outcome, mark) {
            None => Ok(outcome),
            Some(why) => Err(record.blocked(format!("a plain read did not work: {why}"))),
        }
    }

    /// Why the hub does not know of the connection that a flow is said to have come to; `None` if it does.
    pub(super) fn unfounded(&self, tried: &Tried, known: &Connection) -> Option<String> {
        let heard = self.hub().all(tried.mark);
        let pushed = heard.iter().any(|heard| heard.endpoint == Endpoint::Par && heard.status == 201);
        let arrived = heard.iter().any(|heard| heard.endpoint == Endpoint::Authorize && heard.status == 303);
        let redeemed: Vec<u16> =
            heard.iter().filter(|heard| is_redemption(heard)).map(|heard| heard.status).collect();
        let mailbox = self.hub().mailbox(tried.customer, &tried.kind);
        if !pushed || !arrived {
            return Some("the hub heard no pushed request, or no browser came with it".to_owned());
        }
        if redeemed != [200] {
            return Some(format!(
                "the hub answered {redeemed:?} to token requests; one answered 200 is right"
            ));
        }
        if known.mailbox_id != mailbox {
            return Some(format!("the connection names mailbox `{}`, not this customer's", known.mailbox_id));
        }
        let stands = self.hub().stands(&known.consent_id, &mailbox);
        (!stands).then(|| format!("no consent `{}` for that mailbox stands at the hub", known.consent_id))
    }

    /// Why a read that is told as `ok` was none, by what the hub heard behind `mark`; `None` if it was one.
    pub(super) fn unread(
        &self,
        linked: &Linked,
        question: &Question,
        outcome: &Outcome,
        mark: usize,
    ) -> Option<String> {
        let endpoint = asked_for(question);
        let heard = self.hub().heard(endpoint, mark);
        let statuses: Vec<u16> = heard.iter().map(|heard| heard.status).collect();
        let right = |heard: &&Heard| {
            let of_it = endpoint == Endpoint::Consent || heard.call.path.contains(&linked.mailbox);
            of_it && if outcome.unchanged { heard.status == 304 } else { heard.status == 200 }
        };
        if !heard.iter().any(|heard| right(&heard)) {
            return Some(format!("told as read, and the hub heard {endpoint:?} with answers {statuses:?}"));
        }
        if outcome.unchanged {
            return None;
        }
        self.other_content(linked, question, outcome)
    }

    /// What was told of the content, and is not so.
    fn other_content(&self, linked: &Linked, question: &Question, outcome: &Outcome) -> Option<String> {
        let letters = self.hub().letters(&linked.mailbox);
        match asked_for(question) {
            Endpoint::Messages => {
                let (told, whole) = (&outcome.message_ids, question.all);
                let right = if whole { *told == letters } else { letters.starts_with(told) };
                let right = right && (letters.is_empty() || !told.is_empty());
                (!right).then(|| format!("told letters {told:?}; the mailbox holds {letters:?}"))
            }
            Endpoint::Attachment => {
                let member =
                    |name: &str| outcome.attachment.as_ref().and_then(|file| file.get(name)).cloned();
                let (.., size, sha256) = self.hub().file(&linked.mailbox)?;
                let right = member("size") == Some(size.into()) && member("sha256") == Some(sha256.into());
                (!right).then(|| format!("the file is told as {:?}", outcome.attachment))
            }
            _ => None,
        }
    }
}

/// The operation that answers a question.
fn asked_for(question: &Question) -> Endpoint {
    match question.what {
        "messages" => Endpoint::Messages,
        "message" => Endpoint::Message,
        "attachment" => Endpoint::Attachment,
        _ => Endpoint::Consent,
    }
}

/// Says whether it is a token request with a code.
pub(super) fn is_redemption(heard: &Heard) -> bool {
    heard.endpoint == Endpoint::Token && heard.call.field("grant_type") == Some("authorization_code")
}
