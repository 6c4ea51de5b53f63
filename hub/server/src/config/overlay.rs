//! `FACTEUR__SECTION__KEY` replaces one value of the file.

use anyhow::bail;
use toml::{Table, Value};

const PREFIX: &str = "FACTEUR__";

/// Overlays the variables of this process.
pub(super) fn environment(table: &mut Table) -> anyhow::Result<()> {
    for (name, value) in std::env::vars() {
        if let Some(path) = name.strip_prefix(PREFIX) {
            overlay(table, path, &value)?;
        }
    }
    Ok(())
}

/// Puts `value` where `path` (`LISTEN__PUBLIC__ADDRESS`) says; it is read as TOML where it is TOML, else as text.
fn overlay(table: &mut Table, path: &str, value: &str) -> anyhow::Result<()> {
    let mut keys: Vec<String> = path.split("__").map(str::to_lowercase).collect();
    let Some(last) = keys.pop() else { bail!("{PREFIX}{path} names no key") };
    let mut place = table;
    for key in keys {
        let inner = place.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
        let Value::Table(inner) = inner else { bail!("{PREFIX}{path}: {key} is not a section") };
        place = inner;
    }
    let parsed = format!("value = {value}").parse::<Table>().ok().and_then(|mut table| table.remove("value"));
    place.insert(last, parsed.unwrap_or_else(|| Value::String(value.to_owned())));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_replaces_one_value() {
        let mut table: Table = "[listen.public]\naddress = \"a\"\norigin = \"b\"".parse().unwrap();
        overlay(&mut table, "LISTEN__PUBLIC__ADDRESS", "127.0.0.1:0").unwrap();
        overlay(&mut table, "LIMITS__PER_SECOND", "7").unwrap();
        assert_eq!(table["listen"]["public"]["address"].as_str(), Some("127.0.0.1:0"));
        assert_eq!(table["listen"]["public"]["origin"].as_str(), Some("b"));
        assert_eq!(table["limits"]["per_second"].as_integer(), Some(7));
    }
}
