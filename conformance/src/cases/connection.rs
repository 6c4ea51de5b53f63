//! TLS: which servers the app takes for the hub.

use super::{
    BASE,
    act::{Proof, closes, evidence, finish},
    world::World,
};
use crate::{
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::{Face, Handshake, Offer, Wrong},
};

const BASE_HERE: Case<World> = Case {
    section: "connection",
    why: "Whoever sits between app and hub shows a certificate too. One byte of HTTP sent to them is a code, a token or a letter lost.",
    causes: &[
        "checks of the server's certificate are switched off",
        "a trust store wider than the configured authorities",
    ],
    ..BASE
};

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N3",
        title: "The metadata come from a server of another name",
        requirements: &["N3", "C11"],
        what: "The certificate of the authorization server names another host.",
        run: |world, record| Box::pin(shows(world, record, NAME, (Face::Public, Wrong::Name), &["tlsName"])),
        ..BASE_HERE
    },
    Case {
        id: "N3-machines",
        title: "The machine endpoints come from a server of another name",
        requirements: &["N3", "C11"],
        what: "The certificate of the door for machines names another host.",
        run: |world, record| Box::pin(shows(world, record, NAME, (Face::Machine, Wrong::Name), &["tlsName"])),
        ..BASE_HERE
    },
    Case {
        id: "N4",
        title: "The metadata come from a server whose certificate has run out",
        requirements: &["N4", "C11"],
        what: "The certificate of the authorization server ended yesterday.",
        run: |world, record| {
            Box::pin(shows(world, record, EXPIRED, (Face::Public, Wrong::Expired), &["tlsExpired"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N4-machines",
        title: "The machine endpoints come from a server whose certificate has run out",
        requirements: &["N4", "C11"],
        what: "The certificate of the door for machines ended yesterday.",
        run: |world, record| {
            Box::pin(shows(world, record, EXPIRED, (Face::Machine, Wrong::Expired), &["tlsExpired"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N5",
        title: "The metadata come from a server of an authority that nobody trusts",
        requirements: &["N5", "C11"],
        what: "The certificate of the authorization server is right in name and time, of another authority.",
        run: |world, record| {
            Box::pin(shows(world, record, AUTHORITY, (Face::Public, Wrong::Authority), &["tlsAuthority"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N5-machines",
        title: "The machine endpoints come from a server of an authority that nobody trusts",
        requirements: &["N5", "C11"],
        what: "The certificate of the door for machines is right in name and time, of another authority.",
        run: |world, record| {
            Box::pin(shows(world, record, AUTHORITY, (Face::Machine, Wrong::Authority), &["tlsAuthority"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N6",
        title: "The authorization server speaks TLS 1.1",
        requirements: &["N6", "C11"],
        what: "The handshake is answered in TLS 1.1.",
        causes: &["the lowest version of TLS is that of the system's library"],
        run: |world, record| {
            Box::pin(shows(world, record, VERSION, (Face::Public, Wrong::Version), &["tlsVersion"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N6-machines",
        title: "The machine endpoints speak TLS 1.1",
        requirements: &["N6", "C11"],
        what: "The handshake at the door for machines is answered in TLS 1.1.",
        causes: &["the lowest version of TLS is that of the system's library"],
        run: |world, record| {
            Box::pin(shows(world, record, VERSION, (Face::Machine, Wrong::Version), &["tlsVersion"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "M2",
        title: "A hub that speaks TLS 1.3 only",
        requirements: &["M2"],
        polarity: Polarity::Accept,
        what: "Both doors offer TLS 1.3 and nothing else.",
        why: "It is the newest version; hubs are allowed to leave the others out.",
        causes: &["the app's library is too old, or its versions are listed by hand"],
        run: |world, record| Box::pin(offers(world, record, Offer::Tls13, "M2")),
        ..BASE_HERE
    },
    Case {
        id: "M5-http1",
        title: "A hub that speaks HTTP/1.1 only",
        requirements: &["M5"],
        polarity: Polarity::Accept,
        what: "Both doors agree on HTTP/1.1 and nothing else.",
        why: "The protocol is agreed by ALPN; neither side may assume the other's.",
        causes: &["HTTP/2 is taken for granted"],
        run: |world, record| Box::pin(offers(world, record, Offer::Http1, "M5")),
        ..BASE_HERE
    },
    Case {
        id: "M5-http2",
        title: "A hub that speaks HTTP/2 only",
        requirements: &["M5"],
        polarity: Polarity::Accept,
        what: "Both doors agree on HTTP/2 and nothing else.",
        why: "The protocol is agreed by ALPN; neither side may assume the other's.",
        causes: &["HTTP/2 is switched off in the app's client"],
        run: |world, record| Box::pin(offers(world, record, Offer::Http2, "M5")),
        ..BASE_HERE
    },
];

const NAME: Rule = Rule::new("noHttp", "N3");
const EXPIRED: Rule = Rule::new("noHttp", "N4");
const AUTHORITY: Rule = Rule::new("noHttp", "N5");
const VERSION: Rule = Rule::new("noHttp", "N6");

/// One door shows something wrong: no request may come through it.
async fn shows(
    world: &mut World,
    record: &mut Record,
    rule: Rule,
    (face, wrong): (Face, Wrong),
    codes: &[&str],
) -> Result<(), Stop> {
    world.control(record).await?;
    world.renew(record).await?;
    world.stage.shows(face, wrong).map_err(|error| record.broken(error))?;
    let door = || if face == Face::Public { &world.stage.public } else { &world.stage.machines };
    door().handshakes();
    let mark = world.hub().mark();

    let tried = world.tries(record, "one").await;

    let handshakes = door().handshakes_soon().await;
    let through = world.hub().all(mark).iter().filter(|heard| heard.face == face).count();
    if handshakes.is_empty() {
        return Err(record.blocked("the app never came to that door"));
    }
    record.note(format!("handshakes: {handshakes:?}"));
    for rule in [rule, Rule::new("noByteOfHttp", "C11")] {
        record.expect(rule, through == 0, "no HTTP request", format!("{through} requests"))?;
    }
    let tried = tried?;
    record.expect(rule, tried.flow.state != "connected", "no connection", &tried.flow.state)?;
    let codes: Vec<&str> = codes.iter().copied().chain(["tls", "unreachable"]).collect();
    let judged = greeted(record, rule, wrong, &handshakes)
        .and_then(|()| evidence(record, rule, tried.flow.refusal.as_deref(), &codes, Proof::Wire));
    closes(world, record, judged).await
}

/// How the app ended the handshake: who goes on with it has taken what was shown.
fn greeted(record: &mut Record, rule: Rule, wrong: Wrong, seen: &[Handshake]) -> Result<(), Stop> {
    let went_on = seen.contains(&Handshake::Done);
    let alerted = seen.iter().any(|handshake| matches!(handshake, Handshake::Alert(_)));
    let taken = Rule::new("handshakeRefused", rule.requirement);
    match wrong {
        // the name may be compared when the handshake is over
        Wrong::Name if went_on => Err(record.review("the app finished the handshake and sent nothing")),
        Wrong::Name => record.expect(taken, true, "a handshake that is refused", "refused"),
        Wrong::Expired | Wrong::Authority | Wrong::Version => {
            record.expect(taken, !went_on, "a handshake that is refused", format!("{seen:?}"))?;
            if alerted {
                return Ok(());
            }
            Err(record.review("the app did not end the handshake with an alert, nor by closing at once"))
        }
    }
}

/// Both doors offer less than usual, and the app goes along.
async fn offers(
    world: &mut World,
    record: &mut Record,
    offer: Offer,
    requirement: &'static str,
) -> Result<(), Stop> {
    world.control(record).await?;
    world.renew(record).await?;
    world.stage.offers(offer).map_err(|error| record.broken(error))?;
    record.note(format!("offered: {offer:?}"));
    let judged =
        super::act::goes_along(world, record, Rule::new("goesOn", requirement), None).await.map(drop);
    finish(world, record, judged).await
}
