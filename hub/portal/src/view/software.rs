//! An enterprise's own software: registering it by its certificate, and what it is called from then on.

use askama::Template;
use hub_core::clock::Timestamp;

use super::Frame;

/// The form, which posts `name` and `certificate` to `/software`; after a refusal it says why.
///
/// It never holds what was pasted: that may have been a private key.
#[derive(Clone, Debug, Template)]
#[template(path = "software.html")]
pub struct RegisterSoftware {
    /// The frame.
    pub frame: Frame,
    /// The enterprise's name.
    pub enterprise: String,
    /// The name that was given, to be given again.
    pub name: String,
    /// Why it was refused, if it was.
    pub refusal: Option<SoftwareRefusal>,
}

impl RegisterSoftware {
    fn wrong_name(&self) -> bool {
        self.refusal == Some(SoftwareRefusal::Name)
    }

    fn wrong_certificate(&self) -> bool {
        self.refusal.is_some() && !self.wrong_name()
    }
}

/// Why software is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoftwareRefusal {
    /// The name is none.
    Name,
    /// A private key was pasted.
    PrivateKey,
    /// There is no certificate in the text.
    NoCertificate,
    /// The certificate, or one of its issuers, is past its end.
    Expired,
    /// Its first day is still to come.
    NotYetValid,
    /// Nobody whom the hub trusts for own software issued it.
    UnknownIssuer,
    /// It was not issued for TLS clients.
    WrongUsage,
    /// Its issuer revoked it.
    Revoked,
    /// Nobody can say at the moment whether it was revoked.
    Unknown,
    /// It was issued for another environment.
    WrongEnvironment,
    /// It is larger than what is looked at.
    TooLarge,
    /// It counts for another role than own software.
    OtherRole,
    /// It names another organization.
    OtherOrganization,
    /// It is registered already.
    Registered,
}

impl SoftwareRefusal {
    /// The value of `$why` in sentences.
    fn kind(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::PrivateKey => "key",
            Self::NoCertificate => "none",
            Self::Expired => "expired",
            Self::NotYetValid => "early",
            Self::UnknownIssuer => "issuer",
            Self::WrongUsage => "usage",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
            Self::WrongEnvironment => "environment",
            Self::TooLarge => "large",
            Self::OtherRole => "role",
            Self::OtherOrganization => "organization",
            Self::Registered => "registered",
        }
    }
}

/// The software is registered: what whoever sets it up needs to know.
#[derive(Clone, Debug, Template)]
#[template(path = "software_done.html")]
pub struct SoftwareRegistered {
    /// The frame.
    pub frame: Frame,
    /// The enterprise's name.
    pub enterprise: String,
    /// The software's name.
    pub name: String,
    /// Its client id.
    pub client_id: String,
    /// Until when it may read.
    pub until: Timestamp,
}
