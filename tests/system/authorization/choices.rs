//! What a citizen chooses: mailboxes, actions, senders, once; and allowing less afterwards.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::{EVERYTHING, Grant, Provider, messages_path};

async fn subjects(bank: &Provider<'_>, grant: &Grant) -> Vec<String> {
    let list = bank.messages(grant).await.expect(200);
    let subject = |item: &serde_json::Value| item["subject"]["nl"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(subject).collect()
}

#[tokio::test]
async fn what_is_left_out_on_the_screen_is_not_granted_and_what_is_added_is() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let all = ["list", "readContent", "markRead", "synchronise", "citizenStatus"];
        let asked = bank.asks(&all).await;
        let screen = anna.comes_from(&asked).await;
        let form = screen
            .form("/authorize/consent")
            .with("decision", "agree")
            .with("without", "markRead")
            .with("with", "citizenStatus");
        let back = anna.submit(&screen, &form).await;

        let grant = bank.redeems(&asked, &back.url).await;

        assert_eq!(grant.details["actions"], json!(["list", "readContent", "citizenStatus"]));
        let open = bank.mailboxes(&grant).await.expect(200);
        assert_eq!(open["items"][0]["actions"], grant.details["actions"]);
        // nothing is added that nobody ticked
        let plain = world.citizen("Bert").grants(&bank, &all).await;
        assert_eq!(plain.details["actions"], json!(["list", "readContent", "markRead"]));
    })
    .await;
}

#[tokio::test]
async fn a_choice_that_was_not_offered_is_refused() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&["list", "readContent"]).await;
        let screen = anna.comes_from(&asked).await;
        for (name, value) in [
            ("with", "synchronise"),
            ("with", "markRead"),
            ("without", "list"),
            ("without", "everything"),
            ("withhold", "0200000038"),
            ("withhold", "1"),
            ("mailbox", "mbx_00000000000000000000000000"),
        ] {
            let form = screen.form("/authorize/consent").with("decision", "agree").with(name, value);
            let page = anna.submit(&screen, &form).await;
            assert_eq!(page.status, 400, "{name}={value}: {}", page.url);
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM consent").await, 0);
    })
    .await;
}

#[tokio::test]
async fn messages_of_a_sender_who_is_left_out_do_not_exist_for_the_provider() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Of the tax office").await;
        family.publishes(&anna.person.recipient(), "Of the family office").await;
        let whole = anna.grants(&bank, &EVERYTHING).await;
        let list = bank.messages(&whole).await.expect(200);
        let hidden = list["items"][1]["messageId"].as_str().unwrap().to_owned();

        let asked = bank.asks(&EVERYTHING).await;
        let screen = anna.comes_from(&asked).await;
        let form =
            screen.form("/authorize/consent").with("decision", "agree").with("withhold", &tax.organization);
        let back = anna.submit(&screen, &form).await;
        let grant = bank.redeems(&asked, &back.url).await;

        assert_eq!(grant.details["withheld"], true);
        assert!(!grant.details.to_string().contains(&tax.organization), "whom is not told");
        assert_eq!(subjects(&bank, &grant).await, ["Of the family office"]);
        let open = bank.mailboxes(&grant).await.expect(200);
        let counts = ["total", "unread", "withheld"].map(|member| open["items"][0][member].clone());
        assert_eq!(counts, [json!(1), json!(1), json!(true)]);
        bank.message(&grant, &hidden).await.expect_problem(404, "resourceNotFound");
        bank.marks(&grant, &hidden, &json!({"read": true})).await.expect_problem(404, "resourceNotFound");
        // also what arrives later
        tax.publishes(&anna.person.recipient(), "Another of the tax office").await;
        assert_eq!(subjects(&bank, &grant).await, ["Of the family office"]);
    })
    .await;
}

#[tokio::test]
async fn allowing_less_afterwards_bites_at_the_next_request_and_keeps_the_rest() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Of the tax office").await;
        family.publishes(&anna.person.recipient(), "Of the family office").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let list = bank.messages(&grant).await.expect(200);
        let message = list["items"][0]["messageId"].as_str().unwrap().to_owned();
        bank.message(&grant, &message).await.expect(200);

        anna.logs_in().await;
        let consents = anna.open("/consents").await;
        let page = anna.open(&anna.link(&consents, "/less")).await;
        let form = page.form("/less").with("without", "readContent").with("withhold", &tax.organization);
        assert_eq!(anna.submit(&page, &form).await.status, 200);

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let fresh = bank.refreshes(&grant).await;
        bank.message(&fresh, &message).await.expect_problem(403, "missingPermission");
        assert_eq!(subjects(&bank, &fresh).await, ["Of the family office"]);
        let page = anna.open("/consents").await;
        assert!(page.html.contains("left out"), "{}", page.text_of("main"));
        let kinds = "SELECT COUNT(*) FROM consent_event WHERE kind = 'narrowed' AND withheld IS NOT NULL";
        assert_eq!(world.count(kinds).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_widening_shows_what_is_new_with_the_earlier_choice_filled_in() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Of the tax office").await;
        let asked = bank.asks(&["list", "synchronise"]).await;
        let screen = anna.comes_from(&asked).await;
        assert!(!screen.html.contains("checked"), "nothing is ticked the first time");
        let form = screen
            .form("/authorize/consent")
            .with("decision", "agree")
            .with("with", "synchronise")
            .with("withhold", &tax.organization);
        anna.submit(&screen, &form).await;

        let asked = bank.asks(&["list", "readContent", "synchronise"]).await;
        let screen = anna.comes_from(&asked).await;

        assert_eq!(screen.html.matches("class=\"mark\"").count(), 1, "{}", screen.text_of("main"));
        assert_eq!(screen.html.matches(" checked").count(), 2, "{}", screen.html);
        let back = anna.decides(&screen, "agree").await;
        let grant = bank.redeems(&asked, &back).await;
        assert_eq!(grant.details["actions"], json!(["list", "readContent", "synchronise"]));
        assert_eq!(subjects(&bank, &grant).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_never_for_more() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "To be listed").await;
        let grant = anna.grants(&bank, &["list", "readContent"]).await;
        let message = bank.messages(&grant).await.expect(200)["items"][0]["messageId"].clone();
        let refresh = async |details: serde_json::Value| {
            let form = [
                ("grant_type", "refresh_token"),
                ("client_id", bank.client_id.as_str()),
                ("refresh_token", grant.refresh.as_str()),
                ("authorization_details", &details.to_string()),
            ];
            bank.machine.post_form("/token", &form).await
        };

        let less =
            refresh(json!([{"type": "mailbox", "actions": ["list"], "mailboxId": grant.mailbox}])).await;
        let less = less.expect(200);
        assert_eq!(less["authorization_details"][0]["actions"], json!(["list"]));
        let narrow = Grant { access: less["access_token"].as_str().unwrap().into(), ..grant.clone() };
        bank.messages(&narrow).await.expect(200);
        bank.message(&narrow, message.as_str().unwrap()).await.expect_problem(403, "missingPermission");
        // the refresh token still stands for all of it
        let whole = bank.refreshes(&grant).await;
        bank.message(&whole, message.as_str().unwrap()).await.expect(200);

        for more in [
            json!([{"type": "mailbox", "actions": ["list", "markRead"]}]),
            json!([{"type": "mailbox", "actions": []}]),
            json!([{"type": "mailbox", "mailboxId": "mbx_00000000000000000000000000"}]),
            json!([{"type": "account"}]),
            json!([{"type": "mailbox", "locations": ["https://elsewhere.test"]}]),
            json!([{"type": "mailbox", "ssin": "1"}]),
            json!([]),
            json!({}),
        ] {
            refresh(more).await.expect_oauth(400, "invalid_authorization_details");
        }
    })
    .await;
}

#[tokio::test]
async fn once_gives_one_access_token_and_ends_within_the_quarter_of_an_hour() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let mut details = bank.details(&["list"], "citizen");
        details["duration"] = "once".into();
        let asked = bank.asks_for(&details, json!({})).await;
        let callback = anna.agrees(&asked).await;
        let tokens = bank.try_redeem(&asked, &callback).await.unwrap_or_else(|failure| panic!("{failure:?}"));

        assert!(tokens.get("refresh_token").is_none(), "{tokens:#}");
        let access = tokens["access_token"].as_str().unwrap();
        let mailbox = tokens["authorization_details"][0]["mailboxId"].as_str().unwrap();
        let grant = Grant {
            access: access.into(),
            refresh: String::new(),
            mailbox: mailbox.into(),
            details: tokens["authorization_details"][0].clone(),
            id: None,
        };
        bank.machine.get(&messages_path(&grant), Some(access)).await.expect(200);
        world.advance(std::time::Duration::from_secs(15 * 60 + 1));
        let over = bank.machine.get(&messages_path(&grant), Some(access)).await;
        assert_eq!(over.status, 401, "{}", over.text());
    })
    .await;
}
