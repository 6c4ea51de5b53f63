//! From a CloudEvent to what it tells.

use hub_core::access::catalogue::Catalogue;
use hub_core::access::provider::{RoutingChange, RoutingEvent, Seeing, ToldRule};
use hub_core::clock::Timestamp;
use hub_core::error::{Error, Issue};
use hub_http::json_issues;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::message_registry::wire::{CloudEvent, PartitionData, RightData, RoutingRule, RulesData};

/// What an event tells; every member that is wrong by its name.
pub(in crate::message_registry) fn routing_event(
    event: &CloudEvent,
    catalogue: &Catalogue,
) -> Result<RoutingEvent, Error> {
    let wrong = |name: &str, detail: &str| Error::invalid("schemaViolation", name, detail);
    if event.specversion != "1.0" {
        return Err(wrong("specversion", "1.0 is expected"));
    }
    if !is_short(&event.id) || !is_short(&event.source) {
        return Err(wrong("id", "id and source are 1 to 255 characters"));
    }
    let at = Timestamp::parse(&event.time).ok_or_else(|| wrong("time", "a date-time with its offset"))?;
    let kind = event.kind.strip_prefix(PREFIX).unwrap_or_default();
    let (enterprise, what) = match kind {
        "routingRule.created" | "routingRule.updated" | "routingRule.deleted" => {
            let data: RulesData = data(&event.data)?;
            let rules = data.ordered_routing_rules.into_iter().map(|told| rule(told, catalogue));
            (data.enterprise_number, RoutingChange::Rules(rules.collect()))
        }
        "partition.created" | "partition.updated" => {
            let data: PartitionData = data(&event.data)?;
            let unnamed = || Error::invalid("requiredInput", "data.partitionName", "a name is expected");
            let (id, name) = (named(&data.partition_id)?, Some(data.partition_name.ok_or_else(unnamed)?));
            (data.enterprise_number, RoutingChange::Partition { id, name })
        }
        "partition.deleted" => {
            let data: PartitionData = data(&event.data)?;
            let (id, name) = (named(&data.partition_id)?, None);
            (data.enterprise_number, RoutingChange::Partition { id, name })
        }
        "partitionUserRight.added" | "partitionUserRight.removed" => {
            let data: RightData = data(&event.data)?;
            let sight = if kind.ends_with("added") { Seeing::Sees } else { Seeing::Blind };
            let partition = named(&data.partition_id)?;
            (data.enterprise_number, RoutingChange::Right { partition, ssin: data.ssin, sight })
        }
        _ => return Err(Error::invalid("invalidInput", "type", "not a type of this document")),
    };
    // an event is one by its source and its id together (CloudEvents 1.0)
    Ok(RoutingEvent { id: format!("{} {}", event.source, event.id), at, enterprise, what })
}

fn data<T: DeserializeOwned>(data: &Value) -> Result<T, Error> {
    json_issues(data.to_string().as_bytes())
        .map_err(|issue| Error::Invalid(vec![Issue { name: format!("data.{}", issue.name), ..issue }]))
}

fn rule(told: RoutingRule, catalogue: &Catalogue) -> ToldRule {
    let known = |code: &String| catalogue.applications.iter().find(|known| known.code == *code);
    ToldRule {
        message_type: told.message_type_id,
        // One that is not registered here yet keeps its name, and fits nothing.
        application: told.sender_application_id.map(|code| match known(&code) {
            Some(application) => application.client_id.clone(),
            None => code,
        }),
        organization: told.sender_organization_id.map(|number| format!("{number:0>10}")),
        partition: super::partition(&told.partition_id),
    }
}

/// How somebody calls a partition.
fn named(id: &str) -> Result<String, Error> {
    let shaped = (1..=80).contains(&id.chars().count()) && !id.chars().any(char::is_control);
    let wrong = || Error::invalid("schemaViolation", "data.partitionId", "1 to 80 characters are expected");
    if shaped { Ok(super::partition(id)) } else { Err(wrong()) }
}

fn is_short(text: &str) -> bool {
    (1..=255).contains(&text.chars().count())
}

const PREFIX: &str = "be.eboxenterprise.v1.";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(kind: &str, data: &Value) -> Result<RoutingEvent, Error> {
        let event = json!({"specversion": "1.0", "id": "1", "source": "/partitions", "datacontenttype": "application/json",
            "type": format!("be.eboxenterprise.v1.{kind}"), "time": "2026-11-21T10:00:00+01:00", "data": data});
        routing_event(&serde_json::from_value(event).unwrap(), &Catalogue::default())
    }

    #[test]
    fn an_event_is_read_and_what_is_more_in_it_passed_over() {
        let rules = json!({"enterpriseNumber": "406798006", "routingRuleId": 7, "orderedRoutingRules": [
            {"routingRuleId": 7, "partitionId": "GENERAL", "senderOrganizationId": "206731645", "priority": 1}]});
        let event = told("routingRule.updated", &rules).unwrap();
        assert_eq!(event.id, "/partitions 1");
        assert_eq!(event.at.rfc3339(), "2026-11-21T09:00:00Z");
        let RoutingChange::Rules(rules) = event.what else { panic!() };
        assert_eq!(
            (rules[0].partition.as_str(), rules[0].organization.as_deref()),
            ("general", Some("0206731645"))
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let name = |outcome: Result<RoutingEvent, Error>| match outcome {
            Err(Error::Invalid(issues)) => issues[0].name.clone(),
            other => panic!("{other:?}"),
        };
        let partition = json!({"enterpriseNumber": "0406798006", "partitionId": "7"});
        assert_eq!(name(told("partition.created", &partition)), "data.partitionName");
        assert!(told("partition.deleted", &partition).is_ok());
        assert!(name(told("partition.deleted", &json!({"partitionId": "7"}))).starts_with("data"));
        assert_eq!(name(told("partition.renamed", &json!({}))), "type");
        assert_eq!(
            name(told("partition.deleted", &json!({"enterpriseNumber": "1", "partitionId": ""}))),
            "data.partitionId"
        );
    }
}
