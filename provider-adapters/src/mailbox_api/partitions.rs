//! The partitions of an enterprise's mailbox: parse, call, convert, answer.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use hub_core::Hub;
use hub_core::access::provider::ShownPartition;
use hub_core::error::Error;
use hub_http::{Caller, NoQuery, StrictJson};

use super::client::Client;
use super::convert::Links;
use super::fault::Fault;
use super::routes::{At, links};
use super::wire;

pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    _: NoQuery,
) -> Result<Json<wire::Partitions>, Fault> {
    let shown = client.0.partitions(&path.mailbox.0).await?;
    Ok(Json(partitions(shown, &path.mailbox.0, links(&hub))))
}

pub(super) async fn add(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    _: NoQuery,
    StrictJson(body): StrictJson<wire::PartitionName>,
) -> Result<Response, Fault> {
    let mailbox = &path.mailbox.0;
    let added = client.0.add_partition(mailbox, &body.name).await?;
    let place = HeaderValue::try_from(links(&hub).partition(mailbox, &added.id)).map_err(Error::internal)?;
    let answer = Json(partition(added, mailbox, links(&hub)));
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], answer).into_response())
}

pub(super) async fn one(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::PartitionPath>,
    _: NoQuery,
) -> Result<Json<wire::Partition>, Fault> {
    let (mailbox, id) = (&path.mailbox.0, &path.partition.0);
    let found = client.0.partitions(mailbox).await?.into_iter().find(|one| one.id == *id);
    let found = found.ok_or(Error::NotFound("partition"))?;
    Ok(Json(partition(found, mailbox, links(&hub))))
}

pub(super) async fn rename(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::PartitionPath>,
    _: NoQuery,
    StrictJson(body): StrictJson<wire::PartitionName>,
) -> Result<Json<wire::Partition>, Fault> {
    let mailbox = &path.mailbox.0;
    let renamed = client.0.rename_partition(mailbox, &path.partition.0, &body.name).await?;
    Ok(Json(partition(renamed, mailbox, links(&hub))))
}

pub(super) async fn remove(
    Caller(client): Caller<Client>,
    At(path): At<wire::PartitionPath>,
    _: NoQuery,
) -> Result<StatusCode, Fault> {
    client.0.remove_partition(&path.mailbox.0, &path.partition.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn partitions(shown: Vec<ShownPartition>, mailbox: &str, links: Links<'_>) -> wire::Partitions {
    let items: Vec<wire::Partition> = shown.into_iter().map(|one| partition(one, mailbox, links)).collect();
    wire::Partitions { this: links.partitions(mailbox), total: items.len(), items }
}

fn partition(one: ShownPartition, mailbox: &str, links: Links<'_>) -> wire::Partition {
    wire::Partition { href: links.messages_in(mailbox, &one.id), partition_id: one.id, name: one.name }
}
