//! The life of a consent: it ends, stands still, is superseded, or is given back; and two customers are two.

use serde_json::json;

use super::{
    BASE, END, READ, REFRESH, TWO,
    act::{Proof, at_most, ending, evidence, is_founded, must_be, reads_well, right, still_reads},
    renewal::silent_after,
    world::{ACTIONS, Linked, World, found, told, word},
};
use crate::{
    app::Question,
    engine::{Case, Polarity, Record, Rule, Stop},
    profile::Capability,
    stage::{Answer, Dial, Endpoint, refusal},
};

const BASE_HERE: Case<World> = Case { section: "consent", needs: READ, ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N58",
        title: "A consent is revoked while pages are read",
        requirements: &["N58", "C14"],
        what: "The citizen revokes after the first page of a list has been read.",
        why: "The citizen was told that it ends at once. What is read afterwards is read without consent.",
        causes: &["a running read goes on with what it has", "tokens are kept after the end"],
        run: |world, record| Box::pin(revoked(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N59",
        title: "A consent has run out",
        requirements: &["N59", "C14"],
        what: "The consent's last day is over: the API answers 401 `expiredAccessToken`, a renewal `invalid_grant`.",
        why: "Consents have an end that nobody presses; it ends the same as a revoked one.",
        causes: &["only one kind of 401 is known"],
        run: |world, record| Box::pin(run_out(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N60",
        title: "A consent stands still and goes on",
        requirements: &["N60"],
        needs: REFRESH,
        polarity: Polarity::Accept,
        what: "The API answers 401 and a renewal `unauthorized_client`; then the consent goes on.",
        why: "A consent that stands still is not over: who forgets its tokens makes the citizen begin anew.",
        causes: &["every refused renewal ends the connection"],
        run: |world, record| Box::pin(suspended(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N61",
        title: "A consent is superseded",
        requirements: &["N61", "C14"],
        what: "The customer consents a second time for the same mailbox; both connections are used, and an event tells that \
               the older consent has ended.",
        why: "The newer consent takes the place of the older one: the older one's tokens are dead.",
        causes: &["the end of the older consent ends the newer connection too"],
        run: |world, record| Box::pin(superseded(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N62",
        title: "The customer disconnects while the hub is down",
        requirements: &["N62"],
        needs: END,
        what: "The hub answers 503 to whatever ends a consent, then works again.",
        why: "A customer who is told that it is over must be able to rely on it; what the hub did not hear still stands.",
        causes: &["the connection is removed before the hub has answered"],
        run: |world, record| Box::pin(given_back(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N63-renewal",
        title: "A renewal brings another mailbox",
        requirements: &["N63"],
        needs: REFRESH,
        what: "`mailboxId` of a renewal's answer is another customer's mailbox.",
        why: "A connection that changes its mailbox shows one citizen's mail to another.",
        causes: &["what was granted is taken from the newest answer unseen"],
        run: |world, record| Box::pin(other_mailbox(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N64",
        title: "The mandate behind a consent has ended",
        requirements: &["N64", "C14"],
        what: "A consent for an enterprise's mailbox ends with the mandate of whoever gave it.",
        why: "For the app it is an end like any other.",
        causes: &["enterprises' mailboxes are read by another way"],
        run: |world, record| Box::pin(mandate(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "C17",
        title: "Two customers at the same time",
        requirements: &["C17"],
        needs: TWO,
        polarity: Polarity::Accept,
        what: "Two customers connect, and both read in turn.",
        why: "What one customer reads must never be what another one asked for.",
        causes: &["tokens, caches or tags are kept for the app instead of for the connection"],
        run: |world, record| Box::pin(two_customers(world, record)),
        ..BASE_HERE
    },
];

/// The connection is over, and nothing is asked for with it any more.
async fn over(
    world: &mut World,
    record: &mut Record,
    rule: Rule,
    linked: &Linked,
    question: &Question,
) -> Result<(), Stop> {
    let mark = world.hub().mark();
    let outcome = world.reads(record, linked, question).await?;
    let heard = world.hub().all(mark);
    must_be(record, rule, &outcome, &["ended"])?;
    let refused = heard.iter().filter(|heard| matches!(heard.status, 400 | 401)).count();
    record.expect(rule, refused > 0, "the hub is asked, and says that it is over", "no such answer")?;
    at_most(record, rule, &heard, Endpoint::Token, 1)?;
    silent_after(world, record, Rule::new("noFurtherCall", "C14"), linked).await?;
    let state = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?.state;
    record.expect(rule, state == "ended", "ended", &state)
}

async fn revoked(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("endsAtThatPage", "N58");
    let linked = world.control(record).await?;
    world.hub().set(|knobs| knobs.page = 1);
    let pages = Dial::instead(Endpoint::Messages, "revoked", refusal::invalid_token()).after(1);
    let renewals = Dial::instead(Endpoint::Token, "revoked", refusal::oauth("invalid_grant", "revoked"));
    world.hub().turn(&pages);
    world.hub().turn(&renewals);
    let mark = world.hub().mark();

    over(world, record, rule, &linked, &Question::all()).await?;

    let heard = world.hub().all(mark);
    at_most(record, rule, &heard, Endpoint::Messages, 2)?;
    world.control_again(record).await
}

async fn run_out(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let linked = world.control(record).await?;
    found(record, world.hub().end(&linked.consent))?;
    let expired = refusal::problem(401, "belgif:expiredAccessToken", "Expired access token")
        .with("www-authenticate", "Bearer error=\"invalid_token\"");
    world.hub().turn(&Dial::instead(Endpoint::Messages, "401 expiredAccessToken", expired));
    over(world, record, Rule::new("ends", "N59"), &linked, &Question::messages()).await?;
    world.control_again(record).await
}

async fn suspended(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("standsStill", "N60");
    let linked = world.control(record).await?;
    found(record, world.hub().suspend(&linked.consent, true))?;
    let mark = world.hub().mark();

    let outcome = world.reads(record, &linked, &Question::messages()).await?;

    must_be(record, rule, &outcome, &["suspended"])?;
    let renewals = world.hub().heard(Endpoint::Token, mark);
    let refused = renewals.iter().filter(|heard| heard.status == 400).count();
    record.expect(rule, refused > 0, "a renewal answered unauthorized_client", renewals.len())?;
    let shown = outcome.message_ids.len();
    record.expect(rule, shown == 0, "nothing is shown", shown)?;
    let state = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?.state;
    record.expect(rule, state != "ended", "the connection stays", &state)?;
    found(record, world.hub().suspend(&linked.consent, false))?;
    found(record, world.hub().expire_access(&linked.consent))?;
    reads_well(world, record, Rule::new("goesOn", "N60"), &linked, &Question::messages()).await.map(drop)
}

async fn superseded(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let older = world.control(record).await?;
    let newer = world.control(record).await?;
    over(world, record, Rule::new("olderEnds", "N61"), &older, &Question::messages()).await?;
    if world.declares(Capability::Push) {
        let rule = Rule::new("endIsTaken", "N61");
        let delivered = world.pushes(record, &right(world, &ending(world, &older))).await?;
        record.expect(rule, delivered.status == Some(202), "202", format!("{:?}", delivered.status))?;
    }
    reads_well(world, record, Rule::new("newerStays", "N61"), &newer, &Question::messages()).await.map(drop)
}

async fn given_back(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("onlyWhenConfirmed", "N62");
    let linked = world.control(record).await?;
    let busy = json!({"error": "temporarily_unavailable", "error_description": "by the conformance suite"});
    let down = Answer::json(503, busy).with("retry-after", "1");
    let dials = [
        Dial::instead(Endpoint::Revoke, "503", down.clone()),
        Dial::instead(Endpoint::EndConsent, "503", refusal::unavailable(1)),
        Dial::instead(Endpoint::Grant, "503", down),
    ];
    dials.iter().for_each(|dial| world.hub().turn(dial));

    let outcome = world.hook.end(&linked.connection).await.map_err(|fault| told(record, &fault))?;

    let asked: u32 = dials.iter().map(Dial::used).sum();
    record.expect(rule, outcome.outcome != "ok", "not told as over", word(&outcome))?;
    record.expect(rule, asked > 0, "the hub is asked to end it", asked)?;
    let state = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?.state;
    record.expect(rule, state != "ended", "not given up as ended", &state)?;
    world.plain(record)?;
    // as long as the hub asked to be left alone
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let mark = world.hub().mark();
    let outcome = world.hook.end(&linked.connection).await.map_err(|fault| told(record, &fault))?;
    must_be(record, Rule::new("confirmed", "N62"), &outcome, &["ok"])?;
    let endings = [Endpoint::Revoke, Endpoint::EndConsent, Endpoint::Grant];
    let heard = world.hub().all(mark);
    let done = heard.iter().filter(|heard| endings.contains(&heard.endpoint) && heard.status < 300).count();
    record.expect(Rule::new("confirmed", "N62"), done > 0, "the hub is asked and does it", done)?;
    let ended = world.hub().has_ended(&linked.consent);
    record.expect(Rule::new("confirmed", "N62"), ended, "the consent is over at the hub", ended)?;
    world.control_again(record).await
}

async fn other_mailbox(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("refused", "N63");
    let linked = world.control(record).await?;
    let other = world.hub().mailbox("two", "citizen");
    let dial = Dial::set(Endpoint::Token, "/authorization_details/0/mailboxId", json!(other));
    world.hub().turn(&dial);

    let outcome = world.hook.refresh(&linked.connection).await.map_err(|fault| told(record, &fault))?;

    record.expect(rule, dial.used() > 0, "a renewal", dial.used())?;
    must_be(record, rule, &outcome, &["refused"])?;
    let codes = ["otherMailbox", "tooMuchGranted", "tokenAnswer"];
    evidence(record, rule, outcome.refusal.as_deref(), &codes, Proof::Word)?;
    let known = world.hook.connection(&linked.connection).await.map_err(|fault| told(record, &fault))?;
    let own = known.mailbox_id == linked.mailbox;
    record.expect(rule, own, "the mailbox of the consent", &known.mailbox_id)?;
    world.plain(record)?;
    still_reads(world, record, &linked).await
}

async fn mandate(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let linked = world.connects_with(record, "one", &ACTIONS, "enterprise").await?;
    world.must_read(record, &linked, &Question::messages()).await?;
    found(record, world.hub().end(&linked.consent))?;
    over(world, record, Rule::new("ends", "N64"), &linked, &Question::messages()).await?;
    world.control_again(record).await
}

async fn two_customers(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("ownLetters", "C17");
    let one = world.tries(record, "one").await?;
    let one = is_founded(world, record, rule, one).await?;
    let two = world.tries(record, "two").await?;
    let two = is_founded(world, record, rule, two).await?;
    let apart = one.mailbox != two.mailbox;
    record.expect(rule, apart, "two mailboxes", if apart { "two" } else { "one" })?;
    let mark = world.hub().mark();
    for linked in [&one, &two, &one, &two] {
        reads_well(world, record, rule, linked, &Question::messages().again()).await?;
    }
    let lists = world.hub().heard(Endpoint::Messages, mark);
    record.expect(rule, lists.len() >= 4, "four lists that were asked for", lists.len())?;
    let refused = lists.iter().filter(|heard| heard.status >= 400).count();
    record.expect(rule, refused == 0, "each token for its own mailbox", format!("{refused} refused"))
}
