//! The header of a publication: everything the sender says about it that is not content.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::payment::Payment;
use crate::id::{MailboxId, PublicationId};
use crate::keys::column_aad;
use crate::number::Ssin;
use crate::text::Texts;

/// The clear half, stored as JSON in `publication.header`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// The subject by language.
    pub subject: Texts,
    /// What the sender says for programs, without what is sealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub business_data: Vec<BusinessDatum>,
    /// What is to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    /// Published as registered mail.
    #[serde(default)]
    pub registered_mail: bool,
    /// The sender accepts replies.
    #[serde(default)]
    pub reply_allowed: bool,
}

/// The sealed half, stored as sealed JSON in `publication.sealed_header`; see [`sealed_header_aad`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedHeader {
    /// Whom the message is meant for inside an enterprise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_the_attention_of: Option<Addressee>,
    /// Business data that contains a person's number, each with its place among all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub business_data: Vec<Placed>,
}

/// A sealed business datum and its place in the sender's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Its place among all business data.
    pub at: usize,
    /// The datum.
    pub datum: BusinessDatum,
}

/// Something the sender says about a message for programs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessDatum {
    /// What it is.
    pub key: String,
    /// Its values.
    pub values: Vec<String>,
}

/// A person inside an enterprise.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssin: Option<String>,
}

impl std::fmt::Debug for BusinessDatum {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("BusinessDatum")
    }
}

impl std::fmt::Debug for Addressee {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Addressee")
    }
}

impl BusinessDatum {
    /// Whether its key says that its values are numbers of persons.
    pub fn is_of_person(&self) -> bool {
        self.key == PERSON_KEY
    }

    /// Whether it contains a person's number: by its key, or because a value reads as one.
    pub fn is_personal(&self) -> bool {
        self.is_of_person() || self.values.iter().any(|value| Ssin::stored(value.trim()).is_ok())
    }
}

impl Header {
    /// Takes business data apart: the clear stays, what contains a person's number is sealed.
    pub fn split(business_data: Vec<BusinessDatum>) -> (Vec<BusinessDatum>, Vec<Placed>) {
        let mut clear = Vec::new();
        let mut sealed = Vec::new();
        for (at, datum) in business_data.into_iter().enumerate() {
            if datum.is_personal() {
                sealed.push(Placed { at, datum });
            } else {
                clear.push(datum);
            }
        }
        (clear, sealed)
    }

    /// All business data in the sender's order.
    pub fn business_data(&self, sealed: Option<&SealedHeader>) -> Vec<BusinessDatum> {
        let mut all = self.business_data.clone();
        for placed in sealed.into_iter().flat_map(|sealed| &sealed.business_data) {
            all.insert(placed.at.min(all.len()), placed.datum.clone());
        }
        all
    }
}

impl SealedHeader {
    /// Whether there is nothing to seal.
    pub fn is_empty(&self) -> bool {
        self.for_the_attention_of.is_none() && self.business_data.is_empty()
    }
}

/// The subject as JSON as lists hold it; empty if it is too long for the covering index (decision 6).
pub(crate) fn listed_subject(subject: &Texts) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(subject)?;
    Ok(if text.len() <= LISTED_SUBJECT { text } else { String::new() })
}

/// Where a sealed header belongs: the publication's primary key; purpose `SealedColumns`.
pub fn sealed_header_aad(home: MailboxId, publication: PublicationId) -> Vec<u8> {
    let key: [&Uuid; 2] = [&home.0, &publication.0];
    column_aad("publication", "sealed_header", &key.map(|id| *id.as_bytes()).concat())
}

/// Bytes of a subject in the list; PostgreSQL refuses index entries above about 2,700 bytes.
const LISTED_SUBJECT: usize = 1_500;
/// The e-Box's standard key for a person's number.
const PERSON_KEY: &str = "SPINDBESSIN";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Century;

    fn datum(key: &str, value: &str) -> BusinessDatum {
        BusinessDatum { key: key.into(), values: vec![value.into()] }
    }

    #[test]
    fn a_persons_number_is_sealed_whatever_its_key_and_comes_back_in_its_place() {
        let ssin = Ssin::with_check(50_310_123, Century::Twentieth).unwrap();
        let all = vec![
            datum("SPINDBESSIN", "unreadable"),
            datum("YEAR", "2026"),
            datum("OTHER", ssin.as_str()),
            datum("LAST", "1"),
        ];

        let (clear, sealed) = Header::split(all.clone());

        assert_eq!(clear, [datum("YEAR", "2026"), datum("LAST", "1")]);
        assert_eq!(sealed.iter().map(|placed| placed.at).collect::<Vec<_>>(), [0, 2]);
        let header = Header { business_data: clear, ..Header::default() };
        let sealed = SealedHeader { business_data: sealed, ..SealedHeader::default() };
        assert_eq!(header.business_data(Some(&sealed)), all);
    }

    #[test]
    fn debug_tells_no_personal_data() {
        let addressee = Addressee { name: Some("A".into()), ssin: None };
        assert_eq!(format!("{addressee:?} {:?}", datum("K", "V")), "Addressee BusinessDatum");
    }
}
