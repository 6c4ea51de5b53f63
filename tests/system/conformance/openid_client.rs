//! An app whose consents are obtained by npm `openid-client` passes the provider plan, for the flows that it declares.

use std::fs;

use system_tests::environment::{figure, repository};
use toml::{Table, Value};

use super::{Trial, ended, told};

#[tokio::test]
async fn an_app_on_openid_client_passes_every_case_about_flows() {
    let trial = Trial::begin_for(&[]).await;
    is_on_openid_client(&trial);

    let ended = ended(trial.judge(&[])).await;

    let report = trial.report();
    let fallen = told(&report, &["pass", "skipped", "notApplicable"]);
    assert!(ended.success() && fallen.is_empty(), "{ended}: {}", fallen.join("\n"));
    let all = report["outcomes"].as_array().unwrap().len();
    let passed = all - told(&report, &["pass"]).len();
    assert!(passed >= 65, "{passed} cases passed");
    figure(&format!(
        "{passed} cases of the provider plan pass for an app on openid-client, {} conditions",
        report["assertions"]
    ));
}

/// Has the profile start the app, which declares nothing beside flows.
fn is_on_openid_client(trial: &Trial) {
    let mut profile = trial.profile();
    let text = |profile: &Table, section: &str, key: &str| profile[section][key].as_str().unwrap().to_owned();
    let port = |key: &str| profile["hub"][key].as_integer().unwrap();
    let issuer = format!("https://localhost:{}{}", port("public_port"), text(&profile, "hub", "issuer_path"));
    let resource = format!("https://localhost:{}/mailbox/v1", port("mtls_port"));
    let script = repository("tests/clients/openid-client-app.mjs");
    let command = [
        "node",
        script.to_str().unwrap(),
        "--folder",
        trial.place().to_str().unwrap(),
        "--issuer",
        &issuer,
        "--resource",
        &resource,
        "--client-id",
        &text(&profile, "app", "client_id"),
        "--redirect-uri",
        &text(&profile, "app", "redirect_uri"),
        "--hook",
        &text(&profile, "hook", "url"),
    ]
    .map(Value::from);
    profile["app"].as_table_mut().unwrap().insert("command".into(), command.to_vec().into());
    profile["capabilities"].as_table_mut().unwrap().insert("declared".into(), Value::Array(Vec::new()));
    fs::write(trial.place().join("profile.toml"), profile.to_string()).unwrap();
}
