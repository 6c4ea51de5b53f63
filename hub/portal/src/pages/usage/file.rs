//! The access log as a JSON document of the form of Estonia's data tracker, `specs/usage/findUsage.schema.json`.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_LANGUAGE, LINK};
use http::{HeaderMap, HeaderValue};
use hub_core::access::citizen::{Usage, UsageAsked, Used, UsedMessage};
use hub_core::clock::Timestamp;
use hub_core::error::Error;
use hub_http::Problem;
use jiff::civil::Date;
use serde::Serialize;
use url::form_urlencoded;

use super::{Choice, who};
use crate::failure::{Answer, Failure};
use crate::form::{Fields, Parameters};
use crate::headers::CROSS_ORIGIN_RESOURCE_POLICY;
use crate::i18n::{Language, Text};
use crate::session::LoggedIn;
use crate::texts;
use crate::view::{Fault, Holder, Who};

/// What left the mailbox, newest first, between `from` and `until`.
pub(crate) async fn find(
    Path(mailbox): Path<String>,
    session: LoggedIn,
    Parameters(query): Parameters,
) -> Answer {
    if mailbox != session.mailbox.id {
        return Err(Fault::NotFound.into());
    }
    let (from, until) = match (instant(&query, "from"), instant(&query, "until")) {
        (Ok(from), Ok(until)) => (from, until),
        (Err(error), _) | (_, Err(error)) => return Ok(Problem::from(error).into_response()),
    };
    let asked = UsageAsked { from, until, after: query.one("after"), ..Choice::of(&query).asked() };
    let part = match session.citizen.find_usage(&mailbox, &asked).await {
        Err(error @ (Error::Invalid(_) | Error::NotFound(_) | Error::Resync)) => {
            return Ok(Problem::from(error).into_response());
        }
        other => other?,
    };
    let (t, holder) = (Text::new(session.visitor.language), session.holder());
    let usages: Vec<wire::Usage> =
        part.entries.into_iter().map(|usage| converted(usage, (t, &holder))).collect();
    let next = part.next.map(|cursor| next_address(&session.visitor.here, &cursor));
    answer(usages, next.as_deref(), session.visitor.language)
}

fn answer(usages: Vec<wire::Usage>, next: Option<&str>, language: Language) -> Answer {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    if let Some(next) = next {
        // RFC 8288
        let link = HeaderValue::try_from(format!("<{next}>; rel=\"next\""));
        headers.insert(LINK, link.map_err(|error| Failure::internal(&error))?);
    }
    let response: Response = (headers, Json(usages)).into_response();
    Ok(response)
}

/// The same address with another cursor.
fn next_address(here: &str, cursor: &str) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("after", cursor)
        .finish();
    format!("{path}?{query}")
}

/// A date-time with its offset, or a Belgian day, of which the beginning counts.
fn instant(query: &Fields, name: &'static str) -> Result<Option<Timestamp>, Error> {
    let Some(text) = query.one(name) else { return Ok(None) };
    let day = || {
        let day = text.parse::<Date>().ok()?.in_tz("Europe/Brussels").ok()?;
        Some(Timestamp(day.timestamp().as_microsecond()))
    };
    let found = Timestamp::parse(text).or_else(day);
    let wrong = || Error::invalid("schemaViolation", format!("?{name}"), "neither a date-time nor a date");
    found.map(Some).ok_or_else(wrong)
}

fn converted(usage: Usage, (t, holder): (Text, &Holder)) -> wire::Usage {
    let who = who(usage.reader, holder);
    let (kind, action) = match &usage.used {
        Used::Nothing { .. } => ("nothing", t.say("usage-nothing")),
        Used::Summary => ("checked", t.say("usage-checked")),
        Used::Changes => ("told", t.say("usage-told")),
        Used::List => ("list", t.say("usage-list")),
        Used::Proofs => ("proofs", t.say("usage-proofs")),
        Used::Rights => ("rights", t.say("usage-rights")),
        Used::Message(_) => ("message", t.say("usage-opened-message")),
        Used::File { .. } => ("attachment", t.say("usage-opened-file")),
    };
    let (count, message, file_name) = match usage.used {
        Used::Nothing { times } => (Some(times), None, None),
        Used::Summary | Used::Changes | Used::List | Used::Proofs | Used::Rights => (None, None, None),
        Used::Message(message) => (None, Some(message), None),
        Used::File { message, name } => (None, Some(message), name),
    };
    let UsedMessage { id, subject } = message.unwrap_or(UsedMessage { id: String::new(), subject: None });
    wire::Usage {
        log_time: usage.at.rfc3339(),
        action: action.to_string(),
        receiver: receiver(&who, t),
        receiver_kind: receiver_kind(&who),
        receiver_id: match who {
            Who::Representative { id, .. } => Some(id),
            _ => None,
        },
        action_kind: kind,
        count,
        consent_reference: usage.consent,
        message_id: Some(id).filter(|id| !id.is_empty()),
        subject: subject.map(|subject| texts::words(&subject, t.language)),
        file_name,
    }
}

fn receiver(who: &Who, t: Text) -> String {
    match who {
        Who::App { brand, legal_name } => format!("{brand} ({legal_name})"),
        other => other.name(&t),
    }
}

fn receiver_kind(who: &Who) -> &'static str {
    match who {
        Who::You => "you",
        Who::App { .. } => "app",
        Who::Representative { .. } => "representative",
        Who::Holder { .. } => "holder",
        Who::OwnSoftware { .. } => "ownSoftware",
        Who::Operator => "operator",
    }
}

/// What travels.
mod wire {
    use super::Serialize;

    /// One entry of the access log.
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Usage {
        pub(super) log_time: String,
        pub(super) action: String,
        pub(super) receiver: String,
        pub(super) receiver_kind: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) receiver_id: Option<String>,
        pub(super) action_kind: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) count: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) consent_reference: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) message_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) subject: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) file_name: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_address_has_one_cursor() {
        assert_eq!(next_address("/mailboxes/m/findUsage", "b"), "/mailboxes/m/findUsage?after=b");
        assert_eq!(
            next_address("/mailboxes/m/findUsage?from=2026-01-01&after=a", "b"),
            "/mailboxes/m/findUsage?from=2026-01-01&after=b"
        );
    }
}
