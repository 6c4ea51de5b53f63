//! Suspension freezes: the next request is refused, and when it is lifted the same tokens work again.

use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;

#[tokio::test]
async fn suspension_refuses_the_next_request_and_resuming_restores_the_same_tokens() {
    World::on_both(async |world| {
        let [an, bart, sofie] = ["an", "bart", "sofie"].map(|name| world.operator(name));
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let anna = world.citizen("Anna");
        let (at_bank, at_post) =
            (anna.grants(&bank, &EVERYTHING).await, anna.grants(&post, &EVERYTHING).await);
        let own = bank.machine.client_credentials("bank-app", "consents").await;
        bank.messages(&at_bank).await.expect(200);

        sofie.moves("demo-bank", "suspended").await.expect(200);

        bank.messages(&at_bank).await.expect_problem(401, "invalidAccessToken");
        bank.mailboxes(&at_bank).await.expect_problem(401, "invalidAccessToken");
        bank.machine.get("/mailbox/v1/limits", Some(&own)).await.expect_problem(401, "invalidAccessToken");
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", "bank-app"),
            ("refresh_token", at_bank.refresh.as_str()),
        ];
        bank.machine.post_form("/token", &refresh).await.expect_oauth(400, "unauthorized_client");
        let credentials = [("grant_type", "client_credentials"), ("client_id", "bank-app")];
        bank.machine.post_form("/token", &credentials).await.expect_oauth(400, "unauthorized_client");
        post.messages(&at_post).await.expect(200);

        an.with(&bart, an.moves("demo-bank", "active").await).await;

        bank.messages(&at_bank).await.expect(200);
        bank.machine.get("/mailbox/v1/limits", Some(&own)).await.expect(200);
        let fresh = bank.refreshes(&at_bank).await;
        bank.messages(&fresh).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_waited_through_a_suspension_is_not_answered_by_the_citizen() {
    World::on_both(async |world| {
        let (sofie, bank) = (world.operator("sofie"), world.provider("bank").await);
        let anna = world.citizen("Anna");
        let asked = bank.asks(&EVERYTHING).await;
        let screen = anna.comes_from(&asked).await;
        sofie.moves("demo-bank", "suspended").await.expect(200);

        let form = screen.form("/authorize/consent").with("decision", "agree");
        let page = anna.submit(&screen, &form).await;

        assert!(!page.url.contains("code="), "{}", page.url);
        let (consents,): (i64,) = world.row("SELECT COUNT(*) FROM consent").await;
        assert_eq!(consents, 0);
    })
    .await;
}
