//! Document providers: who keeps messages itself and tells this hub of them, as the e-Box's federation lists them.
//!
//! Operators register them; each is a sender application besides, whose certificate and token prove who posts. This hub
//! is on the list too. Of itself a document provider may change how it is reached and when it rests, never its name
//! or address: those are what people and programs trust. Nor does it put itself back into service, or stay for longer than
//! operators said.

mod sql;

pub use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::provider::is_redirect_uri;
use crate::text::Texts;

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentProvider {
    /// Its id, chosen by the operator.
    pub id: String,
    /// The sender application that speaks for it; `None` for this hub.
    pub client_id: Option<String>,
    /// Its name.
    pub name: Texts,
    /// What it is.
    pub description: Texts,
    /// Where its own API is.
    pub url: String,
    /// The first day of its service.
    pub active_from: Date,
    /// The day from which it is out of service.
    pub active_until: Option<Date>,
    /// Whom to ask technical questions.
    pub contact: String,
    /// The version of the API that it offers.
    pub api_version: String,
    /// When its service is interrupted.
    pub maintenance: Vec<Maintenance>,
    /// What operators said last of what it may change itself.
    pub said: Said,
}

/// What operators say of what a document provider may change itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Whom to ask.
    pub contact: String,
    /// What it is.
    pub description: Texts,
    /// The version of its API.
    pub api_version: String,
    /// The day from which it is out of service: the last that it may choose.
    pub active_until: Option<Date>,
    /// Its interruptions.
    pub maintenance: Vec<Maintenance>,
}

/// A planned interruption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// From then on.
    pub from: Timestamp,
    /// Until then.
    pub until: Timestamp,
}

/// What a document provider changes of its own entry; what is not said stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Whom to ask.
    pub contact: Option<String>,
    /// What it is.
    pub description: Option<Texts>,
    /// The version of its API.
    pub api_version: Option<String>,
    /// The day from which it is out of service, no later than operators said; `Some(None)` takes it back.
    pub active_until: Option<Option<Date>>,
    /// Its interruptions.
    pub maintenance: Option<Vec<Maintenance>>,
}

impl DocumentProvider {
    /// Whether it is in service on a day.
    pub fn serves_on(&self, day: Date) -> bool {
        self.active_from <= day && self.active_until.is_none_or(|until| day < until)
    }

    /// Whether it may change its entry on a day: it serves, or has yet to begin.
    pub(crate) fn may_change_on(&self, day: Date) -> bool {
        self.active_until.is_none_or(|until| day < until)
    }

    /// Makes a change.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a later end than operators said.
    pub(crate) fn change(&mut self, change: Change) -> Result<(), Error> {
        let Change { contact, description, api_version, active_until, maintenance } = change;
        let longest = self.said.active_until;
        let longer = |until: Option<Date>| longest.is_some_and(|last| until.is_none_or(|until| until > last));
        if active_until.is_some_and(longer) {
            let detail = "the operators of the hub set an earlier end";
            return Err(Error::invalid("rejectedInput", "active_until", detail));
        }
        self.contact = contact.unwrap_or_else(|| std::mem::take(&mut self.contact));
        self.description = description.unwrap_or_else(|| std::mem::take(&mut self.description));
        self.api_version = api_version.unwrap_or_else(|| std::mem::take(&mut self.api_version));
        self.active_until = active_until.unwrap_or(self.active_until);
        self.maintenance = maintenance.unwrap_or_else(|| std::mem::take(&mut self.maintenance));
        Ok(())
    }

    /// The entry as operators say it again: where they say what they said before, what it changed itself since stays.
    pub(crate) fn over(self, former: Self) -> Self {
        let Said { contact, description, api_version, active_until, maintenance } = &former.said;
        let said = self.said;
        Self {
            contact: if said.contact == *contact { former.contact } else { self.contact },
            description: if said.description == *description { former.description } else { self.description },
            api_version: if said.api_version == *api_version { former.api_version } else { self.api_version },
            active_until: match said.active_until == *active_until {
                true => former.active_until,
                false => self.active_until,
            },
            maintenance: if said.maintenance == *maintenance { former.maintenance } else { self.maintenance },
            said,
            ..self
        }
    }

    /// Everything that is wrong with it, each named under `place`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the first thing that is.
    pub fn check(&self, place: &dyn Fn(&str) -> String) -> Result<(), Error> {
        let wrong = |kind, member: &str, detail: &str| Err(Error::invalid(kind, place(member), detail));
        if self.id.is_empty() || self.id.len() > ID_LENGTH || !self.id.bytes().all(is_of_id) {
            return wrong(
                "invalidStructure",
                "id",
                "1 to 100 letters, digits, hyphens, dots and underscores",
            );
        }
        if !are_texts(&self.name, NAME_LENGTH) {
            return wrong("outOfRange", "name", "1 to 100 characters in each language");
        }
        if !are_texts(&self.description, TEXT_LENGTH) {
            return wrong("outOfRange", "description", "1 to 500 characters in each language");
        }
        if !is_address(&self.url) {
            return wrong("invalidInput", "url", "an https address without user, query and fragment");
        }
        if !is_text(&self.contact, TEXT_LENGTH) {
            return wrong("outOfRange", "contact", "1 to 500 characters");
        }
        if !is_text(&self.api_version, VERSION_LENGTH) {
            return wrong("outOfRange", "api_version", "1 to 20 characters");
        }
        if self.active_until.is_some_and(|until| until < self.active_from) {
            return wrong("invalidInput", "active_until", "it ends before it begins");
        }
        if self.maintenance.len() > INTERRUPTIONS {
            return wrong("outOfRange", "maintenance", "at most 50 interruptions");
        }
        if self.maintenance.iter().any(|planned| planned.until <= planned.from) {
            return wrong("invalidInput", "maintenance", "it ends before it begins");
        }
        Ok(())
    }
}

/// The day of a moment, in UTC.
pub(crate) fn day_of(moment: Timestamp) -> Date {
    moment.civil().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Reads a day as it travels: `2026-01-31`.
pub fn day(text: &str) -> Option<Date> {
    (text.len() == "2026-01-31".len()).then(|| text.parse().ok()).flatten()
}

fn is_of_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
}

fn are_texts(texts: &Texts, length: usize) -> bool {
    !texts.is_empty()
        && texts.keys().all(|language| crate::message::LANGUAGES.contains(&language.as_str()))
        && texts.values().all(|text| is_text(text, length))
}

fn is_text(text: &str, length: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= length && !text.chars().any(char::is_control)
}

fn is_address(text: &str) -> bool {
    is_redirect_uri(text) && !text.contains('?') && text.len() <= ADDRESS_LENGTH
}

/// The id of this hub's own entry.
pub const THIS_HUB: &str = "facteur";
/// Characters of an id.
pub const ID_LENGTH: usize = 100;
const NAME_LENGTH: usize = 100;
const TEXT_LENGTH: usize = 500;
const VERSION_LENGTH: usize = 20;
const ADDRESS_LENGTH: usize = 500;
/// Interruptions of an entry.
pub const INTERRUPTIONS: usize = 50;

#[cfg(test)]
mod tests;
