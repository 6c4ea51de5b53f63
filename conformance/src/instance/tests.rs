//! What may be asked of an instance, and what it keeps from whom.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::form::RunToAsk;
use super::keeping::{Progress, Shelf};
use super::statement::{About, Notary};
use crate::bundle::Signer;
use crate::engine::now;
use crate::profile::Profile;
use crate::report::samples::report;

fn asked(member: &str, value: Value) -> Result<RunToAsk, serde_json::Error> {
    let mut form = json!({
        "nonce": "fcn_x", "clientId": "bank-app", "name": "Demo Bank", "hookSecret": "secret",
        "redirectUri": "https://app.example.org/callback", "hookUrl": "https://app.example.org/hook/",
        "declared": ["read", "certificate"],
    });
    if !member.is_empty() {
        form[member] = value;
    }
    serde_json::from_value(form)
}

fn stage() -> crate::profile::Hub {
    toml::from_str(
        "host = \"localhost\"\npublic_port = 1\nmtls_port = 2\nhostile_port = 3\nca = \"a\"\nca_key = \"b\"\n",
    )
    .unwrap()
}

#[test]
fn a_run_names_no_program_and_no_file() {
    for member in ["command", "certificate", "startUrl", "next_key", "app"] {
        assert!(asked(member, json!(["sh"])).is_err(), "{member}");
    }
    let form = asked("name", json!("x\"\n[app]\ncommand = [\"sh\"]")).unwrap();
    assert!(form.wrong(&stage(), false).unwrap().starts_with("name"));
    let form = asked("name", json!("x\" command = [\"sh\"]")).unwrap();
    let profile = Profile::parse(&form.profile(&stage()), std::path::Path::new("run")).unwrap();
    assert_eq!((profile.app.command, profile.app.name.as_str()), (None, "x\" command = [\"sh\"]"));
    assert_eq!(profile.app.certificate, std::path::Path::new("run/app.pem"));
}

#[test]
fn an_app_is_on_a_public_network_unless_the_operator_says_otherwise() {
    assert_eq!(asked("", Value::Null).unwrap().wrong(&stage(), false), None);
    for (member, address) in [
        ("hookUrl", "http://127.0.0.1:9/"),
        ("hookUrl", "https://169.254.169.254/latest/"),
        ("redirectUri", "https://localhost/callback"),
        ("events", "https://[::1]/events"),
    ] {
        let form = asked(member, json!(address)).unwrap();
        assert!(form.wrong(&stage(), false).unwrap().starts_with(member), "{address}");
        assert_eq!(form.wrong(&stage(), true), None, "{address}");
    }
}

#[test]
fn an_app_is_not_on_the_host_of_the_stage() {
    let stage = crate::profile::Hub { host: "Stage.example.org".into(), ..stage() };
    for member in ["hookUrl", "redirectUri", "events"] {
        for host in ["stage.example.org", "STAGE.example.org:8443", "stage.example.org."] {
            let form = asked(member, json!(format!("https://{host}/x"))).unwrap();
            let told = form.wrong(&stage, false).unwrap();
            assert!(told.starts_with(member) && told.contains("stage"), "{told}");
        }
        let form = asked(member, json!("https://app.stage.example.org/x")).unwrap();
        assert_eq!(form.wrong(&stage, false), None);
    }
}

#[test]
fn what_is_kept_is_hidden_from_other_users_and_other_owners() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::open(&folder.path().join("kept")).unwrap();
    let record = shelf.begin("owner").unwrap();
    record.put("hook.secret", b"x").unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&record.folder), mode(&record.folder.join("hook.secret"))), (0o700, 0o600));
    assert!(shelf.record(&record.id, "owner").is_some());
    assert!(shelf.record(&record.id, "somebody").is_none());
    for path in ["..", "../kept", "", &record.id.to_uppercase()] {
        assert!(shelf.record(path, "owner").is_none(), "{path}");
    }
    record.note(&Progress::new("running", None)).unwrap();
    assert_eq!(record.progress(|_| true).unwrap().state, "running");
    assert_eq!(record.progress(|_| false).unwrap().state, "interrupted");
}

#[test]
fn a_statement_is_as_its_schema_says() {
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let notary = Notary {
        name: "https://conformance.test".into(),
        audience: "https://hub.test".into(),
        kid: "c1".into(),
        signer: Signer::read(&key, None).unwrap(),
    };
    let schema = serde_json::from_str(specs::CONFORMANCE_STATEMENT_SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let thumbprint = "A".repeat(43);
    for nonce in [None, Some("fcn_x")] {
        let about = About { thumbprint: &thumbprint, nonce, bundle: b"zip" };
        let text = notary.state(&report(), &about, now()).unwrap();
        let payload = text.split('.').nth(1).unwrap();
        let bytes =
            base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload).unwrap();
        let claims: Value = serde_json::from_slice(&bytes).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&claims).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?} {claims:#}");
        assert_eq!(claims["level"], if nonce.is_some() { "certified" } else { "declared" });
    }
}
