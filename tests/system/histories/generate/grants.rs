//! Steps around grants and tokens.

use std::collections::BTreeSet;

use super::super::dice::Dice;
use super::super::model::Model;
use super::super::step::{
    ACTIONS, APPS, Acts, App, ENTERPRISE, Less, MAILBOXES, Mailbox, Newest, Org, PERSONS, Step, Want,
};
use super::people::{holder, somebody};

pub(super) fn ask(dice: &mut Dice, model: &Model) -> Step {
    // mostly an application that has a grant, which can be changed then
    let standing = |app: &App| {
        let grant = model.known_grant(&Newest { of: *app, back: 0 });
        grant.is_some_and(|grant| !model.has_ended(grant))
    };
    let standing: Vec<App> = (0..APPS).filter(standing).collect();
    let app = if standing.is_empty() || dice.percent(40) { dice.below(APPS) } else { dice.pick(&standing) };
    let (who, enterprise) = match holder(dice, model, ENTERPRISE) {
        Some(who) if dice.percent(35) => (who, true),
        _ => (somebody(dice, model), dice.percent(2)),
    };
    let mut actions: Acts = dice.some(&ACTIONS, 60);
    if dice.percent(95) {
        actions.insert("list");
        actions.insert("readContent");
    }
    let of = if dice.percent(92) { app } else { dice.below(APPS) };
    let grant = Newest { of, back: dice.below(2) };
    let known = model.known_grant(&grant);
    let want = match dice.below(100) {
        0..40 if known.is_some() => Want::Merge(grant),
        40..65 if known.is_some() => Want::Replace(grant),
        0..75 => Want::Create,
        _ => Want::Nothing,
    };
    // mostly the person whose grant it is
    let who = match (&want, known) {
        (Want::Merge(_) | Want::Replace(_), Some(n)) if dice.percent(90) => model.grants[n].person,
        _ => who,
    };
    let expected = dice.percent(12).then(|| if dice.percent(75) { who } else { dice.below(PERSONS) });
    let days = (!dice.percent(8)).then(|| dice.pick(&[1, 2, 7, 31, 90, 365]));
    Step::Ask { app, cert: dice.below(2), enterprise, actions, days, want, expected, who }
}

pub(super) fn decide(dice: &mut Dice, model: &Model, app: App) -> Step {
    let Some(request) = &model.apps[app].request else { return Step::Refuse { app } };
    let fitting = model.enabled(request);
    if dice.percent(if fitting.is_empty() || request.tried > 0 { 75 } else { 5 }) {
        return Step::Refuse { app };
    }
    let mut chosen = dice.some(&fitting, 50);
    if chosen.is_empty() && !fitting.is_empty() {
        chosen.insert(dice.pick(&fitting));
    }
    if dice.percent(3) {
        chosen.insert(dice.below(MAILBOXES));
    }
    let mut actions: Acts = request.asked.iter().copied().filter(|_| dice.percent(85)).collect();
    if dice.percent(96) {
        actions.insert("list");
    }
    if dice.percent(8) {
        actions.remove("list");
    }
    let withheld = some_senders(dice, model, &fitting);
    Step::Agree { app, chosen, actions, withheld }
}

/// Senders to leave out, mostly of those who have written there.
pub(super) fn some_senders(dice: &mut Dice, model: &Model, mailboxes: &[Mailbox]) -> BTreeSet<Org> {
    if dice.percent(60) {
        return BTreeSet::new();
    }
    let known = |org: &Org| mailboxes.iter().any(|mailbox| model.has_written(*org, *mailbox));
    let known: Vec<Org> = [0, 1].into_iter().filter(|org| known(org) || dice.percent(5)).collect();
    dice.some(&known, 50)
}

/// An application that has a refresh token, if there is one.
fn holding(dice: &mut Dice, model: &Model) -> App {
    let holding: Vec<App> = (0..APPS).filter(|app| model.newest_token(*app, true, 0).is_some()).collect();
    if holding.is_empty() { dice.below(APPS) } else { dice.pick(&holding) }
}

pub(super) fn refresh(dice: &mut Dice, model: &Model) -> Step {
    let app = holding(dice, model);
    let less = match dice.below(100) {
        0..70 => Less::Nothing,
        70..85 => Less::Only(granted(dice, model, app)),
        _ => Less::Actions(dice.some(&ACTIONS[..2], 70)),
    };
    Step::Refresh { app, cert: dice.below(2), back: dice.pick(&[0, 0, 0, 1]), less }
}

/// A mailbox that an application has a consent for, mostly.
fn granted(dice: &mut Dice, model: &Model, app: App) -> Mailbox {
    let of: Vec<Mailbox> =
        model.consents.iter().filter(|consent| consent.app == app).map(|consent| consent.mailbox).collect();
    if of.is_empty() || dice.percent(20) { dice.below(MAILBOXES) } else { dice.pick(&of) }
}

pub(super) fn end_tokens(dice: &mut Dice, model: &Model) -> Step {
    let (app, cert) = (holding(dice, model), dice.below(2));
    Step::EndTokens { app, cert, refresh: dice.percent(40), back: dice.below(2) }
}

pub(super) fn end_grant(dice: &mut Dice, model: &Model) -> Step {
    let app = holding(dice, model);
    let of = if dice.percent(80) { app } else { dice.below(APPS) };
    Step::EndGrant { app, cert: dice.below(2), grant: Newest { of, back: dice.pick(&[0, 0, 1]) } }
}

/// A code or a decision once more.
pub(super) fn again(dice: &mut Dice, _: &Model) -> Step {
    let app = dice.below(APPS);
    if dice.percent(50) {
        return Step::Redeem { app, cert: dice.below(2), proven: true };
    }
    Step::Agree {
        app,
        chosen: BTreeSet::from([dice.below(MAILBOXES)]),
        actions: BTreeSet::from(["list"]),
        withheld: BTreeSet::new(),
    }
}
