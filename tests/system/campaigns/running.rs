//! What a campaign does: each recipient once, content once, everything told.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::people::{Person, enterprise};
use system_tests::world::provider::EVERYTHING;

use super::{Campaign, create, letter};

/// Four who are reached, one twice under two spellings; two who are not; one number that is none.
fn mixed() -> Vec<Value> {
    vec![
        Person::named("Anna").recipient(),
        Person::named("Clara").recipient(),
        json!({"enterpriseNumber": enterprise(40)}),
        json!({"ssin": "05031000298"}),
        Person::named("Dirk").recipient(),
        Person::named("Bert").recipient(),
        Person::named("Anna").recipient(),
        Person::named("Dirk").recipient(),
        json!({"enterpriseNumber": enterprise(41)}),
    ]
}

#[tokio::test]
async fn every_recipient_gets_the_letter_once_and_an_outcome() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let letter = letter(&tax, "Letter for all of them").pdf("all.pdf", 20_000);
        world.never_shown("Letter for all of them");
        let campaign = Campaign::with(&tax, &letter).await;
        let (sent, before) = (mixed(), world.count("SELECT COUNT(*) FROM publication").await);
        let answer = campaign.to(&sent).await;
        assert_eq!(answer.header("location"), campaign.href);
        assert_eq!(answer.expect(202)["counts"]["recipients"], 9);

        let ended = campaign.ends().await;

        assert_eq!(ended["state"], "completed");
        let counts = json!({"recipients": 9, "delivered": 4, "notDelivered": 2, "duplicate": 2, "invalid": 1, "waiting": 0});
        assert_eq!(ended["counts"], counts, "{ended:#}");
        let items = campaign.outcomes(4).await;
        let words: Vec<&str> = items.iter().map(|item| item["outcome"].as_str().unwrap()).collect();
        let expected =
            ["delivered", "notDelivered", "delivered", "invalid", "notDelivered", "delivered", "duplicate", "duplicate", "delivered"];
        assert_eq!(words, expected);
        assert_eq!(items.iter().map(|item| item["line"].as_i64().unwrap()).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());

        // what was stored: one publication with its two parts, a message each for four, numbers of nobody
        assert_eq!(world.count("SELECT COUNT(*) FROM publication").await - before, 0, "it was there with the letter");
        assert_eq!(world.count("SELECT COUNT(*) FROM part").await, 2);
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 4);
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_recipient WHERE sealed_number IS NOT NULL").await, 0);
        let unreached = "SELECT COUNT(*) FROM campaign_recipient
                         WHERE outcome <> 'delivered' AND (spot IS NOT NULL OR mailbox_id IS NOT NULL)";
        assert_eq!(world.count(unreached).await, 0, "nothing leads to who was not reached");
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'publish'").await, 4);
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'notDelivered'").await, 2);

        // each message has a status of its own
        let status = async |n: usize| tax.status(items[n]["messageId"].as_str().unwrap()).await.expect(200);
        assert!(status(0).await["availableAt"].is_string());
        assert_eq!(status(1).await["code"], "NO_DIGITAL_USER");
    })
    .await;
}

#[tokio::test]
async fn a_subject_that_is_too_long_for_the_list_is_shared_too() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let mut letter = letter(&tax, "Short");
        let long = "Kadastraal inkomen ".repeat(21);
        letter.metadata["subject"] = json!({"nl": long, "fr": long, "de": long, "en": long});
        let campaign = Campaign::with(&tax, &letter).await;
        campaign.to(&[anna.person.recipient(), Person::named("Bert").recipient()]).await.expect(202);
        campaign.ends().await;

        let listed = bank.messages(&grant).await.expect(200);
        assert_eq!(listed["items"][0]["subject"]["fr"], long.as_str(), "{listed:#}");
        let id = listed["items"][0]["messageId"].as_str().unwrap();
        let message = bank.message(&grant, id).await.expect(200);
        assert_eq!(message["subject"]["de"], long.as_str(), "{message:#}");
    })
    .await;
}

#[tokio::test]
async fn a_message_of_a_campaign_is_read_marked_and_withdrawn_like_any_other() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let letter = letter(&tax, "Shared by two").pdf("shared.pdf", 20_000);
        world.never_shown("Shared by two");
        let campaign = Campaign::with(&tax, &letter).await;
        campaign.to(&[anna.person.recipient(), Person::named("Bert").recipient()]).await.expect(202);
        campaign.ends().await;

        let listed = bank.messages(&grant).await.expect(200);
        assert_eq!(listed["items"][0]["subject"]["nl"], "Shared by two", "{listed:#}");
        let id = listed["items"][0]["messageId"].as_str().unwrap();
        let message = bank.message(&grant, id).await.expect(200);
        assert_eq!(message["body"]["text"]["nl"], "Aan allen.", "{message:#}");
        assert_eq!(message["attachments"][0]["fileName"], "shared.pdf");

        let items = campaign.outcomes(100).await;
        let ids: Vec<&str> = items.iter().map(|item| item["messageId"].as_str().unwrap()).collect();
        assert!(tax.status(ids[0]).await.expect(200)["retrievedAt"].is_string());
        assert!(tax.status(ids[1]).await.expect(200)["retrievedAt"].is_null(), "each for itself");

        let withdraw = tax.machine.request("POST", &format!("/sender/v1/messages/{}/withdraw", ids[0]));
        let withdraw = withdraw.bearer_auth(&tax.token).json(&json!({"reason": {"nl": "Een vergissing."}}));
        tax.machine.send(withdraw).await.expect(200);
        let message = bank.message(&grant, id).await.expect(200);
        assert!(
            message["body"].is_null() && message["attachments"].as_array().is_none_or(Vec::is_empty),
            "{message:#}"
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM part").await, 2, "Bert has it still");
    })
    .await;
}

#[tokio::test]
async fn the_feeds_say_that_it_ended_and_what_came_to_whom() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        anna.grants(&bank, &["synchronise", "list"]).await;
        let token = bank.machine.client_credentials(&bank.client_id, "feed").await;
        let end = bank.machine.get("/mailbox/v1/changes?after=latest", Some(&token)).await.expect(200);
        let campaign = Campaign::begin(&tax, "Told in the feeds").await;
        world.never_shown("Told in the feeds");
        campaign.to(&[anna.person.recipient(), Person::named("Clara").recipient()]).await.expect(202);
        let ended = campaign.ends().await;

        // the consent itself may have been sequenced after the beginning, alone or in one page with the message
        let mut heard = end;
        let first = loop {
            let items = heard["items"].as_array().unwrap();
            if let Some(item) = items.iter().find(|item| item["kind"] != "consentGranted") {
                break item;
            }
            let next = heard["next"].as_str().unwrap();
            // what is asked once stays in what comes next
            let wait = if next.contains("wait=") { "" } else { "&wait=10" };
            heard = bank.machine.get(&format!("{next}{wait}"), Some(&token)).await.expect(200);
        };
        assert_eq!(first["kind"], "messageAvailable", "{heard:#}");

        let mut feed = tax.machine.get("/sender/v1/changes?wait=10", Some(&tax.token)).await.expect(200);
        while feed["items"].as_array().unwrap().is_empty() {
            feed = tax.machine.get(feed["next"].as_str().unwrap(), Some(&tax.token)).await.expect(200);
        }
        let items = feed["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "one entry, whatever the number of recipients: {feed:#}");
        assert_eq!(items[0]["kind"], "campaignEnded");
        assert_eq!(items[0]["campaignId"], ended["campaignId"]);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_beginning_and_a_repeated_list_do_nothing_new() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let letter = letter(&tax, "Begun twice");
        world.never_shown("Begun twice");
        let campaign = Campaign::with(&tax, &letter).await;
        let again = create(&tax, &letter).await;
        assert_eq!(
            (again.header("location"), again.header("idempotency-replayed")),
            (campaign.href.as_str(), "true")
        );
        again.expect(201);
        let mut other = letter.clone();
        other.metadata["replyAllowed"] = true.into();
        create(&tax, &other).await.expect_problem(409, "idempotencyConflict");

        let list = [Person::named("Anna").recipient()];
        campaign.to(&list).await.expect(202);
        campaign.ends().await;
        assert_eq!(campaign.to(&list).await.expect(202)["state"], "completed");
        campaign.to(&[Person::named("Bert").recipient()]).await.expect_problem(409, "campaignStarted");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
    })
    .await;
}

#[tokio::test]
async fn shared_content_goes_when_the_last_message_has_expired() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let letter = letter(&tax, "Kept for some time").pdf("kept.pdf", 20_000);
        world.never_shown("Kept for some time");
        let campaign = Campaign::with(&tax, &letter).await;
        campaign
            .to(&[Person::named("Anna").recipient(), Person::named("Bert").recipient()])
            .await
            .expect(202);
        campaign.ends().await;

        world.advance(std::time::Duration::from_secs(800 * 86_400));
        while world.hub().upkeep().expire().await.unwrap() > 0 {}
        while world.hub().upkeep().work_campaigns().await.unwrap() > 0 {}
        while world.hub().upkeep().work_outbox().await.unwrap() > 0 {}

        for table in [
            "SELECT COUNT(*) FROM message",
            "SELECT COUNT(*) FROM publication",
            "SELECT COUNT(*) FROM part",
            "SELECT COUNT(*) FROM campaign_recipient",
        ] {
            assert_eq!(world.count(table).await, 0, "{table}");
        }
        let told = "SELECT COUNT(*) FROM campaign WHERE subject <> '' OR stated <> '' OR line <> 0";
        assert_eq!(world.count(told).await, 0, "nothing of the letter is left");
        assert!(system_tests::world::objects(&world.stage.setting.path("data/content")).is_empty());
        let notices = "SELECT COUNT(*) FROM notice WHERE kind = 'messageExpired'";
        assert_eq!(world.count(notices).await, 0, "the sender knows when");
    })
    .await;
}
