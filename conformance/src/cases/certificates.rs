//! Certificates that change while connections stand, and one that the hub refuses.

use super::{
    BASE, CERTIFICATE, READ,
    act::{Proof, at_most, count, evidence, finish, must_be, reads_well, still_reads},
    world::{Linked, World, told},
};
use crate::{
    app::Question,
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::{Endpoint, Offer},
};

const BASE_HERE: Case<World> = Case { section: "certificates", needs: CERTIFICATE, ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N82",
        title: "The app changes its certificate",
        requirements: &["N82", "C3"],
        polarity: Polarity::Accept,
        what: "The app is told to call with its next certificate; then a letter list is read.",
        why: "Certificates run out. A change must cost neither a restart nor a consent.",
        causes: &["connections that are open go on with the former certificate"],
        run: |world, record| Box::pin(changes(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N83",
        title: "A token that was bound to the former certificate",
        requirements: &["N83"],
        polarity: Polarity::Accept,
        what: "After the change the hub refuses the access token, which is bound to the former certificate.",
        why: "Tokens work with the certificate that they were made for; the refresh token brings one for the new.",
        causes: &["401 after a change of certificate ends the connection"],
        run: |world, record| Box::pin(renews(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N84",
        title: "The hub changes its certificate",
        requirements: &["N84"],
        needs: READ,
        polarity: Polarity::Accept,
        what: "Both doors show a new certificate, with another key, of the same authority; then one of the second authority \
               that the app was configured with.",
        why: "Server certificates change every few weeks; who pins one stops working on that day.",
        causes: &["the server's certificate or key is pinned", "of several authorities only one is trusted"],
        run: |world, record| Box::pin(hub_changes(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N85",
        title: "The app's certificate is refused",
        requirements: &["N85"],
        needs: READ,
        what: "The hub answers 401 `certificateRefused` to everything, then takes the certificate again.",
        why: "No new token helps against it; trying hides the one thing that a person must mend.",
        causes: &["every 401 is met with a renewal", "the connection is given up"],
        run: |world, record| Box::pin(refused(world, record)),
        ..BASE_HERE
    },
];

/// A connection whose app calls with its next certificate from now on.
async fn changed(world: &mut World, record: &mut Record) -> Result<(Linked, String), Stop> {
    let linked = world.control(record).await?;
    let Some(next) = &world.next else {
        return Err(record.blocked("the profile names no next certificate"));
    };
    let thumbprint = next.thumbprint().map_err(|error| record.broken(error))?;
    world.hook.certificate(next).await.map_err(|fault| told(record, &fault))?;
    Ok((linked, thumbprint))
}

async fn changes(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("newCertificate", "N82");
    let (linked, thumbprint) = changed(world, record).await?;
    let mark = world.hub().mark();

    reads_well(world, record, rule, &linked, &Question::messages()).await?;

    let heard = world.hub().all(mark);
    let calls = heard.iter().filter(|heard| heard.endpoint.is_api() || heard.endpoint == Endpoint::Token);
    let old = calls.filter(|heard| heard.call.wire.peer.as_deref() != Some(&thumbprint)).count();
    record.expect(rule, old == 0, "the new certificate on every call", format!("{old} without"))?;
    finish(world, record, Ok(())).await
}

async fn renews(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("renewed", "N83");
    let (linked, _) = changed(world, record).await?;
    let mark = world.hub().mark();

    reads_well(world, record, rule, &linked, &Question::messages()).await?;

    let heard = world.hub().all(mark);
    let renewed = count(&heard, Endpoint::Token);
    record.expect(rule, renewed == 1, "one renewal", renewed)?;
    let state = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?.state;
    record.expect(rule, state == "connected", "the connection stays", &state)?;
    finish(world, record, Ok(())).await
}

async fn hub_changes(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let linked = world.control(record).await?;
    world.stage.offers(Offer::All).map_err(|error| record.broken(error))?;
    calls_on(world, record, Rule::new("goesOn", "N84"), &linked).await?;
    if !world.stage.changes_authority().map_err(|error| record.broken(error))? {
        return Err(record.blocked(ONE_AUTHORITY));
    }
    calls_on(world, record, Rule::new("otherAuthority", "N84"), &linked).await?;
    world.control_again(record).await
}

const ONE_AUTHORITY: &str =
    "hub.ca and hub.ca_key hold one authority; the app has to be configured with two: `init` writes them";

/// The connection still reads; the call that a closed connection cost may fail.
async fn calls_on(world: &mut World, record: &mut Record, rule: Rule, linked: &Linked) -> Result<(), Stop> {
    let mark = world.hub().mark();
    let outcome = world.reads(record, linked, &Question::messages()).await?;
    if outcome.outcome == "failed" {
        record.note("the connection that the hub closed failed once");
        return reads_well(world, record, rule, linked, &Question::messages()).await.map(drop);
    }
    must_be(record, rule, &outcome, &["ok"])?;
    let unread = world.unread(linked, &Question::messages(), &outcome, mark);
    let told = unread.clone().unwrap_or_else(|| "read".to_owned());
    record.expect(rule, unread.is_none(), "what the hub gave is read", told)
}

async fn refused(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("toldAndKept", "N85");
    let linked = world.control(record).await?;
    let certificates = world.hub().setting().certificates.clone();
    world.hub().set(|knobs| knobs.refused_certificates = certificates);
    let mark = world.hub().mark();

    let outcome = world.reads(record, &linked, &Question::messages()).await?;

    let heard = world.hub().all(mark);
    must_be(record, rule, &outcome, &["refused", "denied", "failed"])?;
    at_most(record, rule, &heard, Endpoint::Token, 0)?;
    at_most(record, rule, &heard, Endpoint::Messages, 1)?;
    let codes = ["clientRefused", "unauthorized"];
    evidence(record, rule, outcome.refusal.as_deref(), &codes, Proof::Wire)?;
    let state = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?.state;
    record.expect(rule, state != "ended", "tokens are kept", &state)?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}
