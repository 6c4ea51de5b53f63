//! The change feed of the played hub.

use serde_json::{Value, json};

use super::{
    grants::Life,
    refusal::{missing_scope, resync_required},
    truth::Truth,
    wire::{Answer, Call},
};

impl Truth {
    /// What happened behind a cursor, under the consents as they are now.
    pub(crate) fn changes(&self, scopes: &[String], call: &Call) -> Answer {
        if !scopes.iter().any(|scope| scope == "feed") {
            return missing_scope("feed");
        }
        let size = call
            .parameter("pageSize")
            .and_then(|size| size.parse().ok())
            .unwrap_or(100_usize)
            .clamp(1, self.knobs.page);
        let begin = match call.parameter("after") {
            None => 0,
            Some("latest") => self.changes.len(),
            Some(cursor) => match cursor.strip_prefix("c-").and_then(|place| place.parse().ok()) {
                Some(place) if place <= self.changes.len() => place,
                _ => return resync_required(),
            },
        };
        let end = (begin + size).min(self.changes.len());
        let items: Vec<&Value> = self
            .changes
            .get(begin..end)
            .unwrap_or_default()
            .iter()
            .filter(|change| self.is_shown(change))
            .collect();
        let base = format!("{}/changes", self.setting.resource());
        let body = json!({
            "self": if call.raw_query.is_empty() { base.clone() } else { format!("{base}?{}", call.raw_query) },
            "items": items,
            "pageSize": size,
            "next": format!("{base}?after=c-{end}"),
            "retryAfter": if end < self.changes.len() { 0 } else { 5 },
        });
        Answer::json(200, body)
    }

    /// After the end of a consent only its end is told.
    fn is_shown(&self, change: &Value) -> bool {
        let consent = change
            .get("consentId")
            .and_then(Value::as_str)
            .and_then(|id| self.grants.place(id))
            .and_then(|place| self.grants.consents.get(place));
        let ended = consent.is_none_or(|consent| consent.life == Life::Ended);
        !ended || change.get("kind") == Some(&json!("consentEnded"))
    }
}
