//! Roles of people, as a test source tells them, and sessions without a browser.

use std::time::Duration;

use hub_core::access::citizen::{CitizenAccess, VerifiedPerson};
use hub_core::access::operator::{MandateEntry, MandatesFile, Told};
use hub_core::clock::Clock;
use hub_core::error::Error;
use hub_core::mailbox::Kind;
use hub_core::mandate::MandateRole;
use hub_core::peer::{PeerIdentity, Role as PeerRole};
use hub_core::person::{Happening, PersonEvent};
use hub_core::random::Random;

use super::World;
use super::people::{Person, enterprise};

/// A role of a person: for another one by name, or for a test enterprise.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// Who acts.
    pub person: &'static str,
    /// In which role.
    pub role: MandateRole,
    /// For whom, if it is a person.
    pub of: Option<&'static str>,
    /// For which test enterprise, if it is none.
    pub enterprise: u32,
    /// For how long from now on.
    pub lasts: Duration,
}

impl Role {
    /// A role for the first test enterprise, for a year.
    pub const fn for_enterprise(person: &'static str, role: MandateRole) -> Self {
        Self { person, role, of: None, enterprise: 1, lasts: YEAR }
    }

    /// The same role for another test enterprise.
    #[must_use]
    pub const fn of_enterprise(self, enterprise: u32) -> Self {
        Self { enterprise, ..self }
    }

    /// A role for another person, for a year.
    pub const fn for_person(person: &'static str, role: MandateRole, of: &'static str) -> Self {
        Self { person, role, of: Some(of), enterprise: 1, lasts: YEAR }
    }

    fn entry(&self, world: &World) -> MandateEntry {
        let now = world.now();
        let about_enterprise = self.role.kind() == Kind::Enterprise;
        MandateEntry {
            person_ssin: Person::named(self.person).ssin(),
            enterprise: about_enterprise.then(|| enterprise(self.enterprise)),
            enterprise_name: about_enterprise.then(|| enterprise_name(self.enterprise)),
            for_ssin: self.of.map(|name| Person::named(name).ssin()),
            for_name: self.of.map(|name| format!("{name} {}", Person::named(name).family_name)),
            role: self.role.name().to_owned(),
            reference: "test-role".to_owned(),
            valid_from: now.minus(Duration::from_secs(60)).rfc3339(),
            valid_until: now.plus(self.lasts).rfc3339(),
        }
    }
}

/// What the source calls a test enterprise.
fn enterprise_name(n: u32) -> String {
    match n {
        1 => "Demo Bakkerij".to_owned(),
        n => format!("Demo Garage {n}"),
    }
}

/// A role for the first test enterprise, by its word.
pub fn for_enterprise(person: &'static str, role: &str) -> Role {
    Role::for_enterprise(person, role.parse().unwrap())
}

/// A role for another person, by its word.
pub fn for_person(person: &'static str, role: &str, of: &'static str) -> Role {
    Role::for_person(person, role.parse().unwrap(), of)
}

impl World {
    /// From now on there are these roles and no others, for thirty days; Anna's for the first test enterprise is over.
    pub async fn has_roles(&self, roles: &[Role]) {
        let roles: Vec<Role> =
            roles.iter().map(|role| Role { lasts: role.lasts.min(DAY * 30), ..*role }).collect();
        let file = MandatesFile { source: "test".to_owned(), ..self.mandates(&roles) };
        let loaded = self.hub().local_operator("mandates").load_mandates(&file).await.unwrap();
        assert_eq!(loaded.mandates, roles.len(), "{loaded:?}");
    }

    /// Something happens to a person, and the operator Bart tells it.
    pub async fn tells(&self, person: &str, what: Happening) {
        let id = format!("event-{}", u64::from_be_bytes(Random::system().bytes()));
        let source = "test register".to_owned();
        let event = PersonEvent { source, id, person: Person::named(person).number(), what, at: self.now() };
        let operator = self.hub().operator(&bart()).await.unwrap();
        assert_eq!(operator.tell(&event).await.unwrap(), Told::Applied);
    }

    /// Says which roles there are from now on, beside Anna's for the first test enterprise: these and no others.
    pub async fn roles(&self, roles: &[Role]) {
        let loaded =
            self.hub().local_operator("mandates").load_mandates(&self.mandates(roles)).await.unwrap();
        assert_eq!(loaded.mandates, roles.len(), "{loaded:?}");
    }

    /// The file that says so.
    pub fn mandates(&self, roles: &[Role]) -> MandatesFile {
        MandatesFile {
            checked_at: self.now().rfc3339(),
            source: "test register".to_owned(),
            mandates: roles.iter().map(|role| role.entry(self)).collect(),
        }
    }

    /// A session of whoever has that number, opened as after a login.
    pub async fn session(&self, ssin: &str, name: &str) -> Result<CitizenAccess, Error> {
        let hub = self.hub();
        let start = hub.begin_login("browser", None, "/").await?;
        let login = hub.take_login(start.state.expose(), "browser").await?;
        let person = VerifiedPerson {
            ssin: ssin.to_owned(),
            name: name.to_owned(),
            acr: super::citizen::SUBSTANTIAL.to_owned(),
            auth_time: self.now(),
            id_token: "hint".to_owned(),
        };
        let secret = hub.open_session(&login, &person).await?;
        hub.citizen(secret.expose()).await
    }

    /// A session of a test person who acts for a mailbox that is not their own: the only one.
    pub async fn acting(&self, name: &str) -> CitizenAccess {
        let person = Person::named(name);
        let own = self.session(&person.ssin(), name).await.unwrap();
        let others = own.mailbox_views().await.unwrap();
        assert_eq!(others.len(), 2, "{others:?}");
        let secret = own.act_for(&others[1].id).await.unwrap();
        self.hub().citizen(secret.expose()).await.unwrap()
    }
}

fn bart() -> PeerIdentity {
    let now = Clock::System.now();
    PeerIdentity {
        role: PeerRole::Operator,
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
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
