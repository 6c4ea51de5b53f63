//! Using a consent: what is read, what is refused, and how it ends.

use std::{sync::Arc, time::Instant};

use serde_json::{Value, json};

use crate::{
    app::App,
    hub::{Answer, Hub, MAILBOX, summary, tokens},
};

fn messages() -> String {
    format!("GET {MAILBOX}/messages")
}

/// A page of the list.
fn page(hub: &Hub, ids: &[&str], next: Option<&str>) -> Answer {
    let list = format!("{}{MAILBOX}/messages", hub.origin());
    let items: Vec<_> = ids.iter().map(|id| summary(&hub.origin(), id)).collect();
    let mut page = json!({ "self": list, "items": items, "pageSize": 2 });
    if let Some(next) = next {
        page["next"] = json!(next.replace("LIST", &list));
    }
    Answer::json(200, &page)
}

fn token(n: usize) -> Answer {
    let mut tokens = tokens();
    tokens["access_token"] = json!(format!("fat_{n}"));
    tokens["refresh_token"] = json!(format!("frt_{n}"));
    Answer::json(200, &tokens)
}

#[tokio::test]
async fn what_is_read_is_asked_for_with_the_token_in_the_header_and_a_trace_id() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;

    let read = app.reads(&connection, &json!({ "what": "messages" })).await;
    assert_eq!((&read["outcome"], &read["messageIds"]), (&json!("ok"), &json!(["msg_1", "msg_2"])));
    let message = app.reads(&connection, &json!({ "what": "message", "messageId": "msg_1" })).await;
    assert_eq!(message["messages"][0]["subject"], "Letter msg_1");
    let asked = hub.asked(&messages());
    assert_eq!(asked[0].headers["authorization"], "Bearer fat_1");
    assert!(!asked[0].query.contains("fat_1") && asked[0].certificate.is_some());
    assert_eq!(asked[0].headers["belgov-trace-id"].len(), 36);
}

#[tokio::test]
async fn a_read_whose_connection_goes_away_is_asked_once_more_under_another_trace_id() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;

    hub.next(&messages(), Answer::none());
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ok");

    let [first, second] = hub.asked(&messages()).try_into().unwrap();
    assert_ne!(first.headers["belgov-trace-id"], second.headers["belgov-trace-id"]);
}

#[tokio::test]
async fn after_401_the_token_is_renewed_once_and_the_call_made_once_more() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;

    for n in 2..4 {
        hub.next(&messages(), Answer::problem(401, "invalidAccessToken"));
        hub.next("POST /token", token(n));
        assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ok");
        assert_eq!(hub.asked(&messages()).pop().unwrap().headers["authorization"], format!("Bearer fat_{n}"));
    }
    let renewals = hub.asked("POST /token");
    assert!(
        renewals[1].body.contains("frt_1") && renewals[2].body.contains("frt_2"),
        "the token was replaced"
    );

    hub.forget();
    hub.always(&messages(), Answer::problem(401, "invalidAccessToken"));
    hub.next("POST /token", token(4));
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ended");
    assert_eq!((hub.asked(&messages()).len(), hub.asked("POST /token").len()), (2, 1));
}

#[tokio::test]
async fn the_end_of_a_consent_ends_reading_and_its_suspension_does_not() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    let refused = |error: &str| Answer::json(400, &json!({ "error": error }));

    hub.always(&messages(), Answer::problem(401, "invalidAccessToken"));
    hub.next("POST /token", refused("unauthorized_client"));
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "suspended");
    assert_eq!(app.get(&format!("/connections/{connection}")).await["state"], "suspended");
    hub.forget();
    hub.next(&messages(), Answer::problem(401, "invalidAccessToken"));
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ok");
    assert_eq!(app.get(&format!("/connections/{connection}")).await["state"], "connected");

    hub.next("POST /token", Answer::of(500, "text/html", "<html>"));
    let failed = app.post(&format!("/connections/{connection}/refresh"), &json!({})).await;
    assert_eq!((&failed["outcome"], &failed["refusal"]), (&json!("failed"), &json!("hubFailed")));

    hub.next("POST /token", refused("invalid_grant"));
    let ended = app.post(&format!("/connections/{connection}/refresh"), &json!({})).await;
    assert_eq!((&ended["outcome"], &ended["refusal"]), (&json!("ended"), &json!("grantEnded")));
    let before = hub.count();
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ended");
    assert_eq!(hub.count(), before, "nothing is asked any more");
}

#[tokio::test]
async fn a_renewal_brings_the_same_consent_or_is_refused() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    for (member, value, why) in [
        ("mailboxId", json!("mbx_2"), "otherMailbox"),
        ("consentId", json!("cns_2"), "otherMailbox"),
        ("actions", json!(["list", "readContent", "markRead", "archive"]), "tooMuchGranted"),
    ] {
        let mut other = tokens();
        other["authorization_details"][0][member] = value;
        hub.next("POST /token", Answer::json(200, &other));
        let refused = app.post(&format!("/connections/{connection}/refresh"), &json!({})).await;
        assert_eq!((&refused["outcome"], &refused["refusal"]), (&json!("refused"), &json!(why)));
    }
    let mut narrower = tokens();
    narrower["authorization_details"][0]["actions"] = json!(["list"]);
    hub.next("POST /token", Answer::json(200, &narrower));
    assert_eq!(app.post(&format!("/connections/{connection}/refresh"), &json!({})).await["outcome"], "ok");
    let denied = app.reads(&connection, &json!({ "what": "message", "messageId": "msg_1" })).await;
    assert_eq!((&denied["outcome"], &denied["refusal"]), (&json!("denied"), &json!("insufficientScope")));
    assert!(hub.asked(&format!("GET {MAILBOX}/messages/msg_1")).is_empty());
}

#[tokio::test]
async fn a_hub_that_asks_to_wait_is_left_alone_for_that_time() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    for (status, asked, least) in [(429, "2", 1), (503, "Sun, 06 Nov 1994 08:49:39 GMT", 1)] {
        app.post("/reset", &json!({})).await;
        hub.forget();
        let connection = app.connects(&hub, "one").await;
        let busy = Answer::problem(status, "tooManyRequests").with("retry-after", asked).with(date.0, date.1);
        hub.next(&messages(), busy);
        let begun = Instant::now();
        let later = app.reads(&connection, &json!({ "what": "messages" })).await;
        assert_eq!((&later["outcome"], &later["retryAfterSeconds"]), (&json!("later"), &json!(2)), "{later}");
        let count = hub.count();
        assert_eq!(app.begin("two").await["refusal"], "slowDown");
        assert_eq!(hub.count(), count, "the hub was called meanwhile");
        while app.reads(&connection, &json!({ "what": "messages" })).await["outcome"] != "ok" {
            tokio::task::yield_now().await;
        }
        assert!(begun.elapsed().as_secs() >= least);
        assert_eq!(hub.asked(&messages()).len(), 2);
    }
}

#[tokio::test]
async fn a_refusal_is_final_for_its_call_and_the_connection_stays() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    let certificate = json!({ "type": "urn:problem-type:facteur:certificateRefused", "reason": "revoked" });
    for (answer, outcome, refusal) in [
        (Answer::problem(403, "missingPermission"), "denied", "insufficientScope"),
        (Answer::problem(404, "resourceNotFound"), "gone", "notFound"),
        (Answer::problem(410, "gone"), "gone", "notFound"),
        (Answer::of(401, "application/problem+json", certificate.to_string()), "denied", "clientRefused"),
        (Answer::of(502, "text/html", "<html>"), "failed", "hubFailed"),
        (Answer::of(200, "text/html", "<html>"), "refused", "notJson"),
        (Answer::json(200, &json!({ "messageId": 1 })), "refused", "shape"),
        (Answer::of(302, "text/plain", "").with("location", "/elsewhere"), "failed", "other"),
    ] {
        hub.next(&format!("GET {MAILBOX}/messages/msg_1"), answer);
        let told = app.reads(&connection, &json!({ "what": "message", "messageId": "msg_1" })).await;
        assert_eq!((&told["outcome"], &told["refusal"]), (&json!(outcome), &json!(refusal)), "{told}");
    }
    assert_eq!(hub.asked("POST /token").len(), 1, "nothing was renewed");
    assert_eq!(hub.asked(&format!("GET {MAILBOX}/messages/msg_1")).len(), 8, "nothing was asked twice");
    assert!(hub.asked("GET /elsewhere").is_empty());
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ok");
}

#[tokio::test]
async fn a_list_is_followed_to_its_end_each_message_once() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    let all = json!({ "what": "messages", "all": true });
    let pages = [
        page(&hub, &["msg_1", "msg_2"], Some("LIST?after=a")),
        page(&hub, &[], Some("LIST?after=b")),
        page(&hub, &["msg_2", "msg_3"], None),
    ];
    pages.into_iter().for_each(|page| hub.next(&messages(), page));
    assert_eq!(app.reads(&connection, &all).await["messageIds"], json!(["msg_1", "msg_2", "msg_3"]));

    // a cursor that the hub does not know any more: once from the beginning
    hub.next(&messages(), page(&hub, &["msg_9"], Some("LIST?after=old")));
    hub.next(&messages(), Answer::problem(410, "resyncRequired"));
    hub.next(&messages(), page(&hub, &["msg_1"], None));
    assert_eq!(app.reads(&connection, &all).await["messageIds"], json!(["msg_1"]));

    for next in ["https://evil.example/messages?after=a", "LIST/../other?after=a", "LIST?after=a"] {
        hub.next(&messages(), page(&hub, &["msg_1"], Some(next)));
        hub.next(&messages(), page(&hub, &["msg_2"], Some("LIST?after=a")));
        let told = app.reads(&connection, &all).await;
        assert_eq!((&told["outcome"], &told["refusal"]), (&json!("refused"), &json!("paging")), "{next}");
        hub.forget();
    }
}

#[tokio::test]
async fn an_answer_about_another_mailbox_or_message_is_refused() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    let mut foreign = summary(&hub.origin(), "msg_1");
    foreign["href"] = json!(format!("{}/mailbox/v1/mailboxes/mbx_2/messages/msg_1", hub.origin()));
    hub.next(&messages(), Answer::json(200, &json!({ "items": [foreign] })));
    hub.next(&format!("GET {MAILBOX}/messages/msg_1"), Answer::json(200, &summary(&hub.origin(), "msg_2")));
    for question in [json!({ "what": "messages" }), json!({ "what": "message", "messageId": "msg_1" })] {
        let told = app.reads(&connection, &question).await;
        assert_eq!((&told["outcome"], &told["refusal"]), (&json!("refused"), &json!("otherMailbox")));
    }
}

#[tokio::test]
async fn an_attachment_that_is_not_what_was_announced_is_not_handed_on() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    let content = format!("GET {MAILBOX}/messages/msg_1/attachments/att_1/content");
    let question = json!({ "what": "attachment", "messageId": "msg_1", "attachmentId": "att_1" });
    for (answer, why) in [
        (Answer::of(200, "text/plain", "abd"), "digest"),
        (Answer::of(200, "text/plain", "ab"), "length"),
        (Answer::of(200, "text/plain", "abcd"), "length"),
        (Answer::of(200, "text/html", "abc"), "contentType"),
        (Answer::of(200, "text/plain", "abc").with("repr-digest", "sha-256=:AAAA:"), "digest"),
    ] {
        hub.next(&content, answer);
        let told = app.reads(&connection, &question).await;
        assert_eq!((&told["outcome"], &told["refusal"]), (&json!("refused"), &json!(why)), "{told}");
    }
    assert_eq!(app.reads(&connection, &question).await["attachment"]["size"], 3);
}

#[tokio::test]
async fn what_did_not_change_is_asked_for_with_its_tag() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    let question = json!({ "what": "messages", "ifNoneMatch": true });
    assert_eq!(app.reads(&connection, &question).await["unchanged"], false);
    hub.next(&messages(), Answer { status: 304, headers: vec![], body: vec![] });
    assert_eq!(app.reads(&connection, &question).await["unchanged"], true);
    assert_eq!(hub.asked(&messages())[1].headers["if-none-match"], "\"tag-1\"");
    // unasked it is no answer
    hub.next(&messages(), Answer { status: 304, headers: vec![], body: vec![] });
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "refused");
}

#[tokio::test]
async fn a_customer_is_told_of_the_end_after_the_hub_confirmed_it() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let flow = app.flow(&hub, "one").await;
    app.comes_back(&flow.honest(&hub), &flow.cookies).await;
    let connection =
        app.get(&format!("/flows/{}", flow.id)).await["connectionId"].as_str().unwrap().to_owned();

    hub.next("POST /revoke", Answer::of(500, "text/html", "<html>"));
    assert_eq!(app.post(&format!("/connections/{connection}/end"), &json!({})).await["outcome"], "failed");
    hub.next("POST /revoke", Answer::of(500, "text/html", "<html>"));
    assert_eq!(app.sends("/disconnect", "same-origin", &flow.cookies).await, 502);
    assert_eq!(app.get(&format!("/connections/{connection}")).await["state"], "connected");
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ok");

    assert_eq!(app.post(&format!("/connections/{connection}/end"), &json!({})).await["outcome"], "ok");
    assert_eq!(app.get(&format!("/connections/{connection}")).await["state"], "ended");
    assert!(hub.asked("POST /revoke")[2].body.contains("frt_1"));
}

#[tokio::test]
async fn two_customers_are_never_crossed_and_their_letters_are_text() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let (one, two) = (app.flow(&hub, "one").await, app.flow(&hub, "two").await);
    let mut second = tokens();
    second["access_token"] = json!("fat_two");
    second["authorization_details"][0]["mailboxId"] = json!("mbx_2");
    second["authorization_details"][0]["consentId"] = json!("cns_2");
    app.comes_back(&one.honest(&hub), &one.cookies).await;
    hub.next("POST /token", Answer::json(200, &second));
    app.comes_back(&two.honest(&hub), &two.cookies).await;

    let mut letter = summary(&hub.origin(), "msg_7");
    letter["subject"] = json!({ "en": "<script>alert(1)</script>" });
    hub.next(&messages(), Answer::json(200, &json!({ "items": [letter] })));
    let shown = app.page("/mail", &one.cookies).await;
    assert!(shown.contains("alert(1)") && !shown.contains("<script"), "{shown}");
    app.page("/mail", &two.cookies).await;
    let theirs = hub.asked("GET /mailbox/v1/mailboxes/mbx_2/messages");
    assert_eq!(theirs[0].headers["authorization"], "Bearer fat_two");
    assert_eq!(hub.asked(&messages())[0].headers["authorization"], "Bearer fat_1");
}

#[tokio::test]
async fn calls_that_are_refused_together_renew_the_token_once() {
    let hub = Arc::new(Hub::start().await);
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    hub.next(&messages(), Answer::problem(401, "invalidAccessToken"));
    hub.next(&messages(), Answer::problem(401, "invalidAccessToken"));
    hub.next("POST /token", token(2));
    let question: Value = json!({ "what": "messages" });
    let (left, right) = tokio::join!(app.reads(&connection, &question), app.reads(&connection, &question));
    assert_eq!((&left["outcome"], &right["outcome"]), (&json!("ok"), &json!("ok")));
    assert!(hub.asked("POST /token").len() <= 3);
}
