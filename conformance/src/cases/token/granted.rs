//! What was granted is not what was asked.

use serde_json::{Value, json};

use super::*;
use crate::{
    cases::{
        act::{Proof, evidence, is_founded, reads_well},
        world::Tried,
    },
    profile::Capability,
};

pub(super) const NARROWER: Case<World> = Case {
    id: "N37",
    title: "Less is granted than was asked",
    requirements: &["N37"],
    needs: READ,
    polarity: Polarity::Accept,
    what: "Of the actions that were asked only `list` is granted.",
    why: "The citizen may narrow what an app asks. What was not granted is not tried, and not promised to the customer.",
    causes: &["what was asked is kept as what was granted"],
    run: |world, record| Box::pin(narrower(world, record)),
    ..BASE_HERE
};

pub(super) const WIDER: Case<World> = Case {
    id: "N38",
    title: "More is granted than was asked",
    requirements: &["N38"],
    what: "`actions` of the token answer hold `reply`, which was not asked.",
    why: "Nobody consented to it on behalf of this app: an app must not find itself with powers it never asked for.",
    causes: &["what was granted is taken over without a look at what was asked"],
    run: |world, record| {
        let actions = json!(["list", "readContent", "markRead", "reply"]);
        let dial = Dial::set(Endpoint::Token, "/authorization_details/0/actions", actions);
        Box::pin(not_used(world, record, dial))
    },
    ..BASE_HERE
};

pub(super) const OTHER_KIND: Case<World> = Case {
    id: "N38-kind",
    title: "Another kind of mailbox is granted",
    requirements: &["N38"],
    what: "`mailboxKind` of the token answer is `enterprise`; a citizen's mailbox was asked.",
    why: "An enterprise's letters would stand among a person's.",
    causes: &["the kind of the mailbox is not compared"],
    run: |world, record| {
        let dial = Dial::set(Endpoint::Token, "/authorization_details/0/mailboxKind", json!("enterprise"));
        Box::pin(not_used(world, record, dial))
    },
    ..BASE_HERE
};

pub(super) const SECOND_MAILBOX: Case<World> = Case {
    id: "N38-second",
    title: "A second mailbox is granted",
    requirements: &["N38"],
    what: "The token answer has a second element, about a mailbox that was not asked.",
    why: "One mailbox was asked. What is opened besides it belongs to somebody whom the customer may not know.",
    causes: &["every element of the answer is taken over"],
    run: |world, record| Box::pin(second_mailbox(world, record)),
    ..BASE_HERE
};

pub(super) const NO_GRANT_ID: Case<World> = Case {
    id: "N39",
    title: "A token answer without grant_id",
    requirements: &["N39"],
    polarity: Polarity::Observe,
    what: "The token answer has no `grant_id`; only an app that manages grants may miss it.",
    why: "Who asked for grant management cannot end or change a grant without its name; nobody else needs it.",
    causes: &["the member is required of every answer, or of none"],
    run: |world, record| Box::pin(no_grant_id(world, record)),
    ..BASE_HERE
};

async fn narrower(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("whatWasGranted", "N37");
    world.control(record).await?;
    world.renew(record).await?;
    world.hub().set(|knobs| knobs.grants = Some(vec!["list".to_owned()]));

    let tried = world.tries(record, "one").await?;

    let actions = actions(&tried.flow.granted);
    record.expect(rule, tried.flow.state == "connected", "a connection", &tried.flow.state)?;
    record.expect(rule, actions == ["list"], "list is granted", actions.join(", "))?;
    let linked = is_founded(world, record, rule, tried).await?;
    reads_well(world, record, rule, &linked, &Question::messages()).await?;
    let letter = world.hub().letters(&linked.mailbox).into_iter().next().unwrap_or_default();
    let mark = world.hub().mark();
    let outcome = world.reads(record, &linked, &Question::message(&letter)).await?;
    let asked = world.hub().heard(Endpoint::Message, mark).len();
    record.expect(rule, asked == 0, "the letter is not asked for", asked)?;
    let judged = record.expect(rule, outcome.outcome == "denied", "denied", word(&outcome));
    finish(world, record, judged).await
}

/// Either there is no connection, or it stands for what was asked and no more.
async fn not_used(world: &mut World, record: &mut Record, dial: Dial) -> Result<(), Stop> {
    let rule = Rule::new("notUsed", "N38");
    world.control(record).await?;
    world.renew(record).await?;
    world.hub().turn(&dial);
    record.note(dial.says());

    let tried = world.tries(record, "one").await?;

    if dial.used() == 0 {
        return Err(record.blocked("the app never asked for a token"));
    }
    let more = is_more(&tried.flow.granted);
    let used = tried.flow.state == "connected" && more;
    let told = format!("{}: {}", tried.flow.state, json!(tried.flow.granted));
    record.expect(rule, !used, "refused, or no more than was asked", told)?;
    let judged = if tried.flow.state == "connected" {
        as_asked(world, record, rule, tried).await
    } else {
        let codes = ["tooMuchGranted", "tokenAnswer", "otherMailbox"];
        evidence(record, rule, tried.flow.refusal.as_deref(), &codes, Proof::Word)
    };
    closes(world, record, judged).await
}

/// A connection that stands for what was asked asks for no other mailbox, whatever is read.
async fn as_asked(world: &mut World, record: &mut Record, rule: Rule, tried: Tried) -> Result<(), Stop> {
    record.note("the connection stands for what was asked");
    let linked = is_founded(world, record, rule, tried).await?;
    let mark = world.hub().mark();
    if world.declares(Capability::Read) {
        reads_well(world, record, rule, &linked, &Question::all()).await?;
        let letter = world.hub().letters(&linked.mailbox).into_iter().next().unwrap_or_default();
        world.reads(record, &linked, &Question::message(&letter)).await?;
    }
    if world.declares(Capability::Synchronise) {
        world.hook.synchronise().await.map_err(|fault| told(record, &fault))?;
    }
    let heard = world.hub().all(mark);
    let of_mailboxes = heard.iter().filter(|heard| heard.call.path.contains("/mailboxes/"));
    let others = of_mailboxes.filter(|heard| !heard.call.path.contains(&linked.mailbox)).count();
    record.expect(rule, others == 0, "no request for another mailbox", others)
}

async fn second_mailbox(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let other = world.hub().mailbox("two", "citizen");
    let dial = Dial::new(Endpoint::Token, "a second mailbox is granted", move |_, answer| {
        let Content::Json(body) = &mut answer.body else { return };
        let Some(elements) = body.pointer_mut("/authorization_details").and_then(Value::as_array_mut) else {
            return;
        };
        if let Some(mut second) = elements.first().cloned() {
            if let Some(members) = second.as_object_mut() {
                members.insert("mailboxId".to_owned(), json!(other));
            }
            elements.push(second);
        }
    });
    not_used(world, record, dial).await
}

async fn no_grant_id(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("asItAsked", "N39");
    let dial = Dial::without(Endpoint::Token, "/grant_id");
    world.hub().turn(&dial);
    let tried = world.tries(record, "one").await?;
    let manages = world
        .hub()
        .heard(Endpoint::Par, 0)
        .iter()
        .any(|heard| heard.call.field("grant_management_action").is_some());
    let connected = tried.flow.state == "connected";
    let right = connected != manages;
    let expected =
        if manages { "refused: a grant was asked for" } else { "a connection: none was asked for" };
    record.expect(rule, right, expected, &tried.flow.state)?;
    if connected {
        is_founded(world, record, rule, tried).await?;
    }
    finish(world, record, Ok(())).await
}

fn actions(granted: &[Value]) -> Vec<String> {
    let of = |element: &Value| element.get("actions").and_then(Value::as_array).cloned().unwrap_or_default();
    granted.iter().flat_map(of).filter_map(|action| action.as_str().map(str::to_owned)).collect()
}

fn is_more(granted: &[Value]) -> bool {
    let kind = |element: &Value| element.get("mailboxKind").and_then(Value::as_str) == Some("citizen");
    let within = actions(granted).iter().all(|action| super::super::ACTIONS.contains(&action.as_str()));
    granted.len() != 1 || !within || !granted.iter().all(kind)
}
