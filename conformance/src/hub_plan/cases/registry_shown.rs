//! What the Message Registry shows: texts, dates, numbers, reference data, and when a message counts as read.

use serde_json::Value;

use super::registry::{fetched, messages, token};
use super::{Told, case};
use crate::digest::sha256_base64url;
use crate::engine::Polarity::Observe;
use crate::engine::{Case, Record};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{has_offset, rule};
use crate::hub_plan::letters::text;
use crate::hub_plan::trial::Trial;
use crate::profile::Capability;

const REGISTRY: &[Capability] = &[Capability::MessageRegistry];
const PUBLISHING: &[Capability] = &[Capability::MessageRegistry, Capability::Publish];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "Texts are filled in in nl, fr and de",
        what: "Looks at every text of the messages and of the reference data.",
        why: "Programs written for the e-Box read the language of their user without asking.",
        causes: &["Only the sender's languages are shown."],
        needs: REGISTRY,
        ..case("REG5", "registry", Observe, &["REG5"], |trial, record| Box::pin(languages(trial, record)))
    },
    Case {
        title: "Reference data may be kept for a day, what is private may not be kept",
        what: "Looks at Cache-Control of both.",
        why: "Reference data is asked for by every client all day; a letter in a cache is read by the next one.",
        causes: &["One header for all answers."],
        needs: REGISTRY,
        ..case("REG6", "registry", Observe, &["REG6"], |trial, record| Box::pin(caching(trial, record)))
    },
    Case {
        title: "Every id of reference data in a message leads somewhere",
        what: "Looks up the type, the application and the organization of a message.",
        why: "A program that cannot resolve them shows numbers.",
        causes: &["Reference data shows what is active only."],
        needs: REGISTRY,
        ..case("REG7", "registry", Observe, &["REG7"], |trial, record| Box::pin(resolves(trial, record)))
    },
    Case {
        title: "Numbers of enterprises have ten digits",
        what: "Looks at the numbers of sender organizations in messages and reference data.",
        why: "A number without its leading zero is found nowhere.",
        causes: &["Numbers are kept as numbers."],
        needs: REGISTRY,
        ..case("REG9", "registry", Observe, &["REG9"], |trial, record| Box::pin(ten_digits(trial, record)))
    },
    Case {
        title: "Fetching the main content makes a message read, and nothing else does",
        what: "Lists a new letter, shows it, fetches its main content, and looks at readStatus after each step.",
        why: "readStatus decides whether a citizen is reminded.",
        causes: &["Showing a message sets it.", "It is set by the list."],
        needs: PUBLISHING,
        ..case("REG10", "registry", Observe, &["REG10"], |trial, record| Box::pin(read_once(trial, record)))
    },
    Case {
        title: "Date-times have an offset",
        what: "Looks at every date of the messages.",
        why: "A date without an offset is another date elsewhere.",
        causes: &["Dates are written in local time."],
        needs: REGISTRY,
        ..case("REG22", "registry", Observe, &["REG22"], |trial, record| Box::pin(dates(trial, record)))
    },
];

/// Objects that hold texts by language, anywhere in a document, with the name of their member.
fn translated(document: &Value) -> Vec<(String, Value)> {
    match document {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| {
                let is_text = value.as_object().is_some_and(|texts| {
                    texts.keys().any(|language| matches!(language.as_str(), "nl" | "fr" | "de"))
                });
                if is_text { vec![(name.clone(), value.clone())] } else { translated(value) }
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(translated).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

async fn languages(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    let mut documents = messages(trial, record, &token, "REG5", 1).await?;
    for path in [
        "/referenceData/messageTypes",
        "/referenceData/senderApplications",
        "/referenceData/senderOrganizations",
    ] {
        documents.push(fetched(trial, record, &token, (path, "REG5")).await?.json());
    }
    let texts: Vec<(String, Value)> = documents.iter().flat_map(translated).collect();
    record.expect(rule("hasTexts", "REG5"), !texts.is_empty(), "texts by language", texts.len())?;
    for (name, value) in texts {
        for language in ["nl", "fr", "de"] {
            let filled = !text(&value, language).is_empty();
            record.expect(rule("filled", "REG5"), filled, format!("{name} in {language}"), &value)?;
        }
    }
    Ok(())
}

async fn caching(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    for (path, public) in [
        ("/referenceData/messageTypes", true),
        ("/referenceData/senderOrganizations", true),
        ("/ebox", false),
        ("/ebox/messages", false),
    ] {
        let said = fetched(trial, record, &token, (path, "REG6")).await?.header("cache-control").to_owned();
        let (right, expected) = if public {
            (said.contains("max-age=") && !said.contains("no-store"), "a max-age")
        } else {
            (said.contains("no-store"), "no-store")
        };
        record.expect(rule("cacheControl", "REG6"), right, expected, said)?;
    }
    Ok(())
}

async fn resolves(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    let message = messages(trial, record, &token, "REG7", 1).await?.into_iter().next().unwrap_or_default();
    for (member, place) in [
        ("messageTypeId", "messageTypes"),
        ("senderApplicationId", "senderApplications"),
        ("senderOrganizationId", "senderOrganizations"),
    ] {
        let id = text(&message, member);
        record.expect(rule("named", "REG7"), !id.is_empty(), member, &id)?;
        let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
        let found = fetched(trial, record, &token, (&format!("/referenceData/{place}/{encoded}"), "REG7"))
            .await?
            .json();
        let same = found.to_string().contains(&id);
        record.expect(rule("resolves", "REG7"), same, id, found)?;
    }
    Ok(())
}

async fn ten_digits(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    let all = messages(trial, record, &token, "REG9", 1).await?;
    for message in all {
        let number = text(&message, "senderOrganizationId");
        let right = number.len() == 10 && number.chars().all(|digit| digit.is_ascii_digit());
        record.expect(rule("tenDigits", "REG9"), right, "ten digits", number)?;
    }
    Ok(())
}

async fn read_once(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    let subject = format!("Unread {}", crate::hub_plan::random::word());
    trial.publish(record, &subject).await?;
    let all = messages(trial, record, &token, "REG10", 1).await?;
    let message = all.into_iter().find(|message| text(message.at("subject"), "fr") == subject);
    let message = message.ok_or_else(|| record.blocked("the new letter is not listed"))?;
    let path = format!("/ebox/messages/{}", text(&message, "messageId"));
    record.expect(
        rule("unreadListed", "REG10"),
        message.at("readStatus") == false,
        "false",
        message.at("readStatus"),
    )?;
    let shown = fetched(trial, record, &token, (&path, "REG10")).await?.json();
    record.expect(
        rule("unreadShown", "REG10"),
        shown.at("readStatus") == false,
        "false",
        shown.at("readStatus"),
    )?;
    let file = shown.at("attachments").at("items").nth(0).clone();
    let content = format!("{path}/attachments/{}/content", text(&file, "attachmentId"));
    let again = fetched(trial, record, &token, (&path, "REG10")).await?.json();
    record.expect(
        rule("stillUnread", "REG10"),
        again.at("readStatus") == false,
        "false",
        again.at("readStatus"),
    )?;
    let bytes = fetched(trial, record, &token, (&content, "REG10")).await?.body;
    record.equal(
        rule("digest", "REG10"),
        text(file.at("digest"), "digestValue").as_str(),
        &sha256_base64url(&bytes),
    )?;
    let after = fetched(trial, record, &token, (&path, "REG10")).await?.json();
    record.expect(rule("read", "REG10"), after.at("readStatus") == true, "true", after.at("readStatus"))
}

async fn dates(trial: &mut Trial, record: &mut Record) -> Told {
    let token = token(trial, record).await?;
    let all = messages(trial, record, &token, "REG22", 1).await?;
    let mut seen = 0;
    for message in &all {
        for (name, value) in message.as_object().into_iter().flatten() {
            let Some(value) = value.as_str().filter(|_| name.ends_with("Date") || name.ends_with("At"))
            else {
                continue;
            };
            seen += 1;
            let day = value.len() == 10 && value.parse::<jiff::civil::Date>().is_ok();
            record.expect(
                rule("offset", "REG22"),
                day || has_offset(value),
                format!("{name} with an offset, or a day"),
                value,
            )?;
        }
    }
    record.expect(rule("hasDates", "REG22"), seen > 0, "dates", seen)
}
