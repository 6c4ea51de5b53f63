//! A bank app fetches a citizen's official mail with consent, and loses it on revocation.

use serde_json::{Value, json};
use system_tests::database::databases;
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::letter::{digest, pdf};
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

#[tokio::test]
async fn a_bank_app_fetches_official_mail_with_consent_and_loses_it_on_revocation() {
    for database in databases().await {
        let begun = std::time::Instant::now();
        World::on(database, the_main_job).await;
        figure(&format!("the main job in {} ms", begun.elapsed().as_millis()));
    }
}

async fn the_main_job(world: &World) {
    let (tax, bank, anna) = (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
    let file = pdf(150_000);
    let letter = tax.letter(&anna.person.recipient(), "Assessment 2026");
    let letter = letter.body("In the attachment you find your *assessment*.").file(
        "assessment.pdf",
        "application/pdf",
        &file,
    );
    let sent = tax.delivers(&letter).await;

    let grant = anna.grants(&bank, &EVERYTHING).await;
    assert_eq!(grant.details["actions"], json!(EVERYTHING));
    let boxes = bank.mailboxes(&grant).await.expect(200);
    assert_eq!(boxes["items"][0]["mailboxId"], grant.mailbox.as_str());
    assert_eq!((&boxes["items"][0]["total"], &boxes["items"][0]["unread"]), (&json!(1), &json!(1)));

    let list = bank.messages(&grant).await.expect(200);
    assert_eq!(list["items"][0]["subject"]["en"], "Assessment 2026");
    assert!(
        tax.status(&sent).await.expect(200)["retrievedAt"].is_null(),
        "headers of a list are not content"
    );

    let id = list["items"][0]["messageId"].as_str().unwrap();
    assert_ne!(id, sent, "each party has its own ids");
    let message = bank.message(&grant, id).await.expect(200);
    assert_eq!(message["body"]["text"]["en"], "In the attachment you find your *assessment*.");
    let attachment = &message["attachments"][0];
    assert_eq!(attachment["digest"]["digestValue"], digest(&file));
    let content = bank.get(&grant, attachment["contentHref"].as_str().unwrap()).await;
    content.expect(200);
    assert!(content.body == file, "the bytes are those that were published");
    assert!(content.header("repr-digest").starts_with("sha-256=:"), "{:?}", content.headers);

    let marked = bank.marks(&grant, id, &json!({"read": true})).await.expect(200);
    assert_eq!(marked["read"], true);
    assert_eq!(bank.mailboxes(&grant).await.expect(200)["items"][0]["unread"], 0);
    let status = tax.status(&sent).await.expect(200);
    assert!(status["retrievedAt"].is_string() && status["openedAt"].is_null(), "{status:#}");

    let page = anna.revokes().await;
    assert_eq!(page.status, 200, "{}", page.text_of("main"));
    for answer in [bank.messages(&grant).await, bank.message(&grant, id).await, bank.mailboxes(&grant).await]
    {
        answer.expect_problem(401, "invalidAccessToken");
    }
    let refused = bank.program.fails("refresh", json!({"token": grant.refresh})).await;
    assert_eq!(refused.oauth(), Some("invalid_grant"), "{refused:?}");
    disclosed(world, 6).await;
}

/// The journal holds a record of each disclosure, and no record of what was refused.
async fn disclosed(world: &World, wanted: i64) {
    world.loads_journal().await;
    let (records,): (i64,) = world.row("SELECT COUNT(*) FROM reading WHERE role = 'provider'").await;
    // two mailbox lists (before and after marking), a list, a message, a content, and the summary that marking gives
    assert!((wanted - 1..=wanted).contains(&records), "{records} records on {}", world.database());
}

#[tokio::test]
async fn a_citizen_who_is_not_active_is_asked_to_activate_first() {
    World::on_both(async |world| {
        let (tax, bank, clara) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Clara"));
        let early = tax.letter(&clara.person.recipient(), "Too early").pdf("early.pdf", 20_000);
        assert_eq!(tax.publish(&early).await.expect(201)["code"], "NO_DIGITAL_USER");

        let asked = bank.asks(&EVERYTHING).await;
        let page = clara.comes_from(&asked).await;
        let activation = page.form("/activation").with("decision", "on");
        let screen = clara.submit(&page, &activation).await;
        let callback = clara.decides(&screen, "agree").await;
        let grant = bank.redeems(&asked, &callback).await;

        tax.publishes(&clara.person.recipient(), "In time").await;
        let list = bank.messages(&grant).await.expect(200);
        let subjects: Vec<&Value> =
            list["items"].as_array().unwrap().iter().map(|item| &item["subject"]["en"]).collect();
        assert_eq!(subjects, ["In time"], "what was not delivered is never shown later");

        // withdrawal ends consents and new mail
        clara.switches("off").await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let late = tax.letter(&clara.person.recipient(), "Too late").pdf("late.pdf", 20_000);
        assert_eq!(tax.publish(&late).await.expect(201)["delivered"], false);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_gives_nothing_and_comes_back_as_one() {
    World::on_both(async |world| {
        let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
        let asked = bank.asks(&EVERYTHING).await;

        let callback = bert.refuses(&asked).await;

        assert!(callback.contains("error=access_denied") && !callback.contains("code="), "{callback}");
        let failure = bank.try_redeem(&asked, &callback).await.unwrap_err();
        assert_eq!(failure.oauth(), Some("access_denied"), "{failure:?}");
        let (consents,): (i64,) = world.row("SELECT COUNT(*) FROM consent").await;
        assert_eq!(consents, 0);
        // pressing Back afterwards shows the outcome and gives no second answer
        let again = bert.open(&asked.url).await;
        assert_eq!(again.status, 200);
        assert!(
            again.forms().iter().all(|form| !form.action.contains("consent")),
            "{}",
            again.text_of("main")
        );
    })
    .await;
}

#[tokio::test]
async fn a_citizen_reads_in_the_portal_and_the_sender_sees_that_a_person_did() {
    World::on_both(async |world| {
        let (tax, emma) = (world.sender("tax").await, world.citizen("Emma"));
        let sent = tax.publishes(&Person::named("Emma").recipient(), "Assessment for reading").await;
        let overview = emma.logs_in().await;
        let list = emma.submit(&overview, &overview.form("/mailboxes/")).await;
        let message = emma.open(&emma.link(&list, "/messages/")).await;
        assert_eq!(message.text_of("h1"), "Assessment for reading");
        assert!(message.html.contains("<strong>bijlage</strong>"), "{}", message.html);

        let status = tax.status(&sent).await.expect(200);
        assert!(status["openedAt"].is_string() && status["retrievedAt"].is_null(), "{status:#}");

        let href = emma.link(&message, "/attachments/");
        let link = emma.fetch(&href).await;
        let content = link.headers()["location"].to_str().unwrap().to_owned();
        assert!(content.starts_with(&world.content), "{content}");
        let file = emma.fetch(&content).await;
        assert_eq!(file.status(), 200);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("content-type", "application/pdf"),
        ] {
            assert_eq!(file.headers()[name], value);
        }
        assert!(file.headers()["content-disposition"].to_str().unwrap().starts_with("attachment;"));
        assert!(file.headers().get("set-cookie").is_none());
        assert!(file.bytes().await.unwrap() == pdf(20_000));

        world.advance(std::time::Duration::from_secs(61));
        assert_eq!(emma.fetch(&content).await.status(), 404, "a link lives for 60 seconds");
    })
    .await;
}
