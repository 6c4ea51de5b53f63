//! The acts that cases are made of: a wrong thing between two plain stories, and what counts as evidence.

use super::world::{Linked, World, word};
use crate::{
    app::{Outcome, Question},
    engine::{Record, Rule, Stop},
    stage::{Dial, Endpoint, Heard, Seal},
};

/// A flow in which one thing is wrong, and what the app must do about it.
pub(crate) struct WrongFlow<'a> {
    /// The condition and its requirement.
    pub(crate) rule: Rule,
    /// The one thing.
    pub(crate) dial: Dial,
    /// Refusal codes that say that the app saw this thing.
    pub(crate) codes: &'a [&'a str],
    /// What the app must not ask for afterwards.
    pub(crate) never: &'a [Endpoint],
}

/// A read in which one thing is wrong.
pub(crate) struct WrongRead<'a> {
    /// The condition and its requirement.
    pub(crate) rule: Rule,
    /// The one thing.
    pub(crate) dial: Dial,
    /// What is read.
    pub(crate) question: Question,
    /// Outcomes that are right.
    pub(crate) outcomes: &'a [&'a str],
    /// Refusal codes that say that the app saw this thing; empty = none is needed.
    pub(crate) codes: &'a [&'a str],
}

/// Plays a wrong flow between two controls: the app must refuse, and say so.
pub(crate) async fn refuses(
    world: &mut World,
    record: &mut Record,
    wrong: WrongFlow<'_>,
) -> Result<(), Stop> {
    world.control(record).await?;
    world.renew(record).await?;
    world.hub().turn(&wrong.dial);
    record.note(wrong.dial.says());
    let mark = world.hub().mark();

    let tried = world.tries(record, "one").await?;

    let refusal = tried.flow.refusal.clone();
    let judged = judge(world, record, &wrong, mark, (&tried.flow.state, refusal.as_deref()));
    finish(world, record, judged).await
}

/// Says whether what came of a wrong flow is a refusal.
fn judge(
    world: &World,
    record: &mut Record,
    wrong: &WrongFlow<'_>,
    mark: usize,
    told: (&str, Option<&str>),
) -> Result<(), Stop> {
    let (state, refusal) = told;
    if wrong.dial.used() == 0 {
        return Err(record.blocked("the app never asked for what was to be wrong"));
    }
    record.expect(wrong.rule, state != "connected", "no connection", state)?;
    for endpoint in wrong.never {
        let asked = world.hub().heard(*endpoint, mark).len();
        record.expect(
            wrong.rule,
            asked == 0,
            format!("no {endpoint:?} request"),
            format!("{asked} requests"),
        )?;
    }
    evidence(record, wrong.rule, refusal, wrong.codes)
}

/// Refusing takes a word: without one a person must look.
pub(crate) fn evidence(
    record: &mut Record,
    rule: Rule,
    refusal: Option<&str>,
    codes: &[&str],
) -> Result<(), Stop> {
    match refusal {
        None => Err(record.review("the app went no further and did not say why")),
        Some("other") => {
            record.note("the app refused and has no word of its own for the reason");
            Ok(())
        }
        Some(code) => {
            record.should(rule, codes.contains(&code), format!("refused for {}", codes.join(" or ")), code);
            Ok(())
        }
    }
}

/// The control after the wrong thing; a failure that was found before it stays.
pub(crate) async fn finish(
    world: &mut World,
    record: &mut Record,
    judged: Result<(), Stop>,
) -> Result<(), Stop> {
    if judged == Err(Stop::Failed) {
        return judged;
    }
    world.control_again(record).await?;
    judged
}

/// A flow in which something is unusual and right: the app must come to a connection.
pub(crate) async fn accepts(
    world: &mut World,
    record: &mut Record,
    rule: Rule,
    dial: Option<&Dial>,
) -> Result<Linked, Stop> {
    world.control(record).await?;
    world.renew(record).await?;
    if let Some(dial) = dial {
        world.hub().turn(dial);
        record.note(dial.says());
    }
    goes_along(world, record, rule, dial).await
}

/// The same without the control before: for what was made unusual already.
pub(crate) async fn goes_along(
    world: &mut World,
    record: &mut Record,
    rule: Rule,
    dial: Option<&Dial>,
) -> Result<Linked, Stop> {
    let tried = world.tries(record, "one").await?;
    if dial.is_some_and(|dial| dial.used() == 0) {
        return Err(record.blocked("the app never asked for what was to be unusual"));
    }
    let connected = tried.flow.state == "connected";
    let refusal = tried.flow.refusal.clone().unwrap_or_default();
    record.expect(rule, connected, "a connection", format!("{} {refusal}", tried.flow.state))?;
    let linked = world.linked(record, tried).await?;
    if world.declares(crate::profile::Capability::Read) {
        let outcome = world.reads(record, &linked, &Question::messages()).await?;
        record.expect(rule, outcome.outcome == "ok", "letters are read", word(&outcome))?;
    }
    Ok(linked)
}

/// Plays a wrong read between two plain ones on the same connection, and gives what was heard meanwhile.
pub(crate) async fn reads_wrong_of(
    world: &mut World,
    record: &mut Record,
    linked: &Linked,
    wrong: WrongRead<'_>,
) -> Result<Vec<Heard>, Stop> {
    world.must_read(record, linked, &wrong.question).await?;
    world.hub().turn(&wrong.dial);
    record.note(wrong.dial.says());
    let mark = world.hub().mark();

    let outcome = world.reads(record, linked, &wrong.question).await?;

    let heard = world.hub().all(mark);
    if wrong.dial.used() == 0 {
        return Err(record.blocked("the app never asked for what was to be wrong"));
    }
    let right = wrong.outcomes.contains(&outcome.outcome.as_str());
    record.expect(wrong.rule, right, wrong.outcomes.join(" or "), word(&outcome))?;
    if !wrong.codes.is_empty() && outcome.outcome == "refused" {
        evidence(record, wrong.rule, outcome.refusal.as_deref(), wrong.codes)?;
    }
    world.plain(record)?;
    Ok(heard)
}

/// The connection still reads: the control after a wrong read.
pub(crate) async fn still_reads(world: &World, record: &Record, linked: &Linked) -> Result<(), Stop> {
    world.must_read(record, linked, &Question::messages()).await.map(drop)
}

/// How often an operation was asked for.
pub(crate) fn count(heard: &[Heard], endpoint: Endpoint) -> usize {
    heard.iter().filter(|heard| heard.endpoint == endpoint).count()
}

/// At most so many requests of an operation.
pub(crate) fn at_most(
    record: &mut Record,
    rule: Rule,
    heard: &[Heard],
    endpoint: Endpoint,
    most: usize,
) -> Result<(), Stop> {
    let asked = count(heard, endpoint);
    record.expect(rule, asked <= most, format!("at most {most} {endpoint:?} requests"), asked)
}

/// An outcome must be one of these.
pub(crate) fn must_be(
    record: &mut Record,
    rule: Rule,
    outcome: &Outcome,
    right: &[&str],
) -> Result<(), Stop> {
    let holds = right.contains(&outcome.outcome.as_str());
    record.expect(rule, holds, right.join(" or "), word(outcome))
}

/// Plays a wrong event between two right ones: it must be answered 400 with a code, and have no effect.
pub(crate) async fn refuses_event(
    world: &mut World,
    record: &mut Record,
    rule: Rule,
    codes: &[&str],
    make: impl FnOnce(&World, &Linked) -> String,
) -> Result<(), Stop> {
    let linked = world.control(record).await?;
    world.must_take(record, &linked).await?;
    let token = make(world, &linked);

    let delivered = world.pushes(record, &token).await?;

    let answer = delivered.status.map_or("no answer".to_owned(), |status| status.to_string());
    record.expect(rule, delivered.status == Some(400), "400", answer)?;
    record.expect(rule, delivered.err.is_some(), "an error code in `err`", "none")?;
    let last = world.hook.events().await.map_err(|fault| record.blocked(fault))?.pop().unwrap_or_default();
    record.expect(rule, last.effect == "refused", "the app refused it", &last.effect)?;
    evidence(record, rule, last.refusal.as_deref(), codes)?;
    world.must_take(record, &linked).await
}

/// Plays an unusual event that is right: it must be answered 202, with one of these effects.
pub(crate) async fn takes_event(
    world: &mut World,
    record: &mut Record,
    rule: Rule,
    effects: &[&str],
    make: impl FnOnce(&World, &Linked) -> String,
) -> Result<Linked, Stop> {
    let linked = world.control(record).await?;
    let token = make(world, &linked);

    let delivered = world.pushes(record, &token).await?;

    let answer = delivered.status.map_or("no answer".to_owned(), |status| status.to_string());
    record.expect(rule, delivered.status == Some(202), "202", answer)?;
    let last = world.hook.events().await.map_err(|fault| record.blocked(fault))?.pop().unwrap_or_default();
    record.expect(rule, effects.contains(&last.effect.as_str()), effects.join(" or "), &last.effect)?;
    Ok(linked)
}

/// A right event about the newest letter of a connection.
pub(crate) fn event_of(world: &World, linked: &Linked, kind: &str) -> crate::stage::Event {
    let message = world.hub().letters(&linked.mailbox).into_iter().next();
    world.hub().event(kind, &linked.consent, &linked.mailbox, message.as_deref())
}

/// A right event, sealed rightly.
pub(crate) fn right(world: &World, event: &crate::stage::Event) -> String {
    world.hub().seal(event, Seal::Right)
}
