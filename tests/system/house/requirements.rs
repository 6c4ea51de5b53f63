//! Requirements name tests that exist.

use toml::{Table, Value};

use super::{none, rust};

/// Every test that a register of requirements names, with the requirement.
fn named(register: &str) -> Vec<(String, String)> {
    let register: Table = register.parse().unwrap();
    let mut found = Vec::new();
    for requirement in register["requirement"].as_array().unwrap() {
        let tests = requirement.get("verified_by").and_then(Value::as_array).into_iter().flatten();
        found.extend(tests.map(|test| {
            let id = requirement["id"].as_str().unwrap();
            (id.to_owned(), test.as_str().unwrap().to_owned())
        }));
    }
    found
}

#[test]
fn every_test_that_a_requirement_names_exists() {
    let sources = rust();
    let exists = |test: &str| {
        let function = format!("fn {}(", test.rsplit("::").next().unwrap_or_default());
        sources.iter().any(|source| source.text.contains(&function))
    };
    let named = [specs::TRUST_REQUIREMENTS, specs::AUTHORIZATION_REQUIREMENTS].map(named).concat();
    assert!(named.len() > 20, "{} tests are named", named.len());
    let findings =
        named.iter().filter(|(_, test)| !exists(test)).map(|(id, test)| format!("{id}: {test}")).collect();
    none("tests that requirements name and nobody wrote", findings);
}
