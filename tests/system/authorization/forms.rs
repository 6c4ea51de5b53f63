//! What machines post: every parameter once, in the body, of moderate size, and errors that say what is wrong.

use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::provider::Provider;

use super::{ENDPOINTS, Form, form, post, request, with, without};

/// A whole form of each kind that an endpoint takes, with its path.
fn whole(bank: &Provider<'_>) -> Vec<(&'static str, Form)> {
    let mut pushed = request(bank);
    pushed.extend(form(&[
        ("response_mode", "query"),
        ("ui_locales", "nl"),
        ("resource", "x"),
        ("scope", "x"),
    ]));
    pushed.extend(form(&[("request", "x"), ("request_uri", "x"), ("nonce", "x"), ("prompt", "login")]));
    let token = |parameters: &[(&str, &str)]| ("/token", with(&form(parameters), "client_id", "bank-app"));
    vec![
        ("/par", pushed),
        token(&[
            ("grant_type", "authorization_code"),
            ("code", "c"),
            ("redirect_uri", "r"),
            ("code_verifier", "v"),
        ]),
        token(&[("grant_type", "refresh_token"), ("refresh_token", "t"), ("scope", "s")]),
        token(&[("grant_type", "client_credentials"), ("scope", "feed"), ("resource", "r")]),
        token(&[("grant_type", "refresh_token"), ("authorization_details", "[]")]),
        (
            "/introspect",
            form(&[("client_id", "bank-app"), ("token", "t"), ("token_type_hint", "access_token")]),
        ),
        ("/revoke", form(&[("client_id", "bank-app"), ("token", "t"), ("token_type_hint", "refresh_token")])),
    ]
}

#[tokio::test]
async fn no_parameter_of_any_endpoint_comes_twice() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let mut refused = 0;
        for (path, whole) in whole(&bank) {
            for (name, value) in &whole {
                for second in [value.as_str(), "another", ""] {
                    let mut twice = whole.clone();
                    twice.push((name.clone(), second.to_owned()));
                    let error = post(&bank, path, &twice).await.expect_oauth(400, "invalid_request");
                    let said = error["error_description"].as_str().unwrap();
                    assert_eq!(said, format!("the parameter {name} comes twice"), "{path}");
                    refused += 1;
                }
            }
        }
        assert!(refused > 100, "{refused}");
        assert_eq!(post(&bank, "/par", &request(&bank)).await.status, 201, "once is right");
    })
    .await;
}

#[tokio::test]
async fn an_empty_parameter_is_one_that_was_not_sent() {
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let good = request(&bank);
        for name in ["redirect_uri", "code_challenge", "response_type", "authorization_details", "client_id"]
        {
            let absent =
                post(&bank, "/par", &without(&good, name)).await.expect_oauth(400, "invalid_request");
            let empty =
                post(&bank, "/par", &with(&good, name, "")).await.expect_oauth(400, "invalid_request");
            assert_eq!(absent, empty, "{name}");
        }
        for name in ["state", "ui_locales", "resource", "scope", "request", "request_uri"] {
            assert_eq!(post(&bank, "/par", &with(&good, name, "")).await.status, 201, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_description_repeats_nothing_that_is_not_plain_ascii() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let name = "é\"\\\r\nset-cookie: a=b\t😀\u{202e}";
        let twice = form(&[("client_id", "bank-app"), (name, "1"), (name, "2")]);
        for path in ENDPOINTS {
            let answer = post(&bank, path, &twice).await;
            let error = answer.expect_oauth(400, "invalid_request");
            let said = error["error_description"].as_str().unwrap();
            assert!(
                said.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(&byte)),
                "{said}"
            );
            assert_eq!(answer.header("content-type"), "application/json");
            assert!(answer.headers.get("set-cookie").is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn only_a_posted_form_of_moderate_size_is_read() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let huge = form(&[("client_id", "bank-app"), ("padding", &"x".repeat(2_000_000))]);
        for path in ENDPOINTS {
            post(&bank, path, &huge).await.expect_oauth(413, "invalid_request");
            for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] {
                let answer = bank.machine.send(bank.machine.request(method, path)).await;
                assert_eq!(
                    (answer.status.as_u16(), answer.header("allow")),
                    (405, "POST"),
                    "{method} {path}"
                );
            }
            let in_url = format!("{path}?client_id=bank-app&token=x&grant_type=client_credentials");
            bank.machine
                .send(bank.machine.request("POST", &in_url))
                .await
                .expect_oauth(400, "invalid_request");
            let json = bank.machine.request("POST", path).header("content-type", "application/json");
            bank.machine
                .send(json.body("{\"client_id\":\"bank-app\"}"))
                .await
                .expect_oauth(400, "invalid_request");
            let basic = bank.machine.request("POST", path).basic_auth("bank-app", Some("secret"));
            let basic = basic.form(&[("client_id", "bank-app")]);
            bank.machine.send(basic).await.expect_oauth(400, "invalid_request");
        }
    })
    .await;
}
