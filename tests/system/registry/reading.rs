//! The mailbox of the token: its summary, its messages, their content, and what counts as read.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::letter::{digest, pdf};
use system_tests::world::people::{Person, enterprise};

use super::{BASE, described, enterprise_box, expect_refusal, own_software, reader, sender};
use crate::mailbox::grants_all;

#[tokio::test]
async fn rule_1_lists_have_items_and_a_total_also_where_nothing_is() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
        let grant = grants_all(&bert, &bank).await;
        let desk = reader(&bank, &grant).await;

        assert_eq!(desk.list("").await, json!({"items": [], "totalItems": 0}));
        let ebox = desk.get("/ebox").await.expect(200);
        assert_eq!(ebox, json!({"numberOfMessages": 0, "numberOfUnreadMessages": 0, "eboxSize": 0.0}));

        tax.delivers(&tax.letter(&bert.person.recipient(), "Umber gazelle note").body("Hallo")).await;
        let message = desk.newest().await;
        let shown = desk.get(&format!("/ebox/messages/{message}")).await.expect(200);
        assert_eq!(shown["attachments"], json!({"items": [], "totalItems": 0}), "{shown:#}");
        assert_eq!(shown["businessDataList"], json!({"items": [], "totalItems": 0}));
        let files = desk.get(&format!("/ebox/messages/{message}/attachments")).await.expect(200);
        assert_eq!(files, json!({"items": [], "totalItems": 0}));
        assert_eq!(desk.list("?page=7").await, json!({"items": [], "totalItems": 1}));
        assert_eq!(desk.list("?visible=false").await, json!({"items": [], "totalItems": 0}));
    })
    .await;
}

#[tokio::test]
async fn rule_2_the_newest_message_stands_first_on_every_page() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let names: Vec<String> = (1..=5).map(|n| format!("Quokka bulletin {n} of five")).collect();
        for name in &names {
            tax.publishes(&anna.person.recipient(), name).await;
        }
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;

        let newest: Vec<&str> = names.iter().rev().map(String::as_str).collect();
        assert_eq!(desk.subjects("").await, newest);
        assert_eq!(desk.subjects("?pageSize=2").await, newest[..2]);
        assert_eq!(desk.subjects("?pageSize=2&page=2").await, newest[2..4]);
        assert_eq!(desk.subjects("?page=3&pageSize=2").await, newest[4..]);
        assert_eq!(desk.subjects("?pageSize=2&page=2&q=quokka&qlang=nl").await, newest[2..4]);
        assert_eq!(desk.list("?pageSize=2&page=3&q=quokka&qlang=nl").await["totalItems"], 5);
        for list in [desk.list("?pageSize=2&page=2").await, desk.list("?pageSize=1&readStatus=false").await] {
            assert_eq!(list["totalItems"], 5, "{list:#}");
        }
    })
    .await;
}

#[tokio::test]
async fn rule_5_texts_are_filled_in_for_all_three_languages() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let desk_of_tax = sender(&tax).await;
        let mut message = described(&super::citizen_box("Anna"), "Ochre ibex letter");
        message["businessDataList"] = json!([{"key": "FOR_ACTION", "values": [{"nl": "true"}]}]);
        desk_of_tax.publish(None, &message, &[]).await.expect(201);
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;

        let message = desk.list("").await["items"][0].clone();
        let subject =
            json!({"nl": "Ochre ibex letter", "fr": "Ochre ibex letter", "de": "Ochre ibex letter"});
        assert_eq!(message["subject"], subject);
        let datum = &message["businessDataList"]["items"][0];
        assert_eq!(datum["values"], json!([{"nl": "true", "fr": "true", "de": "true"}]), "{datum:#}");
        assert_eq!(datum["name"]["de"], "FOR_ACTION");
        let body = desk.get(&format!("/ebox/messages/{}/body", message["messageId"].as_str().unwrap())).await;
        let text = "Zie de **bijlage**.";
        assert_eq!(body.expect(200), json!({"nl": text, "fr": "Voir l'annexe.", "de": text}));
        let kind = desk.get("/referenceData/messageTypes/tax-assessment").await.expect(200);
        assert_eq!(kind["messageTypeName"]["fr"], "Avertissement");
    })
    .await;
}

#[tokio::test]
async fn rule_10_fetching_the_main_content_sets_read_once() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let id = tax.publishes(&anna.person.recipient(), "Russet civet notice").await;
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;
        let message = desk.list("").await["items"][0].clone();
        assert_eq!(message["readStatus"], false);
        let file = &message["attachments"]["items"][0];
        let path = format!("/ebox/messages/{}", message["messageId"].as_str().unwrap());
        let one = desk.get(&format!("{path}/attachments/{}", file["attachmentId"].as_str().unwrap())).await;
        assert_eq!(&one.expect(200), file);

        // what is not content leaves it unread
        assert_eq!(desk.get(&path).await.expect(200)["readStatus"], false);
        assert_eq!(desk.get("/ebox").await.expect(200)["numberOfUnreadMessages"], 1);
        assert!(tax.status(&id).await.expect(200).get("retrievedAt").is_none());

        let href = file["contentHref"].as_str().unwrap();
        let content = desk.machine.get(href, Some(&desk.token)).await;
        content.expect(200);
        assert_eq!(content.header("content-type"), "application/octet-stream");
        assert_eq!(content.header("cache-control"), "no-store");
        assert_eq!(file["digest"], json!({"digestMethod": "sha_256", "digestValue": digest(&content.body)}));
        assert_eq!(content.body, pdf(20_000));
        assert_eq!(file["size"], content.body.len() as f64 / 1024.0);
        assert_eq!((&file["mainContent"], &file["fileName"]), (&json!(true), &json!("brief.pdf")));

        assert_eq!(desk.get(&path).await.expect(200)["readStatus"], true);
        assert_eq!(desk.list("").await["items"][0]["readStatus"], true);
        let first = tax.status(&id).await.expect(200)["retrievedAt"].clone();
        world.advance(std::time::Duration::from_secs(60));
        desk.machine.get(href, Some(&desk.token)).await.expect(200);
        assert_eq!(tax.status(&id).await.expect(200)["retrievedAt"], first);
        let acts = "SELECT COUNT(*) FROM audit_write WHERE action = 'retrieve'";
        assert_eq!(world.count(acts).await, 1);
        assert_eq!(desk.subjects("?readStatus=true").await, ["Russet civet notice"]);
        assert!(desk.subjects("?readStatus=false").await.is_empty());
        let ebox = desk.get("/ebox").await.expect(200);
        assert_eq!(ebox["numberOfUnreadMessages"], 0);
        assert_eq!(ebox["eboxSize"], file["size"]);

        // a person who opens a letter reads it too
        tax.publishes(&anna.person.recipient(), "Another civet notice").await;
        anna.logs_in().await;
        let mailbox = anna.open("/").await.form("/mailboxes/").action;
        anna.open(&anna.link(&anna.open(&mailbox).await, "/messages/msg_")).await;
        assert_eq!(desk.list("?readStatus=true").await["totalItems"], 2);
    })
    .await;
}

#[tokio::test]
async fn hiding_and_showing_is_done_for_all_messages_or_for_none() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Teal marten one").await;
        tax.publishes(&anna.person.recipient(), "Teal marten two").await;
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;
        let list = desk.list("").await;
        let ids = [0, 1].map(|n| list["items"][n]["messageId"].as_str().unwrap().to_owned());
        assert_eq!(list["items"][0]["visible"], true);
        let set = |id: &str, visible: bool| json!({"messageId": id, "visible": visible});

        let foreign = set("msg_00000000000000000000000000", false);
        let some = json!({"items": [set(&ids[0], false), foreign], "totalItems": 2});
        let refused = desk.send("PATCH", "/ebox/messages", &some).await;
        expect_refusal(&refused, 404, "RESOURCE_NOT_FOUND");
        assert!(desk.subjects("?visible=false").await.is_empty(), "none of them is hidden");

        let both = json!({"items": [set(&ids[0], false), set(&ids[1], false)], "totalItems": 2});
        assert!(desk.send("PATCH", "/ebox/messages", &both).await.text().is_empty());
        assert_eq!(desk.subjects("?visible=false").await.len(), 2);
        desk.send("PATCH", "/ebox/messages", &json!({"items": [set(&ids[1], true)]})).await.expect(200);
        assert_eq!(desk.subjects("?visible=true").await, ["Teal marten one"]);
        let request =
            desk.machine.request("PATCH", &format!("{BASE}/ebox/messages")).bearer_auth(&desk.token);
        let merged = request.header("content-type", "application/merge-patch+json").body(both.to_string());
        desk.machine.send(merged).await.expect(200);
        let wrong = desk.send("PATCH", "/ebox/messages", &json!({"items": [{"messageId": ids[0]}]})).await;
        expect_refusal(&wrong, 400, "INVALID_INPUT");
    })
    .await;
}

#[tokio::test]
async fn own_software_reads_its_enterprise_and_rule_9_pads_its_number() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = world.citizen("Anna");
        let desk_of_tax = sender(&tax).await;
        let bare = enterprise(1).trim_start_matches('0').to_owned();
        assert!(bare.len() < 10, "{bare}");
        let mut message =
            described(&json!({"eboxType": "enterprise", "eboxIdValue": bare}), "Bronze otter ledger");
        message["senderOrganizationId"] = tax.organization.trim_start_matches('0').into();
        desk_of_tax.publish(None, &message, &[]).await.expect(201);
        tax.publishes(&anna.person.recipient(), "For Anna and nobody else").await;
        let desk = own_software(world, &anna).await;

        assert_eq!(desk.subjects("").await, ["Bronze otter ledger"]);
        for own in [enterprise(1), bare.clone()] {
            desk.get_for("/ebox", &own).await.expect(200);
        }
        let organization = tax.organization.trim_start_matches('0');
        assert_eq!(desk.subjects(&format!("?senderOrganizationId={organization}")).await.len(), 1);
        let shown = desk.list("").await["items"][0]["senderOrganizationId"].clone();
        assert_eq!(shown, tax.organization.as_str());
        let other = desk.get_for("/ebox", &enterprise(2)).await;
        let said = expect_refusal(&other, 403, "MISSING_PERMISSION");
        assert!(said.contains("mandate"), "{said}");
        for wrong in ["12345678901", "a", ""] {
            expect_refusal(&desk.get_for("/ebox", wrong).await, 400, "INVALID_INPUT");
        }
    })
    .await;
}

#[tokio::test]
async fn a_person_s_number_is_a_pairwise_id_to_providers_and_itself_to_own_software() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let anna = world.citizen("Anna");
        let person = Person::named("Fien");
        let mut message = described(&enterprise_box(1), "Saffron lynx memo");
        message["forTheAttentionOf"] = json!({"id": person.ssin(), "name": "Fien van de boekhouding"});
        message["businessDataList"] = json!([{"key": "SPINDBESSIN", "values": [{"nl": person.ssin()}, {"nl": spaced(&person.ssin())}]}]);
        sender(&tax).await.publish(None, &message, &[]).await.expect(201);
        let mut shown = Vec::new();
        for provider in [&bank, &post] {
            let details = provider.details(&["list", "readContent"], "enterprise");
            let asked = provider.asks_for(&details, json!({})).await;
            let grant = provider.redeems(&asked, &anna.agrees(&asked).await).await;
            let desk = reader(provider, &grant).await;
            let message = desk.list("").await["items"][0].clone();
            for number in [person.ssin(), spaced(&person.ssin())] {
                assert!(!message.to_string().contains(&number), "{message:#}");
            }
            let attention = &message["forTheAttentionOf"];
            assert_eq!(attention["name"], "Fien van de boekhouding");
            assert_eq!(attention["type"], "pairwise");
            let id = attention["id"].as_str().unwrap().to_owned();
            assert!(id.starts_with("psn_"), "{id}");
            for value in [0, 1] {
                let values = &message["businessDataList"]["items"][0]["values"];
                assert_eq!(values[value]["nl"], id.as_str(), "however it is written");
            }
            // nor can the number be found by guessing it
            let guess = format!("?q={}&qlang=nl", person.ssin());
            assert!(desk.subjects(&guess).await.is_empty());
            assert_eq!(desk.subjects("?q=boekhouding&qlang=fr").await.len(), 1);
            shown.push(id);
        }
        assert_ne!(shown[0], shown[1], "two providers see two ids");
        // who may only list does not find by what only readers see
        let listing = bank.asks_for(&bank.details(&["list"], "enterprise"), json!({})).await;
        let listing = bank.redeems(&listing, &anna.agrees(&listing).await).await;
        let listing = reader(&bank, &listing).await;
        assert!(listing.subjects("?q=boekhouding&qlang=fr").await.is_empty());
        assert_eq!(listing.subjects("?q=lynx&qlang=fr").await.len(), 1);

        let desk = own_software(world, &anna).await;
        let message = desk.list("").await["items"][0].clone();
        assert_eq!(message["forTheAttentionOf"]["id"], person.ssin());
        assert_eq!(message["forTheAttentionOf"]["type"], "ssin");
        assert_eq!(desk.subjects(&format!("?q={}&qlang=nl", person.ssin())).await.len(), 1);
    })
    .await;
}

/// A person's number as people write it.
fn spaced(number: &str) -> String {
    let part = |range| number.get::<std::ops::Range<usize>>(range).unwrap();
    format!("{}.{}.{}-{}.{}", part(0..2), part(2..4), part(4..6), part(6..9), part(9..11))
}

#[tokio::test]
async fn who_may_only_list_sees_headlines() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Umber tapir slip").await;
        let desk = reader(&bank, &anna.grants(&bank, &["list"]).await).await;
        let message = desk.list("").await["items"][0].clone();
        for member in ["attachments", "businessDataList", "paymentData", "forTheAttentionOf"] {
            assert!(message.get(member).is_none(), "{message:#}");
        }
        let path = format!("/ebox/messages/{}", message["messageId"].as_str().unwrap());
        for path in [path.clone(), format!("{path}/attachments"), format!("{path}/body")] {
            expect_refusal(&desk.get(&path).await, 403, "MISSING_PERMISSION");
        }
        let hide = json!({"items": [{"messageId": message["messageId"], "visible": false}]});
        expect_refusal(&desk.send("PATCH", "/ebox/messages", &hide).await, 403, "MISSING_PERMISSION");
    })
    .await;
}
