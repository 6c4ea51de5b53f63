//! A provider's own consents, and reference data.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::people::Person;
use system_tests::world::provider::{EVERYTHING, Provider};
use url::Url;

async fn own(provider: &Provider<'_>, token: &str, method: &str, path: &str) -> Answer {
    provider.machine.send(provider.machine.request(method, path).bearer_auth(token)).await
}

#[tokio::test]
async fn a_provider_lists_its_consents_and_ends_one() {
    World::on_both(async |world| {
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let token = bank.machine.client_credentials("bank-app", "consents").await;
        let foreign = post.machine.client_credentials("post-app", "consents").await;
        let mut grants = Vec::new();
        for name in ["Anna", "Bert", "Emma"] {
            grants.push(world.citizen(name).grants(&bank, &EVERYTHING).await);
        }
        world.citizen("Anna").grants(&post, &EVERYTHING).await;

        let mut found: Vec<Value> = Vec::new();
        let mut path = "/mailbox/v1/consents?pageSize=2".to_owned();
        loop {
            let page = own(&bank, &token, "GET", &path).await.expect(200);
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { break };
            let next = Url::parse(next).unwrap();
            path = format!("{}?{}", next.path(), next.query().unwrap());
            own(&post, &foreign, "GET", &path).await.expect_issue("invalidInput", "after");
        }
        let mut ids: Vec<&str> = found.iter().map(|one| one["consentId"].as_str().unwrap()).collect();
        let mut wanted: Vec<&str> =
            grants.iter().map(|it| it.details["consentId"].as_str().unwrap()).collect();
        ids.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(ids, wanted);

        let mine = grants[0].details["consentId"].as_str().unwrap();
        let path = format!("/mailbox/v1/consents/{mine}");
        let one = own(&bank, &token, "GET", &path).await.expect(200);
        assert_eq!((&one["state"], &one["actions"]), (&json!("authorised"), &json!(EVERYTHING)));
        own(&post, &foreign, "GET", &path).await.expect_problem(404, "resourceNotFound");
        own(&post, &foreign, "DELETE", &path).await.expect_problem(404, "resourceNotFound");
        bank.messages(&grants[0]).await.expect(200);

        for _ in 0..2 {
            assert_eq!(own(&bank, &token, "DELETE", &path).await.status, 204);
        }
        bank.messages(&grants[0]).await.expect_problem(401, "invalidAccessToken");
        bank.messages(&grants[1]).await.expect(200);
        own(&bank, &token, "GET", &path).await.expect_problem(404, "resourceNotFound");
        let (ended,): (i64,) = world
            .row("SELECT COUNT(*) FROM consent_event WHERE kind = 'revoked' AND actor = 'provider'")
            .await;
        assert_eq!(ended, 1);
        // a grant's token is not the application's own, and another scope is not this one
        let wrong = bank.get(&grants[1], "/mailbox/v1/consents").await;
        wrong.expect_problem(403, "missingScope");
        let feed = bank.machine.client_credentials("bank-app", "feed").await;
        own(&bank, &feed, "GET", "/mailbox/v1/consents").await.expect_problem(403, "missingScope");
        own(&bank, &token, "GET", "/mailbox/v1/consents?pageSize=0")
            .await
            .expect_issue("outOfRange", "pageSize");
    })
    .await;
}

#[tokio::test]
async fn reference_data_names_everything_and_may_be_kept() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&Person::named("Anna").recipient(), "Teal bittern letter").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let token = bank.machine.client_credentials("bank-app", "feed").await;
        let message = bank.messages(&grant).await.expect(200)["items"][0].clone();
        let kinds = [
            ("senderOrganizations", &message["senderOrganization"]["enterpriseNumber"]),
            ("senderApplications", &message["senderApplicationId"]),
            ("messageTypes", &message["messageType"]["id"]),
        ];
        for (kind, id) in kinds {
            let path = format!("/mailbox/v1/refData/{kind}");
            let list = own(&bank, &token, "GET", &path).await;
            assert_eq!(list.header("cache-control"), "public, no-transform, max-age=86400");
            assert_eq!(list.expect(200)["total"], 2);
            let one = bank.get(&grant, &format!("{path}/{}", id.as_str().unwrap())).await.expect(200);
            assert!(one["name"]["nl"].is_string(), "{one:#}");
            own(&bank, &token, "GET", &format!("{path}/nobody"))
                .await
                .expect_problem(404, "resourceNotFound");

            let tag = list.header("etag").to_owned();
            let request = bank.machine.request("GET", &path).bearer_auth(&token);
            let again = bank.machine.send(request.header("if-none-match", &tag)).await;
            assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
        }
        // what is private is not kept
        for path in ["/mailbox/v1/mailboxes", "/mailbox/v1/limits"] {
            assert_eq!(bank.get(&grant, path).await.header("cache-control"), "no-store");
        }
    })
    .await;
}
