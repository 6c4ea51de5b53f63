//! `GET /changes`: the feed of a sender organization. A module of its own, with what travels and the one route.

use axum::Json;
use axum::extract::State;
use hub_core::Hub;
use hub_core::access::following::{AskedChanges, Begin};
use hub_core::access::sender::{SenderChange, SenderChangePage};
use hub_core::error::Error;
use hub_http::{Caller, Problem, StrictQuery};
use serde::{Deserialize, Serialize};

use crate::callers::Reader;

pub(crate) async fn changes(
    Caller(Reader(sender)): Caller<Reader>,
    State(hub): State<Hub>,
    StrictQuery(query): StrictQuery<ChangesQuery>,
) -> Result<Json<Changes>, Problem> {
    let page =
        sender.changes(query.sender_organization.as_deref(), query.asked()?).await.map_err(outdated)?;
    Ok(Json(shown(page, &query, &hub.audiences().sender)))
}

/// What to do with a cursor that leads nowhere any more; every other error is what it is everywhere.
fn outdated(error: Error) -> Problem {
    match error {
        Error::Resync => Problem::from(error).detail(RESYNC),
        other => other.into(),
    }
}

/// The query, as text: what is wrong with a value is said precisely.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ChangesQuery {
    sender_organization: Option<String>,
    after: Option<String>,
    page_size: Option<String>,
    wait: Option<String>,
}

impl ChangesQuery {
    /// What it asks for; a number that cannot be one is refused here, its range in the hub.
    fn asked(&self) -> Result<AskedChanges<'_>, Error> {
        let begin = match self.after.as_deref() {
            None => Begin::Oldest,
            Some(LATEST) => Begin::Latest,
            Some(cursor) => Begin::After(cursor),
        };
        let size = number(self.page_size.as_deref(), "?pageSize")?;
        let wait = number(self.wait.as_deref(), "?wait")?;
        let size = size.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        Ok(AskedChanges { size, begin, wait })
    }

    /// A place in the feed, asked for in the same way.
    fn link(&self, base: &str, after: Option<&str>) -> String {
        let parameter = |name: &str, value: Option<&str>| value.map(|value| format!("{name}={value}"));
        let parameters = [
            parameter("senderOrganization", self.sender_organization.as_deref()),
            parameter("pageSize", self.page_size.as_deref()),
            parameter("wait", self.wait.as_deref()),
            parameter("after", after),
        ];
        let parameters: Vec<String> = parameters.into_iter().flatten().collect();
        let mark = if parameters.is_empty() { "" } else { "?" };
        format!("{base}/changes{mark}{}", parameters.join("&"))
    }
}

fn number(text: Option<&str>, name: &'static str) -> Result<Option<u64>, Error> {
    let Some(text) = text else { return Ok(None) };
    let found = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    found.map(Some).ok_or_else(|| Error::invalid("schemaViolation", name, "a whole number is expected"))
}

/// A page of the feed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changes {
    #[serde(rename = "self")]
    own_href: String,
    sender_organization: String,
    items: Vec<Change>,
    page_size: usize,
    next: String,
    retry_after: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    change_id: String,
    kind: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<String>,
}

fn shown(page: SenderChangePage, query: &ChangesQuery, base: &str) -> Changes {
    Changes {
        own_href: query.link(base, query.after.as_deref()),
        next: query.link(base, Some(&page.next)),
        sender_organization: page.organization,
        items: page.items.into_iter().map(change).collect(),
        page_size: page.size,
        retry_after: page.retry_after,
    }
}

fn change(change: SenderChange) -> Change {
    Change {
        change_id: change.id,
        kind: change.kind.name(),
        at: change.at.rfc3339(),
        message_id: change.message,
        recipient_id: change.recipient,
        campaign_id: change.campaign,
    }
}

/// Where a cursor would stand: the end of the feed. No cursor is so short.
const LATEST: &str = "latest";
const RESYNC: &str = "The cursor is older than what is kept, or from before a restore. Take a new one with after=latest, \
     then ask for the status of the messages that are still under way and for their replies, look into your own calendar for \
     those that are unopened, ask again with POST /recipients/query about the recipients whom you follow, then go on from the \
     new cursor";
