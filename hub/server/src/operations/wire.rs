//! The shapes of `specs/operations/v1/openapi.yaml`, member by member.
//!
//! Input denies members it does not know. What carries a person's number does not print itself.

use hub_core::provider::{NameKind, Target};
use hub_core::text::Texts;
use serde::{Deserialize, Deserializer, Serialize};

/// What a provider is registered with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ProviderToPut {
    pub(super) legal_name: String,
}

/// Where a provider is to be moved.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StateToReach {
    pub(super) state: Target,
}

/// What an application is registered with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ApplicationToPut {
    pub(super) provider_id: String,
    pub(super) brand: String,
    pub(super) purpose: Texts,
    pub(super) retention: Texts,
    pub(super) redirect_uris: Vec<String>,
    /// Base64.
    #[serde(default, deserialize_with = "present")]
    pub(super) logo: Option<String>,
}

/// Whether only the citizens of the pilot may grant.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PilotToSet {
    pub(super) pilot: bool,
}

/// A certificate to register.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CertificateToRegister {
    pub(super) anchor: String,
    pub(super) name_kind: NameKind,
    pub(super) name: String,
    #[serde(default, deserialize_with = "present")]
    pub(super) thumbprint: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) valid_from: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) valid_until: Option<String>,
}

/// What becomes of a proposal.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DecisionToTake {
    pub(super) decision: Decision,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Decision {
    Approve,
    Reject,
}

/// The number that names a mailbox.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Holder {
    #[serde(default, deserialize_with = "present")]
    pub(super) ssin: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) enterprise_number: Option<String>,
}

/// The number of a citizen.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CitizenToAdd {
    pub(super) ssin: String,
}

/// Which acts are asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AskedActs {
    #[serde(default)]
    pub(super) of: Of,
    #[serde(default)]
    pub(super) after: Option<String>,
}

/// Which page of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AskedPage {
    #[serde(default)]
    pub(super) after: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Of {
    #[default]
    Me,
    Everybody,
}

/// A list.
#[derive(Debug, Serialize)]
pub(super) struct Items<T> {
    pub(super) items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Me {
    pub(super) client_id: String,
    pub(super) person: String,
    pub(super) roles: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provider {
    pub(super) provider_id: String,
    pub(super) legal_name: String,
    pub(super) state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suspended_from: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) applications: Option<Vec<Application>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Application {
    pub(super) client_id: String,
    pub(super) provider_id: String,
    pub(super) brand: String,
    pub(super) purpose: Texts,
    pub(super) retention: Texts,
    pub(super) redirect_uris: Vec<String>,
    pub(super) logo: bool,
    pub(super) pilot: bool,
    pub(super) reach: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Certificate {
    pub(super) certificate_id: String,
    pub(super) client_id: String,
    pub(super) anchor: String,
    pub(super) name_kind: &'static str,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thumbprint: Option<String>,
    pub(super) valid_from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) valid_until: Option<String>,
    pub(super) state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ended_at: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Proposal {
    pub(super) proposal_id: String,
    pub(super) state: &'static str,
    pub(super) change: Change,
    pub(super) proposed_by: String,
    pub(super) proposed_at: String,
    pub(super) until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decided_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decided_at: Option<String>,
}

/// What would be done: exactly one of the members beside `kind` and `subject`, or none.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    pub(super) kind: &'static str,
    pub(super) subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) certificate: Option<ProposedCertificate>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProposedCertificate {
    pub(super) anchor: String,
    pub(super) name_kind: &'static str,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thumbprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) valid_until: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TestMailbox {
    pub(super) mailbox_id: String,
    pub(super) kind: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PilotCitizen {
    pub(super) citizen_id: String,
    pub(super) since: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Act {
    pub(super) at: String,
    pub(super) person: String,
    pub(super) action: String,
    pub(super) object: String,
}

/// A member that may be left out and is never `null`.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
