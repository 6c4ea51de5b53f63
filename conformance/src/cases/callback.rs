//! The answer through the browser: whose it is, whether it is the one that was asked for, and what it says.

use super::{
    BASE,
    act::{Proof, WrongFlow, closes, evidence, refuses, tries_wrong},
    world::World,
};
use crate::{
    engine::{Case, Record, Rule, Stop},
    stage::{Content, Dial, Endpoint},
};

mod browsers;

const BASE_HERE: Case<World> = Case { section: "callback", ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N18",
        title: "An answer without iss",
        requirements: &["N18", "C6"],
        what: "The answer has code and state, and no `iss`.",
        why: "Without the sender's name an app cannot know which hub answers: the way in for mix-up attacks.",
        causes: &["iss is compared only where it is there"],
        run: |world, record| Box::pin(answers(world, record, "N18", Dial::no_parameter("iss"), ISSUER)),
        ..BASE_HERE
    },
    Case {
        id: "N19",
        title: "An answer of another hub",
        requirements: &["N19", "C6"],
        what: "`iss` names another hub.",
        why: "A hostile hub sends the browser on with its own name, to be given the honest hub's code.",
        causes: &["iss is not compared with the issuer that was asked"],
        run: |world, record| Box::pin(of_another_hub(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N20",
        title: "An iss with a slash more",
        requirements: &["N20", "C6"],
        what: "`iss` is the issuer's with a slash at its end.",
        why: "Issuers are compared letter by letter; whoever normalises them opens a door for look-alikes.",
        causes: &["iss is parsed as an address before it is compared"],
        run: |world, record| {
            let issuer = format!("{}/", world.hub().setting().issuer);
            Box::pin(answers(world, record, "N20", Dial::parameter("iss", issuer), ISSUER))
        },
        ..BASE_HERE
    },
    Case {
        id: "N20-case",
        title: "An iss in other letters",
        requirements: &["N20", "C6"],
        what: "The host in `iss` is written in capitals.",
        why: "Issuers are compared letter by letter, though hosts do not care for capitals.",
        causes: &["iss is parsed as an address, or compared without regard to case"],
        run: |world, record| {
            let issuer = world.hub().setting().issuer.replacen("https://", "HTTPS://", 1).to_uppercase();
            Box::pin(answers(world, record, "N20", Dial::parameter("iss", issuer), ISSUER))
        },
        ..BASE_HERE
    },
    Case {
        id: "N21",
        title: "An answer without state",
        requirements: &["N21"],
        what: "The answer has code and iss, and no `state`.",
        why: "Without it anybody's code can be put into a customer's browser.",
        causes: &["state is compared only where it is there"],
        run: |world, record| Box::pin(answers(world, record, "N21", Dial::no_parameter("state"), STATE)),
        ..BASE_HERE
    },
    Case {
        id: "N22",
        title: "A state that nobody made",
        requirements: &["N22"],
        what: "`state` is a text that the app never sent.",
        why: "It is the customer's protection against answers that somebody else began.",
        causes: &["state is looked for and not compared"],
        run: |world, record| {
            let dial = Dial::parameter("state", "a-state-that-nobody-made-0123456789abcdef");
            Box::pin(answers(world, record, "N22", dial, STATE))
        },
        ..BASE_HERE
    },
    Case {
        id: "N25",
        title: "Two codes in one answer",
        requirements: &["N25"],
        what: "`code` stands twice, the second one another.",
        why: "Two readers of one answer may take two different values: what was checked is not what is used.",
        causes: &["the parameters are read into a map where the last one wins"],
        run: |world, record| {
            let dial = Dial::repeats("code", "fac_another-code-than-the-first");
            Box::pin(answers(world, record, "N25", dial, TWICE))
        },
        ..BASE_HERE
    },
    Case {
        id: "N25-iss",
        title: "Two issuers in one answer",
        requirements: &["N25"],
        what: "`iss` stands twice, once of another hub: behind the right one, then before it.",
        why: "Two readers of one answer may take two different values: what was checked is not what is used.",
        causes: &["the parameters are read into a map where the last or the first one wins"],
        run: |world, record| Box::pin(two_issuers(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N26",
        title: "The citizen says no",
        requirements: &["N26"],
        what: "The answer is `error=access_denied`, with state and iss.",
        why: "It is the most common of all errors. The customer must read it in plain words, and nothing is redeemed.",
        causes: &["an error is met like a broken answer"],
        run: |world, record| Box::pin(denied(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N27",
        title: "An error answer without iss",
        requirements: &["N27", "C6"],
        what: "The answer is `error=access_denied` without `iss`.",
        why: "An error that anybody may have sent is no word of the hub.",
        causes: &["iss is looked at after the error"],
        run: |world, record| Box::pin(answers(world, record, "N27", error_without_issuer(), ISSUER)),
        ..BASE_HERE
    },
    Case {
        id: "N28",
        title: "A code and an error",
        requirements: &["N28"],
        what: "The answer has a right code and `error=access_denied`.",
        why: "An answer says one thing. What is redeemed here the customer was told to be refused.",
        causes: &["the first of the two that is found decides"],
        run: |world, record| {
            let codes = &["contradiction", "accessDenied", "hubRefused"];
            Box::pin(answers(world, record, "N28", Dial::parameter("error", "access_denied"), codes))
        },
        ..BASE_HERE
    },
    Case {
        id: "N30",
        title: "The answer stands in the fragment",
        requirements: &["N30"],
        what: "Code, state and iss stand behind `#` of the redirect URI.",
        why: "Fragments stay in the browser, where scripts and histories read them.",
        causes: &["a script of the page hands the fragment on"],
        run: |world, record| {
            let codes = &["codeMissing", "state", "issuer", "noSession", "contradiction"];
            Box::pin(answers(world, record, "N30", Dial::fragment(), codes))
        },
        ..BASE_HERE
    },
    Case {
        id: "N31",
        title: "An answer that nobody asked for",
        requirements: &["N31"],
        what: "Instead of a code the answer brings `response` and `id_token`.",
        why: "What was not asked for opens nothing, however well it looks.",
        causes: &["a library that accepts every kind of answer"],
        run: |world, record| {
            let codes = &["codeMissing", "contradiction", "hubRefused"];
            Box::pin(answers(world, record, "N31", unasked(), codes))
        },
        ..BASE_HERE
    },
    browsers::ANOTHER_BROWSER,
    browsers::ANOTHER_CUSTOMER,
    browsers::REPLAYED_STATE,
    browsers::CROSSED_STATE,
    browsers::OPENED_TWICE,
    browsers::SENT_AWAY,
];

const ISSUER: &[&str] = &["issuer"];
const STATE: &[&str] = &["state", "noSession"];
const TWICE: &[&str] = &["duplicateParameter", "contradiction"];
const TWICE_ISSUER: &[&str] = &["duplicateParameter", "contradiction", "issuer"];

/// A wrong answer: no token request.
async fn answers(
    world: &mut World,
    record: &mut Record,
    requirement: &'static str,
    dial: Dial,
    codes: &[&str],
) -> Result<(), Stop> {
    let rule = Rule::new("noTokenRequest", requirement);
    let wrong = WrongFlow { rule, dial, codes, never: &[Endpoint::Token] };
    if !OF_ISSUERS.contains(&requirement) {
        return refuses(world, record, wrong).await;
    }
    let judged = tries_wrong(world, record, &wrong).await?;
    let asked = world.hub().heard(Endpoint::Token, 0).len();
    let told = format!("{asked} requests");
    record.expect(Rule::new("issuerFirst", "C6"), asked == 0, "no token request", told)?;
    closes(world, record, judged).await
}

/// The requirements that are parts of C6.
const OF_ISSUERS: &[&str] = &["N18", "N19", "N20", "N27"];

async fn of_another_hub(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let issuer = world.stage.hostile.setting().issuer.clone();
    answers(world, record, "N19", Dial::parameter("iss", issuer), ISSUER).await
}

async fn two_issuers(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let issuer = world.stage.hostile.setting().issuer.clone();
    answers(world, record, "N25", Dial::repeats("iss", issuer.clone()), TWICE_ISSUER).await?;
    world.renew(record).await?;
    answers(world, record, "N25", Dial::forestalls("iss", issuer), TWICE_ISSUER).await
}

async fn denied(world: &mut World, record: &mut Record) -> Result<(), Stop> {
    let rule = Rule::new("noTokenRequest", "N26");
    world.control(record).await?;
    world.renew(record).await?;
    let dial = Dial::error("access_denied");
    world.hub().turn(&dial);
    let mark = world.hub().mark();

    let tried = world.tries(record, "one").await?;

    let asked = world.hub().heard(Endpoint::Token, mark).len();
    record.expect(rule, tried.flow.state != "connected", "no connection", &tried.flow.state)?;
    record.expect(rule, asked == 0, "no token request", asked)?;
    let page = tried.page.unwrap_or_default();
    let plain = page.status < 500 && !page.text.trim().is_empty();
    let told = format!("status {}, {} characters", page.status, page.text.len());
    record.expect(Rule::new("plainMessage", "N26"), plain, "a page that says so", told)?;
    let codes = ["accessDenied"];
    let judged = evidence(record, rule, tried.flow.refusal.as_deref(), &codes, Proof::Wire);
    closes(world, record, judged).await
}

fn error_without_issuer() -> Dial {
    Dial::new(Endpoint::Authorize, "error=access_denied without iss", |_, answer| {
        if let Content::Redirect(redirect) = &mut answer.body {
            redirect.parameters.retain(|(name, _)| name == "state");
            redirect.parameters.push(("error".to_owned(), "access_denied".to_owned()));
        }
    })
}

fn unasked() -> Dial {
    Dial::new(Endpoint::Authorize, "response and id_token instead of a code", |_, answer| {
        if let Content::Redirect(redirect) = &mut answer.body {
            redirect.parameters.retain(|(name, _)| name != "code");
            for name in ["response", "id_token"] {
                redirect.parameters.push((name.to_owned(), "eyJhbGciOiJub25lIn0.e30.".to_owned()));
            }
        }
    })
}
