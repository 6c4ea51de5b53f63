//! A token endpoint that fails, is silent, or never stops.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::*;
use crate::{
    cases::{
        REFRESH,
        act::{Proof, evidence, must_be, reads_well, tries_wrong},
    },
    engine::Stopwatch,
};

pub(super) const FAILING: Case<World> = Case {
    id: "N42",
    title: "The token endpoint fails on the code",
    requirements: &["N42"],
    what: "The token endpoint answers 500 to the code.",
    why: "A code that may have been seen is spent: sending it again makes a hub end what came of it.",
    causes: &["every 5xx is tried again, the code among them"],
    run: |world, record| Box::pin(failing(world, record)),
    ..BASE_HERE
};

pub(super) const RENEWAL_FAILING: Case<World> = Case {
    id: "N42-renewal",
    title: "The token endpoint fails on a renewal",
    requirements: &["N42"],
    needs: REFRESH,
    what: "The token endpoint answers 500 to renewals, then works again.",
    why: "A hub that is down for a minute must not cost a customer the consent.",
    causes: &["any failure of a renewal ends the connection", "a renewal is tried without end"],
    run: |world, record| Box::pin(renewal_failing(world, record)),
    ..BASE_HERE
};

pub(super) const ENDLESS: Case<World> = Case {
    id: "N44",
    title: "A token answer without end",
    requirements: &["N44", "C16"],
    what: "The token answer is a gigabyte of white space.",
    why: "Whoever reads it to its end has no memory left for the other customers.",
    causes: &["bodies are read without a limit"],
    run: |world, record| Box::pin(endless(world, record)),
    ..BASE_HERE
};

pub(super) const SILENT: Case<World> = Case {
    id: "N44-time",
    title: "An answer that does not come",
    requirements: &["N44", "C16"],
    needs: READ,
    what: "The list of letters does not come for 50 seconds.",
    why: "A request without an end in time holds a customer, a connection and a thread for ever.",
    causes: &["the HTTP client has no time limit"],
    run: |world, record| Box::pin(silent(world, record)),
    ..BASE_HERE
};

async fn failing(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let dial = Dial::instead(Endpoint::Token, "500", Answer::empty(500));
    no_connection(world, record, "N42", dial.clone(), &["hubFailed", "tokenAnswer"]).await?;
    let sent = dial.used();
    record.expect(Rule::new("codeOnce", "N42"), sent == 1, "the code is sent once", sent)
}

async fn renewal_failing(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("tokensKept", "N42");
    let linked = world.control(record).await?;
    let dial = Dial::instead(Endpoint::Token, "500", Answer::empty(500));
    world.hub().turn(&dial);

    let outcome = world.hook.refresh(&linked.connection).await.map_err(|fault| told(record, &fault))?;

    must_be(record, rule, &outcome, &["failed", "later", "refused"])?;
    let tried = dial.used();
    record.expect(Rule::new("bounded", "N42"), (1..=4).contains(&tried), "1 to 4 tries", tried)?;
    world.plain(record)?;
    let mark = world.hub().mark();
    let mut outcome = world.hook.refresh(&linked.connection).await.map_err(|fault| told(record, &fault))?;
    if outcome.outcome == "later" {
        let seconds = outcome.retry_after_seconds.unwrap_or(1).min(MOST_SECONDS);
        tokio::time::sleep(Duration::from_secs(seconds) + Duration::from_millis(100)).await;
        outcome = world.hook.refresh(&linked.connection).await.map_err(|fault| told(record, &fault))?;
    }
    must_be(record, rule, &outcome, &["ok"])?;
    let renewed = world.hub().heard(Endpoint::Token, mark).iter().filter(|heard| heard.status == 200).count();
    record.expect(rule, renewed == 1, "one renewal that the hub granted", renewed)?;
    found(record, world.hub().expire_access(&linked.consent))?;
    reads_well(world, record, rule, &linked, &Question::messages()).await.map(drop)
}

async fn endless(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("brokenOff", "N44");
    let given = Arc::new(AtomicU64::new(0));
    let mut answer = Answer::bytes(200, "application/json", Vec::new());
    answer.body = Content::Blank { bytes: GIGABYTE, given: Arc::clone(&given) };
    let dial = Dial::instead(Endpoint::Token, "a gigabyte of white space", answer);
    let codes = &["tooLarge", "notJson", "tokenAnswer", "hubFailed", "shape"];
    let never = &[Endpoint::Mailboxes, Endpoint::Messages, Endpoint::Message];
    let judged = tries_wrong(world, record, &WrongFlow { rule, dial, codes, never }).await?;
    let read = given.load(Ordering::Relaxed);
    for rule in [rule, Rule::new("limitInSize", "C16")] {
        record.expect(rule, read < GIGABYTE / 32, "less than 32 MiB read", format!("{read} bytes"))?;
    }
    closes(world, record, judged).await
}

async fn silent(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("endInTime", "N44");
    let linked = world.control(record).await?;
    let dial = Dial::stalls(Endpoint::Messages, Duration::from_secs(50));
    world.hub().turn(&dial);
    let watch = Stopwatch::start();

    let outcome = world.reads(record, &linked, &Question::messages()).await?;

    let seconds = watch.elapsed().as_secs();
    for rule in [rule, Rule::new("endInTime", "C16")] {
        record.expect(rule, seconds < 48, "an end before the answer comes", format!("{seconds} s"))?;
    }
    must_be(record, rule, &outcome, &["failed", "later", "refused"])?;
    let judged = match &outcome.refusal {
        Some(code) => {
            evidence(record, rule, Some(code), &["unreachable", "hubFailed", "tooLarge"], Proof::Wire)
        }
        None => Ok(()),
    };
    finish(world, record, judged).await
}

/// The longest that an app may ask the customer to wait before it renews again.
const MOST_SECONDS: u64 = 30;
const GIGABYTE: u64 = 1 << 30;
