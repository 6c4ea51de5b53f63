//! The mailbox API over HTTP: what its document promises, and what it refuses.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod client;
#[path = "../../../hub/core/tests/common/mod.rs"]
mod common;
#[path = "../../../hub/core/tests/reading/parties.rs"]
mod parties;

use client::Client;
use common::{for_each_database, identity};
use http::{Method, StatusCode};
use hub_core::mailbox::Number;
use hub_core::message::{Addressee, BusinessDatum};
use hub_core::peer::Role;
use parties::{BANK, grants, letter, pdf, publish, second_provider, write_to};
use serde_json::{Value, json};

const ALL: [&str; 3] = ["list", "readContent", "markRead"];
const API: &str = "https://api.test/mailbox/v1";

#[tokio::test]
async fn a_client_follows_the_links_from_the_mailboxes_to_the_bytes() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(100_000);
        let mut draft = letter(&Number::Ssin(anna.clone()), "Aanslagbiljet 2026", &[&file]);
        draft.business_data = vec![BusinessDatum { key: "YEAR".into(), values: vec!["2026".into()] }];
        draft.reply_allowed = true;
        publish(world, &draft, &[&file]).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let client = Client::of(world, &held);

        let mailboxes = client.json(&format!("{API}/mailboxes")).await;
        assert_eq!(mailboxes["self"], format!("{API}/mailboxes"));
        let mailbox = &mailboxes["items"][0];
        assert_eq!(
            (mailboxes["total"].as_i64(), mailbox["mailboxKind"].as_str()),
            (Some(1), Some("citizen"))
        );
        assert_eq!((&mailbox["actions"], mailbox.get("enterpriseNumber")), (&json!(ALL), None));

        let list = client.json(mailbox["href"].as_str().unwrap()).await;
        let listed = &list["items"][0];
        assert_eq!(
            (&list["self"], &list["pageSize"], list.get("next")),
            (&mailbox["href"], &json!(25), None)
        );
        assert_eq!(listed["subject"], json!({ "nl": "Aanslagbiljet 2026" }));

        let message = client.json(listed["href"].as_str().unwrap()).await;
        assert_eq!((&message["self"], &message["messageId"]), (&listed["href"], &listed["messageId"]));
        assert_eq!((&message["replyAllowed"], &message["hasAttachments"]), (&json!(true), &json!(true)));
        assert_eq!(
            message["body"],
            json!({ "mediaType": "text/markdown", "text": { "nl": "Beste **lezer**" }, "main": false })
        );
        assert_eq!(message["businessData"], json!([{ "key": "YEAR", "values": ["2026"] }]));
        let attachment = &message["attachments"][0];
        assert_eq!((&attachment["size"], &attachment["main"]), (&json!(100_000), &json!(true)));

        let content = client.get(attachment["contentHref"].as_str().unwrap()).await;
        assert_eq!((content.status, &content.body), (StatusCode::OK, &file));
        assert_eq!(
            (content.header("content-type"), content.header("content-length")),
            ("application/pdf", "100000")
        );
        let digest = content.header("repr-digest").trim_start_matches("sha-256=:").trim_end_matches("=:");
        assert_eq!(attachment["digest"]["digestValue"], digest.replace('+', "-").replace('/', "_"));
        assert_eq!(
            content.header("content-disposition"),
            "attachment; filename=\"relev_ 0.pdf\"; filename*=UTF-8''relev%C3%A9%200.pdf"
        );
        assert_eq!(
            (content.header("cache-control"), content.header("x-content-type-options")),
            ("no-store", "nosniff")
        );
    })
    .await;
}

#[tokio::test]
async fn pages_link_to_each_other() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        for subject in ["1", "2", "3"] {
            write_to(world, &Number::Ssin(anna.clone()), subject).await;
        }
        let held = grants(world, &anna, BANK, &ALL).await;
        let client = Client::of(world, &held);
        let mut link = format!("{API}/mailboxes/{}/messages?pageSize=2", held.mailbox());

        let first = client.json(&link).await;
        assert_eq!(
            (&first["self"], &first["total"], &first["pageSize"]),
            (&json!(link), &json!(3), &json!(2))
        );
        link = first["next"].as_str().unwrap().to_owned();
        let second = client.json(&link).await;

        assert_eq!((&second["self"], second.get("next")), (&json!(link), None));
        let subjects = |page: &Value| -> Vec<Value> {
            page["items"].as_array().unwrap().iter().map(|item| item["subject"]["nl"].clone()).collect()
        };
        assert_eq!([subjects(&first), subjects(&second)], [vec![json!("3"), json!("2")], vec![json!("1")]]);
    })
    .await;
}

#[tokio::test]
async fn a_patch_sets_the_display_flag_and_nothing_else() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let client = Client::of(world, &held);
        let list = client.json(&format!("{API}/mailboxes/{}/messages", held.mailbox())).await;
        let message = list["items"][0]["href"].as_str().unwrap();

        let marked = client.mark(message, r#"{"read":true}"#).await;
        assert_eq!((marked.status, marked.json()["read"].as_bool()), (StatusCode::OK, Some(true)));
        assert_eq!(marked.json()["href"], message);
        let plain =
            client.send(Method::PATCH, message, Some(("application/json", r#"{"read":false}"#))).await;
        assert_eq!(plain.json()["read"], false);

        let both = client.mark(message, r#"{"read":true,"archived":true}"#).await;
        both.expect_problem(403, "missingPermission");
        client.mark(message, r#"{"opened":true}"#).await.expect_issue("unknownInput", "body", "opened");
        let empty = client.mark(message, "{}").await;
        assert_eq!((empty.status, empty.json()["read"].as_bool()), (StatusCode::OK, Some(false)));
        for wrong in
            [r#"{"read":null}"#, r#"{"archived":null}"#, r#"{"read":"yes"}"#, "[]", "", "{\"read\":true} x"]
        {
            client.mark(message, wrong).await.expect_problem(400, "badRequest");
        }
        let text = client.send(Method::PATCH, message, Some(("text/plain", r#"{"read":true}"#))).await;
        text.expect_problem(415, "unsupportedMediaType");
        client
            .mark(message, &format!("{{\"read\":true{}}}", " ".repeat(5_000)))
            .await
            .expect_problem(413, "payloadTooLarge");
        assert_eq!(client.json(message).await["read"], false);
    })
    .await;
}

#[tokio::test]
async fn what_the_document_does_not_name_is_refused() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let client = Client::of(world, &held);
        let list = format!("{API}/mailboxes/{}/messages", held.mailbox());

        client.get(&format!("{list}?order=date")).await.expect_issue("unknownInput", "query", "order");
        client.get(&format!("{API}/mailboxes?page=2")).await.expect_issue("unknownInput", "query", "page");
        client.get(&format!("{API}/limits?x=1")).await.expect_issue("unknownInput", "query", "x");
        client.get(&format!("{list}?pageSize=5&pageSize=6")).await.expect_issue(
            "schemaViolation",
            "query",
            "pageSize",
        );
        for wrong in ["", "x", "-1", "1.5", "%2B1"] {
            let answer = client.get(&format!("{list}?pageSize={wrong}")).await;
            answer.expect_issue("schemaViolation", "query", "pageSize");
        }
        for wrong in ["0", "101", "99999999999999999999999"] {
            client.get(&format!("{list}?pageSize={wrong}")).await.expect_issue(
                "outOfRange",
                "query",
                "pageSize",
            );
        }
        client.get(&format!("{list}?after=Zm9s")).await.expect_issue("invalidInput", "query", "after");
        client.get(&format!("{API}/mailboxes/me/messages")).await.expect_issue(
            "schemaViolation",
            "path",
            "mailboxId",
        );
        client.get(&format!("{list}/%FF")).await.expect_issue("schemaViolation", "path", "messageId");
        client.get(&format!("{API}/nothing")).await.expect_problem(404, "resourceNotFound");
        for (method, link, allowed) in [
            (Method::POST, format!("{API}/mailboxes"), "GET"),
            (Method::HEAD, list.clone(), "GET"),
            (Method::DELETE, format!("{list}/msg_00000000000000000000000000"), "GET, PATCH"),
        ] {
            let answer = client.send(method, &link, None).await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, allowed));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_the_callers_is_not_found() {
    for_each_database(async |world| {
        second_provider(world).await;
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        write_to(world, &Number::Ssin(bart.clone()), "Voor Bart").await;
        let (annas, barts) = (grants(world, &anna, BANK, &ALL).await, grants(world, &bart, BANK, &ALL).await);
        let list =
            Client::of(world, &barts).json(&format!("{API}/mailboxes/{}/messages", barts.mailbox())).await;
        let foreign = list["items"][0]["messageId"].as_str().unwrap();
        let client = Client::of(world, &annas);

        let mailbox = client.get(&format!("{API}/mailboxes/{}/messages", barts.mailbox())).await;
        let message = client.get(&format!("{API}/mailboxes/{}/messages/{foreign}", annas.mailbox())).await;

        assert_eq!(mailbox.expect_problem(404, "resourceNotFound")["issues"][0]["name"], "mailboxId");
        assert_eq!(message.expect_problem(404, "resourceNotFound")["issues"][0]["name"], "messageId");
    })
    .await;
}

#[tokio::test]
async fn a_refused_token_is_told_where_to_get_one() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &["list"]).await;
        let metadata = "https://api.test/.well-known/oauth-protected-resource/mailbox/v1";
        let list = format!("{API}/mailboxes/{}/messages", held.mailbox());

        let none = Client::new(world, BANK, None).get(&list).await;
        none.expect_problem(401, "noAccessToken");
        assert_eq!(none.header("www-authenticate"), format!("Bearer resource_metadata=\"{metadata}\""));
        let unknown = Client::new(world, BANK, Some("fat_x")).get(&list).await;
        unknown.expect_problem(401, "invalidAccessToken");
        assert!(unknown.header("www-authenticate").contains("error=\"invalid_token\""));
        let stranger = Client::new(world, "demo-stranger", Some(&held.access)).get(&list).await;
        assert_eq!(stranger.expect_problem(401, "certificateRefused")["reason"], "notRegistered");
        let message = Client::of(world, &held).get(&format!("{list}/msg_00000000000000000000000000")).await;
        message.expect_problem(403, "missingPermission");

        held.revoke(world).await;
        Client::of(world, &held).get(&list).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn limits_are_published_and_kept() {
    for_each_database(async |world| {
        let provider = world.hub.client(&identity(Role::Provider, BANK), BANK).await.unwrap();
        let token = provider.client_credentials(Some("consents"), None).await.unwrap().access;
        let client = Client::limited(world, BANK, Some(token.expose()), 2);

        let limits = client.json(&format!("{API}/limits")).await;
        assert_eq!(limits["requestRate"], json!({ "perSecond": 2, "burst": 2 }));
        assert_eq!(limits["pageSize"], json!({ "default": 25, "maximum": 100 }));
        assert_eq!(limits["message"]["attachmentSize"], 20 * 1024 * 1024);
        client.get(&format!("{API}/mailboxes")).await.expect_problem(403, "missingPermission");
        let third = client.get(&format!("{API}/limits")).await;
        third.expect_problem(429, "tooManyRequests");
        assert!(!third.header("retry-after").is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_document_needs_a_registered_certificate_and_no_token() {
    for_each_database(async |world| {
        let document = Client::new(world, BANK, None).get(&format!("{API}/doc/openapi.yaml")).await;
        assert_eq!((document.status, document.header("content-type")), (StatusCode::OK, "application/yaml"));
        assert_eq!(document.body, specs::MAILBOX_OPENAPI);

        let stranger =
            Client::new(world, "demo-stranger", None).get(&format!("{API}/doc/openapi.yaml")).await;
        stranger.expect_problem(401, "certificateRefused");
    })
    .await;
}

#[tokio::test]
async fn the_person_a_message_is_meant_for_is_shown_to_the_enterprises_reader() {
    for_each_database(async |world| {
        let (anna, firm) = (world.citizen(1, true).await, common::enterprise(1));
        parties::represents(world, &[&anna], &firm, "2100-01-01T00:00:00Z").await;
        let held = parties::grants_for_enterprise(world, &anna, BANK, &ALL).await;
        let mut draft = letter(&Number::Enterprise(firm), "Loonfiche", &[]);
        draft.for_the_attention_of = Some(Addressee { name: Some("HR".into()), ssin: None });
        publish(world, &draft, &[]).await;
        let client = Client::of(world, &held);

        let mailboxes = client.json(&format!("{API}/mailboxes")).await;
        let list = client.json(mailboxes["items"][0]["href"].as_str().unwrap()).await;
        let message = client.json(list["items"][0]["href"].as_str().unwrap()).await;

        assert_eq!(mailboxes["items"][0]["enterpriseNumber"], firm.to_string());
        assert_eq!(
            (&message["forTheAttentionOf"], &message["body"]["main"]),
            (&json!({ "name": "HR" }), &json!(true))
        );
        assert_eq!((&message["attachments"], &message["businessData"]), (&json!([]), &json!([])));
    })
    .await;
}

#[tokio::test]
async fn the_metadata_is_open_to_everybody() {
    for_each_database(async |world| {
        let router = provider_adapters::metadata_routes(
            world.hub.audiences(),
            &provider_adapters::Issuers { main: "https://hub.test".into(), ebox: None },
            &provider_adapters::all(),
        );
        let client = Client { router: router.with_state(world.hub.clone()), token: None };

        let mailbox = client.json("/.well-known/oauth-protected-resource/mailbox/v1").await;
        let sender = client.json("/.well-known/oauth-protected-resource/sender/v1").await;

        assert_eq!(
            (&mailbox["resource"], &sender["resource"]),
            (&json!(API), &json!("https://api.test/sender/v1"))
        );
        assert_eq!(mailbox["authorization_servers"], json!(["https://hub.test"]));
    })
    .await;
}
