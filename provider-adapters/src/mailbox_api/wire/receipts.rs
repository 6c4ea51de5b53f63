//! The receipts of a consent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ConsentId, EvidenceId};

/// The path of a receipt.
#[derive(Deserialize)]
pub(in crate::mailbox_api) struct ReceiptPath {
    #[serde(rename = "consentId")]
    pub(in crate::mailbox_api) consent: ConsentId,
    #[serde(rename = "evidenceId")]
    pub(in crate::mailbox_api) evidence: EvidenceId,
}

#[derive(Serialize)]
pub(in crate::mailbox_api) struct Receipts {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<Receipt>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Receipt {
    pub(in crate::mailbox_api) evidence_id: String,
    pub(in crate::mailbox_api) facts: Vec<Fact>,
    /// As `specs/evidence/document.schema.json` has it.
    pub(in crate::mailbox_api) document: Value,
    pub(in crate::mailbox_api) sheet_href: String,
}

/// A fact, as the document states it.
#[derive(Serialize)]
pub(in crate::mailbox_api) struct Fact {
    pub(in crate::mailbox_api) kind: &'static str,
    pub(in crate::mailbox_api) at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) reason: Option<String>,
}
