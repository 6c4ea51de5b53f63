//! Renewing the access token, and what refusals of the API mean for it.

use super::{
    BASE, READ, REFRESH,
    act::{at_most, count, is_founded, must_be, reads_well, still_reads},
    world::{World, found, told},
};
use crate::{
    app::Question,
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::{Dial, Endpoint, refusal},
};

const BASE_HERE: Case<World> = Case { section: "renewal", needs: REFRESH, ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "C8",
        title: "A refresh token that is not replaced",
        requirements: &["C8"],
        polarity: Polarity::Accept,
        what: "Two renewals, whose answers hold no `refresh_token`.",
        why: "FAPI 2.0 forbids hubs to replace it without need: the one that came with the consent stays.",
        causes: &["a missing refresh token overwrites the one that is kept"],
        run: |world, record| Box::pin(renews(world, record, Rule::new("keptToken", "C8"), false)),
        ..BASE_HERE
    },
    Case {
        id: "N40",
        title: "A refresh token that is replaced",
        requirements: &["N40"],
        polarity: Polarity::Accept,
        what: "Each renewal brings a new refresh token, and the former one is refused.",
        why: "Hubs replace it when their keys or stores move; an app that keeps the old one loses every consent.",
        causes: &["the refresh token of the first answer is kept for ever"],
        run: |world, record| Box::pin(renews(world, record, Rule::new("newToken", "N40"), true)),
        ..BASE_HERE
    },
    Case {
        id: "N41",
        title: "A renewal is refused for good",
        requirements: &["N41"],
        what: "The hub answers `invalid_grant` to a renewal; later the customer consents anew.",
        why: "The consent is over. Asking again finds nothing, and keeping dead tokens only keeps secrets.",
        causes: &["invalid_grant is tried again like a failure of the network"],
        run: |world, record| Box::pin(refused_for_good(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N46",
        title: "An access token that has run out",
        requirements: &["N46", "C13"],
        polarity: Polarity::Accept,
        what: "The hub refuses the access token with 401; a renewed one works.",
        why: "Access tokens live for minutes: this is every app's daily bread.",
        causes: &["401 is shown to the customer", "every call renews for itself"],
        run: |world, record| Box::pin(run_out(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N46-twice",
        title: "A renewed access token is refused too",
        requirements: &["N46", "C13"],
        what: "The API answers 401 to everything, renewals work.",
        why: "Without an end the app hammers the hub and itself.",
        causes: &["renewing and trying again is a loop"],
        run: |world, record| Box::pin(refused_always(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N47",
        title: "Not permitted",
        requirements: &["N47"],
        needs: READ,
        what: "The API answers 403 to a letter.",
        why: "A new token permits no more than the old one; the answer is final for this call and for no other.",
        causes: &["403 is met like 401", "403 ends the connection"],
        run: |world, record| Box::pin(not_permitted(world, record)),
        ..BASE_HERE
    },
];

async fn renews(world: &mut World, record: &mut Record, rule: Rule, rotates: bool) -> Result<(), Stop> {
    world.hub().set(|knobs| knobs.rotates = rotates);
    let linked = world.control(record).await?;
    let mark = world.hub().mark();
    for _ in 0..2 {
        let outcome = world.hook.refresh(&linked.connection).await.map_err(|fault| told(record, &fault))?;
        must_be(record, rule, &outcome, &["ok"])?;
    }
    let heard = world.hub().heard(Endpoint::Token, mark);
    let tokens: Vec<_> = heard.iter().filter_map(|heard| heard.call.field("refresh_token")).collect();
    let told = format!("{} renewals", tokens.len());
    record.expect(rule, tokens.len() == 2, "two renewals", told)?;
    let same = tokens.first() == tokens.last();
    let expected = if rotates { "the second with the new token" } else { "both with the same token" };
    record.expect(rule, same != rotates, expected, if same { "the same token" } else { "another token" })?;
    let statuses: Vec<u16> = heard.iter().map(|heard| heard.status).collect();
    record.expect(rule, statuses == [200, 200], "renewals that the hub granted", format!("{statuses:?}"))?;
    still_reads(world, record, &linked).await
}

async fn refused_for_good(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("ends", "N41");
    let linked = world.control(record).await?;
    let refused = refusal::oauth("invalid_grant", "the consent is over");
    let dial = Dial::instead(Endpoint::Token, "400 invalid_grant", refused);
    world.hub().turn(&dial);
    found(record, world.hub().end(&linked.consent))?;

    let outcome = world.hook.refresh(&linked.connection).await.map_err(|fault| told(record, &fault))?;

    must_be(record, rule, &outcome, &["ended"])?;
    let asked = dial.used();
    record.expect(rule, asked == 1, "one renewal", asked)?;
    world.plain(record)?;
    silent_after(world, record, rule, &linked).await?;
    let anew = world.tries(record, "one").await?;
    is_founded(world, record, Rule::new("consentsAnew", "N41"), anew).await.map(drop)
}

/// After the end nothing is asked for with that connection.
pub(super) async fn silent_after(
    world: &World,
    record: &mut Record,
    rule: Rule,
    linked: &super::Linked,
) -> Result<(), Stop> {
    let mark = world.hub().mark();
    let outcome = world.reads(record, linked, &Question::messages()).await?;
    let heard = world.hub().all(mark);
    must_be(record, rule, &outcome, &["ended"])?;
    record.expect(rule, heard.is_empty(), "no request", format!("{} requests", heard.len()))
}

async fn run_out(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("renewsOnce", "N46");
    let linked = world.control(record).await?;
    found(record, world.hub().expire_access(&linked.consent))?;
    let mark = world.hub().mark();

    reads_well(world, record, rule, &linked, &Question::messages()).await?;

    let heard = world.hub().all(mark);
    let (renewed, asked) = (count(&heard, Endpoint::Token), count(&heard, Endpoint::Messages));
    record.expect(rule, renewed == 1, "one renewal", renewed)?;
    record.expect(Rule::new("callsOnceMore", "C13"), asked == 2, "the call and one more", asked)?;
    still_reads(world, record, &linked).await
}

async fn refused_always(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("noThirdCall", "N46");
    let linked = world.control(record).await?;
    let dial = Dial::instead(Endpoint::Messages, "401, always", refusal::invalid_token());
    world.hub().turn(&dial);
    let mark = world.hub().mark();

    let outcome = world.reads(record, &linked, &Question::messages()).await?;

    let heard = world.hub().all(mark);
    must_be(record, rule, &outcome, &["ended", "denied", "refused", "failed"])?;
    record.expect(rule, dial.used() > 0, "a call that was refused", dial.used())?;
    at_most(record, rule, &heard, Endpoint::Messages, 2)?;
    at_most(record, Rule::new("renewsOnce", "C13"), &heard, Endpoint::Token, 1)?;
    world.control_again(record).await
}

async fn not_permitted(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("finalForThisCall", "N47");
    let linked = world.control(record).await?;
    let letter = world.hub().letters(&linked.mailbox).into_iter().next().unwrap_or_default();
    let question = Question::message(&letter);
    world.must_read(record, &linked, &question).await?;
    let dial = Dial::instead(Endpoint::Message, "403", refusal::missing_permission());
    world.hub().turn(&dial);
    let mark = world.hub().mark();

    let outcome = world.reads(record, &linked, &question).await?;

    let heard = world.hub().all(mark);
    must_be(record, rule, &outcome, &["denied"])?;
    at_most(record, rule, &heard, Endpoint::Message, 1)?;
    at_most(record, rule, &heard, Endpoint::Token, 0)?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}
