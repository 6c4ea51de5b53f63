//! Test citizens and test enterprises. Birth years are 1900 to 1909; numbers are made with their check digits.

use hub_core::number::{Century, EnterpriseNumber, Ssin};
use serde_json::{Value, json};

/// A test citizen.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// What tests call them; also the subject at the identity provider.
    pub name: &'static str,
    /// A name that stands nowhere else, so that it can be searched for.
    pub family_name: &'static str,
    /// Whether senders may write to them from the beginning.
    pub active: bool,
    /// Whether the hub has a mailbox for them from the beginning.
    pub known: bool,
    n: u32,
}

impl Person {
    /// The person of that name.
    pub fn named(name: &str) -> Self {
        *PEOPLE.iter().find(|person| person.name == name).unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// First and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.name, self.family_name)
    }

    /// Their national number.
    pub fn ssin(&self) -> String {
        self.number().as_str().to_owned()
    }

    /// Their national number, as the hub reads it.
    pub fn number(&self) -> Ssin {
        Ssin::with_check(50_310_001 + self.n, Century::Twentieth).unwrap()
    }

    /// As a recipient of the sender API.
    pub fn recipient(&self) -> Value {
        json!({ "ssin": self.ssin() })
    }

    /// As the identity provider knows them.
    pub(super) fn account(&self) -> Value {
        json!({"sub": self.name, "ssin": self.ssin(), "givenName": self.name, "familyName": self.family_name})
    }
}

/// The number of the `n`th test enterprise; Anna represents the first.
pub fn enterprise(n: u32) -> String {
    EnterpriseNumber::with_check(100_000 + n).unwrap().as_str().to_owned()
}

/// Everybody.
pub(super) const PEOPLE: [Person; 6] = [
    Person { name: "Anna", family_name: "Kanariegeel", active: true, known: true, n: 1 },
    Person { name: "Bert", family_name: "Zilverberkdreef", active: true, known: true, n: 2 },
    Person { name: "Clara", family_name: "Nachtegaalzang", active: false, known: true, n: 3 },
    Person { name: "Dirk", family_name: "Wintertalinge", active: false, known: false, n: 4 },
    Person { name: "Emma", family_name: "Roodborstweide", active: true, known: true, n: 5 },
    Person { name: "Fien", family_name: "Boomkruiperpad", active: true, known: true, n: 6 },
];
