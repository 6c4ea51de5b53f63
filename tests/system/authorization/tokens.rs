//! Tokens at the API: where they may stand, and what is done with those that are not right.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::{EVERYTHING, messages_path};

use super::{form, post};

#[tokio::test]
async fn the_scheme_may_be_written_in_any_case_and_nothing_else_is_a_scheme() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        let ask = async |value: String| {
            let request = bank.machine.request("GET", &messages_path(&grant));
            bank.machine.send(request.header("authorization", value)).await
        };
        for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
            ask(format!("{scheme} {}", grant.access)).await.expect(200);
        }
        for wrong in ["DPoP", "Basic", "Bearer:", "Token", "Bearerx"] {
            ask(format!("{wrong} {}", grant.access)).await.expect_problem(401, "noAccessToken");
        }
        ask(grant.access.clone()).await.expect_problem(401, "noAccessToken");
        ask(format!("Bearer {0} {0}", grant.access)).await.expect_problem(401, "invalidAccessToken");
        ask(format!("Bearer {0}, Bearer {0}", grant.access)).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn a_token_in_the_query_is_refused_and_not_logged() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        // every token of a grant is searched for in the logs when the test ends
        for path in [messages_path(&grant), "/mailbox/v1/mailboxes".into(), "/mailbox/v1/limits".into()] {
            let path = format!("{path}?access_token={}", grant.access);
            bank.machine.get(&path, None).await.expect_problem(401, "noAccessToken");
            let both = bank.machine.get(&path, Some(&grant.access)).await;
            both.expect_issue("unknownInput", "access_token");
        }
        let (mut path, token) = (messages_path(&grant), &grant.access);
        path.push_str("/msg_00000000000000000000000000");
        let patch = bank.machine.request("PATCH", &path).form(&[("access_token", token)]);
        bank.machine.send(patch).await.expect_problem(401, "noAccessToken");
    })
    .await;
}

#[tokio::test]
async fn a_token_that_was_changed_or_is_another_secret_opens_nothing() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees(&asked).await;
        let code = bank.redemption(&asked, &callback)[2].1.clone();
        let grant = bank.redeems(&asked, &callback).await;
        let access = &grant.access;
        let (start, last) = access.split_at(access.len() - 1);
        let mut wrong: Vec<String> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            .chars()
            .map(|other| other.to_string())
            // the last character holds two bits that mean nothing: it counts all the same
            .filter(|other| other != last)
            .map(|other| format!("{start}{other}"))
            .collect();
        wrong.extend([
            start.to_owned(),
            format!("{access}A"),
            access.to_uppercase(),
            access.replacen("fat_", "frt_", 1),
        ]);
        wrong.extend([access.trim_start_matches("fat_").to_owned(), grant.refresh.clone(), code]);

        for token in wrong {
            bank.machine
                .get("/mailbox/v1/mailboxes", Some(&token))
                .await
                .expect_problem(401, "invalidAccessToken");
        }
        bank.mailboxes(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_is_refused_by_the_very_next_request() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let revoke = |token: &str| form(&[("client_id", "bank-app"), ("token", token)]);
        for _ in 0..10 {
            let fresh = bank.refreshes(&grant).await;
            bank.messages(&fresh).await.expect(200);
            post(&bank, "/revoke", &revoke(&fresh.access)).await.expect(200);
            bank.messages(&fresh).await.expect_problem(401, "invalidAccessToken");
            let shown = bank.program.call("introspect", json!({"token": fresh.access})).await;
            assert_eq!(shown, json!({"active": false}));
        }

        // unknown ones, and those that are over, are answered alike
        for token in
            ["fat_unknown", "nonsense", "", &grant.access, &grant.access, &grant.refresh, &grant.refresh]
        {
            let answer = post(&bank, "/revoke", &revoke(token)).await;
            assert_eq!(answer.status.as_u16(), if token.is_empty() { 400 } else { 200 });
        }
        let again = form(&[
            ("client_id", "bank-app"),
            ("grant_type", "refresh_token"),
            ("refresh_token", &grant.refresh),
        ]);
        post(&bank, "/token", &again).await.expect_oauth(400, "invalid_grant");
    })
    .await;
}

#[tokio::test]
async fn a_token_is_for_one_api_and_refused_by_the_other() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        let (at_mailbox, at_sender) =
            ("/mailbox/v1/mailboxes", "/sender/v1/messages/msg_00000000000000000000000000");
        // with the right certificate for the API and the token of the other
        bank.machine.get(at_mailbox, Some(&tax.token)).await.expect_problem(401, "invalidAccessToken");
        tax.machine.get(at_sender, Some(&grant.access)).await.expect_problem(401, "invalidAccessToken");
        // a resource that is not the client's own
        for (machine, client, resource) in
            [(&bank.machine, "bank-app", "sender"), (&tax.machine, "tax-mailroom", "mailbox")]
        {
            let resource = format!("{}/{resource}/v1", world.mtls);
            let form = [("client_id", client), ("grant_type", "client_credentials"), ("resource", &resource)];
            machine.post_form("/token", &form).await.expect_oauth(400, "invalid_target");
        }
    })
    .await;
}
