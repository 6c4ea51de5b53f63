//! Identifiers inside the hub: newtypes over UUIDv7, and SHA-256 values.
//!
//! None of these ever leaves the hub as it is; see [`crate::outside`].

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::{bytes_value, value};

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        value!($name, Uuid, $name);
    };
}

id!(/** The box of one citizen or one enterprise; also the person's own identity inside the hub. */ MailboxId);
id!(/** What a sender published, once. */ PublicationId);
id!(/** A campaign: one letter to many; also the home and the id of the publication that it shares. */ CampaignId);
id!(/** One consent: this mailbox, this provider application, this agreement. */ ConsentId);
id!(/** The consents given on one screen. */ GrantId);
id!(/** A provider organisation. */ ProviderId);
id!(/** A provider application. */ ApplicationId);
id!(/** A registered certificate. */ CertificateId);
id!(/** A registered key of a client. */ ClientKeyId);

value!(Timestamp, i64, Timestamp);

/// A SHA-256 value: of a secret, of content, of a certificate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

bytes_value!(Sha256);

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        let mut value = [0; 32];
        value.copy_from_slice(digest.as_ref());
        Self(value)
    }
}

impl std::fmt::Debug for Sha256 {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Sha256")
    }
}
