//! The next step of a random history: chosen in the light of the model, so that most steps do something, and many are
//! refused.

mod grants;
mod people;

use super::dice::Dice;
use super::model::{Consent, DAY, Life, MINUTE, Model, Token};
use super::step::{APPS, Acting, App, Job, PROVIDERS, Step, provider_of};
use grants::{again, ask, decide, end_grant, end_tokens, refresh};
pub(super) use people::first_roles;
use people::{activate, holder, mandate, narrow, operator_ends, person, revoke, take_over, withdraw};

/// How long a history is, at least and at most.
const LENGTH: (usize, usize) = (12, 26);

/// How a step of one kind is drawn.
type Draw = fn(&mut Dice, &Model) -> Step;

/// How many steps a history has.
pub(super) fn length(dice: &mut Dice) -> usize {
    LENGTH.0 + dice.below(LENGTH.1 - LENGTH.0 + 1)
}

/// The next step.
pub(super) fn next(dice: &mut Dice, model: &Model) -> Step {
    if let Some(step) = under_way(dice, model) {
        return step;
    }
    let still = model.consents.iter().any(|consent| matches!(consent.life, Life::Still { .. }));
    let lives = model.consents.iter().any(|consent| consent.lives(model.now));
    let tokens = model.tokens.iter().any(|token| token.refresh && !token.gone);
    let suspended = model.providers.contains(&"suspended");
    let closed = model.boxes.iter().any(|place| place.person_state.is_some());
    let weights: [(usize, Draw); 19] = [
        (if lives { 22 } else { 50 }, ask),
        (if tokens { 20 } else { 2 }, refresh),
        (if tokens { 5 } else { 1 }, end_tokens),
        (if tokens { 5 } else { 1 }, end_grant),
        (if lives { 12 } else { 1 }, narrow),
        (if lives { 6 } else { 1 }, revoke),
        (if still { 40 } else { 1 }, take_over),
        (16, mandate),
        (9, upkeep),
        (if suspended { 16 } else { 5 }, provider),
        (4, end_certificate),
        (7, register),
        (if closed { 10 } else { 7 }, person),
        (3, operator_ends),
        (4, activate),
        (3, withdraw),
        (5, again),
        (16, pass),
        (2, |dice, _| Step::Refuse { app: dice.below(APPS) }),
    ];
    let mut at = dice.below(weights.iter().map(|(weight, _)| weight).sum());
    for (weight, make) in weights {
        if at < weight {
            return make(dice, model);
        }
        at -= weight;
    }
    Step::Pass(MINUTE)
}

/// Goes on with a request that waits for its person, or a code that waits for its client; mostly.
fn under_way(dice: &mut Dice, model: &Model) -> Option<Step> {
    for app in 0..APPS {
        let known = &model.apps[app];
        let waits = known
            .request
            .as_ref()
            .is_some_and(|request| !request.decided && model.now - request.at < 20 * MINUTE);
        if waits && dice.percent(75) {
            return Some(decide(dice, model, app));
        }
        let fresh = known
            .code
            .as_ref()
            .is_some_and(|code| !code.redeemed && code.tried < 2 && model.now < code.until + MINUTE);
        if fresh && dice.percent(85) {
            return Some(Step::Redeem { app, cert: dice.below(2), proven: dice.percent(96) });
        }
    }
    if let Some(soon) = ending_role(model).filter(|_| dice.percent(25)) {
        return Some(Step::Pass(soon));
    }
    let lost =
        |consent: &Consent| consent.lives(model.now) && !model.answers_for(consent.giver, consent.mailbox);
    if model.consents.iter().any(lost) && dice.percent(40) {
        return Some(Step::Upkeep(Job::SettleRoles));
    }
    waiting(dice, model)
}

/// The time until the first role ends through which a consent was given, if a token that opens it outlives the role.
fn ending_role(model: &Model) -> Option<i64> {
    let ends = |token: &Token| {
        let consents = model.under(token.grant).into_iter().map(|n| &model.consents[n]);
        let by_role = consents.filter(|consent| consent.lives(model.now) && consent.giver != consent.mailbox);
        by_role.filter_map(|consent| model.role_ends(consent.giver, consent.mailbox)).min()
    };
    let living = model.tokens.iter().filter(|token| !token.gone && !token.refresh);
    living.filter_map(|token| ends(token).filter(|at| *at < token.until)).min().map(|at| at - model.now)
}

/// Lets a consent go on that stands still, if there is somebody who can; now and then.
fn waiting(dice: &mut Dice, model: &Model) -> Option<Step> {
    let still =
        |consent: &&Consent| matches!(consent.life, Life::Still { .. }) && model.boxes[consent.mailbox].open;
    let still: Vec<_> =
        model.consents.iter().filter(still).map(|consent| (consent.mailbox, consent.app)).collect();
    if still.is_empty() || !dice.percent(30) {
        return None;
    }
    if dice.percent(20) {
        return Some(Step::Pass(dice.pick(&[29, 30, 31]) * DAY));
    }
    let (mailbox, app) = dice.pick(&still);
    let who = holder(dice, model, mailbox)?;
    Some(Step::TakeOver { by: Acting { who, mailbox }, app })
}

fn upkeep(dice: &mut Dice, _: &Model) -> Step {
    use Job::{EndForsaken, EndUnclaimed, Everything, ExpireConsents, ExpireLetters, Outbox, SettleRoles};
    Step::Upkeep(dice.pick(&[
        SettleRoles,
        SettleRoles,
        EndForsaken,
        ExpireConsents,
        EndUnclaimed,
        ExpireLetters,
        Outbox,
        Everything,
        Everything,
    ]))
}

fn provider(dice: &mut Dice, model: &Model) -> Step {
    let provider = dice.below(PROVIDERS);
    let to = match (model.providers[provider], dice.below(100)) {
        (_, 0..10) => "removed",
        ("suspended", 10..85) | ("active", 10..15) => "active",
        _ => "suspended",
    };
    Step::Provider { provider, to }
}

fn end_certificate(dice: &mut Dice, _: &Model) -> Step {
    Step::EndCertificate { app: dice.below(APPS), slot: dice.below(2) }
}

fn register(dice: &mut Dice, model: &Model) -> Step {
    let ended = |(app, slot): &(App, usize)| {
        let known = model.registrations.iter().any(|one| (one.app, one.slot) == (*app, *slot));
        known && model.standing(*app, *slot).is_none() && model.providers[provider_of(*app)] != "removed"
    };
    let gone: Vec<_> = (0..APPS).flat_map(|app| [(app, 0), (app, 1)]).filter(ended).collect();
    if gone.is_empty() && dice.percent(80) {
        return end_certificate(dice, model);
    }
    let (app, slot) = if gone.is_empty() { (dice.below(APPS), 0) } else { dice.pick(&gone) };
    let from = dice.pick(&[0, 0, 0, 60 * MINUTE]);
    Step::Register {
        app,
        slot,
        from,
        until: dice.percent(40).then(|| dice.pick(&[2 * 60 * MINUTE, 20 * DAY])),
    }
}

fn pass(dice: &mut Dice, _: &Model) -> Step {
    let minutes = [1, 1, 2, 5, 5, 10, 11, 16, 61, 125];
    let days = [1, 10, 29, 30, 31, 100, 190, 395];
    Step::Pass(if dice.percent(70) { dice.pick(&minutes) * MINUTE } else { dice.pick(&days) * DAY })
}
