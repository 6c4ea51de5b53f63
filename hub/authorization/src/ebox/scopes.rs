//! The scopes of the e-Box, and what each means here by the role of whoever asks.
//!
//! | scope | sender | own software | provider |
//! |---|---|---|---|
//! | `publicationsender` | publish, status, feed | reply | |
//! | `documentconsumer` | | everything | synchronise |
//! | `messagesfull` | | everything but reply | |
//! | `summaryownebox` | | list | |
//! | `referencedata`, `registry` | status | nothing more | nothing more |
//! | `preference` | recipients | | |
//!
//! A token is for one service. Where the last two are asked for and no others, it is for the Federation service, and they mean
//! there:
//!
//! | scope | sender | own software | provider |
//! |---|---|---|---|
//! | `registry` | registry | the registry | registry |
//! | `preference` | recipients | saying what the enterprise prefers | |
//!
//! The event service has no scopes of its own: a token is for it where `resource` names it, and these mean there:
//!
//! | scope | sender | own software | provider |
//! |---|---|---|---|
//! | `publicationsender` | posting events | | |
//! | `documentconsumer` | | reading events | reading events |
//!
//! Without a scope a client gets all of its role. The others of the e-Box mean what the hub gives nobody this way: mailboxes
//! of others, publishing for others, introspection of others' tokens.

use hub_core::access::client::Wanted;
use hub_core::consent::{Action, Actions};
use hub_core::peer::Role;

use crate::fault::Fault;

/// A service of the e-Box that a token may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Registry,
    Federation,
    Events,
}

/// The service that the scopes are of which are asked for; `None` if there are none.
pub(super) fn service(asked: Option<&str>) -> Option<Service> {
    let mut names = asked.unwrap_or_default().split(' ').filter(|name| !name.is_empty()).peekable();
    names.peek()?;
    match names.all(|name| [REGISTRY, PREFERENCE].contains(&name)) {
        true => Some(Service::Federation),
        false => Some(Service::Registry),
    }
}

/// The scopes that are granted, by name, and what they mean; all of the role, and nothing narrowed, if none is asked for.
pub(super) fn wanted(
    asked: Option<&str>,
    role: Role,
    service: Service,
) -> Result<(Vec<&'static str>, Option<Wanted>), Fault> {
    let meaning = match service {
        Service::Registry => at_registry,
        Service::Federation => at_federation,
        Service::Events => at_events,
    };
    let Some(asked) = asked else {
        let names = NAMES.into_iter().filter(|name| meaning(name, role).is_some());
        return Ok((names.collect(), None));
    };
    let (mut names, mut wanted) = (Vec::new(), Wanted::default());
    for asked in asked.split(' ').filter(|name| !name.is_empty()) {
        let name = NAMES.into_iter().find(|name| *name == asked);
        let (name, meaning) =
            name.and_then(|name| Some((name, meaning(name, role)?))).ok_or_else(|| refused(role))?;
        if !names.contains(&name) {
            names.push(name);
            wanted.scopes.extend(meaning.scopes);
            wanted.actions = wanted.actions.or(meaning.actions);
        }
    }
    if names.is_empty() { Err(refused(role)) } else { Ok((names, Some(wanted))) }
}

/// All names, for the metadata.
pub(super) fn all() -> [&'static str; 7] {
    NAMES
}

fn refused(role: Role) -> Fault {
    let meanings = [at_registry, at_federation, at_events];
    let known = |name: &&str| meanings.iter().any(|meaning| meaning(name, role).is_some());
    let names: Vec<&str> = NAMES.into_iter().filter(known).collect();
    Fault::oauth("invalid_scope", format!("scopes of this client: {}", names.join(" ")))
}

/// What a scope means for a role at the Message Registry; `None` if it has no business with it.
fn at_registry(name: &str, role: Role) -> Option<Wanted> {
    match (role, name) {
        (Role::Sender, PUBLICATION) => scopes(&["publish", "status", "feed"]),
        (Role::Sender, REFERENCES | REGISTRY) => scopes(&["status"]),
        (Role::Sender, PREFERENCE) => scopes(&["recipients"]),
        (Role::OwnSoftware, CONSUMER) => actions(&Action::ALL),
        (Role::OwnSoftware, MESSAGES) => actions(&BUT_REPLY),
        (Role::OwnSoftware, SUMMARY) => actions(&[Action::List]),
        (Role::OwnSoftware, PUBLICATION) => actions(&[Action::Reply]),
        (Role::Provider, CONSUMER) => scopes(&["synchronise"]),
        (Role::OwnSoftware | Role::Provider, REFERENCES | REGISTRY) => scopes(&[]),
        _ => None,
    }
}

/// What a scope means for a role at the Federation service. Own software says what its enterprise prefers with a token that is
/// not narrowed to nothing.
fn at_federation(name: &str, role: Role) -> Option<Wanted> {
    match (role, name) {
        (Role::Sender | Role::Provider, REGISTRY) => scopes(&["registry"]),
        (Role::Sender, PREFERENCE) => scopes(&["recipients"]),
        (Role::OwnSoftware, REGISTRY) => scopes(&[]),
        (Role::OwnSoftware, PREFERENCE) => actions(&Action::ALL),
        _ => None,
    }
}

/// What a scope means for a role at the event service.
fn at_events(name: &str, role: Role) -> Option<Wanted> {
    match (role, name) {
        (Role::Sender, PUBLICATION) => scopes(&["publish"]),
        (Role::OwnSoftware, CONSUMER) => actions(&Action::ALL),
        (Role::Provider, CONSUMER) => scopes(&["feed"]),
        _ => None,
    }
}

fn scopes(scopes: &[&'static str]) -> Option<Wanted> {
    Some(Wanted { scopes: scopes.to_vec(), actions: Actions::default() })
}

fn actions(actions: &[Action]) -> Option<Wanted> {
    Some(Wanted { scopes: Vec::new(), actions: actions.iter().copied().collect() })
}

const BUT_REPLY: [Action; 5] =
    [Action::List, Action::ReadContent, Action::MarkRead, Action::CitizenStatus, Action::Archive];

const PUBLICATION: &str = "scope:document:management:consult:ws-eboxrestentreprise:publicationsender";
const CONSUMER: &str = "scope:document:management:consult:ws-eboxrestentreprise:documentconsumer";
const MESSAGES: &str = "scope:document:management:consult:ws-eboxrestentreprise:messagesfull";
const SUMMARY: &str = "scope:document:management:consult:ws-eboxrestentreprise:summaryownebox";
const REFERENCES: &str = "scope:document:management:consult:ws-eboxrestentreprise:referencedata";
const REGISTRY: &str = "scope:documentmanagement:ebox:enterprise:federation-rest:registry";
const PREFERENCE: &str = "scope:documentmanagement:ebox:enterprise:federation-rest:preference";
const NAMES: [&str; 7] = [PUBLICATION, CONSUMER, MESSAGES, SUMMARY, REFERENCES, REGISTRY, PREFERENCE];

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(asked: &str, role: Role) -> Result<Vec<&'static str>, &'static str> {
        wanted(Some(asked), role, Service::Registry)
            .map(|(_, wanted)| wanted.unwrap().scopes)
            .map_err(|fault| fault.code)
    }

    #[test]
    fn each_role_has_its_own_and_gets_all_of_them_unless_it_asks_for_less() {
        let (names, everything) = wanted(None, Role::Sender, Service::Registry).unwrap();
        assert_eq!(names, [PUBLICATION, REFERENCES, REGISTRY, PREFERENCE]);
        assert!(everything.is_none());
        assert_eq!(
            wanted(None, Role::Provider, Service::Registry).unwrap().0,
            [CONSUMER, REFERENCES, REGISTRY]
        );
        assert_eq!(
            wanted(None, Role::OwnSoftware, Service::Registry).unwrap().0,
            [PUBLICATION, CONSUMER, MESSAGES, SUMMARY, REFERENCES, REGISTRY]
        );
        let both = format!(" {PREFERENCE}  {REFERENCES} {PREFERENCE}");
        assert_eq!(scopes(&both, Role::Sender), Ok(vec!["recipients", "status"]));
        assert_eq!(scopes(REFERENCES, Role::Provider), Ok(vec![]));
    }

    #[test]
    fn nothing_is_granted_that_the_role_does_not_have() {
        for (asked, role) in [
            (CONSUMER, Role::Sender),
            (PREFERENCE, Role::Provider),
            (MESSAGES, Role::Provider),
            ("publish", Role::Sender),
            (" ", Role::Sender),
            ("scope:document:management:consult:ws-eboxrestentreprise:summaryallebox", Role::OwnSoftware),
            (
                "scope:document:management:consult:ws-eboxrestentreprise:eboxrepresentativepublication",
                Role::Sender,
            ),
            ("scope:security:authorization:oauth:oauth-autz-server:introspect", Role::Provider),
        ] {
            assert_eq!(scopes(asked, role), Err("invalid_scope"), "{asked}");
            assert_eq!(scopes(&format!("{REFERENCES} {asked}x"), role), Err("invalid_scope"), "{asked}");
        }
    }

    #[test]
    fn own_software_is_narrowed_to_actions() {
        let actions = |asked: &str| {
            wanted(Some(asked), Role::OwnSoftware, Service::Registry).unwrap().1.unwrap().actions
        };
        assert_eq!(actions(SUMMARY).names(), ["list"]);
        assert!(actions(REFERENCES).is_empty());
        assert_eq!(actions(&format!("{SUMMARY} {PUBLICATION}")).names(), ["list", "reply"]);
        assert!(!actions(MESSAGES).contains(Action::Reply) && actions(CONSUMER).contains(Action::Reply));
    }

    #[test]
    fn a_token_is_for_the_federation_where_nothing_else_is_asked_for() {
        for (asked, expected) in [
            (None, None),
            (Some(""), None),
            (Some(REGISTRY), Some(Service::Federation)),
            (Some(&*format!("{PREFERENCE} {REGISTRY}")), Some(Service::Federation)),
            (Some(&*format!("{REGISTRY} {REFERENCES}")), Some(Service::Registry)),
        ] {
            assert_eq!(service(asked), expected, "{asked:?}");
        }
        let at = |asked, role| wanted(asked, role, Service::Federation);
        assert_eq!(at(None, Role::Sender).unwrap().0, [REGISTRY, PREFERENCE]);
        assert_eq!(at(None, Role::Provider).unwrap().0, [REGISTRY]);
        let of = |asked, role| at(Some(asked), role).unwrap().1.unwrap();
        assert_eq!(of(PREFERENCE, Role::Sender).scopes, ["recipients"]);
        assert_eq!(of(REGISTRY, Role::Sender).scopes, ["registry"]);
        assert!(of(REGISTRY, Role::OwnSoftware).actions.is_empty());
        assert!(!of(PREFERENCE, Role::OwnSoftware).actions.is_empty());
        assert!(at(Some(PREFERENCE), Role::Provider).is_err());
        assert!(at(Some(PUBLICATION), Role::Sender).is_err());
    }

    #[test]
    fn at_the_event_service_each_role_posts_or_reads() {
        let at = |asked, role| wanted(asked, role, Service::Events);
        let of = |asked, role| at(Some(asked), role).unwrap().1.unwrap();
        assert_eq!(at(None, Role::Sender).unwrap().0, [PUBLICATION]);
        assert_eq!(of(PUBLICATION, Role::Sender).scopes, ["publish"]);
        assert_eq!(of(CONSUMER, Role::Provider).scopes, ["feed"]);
        assert!(of(CONSUMER, Role::OwnSoftware).actions.contains(Action::Synchronise));
        for (asked, role) in [
            (CONSUMER, Role::Sender),
            (PUBLICATION, Role::OwnSoftware),
            (MESSAGES, Role::OwnSoftware),
            (REGISTRY, Role::Sender),
        ] {
            assert!(at(Some(asked), role).is_err(), "{asked}");
        }
    }
}
