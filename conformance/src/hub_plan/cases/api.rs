//! The conventions of the mailbox API: problems, strictness, tracing, limits.

use http::Method;

use super::resource::is_uuid;
use super::{Told, case};
use crate::engine::Polarity::{Accept, Observe, Refuse};
use crate::engine::{Case, Record, Stop, Stopwatch};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, fault_of_problem, rule, status};
use crate::hub_plan::flow::Grant;
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
        title: "Other methods and other media types are refused as such",
        what: "Sends DELETE to a list and a patch as plain text.",
        why: "Clients must learn that they use the API wrongly, not that the server is broken.",
        causes: &["The framework answers 404 or 500."],
        needs: API,
        ..case("B10", "api", Refuse, &["B10"], |trial, record| Box::pin(methods(trial, record)))
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
pub(super) async fn page(trial: &Trial, record: &Record, grant: &Grant, url: &str) -> Result<Answer, Stop> {
    let heard = trial.get(&trial.first(), &grant.access, url).await;
    match heard {
        Ok(answer) if answer.status == 200 => Ok(answer),
        other => Err(record.blocked(format!("no list: {}", brief(&other)))),
    }
}

pub(super) fn messages_of(trial: &Trial, grant: &Grant, query: &str) -> String {
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
        let named = said.at("issues").as_array().is_some_and(|issues| !issues.is_empty())
            && said.at("issues").to_string().contains(name);
        record.expect(
            rule("named", "B2"),
            named,
            format!("an issue that names {name}"),
            said.at("issues"),
        )?;
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
    let largest = said.at("pageSize").at("maximum").as_u64().unwrap_or_default();
    record.expect(rule("pageSize", "B16"), largest > 0, "the largest page", said.at("pageSize"))?;
    let rate = said.at("requestRate").at("perSecond").as_u64().unwrap_or_default();
    record.expect(rule("rate", "B16"), rate > 0, "the rate of requests", said.at("requestRate"))
}

/// The answer to one request too many; the case fails if the limit that the hub tells was passed and there is none.
async fn refused_in_the_end(trial: &Trial, record: &mut Record, grant: &Grant) -> Result<Answer, Stop> {
    let (first, url) = (trial.first(), trial.api("/limits"));
    let told = page(trial, record, grant, &url).await?.json();
    let rate = |member: &str| told.at("requestRate").at(member).as_u64().unwrap_or_default();
    let (second, burst) = (rate("perSecond"), rate("burst"));
    let (watch, mut sent) = (Stopwatch::start(), 0_u64);
    while watch.elapsed() < LONGEST_RUSH {
        let asks = (0..32).map(|_| trial.get(&first, &grant.access, &url));
        let answers = futures_util::future::join_all(asks).await;
        sent += 32;
        if let Some(refused) = answers.into_iter().flatten().find(|answer| answer.status == 429) {
            return Ok(refused);
        }
        let allowed =
            watch.elapsed().as_secs().saturating_add(1).saturating_mul(second).saturating_add(burst);
        if second > 0 && sent > allowed.saturating_mul(2) {
            let actual = format!("{sent} requests answered, where {allowed} are allowed");
            return Err(record.fail(
                rule("keepsItsLimit", "B17"),
                "429 beyond the limit that is told",
                actual,
            ));
        }
    }
    let told = format!("{sent} requests in {} seconds were not too many", LONGEST_RUSH.as_secs());
    Err(record.review(format!("{told}: ask from a faster machine, or tell a lower limit")))
}

async fn too_often(trial: &mut Trial, record: &mut Record) -> Told {
    let grant = trial.standing(record, Who::First).await?;
    let (first, url) = (trial.first(), trial.api("/limits"));
    let refused = refused_in_the_end(trial, record, &grant).await?;
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

/// How long a hub is asked as fast as it answers.
const LONGEST_RUSH: std::time::Duration = std::time::Duration::from_secs(20);
