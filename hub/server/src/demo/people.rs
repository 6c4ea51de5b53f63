//! The test citizens and test enterprises of the demo, with the names that the hub itself never knows.
//!
//! Every SSIN has a birth year from 1900 to 1909 and every name says that it is a test. The identity
//! provider and the letters read this list; the hub gets only the numbers, from `reference.toml`.

use anyhow::Context;
use serde::Deserialize;

use super::language::{Language, Texts};

/// Everybody the demo writes to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct People {
    /// The citizens who can log in.
    pub(crate) citizen: Vec<Citizen>,
    /// The enterprises that some of them represent.
    pub(crate) enterprise: Vec<Enterprise>,
}

/// A test citizen.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Citizen {
    /// The `sub` claim of the demo identity provider.
    pub(crate) subject: String,
    /// The name, which says that this is a test.
    pub(crate) name: String,
    /// The number the hub looks the mailbox up by.
    pub(crate) ssin: String,
    /// The language letters are printed in.
    pub(crate) language: Language,
    /// Street and town, the lines of the address on letters.
    pub(crate) address: Vec<String>,
    /// What makes this citizen interesting, for the login page.
    pub(crate) about: Texts,
    /// Letters of each message type waiting at the start; 0 for somebody without digital mail.
    pub(crate) letters: u16,
}

/// A test enterprise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enterprise {
    /// The CBE number.
    pub(crate) number: String,
    /// The name, which starts with "Demo".
    pub(crate) name: String,
    /// The language letters are printed in.
    pub(crate) language: Language,
    /// Street and town.
    pub(crate) address: Vec<String>,
    /// Letters of each message type waiting at the start.
    pub(crate) letters: u16,
}

impl std::fmt::Debug for Citizen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Citizen").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl People {
    /// The list that comes with the binary.
    pub(crate) fn of_demo() -> anyhow::Result<Self> {
        toml::from_str(include_str!("people.toml")).context("reading people.toml")
    }

    /// The citizen with this `sub`.
    pub(crate) fn citizen(&self, subject: &str) -> Option<&Citizen> {
        self.citizen.iter().find(|citizen| citizen.subject == subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says whether the last two of the digits are `97 - (the others mod 97)`.
    fn checks(digits: &str, length: usize) -> bool {
        let (body, check) = digits.split_at(length - 2);
        let (body, check): (u64, u64) = (body.parse().unwrap(), check.parse().unwrap());
        digits.len() == length && 97 - body % 97 == check
    }

    #[test]
    fn test_citizens_are_born_before_1910_and_named_as_tests() {
        for citizen in People::of_demo().unwrap().citizen {
            assert!(citizen.ssin.starts_with('0') && checks(&citizen.ssin, 11), "{}", citizen.subject);
            assert!(citizen.name.starts_with("Test Citizen "));
        }
    }

    #[test]
    fn enterprises_have_valid_numbers_and_demo_names() {
        for enterprise in People::of_demo().unwrap().enterprise {
            assert!(enterprise.number.starts_with('0') && checks(&enterprise.number, 10));
            assert!(enterprise.name.starts_with("Demo "));
        }
    }

    #[test]
    fn nobody_is_listed_twice() {
        let people = People::of_demo().unwrap();
        let mut keys: Vec<_> = people.citizen.iter().flat_map(|c| [&c.subject, &c.ssin]).collect();
        keys.extend(people.enterprise.iter().map(|e| &e.number));
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
