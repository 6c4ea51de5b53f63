//! Pushing the request, and arriving at the hub with what came of it.

use std::time::Duration;

use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue, ORIGIN},
};
use serde_json::json;
use url::Url;

use super::{
    BASE,
    act::{Proof, WrongFlow, at_most, closes, evidence, finish, is_founded, refuses},
    world::World,
};
use crate::{
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::{Answer, Dial, Endpoint, refusal},
};

const BASE_HERE: Case<World> = Case { section: "push", ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N10",
        title: "The pushed request is refused with 400",
        requirements: &["N10"],
        what: "The hub answers 400 `invalid_request` to the pushed request.",
        why: "There is no request to send a browser to; the customer must read what happened.",
        causes: &["the status of the answer is not looked at"],
        run: |world, record| {
            Box::pin(async move {
                let refused = refusal::oauth("invalid_request", "refused by the conformance suite");
                let dial = Dial::instead(Endpoint::Par, "400 invalid_request", refused);
                let rule = Rule::new("noBrowser", "N10");
                refuses(world, record, wrong(rule, dial, &["pushRefused"])).await
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N11",
        title: "The client is refused with 401",
        requirements: &["N11"],
        what: "The hub answers 401 `invalid_client` to the pushed request.",
        why: "A certificate or registration that is refused stays refused; asking again only hides it.",
        causes: &["401 is met like that of the API, with a renewal or another try"],
        run: |world, record| Box::pin(client_refused(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N12",
        title: "Pushing is slowed down with 429",
        requirements: &["N12", "C16"],
        what: "The hub answers 429 with Retry-After: 2, and the customer presses again at once.",
        why: "A hub under load asks for time; apps that do not give it keep it down.",
        causes: &["Retry-After is not read", "it is forgotten before the next customer"],
        run: |world, record| Box::pin(waits(world, record, 429)),
        ..BASE_HERE
    },
    Case {
        id: "N12-503",
        title: "Pushing is put off with 503",
        requirements: &["N12", "C16"],
        what: "The hub answers 503 with Retry-After: 2, and the customer presses again at once.",
        why: "A hub that is being maintained says how long; until then there is nothing to ask.",
        causes: &["Retry-After is read with 429 only"],
        run: |world, record| Box::pin(waits(world, record, 503)),
        ..BASE_HERE
    },
    Case {
        id: "N13",
        title: "The customer comes too late",
        requirements: &["N13"],
        polarity: Polarity::Accept,
        what: "The pushed request is good for one second, the browser arrives later, and the customer begins again.",
        why: "People hesitate. What the hub has forgotten is gone; a new request has a new challenge and a new state.",
        causes: &["the answer of an earlier push is kept and used again"],
        run: |world, record| Box::pin(late(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N14",
        title: "An answer without expires_in",
        requirements: &["N14"],
        what: "The answer to the pushed request has no `expires_in`.",
        why: "The answer is not what RFC 9126 promises; whoever sent it may not be the hub that was meant.",
        causes: &["only request_uri is read"],
        run: |world, record| {
            Box::pin(async move {
                let dial = Dial::without(Endpoint::Par, "/expires_in");
                refuses(world, record, wrong(ANSWER, dial, &["pushAnswer", "shape"])).await
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N14-zero",
        title: "An answer that is over at once",
        requirements: &["N14"],
        what: "`expires_in` of the answer to the pushed request is 0.",
        why: "A browser that is sent with it arrives too late in any case.",
        causes: &["the number is not looked at"],
        run: |world, record| {
            Box::pin(async move {
                let dial = Dial::set(Endpoint::Par, "/expires_in", json!(0));
                refuses(world, record, wrong(ANSWER, dial, &["pushAnswer", "shape"])).await
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N14-reference",
        title: "An answer without request_uri",
        requirements: &["N14"],
        what: "The answer to the pushed request has no `request_uri`.",
        why: "Without the reference the browser would carry nothing, or the word `undefined`.",
        causes: &["a missing member becomes an empty text"],
        run: |world, record| {
            Box::pin(async move {
                let dial = Dial::without(Endpoint::Par, "/request_uri");
                refuses(world, record, wrong(ANSWER, dial, &["pushAnswer", "shape"])).await
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N15",
        title: "A reference of odd characters",
        requirements: &["N15"],
        polarity: Polarity::Accept,
        what: "`request_uri` ends in `&=+%/?#` and a space.",
        why: "The reference is the hub's own text; glued into an address without encoding it becomes another one.",
        causes: &["the address is made by joining texts"],
        run: |world, record| Box::pin(odd(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N17",
        title: "A foreign page begins a consent",
        requirements: &["N17"],
        what: "The page that begins a consent is called as a browser calls it from another site, by a form and by a link.",
        why: "Somebody else's page could connect the customer to a consent of its choosing.",
        causes: &["the page that begins is open to GET, or to forms of other sites"],
        run: |world, record| Box::pin(foreign(world, record)),
        ..BASE_HERE
    },
];

const ANSWER: Rule = Rule::new("noBrowser", "N14");

/// A wrong answer to the pushed request: no browser arrives at the hub.
fn wrong<'a>(rule: Rule, dial: Dial, codes: &'a [&'a str]) -> WrongFlow<'a> {
    WrongFlow { rule, dial, codes, never: &[Endpoint::Authorize, Endpoint::Token] }
}

async fn client_refused(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("noBrowser", "N11");
    let refused = refusal::oauth("invalid_client", "refused by the conformance suite");
    let dial = Dial::instead(Endpoint::Par, "401 invalid_client", refused);
    refuses(world, record, wrong(rule, dial.clone(), &["clientRefused", "pushRefused"])).await?;
    let pushed = dial.used();
    record.expect(Rule::new("noSecondTry", "N11"), pushed == 1, "one pushed request", pushed)
}

async fn waits(world: &mut World, record: &mut Record, status: u16) -> Result<(), Stop> {
    let rule = Rule::new("waits", "N12");
    world.control(record).await?;
    world.renew(record).await?;
    let body = json!({"error": "temporarily_unavailable", "error_description": "by the conformance suite"});
    let busy = Answer::json(status, body).with("retry-after", "2");
    let dial = Dial::instead(Endpoint::Par, format!("{status}, Retry-After: 2"), busy).times(1);
    world.hub().turn(&dial);
    let mark = world.hub().mark();

    let first = world.begins(record, "one").await?;
    let second = world.begins(record, "one").await?;

    let times: Vec<_> = world.hub().heard(Endpoint::Par, mark).iter().map(|heard| heard.at).collect();
    let pause = times.first().zip(times.get(1)).map(|(first, second)| *second - *first);
    let kept = pause.is_none_or(|pause| pause >= Duration::from_millis(1900));
    record.expect(rule, !times.is_empty(), "a pushed request", "none")?;
    for rule in [rule, Rule::new("notCalledBefore", "C16")] {
        record.expect(rule, kept, "no pushed request within 2 s", format!("{pause:?}"))?;
    }
    let waited = pause.is_some();
    let told = [&first, &second].iter().any(|begun| begun.refusal.as_deref() == Some("slowDown"));
    let judged = match (waited, told, &second.refusal) {
        (true, ..) | (_, true, _) => Ok(()),
        (.., refusal) => {
            evidence(record, rule, refusal.as_deref(), &["slowDown", "pushRefused"], Proof::Wire)
        }
    };
    closes(world, record, judged).await
}

async fn late(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("newRequest", "N13");
    world.control(record).await?;
    world.renew(record).await?;
    world.hub().set(|knobs| knobs.push_seconds = 1);
    let first = world.begins(record, "one").await?;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let arrived = world.agrees(record, "one", &first).await?;
    record.expect(rule, arrived.is_none(), "the hub has forgotten the request", "it has not")?;

    world.plain(record)?;
    let tried = world.tries(record, "one").await?;

    is_founded(world, record, rule, tried).await?;
    let repeated = world.hub().offences("C4").into_iter().find(|offence| offence.expected.contains("fresh"));
    let told = repeated.as_ref().map_or("new ones", |offence| offence.actual.as_str());
    record.expect(rule, repeated.is_none(), "a new challenge and a new state", told)
}

async fn odd(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("asItWasGiven", "N15");
    world.control(record).await?;
    world.renew(record).await?;
    world.hub().set(|knobs| knobs.request_uri_tail = ":a&b=c+d%2F/e?f#g h".to_owned());
    let judged = super::act::goes_along(world, record, rule, None).await.map(drop);
    finish(world, record, judged).await
}

async fn foreign(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("nothingPushed", "N17");
    let start = world.info.as_ref().and_then(|info| info.front.as_ref()).map(|front| front.start.clone());
    let Some(start) = start else {
        return Err(
            record.review("the app does not tell its hook where a customer begins: look at its pages")
        );
    };
    let method = if start.method == "GET" { Method::GET } else { Method::POST };
    let own = start.url.origin().ascii_serialization();
    presses(world, record, (&method, &start.url), (&own, "same-origin")).await?;
    let pushed = world.hub().heard(Endpoint::Par, 0).len();
    if pushed == 0 {
        return Err(record.blocked("pressing the button on the app's own page pushed nothing"));
    }
    world.renew(record).await?;

    // a form of another site, and a link, whatever the app's own page uses
    let mut judged = Ok(());
    for (method, origin) in [(Method::POST, "https://elsewhere.invalid"), (Method::GET, "")] {
        let status = presses(world, record, (&method, &start.url), (origin, "cross-site")).await?;
        let pushed = world.hub().heard(Endpoint::Par, 0).len();
        let told = format!("{pushed} pushed requests, status {status} to {method}");
        judged = judged.and_then(|()| record.expect(rule, pushed == 0, "nothing pushed", told));
    }
    at_most(record, rule, &world.hub().all(0), Endpoint::Authorize, 0)?;
    closes(world, record, judged).await
}

/// Calls a page as a browser does from a page of `origin`; gives the status.
async fn presses(
    world: &World,
    record: &mut Record,
    (method, url): (&Method, &Url),
    (origin, site): (&str, &'static str),
) -> Result<u16, Stop> {
    let mut headers = HeaderMap::new();
    // a link has no origin
    if let Some(origin) = HeaderValue::from_str(origin).ok().filter(|origin| !origin.is_empty()) {
        headers.insert(ORIGIN, origin);
    }
    headers.insert("sec-fetch-site", HeaderValue::from_static(site));
    headers.insert("sec-fetch-mode", HeaderValue::from_static("navigate"));
    let mut browser = world.browser("one", &[]);
    let page = browser.asks(method.clone(), url, headers).await;
    page.map(|page| page.status)
        .map_err(|why| record.blocked(format!("the app's page cannot be opened: {why}")))
}
