//! Operators: who may do what with a stream, a trial in words, the command line, and the certificate that is exchanged.

use serde_json::{Value, json};
use system_tests::environment;
use system_tests::world::World;
use system_tests::world::receiver::{Mood, Receiver};
use system_tests::world::setting::{authorities, servers_pem};
use tokio::process::Command;

use super::{STREAM, registered, stream};

#[tokio::test]
async fn a_trial_says_in_words_what_is_wrong() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (an, receiver) = (world.operator("an"), Receiver::start().await);
        let test = format!("{STREAM}/test");
        an.post(&test, &json!({})).await.expect_problem(404, "resourceNotFound");
        registered(world, &receiver).await;
        let json_header = "content-type: application/json\r\n".to_owned();
        let moods = [
            (Mood::Well, "taken", Value::Null, json!(202)),
            (Mood::Down, "failed", json!("connection"), Value::Null),
            (Mood::Says(503, String::new(), String::new()), "failed", json!("busy"), json!(503)),
            (Mood::Says(200, String::new(), String::new()), "failed", json!("garbage"), json!(200)),
            (
                Mood::Says(400, json_header.clone(), "{\"err\":\"invalid_request\"}".to_owned()),
                "refused",
                json!("invalid_request"),
                json!(400),
            ),
            (
                Mood::Says(400, json_header, "{\"err\":\"access_denied\"}".to_owned()),
                "failed",
                json!("unauthorized"),
                json!(400),
            ),
        ];
        for (mood, outcome, trouble, status) in moods {
            receiver.is(mood.clone());
            let told = an.post(&test, &json!({})).await.expect(200);
            assert_eq!(
                (&told["outcome"], &told["trouble"], &told["status"]),
                (&json!(outcome), &trouble, &status)
            );
            assert!(told["explanation"].as_str().unwrap().ends_with('.'), "{told:#}");
        }
        let seen = stream(world).await;
        assert_eq!(
            (&seen["failures"], &seen["breaker"]),
            (&json!(0), &json!("closed")),
            "a trial changes nothing"
        );
        receiver.is(Mood::Well);
    })
    .await;
}

#[tokio::test]
async fn each_role_may_do_what_it_is_there_for() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let receiver = Receiver::start().await;
        let (an, sofie, tom) = (world.operator("an"), world.operator("sofie"), world.operator("tom"));
        registered(world, &receiver).await;
        let push = json!({"method": "push", "address": receiver.address});
        for other in [&sofie, &tom] {
            other.get(STREAM).await.expect(200);
            other.put(STREAM, &push).await.expect_problem(403, "missingPermission");
            for path in ["challenge", "test"] {
                other
                    .post(&format!("{STREAM}/{path}"), &json!({}))
                    .await
                    .expect_problem(403, "missingPermission");
            }
        }
        let (paused, running) = (json!({"state": "paused"}), json!({"state": "running"}));
        let state = format!("{STREAM}/state");
        tom.put(&state, &paused).await.expect_problem(403, "missingPermission");
        sofie.put(&state, &paused).await.expect(200);
        sofie.put(&state, &running).await.expect_problem(403, "missingPermission");
        an.put(&state, &running).await.expect(200);
        an.put("/v1/applications/nobody/stream", &push).await.expect_problem(404, "resourceNotFound");
        an.put(&state, &json!({"state": "asleep"})).await.expect_problem(400, "badRequest");
        an.get("/v1/applications/bank-app/deadLetters/dlt_00000000000000000000000000")
            .await
            .expect_problem(404, "resourceNotFound");
    })
    .await;
}

#[tokio::test]
async fn the_command_line_registers_tries_and_shows() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let receiver = Receiver::start().await;
        let credential = authorities().operators.client("urn:test:operator-an");
        world.setting.put("an.pem", &credential.certificate);
        world.setting.put("an.key", &credential.key);
        let run = async |arguments: &[&str]| {
            let output = Command::new(environment::binary())
                .arg("operator")
                .args(["--url", &world.operations])
                .arg("--certificate")
                .arg(world.setting.path("an.pem"))
                .arg("--key")
                .arg(world.setting.path("an.key"))
                .arg("--authority")
                .arg(servers_pem(&world.setting.folder))
                .args(arguments)
                .output()
                .await
                .unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            (output.status.success(), said)
        };
        receiver.is(Mood::FalseEcho);
        let (fine, said) = run(&["streams", "push", "bank-app", &receiver.address]).await;
        assert!(!fine && said.contains("notEchoed") && said.contains("without the state"), "{said}");
        receiver.is(Mood::Well);
        let (fine, said) = run(&["streams", "challenge", "bank-app"]).await;
        assert!(fine && said.contains("verified, status 202"), "{said}");
        let (fine, said) = run(&["streams", "test", "bank-app"]).await;
        assert!(fine && said.contains("taken, status 202"), "{said}");
        for (state, word) in [("pause", "paused"), ("resume", "running")] {
            let (fine, said) = run(&["streams", state, "bank-app"]).await;
            assert!(fine && said.contains(word), "{said}");
        }
        let (fine, said) = run(&["streams", "show", "bank-app"]).await;
        assert!(fine && said.contains(&receiver.address) && said.contains("breaker closed"), "{said}");
        for arguments in [["dead-letters", "list", "bank-app"], ["dead-letters", "replay", "bank-app"]] {
            let (fine, said) = run(&arguments).await;
            assert!(fine && (said.contains("(none)") || said.contains("0 to be told")), "{said}");
        }
        let (fine, said) = run(&["streams", "poll", "bank-app"]).await;
        assert!(fine && said.contains("poll"), "{said}");
        let (fine, said) = run(&["streams", "drop", "bank-app"]).await;
        assert!(fine, "{said}");
        let (fine, said) = run(&["streams", "show", "bank-app"]).await;
        assert!(!fine && said.contains("resourceNotFound"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_certificate_that_is_exchanged_is_used_without_a_restart() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let receiver = Receiver::start().await;
        let an = world.operator("an");
        registered(world, &receiver).await;
        let stranger = authorities().strangers.client("urn:test:hub");
        world.setting.put("push.pem", &stranger.certificate);
        world.setting.put("push.key", &stranger.key);
        world.running().reload().await;
        let told = an.post(&format!("{STREAM}/test"), &json!({})).await.expect(200);
        // with TLS 1.3 a refused client hears of it with the first answer
        assert!(["tls", "connection"].contains(&told["trouble"].as_str().unwrap()), "{told:#}");
        let own = authorities().hubs.client("urn:test:hub");
        world.setting.put("push.pem", &own.certificate);
        world.setting.put("push.key", &own.key);
        world.running().reload().await;
        let told = an.post(&format!("{STREAM}/test"), &json!({})).await.expect(200);
        assert_eq!(told["outcome"], "taken", "{told:#}");
    })
    .await;
}
