//! What came after a message was published: its withdrawal, corrections.

use serde::Serialize;

use super::Texts;

/// The members that a message has if something came after it, or it came after another.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Sequel {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) withdrawn: Option<Withdrawn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) replaces: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) replaced_by: Option<Link>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Withdrawn {
    pub(in crate::mailbox_api) at: String,
    pub(in crate::mailbox_api) reason: Texts,
}

/// Another message of the same mailbox.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Link {
    pub(in crate::mailbox_api) message_id: String,
    pub(in crate::mailbox_api) href: String,
}
