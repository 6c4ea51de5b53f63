//! The queries of lists, as text: what is wrong with a value is said precisely.

use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::message_registry) struct PageQuery {
    pub(in crate::message_registry) page: Option<String>,
    pub(in crate::message_registry) page_size: Option<String>,
    pub(in crate::message_registry) received_before: Option<String>,
    pub(in crate::message_registry) received_after: Option<String>,
    pub(in crate::message_registry) expired_before: Option<String>,
    pub(in crate::message_registry) expired_after: Option<String>,
    pub(in crate::message_registry) read_status: Option<String>,
    pub(in crate::message_registry) visible: Option<String>,
    pub(in crate::message_registry) message_type_id: Option<String>,
    pub(in crate::message_registry) sender_organization_id: Option<String>,
    pub(in crate::message_registry) sender_application_id: Option<String>,
    pub(in crate::message_registry) registered_mail: Option<String>,
    pub(in crate::message_registry) partition_id: Option<String>,
    pub(in crate::message_registry) q: Option<String>,
    pub(in crate::message_registry) qlang: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::message_registry) struct ReferenceQuery {
    pub(in crate::message_registry) page: Option<String>,
    pub(in crate::message_registry) page_size: Option<String>,
}
