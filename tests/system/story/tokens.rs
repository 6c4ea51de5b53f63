//! Codes and tokens in the wrong hands, twice, or too late.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;

#[tokio::test]
async fn a_code_that_is_used_twice_ends_what_it_gave() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees(&asked).await;
        let grant = bank.redeems(&asked, &callback).await;
        bank.messages(&grant).await.expect(200);

        let failure = bank.try_redeem(&asked, &callback).await.unwrap_err();

        assert_eq!(failure.oauth(), Some("invalid_grant"), "{failure:?}");
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn a_code_lives_for_a_minute() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees(&asked).await;
        world.advance(std::time::Duration::from_secs(61));
        let failure = bank.try_redeem(&asked, &callback).await.unwrap_err();
        assert_eq!(failure.oauth(), Some("invalid_grant"), "{failure:?}");
    })
    .await;
}

#[tokio::test]
async fn a_pushed_request_is_opened_within_90_seconds() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        world.advance(std::time::Duration::from_secs(91));
        let page = anna.open(&asked.url).await;
        assert!(
            page.forms().iter().all(|form| !form.action.contains("authorize")),
            "{}",
            page.text_of("main")
        );
    })
    .await;
}

#[tokio::test]
async fn a_stolen_token_opens_nothing_to_another_certificate() {
    World::on_both(async |world| {
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;

        post.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        post.mailboxes(&grant).await.expect_problem(401, "invalidAccessToken");
        let refused = post.program.fails("refresh", json!({"token": grant.refresh})).await;
        assert_eq!(refused.oauth(), Some("invalid_grant"), "{refused:?}");
        let nothing = post.program.call("introspect", json!({"token": grant.access})).await;
        assert_eq!(nothing, json!({"active": false}));
        post.program.call("revoke", json!({"token": grant.access})).await;

        bank.messages(&grant).await.expect(200);
        // a provider with a sender's certificate, and a sender with a provider's token
        let tax = world.sender("tax").await;
        let problem = tax.machine.get("/mailbox/v1/mailboxes", Some(&grant.access)).await;
        assert_eq!(problem.expect_problem(401, "certificateRefused")["reason"], "wrongRole");
        let request = bank.machine.request("GET", "/sender/v1/messages/msg_00000000000000000000000000");
        let problem = bank.machine.send(request.bearer_auth(&tax.token)).await;
        assert_eq!(problem.expect_problem(401, "certificateRefused")["reason"], "wrongRole");
    })
    .await;
}

#[tokio::test]
async fn a_provider_ends_its_own_tokens() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let active = bank.program.call("introspect", json!({"token": grant.access})).await;
        assert_eq!(active["active"], true, "{active:#}");

        bank.program.call("revoke", json!({"token": grant.access})).await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let fresh = bank.refreshes(&grant).await;
        bank.messages(&fresh).await.expect(200);

        bank.program.call("revoke", json!({"token": grant.refresh})).await;
        bank.messages(&fresh).await.expect_problem(401, "invalidAccessToken");
        let refused = bank.program.fails("refresh", json!({"token": grant.refresh})).await;
        assert_eq!(refused.oauth(), Some("invalid_grant"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn what_was_not_granted_is_refused() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Only listed").await;
        let grant = anna.grants(&bank, &["list"]).await;
        let list = bank.messages(&grant).await.expect(200);
        let id = list["items"][0]["messageId"].as_str().unwrap();
        bank.message(&grant, id).await.expect_problem(403, "missingPermission");
        bank.marks(&grant, id, &json!({"read": true})).await.expect_problem(403, "missingPermission");
    })
    .await;
}
