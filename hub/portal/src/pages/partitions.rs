//! An enterprise's partitions: what they are called, what goes where, who sees which; and moving a message.

use axum::extract::Path;
use http::StatusCode;
use hub_core::access::catalogue::Catalogue;
use hub_core::access::citizen::{ConsentView, HolderView, PartitionView, Routing, RoutingRule};
use hub_core::error::Error;

use super::mailbox;
use crate::failure::{Answer, Failure};
use crate::form::Fields;
use crate::reply;
use crate::session::{LoggedIn, Posted};
use crate::texts::{self, words};
use crate::view::{AppRow, Fault, Holder, PartitionsPage, PartitionsRefusal, PersonRow, RuleRow};

/// The page.
pub(crate) async fn show(Path(mailbox): Path<String>, session: LoggedIn) -> Answer {
    if mailbox != session.mailbox.id {
        return mailbox::elsewhere(&session, &mailbox).await;
    }
    page(&session, None).await
}

/// Does what a form of the page says, and shows the page again.
pub(crate) async fn change(Path(mailbox): Path<String>, Posted { session, fields }: Posted) -> Answer {
    if mailbox != session.mailbox.id {
        return Err(Fault::NotFound.into());
    }
    let act = fields.one("act").unwrap_or_default();
    match perform(&session, act, &fields).await {
        Ok(()) => reply::see_other(&address(&mailbox)),
        Err(error) => page(&session, Some(refusal(act, error)?)).await,
    }
}

/// Puts a message into another partition, and shows it there.
pub(crate) async fn move_message(
    Path((mailbox, message)): Path<(String, String)>,
    Posted { session, fields }: Posted,
) -> Answer {
    if mailbox != session.mailbox.id {
        return Err(Fault::NotFound.into());
    }
    let to = fields.one("partition").ok_or(Fault::Input)?;
    match session.citizen.move_message(&mailbox, &message, to).await {
        Err(Error::Invalid(_)) => Err(Fault::Input.into()),
        other => {
            other?;
            reply::see_other(&format!("/mailboxes/{mailbox}/messages/{message}"))
        }
    }
}

/// Where the partitions of a mailbox are managed.
pub(super) fn address(mailbox: &str) -> String {
    format!("/mailboxes/{mailbox}/partitions")
}

async fn perform(session: &LoggedIn, act: &str, fields: &Fields) -> Result<(), Error> {
    let citizen = &session.citizen;
    let said = |name: &str| fields.one(name).unwrap_or_default();
    let sees = || fields.all("sees").map(str::to_owned).collect::<Vec<String>>();
    match act {
        "add" => citizen.add_partition(said("name")).await.map(drop),
        "rename" => citizen.rename_partition(said("partition"), said("name")).await,
        "remove" => citizen.remove_partition(said("partition")).await,
        "rule" | "first" | "drop" => citizen.arrange_rules(|rules| ordered(rules, act, fields)).await,
        "person" if fields.one("all").is_some() => citizen.let_see(said("person"), None).await,
        "person" => citizen.let_see(said("person"), Some(&sees())).await,
        "app" => citizen.limit_consent(said("consent"), &sees()).await,
        "tells" => citizen.let_route(said("consent"), Routing::Told).await,
        "silent" => citizen.let_route(said("consent"), Routing::Managed).await,
        _ => Err(Error::NotFound("form")),
    }
}

/// The rules with one more at the end, with one before all others, or without one.
fn ordered(mut rules: Vec<RoutingRule>, act: &str, fields: &Fields) -> Vec<RoutingRule> {
    if act == "rule" {
        let said = |name: &str| fields.one(name).map(str::to_owned);
        rules.push(RoutingRule {
            message_type: said("kind"),
            application: said("application"),
            organization: said("organization"),
            partition: said("partition").unwrap_or_default(),
        });
        return rules;
    }
    let place = rules.iter().position(|rule| Some(key(rule).as_str()) == fields.one("rule"));
    let taken = place.map(|place| rules.remove(place));
    if act == "first" {
        rules.splice(0..0, taken);
    }
    rules
}

/// What names a rule among the others: no two have the same criteria.
fn key(rule: &RoutingRule) -> String {
    let criteria = [&rule.message_type, &rule.application, &rule.organization];
    criteria.map(|criterion| criterion.as_deref().unwrap_or_default()).join("|")
}

fn refusal(act: &str, error: Error) -> Result<PartitionsRefusal, Failure> {
    match (act, error) {
        ("add" | "rename", Error::Invalid(_)) => Ok(PartitionsRefusal::Name),
        ("rule" | "first" | "drop", Error::Invalid(_)) => Ok(PartitionsRefusal::Rule),
        ("app", Error::Invalid(_)) => Ok(PartitionsRefusal::Nothing),
        (_, Error::Invalid(_) | Error::NotFound(_) | Error::Conflict(_)) => Ok(PartitionsRefusal::Gone),
        (_, other) => Err(other.into()),
    }
}

async fn page(session: &LoggedIn, refusal: Option<PartitionsRefusal>) -> Answer {
    let citizen = &session.citizen;
    let (rules, people) = (citizen.routing_rules().await?, citizen.partition_holders().await?);
    let Holder::Enterprise { name: enterprise, .. } = session.holder() else {
        return Err(Fault::Forbidden.into());
    };
    let mailbox = &session.mailbox.id;
    let partitions = citizen.partitions(mailbox).await?;
    let catalogue = citizen.catalogue().await?;
    let mut apps = Vec::new();
    for consent in citizen.consents().await?.into_iter().filter(|consent| consent.live) {
        apps.push(app(session, consent).await?);
    }
    let names = Names { session, catalogue: &catalogue, partitions: &partitions };
    let view = PartitionsPage {
        frame: session.visitor.frame(),
        enterprise,
        here: address(mailbox),
        mailbox: format!("/mailboxes/{mailbox}"),
        refusal,
        rules: rules.iter().map(|rule| names.rule(rule)).collect(),
        types: names.types(),
        organizations: names.organizations(),
        applications: names.applications(),
        people: people.into_iter().map(person).collect(),
        apps,
        named: partitions.iter().filter_map(|one| Some((one.id.clone(), one.name.clone()?))).collect(),
    };
    let status = if refusal.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    session.visitor.show_as(status, &view, None)
}

async fn app(session: &LoggedIn, consent: ConsentView) -> Result<AppRow, Error> {
    let sees = session.citizen.partitions_of_consent(&consent.id).await?;
    let tells = match consent.standing.own_software {
        true => Some(session.citizen.routing_of(&consent.id).await? == Routing::Told),
        false => None,
    };
    Ok(AppRow { consent: consent.id, brand: consent.standing.brand, sees, tells })
}

fn person(holder: HolderView) -> PersonRow {
    PersonRow {
        can_be_limited: holder.can_be_limited(),
        roles: holder.roles.iter().map(|role| role.name()).collect(),
        id: holder.id,
        name: holder.name,
        sees: holder.sees,
    }
}

/// What things are called here.
struct Names<'a> {
    session: &'a LoggedIn,
    catalogue: &'a Catalogue,
    partitions: &'a [PartitionView],
}

impl Names<'_> {
    fn rule(&self, rule: &RoutingRule) -> RuleRow {
        let called = |known: Vec<(String, String)>, id: &String| {
            known.into_iter().find(|(one, _)| one == id).map_or_else(|| id.clone(), |(_, name)| name)
        };
        let into = self.partitions.iter().find(|one| one.id == rule.partition);
        RuleRow {
            key: key(rule),
            kind: rule.message_type.as_ref().map(|id| called(self.types(), id)),
            organization: rule.organization.as_ref().map(|id| called(self.organizations(), id)),
            application: rule.application.as_ref().map(|id| called(self.applications(), id)),
            into: into.and_then(|one| one.name.clone()),
        }
    }

    fn types(&self) -> Vec<(String, String)> {
        let language = self.session.visitor.language;
        self.catalogue.types.iter().map(|one| (one.id.clone(), words(&one.name, language))).collect()
    }

    fn organizations(&self) -> Vec<(String, String)> {
        let language = self.session.visitor.language;
        let organizations = self.catalogue.organizations.iter();
        organizations.map(|one| (one.number.clone(), words(&one.name, language))).collect()
    }

    fn applications(&self) -> Vec<(String, String)> {
        let language = self.session.visitor.language;
        let applications = self.catalogue.applications.iter();
        applications.map(|one| (one.client_id.clone(), texts::words(&one.name, language))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: &str) -> RoutingRule {
        RoutingRule { message_type: Some(kind.to_owned()), ..RoutingRule::default() }
    }

    fn kinds(rules: &[RoutingRule]) -> Vec<&str> {
        rules.iter().filter_map(|rule| rule.message_type.as_deref()).collect()
    }

    #[test]
    fn rules_are_added_at_the_end_asked_first_and_dropped_by_their_criteria() {
        let rules = || vec![rule("a"), rule("b"), rule("c")];
        let form = |text: &str| Fields::read(text);
        assert_eq!(
            kinds(&ordered(rules(), "rule", &form("kind=d&application=&partition=general"))),
            ["a", "b", "c", "d"]
        );
        assert_eq!(kinds(&ordered(rules(), "first", &form("rule=c%7C%7C"))), ["c", "a", "b"]);
        assert_eq!(kinds(&ordered(rules(), "drop", &form("rule=b%7C%7C"))), ["a", "c"]);
        assert_eq!(kinds(&ordered(rules(), "first", &form("rule=x"))), ["a", "b", "c"]);
    }
}
