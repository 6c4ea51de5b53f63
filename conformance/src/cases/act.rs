//! The acts that cases are made of: a wrong thing between two plain stories, and what counts as evidence.

mod events;
mod reads;

use std::time::Duration;

pub(crate) use events::{ending, event_of, goes_on, refuses_event, right, takes_event};
pub(crate) use reads::{WrongRead, reads_wrong_of};

use super::world::{Linked, Tried, World, contract, word};
use crate::{
    app::{Outcome, Question},
    engine::{Record, Rule, Stop, Stopwatch},
    profile::Capability,
    stage::{Dial, Endpoint, Heard},
};

/// A flow in which one thing is wrong, and what the app must do about it.
pub(crate) struct WrongFlow<'a> {
    /// The condition and its requirement.
    pub(crate) rule: Rule,
    /// The one thing.
    pub(crate) dial: Dial,
    /// Refusal codes that say that the app saw this thing.
    pub(crate) codes: &'a [&'a str],
    /// What the app must not ask for afterwards; first what it would ask for next by itself, if there is such a thing.
    pub(crate) never: &'a [Endpoint],
}

/// Plays a wrong flow between two controls: the app must refuse, and say so.
pub(crate) async fn refuses(
    world: &mut World,
    record: &mut Record,
    wrong: WrongFlow<'_>,
) -> Result<(), Stop> {
    let judged = tries_wrong(world, record, &wrong).await?;
    closes(world, record, judged).await
}

/// The same up to the control after it, for a case that has more to look at; gives what was judged.
pub(crate) async fn tries_wrong(
    world: &mut World,
    record: &mut Record,
    wrong: &WrongFlow<'_>,
) -> Result<Result<(), Stop>, Stop> {
    world.control(record).await?;
    world.renew(record).await?;
    world.hub().turn(&wrong.dial);
    record.note(wrong.dial.says());
    let mark = world.hub().mark();

    let tried = world.tries(record, "one").await?;

    let refusal = tried.flow.refusal.clone();
    Ok(judge(world, record, wrong, mark, (&tried.flow.state, refusal.as_deref())))
}

/// Says whether what came of a wrong flow is a refusal.
fn judge(
    world: &World,
    record: &mut Record,
    wrong: &WrongFlow<'_>,
    mark: usize,
    said: (&str, Option<&str>),
) -> Result<(), Stop> {
    let (state, refusal) = said;
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
    not_elsewhere(world, record, wrong.rule.requirement)?;
    if wrong.rule.requirement == NOBODYS_ERROR.requirement {
        let believed = refusal.filter(|code| ["accessDenied", "hubRefused"].contains(code));
        let told = believed.unwrap_or("not believed");
        record.expect(NOBODYS_ERROR, believed.is_none(), "an error that is not taken for the hub's", told)?;
    }
    let next = wrong.never.first();
    let proof = if next.is_some_and(|next| matches!(next, Endpoint::Par | Endpoint::Token)) {
        Proof::Wire
    } else {
        Proof::Word
    };
    evidence(record, wrong.rule, refusal, wrong.codes, proof)
}

/// An error without `iss` may be anybody's: who tells it as the hub's refusal has believed it.
const NOBODYS_ERROR: Rule = Rule::new("errorNotBelieved", "N27");

/// Nobody else than the honest hub was called, whatever it was that named them.
pub(crate) fn not_elsewhere(
    world: &World,
    record: &mut Record,
    requirement: &'static str,
) -> Result<(), Stop> {
    let asked = world.stage.hostile.all(0).len();
    let rule = Rule::new("otherHubNotCalled", requirement);
    record.expect(rule, asked == 0, "no request to the other hub", asked)
}

/// By what it shows that an app refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// What it would have done next was not done, or it said no on the wire: the word only tells the reason.
    Wire,
    /// The app's word alone.
    Word,
}

/// Refusing takes a word: without one a person must look. A word for something else is no evidence of this refusal; it
/// is a blemish where the wire shows the refusal, and otherwise a person must look. Words outside the contract do not
/// come as far as this: the hook's answer cannot be read then.
pub(crate) fn evidence(
    record: &mut Record,
    rule: Rule,
    refusal: Option<&str>,
    codes: &[&str],
    proof: Proof,
) -> Result<(), Stop> {
    let Some(code) = refusal else {
        return Err(record.review("the app went no further and did not say why"));
    };
    let expected = format!("refused for {}", codes.join(" or "));
    if proof == Proof::Wire || codes.contains(&code) {
        record.should(rule, codes.contains(&code), expected, code);
        return Ok(());
    }
    Err(record
        .review(format!("the app says `{code}`, which is not the reason that was asked for: {expected}")))
}

/// The control after a wrong thing that the app had to refuse; what was given out in it must not be used afterwards.
pub(crate) async fn closes(
    world: &mut World,
    record: &mut Record,
    judged: Result<(), Stop>,
) -> Result<(), Stop> {
    if judged == Err(Stop::Failed) {
        return judged;
    }
    let (watch, case) = (Stopwatch::start(), record.case());
    world.hub().burns(case);
    let controlled = world.control_again(record).await;
    tokio::time::sleep(AFTERWARDS.saturating_sub(watch.elapsed())).await;
    let late = world.hub().late(case);
    let rule = contract(record, "nothingAfterwards");
    record.expect(rule, late.is_empty(), "no code or token of it is used later", late.join(", "))?;
    controlled?;
    judged
}

/// How long after a wrong thing a late deed is waited for; one that comes later still is an offence against C12.
const AFTERWARDS: Duration = Duration::from_millis(400);

/// The control after an unusual thing; a failure that was found before it stays.
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
    let linked = is_founded(world, record, rule, tried).await?;
    if world.declares(Capability::Read) {
        reads_well(world, record, rule, &linked, &Question::messages()).await?;
    }
    Ok(linked)
}

/// A flow must have come to a connection, by the app's word and by what the hub heard and gave.
pub(crate) async fn is_founded(
    world: &World,
    record: &mut Record,
    rule: Rule,
    tried: Tried,
) -> Result<Linked, Stop> {
    match world.founded(record, tried).await? {
        Ok(linked) => record.expect(rule, true, "a connection", "one").map(|()| linked),
        Err(why) => Err(record.fail(rule, "a connection", why)),
    }
}

/// A read must work, by the app's word and by what the hub heard.
pub(crate) async fn reads_well(
    world: &World,
    record: &mut Record,
    rule: Rule,
    linked: &Linked,
    question: &Question,
) -> Result<Outcome, Stop> {
    let mark = world.hub().mark();
    let outcome = world.reads(record, linked, question).await?;
    must_be(record, rule, &outcome, &["ok"])?;
    let unread = world.unread(linked, question, &outcome, mark);
    let told = unread.clone().unwrap_or_else(|| "read".to_owned());
    record.expect(rule, unread.is_none(), "what the hub gave is read", told)?;
    Ok(outcome)
}

/// The connection still reads: the control after a wrong read.
pub(crate) async fn still_reads(world: &World, record: &mut Record, linked: &Linked) -> Result<(), Stop> {
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
