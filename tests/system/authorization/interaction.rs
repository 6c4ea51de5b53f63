//! `x-fapi-interaction-id`: the client's own identifier of a request, given back and logged beside the hub's.

use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::provider::{EVERYTHING, Provider};

const HEADER: &str = "x-fapi-interaction-id";

/// Requests to the authorization server and to the API with this identifier, right and wrong ones.
async fn ask(bank: &Provider<'_>, token: &str, interaction: Option<&str>) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (method, path) in [
        ("GET", "/mailbox/v1/mailboxes"),
        ("GET", "/mailbox/v1/nothing"),
        ("POST", "/par"),
        ("POST", "/token"),
        ("POST", "/introspect"),
        ("POST", "/revoke"),
        ("GET", "/revoke"),
    ] {
        let mut request = bank.machine.request(method, path);
        request = if method == "POST" {
            request.form(&[("client_id", "bank-app")])
        } else {
            request.bearer_auth(token)
        };
        if let Some(interaction) = interaction {
            request = request.header(HEADER, interaction);
        }
        answers.push(bank.machine.send(request).await);
    }
    answers
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

#[tokio::test]
async fn the_clients_identifier_comes_back_and_stands_in_the_log() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;

        for id in ["c770aef3-6784-41f7-8e0e-ff5f97bddb3a", "93BAC548-D2DE-4546-B106-880A5018460D"] {
            for answer in ask(&bank, &grant.access, Some(id)).await {
                assert_eq!(answer.header(HEADER), id, "{}", answer.asked);
                let trace = answer.header("belgov-trace-id");
                assert_ne!(trace, id, "{}", answer.asked);
                assert!(world.logged(&["answered", id, trace]), "{}: {trace}", answer.asked);
            }
        }
        for answer in ask(&bank, &grant.access, None).await {
            let (made, trace) = (answer.header(HEADER), answer.header("belgov-trace-id"));
            assert!(is_uuid(made) && made == trace, "{}: {made}", answer.asked);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_uuid_is_replaced_and_never_logged() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        for wrong in [
            "not-an-identifier-of-any-request",
            "c770aef3678441f78e0eff5f97bddb3a",
            "{c770aef3-6784-41f7-8e0e-ff5f97bddb3b}",
            "------------------------------------",
            "c770aef3-6784-41f7-8e0e-ff5f97bddb3g",
            "answered status=200 trace=forged-by-a-client",
            &"9".repeat(5_000),
        ] {
            for answer in ask(&bank, &grant.access, Some(wrong)).await {
                assert!(is_uuid(answer.header(HEADER)), "{}: {}", answer.asked, answer.header(HEADER));
                assert!(!world.logged(&[wrong]), "{wrong}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_is_refused_has_an_identifier_too() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let id = "f3b1d2c4-0000-4000-8000-00000000000f";
        let nobody = world.machine(None);
        for path in ["/mailbox/v1/mailboxes", "/token", "/nothing"] {
            let answer = nobody.send(nobody.request("GET", path).header(HEADER, id)).await;
            assert_eq!((answer.status.as_u16(), answer.header(HEADER)), (401, id), "{path}");
        }
    })
    .await;
}
