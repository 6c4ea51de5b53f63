//! A hub that asks for time while lists are read.

use std::time::Duration;

use jiff::{SignedDuration, tz::TimeZone};

use super::super::{
    act::{must_be, reads_well},
    world::{Linked, World},
};
use crate::{
    app::Question,
    engine::{Record, Rule, Stop, Stopwatch, now},
    stage::{Answer, Dial, Endpoint, Heard, refusal},
};

/// The hub asks for time, and is asked again at once.
pub(super) async fn waits(
    world: &mut World,
    record: &mut Record,
    busy: fn() -> Answer,
    over: Duration,
) -> Result<(), Stop> {
    let rule = Rule::new("waits", "N49");
    let linked = world.control(record).await?;
    let answer = busy();
    let says = format!("{}, Retry-After", answer.status);
    let dial = Dial::instead(Endpoint::Messages, says, answer).times(1);
    world.hub().turn(&dial);
    let mark = world.hub().mark();

    later_or_read(world, record, rule, &linked).await?;
    // the app has heard by now how long to wait
    let watch = Stopwatch::start();
    later_or_read(world, record, rule, &linked).await?;

    let heard: Vec<Heard> = world.hub().all(mark);
    if dial.used() == 0 {
        return Err(record.blocked("the app never asked for the list"));
    }
    let pause = heard.first().zip(heard.get(1)).map(|(one, next)| next.at - one.at);
    let kept = pause.is_none_or(|pause| pause >= Duration::from_millis(1_900));
    for rule in [rule, Rule::new("notCalledBefore", "C16")] {
        record.expect(rule, kept, "no call before the time is over", format!("the next after {pause:?}"))?;
    }
    tokio::time::sleep((over + A_MOMENT).saturating_sub(watch.elapsed())).await;
    reads_well(world, record, Rule::new("goesOn", "N49"), &linked, &Question::messages()).await?;
    world.control_again(record).await
}

/// The app says that it is to come later, or waits and reads.
async fn later_or_read(world: &World, record: &mut Record, rule: Rule, linked: &Linked) -> Result<(), Stop> {
    let mark = world.hub().mark();
    let outcome = world.reads(record, linked, &Question::messages()).await?;
    must_be(record, rule, &outcome, &["later", "ok"])?;
    let unread = world.unread(linked, &Question::messages(), &outcome, mark);
    let right = outcome.outcome == "later" || unread.is_none();
    record.expect(rule, right, "later, or what the hub gave", unread.unwrap_or_default())
}

pub(super) const TWO_SECONDS: Duration = Duration::from_secs(2);
const A_MOMENT: Duration = Duration::from_millis(200);

/// 503 with a moment three to four seconds ahead.
pub(super) fn until_a_moment() -> Answer {
    let until = now().saturating_add(SignedDuration::from_secs(4)).unwrap_or_default();
    let date = until.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    refusal::unavailable(4).with("retry-after", date)
}
