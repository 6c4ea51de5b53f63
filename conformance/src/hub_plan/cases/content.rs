//! Messages and attachments: tags, ranges, digests, and the flag that says they were read.

use http::Method;
use serde_json::Value;

use super::{Told, case};
use crate::digest::sha256_base64url;
use crate::engine::Polarity::{Accept, Observe};
use crate::engine::{Case, Record, Stop};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, rule, status};
use crate::hub_plan::flow::Grant;
use crate::hub_plan::letters::{items, text};
use crate::hub_plan::request::{Answer, Ask, brief};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

const API: &[Capability] = &[Capability::MailboxApi];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "An answer that the client has already is 304",
        what: "Asks for a list, a message and an attachment again with their tags, and with another tag.",
        why: "A million phones ask every hour; nothing has changed for most of them.",
        causes: &["Tags change with each answer.", "Any tag is taken."],
        needs: API,
        ..case("B7", "content", Accept, &["B7"], |trial, record| Box::pin(tags(trial, record)))
    },
    Case {
        title: "A range of an attachment is exactly these bytes",
        what: "Fetches an attachment whole, in parts, and from behind its end.",
        why: "A download on a phone goes on where it stopped; a wrong byte breaks the file.",
        causes: &["The last byte is counted wrongly.", "416 is answered as 200."],
        needs: API,
        ..case("B8", "content", Observe, &["B8"], |trial, record| Box::pin(ranges(trial, record)))
    },
    Case {
        title: "The bytes are those that the message states",
        what: "Fetches an attachment and compares size, digest and media type with the message and the headers.",
        why: "The digest is what proves that a letter was not changed on its way.",
        causes: &["The digest is that of the stored, sealed bytes.", "The media type is guessed."],
        needs: API,
        ..case("B9", "content", Observe, &["B9"], |trial, record| Box::pin(digests(trial, record)))
    },
    Case {
        title: "The flag `read` is set and unset, and lists show it",
        what: "Patches `read` to true and to false, and patches a member that nobody knows.",
        why: "A citizen who reads in one app sees it in the other.",
        causes: &["Lists are cached.", "Unknown members are ignored."],
        needs: &[Capability::MailboxApi, Capability::MarkRead],
        ..case("B14", "content", Observe, &["B14"], |trial, record| Box::pin(marking(trial, record)))
    },
];

async fn fetched(trial: &Trial, record: &Record, grant: &Grant, path: &str) -> Result<Answer, Stop> {
    let heard = trial.get(&trial.first(), &grant.access, &trial.api(path)).await;
    match heard {
        Ok(answer) if answer.status == 200 => Ok(answer),
        other => Err(record.blocked(format!("a right question is refused: {}", brief(&other)))),
    }
}

async fn tags(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (grant, found) = trial.found(record, Who::First).await?;
    for path in [found.list_path(), found.message_path(), found.content_path()] {
        let tag = fetched(trial, record, &grant, &path).await?.header("etag").to_owned();
        record.expect(rule("tagged", "B7"), tag.len() > 2, "an ETag", &tag)?;
        let ask = |tag: &str| Ask::get(&trial.api(&path)).bearer(&grant.access).with("if-none-match", tag);
        let heard = first.caller.send(ask(&tag)).await;
        status(record, rule("notModified", "B7"), &heard, &[304])?;
        let answer = answered(record, rule("answers", "B7"), heard)?;
        record.equal(rule("empty", "B7"), 0, answer.body.len())?;
        record.equal(rule("sameTag", "B7"), tag.as_str(), answer.header("etag"))?;
        let heard = first.caller.send(ask("\"another-tag-of-nothing\"")).await;
        status(record, rule("otherTag", "B7"), &heard, &[200])?;
    }
    Ok(())
}

async fn ranges(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (grant, found) = trial.found(record, Who::First).await?;
    let whole = fetched(trial, record, &grant, &found.content_path()).await?;
    let length = whole.body.len();
    let url = trial.api(&found.content_path());
    let ask = |range: String| Ask::get(&url).bearer(&grant.access).with("range", &range);
    let (from, to) = (length / 3, length / 3 + length / 4);
    for (range, from, to) in [
        (format!("bytes={from}-{to}"), from, to),
        ("bytes=0-0".to_owned(), 0, 0),
        (format!("bytes={from}-"), from, length.saturating_sub(1)),
        ("bytes=-5".to_owned(), length.saturating_sub(5), length.saturating_sub(1)),
    ] {
        let heard = first.caller.send(ask(range.clone())).await;
        status(record, rule("partial", "B8"), &heard, &[206])?;
        let answer = answered(record, rule("answers", "B8"), heard)?;
        let expected = format!("bytes {from}-{to}/{length}");
        record.equal(rule("contentRange", "B8"), expected.as_str(), answer.header("content-range"))?;
        let same = whole.body.get(from..=to).is_some_and(|bytes| bytes == &answer.body[..]);
        record.expect(
            rule("theseBytes", "B8"),
            same,
            format!("the bytes of {range}"),
            format!("{} bytes", answer.body.len()),
        )?;
    }
    let heard = first.caller.send(ask(format!("bytes={}-", length + 10))).await;
    status(record, rule("behindTheEnd", "B8"), &heard, &[416])?;
    let said = answered(record, rule("answers", "B8"), heard)?.header("content-range").to_owned();
    record.equal(rule("howMany", "B8"), format!("bytes */{length}").as_str(), said.as_str())
}

async fn digests(trial: &mut Trial, record: &mut Record) -> Told {
    let (grant, found) = trial.found(record, Who::First).await?;
    let answer = fetched(trial, record, &grant, &found.content_path()).await?;
    let digest = sha256_base64url(&answer.body);
    let stated = found.attachment.at("digest").at("digestValue").as_str().unwrap_or_default();
    record.equal(rule("statedDigest", "B9"), stated, &digest)?;
    let size = found.attachment.at("size").as_u64().unwrap_or_default();
    record.equal(rule("statedSize", "B9"), size, answer.body.len() as u64)?;
    let media_type = text(&found.attachment, "mediaType");
    record.equal(rule("statedType", "B9"), media_type.as_str(), answer.media_type().as_str())?;
    let header = answer.header("repr-digest").to_owned();
    let shown = header.strip_prefix("sha-256=:").and_then(|rest| rest.strip_suffix(':')).unwrap_or_default();
    let shown = shown.trim_end_matches('=').replace('+', "-").replace('/', "_");
    record.equal(rule("reprDigest", "B9"), digest.as_str(), &shown)?;
    let disposition = answer.header("content-disposition").to_owned();
    record.expect(
        rule("asDownload", "B9"),
        disposition.starts_with("attachment"),
        "Content-Disposition: attachment",
        disposition,
    )
}

async fn marking(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (grant, found) = trial.found(record, Who::First).await?;
    let url = trial.api(&found.message_path());
    let patch = |body: &str| {
        Ask::new(Method::PATCH, &url)
            .bearer(&grant.access)
            .body("application/merge-patch+json", body.to_owned())
    };
    for (read, body) in [(true, r#"{"read":true}"#), (false, r#"{"read":false}"#), (true, r#"{"read":true}"#)]
    {
        let heard = first.caller.send(patch(body)).await;
        status(record, rule("patched", "B14"), &heard, &[200])?;
        let list =
            fetched(trial, record, &grant, &format!("{}?pageSize=100", found.list_path())).await?.json();
        let shown = items(&list).into_iter().find(|item| text(item, "messageId") == found.message_id);
        let shown = shown.map(|item| item.at("read").clone()).unwrap_or_default();
        record.expect(rule("listed", "B14"), shown == Value::Bool(read), read, shown)?;
    }
    for wrong in [
        r#"{"colour":"red"}"#,
        r#"{"read":true,"colour":"red"}"#,
        r#"{"read":"yes"}"#,
        r#"{"read":null}"#,
        "no json",
    ] {
        let heard = first.caller.send(patch(wrong)).await;
        status(record, rule("strict", "B14"), &heard, &[400])?;
    }
    trial.opens(record, &grant).await
}
