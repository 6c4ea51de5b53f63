//! Sealing: one signature over the root of many statements, made by whichever node comes first.
//!
//! A batch claims its statements, signs, and writes the seal in one transaction: after a crash they are unsealed as
//! before, and no statement is ever sealed twice. Whoever asks for a document before the job came by seals that one.

use data_encoding::BASE64;

use super::document::SealedRoot;
use super::jws::{Content, Jws};
use super::keys::{KeySet, PublicKey};
use super::sql::{NewSeal, Place};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::Sha256;
use crate::keys::Keyring;

/// Seals what is not yet sealed, a batch of it; gives how many statements.
pub(crate) async fn seal_some(parts: &Parts) -> Result<usize, Error> {
    if !parts.db.has_unsealed().await? {
        return Ok(0);
    }
    let now = parts.clock.now();
    let id = parts.random.id(now);
    let mut tx = parts.db.write().await?;
    let leaves = tx.claim_unsealed(id, BATCH).await?;
    let count = leaves.len();
    if count > 0 {
        sign(&mut tx, parts, id, bare(leaves), None).await?;
        tx.commit().await?;
    }
    Ok(count)
}

/// Seals one statement, unless somebody else has or is about to.
pub(super) async fn seal_one(parts: &Parts, place: Place) -> Result<(), Error> {
    let now = parts.clock.now();
    let id = parts.random.id(now);
    let mut tx = parts.db.write().await?;
    let leaves = tx.claim_one(id, place).await?;
    if !leaves.is_empty() {
        sign(&mut tx, parts, id, bare(leaves), None).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn bare(claimed: Vec<(Sha256,)>) -> Vec<Sha256> {
    claimed.into_iter().map(|(leaf,)| leaf).collect()
}

/// Signs the root over leaves and writes the seal, with what their statements have in common if their rows leave that out.
pub(super) async fn sign(
    tx: &mut Tx,
    parts: &Parts,
    id: uuid::Uuid,
    mut leaves: Vec<Sha256>,
    common: Option<String>,
) -> Result<(), Error> {
    let now = parts.clock.now();
    leaves.sort_unstable();
    let root = SealedRoot::over(&leaves, &parts.environment, &parts.issuer);
    let payload = serde_json::to_vec(&root).map_err(Error::internal)?;

    let (seal, key, thumbprint) = {
        let keyring = parts.keys.current();
        check_time(&keyring, now)?;
        let seal = Jws::sign(keyring.signer().map_err(Error::internal)?, Content::Seal, &payload, now);
        let (entry, signer) = keyring.signer().map_err(Error::internal)?;
        let chain: Vec<String> = signer.chain().iter().map(|der| BASE64.encode(der)).collect();
        (seal.map_err(Error::internal)?, (entry.id.clone(), chain), signer.thumbprint())
    };
    let chain = serde_json::to_string(&key.1).map_err(Error::internal)?;
    tx.keep_key(thumbprint, &key.0, &chain, now).await?;
    let jws = serde_json::to_string(&seal).map_err(Error::internal)?;
    tx.insert_seal(NewSeal { id, at: now, key: thumbprint, jws, common, leaves: &leaves }).await?;
    Ok(())
}

/// A seal by a key whose certificate is over would prove nothing: the statements wait for a new key.
fn check_time(keyring: &Keyring, now: Timestamp) -> Result<(), Error> {
    let (entry, signer) = keyring.signer().map_err(Error::internal)?;
    if now < signer.until() {
        return Ok(());
    }
    let why =
        format!("the certificate of {} is over; `facteur keys rotate evidence` makes a new key", entry.id);
    Err(Error::internal(why))
}

/// Every key that ever sealed, and those of the keyring, oldest first.
pub(crate) async fn published_keys(parts: &Parts) -> Result<KeySet, Error> {
    let mut keys = Vec::new();
    for (kid, chain) in parts.db.kept_keys().await? {
        let corrupt = || Error::Corrupt { table: "evidence_key", id: kid.clone() };
        let chain: Vec<String> = serde_json::from_str(&chain).map_err(|_| corrupt())?;
        let chain: Result<Vec<Vec<u8>>, _> = chain.iter().map(|der| BASE64.decode(der.as_bytes())).collect();
        keys.push(PublicKey::of(&kid, &chain.map_err(|_| corrupt())?).map_err(|_| corrupt())?);
    }
    for (entry, signer) in parts.keys.current().signers() {
        let key = PublicKey::of(&entry.id, signer.chain()).map_err(Error::internal)?;
        if !keys.iter().any(|known| known.thumbprint == key.thumbprint) {
            keys.push(key);
        }
    }
    keys.sort_by_key(|key| key.nbf);
    Ok(KeySet { keys })
}

/// Statements under one seal: a seal takes the writer for a few milliseconds, and a path has nine steps.
const BATCH: i64 = 512;
