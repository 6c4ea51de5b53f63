//! Metadata: whose they are, and what in them is believed.

use std::time::Duration;

use serde_json::json;

use super::{
    BASE,
    act::{WrongFlow, accepts, closes, count, finish, is_founded, not_elsewhere, refuses, tries_wrong},
    world::World,
};
use crate::{
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::{Dial, Endpoint},
};

const BASE_HERE: Case<World> = Case { section: "discovery", ..BASE };
const STOPPED: Rule = Rule::new("stopsBeforePushing", "N1");

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N1",
        title: "Metadata of another issuer",
        requirements: &["N1", "C1"],
        what: "`issuer` in the metadata names another hub.",
        why: "Whoever answers at the well-known address could otherwise send the app, and its customers, anywhere.",
        causes: &["the member issuer is not compared with the issuer that was configured"],
        run: |world, record| Box::pin(another_issuer(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N1-slash",
        title: "Metadata of an issuer with a slash more",
        requirements: &["N1"],
        what: "`issuer` in the metadata has a slash at its end.",
        why: "Issuers are compared letter by letter; two spellings of one name are two names.",
        causes: &["addresses are normalised before they are compared"],
        run: |world, record| {
            Box::pin(async move {
                let issuer = format!("{}/", world.hub().setting().issuer);
                let dial = Dial::set(Endpoint::Metadata, "/issuer", json!(issuer));
                refuses(world, record, wrong(STOPPED, dial, &["metadataIssuer"])).await
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N2",
        title: "A token endpoint without https",
        requirements: &["N2"],
        what: "The alias of the token endpoint is an http address.",
        why: "Codes and tokens would travel readable, and without the certificate that they are bound to.",
        causes: &["the scheme of endpoints is not looked at"],
        run: |world, record| {
            Box::pin(async move {
                let address = world.hub().setting().machines.replace("https:", "http:") + "/token";
                let dial =
                    Dial::set(Endpoint::Metadata, "/mtls_endpoint_aliases/token_endpoint", json!(address));
                let rule = Rule::new("stopsBeforePushing", "N2");
                refuses(world, record, wrong(rule, dial, &["metadataInsecure"])).await
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N2-front",
        title: "An authorization endpoint without https",
        requirements: &["N2"],
        what: "The authorization endpoint is an http address.",
        why: "The customer's browser would be led through a connection that anybody can change.",
        causes: &["only endpoints that the app calls itself are looked at"],
        run: |world, record| {
            Box::pin(async move {
                let address = world.hub().setting().issuer.replace("https:", "http:") + "/authorize";
                let dial = Dial::set(Endpoint::Metadata, "/authorization_endpoint", json!(address));
                let rule = Rule::new("stopsBeforePushing", "N2");
                refuses(world, record, wrong(rule, dial, &["metadataInsecure"])).await
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N7",
        title: "Endpoints that moved",
        requirements: &["N7"],
        polarity: Polarity::Accept,
        what: "The metadata may be kept for one second; after it they name other addresses for the endpoints.",
        why: "A hub moves its endpoints without asking; the metadata are where that is told.",
        causes: &["endpoints stand in the app's configuration", "metadata are kept for ever"],
        run: |world, record| Box::pin(moved(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N8",
        title: "Only the alias host takes the certificate",
        requirements: &["N8", "C2"],
        polarity: Polarity::Accept,
        what: "The metadata name each machine endpoint twice; only the alias asks for a certificate.",
        why: "At the plain address nobody asks for the certificate: the request fails, or goes unprotected.",
        causes: &["mtls_endpoint_aliases is not read"],
        run: |world, record| Box::pin(aliases(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N9",
        title: "Metadata with members that nobody knows",
        requirements: &["N9"],
        polarity: Polarity::Accept,
        what: "The metadata have a member that no standard knows.",
        why: "Hubs add members; an app that stops at them stops on the day of an upgrade.",
        causes: &["the document is read with unknown members refused"],
        run: |world, record| {
            Box::pin(async move {
                let dial = Dial::set(Endpoint::Metadata, "/x_member_of_tomorrow", json!({"a": [1, null]}));
                accepts(world, record, Rule::new("goesOn", "N9"), Some(&dial)).await.map(drop)
            })
        },
        ..BASE_HERE
    },
];

/// A wrong flow after which nothing is pushed.
fn wrong<'a>(rule: Rule, dial: Dial, codes: &'a [&'a str]) -> WrongFlow<'a> {
    WrongFlow { rule, dial, codes, never: &[Endpoint::Par, Endpoint::Token] }
}

async fn another_issuer(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let issuer = world.stage.hostile.setting().issuer.clone();
    let dial = Dial::set(Endpoint::Metadata, "/issuer", json!(issuer));
    let judged = tries_wrong(world, record, &wrong(STOPPED, dial, &["metadataIssuer"])).await?;
    not_elsewhere(world, record, "C1")?;
    closes(world, record, judged).await
}

async fn moved(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("newAddresses", "N7");
    world.hub().turn(&Dial::header(Endpoint::Metadata, "cache-control", "public, max-age=1"));
    world.control(record).await?;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    world.hub().set(|knobs| knobs.moved = true);
    let mark = world.hub().mark();

    super::act::goes_along(world, record, rule, None).await?;

    let heard = world.hub().all(mark);
    let old = heard.iter().filter(|heard| matches!(heard.endpoint, Endpoint::Par | Endpoint::Token));
    let at_old = old.filter(|heard| !heard.call.path.starts_with("/moved/")).count();
    let judged = record.expect(rule, at_old == 0, "no request at the former addresses", at_old);
    finish(world, record, judged).await
}

async fn aliases(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let mark = world.hub().mark();
    let tried = world.tries(record, "one").await?;

    let heard = world.hub().all(mark);
    let trapped = count(&heard, Endpoint::Trap);
    record.expect(Rule::new("noPlainAddress", "C2"), trapped == 0, "no call of a plain address", trapped)?;
    let rule = Rule::new("completed", "N8");
    let right = heard.iter().filter(|heard| heard.endpoint.is_client_authenticated());
    let shown = right.filter(|heard| heard.call.wire.peer.is_some()).count();
    is_founded(world, record, rule, tried).await?;
    record.expect(rule, shown >= 2, "push and token request with the certificate", shown)
}
