//! What the played hub heard and gave, held against the app's own word.

use super::world::{Linked, Tried, World};
use crate::{
    app::{Connection, Outcome, Question},
    stage::{Endpoint, Heard},
};

impl World {
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
