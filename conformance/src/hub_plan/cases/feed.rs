//! The change feed: complete, in order, once; and whose it is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Told, case};
use crate::engine::Polarity::{Observe, Refuse};
use crate::engine::{Case, Record, Stop, Stopwatch};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, denied, rule, status};
use crate::hub_plan::letters::{items, text};
use crate::hub_plan::random;
use crate::hub_plan::request::brief;
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

const FEED: &[Capability] = &[Capability::MailboxApi, Capability::ChangeFeed];
const PUBLISHING: &[Capability] = &[Capability::MailboxApi, Capability::ChangeFeed, Capability::Publish];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "The feed tells each published letter once and in order, whatever the page size",
        what: "Publishes twelve letters and reads the feed three times from the same place, with pages of 1, 5 and 500.",
        why: "A change that is skipped is a letter that nobody reads; one that comes twice is shown twice.",
        causes: &[
            "Changes are ordered by a time that two can share.",
            "The cursor points at a page and not behind a change.",
        ],
        needs: PUBLISHING,
        ..case("F1", "feed", Observe, &["F1"], |trial, record| Box::pin(complete(trial, record)))
    },
    Case {
        title: "A change carries ids and nothing that stands in the letter",
        what: "Looks at all members of the change of a published letter.",
        why: "A feed over all citizens is the worst place for a subject to leak.",
        causes: &["The message is put into the change for comfort."],
        needs: PUBLISHING,
        ..case("T7", "feed", Observe, &["T7"], |trial, record| Box::pin(ids_only(trial, record)))
    },
    Case {
        title: "A cursor that was changed or is another application's is refused",
        what: "Changes a cursor, makes one up, and gives the first provider's cursor to the second.",
        why: "A cursor that can be built reads what others were told.",
        causes: &["Cursors are a number."],
        needs: FEED,
        ..case("F2", "feed", Refuse, &["F2"], |trial, record| Box::pin(cursors(trial, record)))
    },
    Case {
        title: "The end of the feed is an empty page that leads on",
        what: "Asks for the end of the feed and follows it.",
        why: "A new client must be able to begin without reading a month.",
        causes: &["next is left out of an empty page."],
        needs: FEED,
        ..case("F3", "feed", Observe, &["F3"], |trial, record| Box::pin(the_end(trial, record)))
    },
    Case {
        title: "A consent's token opens no feed",
        what: "Asks for the feed with a token of a consent, with one of the application of another scope, and without one.",
        why: "A feed tells of all citizens; one citizen's token must not.",
        causes: &["Any token of the client opens it."],
        needs: &[Capability::MailboxApi, Capability::ChangeFeed, Capability::Consents],
        ..case("F4", "feed", Refuse, &["F4"], |trial, record| Box::pin(own_token_only(trial, record)))
    },
    Case {
        title: "The feed tells that a consent was granted and that it ended",
        what: "Has a consent given and ended and reads the feed.",
        why: "This is how a provider learns that it must forget a mailbox.",
        causes: &["Only messages are in the feed."],
        needs: &[Capability::MailboxApi, Capability::ChangeFeed, Capability::Consents],
        ..case("F5", "feed", Observe, &["F5", "T7"], |trial, record| Box::pin(consents_told(trial, record)))
    },
    Case {
        title: "A question that waits is answered as soon as there is something",
        what: "Asks at the end of the feed with wait=20 and publishes a letter meanwhile.",
        why: "Otherwise everybody asks every second.",
        causes: &["wait is passed over, or always lasts to its end."],
        needs: PUBLISHING,
        ..case("F6", "feed", Observe, &["F6"], |trial, record| Box::pin(waiting(trial, record)))
    },
];

/// A page of the feed; the case fails if there is none.
async fn page(trial: &Trial, record: &mut Record, token: &str, url: &str) -> Result<Value, Stop> {
    let heard = trial.get(&trial.first(), token, url).await;
    status(record, rule("opens", "F3"), &heard, &[200])?;
    Ok(answered(record, rule("answers", "F3"), heard)?.json())
}

/// A token for the feed, and the address of its end.
async fn at_the_end(trial: &Trial, record: &mut Record) -> Result<(String, String), Stop> {
    let token = trial.own_token(record, &trial.first(), "feed").await?;
    let latest = page(trial, record, &token, &trial.api("/changes?after=latest")).await?;
    Ok((token, text(&latest, "next")))
}

/// All changes from a place on, with this page size, until `enough` of them came or ten seconds passed without.
async fn changes(
    trial: &Trial,
    record: &mut Record,
    (token, from): (&str, &str),
    size: u32,
    enough: impl Fn(&[Value]) -> bool,
) -> Result<Vec<Value>, Stop> {
    let watch = Stopwatch::start();
    let (mut told, mut next) = (Vec::new(), sized(from, size));
    loop {
        let said = page(trial, record, token, &next).await?;
        let new = items(&said);
        let more = said.at("retryAfter") == 0;
        record.expect(
            rule("pageSize", "F1"),
            new.len() <= size as usize,
            format!("{size} at most"),
            new.len(),
        )?;
        told.extend(new);
        next = text(&said, "next");
        record.expect(rule("alwaysNext", "F3"), !next.is_empty(), "next", &next)?;
        if (enough(&told) && !more) || watch.elapsed().as_secs() >= 10 {
            return Ok(told);
        }
        if !more {
            next = sized(&format!("{next}&wait=1"), size);
        }
    }
}

/// The address with this page size, and `wait` once.
fn sized(url: &str, size: u32) -> String {
    with(url, "pageSize", size)
}

/// The address with so many seconds to wait.
fn waiting_at(url: &str, seconds: u32) -> String {
    with(url, "wait", seconds)
}

/// The address with this parameter once.
fn with(url: &str, name: &str, value: u32) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else { return String::new() };
    let mut pairs: std::collections::BTreeMap<String, String> = parsed.query_pairs().into_owned().collect();
    pairs.insert(name.to_owned(), value.to_string());
    parsed.query_pairs_mut().clear().extend_pairs(pairs);
    parsed.to_string()
}

fn of_kind<'a>(changes: &'a [Value], kind: &str, consent: &str) -> Vec<&'a Value> {
    changes.iter().filter(|change| change.at("kind") == kind && change.at("consentId") == consent).collect()
}

async fn complete(trial: &mut Trial, record: &mut Record) -> Told {
    let grant = trial.standing(record, Who::First).await?;
    let (token, from) = at_the_end(trial, record).await?;
    let publisher = trial.publisher_token(record).await?;
    let word = random::word();
    for number in 1..=LETTERS {
        trial.publish_with(record, &publisher, &format!("Feed {word} {number:02}")).await?;
    }
    let list = trial.api(&format!("/mailboxes/{}/messages?pageSize=100&sort=receivedAt", grant.mailbox));
    let newest = trial.api(&format!("/mailboxes/{}/messages?pageSize={LETTERS}", grant.mailbox));
    record.note(format!("compared with {list}"));
    let listed = trial.get(&trial.first(), &grant.access, &newest).await;
    let listed = answered(record, rule("listed", "F1"), listed)?.json();
    let mut expected: Vec<String> = items(&listed).iter().map(|item| text(item, "messageId")).collect();
    expected.reverse();
    for size in [1, 5, 500] {
        let enough = |told: &[Value]| of_kind(told, "messageAvailable", &grant.consent).len() >= LETTERS;
        let told = changes(trial, record, (&token, &from), size, enough).await?;
        let ids: BTreeSet<String> = told.iter().map(|change| text(change, "changeId")).collect();
        record.equal(rule("eachOnce", "F1"), told.len(), ids.len())?;
        let available = of_kind(&told, "messageAvailable", &grant.consent);
        let order: Vec<String> = available.iter().map(|change| text(change, "messageId")).collect();
        record.equal(rule("complete", "F1"), LETTERS, order.len())?;
        record.expect(
            rule("inOrder", "F1"),
            order == expected,
            "the order of publication",
            order.join(" "),
        )?;
    }
    Ok(())
}

async fn ids_only(trial: &mut Trial, record: &mut Record) -> Told {
    let grant = trial.standing(record, Who::First).await?;
    let (token, from) = at_the_end(trial, record).await?;
    let subject = format!("Secret {}", random::word());
    trial.publish(record, &subject).await?;
    let enough = |told: &[Value]| !of_kind(told, "messageAvailable", &grant.consent).is_empty();
    let told = changes(trial, record, (&token, &from), 100, enough).await?;
    let change = of_kind(&told, "messageAvailable", &grant.consent).first().copied().cloned();
    let change = change.ok_or_else(|| record.fail(rule("told", "T7"), "the change of the letter", "none"))?;
    let known = ["changeId", "kind", "at", "mailboxId", "consentId", "messageId"];
    let members: Vec<String> =
        change.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let only = members.iter().all(|name| known.contains(&name.as_str()));
    record.expect(rule("knownMembers", "T7"), only, known.join(", "), members.join(", "))?;
    let said = change.to_string();
    let quiet = !said.contains("Secret")
        && !trial.profile.sender.as_ref().is_some_and(|sender| said.contains(&sender.organization));
    record.expect(rule("noContent", "T7"), quiet, "no subject and no sender", quiet)
}

async fn cursors(trial: &mut Trial, record: &mut Record) -> Told {
    trial.standing(record, Who::First).await?;
    let (token, next) = at_the_end(trial, record).await?;
    let (before, cursor) = next.split_once("after=").unwrap_or((&next, ""));
    let (cursor, _) = cursor.split_once('&').unwrap_or((cursor, ""));
    let middle = cursor.len() / 2;
    let turned: String = cursor
        .chars()
        .enumerate()
        .map(|(at, letter)| if at == middle { if letter == 'A' { 'B' } else { 'A' } } else { letter })
        .collect();
    for wrong in [turned, format!("{cursor}A"), "MQ".to_owned(), "0".to_owned()] {
        let heard = trial.get(&trial.first(), &token, &format!("{before}after={wrong}")).await;
        denied(record, rule("changed", "F2"), &heard, &[400, 410])?;
    }
    let second = trial.second();
    let theirs = trial.own_token(record, &second, "feed").await?;
    let heard = trial.get(&second, &theirs, &next).await;
    denied(record, rule("ofAnother", "F2"), &heard, &[400, 404, 410])?;
    page(trial, record, &token, &next).await.map(|_| ())
}

async fn the_end(trial: &mut Trial, record: &mut Record) -> Told {
    let token = trial.own_token(record, &trial.first(), "feed").await?;
    let latest = page(trial, record, &token, &trial.api("/changes?after=latest")).await?;
    record.equal(rule("empty", "F3"), 0, items(&latest).len())?;
    for said in [latest.clone(), page(trial, record, &token, &text(&latest, "next")).await?] {
        record.expect(rule("next", "F3"), said.at("next").is_string(), "next", said.at("next"))?;
        record.expect(
            rule("retryAfter", "F3"),
            said.at("retryAfter").is_u64(),
            "retryAfter in seconds",
            said.at("retryAfter"),
        )?;
        record.expect(rule("self", "F3"), said.at("self").is_string(), "self", said.at("self"))?;
    }
    Ok(())
}

async fn own_token_only(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let (token, next) = at_the_end(trial, record).await?;
    let url = trial.api("/changes");
    denied(record, rule("ofConsent", "F4"), &trial.get(&first, &grant.access, &url).await, &[403])?;
    let other = trial.own_token(record, &first, "consents").await?;
    denied(record, rule("otherScope", "F4"), &trial.get(&first, &other, &url).await, &[403])?;
    let thief = trial.attacker();
    denied(record, rule("otherCertificate", "F4"), &trial.get(&thief, &token, &url).await, &[401])?;
    page(trial, record, &token, &next).await.map(|_| ())
}

async fn consents_told(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (token, from) = at_the_end(trial, record).await?;
    let grant = trial.fresh(record, Who::First).await?;
    let granted = |told: &[Value]| !of_kind(told, "consentGranted", &grant.consent).is_empty();
    let told = changes(trial, record, (&token, &from), 100, granted).await?;
    record.expect(rule("granted", "F5"), granted(&told), "consentGranted", kinds(&told))?;
    let consents = trial.own_token(record, &first, "consents").await?;
    let end = crate::hub_plan::request::Ask::new(
        http::Method::DELETE,
        &trial.api(&format!("/consents/{}", grant.consent)),
    );
    let heard = first.caller.send(end.bearer(&consents)).await;
    trial.forget(Who::First);
    if !heard.as_ref().is_ok_and(|answer| answer.status == 204) {
        return Err(record.blocked(format!("a consent cannot be ended: {}", brief(&heard))));
    }
    let ended = |told: &[Value]| !of_kind(told, "consentEnded", &grant.consent).is_empty();
    let told = changes(trial, record, (&token, &from), 100, ended).await?;
    record.expect(rule("ended", "F5"), ended(&told), "consentEnded", kinds(&told))?;
    let after = told
        .iter()
        .filter(|change| {
            change.at("consentId") == grant.consent.as_str() && change.at("kind") != "consentEnded"
        })
        .count();
    record.equal(rule("endOnly", "T7"), 0, after)
}

fn kinds(told: &[Value]) -> String {
    let kinds: Vec<String> = told.iter().map(|change| text(change, "kind")).collect();
    kinds.join(", ")
}

async fn waiting(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    trial.standing(record, Who::First).await?;
    let (token, next) = at_the_end(trial, record).await?;
    let publisher = trial.publisher_token(record).await?;
    let watch = Stopwatch::start();
    let quiet = page(trial, record, &token, &waiting_at(&next, 1)).await?;
    let waited = watch.elapsed().as_millis() >= 900 || !items(&quiet).is_empty();
    record.should(rule("waits", "F6"), waited, "no answer for a second, or a change", waited);
    let next = text(&quiet, "next");
    let subject = format!("Awaited {}", random::word());
    let watch = Stopwatch::start();
    let url = waiting_at(&next, 20);
    let ask = trial.get(&first, &token, &url);
    let publish = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        trial.publish_with(record, &publisher, &subject).await
    };
    let (heard, published) = futures_util::join!(ask, publish);
    published?;
    let seconds = watch.elapsed().as_secs_f64();
    status(record, rule("answers", "F6"), &heard, &[200])?;
    let count = heard.as_ref().map(|answer| items(&answer.json()).len()).unwrap_or_default();
    record.should(rule("hasChange", "F6"), count > 0, "a change", count);
    record.should(
        rule("atOnce", "F6"),
        seconds < 10.0,
        "before 10 of 20 seconds",
        format!("{seconds:.2} seconds"),
    );
    Ok(())
}

/// How many letters are published at once.
const LETTERS: usize = 12;
