//! A read in which one thing is wrong.

use super::{Proof, evidence, not_elsewhere};
use crate::{
    app::Question,
    cases::world::{Linked, World, word},
    engine::{Record, Rule, Stop},
    stage::{Dial, Heard},
};

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
    let handed_on = outcome.message_ids.len() + usize::from(outcome.attachment.is_some());
    record.expect(wrong.rule, handed_on == 0, "nothing handed on with it", handed_on)?;
    not_elsewhere(world, record, wrong.rule.requirement)?;
    if !wrong.codes.is_empty() && outcome.outcome == "refused" {
        evidence(record, wrong.rule, outcome.refusal.as_deref(), wrong.codes, Proof::Word)?;
    }
    world.plain(record)?;
    Ok(heard)
}
