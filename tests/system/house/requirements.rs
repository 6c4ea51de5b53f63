//! Requirements name tests that exist, and none that must hold is without one.

use std::collections::BTreeSet;

use system_tests::requirements::{Requirement, Standing, read};

use super::{Source, none, rust};

#[test]
fn every_test_that_a_requirement_names_exists() {
    let tests: BTreeSet<String> = rust().iter().flat_map(tests_of).collect();
    assert!(tests.len() > 300, "{} tests are found", tests.len());
    let registers =
        [specs::TRUST_REQUIREMENTS, specs::AUTHORIZATION_REQUIREMENTS, specs::MESSAGE_REGISTRY_REQUIREMENTS];
    let registers = registers.map(read).concat();
    let named: Vec<(&Requirement, &String)> =
        registers.iter().flat_map(|row| row.verified_by.iter().map(move |test| (row, test))).collect();
    assert!(named.len() > 100, "{} tests are named", named.len());

    let missing = named.into_iter().filter(|(_, test)| !tests.contains(*test));
    none(
        "tests that requirements name and nobody wrote",
        missing.map(|(row, test)| format!("{}: {test}", row.id)).collect(),
    );
}

#[test]
fn whatever_authorization_must_do_is_verified_or_says_why_not() {
    let open = read(specs::AUTHORIZATION_REQUIREMENTS)
        .into_iter()
        .filter(|row| row.is_binding() && row.standing() == Standing::Open)
        .map(|row| format!("{} ({})", row.id, row.level));
    none("requirements without a test and without a reason", open.collect());
}

/// The paths of the tests of a file: `group::module::test` for those of one binary, `crate::module::tests::test` for
/// those beside the code.
fn tests_of(source: &Source) -> Vec<String> {
    let Some(module) = module_of(&source.path) else { return Vec::new() };
    let beside_code = source.path.contains("/src/")
        && !module.split("::").any(|part| part == "tests" || part.ends_with("_tests"));
    let module = if beside_code { format!("{module}::tests") } else { module };
    let mut tests = Vec::new();
    let mut marked = false;
    for (_, line) in source.code() {
        let line = line.trim();
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            marked = true;
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| marked) {
            let name = rest.split('(').next().unwrap_or_default();
            tests.push(format!("{module}::{name}"));
            marked = false;
        } else if !line.starts_with("#[") && !line.is_empty() {
            marked = false;
        }
    }
    tests
}

/// The path of a file's module, as a test run names it.
fn module_of(path: &str) -> Option<String> {
    let path = path.strip_suffix(".rs")?;
    let (start, inner) = if let Some(inner) = path.strip_prefix("tests/system/") {
        (None, inner)
    } else if let Some((folder, inner)) = path.split_once("/src/") {
        let name = folder.strip_prefix("conformance/").unwrap_or(folder);
        let name = if name == "tests" { "system-tests" } else { name };
        (Some(name.replace(['/', '-'], "_")), inner)
    } else {
        (None, path.split_once("/tests/")?.1)
    };
    let parts = inner.split('/').filter(|part| !["mod", "lib", "main"].contains(part));
    let modules: Vec<String> = start.into_iter().chain(parts.map(str::to_owned)).collect();
    Some(modules.join("::"))
}

#[test]
fn a_test_is_found_by_the_path_that_a_run_prints() {
    let tests = |path: &str| {
        let text = "#[test]\nfn one() {}\n#[tokio::test]\nasync fn two() {}\n// #[test]\nfn three() {}\n";
        tests_of(&Source { path: path.into(), text: text.into() })
    };
    assert_eq!(tests("tests/system/story/tokens.rs"), ["story::tokens::one", "story::tokens::two"]);
    assert_eq!(tests("tests/system/store.rs")[0], "store::one");
    assert_eq!(tests("hub/authorization/tests/server/clients.rs")[0], "server::clients::one");
    assert_eq!(tests("provider-adapters/tests/mailbox_api/main.rs")[0], "mailbox_api::one");
    assert_eq!(tests("hub/http/src/trace.rs")[0], "hub_http::trace::tests::one");
    assert_eq!(tests("hub/http/src/peer/verdict/tests.rs")[0], "hub_http::peer::verdict::tests::one");
    assert_eq!(tests("hub/server/src/doors/tests/lives.rs")[0], "hub_server::doors::tests::lives::one");
}
