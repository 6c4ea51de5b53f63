//! The hub plan finds nothing wrong with our hub: the built suite, three registered providers, a sender, a test citizen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;
use system_tests::database::TestDatabase;
use system_tests::environment::{self, figure};
use system_tests::process::HubProcess;
use system_tests::world::people::Person;
use system_tests::world::setting::{authorities, servers_pem};
use system_tests::world::stage::Stage;
use tokio::process::Command;

/// The third provider, to which nobody agrees.
pub(crate) const THIRD: &str = "thief-app";

#[tokio::test]
async fn our_hub_passes_the_hub_plan() {
    let hub = prepared(HubProcess::prepare(TestDatabase::sqlite().await).await).await;
    hub.start_again().await;
    let profile = write_profile(&hub.stage, &Wish::of_program(&hub.stage, "Anna"));
    let report = hub.stage.setting.path("report");

    let begun = Instant::now();
    let suite = environment::binary().with_file_name("facteur-conformance");
    let output = Command::new(suite)
        .args(["run".as_ref(), profile.as_os_str(), "--report".as_ref(), report.as_os_str()])
        .output()
        .await
        .expect("tests/run builds the conformance suite beside the hub");
    let seconds = begun.elapsed().as_secs_f64();

    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let text =
        std::fs::read_to_string(report.join("report.json")).unwrap_or_else(|error| panic!("{error}: {said}"));
    let told: Value = serde_json::from_str(&text).unwrap();
    let schema: Value = serde_json::from_str(specs::CONFORMANCE_REPORT_SCHEMA).unwrap();
    let fault = jsonschema::validate(&schema, &told).err().map(|fault| fault.to_string());
    assert_eq!(fault, None, "the report is not what its schema says");
    let wrong = wrong(&told);
    assert!(output.status.success() && wrong.is_empty(), "{said}\n{}", wrong.join("\n"));
    let verdicts = verdicts(&told);
    assert!(verdicts["pass"] >= 90, "{verdicts:?}");
    assert!(!verdicts.contains_key("warning"), "{verdicts:?}");
    for effect in effects(&told) {
        figure(&format!("hub plan, {effect}"));
    }
    figure(&format!("hub plan: {} cases passed in {seconds:.1} s", verdicts["pass"]));
    no_secret(&text);
    assert!(hub.terminate().await, "{}", hub.said());
    hub.check_logs();
}

/// Outcomes that are neither passed nor not applicable, with what was expected.
fn wrong(report: &Value) -> Vec<String> {
    let outcomes = report["outcomes"].as_array().unwrap();
    let is_fine = |outcome: &&Value| matches!(outcome["verdict"].as_str(), Some("pass" | "notApplicable"));
    outcomes
        .iter()
        .filter(|outcome| !is_fine(outcome))
        .map(|outcome| {
            let findings = outcome["findings"].as_array().unwrap().iter();
            let broken =
                findings.filter(|finding| !matches!(finding["mark"].as_str(), Some("held" | "noted")));
            let broken: Vec<String> = broken.map(ToString::to_string).collect();
            format!("{}: {} {} {}", outcome["case"], outcome["verdict"], outcome["reason"], broken.join(" "))
        })
        .collect()
}

fn verdicts(report: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for outcome in report["outcomes"].as_array().unwrap() {
        *counts.entry(outcome["verdict"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// What the cases about endings noted.
fn effects(report: &Value) -> Vec<String> {
    let outcomes = report["outcomes"].as_array().unwrap().iter();
    let notes = outcomes.flat_map(|outcome| {
        let case = outcome["case"].as_str().unwrap();
        let findings = outcome["findings"].as_array().unwrap().iter();
        findings.filter_map(move |finding| Some(format!("{case}, {}", finding["actual"].as_str()?)))
    });
    notes.filter(|note| note.contains("time to effect")).collect()
}

/// No report may hold a token or a code.
fn no_secret(text: &str) {
    for kind in ["fat_", "frt_", "fac_"] {
        let found = text.match_indices(kind).filter(|(at, _)| {
            let rest: String = text[at + 4..].chars().take(43).collect();
            rest.len() == 43
                && rest.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
        });
        assert_eq!(found.count(), 0, "the report shows a token {kind}…");
    }
}

/// A hub that knows the third provider, and everybody's certificates in its folder.
pub(crate) async fn prepared(hub: HubProcess) -> HubProcess {
    hub.stage.setting.put("third.toml", &third(&hub.stage));
    hub.run(&["apply", hub.stage.setting.path("third.toml").to_str().unwrap()]).await;
    write_papers(&hub.stage);
    hub
}

/// Reference data of the third provider.
fn third(stage: &Stage) -> String {
    let texts =
        |text: &str| format!("{{ nl = \"{text}\", fr = \"{text}\", de = \"{text}\", en = \"{text}\" }}");
    format!(
        "environment = \"demo\"\n[[provider]]\nid = \"demo-third\"\nlegal_name = \"Demo Third\"\nstate = \"active\"\n\
         [[provider_application]]\nid = \"{THIRD}\"\nprovider = \"demo-third\"\nbrand = \"Demo Third\"\n\
         purpose = {}\nretention = {}\nredirect_uris = [\"{}\"]\n\
         [[certificate]]\nrole = \"provider\"\nanchor = \"providers\"\nclient_id = \"{THIRD}\"\nsan_uri = \"urn:test:{THIRD}\"\n",
        texts("A third app"),
        texts("No copies"),
        stage.landing.url,
    )
}

/// Certificates and keys of everybody who is played.
fn write_papers(stage: &Stage) {
    let setting = &stage.setting;
    let put = |name: &str, uri: &str| {
        let papers = authorities().providers.client(uri);
        setting.put(&format!("{name}.pem"), &papers.certificate);
        setting.put(&format!("{name}.key"), &papers.key);
    };
    put("first", "urn:test:bank-app");
    put("renewed", "urn:test:bank-app");
    put("second", "urn:test:post-app");
    put("attacker", &format!("urn:test:{THIRD}"));
    let tax = authorities().senders.client("urn:test:tax-mailroom");
    setting.put("sender.pem", &tax.certificate);
    setting.put("sender.key", &tax.key);
}

/// What a profile says of the citizen, and what it declares beside what our hub does.
pub(crate) struct Wish<'a> {
    pub(crate) citizen: &'a str,
    /// The command by which the citizen agrees.
    pub(crate) agree: Vec<String>,
    /// The command by which the citizen refuses.
    pub(crate) refuse: Vec<String>,
    pub(crate) declares: &'a [String],
}

impl<'a> Wish<'a> {
    /// The citizen is a program that the suite starts.
    fn of_program(stage: &Stage, citizen: &'a str) -> Self {
        let script = environment::repository("tests/clients/citizen.mjs");
        let ca = servers_pem(&stage.setting.folder);
        let (script, ca) = (script.to_str().unwrap(), ca.to_str().unwrap());
        let agree = ["node", script, "--ca", ca, "--as", citizen, "--home", &stage.landing.url];
        let agree: Vec<String> = agree.map(str::to_owned).into();
        let refuse = [&agree[..], &["--refuse".to_owned()]].concat();
        Self { citizen, agree, refuse, declares: &[] }
    }
}

/// Writes a profile; gives where it stands.
pub(crate) fn write_profile(stage: &Stage, wish: &Wish<'_>) -> PathBuf {
    let text = profile(stage, &servers_pem(&stage.setting.folder), wish);
    stage.setting.put("profile.toml", &text);
    stage.setting.path("profile.toml")
}

fn profile(stage: &Stage, ca: &Path, wish: &Wish<'_>) -> String {
    let Stage { public, mtls, landing, .. } = stage;
    let home = &landing.url;
    let identity = |section: &str, client: &str| {
        format!(
            "[{section}]\nclient_id = \"{client}\"\ncertificate = \"{section}.pem\"\nkey = \"{section}.key\"\nredirect_uri = \"{home}\"\n"
        )
    };
    let declared = [
        "mailboxApi",
        "messageRegistry",
        "changeFeed",
        "consents",
        "grantManagement",
        "markRead",
        "certificate",
        "publish",
        "refusal",
    ];
    let declared: Vec<&str> = declared.into_iter().chain(wish.declares.iter().map(String::as_str)).collect();
    format!(
        "version = 1\nplan = \"hub\"\n[hub]\nname = \"Facteur\"\nissuer = \"{public}\"\nmailbox_api = \"{mtls}/mailbox/v1\"\n\
         message_registry = \"{mtls}/messageRegistry/v2\"\nsender_api = \"{mtls}/sender/v1\"\nca = \"{}\"\n\
         {}next_certificate = \"renewed.pem\"\nnext_key = \"renewed.key\"\n{}{}\
         [citizen]\ndriver = \"command\"\ncommand = {:?}\nrefuse = {:?}\n\
         [sender]\nclient_id = \"tax-mailroom\"\ncertificate = \"sender.pem\"\nkey = \"sender.key\"\n\
         organization = \"{}\"\nmessage_type = \"tax-assessment\"\nrecipient = {{ ssin = \"{}\" }}\n\
         [capabilities]\ndeclared = {declared:?}\n",
        ca.display(),
        identity("first", "bank-app"),
        identity("second", "post-app"),
        identity("attacker", THIRD),
        wish.agree,
        wish.refuse,
        system_tests::world::people::enterprise(11),
        Person::named(wish.citizen).ssin(),
    )
}
