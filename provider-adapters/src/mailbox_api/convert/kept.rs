//! Messages that other document providers keep.

use hub_core::access::provider::KeptPage;
use hub_core::clock::Timestamp;
use hub_core::kept::KeptElsewhere;

use super::Links;
use crate::mailbox_api::wire;

pub(in crate::mailbox_api) fn kept(
    page: KeptPage,
    mailbox: &str,
    query: &wire::ListQuery,
    links: Links<'_>,
) -> wire::Kept {
    let list = format!("{}/keptElsewhere", links.mailbox(mailbox));
    wire::Kept {
        this: query.page_of(&list, query.after.as_deref()),
        next: page.next.map(|next| query.page_of(&list, Some(&next))),
        page_size: page.size,
        items: page.items.into_iter().map(one).collect(),
    }
}

fn one(kept: KeptElsewhere) -> wire::KeptElsewhere {
    wire::KeptElsewhere {
        kept_elsewhere_id: kept.id,
        kept_at: wire::Keeper { document_provider_id: kept.provider, name: kept.provider_name },
        message_id_there: kept.message_id,
        subject: kept.subject,
        sender_organization: kept.organization,
        sender_application: kept.application,
        message_type: kept.message_type,
        registered_mail: kept.registered,
        received_at: kept.received_at.rfc3339(),
        expires_at: kept.expires_at.rfc3339(),
        read_at: kept.read_at.map(Timestamp::rfc3339),
    }
}
