//! Requests that are wrong around the metadata: the form, the headers, the query, the token, the sender.

use reqwest::RequestBuilder;
use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::letter::{Letter, Part, form};
use system_tests::world::people::Person;
use system_tests::world::sender::Sender;

fn letter(tax: &Sender<'_>) -> Letter {
    tax.letter(&Person::named("Anna").recipient(), "Bad form").pdf("letter.pdf", 30_000)
}

#[tokio::test]
async fn malformed_forms_are_refused_without_a_trace() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let before = world.traces().await;
        let good = letter(&tax);
        let (media_type, body) = good.form();
        let metadata = Part {
            name: "message".into(),
            media_type: "application/json".into(),
            bytes: b"{\"recipient\":".to_vec(),
        };
        let mut not_utf8 = metadata.clone();
        not_utf8.bytes = b"{\"a\":\"\xff\xfe\"}".to_vec();
        let twice = Part { bytes: b"{\"recipient\":{},\"recipient\":{}}".to_vec(), ..metadata.clone() };

        let cut = body[..body.len() / 2].to_vec();
        let without_end = body[..body.len() - 6].to_vec();
        let bodies: [(&str, &str, Vec<u8>); 8] = [
            ("an empty body", &media_type, Vec::new()),
            ("a form that is cut off", &media_type, cut),
            ("a form without its last boundary", &media_type, without_end),
            ("no form at all", &media_type, b"hello".to_vec()),
            ("no metadata", &media_type, form(&good.parts).1),
            ("metadata that is no JSON", &media_type, form([&metadata]).1),
            ("metadata that is no text", &media_type, form([&not_utf8]).1),
            ("a member that comes twice", &media_type, form([&twice]).1),
        ];
        for (wrong, media_type, body) in bodies {
            let answer = tax.machine.send(tax.posted("key", media_type, body)).await;
            assert_eq!(answer.status, 400, "{wrong}: {}", answer.text());
            answer.expect_problem(400, "badRequest");
            world.expect_traces(&before, wrong).await;
        }

        let other = tax.machine.send(tax.posted("key", "application/json", b"{}".to_vec())).await;
        other.expect_problem(415, "unsupportedMediaType");
        let unbounded = tax.machine.send(tax.posted("key", "multipart/form-data", body.clone())).await;
        assert!(matches!(unbounded.status.as_u16(), 400 | 415), "{}", unbounded.text());
        world.expect_traces(&before, "another media type").await;

        // none of them used the key up
        let mut good = good;
        good.key = "key".into();
        tax.delivers(&good).await;
    })
    .await;
}

#[tokio::test]
async fn parts_may_come_in_any_order() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let letter = letter(&tax).pdf("second.pdf", 100).pdf("third.pdf", 40_000);
        let metadata = Part {
            name: "message".into(),
            media_type: "application/json".into(),
            bytes: letter.metadata.to_string().into_bytes(),
        };
        let order = [&letter.parts[2], &letter.parts[0], &metadata, &letter.parts[1]];
        let (media_type, body) = form(order);
        let answer = tax.machine.send(tax.posted(&letter.key, &media_type, body)).await;
        assert_eq!(answer.expect(201)["delivered"], true);
    })
    .await;
}

#[tokio::test]
async fn headers_and_query_are_strict() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        let before = world.traces().await;
        let (media_type, body) = letter(&tax).form();
        let post = |path: &str| {
            let request = tax.machine.request("POST", path).bearer_auth(&tax.token);
            request.header("content-type", &media_type).body(body.clone())
        };
        let keyed = |key: &str| post("/sender/v1/messages").header("idempotency-key", key);

        let requests: [(&str, RequestBuilder); 5] = [
            ("no key", post("/sender/v1/messages")),
            ("a key without quotes", keyed("abc")),
            ("an empty key", keyed("\"\"")),
            ("a key that is too long", keyed(&format!("\"{}\"", "k".repeat(65)))),
            ("two keys", keyed("\"a\"").header("idempotency-key", "\"b\"")),
        ];
        for (wrong, request) in requests {
            let answer = tax.machine.send(request).await;
            assert_eq!(answer.status, 400, "{wrong}: {}", answer.text());
            let problem = answer.expect_problem(400, "badRequest");
            assert_eq!(problem["issues"][0]["in"], "header", "{wrong}: {problem:#}");
        }
        let asked = post("/sender/v1/messages?dryRun=true").header("idempotency-key", "\"q\"");
        let problem = tax.machine.send(asked).await.expect_problem(400, "badRequest");
        assert_eq!(problem["issues"][0]["in"], "query", "{problem:#}");
        assert_eq!(problem["issues"][0]["name"], "dryRun", "{problem:#}");
        world.expect_traces(&before, "headers and query").await;
    })
    .await;
}

#[tokio::test]
async fn tokens_open_what_they_were_made_for() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let before = world.traces().await;
        let good = letter(&tax);
        let send = async |sender: &Sender<'_>, token: Option<&str>| {
            let (media_type, body) = good.form();
            let request =
                sender.machine.request("POST", "/sender/v1/messages").header("content-type", media_type);
            let request = request.header("idempotency-key", "\"token\"").body(body);
            let request = match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            };
            sender.machine.send(request).await
        };

        let absent = send(&tax, None).await;
        absent.expect_problem(401, "noAccessToken");
        assert!(
            absent.header("www-authenticate").starts_with("Bearer resource_metadata="),
            "{:?}",
            absent.headers
        );
        send(&tax, Some("fat_nothing")).await.expect_problem(401, "invalidAccessToken");
        // another party's token, with one's own certificate and the other way round
        send(&tax, Some(&family.token)).await.expect_problem(401, "invalidAccessToken");
        send(&family, Some(&tax.token)).await.expect_problem(401, "invalidAccessToken");
        let narrow = tax.machine.client_credentials(&tax.client_id, "status").await;
        let refused = send(&tax, Some(&narrow)).await;
        assert_eq!(refused.expect_problem(403, "missingScope")["requiredScopes"][0], "publish");
        // an own certificate that is new: the token stays bound to the old one
        let renewed = world.sender("tax").await;
        send(&renewed, Some(&tax.token)).await.expect_problem(401, "invalidAccessToken");
        world.expect_traces(&before, "tokens").await;

        world.advance(std::time::Duration::from_secs(601));
        send(&tax, Some(&tax.token)).await.expect_problem(401, "expiredAccessToken");
        world.expect_traces(&before, "an expired token").await;
    })
    .await;
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        let request = tax.machine.request("DELETE", "/sender/v1/messages").bearer_auth(&tax.token);
        let answer = tax.machine.send(request).await;
        answer.expect_problem(405, "methodNotAllowed");
        assert!(answer.header("allow").contains("POST"), "{:?}", answer.headers);
        tax.machine.get("/sender/v1/nothing", Some(&tax.token)).await.expect_problem(404, "resourceNotFound");
    })
    .await;
}
