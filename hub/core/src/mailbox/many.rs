//! Mailboxes, many at once.

use std::collections::HashMap;

use data_encoding::HEXLOWER;

use super::{Number, hashes_of};
use crate::db::Tx;
use crate::hub::Parts;
use crate::id::{MailboxId, Sha256};

/// The mailboxes that numbers lead to now, in their order; `None` where there is none.
pub(crate) async fn find_all(
    tx: &mut Tx,
    parts: &Parts,
    numbers: &[Number],
) -> sqlx::Result<Vec<Option<MailboxId>>> {
    let hashes: Vec<Vec<Sha256>> = numbers.iter().map(|number| hashes_of(parts, number)).collect();
    let known: HashMap<Sha256, MailboxId> = tx
        .mailboxes_behind(hexes(hashes.iter().flatten().map(|hash| &hash.0[..])))
        .await?
        .into_iter()
        .collect();
    let found = |hashes: &Vec<Sha256>| hashes.iter().find_map(|hash| known.get(hash).copied());
    Ok(hashes.iter().map(found).collect())
}

/// Bytes as a JSON array of hexadecimal texts.
fn hexes<'a>(all: impl Iterator<Item = &'a [u8]>) -> String {
    serde_json::Value::from(all.map(|bytes| HEXLOWER.encode(bytes)).collect::<Vec<_>>()).to_string()
}

/// Ids as a JSON array of hexadecimal texts, those that are there.
pub(crate) fn ids(found: &[Option<MailboxId>]) -> String {
    hexes(found.iter().flatten().map(|mailbox| &mailbox.0.as_bytes()[..]))
}
