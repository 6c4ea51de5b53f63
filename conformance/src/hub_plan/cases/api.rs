//! The conventions of the mailbox API: problems, strictness, tracing, lists, cursors, formats, limits.

use http::Method;
use serde_json::Value;

use super::resource::is_uuid;
use super::{Told, case};
use crate::engine::Polarity::{Accept, Observe, Refuse};
use crate::engine::{Case, Record, Stop, Stopwatch};
use crate::hub_plan::conditions::{answered, fault_of_problem, has_offset, nulls, rule, status};
use crate::hub_plan::flow::Grant;
use crate::hub_plan::letters::{items, text};
use crate::hub_plan::random;
use crate::hub_plan::request::{Answer, Ask, brief};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

const API: &[Capability] = &[Capability::MailboxApi];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "Refusals are problem documents",
        what: "Is refused for five reasons and looks at each document.",
        why: "A program can act on a type; it cannot act on a page.",
        causes: &["Refusals of the framework have a shape of their own."],
        needs: API,
        ..case("B1", "api", Observe, &["B1"], |trial, record| Box::pin(problems(trial, record)))
    },
    Case {
        title: "Unknown parameters and values out of range are refused and named",
        what: "Asks for lists with an unknown parameter, page sizes out of range and a filter that is none.",
        why: "A filter that is passed over shows what was not asked for.",
        causes: &["Unknown parameters are ignored.", "Values are clipped silently."],
        needs: API,
        ..case("B2", "api", Refuse, &["B2"], |trial, record| Box::pin(strict(trial, record)))
    },
    Case {
        title: "Unknown headers are passed over",
        what: "Sends headers that nobody knows, and an Accept with other types beside.",
        why: "Proxies and libraries add headers.",
        causes: &["Headers are checked against a list."],
        needs: API,
        ..case("B3", "api", Accept, &["B3"], |trial, record| Box::pin(headers(trial, record)))
    },
    Case {
        title: "Every answer can be traced, and the client's own id comes back",
        what: "Looks at BelGov-Trace-Id of answers and refusals, with and without one sent.",
        why: "Two help desks find the same request by it.",
        causes: &["The client's id is taken for the hub's own."],
        needs: API,
        ..case("B4", "api", Observe, &["B4"], |trial, record| Box::pin(traces(trial, record)))
    },
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
        title: "Other methods and other media types are refused as such",
        what: "Sends DELETE to a list and a patch as plain text.",
        why: "Clients must learn that they use the API wrongly, not that the server is broken.",
        causes: &["The framework answers 404 or 500."],
        needs: API,
        ..case("B10", "api", Refuse, &["B10"], |trial, record| Box::pin(methods(trial, record)))
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
    Case {
        title: "What cannot be an identifier is refused calmly",
        what: "Asks for mailboxes, messages and attachments by texts that are no ids.",
        why: "An error of the server is a door for whoever tries.",
        causes: &["Ids are decoded without being checked."],
        needs: API,
        ..case("B13", "api", Refuse, &["B13"], |trial, record| Box::pin(malformed(trial, record)))
    },
    Case {
        title: "Private answers are not kept by caches, reference data may be",
        what: "Looks at Cache-Control of lists, messages, attachments and reference data.",
        why: "A letter in a cache is read by the next one who asks.",
        causes: &["Cache-Control is missing."],
        needs: API,
        ..case("B15", "api", Observe, &["B15"], |trial, record| Box::pin(caching(trial, record)))
    },
    Case {
        title: "The limits in force are told",
        what: "Asks for the limits.",
        why: "A client that knows its limits keeps to them.",
        causes: &["The route is missing."],
        needs: API,
        ..case("B16", "api", Observe, &["B16"], |trial, record| Box::pin(limits(trial, record)))
    },
    Case {
        title: "Whoever asks too often is told when to come again",
        what: "Asks as fast as it can until it is refused, waits as it is told, and asks again.",
        why: "A client that does not know when to come again comes at once.",
        causes: &["Retry-After is missing or a date in another format."],
        needs: &[Capability::MailboxApi, Capability::Limits],
        ..case("B17", "api", Observe, &["B17"], |trial, record| Box::pin(too_often(trial, record)))
    },
];

/// An answer of the mailbox API that must be 200; the case is blocked if not.
async fn page(trial: &Trial, record: &Record, grant: &Grant, url: &str) -> Result<Answer, Stop> {
    let heard = trial.get(&trial.first(), &grant.access, url).await;
    match heard {
        Ok(answer) if answer.status == 200 => Ok(answer),
        other => Err(record.blocked(format!("no list: {}", brief(&other)))),
    }
}

fn messages_of(trial: &Trial, grant: &Grant, query: &str) -> String {
    trial.api(&format!("/mailboxes/{}/messages{query}", grant.mailbox))
}

async fn problems(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let list = messages_of(trial, &grant, "");
    let asks = [
        ("no token", 401, Ask::get(&list)),
        ("an unknown token", 401, Ask::get(&list).bearer("fat_unknown")),
        ("an unknown parameter", 400, Ask::get(&format!("{list}?colour=red")).bearer(&grant.access)),
        (
            "an unknown message",
            404,
            Ask::get(&format!("{list}/msg_00000000000000000000000000")).bearer(&grant.access),
        ),
        (
            "another mailbox",
            404,
            Ask::get(&trial.api("/mailboxes/mbx_00000000000000000000000000/messages")).bearer(&grant.access),
        ),
    ];
    for (what, expected, ask) in asks {
        record.note(what);
        let heard = first.caller.send(ask).await;
        status(record, rule("status", "B1"), &heard, &[expected])?;
        let answer = answered(record, rule("answers", "B1"), heard)?;
        let fault = fault_of_problem(&answer);
        record.expect(
            rule("problem", "B1"),
            fault.is_none(),
            "a problem document",
            fault.unwrap_or_default(),
        )?;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        let quiet = !said.contains(&grant.access) && !said.contains("panicked") && !said.contains("SELECT ");
        record.expect(
            rule("showsNothing", "B1"),
            quiet,
            "no token and nothing of the implementation",
            quiet,
        )?;
    }
    Ok(())
}

async fn strict(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    trial.opens(record, &grant).await?;
    for (query, name) in [
        ("?colour=red", "colour"),
        ("?pageSize=0", "pageSize"),
        ("?pageSize=101", "pageSize"),
        ("?pageSize=ten", "pageSize"),
        ("?read=perhaps", "read"),
        ("?receivedFrom=yesterday", "receivedFrom"),
        ("?q=word", "qlang"),
        ("?pageSize=5&pageSize=6", "pageSize"),
    ] {
        record.note(format!("asked: {query}"));
        let heard = trial.get(&first, &grant.access, &messages_of(trial, &grant, query)).await;
        status(record, rule("refused", "B2"), &heard, &[400])?;
        let said = answered(record, rule("answers", "B2"), heard)?.json();
        let named = said["issues"].as_array().is_some_and(|issues| !issues.is_empty())
            && said["issues"].to_string().contains(name);
        record.expect(rule("named", "B2"), named, format!("an issue that names {name}"), &said["issues"])?;
    }
    trial.opens(record, &grant).await
}

async fn headers(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let plain = Ask::get(&trial.api("/mailboxes")).bearer(&grant.access);
    for ask in [
        plain.clone().with("x-nobody-knows", "this"),
        plain.clone().with("accept", "text/html, application/json;q=0.9, */*;q=0.1"),
        plain.clone().with("accept-language", "xx-unknown, nl;q=0.1"),
        plain.with("x-forwarded-for", "10.0.0.1"),
    ] {
        status(record, rule("passedOver", "B3"), &first.caller.send(ask).await, &[200])?;
    }
    Ok(())
}

async fn traces(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let (url, own) = (trial.api("/mailboxes"), random::uuid());
    let mut seen = Vec::new();
    for ask in [
        Ask::get(&url).bearer(&grant.access),
        Ask::get(&url),
        Ask::get(&format!("{url}?colour=red")).bearer(&grant.access),
    ] {
        let answer = answered(record, rule("answers", "B4"), first.caller.send(ask).await)?;
        let id = answer.header("belgov-trace-id").to_owned();
        record.expect(rule("isUuid", "B4"), is_uuid(&id), "BelGov-Trace-Id with a UUID", &id)?;
        record.expect(rule("isNew", "B4"), !seen.contains(&id), "another one for each request", &id)?;
        seen.push(id);
    }
    let ask = Ask::get(&url).bearer(&grant.access).with("belgov-trace-id", &own);
    let answer = answered(record, rule("answers", "B4"), first.caller.send(ask).await)?;
    record.equal(rule("comesBack", "B4"), own.as_str(), answer.header("belgov-related-trace-id"))?;
    let id = answer.header("belgov-trace-id").to_owned();
    record.expect(rule("keepsItsOwn", "B4"), is_uuid(&id) && id != own, "an id of the hub's own", id)
}

async fn lists(trial: &mut Trial, record: &mut Record) -> Told {
    trial.letters(record).await?;
    let grant = trial.standing(record, Who::First).await?;
    let none = messages_of(trial, &grant, "?receivedBefore=1990-01-01T00:00:00Z");
    for url in [trial.api("/mailboxes"), messages_of(trial, &grant, ""), none.clone()] {
        let answer = page(trial, record, &grant, &url).await?;
        let list = answer.json();
        record.equal(rule("isJson", "B5"), "application/json", answer.media_type().as_str())?;
        record.expect(rule("hasItems", "B5"), list["items"].is_array(), "items is a list", &list["items"])?;
        record.expect(rule("hasSelf", "B5"), list["self"].is_string(), "self", &list["self"])?;
        record.expect(
            rule("hasPageSize", "B5"),
            list["pageSize"].as_u64().is_some_and(|size| size > 0),
            "pageSize",
            &list["pageSize"],
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
        next = list["next"].as_str().map(str::to_owned);
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
    let next = list["next"].as_str().unwrap_or_default().to_owned();
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

async fn methods(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (grant, found) = trial.found(record, Who::First).await?;
    for method in [Method::DELETE, Method::PUT] {
        let ask = Ask::new(method, &trial.api(&found.list_path())).bearer(&grant.access);
        let heard = first.caller.send(ask).await;
        status(record, rule("noMethod", "B10"), &heard, &[405])?;
        let allow = answered(record, rule("answers", "B10"), heard)?.header("allow").to_owned();
        record.expect(rule("allow", "B10"), allow.contains("GET"), "Allow with GET", allow)?;
    }
    if trial.profile.declares(Capability::MarkRead) {
        let ask = Ask::new(Method::PATCH, &trial.api(&found.message_path())).bearer(&grant.access);
        let heard = first.caller.send(ask.body("text/plain", "read=true")).await;
        status(record, rule("mediaType", "B10"), &heard, &[415])?;
    }
    trial.opens(record, &grant).await
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

async fn malformed(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    trial.opens(record, &grant).await?;
    let upper = grant.mailbox.to_uppercase();
    for path in [
        "/mailboxes/1/messages".to_owned(),
        format!("/mailboxes/{upper}/messages"),
        format!("/mailboxes/{}/messages/%00", grant.mailbox),
        format!("/mailboxes/{}/messages/msg_uuuuuuuuuuuuuuuuuuuuuuuuuu", grant.mailbox),
        format!("/mailboxes/{}/messages/{}", grant.mailbox, "m".repeat(2_000)),
        format!("/mailboxes/{}/messages/..%2f..%2f", grant.mailbox),
        format!("/mailboxes/{}/messages/{}/attachments/1/content", grant.mailbox, grant.mailbox),
    ] {
        let heard = trial.get(&first, &grant.access, &trial.api(&path)).await;
        status(record, rule("calmly", "B13"), &heard, &[400, 404])?;
    }
    trial.opens(record, &grant).await
}

async fn caching(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (grant, found) = trial.found(record, Who::First).await?;
    for path in ["/mailboxes".to_owned(), found.list_path(), found.message_path(), found.content_path()] {
        let answer = page(trial, record, &grant, &trial.api(&path)).await?;
        let said = answer.header("cache-control").to_owned();
        record.expect(
            rule("notKept", "B15"),
            said.contains("no-store"),
            format!("no-store for {path}"),
            said,
        )?;
    }
    let heard = trial.get(&first, &grant.access, &trial.api("/refData/messageTypes")).await;
    let answer = answered(record, rule("answers", "B15"), heard)?;
    let said = answer.header("cache-control").to_owned();
    let kept = answer.status == 200 && said.contains("max-age=") && !said.contains("no-store");
    record.expect(
        rule("mayBeKept", "B15"),
        kept,
        "a max-age for reference data",
        format!("{} {said}", answer.status),
    )
}

async fn limits(trial: &mut Trial, record: &mut Record) -> Told {
    let grant = trial.standing(record, Who::First).await?;
    let heard = trial.get(&trial.first(), &grant.access, &trial.api("/limits")).await;
    status(record, rule("told", "B16"), &heard, &[200])?;
    let said = answered(record, rule("answers", "B16"), heard)?.json();
    let largest = said["pageSize"]["maximum"].as_u64().unwrap_or_default();
    record.expect(rule("pageSize", "B16"), largest > 0, "the largest page", &said["pageSize"])?;
    let rate = said["requestRate"]["perSecond"].as_u64().unwrap_or_default();
    record.expect(rule("rate", "B16"), rate > 0, "the rate of requests", &said["requestRate"])
}

async fn too_often(trial: &mut Trial, record: &mut Record) -> Told {
    let grant = trial.standing(record, Who::First).await?;
    let (first, url, watch) = (trial.first(), trial.api("/limits"), Stopwatch::start());
    let mut refused = None;
    while refused.is_none() && watch.elapsed().as_secs() < 20 {
        let asks = (0..32).map(|_| trial.get(&first, &grant.access, &url));
        let answers = futures_util::future::join_all(asks).await;
        refused = answers.into_iter().flatten().find(|answer| answer.status == 429);
    }
    let refused = refused.ok_or_else(|| record.skipped("the limit was not reached within 20 seconds"))?;
    let wait = refused.header("retry-after").parse::<u64>().ok();
    record.expect(
        rule("retryAfter", "B17"),
        wait.is_some_and(|wait| wait >= 1),
        "Retry-After in seconds",
        refused.header("retry-after"),
    )?;
    let fault = fault_of_problem(&refused);
    record.expect(
        rule("problem", "B17"),
        fault.is_none(),
        "a problem document",
        fault.unwrap_or_default(),
    )?;
    tokio::time::sleep(std::time::Duration::from_secs(wait.unwrap_or(1))).await;
    let heard = trial.get(&first, &grant.access, &url).await;
    status(record, rule("servedAgain", "B17"), &heard, &[200])
}
