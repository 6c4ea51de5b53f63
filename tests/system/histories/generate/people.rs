//! Steps of people, and what happens to them.

use super::super::dice::Dice;
use super::super::model::{Consent, DAY, Life, MINUTE, Model};
use super::super::step::{
    ACTIONS, APPS, Acting, App, ENTERPRISE, Fate, MAILBOXES, Mailbox, NUMBERS, Number, PERSONS, Role, Step,
};
use super::grants::some_senders;

/// A consent that lives if there is one, and mostly somebody who decides about it.
fn about(dice: &mut Dice, model: &Model, fits: impl Fn(&Life) -> bool) -> (Acting, App) {
    let fit: Vec<_> = model.consents.iter().filter(|consent| fits(&consent.life)).collect();
    let (mailbox, app) = match fit.is_empty() || dice.percent(5) {
        true => (dice.below(MAILBOXES), dice.below(APPS)),
        false => dice.pick(&fit.iter().map(|consent| (consent.mailbox, consent.app)).collect::<Vec<_>>()),
    };
    (acting(dice, model, mailbox), app)
}

pub(super) fn narrow(dice: &mut Dice, model: &Model) -> Step {
    let (by, app) = about(dice, model, |life| *life == Life::Lives);
    let without = if dice.percent(15) { dice.some(&ACTIONS, 50) } else { dice.some(&ACTIONS[1..], 35) };
    let withheld = some_senders(dice, model, &[by.mailbox]);
    Step::Narrow { by, app, without, withheld }
}

pub(super) fn revoke(dice: &mut Dice, model: &Model) -> Step {
    let (by, app) = about(dice, model, |life| *life != Life::Over);
    Step::Revoke { by, app }
}

pub(super) fn take_over(dice: &mut Dice, model: &Model) -> Step {
    let (by, app) = about(dice, model, |life| matches!(life, Life::Still { .. }));
    Step::TakeOver { by, app }
}

/// Somebody who acts for a mailbox: mostly one who decides, if there is one.
fn acting(dice: &mut Dice, model: &Model, mailbox: Mailbox) -> Acting {
    let who = holder(dice, model, mailbox).filter(|_| dice.percent(88));
    Acting { who: who.unwrap_or_else(|| dice.below(PERSONS)), mailbox }
}

/// Somebody who may act, mostly.
pub(super) fn somebody(dice: &mut Dice, model: &Model) -> Number {
    let able = |who: &Number| model.person_of(*who).is_some_and(|person| model.may_act(person));
    let able: Vec<Number> = (0..NUMBERS).filter(able).collect();
    if able.is_empty() || dice.percent(5) { dice.below(PERSONS) } else { dice.pick(&able) }
}

/// Somebody who decides for a mailbox, if there is anybody.
pub(super) fn holder(dice: &mut Dice, model: &Model, mailbox: Mailbox) -> Option<Number> {
    let decides = |who: &Number| {
        model.person_of(*who).is_some_and(|person| model.may_act(person) && model.decides(person, mailbox))
    };
    let able: Vec<Number> = (0..NUMBERS).filter(decides).collect();
    (!able.is_empty()).then(|| dice.pick(&able))
}

pub(super) fn mandate(dice: &mut Dice, model: &Model) -> Step {
    let still = |consent: &&Consent| matches!(consent.life, Life::Still { .. });
    let still: Vec<Mailbox> = model.consents.iter().filter(still).map(|consent| consent.mailbox).collect();
    if !still.is_empty() && dice.percent(45) {
        // somebody who could take it over
        let mailbox = dice.pick(&still);
        let role = if mailbox == ENTERPRISE { Role::AccessManager } else { Role::Guardian };
        let able: Vec<Number> = (0..PERSONS)
            .filter(|who| {
                model.person_of(*who).is_some_and(|person| person != mailbox && model.may_act(person))
            })
            .collect();
        if !able.is_empty() {
            let span = Some((-DAY, dice.pick(&[DAY, 100 * DAY])));
            return Step::Mandate { by: Acting { who: dice.pick(&able), mailbox }, role, span };
        }
    }
    let known: Vec<_> = model.source.keys().copied().collect();
    if !known.is_empty() && dice.percent(45) {
        let (who, mailbox, role) = dice.pick(&known);
        let span = dice.percent(60).then(|| span(dice));
        return Step::Mandate { by: Acting { who, mailbox }, role, span };
    }
    let role = dice.pick(&Role::ALL);
    let mailbox = if role.of_enterprise() { ENTERPRISE } else { dice.pick(&[2, 2, 2, 0, 1, 3]) };
    let others: Vec<Number> = (0..PERSONS).filter(|who| *who != mailbox || dice.percent(2)).collect();
    Step::Mandate { by: Acting { who: dice.pick(&others), mailbox }, role, span: Some(span(dice)) }
}

fn span(dice: &mut Dice) -> (i64, i64) {
    let from = dice.pick(&[-DAY, -DAY, -DAY, 0, 5 * MINUTE, 60 * MINUTE]);
    (from, dice.pick(&[8 * MINUTE, 8 * MINUTE, 60 * MINUTE, DAY, 10 * DAY, 100 * DAY, 400 * DAY, 400 * DAY]))
}

/// The roles with which a history begins.
pub(in super::super) fn first_roles(dice: &mut Dice) -> Vec<Step> {
    let usual = [
        (0, ENTERPRISE, Role::LegalRepresentative),
        (1, ENTERPRISE, Role::AccessManager),
        (3, ENTERPRISE, Role::Reader),
        (0, 2, Role::Parent),
        (1, 2, Role::Parent),
        (3, 2, Role::Guardian),
        (1, 0, Role::Helper),
        (3, 1, Role::Guardian),
    ];
    let chosen: Vec<_> = usual.into_iter().filter(|_| dice.percent(55)).collect();
    let step =
        |(who, mailbox, role)| Step::Mandate { by: Acting { who, mailbox }, role, span: Some(span(dice)) };
    chosen.into_iter().map(step).collect()
}

pub(super) fn person(dice: &mut Dice, model: &Model) -> Step {
    let closed: Vec<Number> = (0..PERSONS).filter(|who| model.boxes[*who].person_state.is_some()).collect();
    if !closed.is_empty() && dice.percent(60) {
        let who = dice.pick(&closed);
        let dead = model.boxes[who].person_state == Some("deceased");
        let fate = if dead != dice.percent(10) { Fate::NotDeceased } else { Fate::Capable };
        return Step::Person { who, fate };
    }
    let givers: Vec<Number> = model.consents.iter().map(|consent| consent.giver).collect();
    let who = if givers.is_empty() || dice.percent(50) { dice.below(PERSONS) } else { dice.pick(&givers) };
    let fate = match dice.below(100) {
        0..15 => Fate::Replaced(dice.pick(&[4, 5, 4, 5, dice_person(who)])),
        15..28 => Fate::Merged(dice.below(PERSONS)),
        28..40 => Fate::Deceased,
        40..75 => Fate::Incapable,
        75..80 => Fate::Capable,
        _ => Fate::OfAge,
    };
    Step::Person { who: if matches!(fate, Fate::OfAge) { 2 } else { who }, fate }
}

const fn dice_person(who: Number) -> Number {
    (who + 1) % PERSONS
}

pub(super) fn operator_ends(dice: &mut Dice, model: &Model) -> Step {
    let (by, app) = about(dice, model, |life| *life != Life::Over);
    Step::EndConsent { app, mailbox: by.mailbox }
}

pub(super) fn activate(dice: &mut Dice, model: &Model) -> Step {
    let off: Vec<Mailbox> = (0..PERSONS).filter(|mailbox| !model.boxes[*mailbox].active).collect();
    let mailbox = if off.is_empty() { dice.below(MAILBOXES) } else { dice.pick(&off) };
    Step::Activate { by: acting(dice, model, mailbox) }
}

pub(super) fn withdraw(dice: &mut Dice, model: &Model) -> Step {
    let mailbox = dice.below(MAILBOXES);
    Step::Withdraw { by: acting(dice, model, mailbox) }
}
