//! An enterprise's own software arranges its partitions: parse, call, convert, answer.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use hub_core::Hub;
use hub_core::access::provider::{HolderView, RoutingRule};
use hub_core::access::tag::Tagged;
use hub_core::error::Error;
use hub_http::{Caller, NoQuery, StrictJson};

use super::client::Client;
use super::conditions;
use super::convert::Links;
use super::fault::Fault;
use super::routes::{At, links};
use super::wire;

pub(super) async fn rules(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let rules = client.0.routing_rules(&path.mailbox.0).await?;
    Ok(shown(rules, &path.mailbox.0, links(&hub))?)
}

pub(super) async fn put_rules(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    _: NoQuery,
    headers: HeaderMap,
    StrictJson(body): StrictJson<wire::RulesToPut>,
) -> Result<Response, Fault> {
    let rules: Vec<RoutingRule> = body.items.into_iter().map(rule).collect();
    let known = conditions::expected(&headers);
    let put = client.0.put_routing_rules(&path.mailbox.0, &rules, known.as_deref()).await;
    Ok(shown(put.map_err(as_said)?, &path.mailbox.0, links(&hub))?)
}

pub(super) async fn rights(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    _: NoQuery,
) -> Result<Json<wire::PartitionRights>, Fault> {
    let holders = client.0.partition_rights(&path.mailbox.0).await?;
    let (this, mailbox) = (links(&hub).partition_rights(&path.mailbox.0), &path.mailbox.0);
    let items: Vec<_> = holders.into_iter().map(|holder| right(holder, mailbox, links(&hub))).collect();
    Ok(Json(wire::PartitionRights { this, total: items.len(), items }))
}

pub(super) async fn one_right(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::RightPath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let holder = client.0.partition_right(&path.mailbox.0, &path.person.0).await?;
    Ok(shown_right(holder, &path.mailbox.0, links(&hub))?)
}

pub(super) async fn put_right(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::RightPath>,
    _: NoQuery,
    headers: HeaderMap,
    StrictJson(body): StrictJson<wire::RightToPut>,
) -> Result<Response, Fault> {
    let (sees, known) = (sees(body)?, conditions::expected(&headers));
    let whose = (path.mailbox.0.as_str(), path.person.0.as_str());
    let put = client.0.let_see(whose, sees.as_deref(), known.as_deref()).await;
    Ok(shown_right(put.map_err(as_said)?, &path.mailbox.0, links(&hub))?)
}

/// The partitions that are put; `None` for all of them.
fn sees(body: wire::RightToPut) -> Result<Option<Vec<String>>, Error> {
    match (body.all_partitions, body.partition_ids) {
        (Some(true), None) => Ok(None),
        (None, Some(ids)) => Ok(Some(ids.into_iter().map(|id| id.0).collect())),
        _ => {
            let detail = "either allPartitions, which is true, or partitionIds is expected";
            Err(Error::invalid("exactlyOneOfExpected", "", detail))
        }
    }
}

fn rule(rule: wire::RoutingRule) -> RoutingRule {
    RoutingRule {
        message_type: rule.message_type_id,
        application: rule.sender_application_id,
        organization: rule.sender_organization_id,
        partition: rule.partition_id,
    }
}

fn shown(rules: Tagged<Vec<RoutingRule>>, mailbox: &str, links: Links<'_>) -> Result<Response, Error> {
    let item = |rule: RoutingRule| wire::RoutingRule {
        message_type_id: rule.message_type,
        sender_application_id: rule.application,
        sender_organization_id: rule.organization,
        partition_id: rule.partition,
    };
    let items: Vec<wire::RoutingRule> = rules.value.into_iter().map(item).collect();
    let answer = wire::RoutingRules { this: links.routing_rules(mailbox), total: items.len(), items };
    conditions::tagged(Json(answer).into_response(), rules.tag.as_deref())
}

fn shown_right(holder: Tagged<HolderView>, mailbox: &str, links: Links<'_>) -> Result<Response, Error> {
    let answer = Json(right(holder.value, mailbox, links)).into_response();
    conditions::tagged(answer, holder.tag.as_deref())
}

fn right(holder: HolderView, mailbox: &str, links: Links<'_>) -> wire::PartitionRight {
    wire::PartitionRight {
        href: links.partition_right(mailbox, &holder.id),
        can_be_limited: holder.can_be_limited(),
        all_partitions: holder.sees.is_none().then_some(true),
        person_id: holder.id,
        name: holder.name,
        roles: holder.roles.iter().map(|role| role.name()).collect(),
        partition_ids: holder.sees,
    }
}

/// A refusal that names the members of this API.
fn as_said(error: Error) -> Error {
    let Error::Invalid(mut issues) = error else { return error };
    for issue in &mut issues {
        issue.name = match issue.name.as_str() {
            "partitions" => "partitionIds".to_owned(),
            name => name.replacen("rules", "items", 1),
        };
    }
    Error::Invalid(issues)
}
