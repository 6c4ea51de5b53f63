//! The same with npm `openid-client`, which knows nothing of this hub.

use rcgen::KeyPair;
use serde_json::json;
use system_tests::program::{Failure, Program};
use system_tests::world::World;
use system_tests::world::setting::authorities;

use super::{CONSULT, METADATA, keys, on_both};

/// A client that found the issuer by its metadata and signs with this key.
async fn client(world: &World, key: &KeyPair, (alg, kid): (&str, &str)) -> Program {
    let program = Program::start("provider.mjs");
    let credential = authorities().senders.client("urn:test:tax-mailroom");
    let identity = json!({"name": "own", "certificate": credential.certificate, "key": credential.key});
    program.call("identity", identity).await;
    let signing = json!({"key": key.serialize_pem(), "alg": alg, "kid": kid});
    let discover = json!({"issuer": format!("{}/ebox/oauth/v5", world.mtls), "clientId": "tax-mailroom", "as": "own",
        "ca": authorities().servers.certificate, "signing": signing});
    let metadata = program.call("discover", discover).await;
    assert!(metadata["token_endpoint"].as_str().unwrap().ends_with(super::TOKEN), "{METADATA}: {metadata:#}");
    program
}

async fn token(program: &Program, scope: &str) -> Result<serde_json::Value, Failure> {
    program.ask("clientCredentials", json!({"parameters": {"scope": scope}})).await
}

#[tokio::test]
async fn a_certified_client_signs_and_publishes() {
    on_both(async |world| {
        let scope = format!("{CONSULT}publicationsender");
        for (alg, kid, key) in
            [("ES256", "ec", &keys().ec), ("PS256", "rsa", &keys().rsa), ("RS256", "rsa", &keys().rsa)]
        {
            let program = client(world, key, (alg, kid)).await;
            let answer = token(&program, &scope).await.unwrap();
            let access = answer["access_token"].as_str().unwrap();
            world.never_shown(access);
            assert_eq!((&answer["scope"], &answer["token_type"]), (&json!(scope), &json!("bearer")), "{alg}");
            let url = format!("{}/messageRegistry/v2/referenceData/senderApplications", world.mtls);
            let list = program.call("fetch", json!({"url": url, "token": access})).await;
            assert_eq!(list["status"], 200, "{alg}: {list:#}");
        }
        let thief = client(world, &keys().other, ("ES256", "ec")).await;
        let refused = token(&thief, &scope).await.unwrap_err();
        assert_eq!(refused.oauth(), Some("invalid_client"), "{refused:?}");
    })
    .await;
}
