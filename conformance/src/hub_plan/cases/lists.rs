//! Lists of the mailbox API: their shape, their pages, their order, and how things are written in them.

use serde_json::Value;

use super::api::{messages_of, page};
use super::{Told, case};
use crate::engine::Polarity::{Observe, Refuse};
use crate::engine::{Case, Record, Stop};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{has_offset, nulls, rule, status};
use crate::hub_plan::flow::Grant;
use crate::hub_plan::letters::{items, text};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

const API: &[Capability] = &[Capability::MailboxApi];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "Lists have one shape, and nothing is null",
        what: "Looks at the lists of mailboxes and messages.",
        why: "Clients that meet null where a list should be stop.",
        causes: &["Members without a value are written as null."],
        needs: API,
        ..case("B5", "api", Observe, &["B5"], |trial, record| Box::pin(lists(trial, record)))
    },
    Case {
        title: "Following next shows every message once",
        what: "Walks through the list one message a page and compares with the whole list.",
        why: "A message that is skipped is a letter that nobody reads.",
        causes: &["Pages are counted by number while messages arrive."],
        needs: API,
        ..case("B6", "api", Observe, &["B6"], |trial, record| Box::pin(pages(trial, record)))
    },
    Case {
        title: "A cursor that was changed, or is of another question, is refused",
        what: "Changes letters of a cursor, makes one up, and uses one with other filters.",
        why: "A cursor that clients can build shows what is not theirs.",
        causes: &["Cursors are an offset or an id in disguise."],
        needs: API,
        ..case("B6-cursor", "api", Refuse, &["B6"], |trial, record| Box::pin(cursors(trial, record)))
    },
    Case {
        title: "Messages stand in the order that was asked for",
        what: "Lists the newest first and the oldest first.",
        why: "A citizen reads the newest letter first.",
        causes: &["The order is that of the ids."],
        needs: API,
        ..case("B11", "api", Observe, &["B11"], |trial, record| Box::pin(order(trial, record)))
    },
    Case {
        title: "Dates have offsets, ids one spelling, links are absolute",
        what: "Looks at every date, id and link of the lists and of a message.",
        why: "A date without an offset is another date elsewhere.",
        causes: &["Dates are written in local time.", "Links are those of the server behind the proxy."],
        needs: API,
        ..case("B12", "api", Observe, &["B12"], |trial, record| Box::pin(formats(trial, record)))
    },
];

async fn lists(trial: &mut Trial, record: &mut Record) -> Told {
    trial.letters(record).await?;
    let grant = trial.standing(record, Who::First).await?;
    let none = messages_of(trial, &grant, "?receivedBefore=1990-01-01T00:00:00Z");
    for url in [trial.api("/mailboxes"), messages_of(trial, &grant, ""), none.clone()] {
        let answer = page(trial, record, &grant, &url).await?;
        let list = answer.json();
        record.equal(rule("isJson", "B5"), "application/json", answer.media_type().as_str())?;
        record.expect(
            rule("hasItems", "B5"),
            list.at("items").is_array(),
            "items is a list",
            list.at("items"),
        )?;
        record.expect(rule("hasSelf", "B5"), list.at("self").is_string(), "self", list.at("self"))?;
        record.expect(
            rule("hasPageSize", "B5"),
            list.at("pageSize").as_u64().is_some_and(|size| size > 0),
            "pageSize",
            list.at("pageSize"),
        )?;
        let found = nulls(&list);
        record.expect(rule("noNull", "B5"), found.is_empty(), "no member is null", found.join(", "))?;
        if url == none {
            record.expect(
                rule("emptyIsEmpty", "B5"),
                items(&list).is_empty(),
                "an empty list",
                items(&list).len(),
            )?;
        }
    }
    Ok(())
}

/// The ids of a list from its first page to its last.
async fn walked(
    trial: &Trial,
    record: &mut Record,
    grant: &Grant,
    first_page: &str,
) -> Result<Vec<String>, Stop> {
    let (mut ids, mut next) = (Vec::new(), Some(first_page.to_owned()));
    let mut pages = 0;
    while let Some(url) = next {
        let list = page(trial, record, grant, &url).await?.json();
        ids.extend(items(&list).iter().map(|item| text(item, "messageId")));
        next = list.at("next").as_str().map(str::to_owned);
        pages += 1;
        record.expect(
            rule("comesToAnEnd", "B6"),
            pages <= 400,
            "an end of the list",
            "none after 400 pages",
        )?;
    }
    Ok(ids)
}

async fn pages(trial: &mut Trial, record: &mut Record) -> Told {
    trial.letters(record).await?;
    let grant = trial.standing(record, Who::First).await?;
    let whole = walked(trial, record, &grant, &messages_of(trial, &grant, "?pageSize=100")).await?;
    if whole.len() < 2 {
        return Err(record.blocked("the mailbox holds fewer than two messages"));
    }
    let one = walked(trial, record, &grant, &messages_of(trial, &grant, "?pageSize=1")).await?;
    let mut once = one.clone();
    once.sort();
    once.dedup();
    record.equal(rule("once", "B6"), one.len(), once.len())?;
    record.expect(
        rule("all", "B6"),
        one == whole,
        "the same messages in the same order",
        format!("{} of {}", one.len(), whole.len()),
    )
}

async fn cursors(trial: &mut Trial, record: &mut Record) -> Told {
    trial.letters(record).await?;
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let list = page(trial, record, &grant, &messages_of(trial, &grant, "?pageSize=1")).await?.json();
    let next = list.at("next").as_str().unwrap_or_default().to_owned();
    let cursor =
        next.split_once("after=").map(|(_, rest)| rest.split('&').next().unwrap_or_default().to_owned());
    let cursor = cursor.ok_or_else(|| record.blocked("the mailbox holds fewer than two messages"))?;
    let middle = cursor.len() / 2;
    let turned: String = cursor
        .chars()
        .enumerate()
        .map(|(at, letter)| if at == middle { if letter == 'A' { 'B' } else { 'A' } } else { letter })
        .collect();
    let wrong = [
        format!("?pageSize=1&after={turned}"),
        format!("?pageSize=1&after={cursor}A"),
        "?pageSize=1&after=MQ".to_owned(),
        format!("?pageSize=1&sort=receivedAt&after={cursor}"),
    ];
    for query in wrong {
        let heard = trial.get(&first, &grant.access, &messages_of(trial, &grant, &query)).await;
        status(record, rule("refused", "B6"), &heard, &[400, 410])?;
    }
    page(trial, record, &grant, &next).await.map(|_| ())
}

async fn order(trial: &mut Trial, record: &mut Record) -> Told {
    trial.letters(record).await?;
    let grant = trial.standing(record, Who::First).await?;
    let dates =
        |list: &Value| -> Vec<String> { items(list).iter().map(|item| text(item, "receivedAt")).collect() };
    let newest =
        dates(&page(trial, record, &grant, &messages_of(trial, &grant, "?pageSize=100")).await?.json());
    let oldest = dates(
        &page(trial, record, &grant, &messages_of(trial, &grant, "?pageSize=100&sort=receivedAt"))
            .await?
            .json(),
    );
    if newest.len() < 2 {
        return Err(record.blocked("the mailbox holds fewer than two messages"));
    }
    let moments = |dates: &[String]| -> Vec<Option<jiff::Timestamp>> {
        dates.iter().map(|date| date.parse().ok()).collect()
    };
    let (falling, rising) = (moments(&newest), moments(&oldest));
    record.expect(
        rule("newestFirst", "B11"),
        falling.is_sorted_by(|a, b| a >= b),
        "falling dates",
        newest.join(" "),
    )?;
    record.expect(rule("oldestFirst", "B11"), rising.is_sorted(), "rising dates", oldest.join(" "))
}

async fn formats(trial: &mut Trial, record: &mut Record) -> Told {
    let (grant, found) = trial.found(record, Who::First).await?;
    let mut documents = vec![found.message.clone()];
    for url in [trial.api("/mailboxes"), messages_of(trial, &grant, "")] {
        documents.push(page(trial, record, &grant, &url).await?.json());
    }
    for document in &documents {
        for (name, value) in texts(document) {
            let wrong = fault_of_format(&name, &value, &trial.profile.hub.mailbox_api);
            record.expect(rule("format", "B12"), wrong.is_none(), wrong.unwrap_or(name.as_str()), value)?;
        }
    }
    Ok(())
}

/// What a member of that name should be, if it is not.
fn fault_of_format(name: &str, value: &str, base: &str) -> Option<&'static str> {
    match name {
        "receivedAt" | "expiresAt" | "until" if !has_offset(value) => Some("a date-time with an offset"),
        "href" | "self" | "next" | "contentHref" if !value.starts_with(base) => {
            Some("an absolute link of this API")
        }
        "messageId" if !is_id(value, "msg_") => Some("msg_ and 26 characters"),
        "mailboxId" if !is_id(value, "mbx_") => Some("mbx_ and 26 characters"),
        "attachmentId" if !is_id(value, "att_") => Some("att_ and 26 characters"),
        "consentId" if !is_id(value, "cns_") => Some("cns_ and 26 characters"),
        _ => None,
    }
}

fn is_id(value: &str, kind: &str) -> bool {
    let letters = "0123456789abcdefghjkmnpqrstvwxyz";
    value
        .strip_prefix(kind)
        .is_some_and(|rest| rest.len() == 26 && rest.chars().all(|letter| letters.contains(letter)))
}

/// Every text of a document with the name of its member.
fn texts(document: &Value) -> Vec<(String, String)> {
    match document {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(text) => vec![(name.clone(), text.clone())],
                other => texts(other),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
