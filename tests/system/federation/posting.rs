//! Document providers tell of messages that they keep: shown as kept there, once each, and saying nothing of who has a mailbox.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::people::enterprise;

use super::{Desk, EVENTS, archive, event, expect_refusal, software};

const SUBJECT: &str = "Zandloper van de jufferkraan";

#[tokio::test]
async fn what_another_keeps_is_shown_as_kept_there_in_the_portal_the_api_and_the_events() {
    World::on_both(async |world| {
        let (keeper, anna) = (archive(world, "events").await, world.citizen("Anna"));
        world.never_shown(SUBJECT);
        let (machine, credential, client) = software(world, &anna).await;
        let own = Desk::at(&machine, &credential, (&client, "events")).await;
        let bare = json!({"eventType": "newDocument", "enterpriseId": enterprise(1), "messageId": "no-subject",
            "receiptDate": "2026-11-20T10:00:00Z", "expirationDate": "2030-01-01T00:00:00Z", "registeredMail": true});
        let posting = json!([event("newDocument", 1, "doc-1"), bare]);
        keeper.posts(&posting).await;
        keeper.posts(&json!([event("readDocument", 1, "doc-1")])).await;

        let told = own.page(world, 0, 10).await;
        let items = told["EboxEnterpriseDocumentEvents"].as_array().unwrap();
        let kinds: Vec<&Value> = items.iter().map(|item| &item["eventData"]["eventType"]).collect();
        assert_eq!(kinds, ["newDocument", "newDocument", "readDocument"]);
        let first = &items[0]["eventData"];
        assert_eq!(items[0]["eventProviderId"], "demo-archive");
        assert_eq!((&first["messageId"], &first["enterpriseId"]), (&json!("doc-1"), &json!(enterprise(1))));
        assert_eq!((&first["receiptDate"], &first["subject"]["nl"]), (&json!("2026-11-20T09:00:00Z"), &json!(SUBJECT)));

        let form = [("grant_type", "client_credentials"), ("client_id", client.as_str())];
        let token = machine.post_form("/token", &form).await.expect(200)["access_token"].clone();
        let token = token.as_str().unwrap();
        let boxes = machine.get("/mailbox/v1/mailboxes", Some(token)).await.expect(200);
        let mailbox = boxes["items"][0]["mailboxId"].as_str().unwrap();
        let list = format!("/mailbox/v1/mailboxes/{mailbox}/keptElsewhere");
        let page = machine.get(&format!("{list}?pageSize=1"), Some(token)).await.expect(200);
        assert_eq!(page["items"][0]["messageIdThere"], "no-subject", "newest first: {page:#}");
        let path = page["next"].as_str().unwrap().trim_start_matches(&world.mtls).to_owned();
        let rest = machine.get(&path, Some(token)).await.expect(200);
        let kept = &rest["items"][0];
        assert_eq!(kept["keptAt"], json!({"documentProviderId": "demo-archive",
            "name": {"nl": "Demo Archief", "en": "Demo Archive"}}));
        assert!(kept["readAt"].is_string() && rest.get("next").is_none(), "{rest:#}");
        let messages = format!("/mailbox/v1/mailboxes/{mailbox}/messages");
        let messages = machine.get(&messages, Some(token)).await.expect(200);
        assert!(messages["items"].as_array().unwrap().is_empty(), "it is no message of ours: {messages:#}");

        let page = anna.opens("Demo Bakkerij").await;
        page.expect(&["Kept elsewhere", "Kept at Demo Archive", "Hourglass of the demoiselle", "Without subject"]);
        page.expect(&["Read there"]);
        assert!(!page.html.contains("doc-1"), "ids are for programs");
        assert!(!anna.open(&format!("{}/archive", page.url)).await.html.contains("Kept elsewhere"));
        let own_box = anna.opens("Your own mailbox").await;
        assert!(!own_box.html.contains("Kept elsewhere"));

        // until it expires there
        world.advance(std::time::Duration::from_secs(5 * 366 * 86_400));
        while world.hub().upkeep().expire().await.unwrap() > 0 {}
        assert_eq!(world.count("SELECT COUNT(*) FROM kept_elsewhere").await, 0);
        world.hub().upkeep().expire().await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM posted_event").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_event_counts_once_and_no_answer_says_who_has_a_mailbox() {
    World::on_both(async |world| {
        let keeper = archive(world, "events").await;
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let post = async |events: Value| keeper.send("POST", EVENTS, &events).await;
        // the first is represented by Anna and has a mailbox, the others are unknown here
        for n in [1, 71, 72] {
            keeper.posts(&json!([event("newDocument", n, "doc-7")])).await;
            expect_refusal(
                &post(json!([event("newDocument", n, "doc-7")])).await,
                409,
                "IDEMPOTENCY_CONFLICT",
            );
            keeper.posts(&json!([event("newDocumentReminder", n, "doc-7")])).await;
            // all or nothing
            let both = json!([event("newDocument", n, "doc-8"), event("newDocument", n, "doc-7")]);
            expect_refusal(&post(both).await, 409, "IDEMPOTENCY_CONFLICT");
            let twice = json!([event("newDocument", n, "doc-8"), event("newDocument", n, "doc-8")]);
            expect_refusal(&post(twice).await, 409, "IDEMPOTENCY_CONFLICT");
            keeper.posts(&json!([event("newDocument", n, "doc-8")])).await;
        }
        keeper.posts(&json!([])).await;
        // what was refused is not in the audit, what was taken is, with it
        let noted = world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'postEvents'").await;
        assert_eq!(noted, 10, "{}", world.database());
        assert_eq!(world.count("SELECT COUNT(*) FROM kept_elsewhere").await, 2);
        assert_eq!(
            world.count("SELECT COUNT(*) FROM mailbox WHERE kind = 'enterprise' AND version > 0").await,
            1
        );

        let wrong = |member: &str, value: Value| {
            let mut event = event("newDocument", 1, "doc-9");
            event[member] = value;
            json!([event])
        };
        for (member, value) in [
            ("enterpriseId", json!("0123456789")),
            ("enterpriseId", json!("206731645")),
            ("eventType", json!("lostDocument")),
            ("messageId", json!("")),
            ("messageId", json!("x".repeat(256))),
            ("receiptDate", json!("2026-11-20")),
            ("receiptDate", json!("2026-11-20T10:00:00")),
            ("receiptDate", json!("2100-01-01T00:00:00Z")),
            ("expirationDate", json!("2020-01-01T00:00:00Z")),
            ("expirationDate", json!("2099-01-01T00:00:00Z")),
            ("registeredMail", json!("yes")),
            ("subject", json!({"nl": "x".repeat(401)})),
            ("subject", json!({"es": "x"})),
            ("colour", json!("red")),
        ] {
            expect_refusal(&post(wrong(member, value.clone())).await, 400, "INVALID_INPUT");
        }
        let many: Vec<Value> = (0..101).map(|n| event("newDocument", 1, &format!("many-{n}"))).collect();
        expect_refusal(&post(Value::Array(many)).await, 400, "INVALID_INPUT");
        assert_eq!(world.count("SELECT COUNT(*) FROM kept_elsewhere").await, 2, "nothing refused is kept");

        // who is no document provider, or one that is out of service
        let sender = Desk::of_sender(&tax, "events").await;
        let events = json!([event("newDocument", 1, "doc-10")]);
        expect_refusal(&sender.send("POST", EVENTS, &events).await, 403, "MISSING_PERMISSION");
        let reader = Desk::of_provider(&bank, "events").await;
        expect_refusal(&reader.send("POST", EVENTS, &events).await, 401, "CERTIFICATE_REFUSED");
        let page = format!("{EVENTS}?lastSequenceNbr=0&pageSize=9");
        expect_refusal(&sender.get(&page).await, 401, "CERTIFICATE_REFUSED");
        world.apply(&super::ARCHIVE.replace("contact =", "active_until = \"2026-01-01\"\ncontact =")).await;
        expect_refusal(&post(events).await, 403, "MISSING_PERMISSION");
    })
    .await;
}
