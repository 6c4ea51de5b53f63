//! The demo: a hub, its identity provider, a development CA, sample letters and the story they tell.
//!
//! Everything runs on loopback and is marked as belonging to the environment "demo".

mod ca;
mod identity_provider;
mod language;
mod letters;
mod pdf;
mod people;
mod print;
mod wording;

/// The reference data, in the format of `facteur apply`.
const REFERENCE: &str = include_str!("reference.toml");
/// Who represents which enterprise.
const MANDATES: &str = include_str!("mandates.toml");
/// The logo that the reference data names.
const LOGO: &[u8] = include_bytes!("demo-bank.png");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use toml::{Table, Value};

    use super::*;

    fn table(text: &str) -> Table {
        toml::from_str(text).unwrap()
    }

    /// The values of one member over a list of tables.
    fn all(table: &Table, list: &str, member: &str) -> BTreeSet<String> {
        let rows = table[list].as_array().unwrap().iter();
        rows.map(|row| row[member].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_hub_is_seeded_with_exactly_the_people_who_can_log_in() {
        let (reference, people) = (table(REFERENCE), people::People::of_demo().unwrap());
        assert_eq!(
            all(&reference, "citizen", "ssin"),
            people.citizen.iter().map(|c| c.ssin.clone()).collect()
        );
        assert_eq!(
            all(&reference, "enterprise", "number"),
            people.enterprise.iter().map(|e| e.number.clone()).collect()
        );
        for row in reference["citizen"].as_array().unwrap() {
            let citizen = people
                .citizen
                .iter()
                .find(|c| Some(c.ssin.as_str()) == row["ssin"].as_str())
                .unwrap();
            assert_eq!(
                row["active"],
                Value::Boolean(citizen.letters > 0),
                "{}",
                citizen.subject
            );
        }
    }

    #[test]
    fn every_letter_belongs_to_a_registered_trio() {
        let reference = table(REFERENCE);
        let trios: BTreeSet<_> = reference["trio"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| ["organization", "application", "message_type"].map(|key| row[key].as_str().unwrap()))
            .collect();
        let book = letters::LetterBook::of_demo().unwrap();
        for letter in book.waiting(&people::People::of_demo().unwrap(), date(2026, 11, 21)) {
            let trio = [
                letter.organization.as_str(),
                letter.application.as_str(),
                letter.message_type.as_str(),
            ];
            assert!(trios.contains(&trio), "{}", letter.message_type);
        }
    }

    #[test]
    fn mandates_name_test_citizens_and_test_enterprises() {
        let (mandates, reference) = (table(MANDATES), table(REFERENCE));
        let within =
            |list, member, of, key| all(&mandates, list, member).is_subset(&all(&reference, of, key));
        assert!(within("mandate", "person_ssin", "citizen", "ssin"));
        assert!(within("mandate", "enterprise", "enterprise", "number"));
    }

    #[test]
    fn every_application_has_a_certificate_and_every_body_a_demo_name() {
        let reference = table(REFERENCE);
        let certificates = all(&reference, "certificate", "client_id");
        assert!(all(&reference, "provider_application", "id").is_subset(&certificates));
        assert!(all(&reference, "sender_application", "id").is_subset(&certificates));
        for row in reference["sender_organization"].as_array().unwrap() {
            assert!(row["name"]["en"].as_str().unwrap().starts_with("Demo "));
        }
        assert!(LOGO.starts_with(b"\x89PNG"));
    }
}
