//! The query of a list of messages.

use serde::Deserialize;

/// The query of a list, as text: what is wrong with a value is said precisely.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::mailbox_api) struct PageQuery {
    pub(in crate::mailbox_api) page_size: Option<String>,
    pub(in crate::mailbox_api) sort: Option<String>,
    pub(in crate::mailbox_api) received_from: Option<String>,
    pub(in crate::mailbox_api) received_before: Option<String>,
    pub(in crate::mailbox_api) expires_from: Option<String>,
    pub(in crate::mailbox_api) expires_before: Option<String>,
    pub(in crate::mailbox_api) read: Option<String>,
    pub(in crate::mailbox_api) archived: Option<String>,
    pub(in crate::mailbox_api) sender_organization: Option<String>,
    pub(in crate::mailbox_api) message_type: Option<String>,
    pub(in crate::mailbox_api) registered_mail: Option<String>,
    pub(in crate::mailbox_api) partition: Option<String>,
    pub(in crate::mailbox_api) q: Option<String>,
    pub(in crate::mailbox_api) qlang: Option<String>,
    pub(in crate::mailbox_api) after: Option<String>,
}

impl PageQuery {
    /// The parameters that were said, but for the cursor, in one order.
    pub(in crate::mailbox_api) fn said(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("pageSize", &self.page_size),
            ("sort", &self.sort),
            ("receivedFrom", &self.received_from),
            ("receivedBefore", &self.received_before),
            ("expiresFrom", &self.expires_from),
            ("expiresBefore", &self.expires_before),
            ("read", &self.read),
            ("archived", &self.archived),
            ("senderOrganization", &self.sender_organization),
            ("messageType", &self.message_type),
            ("registeredMail", &self.registered_mail),
            ("partition", &self.partition),
            ("q", &self.q),
            ("qlang", &self.qlang),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}
