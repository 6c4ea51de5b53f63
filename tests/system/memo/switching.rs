//! MeMo is off unless it is named; where it is on it tells its metadata, its document, its schemas and its own errors.

use serde_json::Value;
use system_tests::database::TestDatabase;
use system_tests::world::World;

use super::{BASE, expect_problem};

const METADATA: &str = "/.well-known/oauth-protected-resource/memo/v1";

async fn is_listed(world: &World) -> bool {
    let url = format!("{}/.well-known/oauth-authorization-server", world.public);
    let metadata: Value = world.machine(None).get(&url, None).await.expect(200);
    metadata["protected_resources"].as_array().unwrap().iter().any(|it| it.as_str().unwrap().ends_with(BASE))
}

#[tokio::test]
async fn memo_is_off_where_the_configuration_does_not_name_it() {
    let silent = |setting: &system_tests::world::setting::Setting| {
        let config = std::fs::read_to_string(setting.config_file()).unwrap();
        let kept: Vec<&str> = config.lines().filter(|line| !line.starts_with("enabled = ")).collect();
        assert_eq!(kept.len() + 1, config.lines().count());
        setting.put("facteur.toml", &kept.join("\n"));
    };
    World::on_changed(TestDatabase::sqlite().await, silent, async |world| {
        let bank = world.provider("bank").await;
        // the document of an adapter that is off describes nothing: the answer is anybody's
        let request = bank.machine.request("GET", &format!("{BASE}/doc/openapi.yaml"));
        let answer = bank.machine.execute(request.build().unwrap()).await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (404, &"application/problem+json".parse().unwrap())
        );
        world.machine(None).get(METADATA, None).await.expect_problem(401, "certificateRefused");
        assert!(!is_listed(world).await);
    })
    .await;
}

#[tokio::test]
async fn memo_tells_its_metadata_its_document_and_its_schemas_and_refuses_in_xml() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let metadata = world.machine(None).get(METADATA, None).await.expect(200);
        assert_eq!(metadata["resource"], format!("{}{BASE}", world.mtls));
        assert!(is_listed(world).await);
        let document = bank.machine.get(&format!("{BASE}/doc/openapi.yaml"), None).await;
        document.expect(200);
        assert_eq!(document.text(), specs::MEMO_OPENAPI);
        for (name, text) in specs::MEMO_SCHEMAS {
            let schema = bank.machine.get(&format!("{BASE}/doc/schemas/{name}"), None).await;
            assert_eq!(
                (schema.status.as_u16(), schema.header("content-type"), schema.text().as_str()),
                (200, "application/xml", text)
            );
        }
        for path in ["doc/schemas/memo", "colours", "mailboxes/%FF/messages", "mailboxes/a/messages/%FF"] {
            let answer = bank.machine.get(&format!("{BASE}/{path}"), Some("fat_x")).await;
            assert!(matches!(answer.status.as_u16(), 400 | 401 | 404), "{path}: {}", answer.text());
            assert_eq!(answer.header("content-type"), "application/problem+xml", "{path}");
        }
        for (method, path, allowed) in [
            ("HEAD", "mailboxes/m/messages/x", "GET"),
            ("GET", "mailboxes/m/messages/x/replies", "POST"),
            ("DELETE", "doc/openapi.yaml", "GET"),
        ] {
            let answer = bank.machine.send(bank.machine.request(method, &format!("{BASE}/{path}"))).await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, allowed));
        }
        // what stands in a question comes back as XML all the same, and under its own name
        for (question, name) in [("%01=1", "\u{fffd}"), ("%00=1", "\u{fffd}"), ("text=1", "text")] {
            let answer = bank.machine.get(&format!("{BASE}/doc/openapi.yaml?{question}"), None).await;
            expect_problem(&answer, 400, "badRequest");
            assert!(answer.text().contains(&format!("<name>{name}</name>")), "{}", answer.text());
        }
        let none = bank.machine.get(&format!("{BASE}/mailboxes/m/messages"), None).await;
        expect_problem(&none, 401, "noAccessToken");
    })
    .await;
}

#[tokio::test]
async fn the_limit_of_requests_is_told_in_xml() {
    let low = |setting: &system_tests::world::setting::Setting| {
        setting.configure("per_second", "1");
        setting.configure("burst", "20");
    };
    World::on_changed(TestDatabase::sqlite().await, low, async |world| {
        let bank = world.provider("bank").await;
        let mut answer = bank.machine.get(&format!("{BASE}/doc/openapi.yaml"), None).await;
        for _ in 0..40 {
            if answer.status == 429 {
                break;
            }
            answer = bank.machine.get(&format!("{BASE}/doc/openapi.yaml"), None).await;
        }
        expect_problem(&answer, 429, "tooManyRequests");
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    })
    .await;
}
