//! Mixed-up clients: what was made for one application is worth nothing to another, and harmed by no other.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;

use super::{form, post, with};

#[tokio::test]
async fn a_code_is_worth_nothing_to_another_client() {
    World::on_both(async |world| {
        let (bank, thief) = (world.provider("bank").await, world.provider("post").await);
        let asked = bank.asks(&EVERYTHING).await;
        let callback = world.citizen("Anna").agrees(&asked).await;
        // both applications have the same redirect URI: only the client differs
        let redemption = bank.redemption(&asked, &callback);

        post(&thief, "/token", &redemption).await.expect_oauth(401, "invalid_client");
        let own = with(&redemption, "client_id", "post-app");
        post(&thief, "/token", &own).await.expect_oauth(400, "invalid_grant");
        for (name, value) in [
            ("redirect_uri", "https://bank.localhost/callback"),
            ("code_verifier", "eBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            ("code_verifier", "short"),
        ] {
            post(&bank, "/token", &with(&redemption, name, value)).await.expect_oauth(400, "invalid_grant");
        }
        for missing in ["redirect_uri", "code_verifier", "code"] {
            let form = super::without(&redemption, missing);
            post(&bank, "/token", &form).await.expect_oauth(400, "invalid_request");
        }

        let grant = bank.redeems(&asked, &callback).await;
        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_request_opens_for_the_client_that_pushed_it_only() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        for other in ["post-app", "tax-mailroom", "nobody", "bank-app%00", "BANK-APP"] {
            let link = asked.url.replace("client_id=bank-app", &format!("client_id={other}"));
            let answer = anna.request("GET", &link).send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (400, None), "{other}");
            let uri = &asked.url[asked.url.find("request_uri=").unwrap() + 12..];
            let form = [("client_id", other), ("request_uri", &uri.replace("%3A", ":"))];
            let posted = anna.request("POST", "/authorize").header("origin", &world.public).form(&form);
            let answer = posted.send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (400, None), "{other}");
        }
        let callback = anna.agrees(&asked).await;
        bank.redeems(&asked, &callback).await;
    })
    .await;
}

#[tokio::test]
async fn another_client_neither_sees_nor_ends_a_token() {
    World::on_both(async |world| {
        let (bank, thief) = (world.provider("bank").await, world.provider("post").await);
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        let tax = world.sender("tax").await;
        for token in [&grant.access, &grant.refresh] {
            for hint in ["access_token", "refresh_token", "colour"] {
                let about = form(&[("client_id", "post-app"), ("token", token), ("token_type_hint", hint)]);
                let shown = post(&thief, "/introspect", &about).await.expect(200);
                assert_eq!(shown, json!({"active": false}));
                assert_eq!(post(&thief, "/revoke", &about).await.expect(200), json!(null));
                let about = with(&about, "client_id", "tax-mailroom");
                let request = tax.machine.request("POST", "/introspect").form(&about);
                assert_eq!(tax.machine.send(request).await.expect(200), json!({"active": false}));
                tax.machine.send(tax.machine.request("POST", "/revoke").form(&about)).await.expect(200);
                let as_bank = with(&about, "client_id", "bank-app");
                post(&thief, "/introspect", &as_bank).await.expect_oauth(401, "invalid_client");
                post(&thief, "/revoke", &as_bank).await.expect_oauth(401, "invalid_client");
            }
        }
        bank.messages(&grant).await.expect(200);
        bank.refreshes(&grant).await;
    })
    .await;
}

#[tokio::test]
async fn a_request_that_was_pushed_twice_or_decided_gives_one_code() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let (first, second) = (bank.asks(&EVERYTHING).await, bank.asks(&EVERYTHING).await);
        assert_ne!(first.url, second.url);
        let callback = anna.agrees(&first).await;
        bank.redeems(&first, &callback).await;

        // the code of one request with the verifier of another
        let other = anna.agrees(&second).await;
        let mixed = with(&bank.redemption(&second, &other), "code_verifier", &first.verifier);
        post(&bank, "/token", &mixed).await.expect_oauth(400, "invalid_grant");
        // replaying the request's link shows its outcome, to the first browser and to any other
        for browser in [&anna, &world.citizen("Bert")] {
            let page = browser.open(&first.url).await;
            assert!(page.forms().iter().all(|form| !form.action.contains("authorize")), "{}", page.html);
            assert!(!page.html.contains("code=fac_"), "{}", page.html);
        }
    })
    .await;
}
