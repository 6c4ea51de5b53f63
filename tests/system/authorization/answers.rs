//! What every answer carries, and what none does: dates, caches, other origins, frames, TLS.

use reqwest::header::HeaderMap;
use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::provider::EVERYTHING;

use super::{ENDPOINTS, form, post, request};

/// Pages of every kind, for somebody who is logged in and has just come from an app: status and address.
async fn pages(world: &World, anna: &Citizen<'_>) -> Vec<(u16, String)> {
    let bank = world.provider("bank").await;
    let (landing, screen) = (bank.asks(&EVERYTHING).await, bank.asks(&EVERYTHING).await);
    anna.comes_from(&screen).await;
    let plain = [
        (200, "/"),
        (200, "/consents"),
        (200, "/activation"),
        (200, "/login?back=/consents"),
        (400, "/authorize"),
        (400, "/authorize?client_id=bank-app&request_uri=urn:x"),
        (400, "/login/callback?code=x&state=y"),
        (404, "/nothing"),
        (405, "/authorize/consent"),
    ];
    let pages = plain.map(|(status, path)| (status, path.to_owned())).into_iter();
    pages.chain([(200, landing.url), (200, screen.url)]).collect()
}

#[tokio::test]
async fn every_page_insists_on_tls_is_never_framed_and_never_kept() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let anna = world.citizen("Anna");
        for (status, page) in pages(world, &anna).await {
            let answer = anna.request("GET", &page).send().await.unwrap();
            assert_eq!(answer.status(), status, "{page}");
            let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            let seconds: u64 =
                header("strict-transport-security").trim_start_matches("max-age=").parse().unwrap();
            assert!(seconds >= 31_536_000, "{page}: {seconds}");
            assert_eq!(header("x-frame-options"), "DENY", "{page}");
            assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{page}");
            assert_eq!(header("cache-control"), "no-store", "{page}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{page}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_answer_may_be_read_by_another_origin() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let closed = |place: &str, headers: &HeaderMap| {
            let open = headers.keys().find(|name| name.as_str().starts_with("access-control-"));
            assert_eq!(open, None, "{place}");
        };
        for origin in ["https://evil.test", "null", world.landing.url.trim_end_matches("/callback")] {
            for (_, page) in pages(world, &anna).await {
                for method in ["GET", "OPTIONS"] {
                    let asked = anna.request(method, &page).header("origin", origin);
                    let asked = asked.header("access-control-request-method", "POST");
                    closed(&page, asked.send().await.unwrap().headers());
                }
            }
            for path in ENDPOINTS.into_iter().chain(["/mailbox/v1/mailboxes"]) {
                for method in ["POST", "OPTIONS"] {
                    let asked = bank.machine.request(method, path).header("origin", origin);
                    let asked = asked.header("access-control-request-headers", "authorization");
                    closed(path, &bank.machine.send(asked).await.headers);
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_holds_a_secret_is_json_and_kept_nowhere() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let pushed = post(&bank, "/par", &request(&bank)).await;
        let expires_in = pushed.expect(201)["expires_in"].as_u64().unwrap();
        assert!((1..600).contains(&expires_in), "{expires_in}");
        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees(&asked).await;
        let tokens = post(&bank, "/token", &bank.redemption(&asked, &callback)).await;
        let said = tokens.expect(200);
        let access = said["access_token"].as_str().unwrap();
        world.never_shown(access);
        assert_eq!((said["token_type"].as_str(), said["expires_in"].as_u64()), (Some("Bearer"), Some(600)));
        let about = form(&[("client_id", "bank-app"), ("token", access)]);

        let shown = post(&bank, "/introspect", &about).await;
        let refused = post(&bank, "/token", &about).await;
        for answer in [&pushed, &tokens, &shown, &refused] {
            assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.asked);
            assert_eq!(answer.header("content-type"), "application/json", "{}", answer.asked);
        }
        refused.expect_oauth(400, "invalid_request");
    })
    .await;
}

#[tokio::test]
async fn every_answer_is_dated() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, tax, anna) =
            (world.provider("bank").await, world.sender("tax").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let mut answers = vec![
            bank.messages(&grant).await,
            bank.mailboxes(&grant).await,
            bank.machine.get("/mailbox/v1/mailboxes", None).await,
            bank.machine.get("/mailbox/v1/nothing", Some(&grant.access)).await,
            tax.status("msg_00000000000000000000000000").await,
            world.machine(None).get("/mailbox/v1/mailboxes", None).await,
            world.machine(None).get("/health", None).await,
        ];
        for path in ENDPOINTS {
            answers.push(post(&bank, path, &form(&[("client_id", "bank-app")])).await);
        }
        for answer in answers {
            let date = answer.header("date");
            assert!(date.len() == 29 && date.ends_with(" GMT"), "{}: {date:?}", answer.asked);
        }
        for (_, page) in pages(world, &anna).await {
            assert!(
                anna.request("GET", &page).send().await.unwrap().headers().contains_key("date"),
                "{page}"
            );
        }
    })
    .await;
}
