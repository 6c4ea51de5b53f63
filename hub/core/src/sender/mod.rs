//! Sender organizations, sender applications and message types, and the trios that say who may publish what.
//!
//! All of them are reference data with validity periods. A sender application publishes only for the trios that
//! are registered to it (TRUST T20).

mod names_sql;
mod sql;

use crate::clock::Timestamp;
use crate::id::Sha256;
use crate::text::Texts;

/// A message type: how long its messages stay, and which files they may carry.
#[derive(Clone, Debug)]
pub struct MessageType {
    /// Its id, chosen by the operator.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// How long a message stays, an ISO 8601 duration such as `P6M`.
    pub validity: jiff::Span,
    /// The media types its files may have.
    pub media_types: Vec<String>,
}

/// A sender organization, by its name.
#[derive(Clone, Debug)]
pub struct NamedOrganization {
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: Texts,
    /// Its logo.
    pub logo: Option<Logo>,
}

/// A logo, without its bytes.
#[derive(Clone, Debug)]
pub struct Logo {
    /// The digest of its bytes, which names it.
    pub digest: Sha256,
    /// `image/png`, `image/jpeg` or `image/gif`.
    pub media_type: String,
    /// Its bytes.
    pub size: u64,
}

/// A sender application, by its name.
#[derive(Clone, Debug)]
pub struct NamedApplication {
    /// Its client id.
    pub client_id: String,
    /// Its URN in the e-Box's way.
    pub code: String,
    /// Its name.
    pub name: Texts,
    /// Its logo.
    pub logo: Option<Logo>,
}

/// A message type, by its name.
#[derive(Clone, Debug)]
pub struct NamedType {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// How long its messages stay, an ISO 8601 duration.
    pub validity: String,
    /// The media types its files may have.
    pub media_types: Vec<String>,
}

impl MessageType {
    /// When a message published at `at` expires, by the calendar in UTC.
    ///
    /// `None` if the calendar has no such day.
    pub fn expiry(&self, at: Timestamp) -> Option<Timestamp> {
        let zoned = at.civil().to_zoned(jiff::tz::TimeZone::UTC);
        zoned.checked_add(self.validity).ok().map(|until| Timestamp(until.timestamp().as_microsecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_months_end_on_the_same_day_of_the_month() {
        let half_year = MessageType {
            id: "assessment".into(),
            name: Texts::new(),
            validity: "P6M".parse().unwrap(),
            media_types: Vec::new(),
        };
        let at = Timestamp::parse("2026-08-31T10:00:00Z").unwrap();
        assert_eq!(half_year.expiry(at).unwrap().rfc3339(), "2027-02-28T10:00:00Z");
    }
}
