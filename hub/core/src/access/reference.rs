//! The file that `facteur apply` takes: reference data, providers and certificates, as an operator writes them.
//!
//! Unknown members are refused. Applying a file registers what is new and replaces what is named again; what a
//! file does not name stays as it is.

use serde::Deserialize;

use crate::assertion::Jwk;
use crate::text::Texts;

/// A whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceFile {
    /// The environment it is for; it must be the hub's.
    pub environment: String,
    /// Sender organizations.
    #[serde(default, rename = "sender_organization")]
    pub organizations: Vec<OrganizationEntry>,
    /// Sender applications.
    #[serde(default, rename = "sender_application")]
    pub sender_applications: Vec<SenderApplicationEntry>,
    /// Message types.
    #[serde(default, rename = "message_type")]
    pub message_types: Vec<MessageTypeEntry>,
    /// Trios: who may publish what.
    #[serde(default, rename = "trio")]
    pub trios: Vec<TrioEntry>,
    /// Accounts on which sender organizations ask money.
    #[serde(default, rename = "payment_account")]
    pub payment_accounts: Vec<PaymentAccountEntry>,
    /// Providers.
    #[serde(default, rename = "provider")]
    pub providers: Vec<ProviderEntry>,
    /// Provider applications.
    #[serde(default, rename = "provider_application")]
    pub provider_applications: Vec<ProviderApplicationEntry>,
    /// Document providers.
    #[serde(default, rename = "document_provider")]
    pub document_providers: Vec<DocumentProviderEntry>,
    /// Registered certificates.
    #[serde(default, rename = "certificate")]
    pub certificates: Vec<CertificateEntry>,
    /// Public keys with which clients sign assertions.
    #[serde(default, rename = "client_key")]
    pub client_keys: Vec<ClientKeyEntry>,
    /// Operators: which person holds which operator certificate, and what they may do.
    #[serde(default, rename = "operator")]
    pub operators: Vec<OperatorEntry>,
    /// Citizens whose mailbox is opened, for environments that start with data.
    #[serde(default, rename = "citizen")]
    pub citizens: Vec<CitizenEntry>,
    /// Enterprises whose mailbox is opened.
    #[serde(default, rename = "enterprise")]
    pub enterprises: Vec<EnterpriseEntry>,
}

impl ReferenceFile {
    /// Whether it leaves senders and message types as they are.
    pub(crate) fn names_no_sender(&self) -> bool {
        self.organizations.is_empty() && self.sender_applications.is_empty() && self.message_types.is_empty()
    }
}

/// A sender organization.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationEntry {
    /// Its CBE number.
    pub number: String,
    /// Its name by language.
    pub name: Texts,
    /// From when; the moment of applying unless said. RFC 3339.
    pub valid_from: Option<String>,
    /// Until when; open unless said. RFC 3339.
    pub valid_until: Option<String>,
    /// A PNG, GIF or JPEG beside the file; as it was unless said.
    pub logo: Option<std::path::PathBuf>,
}

/// A sender application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenderApplicationEntry {
    /// Its OAuth client id.
    pub id: String,
    /// Its URN in the e-Box's way.
    pub code: String,
    /// Its name by language.
    pub name: Texts,
    /// From when; the moment of applying unless said. RFC 3339.
    pub valid_from: Option<String>,
    /// Until when; open unless said. RFC 3339.
    pub valid_until: Option<String>,
    /// A PNG, GIF or JPEG beside the file; as it was unless said.
    pub logo: Option<std::path::PathBuf>,
}

/// A message type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageTypeEntry {
    /// Its id.
    pub id: String,
    /// Its name by language.
    pub name: Texts,
    /// How long its messages stay: an ISO 8601 duration.
    pub validity: String,
    /// The media types of its files.
    pub media_types: Vec<String>,
    /// From when; the moment of applying unless said. RFC 3339.
    pub valid_from: Option<String>,
    /// Until when; open unless said. RFC 3339.
    pub valid_until: Option<String>,
}

/// A trio.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrioEntry {
    /// The sender organization's number.
    pub organization: String,
    /// The sender application's client id.
    pub application: String,
    /// The message type's id.
    pub message_type: String,
    /// From when; the moment of applying unless said. RFC 3339.
    pub valid_from: Option<String>,
    /// Until when; open unless said. RFC 3339.
    pub valid_until: Option<String>,
}

/// An account of a sender organization.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentAccountEntry {
    /// The sender organization's number.
    pub organization: String,
    /// The account: an IBAN without spaces.
    pub iban: String,
    /// From when; the moment of applying unless said. RFC 3339.
    pub valid_from: Option<String>,
    /// Until when; open unless said. RFC 3339.
    pub valid_until: Option<String>,
}

/// A provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderEntry {
    /// Its code, chosen by the operator.
    pub id: String,
    /// Its legal name.
    pub legal_name: String,
    /// `applied`, `sandbox`, `certified`, `active`, `suspended` or `removed`.
    pub state: String,
}

/// A provider application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderApplicationEntry {
    /// Its OAuth client id.
    pub id: String,
    /// The provider's code.
    pub provider: String,
    /// The name citizens know.
    pub brand: String,
    /// What it is for, by language.
    pub purpose: Texts,
    /// How long it keeps copies, by language.
    pub retention: Texts,
    /// Where the browser may be sent back to.
    pub redirect_uris: Vec<String>,
    /// A PNG, GIF or JPEG beside the file.
    pub logo: Option<std::path::PathBuf>,
    /// Whether only persons listed by operators may grant; unless said, as it was, or no.
    pub pilot: Option<bool>,
}

/// A document provider of the federation; the one whose id is `facteur` is this hub. What it may change itself, and did, stays as
/// long as the file says the same of it as before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentProviderEntry {
    /// Its id.
    pub id: String,
    /// The sender application that speaks for it; this hub has none.
    pub client_id: Option<String>,
    /// Its name, by language.
    pub name: Texts,
    /// What it is, by language.
    pub description: Texts,
    /// Where its Message Registry is; this hub knows its own.
    pub url: Option<String>,
    /// The first day of its service: `2026-01-31`.
    pub active_from: String,
    /// The day from which it is out of service.
    pub active_until: Option<String>,
    /// Whom to ask technical questions.
    pub contact: String,
    /// The version of its API; 2.1 unless said.
    pub api_version: Option<String>,
    /// Planned interruptions.
    #[serde(default)]
    pub maintenance: Vec<MaintenanceEntry>,
}

/// A planned interruption.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceEntry {
    /// From when, RFC 3339.
    pub from: String,
    /// Until when, RFC 3339.
    pub until: String,
}

/// A registered certificate: an anchor plus exactly one name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateEntry {
    /// `provider`, `sender`, `ownSoftware` or `operator`.
    pub role: String,
    /// The anchor's name in the trust file.
    pub anchor: String,
    /// The client it identifies.
    pub client_id: String,
    /// A SAN URI.
    pub san_uri: Option<String>,
    /// A SAN DNS name.
    pub san_dns: Option<String>,
    /// The whole subject (RFC 4514).
    pub subject: Option<String>,
    /// The pinned certificate's SHA-256, in hexadecimal.
    pub thumbprint: Option<String>,
    /// From when it is accepted; the moment of applying unless said. RFC 3339.
    pub valid_from: Option<String>,
    /// Until when it is accepted; open unless said. RFC 3339.
    pub valid_until: Option<String>,
    /// `active` unless said; `removed` ends the registration.
    pub state: Option<String>,
}

/// A public key with which a client signs assertions: exactly one of PEM and JWK.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientKeyEntry {
    /// The client: a sender application, a provider application or own software.
    pub client_id: String,
    /// The key's name among those of the client; the JWK's own if it has one.
    pub kid: Option<String>,
    /// A public key or a certificate, whose end is then the key's unless said.
    pub pem: Option<String>,
    /// A public key as JSON names it.
    pub jwk: Option<Jwk>,
    /// What it signs with: all that its kind can unless said.
    pub algorithms: Option<Vec<String>>,
    /// From when it is accepted; the moment of applying unless said. RFC 3339.
    pub valid_from: Option<String>,
    /// Until when it is accepted; open unless said. RFC 3339.
    pub valid_until: Option<String>,
    /// `active` unless said; `removed` ends the key and the tokens that it fetched.
    pub state: Option<String>,
}

/// An operator: the person who holds an operator certificate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorEntry {
    /// The client id of the certificate's registration.
    pub id: String,
    /// Who it is: a personnel number or the like, never a national number.
    pub person: String,
    /// `register`, `security`, `support`.
    pub roles: Vec<String>,
    /// `active` unless said; `removed` ends it.
    pub state: Option<String>,
}

/// A citizen whose mailbox is opened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitizenEntry {
    /// The national register or BIS number.
    pub ssin: String,
    /// Whether senders may write at once.
    #[serde(default)]
    pub active: bool,
    /// Whether it is marked as test, for providers that try things out; unless said, as it was, or no.
    pub test: Option<bool>,
}

/// An enterprise whose mailbox is opened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnterpriseEntry {
    /// The CBE number.
    pub number: String,
    /// Whether it is marked as test, for providers that try things out; unless said, as it was, or no.
    pub test: Option<bool>,
}
