//! Lists: from page to page to their end, at the hub's pace, and with members of tomorrow.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    BASE, READ,
    act::{Proof, at_most, count, evidence, must_be, still_reads},
    world::{Linked, World},
};
use crate::{
    app::Question,
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::{Content, Dial, Endpoint, refusal},
};

mod busy;

use busy::{TWO_SECONDS, until_a_moment, waits};

const BASE_HERE: Case<World> = Case { section: "lists", needs: READ, ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N49",
        title: "Reading is slowed down with 429",
        requirements: &["N49", "C16"],
        what: "The API answers 429 with Retry-After: 2, and the customer looks again at once.",
        why: "A hub under load asks for time; apps that do not give it keep it down.",
        causes: &["Retry-After is not read", "it is forgotten before the next call"],
        run: |world, record| Box::pin(waits(world, record, || refusal::too_many_requests(2), TWO_SECONDS)),
        ..BASE_HERE
    },
    Case {
        id: "N49-503",
        title: "Reading is put off with 503",
        requirements: &["N49", "C16"],
        what: "The API answers 503 with Retry-After: 2, and the customer looks again at once.",
        why: "A hub that is being maintained says how long; until then there is nothing to ask.",
        causes: &["Retry-After is read with 429 only"],
        run: |world, record| Box::pin(waits(world, record, || refusal::unavailable(2), TWO_SECONDS)),
        ..BASE_HERE
    },
    Case {
        id: "N49-date",
        title: "Reading is put off until a moment",
        requirements: &["N49", "C16"],
        what: "The API answers 503 with Retry-After as a date, three seconds ahead.",
        why: "The header has two forms; proxies like the second.",
        causes: &["Retry-After is read as a number only"],
        run: |world, record| Box::pin(waits(world, record, until_a_moment, Duration::from_secs(4))),
        ..BASE_HERE
    },
    Case {
        id: "N50",
        title: "An empty page that is not the last",
        requirements: &["N50"],
        polarity: Polarity::Accept,
        what: "The first page holds nothing and has a next one.",
        why: "A page may be empty because nothing on it may be seen; the letters stand behind it.",
        causes: &["an empty page counts as the end"],
        run: |world, record| Box::pin(empty_page(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N50-twice",
        title: "A letter on two pages",
        requirements: &["N50"],
        polarity: Polarity::Accept,
        what: "A letter of the first page stands on the second too.",
        why: "It is one letter; the customer must not find it twice, nor be told of it twice.",
        causes: &["pages are put together without a look at ids"],
        run: |world, record| Box::pin(on_two_pages(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N50-cursor",
        title: "A cursor that is out of date",
        requirements: &["N50"],
        polarity: Polarity::Accept,
        what: "The second page is answered 410 once.",
        why: "Cursors do not live for ever; the list begins again, and the customer sees all of it.",
        causes: &["410 counts as a failure", "what was read before it is shown as the whole"],
        run: |world, record| Box::pin(brings_all(world, record, || outdated(1))),
        ..BASE_HERE
    },
    Case {
        id: "N50-always",
        title: "Cursors that are always out of date",
        requirements: &["N50"],
        what: "Every second page is answered 410, however often the list begins again; after twenty times it is enough.",
        why: "Beginning again without an end is a loop that hits the hub as hard as it can.",
        causes: &["beginning again is not counted"],
        run: |world, record| Box::pin(always_outdated(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N50-elsewhere",
        title: "A next page at another hub",
        requirements: &["N50"],
        what: "`next` leads to another server.",
        why: "The access token would go to whoever is there.",
        causes: &["next is called as it stands, token included"],
        run: |world, record| Box::pin(elsewhere(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N51",
        title: "Members and values of tomorrow",
        requirements: &["N51"],
        polarity: Polarity::Accept,
        what: "The list has members that the API's document does not know, and a value outside its lists.",
        why: "APIs grow; an app that stops at something new stops on the day of an upgrade.",
        causes: &["the answer is read with unknown members or values refused"],
        run: |world, record| Box::pin(tomorrow(world, record)),
        ..BASE_HERE
    },
];

/// A connection to a mailbox with five letters, two on a page.
async fn paged(world: &mut World, record: &mut Record) -> Result<(Linked, Vec<String>), Stop> {
    let linked = world.control(record).await?;
    for number in 0..2 {
        world.hub().publish(&linked.mailbox, &format!("Another letter, number {number}"));
    }
    world.hub().set(|knobs| knobs.page = 2);
    let letters = world.hub().letters(&linked.mailbox);
    let outcome = world.must_read(record, &linked, &Question::all()).await?;
    if outcome.message_ids != letters {
        return Err(record.blocked(format!(
            "plain paging did not bring all letters: {} of {}",
            outcome.message_ids.len(),
            letters.len()
        )));
    }
    Ok((linked, letters))
}

/// What comes of reading all pages while something is unusual: every letter, each once.
async fn brings_all(world: &mut World, record: &mut Record, make: impl FnOnce() -> Dial) -> Result<(), Stop> {
    let rule = Rule::new("everyLetterOnce", "N50");
    let (linked, mut letters) = paged(world, record).await?;
    let dial = make();
    world.hub().turn(&dial);
    record.note(dial.says());

    let outcome = world.reads(record, &linked, &Question::all()).await?;

    if dial.used() == 0 {
        return Err(record.blocked("the app never asked for that page"));
    }
    must_be(record, rule, &outcome, &["ok"])?;
    let mut found = outcome.message_ids;
    let told = format!("{} ids", found.len());
    found.sort();
    letters.sort();
    record.expect(rule, found == letters, format!("{} letters, each once", letters.len()), told)?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}

async fn empty_page(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let made = || {
        Dial::new(Endpoint::Messages, "the first page is empty", |_, answer| {
            let Content::Json(body) = &mut answer.body else { return };
            let own = body.get("self").and_then(Value::as_str).unwrap_or_default().to_owned();
            let base = own.split('?').next().unwrap_or_default();
            let next = json!(format!("{base}?pageSize=2&after=start"));
            if let Some(members) = body.as_object_mut() {
                members.insert("items".to_owned(), json!([]));
                members.insert("next".to_owned(), next);
            }
        })
        .times(1)
    };
    brings_all(world, record, made).await
}

async fn on_two_pages(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let made = || {
        let kept: Arc<Mutex<Option<Value>>> = Arc::default();
        Dial::new(Endpoint::Messages, "a letter of the page before stands there again", move |_, answer| {
            let Content::Json(body) = &mut answer.body else { return };
            let Some(items) = body.pointer_mut("/items").and_then(Value::as_array_mut) else { return };
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let last = items.last().cloned();
            if let Some(before) = kept.take() {
                items.insert(0, before);
            }
            *kept = last;
        })
    };
    brings_all(world, record, made).await
}

/// So many pages behind the first are answered 410.
fn outdated(times: u32) -> Dial {
    let left = Mutex::new(times);
    Dial::new(Endpoint::Messages, "a page behind the first is answered 410", move |call, answer| {
        let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
        if call.parameter("after").is_some() && *left > 0 {
            *left -= 1;
            *answer = refusal::resync_required();
        }
    })
}

async fn always_outdated(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("beginsAgainOnce", "N50");
    let (linked, _) = paged(world, record).await?;
    world.hub().turn(&outdated(ENOUGH));
    let mark = world.hub().mark();
    let outcome = world.reads(record, &linked, &Question::all()).await?;
    let heard = world.hub().all(mark);
    at_most(record, rule, &heard, Endpoint::Messages, 6)?;
    must_be(record, rule, &outcome, &["refused", "failed", "later", "gone"])?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}

/// As often is as good as always, and lets an app that would go on for ever come to its end.
const ENOUGH: u32 = 20;

async fn elsewhere(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("sameApi", "N50");
    let (linked, _) = paged(world, record).await?;
    let next = format!("{}/mailbox/v1/mailboxes?after=start", world.stage.hostile.setting().machines);
    let dial = Dial::set(Endpoint::Messages, "/next", json!(next));
    world.hub().turn(&dial);
    let mark = world.hub().mark();

    let outcome = world.reads(record, &linked, &Question::all()).await?;

    let called = world.stage.hostile.all(0).len();
    record.expect(rule, called == 0, "no request to the other server", called)?;
    must_be(record, rule, &outcome, &["refused"])?;
    evidence(record, rule, outcome.refusal.as_deref(), &["paging", "otherMailbox"], Proof::Wire)?;
    let pages = count(&world.hub().all(mark), Endpoint::Messages);
    record.expect(rule, pages <= 2, "no further page", pages)?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}

async fn tomorrow(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("goesOn", "N51");
    let linked = world.control(record).await?;
    let dial = Dial::new(Endpoint::Messages, "unknown members and values", |_, answer| {
        let Content::Json(body) = &mut answer.body else { return };
        let added = json!({"weight": {"grams": 20}});
        if let Some(members) = body.as_object_mut() {
            members.insert("x_member_of_tomorrow".to_owned(), added.clone());
        }
        for item in body.pointer_mut("/items").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(members) = item.as_object_mut() {
                members.insert("x_member_of_tomorrow".to_owned(), added.clone());
                members.insert("messageType".to_owned(), json!({"id": "ofTomorrow", "name": {"en": "New"}}));
            }
        }
    });
    world.hub().turn(&dial);
    let outcome = world.reads(record, &linked, &Question::messages()).await?;
    must_be(record, rule, &outcome, &["ok"])?;
    let letters = world.hub().letters(&linked.mailbox);
    let told = outcome.message_ids.len();
    record.expect(rule, outcome.message_ids == letters, format!("{} letters", letters.len()), told)?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}
