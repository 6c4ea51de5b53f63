//! `facteur connect-test`: each way to fail is named, with how to mend it.

use std::time::Duration;

use rcgen::ExtendedKeyUsagePurpose;
use serde_json::Value;
use system_tests::authority::{Authority, Credential, Wish};
use system_tests::database::TestDatabase;
use system_tests::environment::{binary, figure};
use system_tests::world::World;
use system_tests::world::setting::authorities;
use tokio::process::Command;

/// Runs the test with these words; gives its JSON and whether all was well.
async fn test(arguments: &[String]) -> (Value, bool) {
    let output =
        Command::new(binary()).args(["connect-test", "--json"]).args(arguments).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let json = serde_json::from_str(&said)
        .unwrap_or_else(|_| panic!("{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr)));
    (json, output.status.success())
}

/// The words for a certificate at the listener of machines.
fn words(world: &World, credential: Option<&Credential>, more: &[&str]) -> Vec<String> {
    let authority = world.setting.path("servers.pem").display().to_string();
    let mut words = vec![world.mtls.clone(), "--authority".into(), authority];
    if let Some(credential) = credential {
        world.setting.put("own.pem", &credential.certificate);
        world.setting.put("own.key", &credential.key);
        let file = |name: &str| world.setting.path(name).display().to_string();
        words.extend(["--certificate".into(), file("own.pem"), "--key".into(), file("own.key")]);
    }
    words.extend(more.iter().map(ToString::to_string));
    words
}

fn step<'a>(report: &'a Value, name: &str, outcome: &str) -> &'a Value {
    let steps = report["steps"].as_array().unwrap();
    let found = steps.iter().find(|step| step["step"] == name && step["outcome"] == outcome);
    found.unwrap_or_else(|| panic!("no step {name} that is {outcome}: {report:#}"))
}

#[tokio::test]
async fn a_good_certificate_is_told_so_step_by_step() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = authorities().providers.client("urn:test:bank-app");
        let (report, well) = test(&words(world, Some(&bank), &["--client-id", "bank-app"])).await;
        assert!(well, "{report:#}");
        for name in ["certificate", "key", "name", "connection", "handshake", "verdict", "token"] {
            step(&report, name, "ok");
        }
        let tax = authorities().senders.client("urn:test:tax-mailroom");
        let (report, well) =
            test(&words(world, Some(&tax), &["--role", "sender", "--client-id", "tax-mailroom"])).await;
        assert!(well, "{report:#}");
        let mut operator = words(world, Some(&world.operator("an").credential), &["--role", "operator"]);
        operator[0].clone_from(&world.operations);
        let (report, well) = test(&operator).await;
        assert!(well, "{report:#}");
    })
    .await;
}

#[tokio::test]
async fn every_reason_of_the_hub_is_explained() {
    World::on(TestDatabase::sqlite().await, async |world| {
        world.setting.revoke(&[666], &[]);
        world.running().reload().await;
        let (now, all) = (world.now(), authorities());
        let wish = Wish::client("urn:test:bank-app");
        let day = Duration::from_secs(86_400);
        let providers = |wish: Wish| Some(all.providers.issue(&wish));
        let mut long = all.providers.issue(&wish);
        for n in 0..4 {
            long.certificate.push_str(&Authority::new(&format!("Link {n}")).certificate);
        }
        let cases: [(&str, Option<Credential>, &[&str]); 12] = [
            ("absent", None, &[]),
            ("expired", providers(Wish { until: now.minus(day / 2), ..wish.clone() }), &[]),
            ("notYetValid", providers(Wish { from: now.plus(day), ..wish.clone() }), &[]),
            ("unknownIssuer", Some(all.strangers.issue(&wish)), &[]),
            (
                "wrongUsage",
                providers(Wish { usage: ExtendedKeyUsagePurpose::ServerAuth, ..wish.clone() }),
                &[],
            ),
            ("revoked", providers(Wish { serial: 666, ..wish.clone() }), &[]),
            (
                "crlExpired",
                Some(all.forgotten.issue(&Wish::client("urn:test:tax-mailroom"))),
                &["--role", "sender"],
            ),
            ("wrongEnvironment", providers(Wish { environment: Some("integration"), ..wish.clone() }), &[]),
            ("tooLarge", Some(long), &[]),
            ("notRegistered", providers(Wish { uri: "urn:test:nobody".into(), ..wish.clone() }), &[]),
            ("otherParty", providers(wish.clone()), &["--client-id", "post-app"]),
            ("wrongRole", Some(all.senders.client("urn:test:tax-mailroom")), &[]),
        ];
        for (reason, credential, more) in &cases {
            let (report, well) = test(&words(world, credential.as_ref(), more)).await;
            assert!(!well, "{reason}: {report:#}");
            let steps = report["steps"].as_array().unwrap();
            let by_hub = |step: &&Value| step["step"] == "verdict" || step["step"] == "token";
            let told = steps.iter().filter(by_hub).find(|step| step["reason"] == *reason);
            let told = told.unwrap_or_else(|| panic!("{reason}: {report:#}"));
            assert!(told["mend"].as_str().is_some_and(|mend| mend.len() > 20), "{reason}: {told:#}");
        }
        figure(&format!("{} reasons of the hub explained with how to mend them", cases.len()));
    })
    .await;
}

#[tokio::test]
async fn the_way_to_the_hub_is_explained_too() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = authorities().providers.client("urn:test:bank-app");
        let other = authorities().providers.client("urn:test:bank-app");
        let at = |hub: &str, words: Vec<String>| [vec![hub.to_owned()], words[1..].to_vec()].concat();

        let nowhere = at("https://no-such-host.invalid:8444", words(world, Some(&bank), &[]));
        step(&test(&nowhere).await.0, "name", "failed");
        let closed = at("https://api.localhost:9", words(world, Some(&bank), &[]));
        step(&test(&closed).await.0, "connection", "failed");

        let mut strangers = words(world, Some(&bank), &[]);
        world.setting.put("strangers.pem", &authorities().strangers.certificate);
        strangers[2] = world.setting.path("strangers.pem").display().to_string();
        let (report, _) = test(&strangers).await;
        assert!(step(&report, "handshake", "failed")["mend"].as_str().unwrap().contains("--authority"));

        let alias = world.mtls.replace("api.localhost", "alias.localhost");
        let (report, _) = test(&at(&alias, words(world, Some(&bank), &[]))).await;
        assert!(step(&report, "handshake", "failed")["mend"].as_str().unwrap().contains("by the name"));

        let mixed = Credential { certificate: bank.certificate.clone(), key: other.key };
        let (report, well) = test(&words(world, Some(&mixed), &[])).await;
        assert!(
            !well && step(&report, "key", "failed")["said"].as_str().unwrap().contains("does not belong")
        );

        let mut alone = words(world, Some(&bank), &[]);
        alone.truncate(5);
        let (report, well) = test(&alone).await;
        assert!(well, "a certificate alone is looked at: {report:#}");
        step(&report, "certificate", "ok");
        step(&report, "verdict", "leftOut");

        world.operator("sofie").moves("demo-bank", "suspended").await.expect(200);
        let (report, _) = test(&words(world, Some(&bank), &["--client-id", "bank-app"])).await;
        assert!(step(&report, "token", "failed")["mend"].as_str().unwrap().contains("suspended"));
    })
    .await;
}
