//! Which mailboxes numbers lead to, many at once.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use uuid::Uuid;

use crate::db::Tx;
use crate::hub::Parts;
use crate::id::{MailboxId, Sha256};
use crate::mailbox::{self, Number};

/// The mailboxes that numbers lead to now, in their order; `None` where there is none.
pub(super) async fn mailboxes_of(
    tx: &mut Tx,
    parts: &Parts,
    numbers: &[Number],
) -> sqlx::Result<Vec<Option<MailboxId>>> {
    let hashes: Vec<Vec<Sha256>> = numbers.iter().map(|number| mailbox::hashes_of(parts, number)).collect();
    let known: HashMap<Sha256, MailboxId> = tx
        .mailboxes_behind(hexes(hashes.iter().flatten().map(|hash| &hash.0[..])))
        .await?
        .into_iter()
        .collect();
    let found = |hashes: &Vec<Sha256>| hashes.iter().find_map(|hash| known.get(hash).copied());
    Ok(hashes.iter().map(found).collect())
}

/// What stands for a number that leads nowhere, the same for the same number.
pub(super) fn stand_in(parts: &Parts, number: &Number) -> Uuid {
    let hash = mailbox::hashes_of(parts, number).into_iter().next();
    hash.and_then(|hash| hash.0.first_chunk::<16>().copied()).map_or(Uuid::max(), Uuid::from_bytes)
}

/// Bytes as a JSON array of hexadecimal texts.
pub(super) fn hexes<'a>(all: impl Iterator<Item = &'a [u8]>) -> String {
    serde_json::Value::from(all.map(|bytes| HEXLOWER.encode(bytes)).collect::<Vec<_>>()).to_string()
}
