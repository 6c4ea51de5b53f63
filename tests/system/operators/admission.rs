//! Who gets in at the operations door, and what each role may do there.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::authority::{Credential, Wish};
use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::operator::Operator;
use system_tests::world::setting::authorities;

/// Every route of the operators' API, with values in the places of its parameters.
fn routes(world: &World) -> Vec<(String, String)> {
    let of = |kind: &str| format!("{kind}_{}", "0".repeat(26));
    let filled = |path: &str| {
        let path = path.replace("{providerId}", "demo-bank").replace("{clientId}", "bank-app");
        let path = path.replace("{certificationId}", &of("cft"));
        let path = path.replace("{certificateId}", &of("crt")).replace("{proposalId}", &of("prp"));
        path.replace("{citizenId}", &of("psn")).replace("{mailboxId}", &of("mbx"))
    };
    let operations = world.operators_contract().operations().into_iter();
    let behind = operations.filter(|operation| operation.path != "/health");
    let mut routes: Vec<_> = behind.map(|operation| (operation.method, filled(&operation.path))).collect();
    routes.push(("GET".into(), "/".into()));
    routes.push(("GET".into(), "/v1/messages".into()));
    routes
}

async fn ask(world: &World, credential: Option<&Credential>, (method, path): &(String, String)) -> Answer {
    let machine = world.machine(credential);
    let request = machine.request(method, &format!("{}{path}", world.operations));
    machine
        .send(if matches!(method.as_str(), "PUT" | "POST") { request.json(&json!({})) } else { request })
        .await
}

#[tokio::test]
async fn every_route_refuses_whoever_is_no_operator_in_office_and_says_why() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (now, all) = (world.now(), authorities());
        let wish = Wish::client("urn:test:operator-an");
        let expired = Wish { until: now.minus(Duration::from_secs(3_600)), ..wish.clone() };
        let nobody = Wish { uri: "urn:test:nobody".into(), ..wish.clone() };
        let refused: [(&str, Option<Credential>); 8] = [
            ("absent", None),
            ("expired", Some(all.operators.issue(&expired))),
            ("unknownIssuer", Some(all.strangers.issue(&wish))),
            ("wrongRole", Some(all.providers.client("urn:test:bank-app"))),
            ("wrongRole", Some(all.senders.client("urn:test:tax-mailroom"))),
            // the name of an operator under an anchor of another role is another name
            ("wrongRole", Some(all.providers.client("urn:test:operator-an"))),
            ("notRegistered", Some(all.operators.issue(&nobody))),
            ("notRegistered", Some(all.operators.client("urn:test:operator-gone"))),
        ];
        let routes = routes(world);
        for (reason, credential) in &refused {
            for route in &routes {
                let problem =
                    ask(world, credential.as_ref(), route).await.expect_problem(401, "certificateRefused");
                assert_eq!(problem["reason"], *reason, "{route:?}: {problem:#}");
            }
        }
        figure(&format!(
            "{} routes of operators refused {} kinds of certificate",
            routes.len(),
            refused.len()
        ));

        let open = world.machine(None);
        for path in ["/health", "/ready", "/metrics"] {
            let answer = open.request("GET", &format!("{}{path}", world.operations)).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
        }
        let an = world.operator("an");
        an.get("/v1/messages").await.expect_problem(404, "resourceNotFound");
        an.machine.get("/mailbox/v1/mailboxes", None).await.expect_problem(401, "certificateRefused");
    })
    .await;
}

#[tokio::test]
async fn each_role_does_its_duties_and_nothing_else() {
    World::on_both(async |world| {
        let [an, sofie, tom] = ["an", "sofie", "tom"].map(|name| world.operator(name));
        let certificate = json!({"anchor": "providers", "nameKind": "sanUri", "name": "urn:test:new"});
        let application = json!({"providerId": "demo-bank", "brand": "Bank", "purpose": {"en": "x"},
            "retention": {"en": "x"}, "redirectUris": ["https://bank.localhost/callback"]});
        let calls: [(&str, &str, Value, [bool; 3]); 9] = [
            // who may: register, security, support
            ("GET", "/v1/providers", Value::Null, [true, true, true]),
            ("GET", "/v1/applications/bank-app/certificates", Value::Null, [true, true, true]),
            ("PUT", "/v1/providers/demo-new", json!({"legalName": "New NV"}), [true, false, false]),
            ("PUT", "/v1/applications/new-app", application, [true, false, false]),
            ("POST", "/v1/applications/bank-app/certificates", certificate, [true, false, false]),
            ("POST", "/v1/testMailboxes", json!({"ssin": "1"}), [true, false, false]),
            ("PUT", "/v1/applications/bank-app/pilot", json!({"pilot": true}), [true, false, false]),
            ("PUT", "/v1/providers/demo-bank/state", json!({"state": "suspended"}), [true, true, false]),
            ("GET", "/v1/acts?of=everybody", Value::Null, [false, true, false]),
        ];
        for (method, path, body, may) in &calls {
            for (operator, may) in [&an, &sofie, &tom].into_iter().zip(may) {
                let answer = call(operator, method, path, body).await;
                if *may {
                    assert_ne!(answer.status, 403, "{}: {}", answer.asked, answer.text());
                } else {
                    answer.expect_problem(403, "missingPermission");
                }
            }
        }

        let (refused,): (i64,) = world
            .row(
                "SELECT COUNT(*) FROM audit_write
                 WHERE role = 'operator' AND actor = 'tom.jacobs' AND action = 'refused'",
            )
            .await;
        assert_eq!(refused, 7, "each refusal leaves a record under the person's name");
        assert_eq!(tom.get("/v1/me").await.expect(200)["roles"], json!(["support"]));
    })
    .await;
}

async fn call(operator: &Operator<'_>, method: &str, path: &str, body: &Value) -> Answer {
    match method {
        "GET" => operator.get(path).await,
        "POST" => operator.post(path, body).await,
        _ => operator.put(path, body).await,
    }
}

#[tokio::test]
async fn bad_input_is_refused_precisely() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let an = world.operator("an");
        let put = async |path: &str, body: Value| an.put(path, &body).await;
        put("/v1/providers/demo-new", json!({})).await.expect_issue("requiredInput", "legalName");
        put("/v1/providers/demo-new", json!({"legalName": " "}))
            .await
            .expect_issue("outOfRange", "legalName");
        put("/v1/providers/Demo_New", json!({"legalName": "x"}))
            .await
            .expect_issue("invalidStructure", "providerId");
        let more = json!({"legalName": "x", "state": "active"});
        put("/v1/providers/demo-new", more).await.expect_issue("unknownInput", "state");
        put("/v1/providers/demo-none/state", json!({"state": "sandbox"}))
            .await
            .expect_problem(404, "resourceNotFound");
        an.get("/v1/providers?all=1").await.expect_issue("unknownInput", "all");

        let form = json!({"providerId": "demo-bank", "brand": "Bank", "purpose": {"en": "x"},
            "retention": {"en": "x"}, "redirectUris": ["https://bank.localhost/callback"]});
        let with = |member: &str, value: Value| {
            let mut form = form.clone();
            form[member] = value;
            form
        };
        let app = "/v1/applications/new-app";
        put(app, with("providerId", json!("demo-none")))
            .await
            .expect_issue("referencedResourceNotFound", "providerId");
        put(app, with("purpose", json!({"xx": "x"}))).await.expect_issue("invalidInput", "purpose");
        let uris = json!(["https://bank.localhost/callback", "https://bank@evil.example/"]);
        put(app, with("redirectUris", uris)).await.expect_issue("invalidInput", "redirectUris[1]");
        put(app, with("logo", json!("PHN2Zz4="))).await.expect_issue("mediaTypeRefused", "logo");
        put("/v1/applications/bank-app", with("providerId", json!("demo-post")))
            .await
            .expect_problem(409, "noSuchStep");

        let certificates = "/v1/applications/bank-app/certificates";
        let certificate = json!({"anchor": "providers", "nameKind": "sanUri", "name": "urn:test:new"});
        let with = |member: &str, value: Value| {
            let mut certificate = certificate.clone();
            certificate[member] = value;
            certificate
        };
        let post = async |body: Value| an.post(certificates, &body).await;
        post(with("anchor", json!("senders"))).await.expect_issue("referencedResourceNotFound", "anchor");
        post(with("thumbprint", json!("ab"))).await.expect_issue("invalidInput", "thumbprint");
        post(with("validUntil", json!("2020-01-01T00:00:00Z")))
            .await
            .expect_issue("invalidInput", "validUntil");
        post(with("validFrom", json!("tomorrow"))).await.expect_issue("invalidInput", "validFrom");
        post(with("name", json!("urn:test:post-app"))).await.expect_problem(409, "noSuchStep");
        an.post("/v1/testMailboxes", &json!({"ssin": "12345678901"}))
            .await
            .expect_issue("invalidStructure", "ssin");
        an.post("/v1/testMailboxes", &json!({})).await.expect_issue("exactlyOneOfExpected", "ssin");
    })
    .await;
}
