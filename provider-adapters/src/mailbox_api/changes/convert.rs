//! From a query to a question, and from a page of the feed to what travels.

use hub_core::access::provider::{AskedChanges, Begin, Change, ChangePage};
use hub_core::error::Error;

use super::wire;
use crate::mailbox_api::convert::{Links, number};

/// What a query asks for; a number that cannot be one is refused here, its range in the hub.
pub(in crate::mailbox_api) fn asked(query: &wire::ChangesQuery) -> Result<AskedChanges<'_>, Error> {
    let size = number(&query.page_size, "?pageSize")?;
    let wait = number(&query.wait, "?wait")?;
    let begin = match query.after.as_deref() {
        None => Begin::Oldest,
        Some(LATEST) => Begin::Latest,
        Some(cursor) => Begin::After(cursor),
    };
    Ok(AskedChanges { size, begin, wait: wait.map(|wait| u64::try_from(wait).unwrap_or(u64::MAX)) })
}

pub(in crate::mailbox_api) fn changes(
    page: ChangePage,
    query: &wire::ChangesQuery,
    links: Links<'_>,
) -> wire::Changes {
    wire::Changes {
        this: link(links, query, query.after.as_deref()),
        next: link(links, query, Some(&page.next)),
        items: page.items.into_iter().map(change).collect(),
        page_size: page.size,
        retry_after: page.retry_after,
    }
}

fn change(change: Change) -> wire::Change {
    wire::Change {
        change_id: change.id,
        kind: change.kind.name(),
        at: change.at.rfc3339(),
        mailbox_id: change.mailbox,
        consent_id: change.consent,
        message_id: change.message,
    }
}

/// A place in the feed, asked for in the same way.
fn link(links: Links<'_>, query: &wire::ChangesQuery, after: Option<&str>) -> String {
    let parameter = |name: &str, value: Option<&str>| value.map(|value| format!("{name}={value}"));
    let parameters = [
        parameter("pageSize", query.page_size.as_deref()),
        parameter("wait", query.wait.as_deref()),
        parameter("after", after),
    ];
    let parameters: Vec<String> = parameters.into_iter().flatten().collect();
    let mark = if parameters.is_empty() { "" } else { "?" };
    format!("{}{mark}{}", links.changes(), parameters.join("&"))
}

/// Where a cursor would stand: the end of the feed. No cursor is so short.
const LATEST: &str = "latest";
