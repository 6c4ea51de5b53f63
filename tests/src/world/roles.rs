//! Who acts for whom, by the mandates file; and what happens to people, as an operator's source tells it.

use std::time::Duration;

use hub_core::access::operator::{MandatesFile, Told};
use hub_core::clock::{Clock, Timestamp};
use hub_core::peer::{PeerIdentity, Role};
use hub_core::person::{Happening, PersonEvent};
use hub_core::random::Random;

use super::World;
use super::people::{Person, enterprise};
use super::setting::Setting;

/// Somebody who acts for somebody, in a role.
#[derive(Clone, Copy, Debug)]
pub struct Acting {
    /// Who acts.
    pub person: &'static str,
    /// In which role: `legalRepresentative`, `parent`, ….
    pub role: &'static str,
    /// For which person; `None` for the first test enterprise.
    pub of: Option<&'static str>,
}

/// Somebody who acts for the first test enterprise.
pub fn for_enterprise(person: &'static str, role: &'static str) -> Acting {
    Acting { person, role, of: None }
}

/// Somebody who acts for another person.
pub fn for_person(person: &'static str, role: &'static str, of: &'static str) -> Acting {
    Acting { person, role, of: Some(of) }
}

impl Acting {
    fn entry(&self, until: Timestamp) -> String {
        let whose = match self.of.map(Person::named) {
            None => format!("enterprise = \"{}\"\nenterprise_name = \"Demo Bakkerij\"", enterprise(1)),
            Some(person) => {
                format!("for_ssin = \"{}\"\nfor_name = \"{}\"", person.ssin(), person.full_name())
            }
        };
        format!(
            "[[mandate]]\nperson_ssin = \"{}\"\n{whose}\nrole = \"{}\"\nreference = \"test-1\"\n\
             valid_from = \"{}\"\nvalid_until = \"{}\"\n",
            Person::named(self.person).ssin(),
            self.role,
            Clock::System.now().minus(DAY).rfc3339(),
            until.rfc3339(),
        )
    }
}

impl Setting {
    /// Writes the mandates: Anna represents the first test enterprise until then.
    pub fn write_mandates(&self, until: Timestamp) {
        self.write_mandates_of(&["Anna"], until);
    }

    /// Writes the mandates: these people represent the first test enterprise until then.
    pub fn write_mandates_of(&self, people: &[&'static str], until: Timestamp) {
        let all: Vec<_> = people.iter().map(|person| for_enterprise(person, "legalRepresentative")).collect();
        self.write_roles(&all, until);
    }

    /// Writes the mandates: these roles and no others, until then.
    pub fn write_roles(&self, roles: &[Acting], until: Timestamp) {
        let mandates: String = roles.iter().map(|acting| acting.entry(until)).collect();
        let head = format!("checked_at = \"{}\"\nsource = \"test\"\n\n", Clock::System.now().rfc3339());
        self.put("mandates.toml", &(head + &mandates));
    }
}

impl World {
    /// From now on there are these roles and no others, for thirty days.
    pub async fn has_roles(&self, roles: &[Acting]) {
        self.setting.write_roles(roles, self.now().plus(DAY * 30));
        let mandates = MandatesFile::read(&self.setting.path("mandates.toml")).await.unwrap();
        self.hub().local_operator("mandates").load_mandates(&mandates).await.unwrap();
    }

    /// Something happens to a person, and the operator Bart tells it.
    pub async fn tells(&self, person: &str, what: Happening) {
        let id = format!("event-{}", u64::from_be_bytes(Random::system().bytes()));
        let source = "test register".to_owned();
        let event = PersonEvent { source, id, person: Person::named(person).number(), what, at: self.now() };
        let operator = self.hub().operator(&bart()).await.unwrap();
        assert_eq!(operator.tell(&event).await.unwrap(), Told::Applied);
    }
}

fn bart() -> PeerIdentity {
    let now = Clock::System.now();
    PeerIdentity {
        role: Role::Operator,
        anchor: "operators".into(),
        san_uris: vec!["urn:test:operator-bart".into()],
        san_dns: Vec::new(),
        subject: "CN=urn:test:operator-bart".into(),
        organization: None,
        thumbprint: [0; 32],
        not_before: now.minus(DAY),
        not_after: now.plus(DAY),
    }
}

const DAY: Duration = Duration::from_secs(86_400);
