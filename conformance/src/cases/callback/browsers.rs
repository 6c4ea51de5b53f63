//! Answers in the wrong browser, of the wrong flow, or once too often.

use url::Url;

use super::{
    super::{
        act::{Proof, closes, evidence, finish},
        proof::is_redemption,
        world::World,
    },
    BASE_HERE,
};
use crate::{
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::Endpoint,
};

pub(super) const ANOTHER_BROWSER: Case<World> = Case {
    id: "N16",
    title: "The answer comes in another browser",
    requirements: &["N16"],
    what: "The answer is opened in a browser that has never been at the app, then in the right one.",
    why: "An attacker sends a customer the link with the answer of the attacker's own flow: the mailboxes are crossed.",
    causes: &["the flow is found by its state alone, without the browser's session"],
    run: |world, record| Box::pin(another_browser(world, record)),
    ..BASE_HERE
};

pub(super) const ANOTHER_CUSTOMER: Case<World> = Case {
    id: "N16-customer",
    title: "The answer comes in another customer's browser",
    requirements: &["N16"],
    needs: super::super::TWO,
    what: "The answer of the first customer's flow is opened in the browser of the second, who has a flow under way.",
    why: "The second customer would read, and show, the first one's mail.",
    causes: &["any session will do"],
    run: |world, record| Box::pin(another_customer(world, record)),
    ..BASE_HERE
};

pub(super) const REPLAYED_STATE: Case<World> = Case {
    id: "N23",
    title: "A state comes a second time",
    requirements: &["N23"],
    what: "After a flow has ended well its state comes again in the same browser, with another right code.",
    why: "A state that counts twice lets whoever read it once bring in a code of their own.",
    causes: &["the pending flow is not removed when its answer comes"],
    run: |world, record| Box::pin(replayed_state(world, record)),
    ..BASE_HERE
};

pub(super) const CROSSED_STATE: Case<World> = Case {
    id: "N24",
    title: "The answer of another flow under way",
    requirements: &["N24"],
    what: "Two flows are under way; the answer of one is opened in the browser of the other.",
    why: "State is bound to the browser, not to the app: otherwise one customer's answer serves another.",
    causes: &["states are kept in one list for all browsers"],
    run: |world, record| Box::pin(crossed_state(world, record)),
    ..BASE_HERE
};

pub(super) const OPENED_TWICE: Case<World> = Case {
    id: "N29",
    title: "The answer is opened twice",
    requirements: &["N29"],
    what: "The browser opens the redirect URI with the same answer a second time, as with Back or Reload.",
    why: "A code that comes twice makes a hub end everything that came of it.",
    causes: &["the code is sent to the token endpoint whenever the page is opened"],
    run: |world, record| Box::pin(opened_twice(world, record)),
    ..BASE_HERE
};

pub(super) const SENT_AWAY: Case<World> = Case {
    id: "C9",
    title: "The redirect URI sends the browser away",
    requirements: &["C9"],
    polarity: Polarity::Observe,
    what: "The answer carries addresses of another site in parameters that apps like to follow.",
    why: "A link of the app's own that leads anywhere is what every phishing letter needs.",
    causes: &["the page to go on with is taken from the address"],
    run: |world, record| Box::pin(sent_away(world, record)),
    ..BASE_HERE
};

async fn another_browser(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("noTokenRequest", "N16");
    let begun = world.begins(record, "one").await?;
    let Some(answer) = world.agrees(record, "one", &begun).await? else {
        return Err(record.blocked("a plain story did not come back from the hub"));
    };
    let mark = world.hub().mark();

    world.brings(record, "two", &[], &answer).await?;

    let asked = world.hub().heard(Endpoint::Token, mark).len();
    record.expect(rule, asked == 0, "no token request", asked)?;
    let flow = world.flow(record, &begun).await?;
    record.expect(rule, flow.state != "connected", "no connection", &flow.state)?;
    let refusal = flow.answers.last().and_then(|answer| answer.refusal.clone()).or(flow.refusal);
    let judged = evidence(record, rule, refusal.as_deref(), &["noSession", "state"], Proof::Wire);

    world.brings(record, "one", &begun.cookies, &answer).await?;
    let flow = world.flow(record, &begun).await?;
    let goes_on = Rule::new("rightBrowserGoesOn", "N16");
    record.expect(goes_on, flow.state == "connected", "a connection in the right browser", &flow.state)?;
    let redeemed = world.hub().all(mark).iter().filter(|heard| is_redemption(heard)).count();
    record.expect(goes_on, redeemed == 1, "one token request, for the right browser", redeemed)?;
    closes(world, record, judged).await
}

async fn another_customer(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("noTokenRequest", "N16");
    world.control(record).await?;
    world.renew(record).await?;
    let (first, second) = (world.begins(record, "one").await?, world.begins(record, "two").await?);
    let Some(answer) = world.agrees(record, "one", &first).await? else {
        return Err(record.blocked("a plain story did not come back from the hub"));
    };
    let mark = world.hub().mark();

    world.brings(record, "two", &second.cookies, &answer).await?;

    let asked = world.hub().heard(Endpoint::Token, mark).len();
    record.expect(rule, asked == 0, "no token request", asked)?;
    let flow = world.flow(record, &second).await?;
    record.expect(rule, flow.state != "connected", "no connection of the second customer", &flow.state)?;
    let judged = evidence(record, rule, flow.refusal.as_deref(), &["state", "noSession"], Proof::Wire);
    closes(world, record, judged).await
}

async fn replayed_state(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("noTokenRequest", "N23");
    let first = world.begins(record, "one").await?;
    let Some(answer) = world.agrees(record, "one", &first).await? else {
        return Err(record.blocked("a plain story did not come back from the hub"));
    };
    world.brings(record, "one", &first.cookies, &answer).await?;
    let flow = world.flow(record, &first).await?;
    if flow.state != "connected" {
        return Err(record.blocked("a plain story did not come to a connection"));
    }
    // the same request at the hub once more: another code, the same state
    let Some(again) = world.agrees(record, "one", &first).await? else {
        return Err(record.blocked("the hub gave no second code"));
    };
    let mark = world.hub().mark();

    world.brings(record, "one", &first.cookies, &again).await?;

    let asked = world.hub().heard(Endpoint::Token, mark).len();
    record.expect(rule, asked == 0, "no token request", asked)?;
    let flow = world.flow(record, &first).await?;
    let last = flow.answers.last().cloned().unwrap_or_default();
    record.expect(rule, last.outcome != "connected" || flow.answers.len() < 2, "refused", &last.outcome)?;
    let judged = evidence(record, rule, last.refusal.as_deref(), &["noSession", "state"], Proof::Wire);
    closes(world, record, judged).await
}

async fn crossed_state(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("noTokenRequest", "N24");
    world.control(record).await?;
    world.renew(record).await?;
    let (first, second) = (world.begins(record, "one").await?, world.begins(record, "one").await?);
    let Some(answer) = world.agrees(record, "one", &second).await? else {
        return Err(record.blocked("a plain story did not come back from the hub"));
    };
    let mark = world.hub().mark();

    world.brings(record, "one", &first.cookies, &answer).await?;

    let asked = world.hub().heard(Endpoint::Token, mark).len();
    record.expect(rule, asked == 0, "no token request", asked)?;
    let flow = world.flow(record, &first).await?;
    record.expect(rule, flow.state != "connected", "no connection", &flow.state)?;
    let judged = evidence(record, rule, flow.refusal.as_deref(), &["state", "noSession"], Proof::Wire);
    closes(world, record, judged).await
}

async fn opened_twice(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("oneTokenRequest", "N29");
    let begun = world.begins(record, "one").await?;
    let Some(answer) = world.agrees(record, "one", &begun).await? else {
        return Err(record.blocked("a plain story did not come back from the hub"));
    };
    let mark = world.hub().mark();
    world.brings(record, "one", &begun.cookies, &answer).await?;
    let before = world.flow(record, &begun).await?;
    if before.state != "connected" {
        return Err(record.blocked("a plain story did not come to a connection"));
    }

    world.brings(record, "one", &begun.cookies, &answer).await?;

    let asked = world.hub().heard(Endpoint::Token, mark).len();
    record.expect(rule, asked == 1, "one token request", asked)?;
    let flow = world.flow(record, &begun).await?;
    let stays = Rule::new("connectionStays", "N29");
    record.expect(stays, flow.state == "connected", "the connection stays", &flow.state)?;
    let judged = match flow.answers.len() {
        0 | 1 => {
            record.note("the second opening was answered without a word to the hook");
            Ok(())
        }
        _ => evidence(
            record,
            rule,
            flow.answers.last().and_then(|last| last.refusal.as_deref()),
            &["noSession", "state"],
            Proof::Wire,
        ),
    };
    closes(world, record, judged).await
}

async fn sent_away(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("ownAddresses", "C9");
    world.control(record).await?;
    world.renew(record).await?;
    let begun = world.begins(record, "one").await?;
    let Some(mut answer) = world.agrees(record, "one", &begun).await? else {
        return Err(record.blocked("a plain story did not come back from the hub"));
    };
    for name in ["next", "return_to", "redirect", "url", "target_link_uri"] {
        answer.query_pairs_mut().append_pair(name, ELSEWHERE);
    }
    let page = world.brings(record, "one", &begun.cookies, &answer).await?;

    let own = answer.origin();
    let foreign = page.sent_to.iter().find(|to| Url::parse(to).is_ok_and(|to| to.origin() != own));
    let told = foreign.map_or("none", String::as_str);
    record.expect(rule, foreign.is_none(), "no redirection to another site", told)?;
    let by_header = page.refresh.as_deref().is_some_and(|to| to.contains(ELSEWHERE));
    let by_page = sends_on(&page.text);
    record.expect(rule, !by_header && !by_page, "no page that leads to another site", "one that does")?;
    let flow = world.flow(record, &begun).await?;
    let refused = flow.state == "refused" && (400..500).contains(&page.status);
    let told = format!("{}, status {}", flow.state, page.status);
    let goes_on = Rule::new("goesOnOrRefuses", "C9");
    record.expect(goes_on, flow.state == "connected" || refused, "a connection, or a refusal", told)?;
    finish(world, record, Ok(())).await
}

/// Says whether a page sends its reader to the other site by itself.
fn sends_on(page: &str) -> bool {
    let page = page.to_ascii_lowercase();
    let refresh = |tag: &str| {
        let tag = tag.split('>').next().unwrap_or_default();
        tag.contains("refresh") && tag.contains(ELSEWHERE)
    };
    page.split("<meta").skip(1).any(refresh)
}

const ELSEWHERE: &str = "https://elsewhere.invalid/";
