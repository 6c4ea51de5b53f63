//! What an app must not be too strict about.

use jiff::{SignedDuration, tz::TimeZone};
use serde_json::json;

use super::{
    BASE, READ,
    act::{accepts, event_of, finish, goes_along, right},
    world::World,
};
use crate::{
    engine::{Case, Polarity, Record, Rule, Stop, now},
    profile::Capability,
    stage::{Dial, Endpoint},
};

const BASE_HERE: Case<World> = Case { section: "tolerance", polarity: Polarity::Accept, ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "M3",
        title: "An issuer with a path",
        requirements: &["M3"],
        what: "The issuer has a path, and its metadata stand at the address that follows from it.",
        why: "Many hubs stand below a path; the well-known part comes between host and path (RFC 8414 3.1).",
        causes: &["the well-known part is put behind the path"],
        run: |world, record| Box::pin(with_path(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "M4",
        title: "Endpoints at an IPv6 address",
        requirements: &["M4"],
        what: "The metadata name the machine endpoints by an IPv6 address.",
        why: "Hubs are reachable by IPv6, some by nothing else.",
        causes: &["addresses are put together by hand", "the app's network has no IPv6"],
        run: |world, record| Box::pin(sixth(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "M6",
        title: "Answers with parameters of tomorrow",
        requirements: &["M6"],
        what: "The answer through the browser has a parameter that no standard knows.",
        why: "Parameters that are not known are passed over (RFC 6749 4.1.2).",
        causes: &["the query is read with unknown parameters refused"],
        run: |world, record| {
            Box::pin(async move {
                let dial = Dial::parameter("session_state_of_tomorrow", "1");
                accepts(world, record, Rule::new("goesOn", "M6"), Some(&dial)).await.map(drop)
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "M6-granted",
        title: "Granted details with members of tomorrow",
        requirements: &["M6"],
        what: "What was granted has a member that the app does not know.",
        why: "Details of a grant grow; an app that stops at them loses its customers at an upgrade.",
        causes: &["authorization_details are compared with what was asked as a whole"],
        run: |world, record| {
            Box::pin(async move {
                let dial = Dial::set(Endpoint::Token, "/authorization_details/0/ofTomorrow", json!({"a": 1}));
                accepts(world, record, Rule::new("goesOn", "M6"), Some(&dial)).await.map(drop)
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N56",
        title: "A hub whose clock is slow",
        requirements: &["N56"],
        needs: READ,
        what: "Every answer's `Date` is 55 seconds behind; an event is dated as far ahead.",
        why: "Clocks differ. Up to a minute is nobody's fault.",
        causes: &["times are compared without leeway"],
        run: |world, record| Box::pin(other_clock(world, record)),
        ..BASE_HERE
    },
];

async fn with_path(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let issuer = world.hub().setting().issuer.clone();
    if issuer == world.hub().setting().origin() {
        return Err(record.skipped("the issuer of this profile has no path"));
    }
    record.note(format!("the issuer is {issuer}"));
    goes_along(world, record, Rule::new("goesOn", "M3"), None).await.map(drop)
}

async fn sixth(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let Some(door) = &world.stage.sixth else {
        return Err(record.skipped("this machine has no IPv6 address of its own"));
    };
    let origin = format!("https://[::1]:{}", door.address.port());
    world.control(record).await?;
    world.renew(record).await?;
    world.hub().set(|knobs| knobs.machines = Some(origin));
    let judged = goes_along(world, record, Rule::new("goesOn", "M4"), None).await.map(drop);
    finish(world, record, judged).await
}

async fn other_clock(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("goesOn", "N56");
    world.control(record).await?;
    world.renew(record).await?;
    let slow = now().saturating_sub(SignedDuration::from_secs(55)).unwrap_or_default();
    let date = slow.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for endpoint in [Endpoint::Metadata, Endpoint::Par, Endpoint::Token, Endpoint::Messages] {
        world.hub().turn(&Dial::header(endpoint, "date", date.clone()));
    }
    let linked = goes_along(world, record, rule, None).await?;
    if world.declares(Capability::Push) {
        let event = event_of(world, &linked, "messageRead").claiming("iat", json!(now().as_second() + 30));
        let delivered = world.pushes(record, &right(world, &event)).await?;
        let answer = delivered.status.map_or("no answer".to_owned(), |status| status.to_string());
        record.expect(rule, delivered.status == Some(202), "an event dated 30 s ahead is taken", answer)?;
    }
    finish(world, record, Ok(())).await
}
