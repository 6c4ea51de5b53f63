//! What finds messages, what finds none, and what is malformed.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;

use super::{described, enterprise_box, expect_refusal, own_software, reader, sender};
use crate::mailbox::grants_all;

#[tokio::test]
async fn rule_3_what_fits_nothing_is_empty_and_only_what_is_malformed_is_refused() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let to = anna.person.recipient();
        tax.publishes(&to, "Indigo newt paper").await;
        let mut registered = tax.letter(&to, "Indigo newt registered").body("Hallo");
        registered.metadata["registeredMail"] = true.into();
        tax.delivers(&registered).await;
        family.publishes(&to, "Indigo newt benefits").await;
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;
        let day = |ahead: i64| {
            let at = world.now().seconds() + ahead * 86_400;
            hub_core::clock::Timestamp::from_seconds(at).rfc3339()[..10].to_owned()
        };

        let (today, tomorrow, yesterday) = (day(0), day(1), day(-1));
        for all in [
            format!("?receivedBefore={tomorrow}"),
            format!("?receivedAfter={yesterday}"),
            format!("?receivedAfter={yesterday}&receivedBefore={tomorrow}&visible=true"),
            format!("?expiredAfter={today}"),
            "?qlang=fr".to_owned(),
        ] {
            assert_eq!(desk.subjects(&all).await.len(), 3, "{all}");
        }
        for none in [
            format!("?receivedBefore={today}"),
            format!("?receivedAfter={today}"),
            format!("?expiredBefore={today}"),
            "?receivedBefore=0001-01-01".to_owned(),
            "?receivedAfter=9999-12-31".to_owned(),
            "?messageTypeId=no-such-type".to_owned(),
            format!("?messageTypeId={}", "x".repeat(200)),
            "?messageTypeId=".to_owned(),
            "?senderApplicationId=test:nobody".to_owned(),
            // the client id is not what an application is called here
            "?senderApplicationId=tax-mailroom".to_owned(),
            "?senderOrganizationId=0206731645".to_owned(),
            "?senderOrganizationId=somebody".to_owned(),
            "?page=2147483647".to_owned(),
            "?q=walrus&qlang=nl".to_owned(),
        ] {
            let list = desk.list(&none).await;
            assert_eq!(list["items"], json!([]), "{none}: {list:#}");
        }
        assert_eq!(desk.subjects("?registeredMail=true").await, ["Indigo newt registered"]);
        assert_eq!(
            desk.subjects("?senderApplicationId=test:family:mailroom").await,
            ["Indigo newt benefits"]
        );
        let both = "?senderApplicationId=test:tax:mailroom&registeredMail=false";
        assert_eq!(desk.subjects(both).await, ["Indigo newt paper"], "all criteria must fit");
        let soon = day(40);
        assert_eq!(desk.subjects(&format!("?expiredBefore={soon}")).await, ["Indigo newt benefits"]);

        for (wrong, place) in [
            ("?receivedBefore=2026-13-01", "receivedBefore"),
            ("?receivedAfter=yesterday", "receivedAfter"),
            ("?expiredAfter=2026-11-21T00:00:00Z", "expiredAfter"),
            ("?readStatus=yes", "readStatus"),
            ("?page=0", "page"),
            ("?pageSize=101", "pageSize"),
            ("?pageSize=", "pageSize"),
            ("?q=newt", "qlang"),
            ("?q=newt&qlang=es", "qlang"),
            ("?q=&qlang=nl", "q"),
            ("?colour=red", "colour"),
        ] {
            let said =
                expect_refusal(&desk.get(&format!("/ebox/messages{wrong}")).await, 400, "INVALID_INPUT");
            assert!(said.contains(place), "{wrong}: {said}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_message_is_a_headline_that_is_listed_as_often_as_it_is_counted() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        let mut ids = Vec::new();
        for name in ["Buff dotterel one", "Buff dotterel two", "Buff dotterel three"] {
            ids.push(tax.publishes(&anna.person.recipient(), name).await);
        }
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;
        let gone = desk.list("").await["items"][1]["messageId"].as_str().unwrap().to_owned();
        let withdraw = format!("/sender/v1/messages/{}/withdraw", ids[1]);
        let reason = json!({"reason": {"nl": "Verkeerde bijlage"}});
        let request = tax.machine.request("POST", &withdraw).bearer_auth(&tax.token).json(&reason);
        tax.machine.send(request).await.expect(200);

        let kept = ["Buff dotterel three", "Aanslagbiljet", "Buff dotterel one"];
        assert_eq!(desk.subjects("").await, kept);
        assert_eq!(desk.list("").await["totalItems"], 3);
        assert_eq!(desk.subjects("?pageSize=1&page=2").await, kept[1..2]);
        let found = desk.list("?messageTypeId=tax-assessment").await;
        assert_eq!(found["items"].as_array().unwrap().len(), found["totalItems"], "{found:#}");
        assert_eq!(desk.get("/ebox").await.expect(200)["numberOfMessages"], 3);
        let stub = desk.get(&format!("/ebox/messages/{gone}")).await.expect(200);
        assert_eq!(stub["attachments"], json!({"items": [], "totalItems": 0}), "{stub:#}");
        assert_eq!(stub["bodyMainContent"], false);
        expect_refusal(&desk.get(&format!("/ebox/messages/{gone}/body")).await, 404, "RESOURCE_NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn rule_4_words_are_found_wherever_the_document_says_and_nowhere_else() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = world.citizen("Anna");
        let mut message = described(&enterprise_box(1), "Épinards en grandes quantités");
        message["subject"] = json!({"fr": "Épinards en grandes quantités", "nl": "Spinazie in het groot"});
        message["bodyContent"] = json!({"nl": "Rucola staat alleen in de tekst."});
        message["forTheAttentionOf"] = json!({"name": "Dienst Légumes"});
        message["businessDataList"] = json!([{"key": "FILE", "values": [{"nl": "Dossier Ünïek-7"}]}]);
        sender(&tax).await.publish(None, &message, &[]).await.expect(201);
        let desk = own_software(world, &anna).await;
        let finds = async |q: &str, language: &str| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            let query = query.append_pair("q", q).append_pair("qlang", language).finish();
            !desk.subjects(&format!("?{query}")).await.is_empty()
        };

        for (q, language) in [
            ("épinards", "fr"),
            ("epinards", "fr"),
            ("ép", "fr"),
            ("EN GRANDES", "fr"),
            ("spinazie", "nl"),
            // a language that the sender did not give is shown in another
            ("spinazie", "de"),
            ("uniek-7", "de"),
            ("dienst legumes", "nl"),
            ("postkamer", "nl"),
            ("belastingdienst", "nl"),
            ("steuerbescheid", "de"),
        ] {
            assert!(finds(q, language).await, "{q} in {language}");
        }
        for (q, language) in [
            ("épinards", "nl"),
            ("epinards grandes", "fr"),
            ("rucola", "nl"),
            ("steuerbescheid", "nl"),
            ("ok?This is", "fr"),
        ] {
            assert!(!finds(q, language).await, "{q} in {language}");
        }
    })
    .await;
}

#[tokio::test]
async fn rule_22_date_times_carry_an_offset() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let mut letter = tax.letter(&anna.person.recipient(), "Puce stoat invoice").body("Te betalen");
        letter.metadata["payment"] = json!({"amount": "1234.50", "currency": "EUR", "dueDate": "2027-01-31",
            "iban": "BE68539007547034", "reference": "+++090/9337/55493+++"});
        tax.delivers(&letter).await;
        let at = world.now();
        world.advance(Duration::from_secs(5));
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;

        let message = desk.list("").await["items"][0].clone();
        assert_eq!(message["receiptDate"], at.rfc3339().as_str());
        assert!(message["expirationDate"].as_str().unwrap().ends_with('Z'), "{message:#}");
        assert_eq!(desk.get("/ebox").await.expect(200)["lastReceiptDate"], at.rfc3339().as_str());
        let path = format!("/ebox/messages/{}/paymentData", message["messageId"].as_str().unwrap());
        let payment = desk.get(&path).await.expect(200);
        assert_eq!(payment, message["paymentData"]);
        assert_eq!((&payment["amount"], &payment["vatAmount"]), (&json!(1234.5), &json!(0.0)));
        assert_eq!(payment["dueDate"], "2027-01-31T00:00:00Z");
        assert_eq!(payment["reference"]["structuredCommunication"], "+++090/9337/55493+++");
        tax.publishes(&anna.person.recipient(), "Puce stoat thanks").await;
        let path = format!("/ebox/messages/{}/paymentData", desk.newest().await);
        expect_refusal(&desk.get(&path).await, 404, "RESOURCE_NOT_FOUND");
    })
    .await;
}
