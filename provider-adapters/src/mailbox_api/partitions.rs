//! The partitions of an enterprise's mailbox: parse, call, convert, answer.

use axum::Json;
use axum::extract::State;
use hub_core::Hub;
use hub_core::access::provider::ShownPartition;
use hub_http::{Caller, NoQuery};

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

fn partitions(shown: Vec<ShownPartition>, mailbox: &str, links: Links<'_>) -> wire::Partitions {
    let item = |partition: ShownPartition| wire::Partition {
        href: links.messages_in(mailbox, &partition.id),
        partition_id: partition.id,
        name: partition.name,
    };
    let items: Vec<wire::Partition> = shown.into_iter().map(item).collect();
    wire::Partitions { this: links.partitions(mailbox), total: items.len(), items }
}
