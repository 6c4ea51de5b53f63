//! Events in time, twice, out of order, a hundred at once, from strangers, and not at all.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{StreamExt, stream};

use super::{
    super::{
        act::must_be,
        renewal::silent_after,
        world::{found, told},
    },
    *,
};
use crate::{
    app::EventSeen,
    stage::{Answer, Dial, Endpoint},
};

pub(super) async fn in_time(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("answered202", "N65");
    let linked = world.control(record).await?;
    let token = right(world, &event_of(world, &linked, KIND));
    let delivered = world.pushes(record, &token).await?;
    let answer = delivered.status.map_or("no answer".to_owned(), |status| status.to_string());
    record.expect(rule, delivered.status == Some(202), "202", answer)?;
    let spent = Duration::from_micros(delivered.micros);
    let at_once = Rule::new("answeredAtOnce", "C15");
    record.expect(at_once, spent < Duration::from_secs(5), "within 5 s", format!("{spent:?}"))?;
    let effect = seen(world, record).await?.pop().unwrap_or_default().effect;
    record.expect(rule, effect == "taken", "taken", &effect)
}

pub(super) async fn unknown_key(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let codes = &["key", "signature"];
    refuses_event(world, record, rule("N68"), codes, unknown).await?;
    let linked = world.connects(record, "one").await?;
    let mark = world.hub().mark();
    for _ in 0..10 {
        world.pushes(record, &unknown(world, &linked)).await?;
    }
    let read = world.hub().heard(Endpoint::Jwks, mark).len();
    record.expect(Rule::new("boundedReading", "N68"), read <= 5, "the set is read at most 5 times", read)?;
    goes_on(world, record, rule("N68"), &linked).await
}

fn unknown(world: &World, linked: &Linked) -> String {
    let event = ending(world, linked).headed("kid", json!("a-key-that-nobody-knows"));
    world.hub().seal(&event, Seal::Stranger)
}

pub(super) async fn twice(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("oneEffect", "N73");
    let linked = world.control(record).await?;
    let event = event_of(world, &linked, KIND);
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let token = right(world, &event);
        statuses.push(world.pushes(record, &token).await?.status);
    }
    record.expect(rule, statuses == [Some(202), Some(202)], "202 twice", format!("{statuses:?}"))?;
    let effects: Vec<String> = seen(world, record)
        .await?
        .into_iter()
        .filter(|seen| seen.jti.as_deref() == Some(event.jti()))
        .map(|seen| seen.effect)
        .collect();
    for rule in [rule, Rule::new("oneEffect", "C15")] {
        record.expect(rule, effects == ["taken", "known"], "taken, then known", effects.join(", "))?;
    }
    Ok(())
}

pub(super) async fn out_of_order(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("staysEnded", "N74");
    let linked = world.control(record).await?;
    let early: Vec<String> = ["consentGranted", "messageAvailable"]
        .map(|kind| right(world, &event_of(world, &linked, kind)))
        .into();
    let ended = right(world, &world.hub().event("consentEnded", &linked.consent, &linked.mailbox, None));
    found(record, world.hub().end(&linked.consent))?;
    let delivered = world.pushes(record, &ended).await?;
    let answer = format!("{:?}", delivered.status);
    record.expect(rule, delivered.status == Some(202), "consentEnded is answered 202", answer)?;

    for token in &early {
        world.pushes(record, token).await?;
    }

    let state = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?.state;
    record.expect(rule, state == "ended", "ended", &state)?;
    silent_after(world, record, rule, &linked).await?;
    world.control_again(record).await
}

pub(super) async fn burst(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("allAnswered", "N78");
    let linked = world.control(record).await?;
    let events: Vec<Event> = (0..100).map(|_| event_of(world, &linked, KIND)).collect();
    let pusher = world.pusher.as_ref().ok_or_else(|| record.blocked("the profile names no receiver"))?;
    let tokens: Vec<String> = events.iter().map(|event| right(world, event)).collect();
    let deliveries: Vec<_> = tokens.iter().map(|token| pusher.brings(token)).collect();
    let answers: Vec<_> = stream::iter(deliveries).buffer_unordered(16).collect().await;
    let well = answers.iter().filter(|answer| answer.status == Some(202)).count();
    record.expect(rule, well == 100, "100 answers 202", well)?;
    let mut effects: BTreeMap<String, u32> = BTreeMap::new();
    for seen in seen(world, record).await? {
        *effects.entry(seen.effect).or_default() += 1;
    }
    let taken = effects.get("taken").copied().unwrap_or_default();
    record.expect(rule, taken == 100, "each taken once", format!("{effects:?}"))
}

pub(super) async fn stranger(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("notHeard", "N80");
    let linked = world.control(record).await?;
    world.must_take(record, &linked).await?;
    let before = seen(world, record).await?.len();
    let Some(pusher) = &world.pusher else { return Err(record.blocked("the profile names no receiver")) };
    for (who, token) in [("nobody", true), ("a stranger", false)] {
        let made = right(world, &ending(world, &linked));
        let delivered =
            if token { pusher.nobody_brings(&made).await } else { pusher.stranger_brings(&made).await };
        let refused = delivered.status.is_none_or(|status| matches!(status, 400 | 401 | 403));
        let answer = delivered.status.map_or("no connection".to_owned(), |status| status.to_string());
        record.expect(rule, refused, "no connection, or 401 or 403", format!("{who}: {answer}"))?;
    }
    let taken: Vec<EventSeen> = seen(world, record).await?.into_iter().skip(before).collect();
    let effect = taken.iter().any(|seen| seen.effect == "taken");
    record.expect(rule, !effect, "no event is taken", format!("{} events", taken.len()))?;
    goes_on(world, record, rule, &linked).await?;
    world.must_take(record, &linked).await
}

pub(super) async fn missed(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("everyLetterOnce", "N79");
    let actions = ["list", "readContent", "synchronise"];
    let linked = world.connects_with(record, "one", &actions, "citizen").await?;
    let begun = world.hook.synchronise().await.map_err(|fault| told(record, &fault))?;
    if begun.outcome != "ok" {
        return Err(record.blocked(format!("taking over what is there did not work: {}", begun.outcome)));
    }
    let letters: Vec<String> =
        (0..3).map(|number| world.hub().publish(&linked.mailbox, &format!("Missed {number}"))).collect();
    let mark = world.hub().mark();
    world.hub().turn(&Dial::instead(Endpoint::Message, "500, once", Answer::empty(500)).after(1).times(1));

    for right in [&["ok", "failed", "later"][..], &["ok"], &["ok"]] {
        let outcome = world.hook.synchronise().await.map_err(|fault| told(record, &fault))?;
        must_be(record, rule, &outcome, right)?;
    }

    let fetched: Vec<String> = world
        .hub()
        .heard(Endpoint::Message, mark)
        .iter()
        .filter(|heard| heard.status == 200)
        .filter_map(|heard| heard.call.path.rsplit('/').next().map(str::to_owned))
        .collect();
    for letter in &letters {
        let times = fetched.iter().filter(|fetched| *fetched == letter).count();
        record.expect(rule, times == 1, "each new letter is fetched once", format!("{times} times"))?;
    }
    let asked = world.hub().heard(Endpoint::Changes, mark).len();
    record.expect(rule, asked >= 2, "the feed is asked", asked)
}

async fn seen(world: &World, record: &mut Record) -> Result<Vec<EventSeen>, Stop> {
    world.hook.events().await.map_err(|fault| told(record, &fault))
}
