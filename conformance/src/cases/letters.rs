//! Letters and their files: what is gone, what is not what was announced, and what is shown.

use serde_json::{Value, json};
use url::Url;

use super::{
    BASE, READ,
    act::{WrongRead, at_most, reads_wrong_of, still_reads},
    world::{Linked, World, told, word},
};
use crate::{
    app::Question,
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::{Answer, Content, Dial, Endpoint, refusal},
};

const BASE_HERE: Case<World> = Case { section: "letters", needs: READ, ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N48",
        title: "A letter that is not found",
        requirements: &["N48"],
        what: "The API answers 404 to a letter.",
        why: "Letters expire and are withdrawn. The customer reads that it is gone, and the rest goes on.",
        causes: &["404 counts as a failure and is tried again"],
        run: |world, record| Box::pin(gone(world, record, refusal::not_found(), "404")),
        ..BASE_HERE
    },
    Case {
        id: "N48-gone",
        title: "A letter that is gone",
        requirements: &["N48"],
        what: "The API answers 410 to a letter.",
        why: "410 says that it will not come back: there is nothing to try again.",
        causes: &["410 is not known and counts as a failure"],
        run: |world, record| {
            let answer = refusal::problem(410, "belgif:resourceNotFound", "Resource not found");
            Box::pin(gone(world, record, answer, "410"))
        },
        ..BASE_HERE
    },
    Case {
        id: "N52",
        title: "A file with another content",
        requirements: &["N52"],
        what: "One byte of the file is another; its length is right.",
        why: "What the customer opens is not what the public body sent, and nobody would see it.",
        causes: &["the digest of the message is not compared"],
        run: |world, record| {
            let dial = Dial::bytes(Endpoint::Attachment, "one byte is another", flipped);
            Box::pin(file(world, record, dial, &["digest"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N52-short",
        title: "A file that is too short",
        requirements: &["N52"],
        what: "The file ends a hundred bytes early, without a fault of the connection.",
        why: "Half a letter may say the opposite of the whole.",
        causes: &["the length is not compared"],
        run: |world, record| {
            let short = |mut bytes: Vec<u8>| {
                bytes.truncate(bytes.len().saturating_sub(100));
                bytes
            };
            let dial = Dial::bytes(Endpoint::Attachment, "a hundred bytes are missing", short);
            Box::pin(file(world, record, dial, &["length", "digest"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N52-header",
        title: "A file with another Repr-Digest",
        requirements: &["N52"],
        what: "`Repr-Digest` of the answer is that of another content.",
        why: "Where hub and message disagree about the bytes one of them is wrong; the customer must not decide.",
        causes: &["the header is not read"],
        run: |world, record| {
            let other = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";
            let dial = Dial::header(Endpoint::Attachment, "repr-digest", other);
            Box::pin(file(world, record, dial, &["digest"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N53",
        title: "A file of another type",
        requirements: &["N53"],
        what: "The file was announced as PDF and comes as `text/html`.",
        why: "A browser runs what says that it is a page, with the app's rights.",
        causes: &["the type of the answer is handed on unseen"],
        run: |world, record| {
            let dial = Dial::content_type(Endpoint::Attachment, "text/html; charset=utf-8");
            Box::pin(file(world, record, dial, &["contentType"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N53-list",
        title: "A list that says it is a page",
        requirements: &["N53"],
        what: "The list of letters is right JSON with `Content-Type: text/html`.",
        why: "What a body is, its type says; an answer of another type is not the API's.",
        causes: &["the content type is not looked at"],
        run: |world, record| Box::pin(list_of_another_type(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N54",
        title: "A letter with markup in its subject",
        requirements: &["N54"],
        what: "A letter's subject holds tags; the customer's page is opened.",
        why: "A sender, or whoever writes in its name, would run scripts in the customer's session.",
        causes: &["texts are put into pages without escaping"],
        run: |world, record| Box::pin(markup(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N55",
        title: "A list that has not changed",
        requirements: &["N55"],
        polarity: Polarity::Observe,
        what: "The same list is read twice, the second time with the tag of the first.",
        why: "A mailbox that rests costs neither side anything; and a 304 does not fill the citizen's access log.",
        causes: &["ETags are not kept", "304 counts as a failure"],
        run: |world, record| Box::pin(unchanged(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N63",
        title: "The list of another mailbox",
        requirements: &["N63", "C17"],
        what: "The hub answers with the letters of another mailbox.",
        why: "One customer's mail would stand in another's app: the worst that can happen here.",
        causes: &["nothing in the answer is compared with the mailbox that was asked"],
        run: |world, record| Box::pin(other_mailbox(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N63-letter",
        title: "Another letter than was asked",
        requirements: &["N63"],
        what: "The letter that comes has another id than the one asked for.",
        why: "A cache or proxy that mixes answers up mixes up people.",
        causes: &["the id of the answer is not compared"],
        run: |world, record| Box::pin(other_letter(world, record)),
        ..BASE_HERE
    },
];

/// Opens the app's page for the question, while the hub answers wrongly: what stands in the wrong answer must not be shown.
/// An app that tells of no page has none to open.
async fn shows_none_of_it(
    world: &World,
    record: &mut Record,
    rule: Rule,
    (linked, letter): (&Linked, Option<&str>),
) -> Result<(), Stop> {
    let known = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?;
    let page = known.pages.and_then(|pages| match letter {
        Some(letter) => Url::parse(&pages.message?.replace("{messageId}", letter)).ok(),
        None => pages.messages,
    });
    let Some(page) = page else { return Ok(()) };
    let shown = world.browser("one", &linked.cookies).visits(&page).await;
    let shown = shown.map_err(|why| record.blocked(format!("the app's page cannot be opened: {why}")))?;
    let clean = !shown.text.contains(FOREIGN);
    record.expect(rule, clean, "nothing of it on the app's page", "its subject on the app's page")
}

/// Gives each letter of an answer a subject that no letter has.
fn with_foreign_subjects(body: &mut Value) {
    match body {
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("subject", Value::Object(texts)) => {
                        texts.values_mut().for_each(|text| *text = json!(FOREIGN));
                    }
                    (_, value) => with_foreign_subjects(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(with_foreign_subjects),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

async fn gone(world: &mut World, record: &mut Record, answer: Answer, says: &str) -> Result<(), Stop> {
    let rule = Rule::new("toldAsGone", "N48");
    let linked = world.control(record).await?;
    let letter = world.hub().letters(&linked.mailbox).into_iter().next().unwrap_or_default();
    let dial = Dial::instead(Endpoint::Message, says, answer);
    let wrong =
        WrongRead { rule, dial, question: Question::message(&letter), outcomes: &["gone"], codes: &[] };
    let heard = reads_wrong_of(world, record, &linked, wrong).await?;
    at_most(record, rule, &heard, Endpoint::Message, 1)?;
    still_reads(world, record, &linked).await
}

async fn file(world: &mut World, record: &mut Record, dial: Dial, codes: &[&str]) -> Result<(), Stop> {
    let requirement = if codes.contains(&"contentType") { "N53" } else { "N52" };
    let rule = Rule::new("notHandedOn", requirement);
    let linked = world.control(record).await?;
    let Some((letter, file, ..)) = world.hub().file(&linked.mailbox) else {
        return Err(record.broken("the played mailbox has no file"));
    };
    let question = Question::attachment(&letter, &file);
    let wrong = WrongRead { rule, dial, question: question.clone(), outcomes: &["refused"], codes };
    reads_wrong_of(world, record, &linked, wrong).await?;
    world.must_read(record, &linked, &question).await.map(drop)
}

async fn list_of_another_type(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("notHandedOn", "N53");
    let linked = world.control(record).await?;
    let dial = Dial::new(Endpoint::Messages, "the list as `text/html`", |_, answer| {
        answer.content_type = "text/html; charset=utf-8".to_owned();
        if let Content::Json(body) = &mut answer.body {
            with_foreign_subjects(body);
        }
    });
    let wrong = WrongRead {
        rule,
        dial: dial.clone(),
        question: Question::messages(),
        outcomes: &["refused"],
        codes: &["contentType", "notJson"],
    };
    reads_wrong_of(world, record, &linked, wrong).await?;
    world.hub().turn(&dial);
    shows_none_of_it(world, record, Rule::new("notShown", "N53"), (&linked, None)).await?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}

async fn markup(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("textStaysText", "N54");
    let linked = world.control(record).await?;
    let pages = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?.pages;
    let Some((page, pages)) = pages.and_then(|pages| Some((pages.messages.clone()?, pages))) else {
        return Err(record.review("the app tells of no page on which a customer sees letters: look there"));
    };
    let letter = world.hub().publish(&linked.mailbox, SUBJECT);
    let one = pages.message.and_then(|page| Url::parse(&page.replace("{messageId}", &letter)).ok());

    for page in [Some(page), one].into_iter().flatten() {
        let shown = world.browser("one", &linked.cookies).visits(&page).await;
        let shown = shown.map_err(|why| record.blocked(format!("the app's page cannot be opened: {why}")))?;
        let raw = has_markup(&shown.text);
        record.expect(rule, !raw, "the tags as text", "the tags as tags of the page")?;
        if !shown.text.contains(WORD) {
            return Err(record.review(format!("the subject does not stand at {page}: look at it in the app")));
        }
    }
    Ok(())
}

/// Says whether a tag of the subject is a tag of the page, however it was written again.
fn has_markup(page: &str) -> bool {
    let page = page.to_ascii_lowercase();
    let bold = page.split("<b ").skip(1).filter_map(|tag| tag.split('>').next());
    bold.into_iter().any(|tag| tag.contains("facteur-markup")) || page.contains("<script>document.title=")
}

async fn unchanged(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("asksWithTag", "N55");
    let linked = world.control(record).await?;
    let mark = world.hub().mark();

    let outcome = world.reads(record, &linked, &Question::messages().again()).await?;

    let takes = Rule::new("takes304", "N55");
    let unread = world.unread(&linked, &Question::messages().again(), &outcome, mark);
    let right = outcome.outcome == "ok" && unread.is_none();
    record.should(takes, right, "ok, as the hub answered", unread.unwrap_or_else(|| word(&outcome)));
    let heard = world.hub().heard(Endpoint::Messages, mark);
    let tagged = heard.iter().any(|heard| heard.call.header("if-none-match").is_some());
    record.should(rule, tagged, "If-None-Match with the tag of the first answer", "no such header");
    let told = format!("unchanged: {}", outcome.unchanged);
    record.should(rule, outcome.unchanged, "told as unchanged", told);
    let letter = world.hub().publish(&linked.mailbox, "Something new");
    let outcome = world.reads(record, &linked, &Question::messages().again()).await?;
    let changed = Rule::new("seesWhatIsNew", "N55");
    let right = outcome.outcome == "ok" && !outcome.unchanged && outcome.message_ids.contains(&letter);
    let told = format!("{}, unchanged: {}", word(&outcome), outcome.unchanged);
    record.should(changed, right, "the list with the new letter", told);
    Ok(())
}

async fn other_mailbox(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("refused", "N63");
    let linked = world.control(record).await?;
    let (own, other) = (linked.mailbox.clone(), world.hub().mailbox("two", "citizen"));
    let dial = Dial::new(Endpoint::Messages, "everything names another mailbox", move |_, answer| {
        if let Content::Json(body) = &mut answer.body {
            *body = serde_json::from_str(&body.to_string().replace(&own, &other)).unwrap_or_default();
            with_foreign_subjects(body);
        }
    });
    let wrong = WrongRead {
        rule,
        dial: dial.clone(),
        question: Question::messages(),
        outcomes: &["refused"],
        codes: &["otherMailbox", "paging"],
    };
    reads_wrong_of(world, record, &linked, wrong).await?;
    world.hub().turn(&dial);
    shows_none_of_it(world, record, Rule::new("notShown", "C17"), (&linked, None)).await?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}

async fn other_letter(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("refused", "N63");
    let linked = world.control(record).await?;
    let letters = world.hub().letters(&linked.mailbox);
    let (Some(asked), Some(other)) = (letters.first(), letters.get(1)) else {
        return Err(record.broken("the played mailbox has too few letters"));
    };
    let other = other.clone();
    let dial = Dial::new(Endpoint::Message, "another letter, with its own id", move |_, answer| {
        if let Content::Json(body) = &mut answer.body {
            with_foreign_subjects(body);
            if let Some(id) = body.get_mut("messageId") {
                *id = json!(other);
            }
        }
    });
    let wrong = WrongRead {
        rule,
        dial: dial.clone(),
        question: Question::message(asked),
        outcomes: &["refused"],
        codes: &["otherMailbox", "shape"],
    };
    reads_wrong_of(world, record, &linked, wrong).await?;
    world.hub().turn(&dial);
    shows_none_of_it(world, record, Rule::new("notShown", "N63"), (&linked, Some(asked))).await?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}

fn flipped(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(byte) = bytes.get_mut(10) {
        *byte ^= 1;
    }
    bytes
}

/// The subject of a letter that must not be shown.
const FOREIGN: &str = "A-letter-to-somebody-else";
const WORD: &str = "Waddle-about-the-marsh";
const SUBJECT: &str =
    "<b id=\"facteur-markup\">Waddle-about-the-marsh</b><script>document.title='x'</script>";
