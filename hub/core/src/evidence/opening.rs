//! What opens the salted hashes of a statement: the salt, with what is behind them, for those whom it concerns.
//!
//! `specs/evidence/opening.schema.json`. It is no part of a document, so that evidence can be shown without it; who is
//! given both knows whose it is. Pure.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize};

use super::statement::Statement;
use super::{Flaw, Salt};

/// A salt and the values that it hashes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Opening {
    /// [`OPENING_FORMAT`].
    pub format: String,
    /// The number of the mailbox's holder: `holder` of a consent, `recipient` of a message.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub number: Option<String>,
    /// 32 bytes in base64url.
    pub salt: String,
    /// The page that the person who gave the consent saw; only they get it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub screen: Option<String>,
    /// The numbers of the sender organizations that are left out, ascending.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub withheld_senders: Option<Vec<String>>,
}

/// A member that stands there has a value.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// It holds somebody's number (TRUST 25).
impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").finish_non_exhaustive()
    }
}

impl Opening {
    /// An opening with nothing but its salt.
    pub(super) fn of(salt: &[u8; 32]) -> Self {
        Self {
            format: OPENING_FORMAT.to_owned(),
            number: None,
            salt: BASE64URL_NOPAD.encode(salt),
            screen: None,
            withheld_senders: None,
        }
    }

    /// Reads the JSON of an opening; anything that it does not describe is refused.
    pub fn parse(json: &[u8]) -> Result<Self, Flaw> {
        serde_json::from_slice(json).map_err(|_| Flaw::Opening)
    }

    /// The opening as it is given out: one line of JSON.
    ///
    /// # Errors
    /// None that a value of this type could cause.
    pub fn json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Whether everything in it is what a statement hashes.
    ///
    /// # Errors
    /// [`Flaw::Opening`] for a value of another statement, or one that the statement does not hash; also for a salt
    /// alone, which would prove nothing.
    pub fn check(&self, statement: &Statement) -> Result<(), Flaw> {
        let salt = Salt::read(&self.salt).ok_or(Flaw::Opening)?;
        let (consent, message) = (statement.consent.as_ref(), statement.message.as_ref());
        let number = consent.map(|it| &it.holder).or_else(|| message.and_then(|it| it.recipient.as_ref()));
        let screen = consent.and_then(|it| it.screen.as_ref()).map(|screen| &screen.digest);
        let withheld = consent.and_then(|it| it.withheld_senders.as_ref());
        let senders = self.withheld_senders.as_ref().map(serde_json::to_vec).transpose();
        let senders = senders.map_err(|_| Flaw::Opening)?;

        let values = [
            (self.number.as_deref().map(str::as_bytes), number),
            (self.screen.as_deref().map(str::as_bytes), screen),
            (senders.as_deref(), withheld),
        ];
        let opened = values.iter().filter_map(|(value, hash)| value.map(|value| (value, hash)));
        let fits = |(value, hash): (&[u8], &Option<&String>)| *hash == Some(&salt.hash(value));
        let count = opened.clone().count();
        if self.format == OPENING_FORMAT && count > 0 && opened.clone().all(fits) {
            Ok(())
        } else {
            Err(Flaw::Opening)
        }
    }
}

/// The format of openings.
pub const OPENING_FORMAT: &str = "facteur-evidence-opening-1";
