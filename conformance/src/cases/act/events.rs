//! Events that are right, unusual or forged, and what must come of them.

use super::{Proof, evidence, reads_well};
use crate::{
    app::Question,
    cases::world::{Linked, World, told},
    engine::{Record, Rule, Stop},
    profile::Capability,
    stage::Seal,
};

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
    let last = world.hook.events().await.map_err(|fault| told(record, &fault))?.pop().unwrap_or_default();
    record.expect(rule, last.effect == "refused", "the app refused it", &last.effect)?;
    evidence(record, rule, last.refusal.as_deref(), codes, Proof::Wire)?;
    goes_on(world, record, Rule::new("hasNoEffect", "C15"), &linked).await?;
    world.must_take(record, &linked).await
}

/// What a forged event told has not come about: the connection stands, and letters are read with it.
pub(crate) async fn goes_on(
    world: &World,
    record: &mut Record,
    rule: Rule,
    linked: &Linked,
) -> Result<(), Stop> {
    let known = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?;
    record.expect(rule, known.state == "connected", "the connection stands as before", &known.state)?;
    if world.declares(Capability::Read) {
        reads_well(world, record, rule, linked, &Question::messages()).await?;
    }
    Ok(())
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
    let last = world.hook.events().await.map_err(|fault| told(record, &fault))?.pop().unwrap_or_default();
    record.expect(rule, effects.contains(&last.effect.as_str()), effects.join(" or "), &last.effect)?;
    Ok(linked)
}

/// A right event about the newest letter of a connection.
pub(crate) fn event_of(world: &World, linked: &Linked, kind: &str) -> crate::stage::Event {
    let message = world.hub().letters(&linked.mailbox).into_iter().next();
    world.hub().event(kind, &linked.consent, &linked.mailbox, message.as_deref())
}

/// An event that would end a connection, were it believed: what an attacker would forge.
pub(crate) fn ending(world: &World, linked: &Linked) -> crate::stage::Event {
    world.hub().event("consentEnded", &linked.consent, &linked.mailbox, None)
}

/// A right event, sealed rightly.
pub(crate) fn right(world: &World, event: &crate::stage::Event) -> String {
    world.hub().seal(event, Seal::Right)
}
