//! Who imports whom inside a crate: the layers that the compiler does not see.

use super::{Source, none, rust};

/// Values that every noun and the database layer may know: they know nothing themselves.
const VALUES: [&str; 10] =
    ["clock", "id", "error", "number", "random", "peer", "outside", "keys", "text", "blob"];

#[test]
fn the_database_layer_knows_no_noun() {
    let findings = imports("hub/core/src/db/", |_, module| module != "db" && !VALUES.contains(&module));
    none("imports of the database layer", findings);
}

#[test]
fn statements_know_their_noun_and_the_database() {
    let findings = imports("hub/core/src/", |source, module| {
        let noun = source.path.trim_start_matches("hub/core/src/").split('/').next().unwrap_or_default();
        source.path.ends_with("/sql.rs") && module != noun && module != "db" && !VALUES.contains(&module)
    });
    none("imports of statements", findings);
}

#[test]
fn no_noun_knows_the_accesses() {
    let findings = imports("hub/core/src/", |source, module| {
        module == "access" && !source.path.contains("/access/") && !source.path.ends_with("/lib.rs")
    });
    none("imports of accesses", findings);
}

#[test]
fn statements_stand_in_their_own_files() {
    let verbs = ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE ", "\"WITH "];
    let findings = rust()
        .iter()
        .filter(|source| source.path.starts_with("hub/") && !source.path.ends_with("sql.rs"))
        .filter(|source| {
            !source.path.contains("/db/") && !source.path.contains("/tests") && !source.path.contains("/sql/")
        })
        .flat_map(|source| {
            let code = source.code().take_while(|(_, line)| !line.contains("#[cfg(test)]"));
            code.filter(|(_, line)| verbs.iter().any(|verb| line.contains(verb)))
                .map(|(n, _)| source.at(n))
                .collect::<Vec<_>>()
        })
        .collect();
    none("statements outside sql.rs", findings);
}

#[test]
fn adapters_do_not_import_each_other() {
    let findings = imports("provider-adapters/src/", |source, module| {
        let mut parts = source.path.trim_start_matches("provider-adapters/src/").split('/');
        let (folder, inside) = (parts.next().unwrap_or_default(), parts.next().is_some());
        let other = rust_folder("provider-adapters/src/", module);
        inside && other && module != folder
    });
    none("imports between adapters", findings);
}

#[test]
fn the_wire_of_an_adapter_names_no_type_of_the_hub() {
    let findings = rust()
        .iter()
        .filter(|source| {
            source.path.starts_with("provider-adapters/")
                && (source.path.ends_with("/wire.rs") || source.path.contains("/wire/"))
        })
        .flat_map(|source| {
            let hub = |line: &str| {
                line.contains("hub_core") || line.contains("hub_http") || line.contains("super::convert")
            };
            source.code().filter(|(_, line)| hub(line)).map(|(n, _)| source.at(n)).collect::<Vec<_>>()
        })
        .collect();
    none("types of the hub on the wire", findings);
}

/// The imports `crate::module` of files under `folder` that `wrong` says are wrong.
fn imports(folder: &str, wrong: impl Fn(&Source, &str) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    for source in rust().iter().filter(|source| source.path.starts_with(folder)) {
        for (n, line) in source.code() {
            findings.extend(
                modules(line)
                    .filter(|module| wrong(source, module))
                    .map(|module| format!("{} imports {module}", source.at(n))),
            );
        }
    }
    findings
}

/// The modules after each `crate::` of a line; all of `crate::{a::…, b}` too.
fn modules(line: &str) -> impl Iterator<Item = &str> {
    let groups = line.split("crate::").skip(1);
    groups.flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split(',').map(first).collect::<Vec<_>>(),
        None => vec![first(rest)],
    })
}

fn first(path: &str) -> &str {
    path.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn rust_folder(parent: &str, name: &str) -> bool {
    system_tests::environment::repository(parent).join(name).is_dir()
}

#[test]
fn the_reader_of_imports_sees_lists() {
    assert_eq!(modules("use crate::{db::Tx, clock};").collect::<Vec<_>>(), ["db", "clock"]);
    assert_eq!(modules("let x = crate::id::MailboxId::new();").collect::<Vec<_>>(), ["id"]);
}
