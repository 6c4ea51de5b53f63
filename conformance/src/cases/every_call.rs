//! What holds for every call: a plain story, and then everything that was heard in the whole run.
//!
//! The judge of the stage looks at each request of the app while the other cases are played; here it is asked.

use super::{
    BASE, READ,
    world::{ACTIONS, World, told},
};
use crate::{
    app::Question,
    engine::{Case, Polarity, Record, Rule, Stop},
    profile::Capability,
    stage::{Dial, Endpoint, refusal},
};

const BASE_HERE: Case<World> = Case {
    section: "calls",
    polarity: Polarity::Observe,
    what: "A plain story; then every request of the app in this run is looked at.",
    ..BASE
};

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "C1",
        title: "Endpoints come from the metadata of one issuer",
        requirements: &["C1"],
        why: "Whoever can name an endpoint gets what is sent there.",
        causes: &["addresses stand in the configuration", "an address in an answer is followed"],
        run: |world, record| Box::pin(one_issuer(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "C2",
        title: "Aliases are used",
        requirements: &["C2"],
        why: "The plain address does not ask for the certificate.",
        causes: &["one of the endpoints is not looked up among the aliases"],
        run: |world, record| Box::pin(observed(world, record, "C2")),
        ..BASE_HERE
    },
    Case {
        id: "C3",
        title: "Certificate and client_id",
        requirements: &["C3"],
        why: "Together they are the client's password.",
        causes: &["one of the calls is made by another client of the program, without the certificate"],
        run: |world, record| Box::pin(observed(world, record, "C3")),
        ..BASE_HERE
    },
    Case {
        id: "C4",
        title: "Pushed requests with PKCE",
        requirements: &["C4"],
        why: "A challenge that is fresh and bound to the browser makes a stolen code worthless.",
        causes: &[
            "the verifier is made once at start",
            "code_challenge_method is left out: it then means plain",
        ],
        run: |world, record| Box::pin(observed(world, record, "C4")),
        ..BASE_HERE
    },
    Case {
        id: "C5",
        title: "The browser carries a reference and nothing else",
        requirements: &["C5"],
        why: "What stands beside the reference can be changed on the way, and may be believed.",
        causes: &["a library adds the parameters that it knows from flows without PAR"],
        run: |world, record| Box::pin(observed(world, record, "C5")),
        ..BASE_HERE
    },
    Case {
        id: "C7",
        title: "Tokens travel in the header",
        requirements: &["C7"],
        needs: READ,
        why: "Addresses stand in logs and histories.",
        causes: &["downloads are made by a link with the token in it"],
        run: |world, record| Box::pin(observed(world, record, "C7")),
        ..BASE_HERE
    },
    Case {
        id: "C10",
        title: "No more is asked than is needed",
        requirements: &["C10"],
        why: "The citizen reads what is asked; every action that is not needed costs trust.",
        causes: &["the list of actions stands in the code", "a scope is sent out of habit"],
        run: |world, record| Box::pin(least(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "C12",
        title: "A code is sent once",
        requirements: &["C12"],
        why: "A hub that sees a code twice ends everything that came of it.",
        causes: &["the HTTP client repeats requests by itself"],
        run: |world, record| Box::pin(observed(world, record, "C12")),
        ..BASE_HERE
    },
    Case {
        id: "N57",
        title: "A trace id on every request",
        requirements: &["N57"],
        needs: READ,
        why: "With it both sides find the same request in their logs; without it help desks guess.",
        causes: &["BelGov-Trace-Id is not sent, or one for all requests"],
        run: |world, record| Box::pin(traced(world, record)),
        ..BASE_HERE
    },
];

/// Two flows, all kinds of reads and a renewal, as far as declared: something to look at, whatever was played before.
async fn story(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    world.control(record).await?;
    let linked = world.control(record).await?;
    if world.declares(Capability::Read)
        && let Some((letter, file, ..)) = world.hub().file(&linked.mailbox)
    {
        world.reads(record, &linked, &Question::message(&letter)).await?;
        world.reads(record, &linked, &Question::attachment(&letter, &file)).await?;
    }
    if world.declares(Capability::Refresh) {
        world.hook.refresh(&linked.connection).await.map_err(|fault| told(record, &fault))?;
    }
    Ok(())
}

async fn observed(world: &mut World, record: &mut Record, requirement: &'static str) -> Result<(), Stop> {
    story(world, record).await?;
    let heard = world.hub().mark();
    record.expect(Rule::new("heard", requirement), heard > 0, "requests", heard)?;
    match world.hub().offences(requirement).first() {
        None => record.expect(Rule::new("noOffence", requirement), true, "no offence in this run", "none"),
        Some(offence) => {
            Err(record.fail(Rule::new("noOffence", requirement), &offence.expected, &offence.actual))
        }
    }
}

async fn one_issuer(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("metadataFirst", "C1");
    let mark = world.hub().mark();
    world.control(record).await?;
    let heard = world.hub().all(mark);
    let first = heard.first().map(|heard| heard.endpoint);
    let told = format!("{first:?}");
    record.expect(rule, first == Some(Endpoint::Metadata), "the metadata are read first", told)?;
    let unknown = heard.iter().find(|heard| heard.endpoint == Endpoint::Unknown);
    let told = unknown.map_or("none", |heard| heard.call.path.as_str());
    record.expect(rule, unknown.is_none(), "no address that the hub does not name", told)?;
    let other = world.stage.hostile.mark();
    record.expect(Rule::new("otherHubNotCalled", "C1"), other == 0, "no request to the other hub", other)
}

async fn least(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("leastPrivilege", "C10");
    story(world, record).await?;
    let pushed = world.hub().heard(Endpoint::Par, 0);
    for heard in &pushed {
        let details: serde_json::Value =
            serde_json::from_str(heard.call.field("authorization_details").unwrap_or_default())
                .unwrap_or_default();
        let asked: Vec<&str> = details
            .pointer("/0/actions")
            .and_then(serde_json::Value::as_array)
            .map(|actions| actions.iter().filter_map(serde_json::Value::as_str).collect())
            .unwrap_or_default();
        let within = asked.iter().all(|action| ACTIONS.contains(action));
        record.should(rule, within && !asked.is_empty(), ACTIONS.join(", "), asked.join(", "));
    }
    match world.hub().offences("C10").first() {
        None => record.should(rule, !pushed.is_empty(), "pushed requests", pushed.len()),
        Some(offence) => record.should(rule, false, &offence.expected, &offence.actual),
    }
    Ok(())
}

/// The app's trace ids, and that what went wrong is told with the hub's.
async fn traced(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("traceIds", "N57");
    let linked = world.control(record).await?;
    let answer = refusal::missing_permission();
    world.hub().turn(&Dial::instead(Endpoint::Messages, "403", answer));
    world.reads(record, &linked, &Question::messages()).await?;
    let offence = world.hub().offences("N57").into_iter().next();
    let told = offence.map_or("none".to_owned(), |offence| offence.actual);
    record.should(rule, told == "none", "a UUID of its own on every request", told);
    Ok(())
}
