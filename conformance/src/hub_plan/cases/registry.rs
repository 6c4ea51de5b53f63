//! The Message Registry, as a provider sees it: its lists, its search and its tokens, by the numbers of the e-Box's rules.

use jiff::Timestamp;
use serde_json::Value;

use super::{Told, case};
use crate::engine::Polarity::{Accept, Observe, Refuse};
use crate::engine::{Case, Record, Stop};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, denied, nulls, rule, status};
use crate::hub_plan::flow::Grant;
use crate::hub_plan::letters::{BODY_WORD, items, text};
use crate::hub_plan::request::{Answer, brief};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

const REGISTRY: &[Capability] = &[Capability::MessageRegistry];
const PUBLISHING: &[Capability] = &[Capability::MessageRegistry, Capability::Publish];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "Lists have items and a total, also where nothing is",
        what: "Looks at the list of messages, an empty page, and the lists of reference data.",
        why: "Programs written for the e-Box read both members without asking.",
        causes: &["An empty list is null or left out."],
        needs: REGISTRY,
        ..case("REG1", "registry", Observe, &["REG1"], |trial, record| Box::pin(lists(trial, record)))
    },
    Case {
        title: "The newest message stands first, on every page",
        what: "Compares the dates of the list, whole and in pages of two.",
        why: "Programs show the first page.",
        causes: &["The order is that of the database."],
        needs: REGISTRY,
        ..case("REG2", "registry", Observe, &["REG2"], |trial, record| Box::pin(newest_first(trial, record)))
    },
    Case {
        title: "What nothing fits is an empty list, however odd",
        what: "Asks for impossible dates, unknown types and senders, and pages behind the end.",
        why: "A question without an answer is no mistake.",
        causes: &["Unknown values are 400 or 404."],
        needs: REGISTRY,
        ..case("REG3", "registry", Accept, &["REG3"], |trial, record| Box::pin(nothing_fits(trial, record)))
    },
    Case {
        title: "Malformed criteria are refused, and so is q without qlang",
        what: "Asks with dates that are none, flags that are none, pages out of range, and words without a language.",
        why: "A criterion that is passed over shows what was not asked for.",
        causes: &["Malformed criteria are ignored."],
        needs: REGISTRY,
        ..case("REG3-malformed", "registry", Refuse, &["REG3"], |trial, record| {
            Box::pin(malformed(trial, record))
        })
    },
    Case {
        title: "Words are found without regard to case and accents, together, and not in bodies",
        what: "Searches published letters for épinards written in four ways, for words apart, and for a word of the body.",
        why: "Citizens type as they like.",
        causes: &["The search compares bytes."],
        needs: PUBLISHING,
        ..case("REG4", "registry", Observe, &["REG4"], |trial, record| Box::pin(words(trial, record)))
    },
    Case {
        title: "Tokens that are not right open nothing, and another's message is not there",
        what: "Asks without a token, with a wrong one, with the token of another certificate, and for the other provider's message.",
        why: "The registry shows one mailbox and nothing else.",
        causes: &["A refusal tells whether a message exists."],
        needs: REGISTRY,
        ..case("REG8", "registry", Refuse, &["REG8"], |trial, record| Box::pin(wrong_tokens(trial, record)))
    },
];

impl Trial {
    /// A token of a grant for the Message Registry; the case is blocked if it is refused.
    pub(super) async fn registry_token(&self, record: &Record, grant: &Grant) -> Result<String, Stop> {
        self.registry_token_of(record, Who::First, grant).await
    }

    async fn registry_token_of(&self, record: &Record, who: Who, grant: &Grant) -> Result<String, Stop> {
        let resource = self.registry("");
        let heard = self.renew(&self.provider(who), grant, &[("resource", &resource)]).await;
        let token = heard.as_ref().ok().and_then(|answer| answer.text("access_token"));
        token.ok_or_else(|| record.blocked(format!("no token for the Message Registry: {}", brief(&heard))))
    }
}

/// A token of the first provider, with letters there where they can be.
pub(super) async fn token(trial: &mut Trial, record: &mut Record) -> Result<String, Stop> {
    trial.letters(record).await?;
    let grant = trial.standing(record, Who::First).await?;
    trial.registry_token(record, &grant).await
}

/// An answer that must be 200.
pub(super) async fn fetched(
    trial: &Trial,
    record: &mut Record,
    token: &str,
    (path, requirement): (&str, &'static str),
) -> Result<Answer, Stop> {
    let heard = trial.get(&trial.first(), token, &trial.registry(path)).await;
    record.note(format!("asked: {path}"));
    status(record, rule("served", requirement), &heard, &[200])?;
    answered(record, rule("answers", requirement), heard)
}

/// The messages; the case is blocked if there are fewer than `least`.
pub(super) async fn messages(
    trial: &Trial,
    record: &mut Record,
    token: &str,
    requirement: &'static str,
    least: usize,
) -> Result<Vec<Value>, Stop> {
    let list = fetched(trial, record, token, ("/ebox/messages?pageSize=100", requirement)).await?.json();
    let found = items(&list);
    if found.len() < least {
        return Err(record.blocked(format!("the mailbox holds fewer than {least} messages")));
    }
    Ok(found)
}

async fn lists(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    for path in [
        "/ebox/messages",
        "/ebox/messages?receivedBefore=0001-01-01",
        "/ebox/messages?page=100000",
        "/referenceData/messageTypes",
        "/referenceData/senderApplications",
        "/referenceData/senderOrganizations",
    ] {
        let list = fetched(trial, record, &token, (path, "REG1")).await?.json();
        record.expect(
            rule("items", "REG1"),
            list.at("items").is_array(),
            "items is a list",
            list.at("items"),
        )?;
        record.expect(
            rule("total", "REG1"),
            list.at("totalItems").is_u64(),
            "totalItems is a number",
            list.at("totalItems"),
        )?;
        let found = nulls(&list);
        record.expect(rule("noNull", "REG1"), found.is_empty(), "no member is null", found.join(", "))?;
        let fits = list.at("totalItems").as_u64().unwrap_or_default() >= items(&list).len() as u64;
        record.expect(
            rule("totalCovers", "REG1"),
            fits,
            "a total of at least the items",
            list.at("totalItems"),
        )?;
    }
    Ok(())
}

fn published(message: &Value) -> Option<Timestamp> {
    message.at("receiptDate").as_str()?.parse().ok()
}

async fn newest_first(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    let all = messages(trial, record, &token, "REG2", 2).await?;
    let moments: Vec<Option<Timestamp>> = all.iter().map(published).collect();
    record.expect(
        rule("dated", "REG2"),
        moments.iter().all(Option::is_some),
        "a receiptDate in each",
        format!("{moments:?}"),
    )?;
    record.expect(
        rule("falling", "REG2"),
        moments.is_sorted_by(|a, b| a >= b),
        "falling dates",
        format!("{moments:?}"),
    )?;
    let ids = |list: &[Value]| -> Vec<String> { list.iter().map(|item| text(item, "messageId")).collect() };
    let mut paged = Vec::new();
    for page in 1..=all.len().div_ceil(2) {
        let path = format!("/ebox/messages?pageSize=2&page={page}");
        paged.extend(items(&fetched(trial, record, &token, (&path, "REG2")).await?.json()));
    }
    let (whole, paged) = (ids(&all), ids(&paged));
    record.expect(rule("onEveryPage", "REG2"), whole == paged, "the same order in pages", paged.join(" "))
}

async fn nothing_fits(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    for query in [
        "receivedBefore=0001-01-01",
        "receivedAfter=9999-12-31",
        "expiredBefore=1900-01-01",
        "messageTypeId=no-such-type",
        "senderOrganizationId=0206731645",
        "senderApplicationId=nobody:nowhere",
        "q=xyzzyunknown&qlang=nl",
        "page=2147483647",
    ] {
        let list = fetched(trial, record, &token, (&format!("/ebox/messages?{query}"), "REG3")).await?.json();
        let empty = list.at("items").as_array().is_some_and(Vec::is_empty);
        record.expect(rule("empty", "REG3"), empty, "an empty list", items(&list).len())?;
    }
    Ok(())
}

async fn malformed(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    messages(trial, record, &token, "REG3", 0).await?;
    for query in [
        "receivedBefore=2026-13-01",
        "receivedAfter=yesterday",
        "readStatus=perhaps",
        "page=0",
        "pageSize=101",
        "q=word",
        "q=word&qlang=es",
    ] {
        let heard =
            trial.get(&trial.first(), &token, &trial.registry(&format!("/ebox/messages?{query}"))).await;
        record.note(format!("asked: {query}"));
        denied(record, rule("refused", "REG3"), &heard, &[400])?;
    }
    messages(trial, record, &token, "REG3", 0).await.map(|_| ())
}

async fn words(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    let letters =
        trial.letters(record).await?.ok_or_else(|| record.blocked("no letters can be published"))?;
    let (all, word) = (letters.subjects.len(), letters.word.clone());
    for (words, expected) in [
        (word.clone(), all),
        (word.to_uppercase(), all),
        (format!("épinards {word}"), 1),
        (format!("epinards {word}"), 1),
        (format!("EPINARDS {word}"), 1),
        // a beginning that no random word holds
        ("épina".to_owned(), 1),
        (format!("épinards 1 {word}"), 0),
        (BODY_WORD.to_owned(), 0),
    ] {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &words)
            .append_pair("qlang", "fr")
            .append_pair("pageSize", "100")
            .finish();
        let list = fetched(trial, record, &token, (&format!("/ebox/messages?{query}"), "REG4")).await?.json();
        let found = items(&list).iter().filter(|item| text(item.at("subject"), "fr").contains(&word)).count();
        record.expect(
            rule("found", "REG4"),
            found == expected,
            format!("{expected} of them for `{words}`"),
            found,
        )?;
    }
    Ok(())
}

async fn wrong_tokens(trial: &mut Trial, record: &mut Record) -> Told {
    let right = token(trial, record).await?;
    let second = trial.second();
    let theirs = trial.standing(record, Who::Second).await?;
    let their_token = trial.registry_token_of(record, Who::Second, &theirs).await?;
    let message = messages(trial, record, &right, "REG8", 1).await?.into_iter().next().unwrap_or_default();
    let first = trial.first();
    let list = trial.registry("/ebox/messages");
    let heard = first.caller.send(crate::hub_plan::request::Ask::get(&list)).await;
    denied(record, rule("noToken", "REG8"), &heard, &[401])?;
    denied(record, rule("unknownToken", "REG8"), &trial.get(&first, "fat_unknown", &list).await, &[401])?;
    denied(record, rule("otherCertificate", "REG8"), &trial.get(&second, &right, &list).await, &[401])?;
    let own = trial.own_token(record, &first, "feed").await.ok();
    if let Some(own) = own {
        denied(record, rule("ownToken", "REG8"), &trial.get(&first, &own, &list).await, &[401, 403])?;
    }
    for path in ["", "/body", "/attachments"] {
        let foreign = trial.registry(&format!("/ebox/messages/{}{path}", text(&message, "messageId")));
        denied(
            record,
            rule("foreignMessage", "REG8"),
            &trial.get(&second, &their_token, &foreign).await,
            &[404],
        )?;
    }
    messages(trial, record, &right, "REG8", 1).await.map(|_| ())
}
