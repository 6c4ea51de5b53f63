//! Lists: what is taken, what is refused with its lines, and what is left of one that was cut.

use std::time::{Duration, Instant};

use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::{Person, enterprise};

use super::{Campaign, enterprises, lines};

/// Waits until no list is left behind.
async fn no_list_is_left(world: &World, why: &str) {
    let begun = Instant::now();
    while world
        .count("SELECT (SELECT COUNT(*) FROM campaign_recipient) + (SELECT COUNT(*) FROM campaign_list)")
        .await
        > 0
    {
        assert!(begun.elapsed() < Duration::from_secs(20), "{why}: lines of a list are left");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_list_is_taken_as_json_and_as_csv() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (anna, firm) = (Person::named("Anna").ssin(), enterprise(41));
        for (media_type, list) in [
            (
                "application/x-ndjson",
                format!("{{\"ssin\":\"{anna}\"}}\r\n{{\"enterpriseNumber\": \"{firm}\"}}"),
            ),
            ("text/csv", format!("\u{feff}ssin,enterpriseNumber\r\n{anna},\r\n,\"{firm}\"\r\n")),
        ] {
            let campaign = Campaign::begin(&tax, "As lists are").await;
            campaign.put(media_type, list).await.expect(202);
            assert_eq!(campaign.ends().await["counts"]["delivered"], 2, "{media_type}");
        }
        world.never_shown("As lists are");
    })
    .await;
}

#[tokio::test]
async fn a_line_that_is_no_recipient_is_named_and_nothing_is_taken() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let campaign = Campaign::begin(&tax, "Never taken").await;
        world.never_shown("Never taken");
        // long enough that its first lines are stored by the time the wrong one comes
        let mut list = enterprises(1_000, 600);
        list[416] = json!({"ssin": Person::named("Anna").ssin(), "name": "A"});
        list[500] = json!({});
        let answer = campaign.to(&list).await;
        answer.expect_issue("unknownInput", "line 417");
        answer.expect_issue("exactlyOneOfExpected", "line 501");

        let csv = |rows: &str| campaign.put("text/csv", rows.to_owned());
        csv("name\nAnna\n").await.expect_issue("schemaViolation", "line 1");
        csv("ssin\n1,2\n").await.expect_issue("schemaViolation", "line 1");
        csv("ssin\n").await.expect_issue("requiredInput", "recipients");
        campaign.put("application/x-ndjson", String::new()).await.expect_issue("requiredInput", "recipients");
        campaign.put("application/x-ndjson", "x".repeat(5_000)).await.expect_issue("outOfRange", "line 1");
        campaign.put("application/json", lines(&list)).await.expect_problem(415, "unsupportedMediaType");

        assert_eq!(campaign.now().await["state"], "awaitingRecipients");
        no_list_is_left(world, "refused").await;
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 0);
        // and it still waits for a good one
        campaign.to(&[Person::named("Anna").recipient()]).await.expect(202);
        assert_eq!(campaign.ends().await["counts"]["delivered"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_is_cut_is_not_taken() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let campaign = Campaign::begin(&tax, "Cut in the middle").await;
        world.never_shown("Cut in the middle");
        let begun = lines(&enterprises(2_000, 800));
        let (sender, body) = tokio::sync::mpsc::unbounded_channel::<Result<String, std::io::Error>>();
        sender.send(Ok(begun)).unwrap();
        let stream = futures_util::stream::unfold(body, |mut body| async move {
            body.recv().await.map(|next| (next, body))
        });
        let request = tax.machine.request("PUT", &format!("{}/recipients", campaign.href));
        let request = request
            .bearer_auth(&tax.token)
            .header("content-type", "application/x-ndjson")
            .body(reqwest::Body::wrap_stream(stream));
        let cut = async {
            // the first lines are in the database before the connection breaks
            let started = Instant::now();
            while world.count("SELECT COUNT(*) FROM campaign_recipient").await == 0 {
                assert!(started.elapsed() < Duration::from_secs(20), "no line arrives");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            sender.send(Err(std::io::Error::other("cut"))).unwrap();
        };
        let (answer, ()) = tokio::join!(tax.machine.try_send(request), cut);
        assert!(answer.is_err(), "nobody is there to hear an answer");

        assert_eq!(campaign.now().await["state"], "awaitingRecipients");
        no_list_is_left(world, "cut").await;
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_letter_without_a_list_goes_after_a_day() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let letter = super::letter(&tax, "Waits in vain").pdf("vain.pdf", 20_000);
        world.never_shown("Waits in vain");
        let campaign = Campaign::with(&tax, &letter).await;
        world.advance(Duration::from_secs(86_401));
        while world.hub().upkeep().work_campaigns().await.unwrap() > 0 {}
        while world.hub().upkeep().work_outbox().await.unwrap() > 0 {}

        let tax = world.sender("tax").await;
        let campaign = Campaign { sender: &tax, href: campaign.href };
        assert_eq!(campaign.now().await["state"], "cancelled");
        assert_eq!(world.count("SELECT COUNT(*) FROM part").await, 0);
        assert!(system_tests::world::objects(&world.stage.setting.path("data/content")).is_empty());
        campaign.to(&[Person::named("Anna").recipient()]).await.expect_problem(409, "alreadyOver");
    })
    .await;
}
