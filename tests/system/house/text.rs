//! Rules of the text that no lint of the compiler knows.

use std::collections::BTreeSet;
use std::fs;

use system_tests::environment::repository;

use super::{none, rust, sources};

const FOLDERS: [&str; 6] = ["specs", "hub", "provider-adapters", "conformance", "tests", ".ci"];

#[test]
fn no_lint_is_silenced_without_a_reason() {
    let silent = ["#[allow", "#![allow", "cfg_attr(", "#[ignore]"];
    let findings = rust()
        .iter()
        .filter(|source| !source.path.starts_with("tests/system/house/"))
        // A fixture that several test binaries share has parts that one of them does not use: no `expect` fits all.
        .filter(|source| !(source.path.contains("/tests/") && source.text.contains("reason = \"")))
        .flat_map(|source| {
            source
                .code()
                .filter(|(_, line)| {
                    silent.iter().any(|text| {
                        line.trim_start().starts_with(text)
                            && (text != &"cfg_attr(" || line.contains("allow"))
                    })
                })
                .map(|(n, _)| source.at(n))
                .collect::<Vec<_>>()
        })
        .collect();
    none("silenced lints and ignored tests", findings);
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let findings = rust()
        .iter()
        .map(|source| (source.text.lines().count(), &source.path))
        .filter(|(lines, _)| *lines > 400)
        .map(|(lines, path)| format!("{path} has {lines} lines"))
        .collect();
    none("files over 400 lines", findings);
}

#[test]
fn every_file_says_what_it_is() {
    let findings = rust()
        .iter()
        .filter(|source| !source.path.ends_with("/tests.rs"))
        .filter(|source| !source.text.starts_with("//!") || source.text.starts_with("//! x\n"))
        .map(|source| source.path.clone())
        .collect();
    none("files without a header", findings);
}

#[test]
fn nothing_is_left_for_later_in_the_code() {
    let marks =
        ["TO".to_owned() + "DO", "FIX".to_owned() + "ME", "XX".to_owned() + "X:", "todo".to_owned() + "!("];
    let endings = [".rs", ".sql", ".mjs", ".toml", ".yaml", ".ftl", ".html", "run"];
    let findings = sources(&FOLDERS, &endings)
        .iter()
        .flat_map(|source| {
            let lines = source.text.lines().enumerate();
            lines
                .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark.as_str())))
                .map(|(n, _)| source.at(n + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    none("marks for later", findings);
}

#[test]
fn no_path_of_one_machine_stands_in_a_file() {
    let homes = ["/ho".to_owned() + "me/", "/ro".to_owned() + "ot/", "/wo".to_owned() + "rk/"];
    let endings = [".rs", ".sql", ".mjs", ".toml", ".yaml", ".json", ".md", ".npmrc", "run"];
    let findings = sources(&FOLDERS, &endings)
        .iter()
        .flat_map(|source| {
            let lines = source.text.lines().enumerate();
            lines
                .filter(|(_, line)| homes.iter().any(|home| line.contains(home.as_str())))
                .map(|(n, _)| source.at(n + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    none("paths of one machine", findings);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |dialect: &str| -> BTreeSet<String> {
        let folder = repository("hub/core/migrations").join(dialect);
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres);
}

#[test]
fn locks_of_node_packages_name_no_registry() {
    let lock = fs::read_to_string(repository("tests/clients/package-lock.json")).unwrap();
    assert!(!lock.contains("\"resolved\""), "package-lock.json names where packages came from");
    assert!(lock.contains("\"integrity\": \"sha512-"));
}
