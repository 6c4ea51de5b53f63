//! The token answer: what is used, what is not, and what was granted.

use serde_json::json;

use super::{
    BASE, READ,
    act::{WrongFlow, accepts, closes, finish, reads_well, refuses},
    world::{World, found, told, word},
};
use crate::{
    app::Question,
    engine::{Case, Polarity, Record, Rule, Stop},
    stage::{Answer, Content, Dial, Endpoint},
};

mod failing;
mod granted;

const BASE_HERE: Case<World> = Case { section: "token", ..BASE };

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N32",
        title: "A token answer without expires_in",
        requirements: &["N32", "C13"],
        polarity: Polarity::Accept,
        needs: READ,
        what: "The token answer has no `expires_in`.",
        why: "The member is only recommended; that a token is over is learnt from the API in any case.",
        causes: &["the member is required, or a missing one counts as zero seconds"],
        run: |world, record| {
            Box::pin(goes_on(world, record, "N32", Dial::without(Endpoint::Token, "/expires_in")))
        },
        ..BASE_HERE
    },
    Case {
        id: "N33",
        title: "A token type in odd letters",
        requirements: &["N33", "C13"],
        polarity: Polarity::Accept,
        needs: READ,
        what: "`token_type` is `bEaReR`.",
        why: "Its case does not matter (RFC 6749 5.1), and hubs differ.",
        causes: &["it is compared letter by letter"],
        run: |world, record| {
            let dial = Dial::set(Endpoint::Token, "/token_type", json!("bEaReR"));
            Box::pin(goes_on(world, record, "N33", dial))
        },
        ..BASE_HERE
    },
    Case {
        id: "N45",
        title: "A token answer with members that nobody knows",
        requirements: &["N45", "C13"],
        polarity: Polarity::Accept,
        needs: READ,
        what: "The token answer has a member that no standard knows.",
        why: "Hubs add members; an app that stops at them stops on the day of an upgrade.",
        causes: &["the document is read with unknown members refused"],
        run: |world, record| {
            let dial = Dial::set(Endpoint::Token, "/x_member_of_tomorrow", json!([1, {"a": null}]));
            Box::pin(goes_on(world, record, "N45", dial))
        },
        ..BASE_HERE
    },
    Case {
        id: "N34",
        title: "A token of another type",
        requirements: &["N34"],
        what: "`token_type` is `DPoP`.",
        why: "A type that the app does not use asks for protection that the app does not give.",
        causes: &["the member is not read"],
        run: |world, record| {
            let dial = Dial::set(Endpoint::Token, "/token_type", json!("DPoP"));
            Box::pin(no_connection(world, record, "N34", dial, &["tokenType"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N34-missing",
        title: "A token of no type",
        requirements: &["N34"],
        what: "The token answer has no `token_type`.",
        why: "The member is required: without it nobody knows how the token is to be used.",
        causes: &["a missing type counts as Bearer"],
        run: |world, record| {
            let dial = Dial::without(Endpoint::Token, "/token_type");
            Box::pin(no_connection(world, record, "N34", dial, &["tokenType", "tokenAnswer"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N35",
        title: "A token answer without a token",
        requirements: &["N35"],
        what: "The token answer has no `access_token`.",
        why: "A connection without a token is none; the customer must not see a green tick.",
        causes: &["status 200 counts as success"],
        run: |world, record| {
            let dial = Dial::without(Endpoint::Token, "/access_token");
            Box::pin(no_connection(world, record, "N35", dial, &["tokenMissing", "tokenAnswer"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N35-empty",
        title: "A token answer with an empty token",
        requirements: &["N35"],
        what: "`access_token` is an empty text.",
        why: "A connection without a token is none; the customer must not see a green tick.",
        causes: &["only the member's presence is looked at"],
        run: |world, record| {
            let dial = Dial::set(Endpoint::Token, "/access_token", json!(""));
            Box::pin(no_connection(world, record, "N35", dial, &["tokenMissing", "tokenAnswer"]))
        },
        ..BASE_HERE
    },
    Case {
        id: "N43",
        title: "A page instead of a token answer",
        requirements: &["N43"],
        what: "The token endpoint answers 200 with a page of HTML.",
        why: "Proxies and maintenance pages answer 200 too.",
        causes: &["the body is not checked before it is read"],
        run: |world, record| {
            let page = Answer::bytes(200, "text/html", b"<html><h1>Maintenance</h1></html>".to_vec());
            let dial = Dial::instead(Endpoint::Token, "200 with a page of HTML", page);
            Box::pin(no_connection(world, record, "N43", dial, NO_JSON))
        },
        ..BASE_HERE
    },
    Case {
        id: "N43-type",
        title: "A token answer that says it is a page",
        requirements: &["N43"],
        what: "The token answer is right JSON with `Content-Type: text/html`.",
        why: "What a body is, its type says; who reads on regardless reads what others wrote into pages.",
        causes: &["the content type is not looked at"],
        run: |world, record| {
            let dial = Dial::content_type(Endpoint::Token, "text/html; charset=utf-8");
            Box::pin(no_connection(world, record, "N43", dial, NO_JSON))
        },
        ..BASE_HERE
    },
    granted::NARROWER,
    granted::WIDER,
    granted::OTHER_KIND,
    granted::SECOND_MAILBOX,
    granted::NO_GRANT_ID,
    failing::FAILING,
    failing::RENEWAL_FAILING,
    failing::ENDLESS,
    failing::SILENT,
];

const NO_JSON: &[&str] = &["notJson", "tokenAnswer", "contentType", "shape"];

/// An unusual token answer that is right.
async fn goes_on(
    world: &mut World,
    record: &mut Record,
    requirement: &'static str,
    dial: Dial,
) -> Result<(), Stop> {
    let linked = accepts(world, record, Rule::new("goesOn", requirement), Some(&dial)).await?;
    reads_well(world, record, Rule::new("understood", "C13"), &linked, &Question::messages()).await.map(drop)
}

/// A wrong token answer: nothing is read with it.
async fn no_connection(
    world: &mut World,
    record: &mut Record,
    requirement: &'static str,
    dial: Dial,
    codes: &[&str],
) -> Result<(), Stop> {
    let rule = Rule::new("noConnection", requirement);
    let never = &[Endpoint::Mailboxes, Endpoint::Messages, Endpoint::Message];
    refuses(world, record, WrongFlow { rule, dial, codes, never }).await
}
