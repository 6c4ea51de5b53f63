//! What operators tell of people and their consents: events from the operator's source, and the end of a consent.

use axum::extract::Path;
use axum::routing::{delete, post};
use axum::{Json, Router};
use http::StatusCode;
use hub_core::Hub;
use hub_core::access::operator::Told;
use hub_core::clock::Timestamp;
use hub_core::error::Error;
use hub_core::number::Ssin;
use hub_core::person::{Happening, PersonEvent};
use hub_http::{NoQuery, Problem, StrictJson};
use serde::{Deserialize, Serialize};

use super::admission::Operator;
use super::routes::only;

/// The routes.
pub(super) fn routes() -> Router<Hub> {
    Router::new()
        .route("/v1/personEvents", only("POST", post(tell)))
        .route("/v1/providers/{providerId}/consents/{consentId}", only("DELETE", delete(end_consent)))
}

/// Something that happened to a person. It carries numbers and does not print itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EventToTell {
    source: String,
    event_id: String,
    kind: Kind,
    ssin: String,
    #[serde(default)]
    other_ssin: Option<String>,
    at: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Replaced,
    Merged,
    Deceased,
    Incapable,
    Capable,
    NotDeceased,
    OfAge,
}

/// What became of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventTold {
    outcome: &'static str,
}

async fn tell(
    Operator(operator): Operator,
    _: NoQuery,
    StrictJson(body): StrictJson<EventToTell>,
) -> Result<Json<EventTold>, Problem> {
    let outcome = match operator.tell(&body.read()?).await? {
        Told::Applied => "applied",
        Told::Already => "already",
        Told::Outdated => "outdated",
    };
    Ok(Json(EventTold { outcome }))
}

async fn end_consent(
    Operator(operator): Operator,
    _: NoQuery,
    Path((provider, consent)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    operator.end_consent(&provider, &consent).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl EventToTell {
    fn read(self) -> Result<PersonEvent, Error> {
        for (name, text) in [("source", &self.source), ("eventId", &self.event_id)] {
            let shaped = (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
            if !shaped || names_a_person(text) {
                let detail = "1 to 100 visible ASCII characters are expected, and nobody's number among them";
                return Err(Error::invalid("invalidStructure", name, detail));
            }
        }
        let other = self.other_ssin.as_deref().map(|text| ssin(text, "otherSsin")).transpose()?;
        let what = match (self.kind, other) {
            (Kind::Replaced, Some(other)) => Happening::Replaced(other),
            (Kind::Merged, Some(other)) => Happening::Merged(other),
            (Kind::Deceased, None) => Happening::Deceased,
            (Kind::Incapable, None) => Happening::Incapable,
            (Kind::Capable, None) => Happening::Capable,
            (Kind::NotDeceased, None) => Happening::NotDeceased,
            (Kind::OfAge, None) => Happening::OfAge,
            _ => {
                let detail = "it goes with replaced and merged, and with nothing else";
                return Err(Error::invalid("invalidInput", "otherSsin", detail));
            }
        };
        let wrong = || Error::invalid("invalidInput", "at", "an RFC 3339 date-time is expected");
        Ok(PersonEvent {
            person: ssin(&self.ssin, "ssin")?,
            at: Timestamp::parse(&self.at).ok_or_else(wrong)?,
            source: self.source,
            id: self.event_id,
            what,
        })
    }
}

/// Whether somebody's number stands in a text that is kept in clear.
fn names_a_person(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_digit()).any(|digits| Ssin::stored(digits).is_ok())
}

/// A number whose check digits are right; of whom, no answer says.
fn ssin(text: &str, name: &str) -> Result<Ssin, Error> {
    Ssin::stored(text).map_err(|error| Error::invalid("invalidStructure", name, error.to_string()))
}
