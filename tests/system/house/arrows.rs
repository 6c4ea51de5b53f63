//! Which crate may import which, as the manifests say it and as `cargo metadata` reads them.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use super::{none, rust};

/// What each crate may import of ours. The system tests may import everything.
const ARROWS: [(&str, &[&str]); 10] = [
    ("specs", &[]),
    ("hub-core", &[]),
    ("hub-http", &["hub-core", "specs"]),
    ("hub-authorization", FACE),
    ("hub-portal", FACE),
    ("hub-sender-api", FACE),
    ("provider-adapters", FACE),
    (
        "hub-server",
        &[
            "hub-core",
            "hub-http",
            "hub-authorization",
            "hub-portal",
            "hub-sender-api",
            "provider-adapters",
            "specs",
            "reference-provider",
        ],
    ),
    ("reference-provider", &[]),
    ("conformance", &["specs"]),
];
const FACE: &[&str] = &["hub-http", "hub-core", "specs"];

#[test]
fn no_crate_imports_what_it_must_not_know() {
    let imports = imports();
    let mut findings = Vec::new();
    for (name, of_ours) in &imports {
        if name == "system-tests" {
            continue;
        }
        let Some((_, may)) = ARROWS.iter().find(|(known, _)| known == name) else {
            findings.push(format!("{name} is not in the table of arrows"));
            continue;
        };
        findings.extend(
            of_ours
                .iter()
                .filter(|other| !may.contains(&other.as_str()))
                .map(|other| format!("{name} → {other}")),
        );
    }
    none("arrows that the design does not draw", findings);
}

#[test]
fn the_faces_never_speak_to_the_database() {
    let drivers = ["sqlx", "libsqlite3-sys", "tokio-postgres", "rusqlite"];
    let mut findings = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        if matches!(name, "hub-core" | "system-tests") {
            continue;
        }
        findings.extend(
            shipped(&package)
                .filter(|other| drivers.contains(other))
                .map(|other| format!("{name} → {other}")),
        );
    }
    for source in rust()
        .iter()
        .filter(|source| !source.path.starts_with("hub/core/") && !source.path.starts_with("tests/"))
        // Tests look at the rows that a face left.
        .filter(|source| !source.path.contains("/tests/"))
    {
        for (n, line) in source.code() {
            if line.contains("sqlx::") || words(line).any(|word| word == "Tx") {
                findings.push(format!("{} names the database", source.at(n)));
            }
        }
    }
    none("SQL outside hub-core", findings);
}

#[test]
fn only_the_demo_knows_the_sample_provider() {
    let findings = rust()
        .iter()
        .filter(|source| source.path.starts_with("hub/server/src/") && !source.path.contains("/demo"))
        .flat_map(|source| {
            source
                .code()
                .filter(|(_, line)| line.contains("reference_provider"))
                .map(|(n, _)| source.at(n))
                .collect::<Vec<_>>()
        })
        .collect();
    none("the sample provider outside the demo", findings);
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    let findings = packages()
        .iter()
        .map(|package| package["manifest_path"].as_str().unwrap().to_owned())
        .filter(|path| !std::fs::read_to_string(path).unwrap().contains("[lints]\nworkspace = true"))
        .collect();
    none("manifests without the lints of the workspace", findings);
}

/// The words of a line of code.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn dependencies(package: &Value) -> impl Iterator<Item = &str> {
    package["dependencies"].as_array().unwrap().iter().map(|dependency| dependency["name"].as_str().unwrap())
}

/// What a crate depends on outside its tests.
fn shipped(package: &Value) -> impl Iterator<Item = &str> {
    let all = package["dependencies"].as_array().unwrap().iter();
    all.filter(|dependency| dependency["kind"].is_null())
        .map(|dependency| dependency["name"].as_str().unwrap())
}

/// Our crates, each with those of ours that it depends on in any way.
fn imports() -> BTreeMap<String, Vec<String>> {
    let packages = packages();
    let ours: Vec<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    packages
        .iter()
        .map(|package| {
            let of_ours =
                dependencies(package).filter(|name| ours.contains(name)).map(str::to_owned).collect();
            (package["name"].as_str().unwrap().to_owned(), of_ours)
        })
        .collect()
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .arg("--manifest-path")
        .arg(system_tests::environment::repository("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}
