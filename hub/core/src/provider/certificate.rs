//! Registrations of certificates: an anchor plus exactly one name, pinned or not, for as long as they are valid (TRUST T2).

use data_encoding::HEXLOWER_PERMISSIVE;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Issue;
use crate::id::{CertificateId, Sha256};

/// By which of its names a certificate is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NameKind {
    /// A URI among the subject alternative names.
    SanUri,
    /// A DNS name among the subject alternative names.
    SanDns,
    /// The whole subject (RFC 4514).
    Subject,
}

impl NameKind {
    /// The kind's word in its column.
    pub const fn column(self) -> &'static str {
        match self {
            Self::SanUri => "san_uri",
            Self::SanDns => "san_dns",
            Self::Subject => "subject",
        }
    }

    /// The kind's word in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SanUri => "sanUri",
            Self::SanDns => "sanDns",
            Self::Subject => "subject",
        }
    }

    pub(super) fn of_column(column: &str) -> Option<Self> {
        [Self::SanUri, Self::SanDns, Self::Subject].into_iter().find(|kind| kind.column() == column)
    }
}

/// A certificate about to be registered for a provider application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCertificate {
    /// The client it will identify.
    pub client_id: String,
    /// The anchor's name in the trust file.
    pub anchor: String,
    /// By which of its names.
    pub name_kind: NameKind,
    /// The name.
    pub name: String,
    /// The one certificate it is pinned to: SHA-256 over its DER, in hexadecimal.
    pub thumbprint: Option<String>,
    /// From when it is accepted; at once unless said.
    pub valid_from: Option<Timestamp>,
    /// Until when it is accepted; unless said, as long as the certificate itself.
    pub valid_until: Option<Timestamp>,
}

/// A registered certificate as operators see it.
#[derive(Clone, Debug)]
pub struct StandingCertificate {
    /// Its id inside the hub.
    pub(crate) id: CertificateId,
    /// The client it identifies.
    pub client_id: String,
    /// The anchor's name in the trust file.
    pub anchor: String,
    /// By which of its names.
    pub name_kind: NameKind,
    /// The name.
    pub name: String,
    /// The one certificate it is pinned to.
    pub thumbprint: Option<Sha256>,
    /// From when it is accepted.
    pub valid_from: Timestamp,
    /// Until when it is accepted.
    pub valid_until: Option<Timestamp>,
    /// When an operator ended it.
    pub ended_at: Option<Timestamp>,
    /// Whether it stands; one of a reference file may have ended without a time.
    pub(crate) stands: bool,
}

impl StandingCertificate {
    /// `accepted`, `notYet`, `over` or `ended` at `now`.
    pub fn state(&self, now: Timestamp) -> &'static str {
        if !self.stands {
            "ended"
        } else if now < self.valid_from {
            "notYet"
        } else if self.valid_until.is_some_and(|until| until <= now) {
            "over"
        } else {
            "accepted"
        }
    }
}

impl NewCertificate {
    /// What is wrong with it at `now`; empty if nothing is.
    pub fn issues(&self, now: Timestamp) -> Vec<Issue> {
        let mut issues = Vec::new();
        if self.name.is_empty() || self.name.len() > 1_024 {
            issues.push(Issue::new("outOfRange", "name", "1 to 1024 characters are expected"));
        }
        if self.thumbprint.as_deref().is_some_and(|text| thumbprint(text).is_none()) {
            issues.push(Issue::new("invalidInput", "thumbprint", "64 hexadecimal digits are expected"));
        }
        let from = self.valid_from.unwrap_or(now);
        if self.valid_until.is_some_and(|until| until <= from || until <= now) {
            issues.push(Issue::new("invalidInput", "validUntil", "it ends before it begins"));
        }
        issues
    }
}

/// A SHA-256 in hexadecimal; `None` if the text is not one.
pub fn thumbprint(text: &str) -> Option<Sha256> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    Some(Sha256(bytes.try_into().ok()?))
}

/// Whether a text can be a client id or a provider's code: `^[a-z][a-z0-9-]{2,62}$`, which no subject identifier of ours
/// can look like (FAPI 2.0 6.7).
pub fn is_client_id(text: &str) -> bool {
    (3..=63).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> NewCertificate {
        NewCertificate {
            client_id: "bank-app".into(),
            anchor: "providers".into(),
            name_kind: NameKind::SanUri,
            name: "urn:test:bank-app".into(),
            thumbprint: Some("ab".repeat(32)),
            valid_from: Some(Timestamp(200)),
            valid_until: Some(Timestamp(300)),
        }
    }

    #[test]
    fn a_registration_must_have_a_time_in_which_it_is_accepted() {
        assert_eq!(certificate().issues(Timestamp(100)), []);
        let place = |certificate: NewCertificate, now| certificate.issues(Timestamp(now))[0].name.clone();
        assert_eq!(place(certificate(), 300), "validUntil");
        assert_eq!(
            place(NewCertificate { valid_until: Some(Timestamp(200)), ..certificate() }, 1),
            "validUntil"
        );
        assert_eq!(place(NewCertificate { thumbprint: Some("ab".into()), ..certificate() }, 1), "thumbprint");
        assert_eq!(place(NewCertificate { name: String::new(), ..certificate() }, 1), "name");
    }

    #[test]
    fn a_client_id_is_short_and_plain() {
        assert!(is_client_id("demo-bank") && is_client_id("abc"));
        assert!(!["ab", "9ab", "Demo", "demo_bank", "demo bank", ""].into_iter().any(is_client_id));
    }
}
