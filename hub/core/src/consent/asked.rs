//! What a provider asks for: the RAR type `mailbox` (RFC 9396), as `specs/authorization/mailbox.schema.json` has it.

use serde::Deserialize;

use super::{Action, Actions, Term};
use crate::clock::Timestamp;
use crate::mailbox::Kind;
use crate::number::Ssin;

/// A well-formed request for one consent.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What it wants to do.
    pub actions: Actions,
    /// With whose mailbox.
    pub kind: Kind,
    /// For how long, from the citizen's agreement.
    pub term: Term,
    /// The person whom the provider has identified: nobody else may answer. Kept sealed and never echoed.
    pub expected: Option<Ssin>,
}

/// What is wrong with `authorization_details`; the words become the OAuth error's description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskedError {
    /// Not a JSON array of the documented shape.
    #[error(
        "authorization_details is not an array of one object of type mailbox with the documented members"
    )]
    Shape,
    /// More or fewer than one element.
    #[error("authorization_details holds exactly one element")]
    Count,
    /// A type other than `mailbox`.
    #[error("the only supported type is mailbox")]
    Type,
    /// Another API.
    #[error("locations names exactly the mailbox API")]
    Location,
    /// No action that counts by itself, an unknown one, or one twice.
    #[error(
        "actions names each of list, readContent, markRead, synchronise, citizenStatus, archive, reply at most once, \
         and at least one of the first three"
    )]
    Actions,
    /// Neither `citizen` nor `enterprise`.
    #[error("mailboxKind is citizen or enterprise")]
    Kind,
    /// Not a duration between one day and twelve months, nor once.
    #[error("duration is one of P1D to P365D, P1W to P52W, P1M to P12M, P1Y, or once")]
    Duration,
    /// Not the number of a person.
    #[error("expectedSsin is a number of the National Register with its check digits")]
    ExpectedSsin,
    /// Synchronising goes on; once does not.
    #[error("synchronise cannot be asked for once")]
    OnceSynchronised,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Element {
    #[serde(rename = "type")]
    kind: String,
    locations: Vec<String>,
    actions: Vec<String>,
    #[serde(rename = "mailboxKind")]
    mailbox_kind: String,
    duration: String,
    #[serde(rename = "expectedSsin")]
    expected_ssin: Option<String>,
}

impl Asked {
    /// Reads `authorization_details` as pushed at `now`; `audience` is the mailbox API's.
    pub fn parse(details: &str, audience: &str, now: Timestamp) -> Result<Self, AskedError> {
        let elements: Vec<serde_json::Value> =
            serde_json::from_str(details).map_err(|_| AskedError::Shape)?;
        let [element] = <[serde_json::Value; 1]>::try_from(elements).map_err(|_| AskedError::Count)?;
        if element.get("type").and_then(|kind| kind.as_str()).is_some_and(|kind| kind != "mailbox") {
            return Err(AskedError::Type);
        }
        let element: Element = serde_json::from_value(element).map_err(|_| AskedError::Shape)?;
        if element.kind != "mailbox" {
            return Err(AskedError::Type);
        }
        if element.locations != [audience] {
            return Err(AskedError::Location);
        }
        let (actions, term) = (actions(&element.actions)?, term(&element.duration)?);
        if term.is_once() && actions.contains(Action::Synchronise) {
            return Err(AskedError::OnceSynchronised);
        }
        let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let expected = element.expected_ssin.map(|text| Ssin::parse(&text, today)).transpose();
        Ok(Self {
            actions,
            kind: Kind::named(&element.mailbox_kind).ok_or(AskedError::Kind)?,
            term,
            expected: expected.map_err(|_| AskedError::ExpectedSsin)?,
        })
    }

    /// The details as they are kept: without the number of a person, which is kept sealed elsewhere.
    pub(crate) fn kept(details: &str) -> Result<String, AskedError> {
        let mut elements: Vec<serde_json::Value> =
            serde_json::from_str(details).map_err(|_| AskedError::Shape)?;
        for element in elements.iter_mut().filter_map(serde_json::Value::as_object_mut) {
            element.remove("expectedSsin");
        }
        serde_json::to_string(&elements).map_err(|_| AskedError::Shape)
    }
}

fn actions(names: &[String]) -> Result<Actions, AskedError> {
    let found: Option<Vec<Action>> =
        names.iter().map(|name| Action::ALL.into_iter().find(|action| action.name() == name)).collect();
    let found = found.ok_or(AskedError::Actions)?;
    let set: Actions = found.iter().copied().collect();
    let own: Actions = Action::ALL.into_iter().filter(|action| action.is_own_choice()).collect();
    if set.without(own).is_empty() || set.iter().count() != found.len() {
        return Err(AskedError::Actions);
    }
    Ok(set)
}

/// `once`, or one unit, as the schema has it: 1 to 365 days, 1 to 52 weeks, 1 to 12 months, or one year.
fn term(text: &str) -> Result<Term, AskedError> {
    if text == "once" {
        return Ok(Term::Once);
    }
    let inner = text.strip_prefix('P').ok_or(AskedError::Duration)?;
    let (number, unit) = inner.split_at_checked(inner.len().saturating_sub(1)).ok_or(AskedError::Duration)?;
    let most = match unit {
        "D" => 365,
        "W" => 52,
        "M" => 12,
        "Y" => 1,
        _ => return Err(AskedError::Duration),
    };
    let plain = !number.starts_with('0') && number.bytes().all(|digit| digit.is_ascii_digit());
    let within = plain && number.parse().is_ok_and(|number: u32| (1..=most).contains(&number));
    let lasting = text.parse().map(Term::Lasting).map_err(|_| AskedError::Duration);
    if within { lasting } else { Err(AskedError::Duration) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "https://api.localhost:8444/mailbox/v1";

    fn ask(actions: &str, rest: &str) -> Result<Asked, AskedError> {
        Asked::parse(
            &format!(r#"[{{"type":"mailbox","locations":["{API}"],"actions":{actions},{rest}}}]"#),
            API,
            now(),
        )
    }

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-21T09:30:00Z").unwrap()
    }

    #[test]
    fn the_documented_shape_is_read() {
        let asked = ask(r#"["list","readContent"]"#, r#""mailboxKind":"citizen","duration":"P12M""#).unwrap();
        assert_eq!(asked.actions.names(), ["list", "readContent"]);
        assert_eq!(asked.kind, Kind::Citizen);
    }

    #[test]
    fn once_is_a_term_that_cannot_go_on() {
        let once = r#""mailboxKind":"citizen","duration":"once""#;
        assert!(ask(r#"["list"]"#, once).unwrap().term.is_once());
        assert_eq!(ask(r#"["list","synchronise"]"#, once).unwrap_err(), AskedError::OnceSynchronised);
        assert_eq!(ask(r#"["synchronise"]"#, once).unwrap_err(), AskedError::Actions);
    }

    #[test]
    fn the_expected_person_is_read_and_not_kept() {
        let rest = r#""mailboxKind":"citizen","duration":"P1D","expectedSsin":"00012511148""#;
        let details = format!(r#"[{{"type":"mailbox","locations":["{API}"],"actions":["list"],{rest}}}]"#);
        assert_eq!(Asked::parse(&details, API, now()).unwrap().expected.unwrap().as_str(), "00012511148");
        assert!(!Asked::kept(&details).unwrap().contains("00012511148"));
        let wrong = rest.replace("48", "49");
        assert_eq!(ask(r#"["list"]"#, &wrong).unwrap_err(), AskedError::ExpectedSsin);
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        let rest = r#""mailboxKind":"citizen","duration":"P12M""#;
        assert_eq!(ask("[]", rest).unwrap_err(), AskedError::Actions);
        assert_eq!(ask(r#"["list","list"]"#, rest).unwrap_err(), AskedError::Actions);
        assert_eq!(ask(r#"["delete"]"#, rest).unwrap_err(), AskedError::Actions);
        assert_eq!(
            ask(r#"["list"]"#, r#""mailboxKind":"firm","duration":"P1D""#).unwrap_err(),
            AskedError::Kind
        );
        assert_eq!(ask(r#"["list"]"#, r#""mailboxKind":"citizen""#).unwrap_err(), AskedError::Shape);
        let extra = r#""mailboxKind":"citizen","duration":"P1D","ssin":"x""#;
        assert_eq!(ask(r#"["list"]"#, extra).unwrap_err(), AskedError::Shape);
        for wrong in [
            "P13M", "P366D", "PT5M", "P0D", "-P1D", "a year", "P11M31D", "P1M15D", "P12m", "P012M", "P2Y",
            "P", "",
        ] {
            let rest = format!(r#""mailboxKind":"citizen","duration":"{wrong}""#);
            assert_eq!(ask(r#"["list"]"#, &rest).unwrap_err(), AskedError::Duration, "{wrong}");
        }
        assert_eq!(Asked::parse("[]", API, now()).unwrap_err(), AskedError::Count);
        assert_eq!(Asked::parse(r#"[{"type":"account"}]"#, API, now()).unwrap_err(), AskedError::Type);
        assert_eq!(Asked::parse("{}", API, now()).unwrap_err(), AskedError::Shape);
    }
}
