//! Mailboxes, many at once.

use std::collections::{BTreeMap, HashMap};

use data_encoding::HEXLOWER;

use super::{Kind, Number, hashes_of, identity_of};
use crate::db::Tx;
use crate::error::Error;
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

/// The same, and opens a mailbox for each enterprise that has none: a number of a person leads nowhere until that person comes
/// (TRUST T15).
pub(crate) async fn find_or_open_all(
    tx: &mut Tx,
    parts: &Parts,
    numbers: &[Number],
) -> Result<Vec<Option<MailboxId>>, Error> {
    let found = find_all(tx, parts, numbers).await?;
    let opens = |(number, found): &(&Number, &Option<MailboxId>)| {
        found.is_none() && number.kind() == Kind::Enterprise
    };
    let missing: Vec<&Number> = numbers.iter().zip(&found).filter(opens).map(|(number, _)| number).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    open_all(tx, parts, &missing).await?;
    let found = find_all(tx, parts, numbers).await?;
    if numbers.iter().zip(&found).any(|(number, found)| found.is_none() && number.kind() == Kind::Enterprise)
    {
        return Err(Error::internal("an opened mailbox is not found"));
    }
    Ok(found)
}

/// Opens mailboxes of enterprises. Two transactions that open the same ones end with the same: in the order of their hashes, the
/// second waits for the first one's rows and leaves them.
async fn open_all(tx: &mut Tx, parts: &Parts, numbers: &[&Number]) -> sqlx::Result<()> {
    let now = parts.clock.now();
    let new = |number: &&Number| {
        let identity = identity_of(parts, number, MailboxId(parts.random.id(now)));
        (identity.hash, identity)
    };
    let identities: BTreeMap<Sha256, _> = numbers.iter().map(new).collect();
    let all: Vec<Option<MailboxId>> = identities.values().map(|identity| Some(identity.mailbox)).collect();
    tx.insert_identities(identities.into_values()).await?;
    let ours = tx.pointed_at(ids(&all)).await?;
    tx.insert_mailboxes(&ours, Kind::Enterprise, now).await?;
    Ok(())
}

/// Bytes as a JSON array of hexadecimal texts.
fn hexes<'a>(all: impl Iterator<Item = &'a [u8]>) -> String {
    serde_json::Value::from(all.map(|bytes| HEXLOWER.encode(bytes)).collect::<Vec<_>>()).to_string()
}

/// Ids as a JSON array of hexadecimal texts, those that are there.
pub(crate) fn ids(found: &[Option<MailboxId>]) -> String {
    hexes(found.iter().flatten().map(|mailbox| &mailbox.0.as_bytes()[..]))
}
