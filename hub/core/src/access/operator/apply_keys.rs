//! The part of a reference file about the keys with which clients sign assertions.

use super::LocalOperatorAccess;
use super::apply::validity;
use crate::access::reference::ClientKeyEntry;
use crate::assertion::{PublicKey, algorithms_of, is_kid};
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::ClientKeyId;

/// A key as an entry describes it.
struct Described<'a> {
    client_id: &'a str,
    kid: &'a str,
    key: PublicKey,
    algorithms: String,
}

impl LocalOperatorAccess {
    /// Registers a key, changes what it is good for, replaces it by another of the same name, or removes it.
    pub(super) async fn put_client_key(
        &self,
        tx: &mut Tx,
        entry: &ClientKeyEntry,
        n: usize,
    ) -> Result<(), Error> {
        let (client_id, kid) = (entry.client_id.as_str(), kid_of(entry, n)?);
        if !tx.knows_client(client_id).await? {
            let detail = "no sender application, provider application or own software has this id";
            return Err(wrong(n, "client_id", "referencedResourceNotFound", detail));
        }
        let known = tx.client_key(client_id, kid).await?;
        let action = match (entry.state.as_deref().unwrap_or("active"), known) {
            ("removed", known) => {
                if let Some(known) = known {
                    tx.end_client_key(known.id).await?;
                }
                "removeClientKey"
            }
            ("active", known) => {
                let described = described(entry, kid, n)?;
                let same = known.as_ref().is_some_and(|known| known.public_key == described.key.bytes);
                if let Some(other) = known.as_ref().filter(|_| !same) {
                    tx.end_client_key(other.id).await?;
                }
                self.keep_client_key(
                    tx,
                    &described,
                    known.filter(|_| same).map(|known| known.id),
                    (entry, n),
                )
                .await?;
                "registerClientKey"
            }
            _ => return Err(wrong(n, "state", "invalidInput", "active or removed is expected")),
        };
        let now = self.hub.now();
        let (actor, object) = (self.operator.clone(), format!("{client_id} {kid}"));
        tx.record(self.hub.random().id(now), None, now, Act { role: "operator", actor, action, object })
            .await?;
        Ok(())
    }

    async fn keep_client_key(
        &self,
        tx: &mut Tx,
        described: &Described<'_>,
        known: Option<ClientKeyId>,
        (entry, n): (&ClientKeyEntry, usize),
    ) -> Result<(), Error> {
        let now = self.hub.now();
        let ends = described.key.until.map(Timestamp::rfc3339);
        let until = entry.valid_until.clone().or(ends);
        let (from, until) = validity(&entry.valid_from, &until, "client_key", n, now)?;
        let asked_from = entry.valid_from.as_ref().map(|_| from);
        match known {
            Some(id) => tx.change_client_key(id, &described.algorithms, (asked_from, until)).await?,
            None => {
                let id = ClientKeyId(self.hub.random().id(now));
                let names = (id, described.client_id, described.kid);
                tx.insert_client_key(names, (&described.key, &described.algorithms), (from, until, now))
                    .await?
            }
        };
        if tx.client_keys_left(described.client_id, now).await? > KEYS {
            return Err(wrong(n, "kid", "outOfRange", "a client has at most 4 keys: remove one"));
        }
        Ok(())
    }
}

fn kid_of(entry: &ClientKeyEntry, n: usize) -> Result<&str, Error> {
    let own = entry.jwk.as_ref().and_then(|jwk| jwk.kid.as_deref());
    let kid = entry.kid.as_deref().or(own).unwrap_or_default();
    if !is_kid(kid) || own.is_some_and(|own| own != kid) {
        let detail = "1 to 128 visible characters of ASCII are expected, the same as in the jwk";
        return Err(wrong(n, "kid", "invalidStructure", detail));
    }
    Ok(kid)
}

fn described<'a>(entry: &'a ClientKeyEntry, kid: &'a str, n: usize) -> Result<Described<'a>, Error> {
    let (member, read) = match (&entry.pem, &entry.jwk) {
        (Some(pem), None) => ("pem", PublicKey::from_pem(pem)),
        (None, Some(jwk)) => ("jwk", PublicKey::from_jwk(jwk)),
        _ => return Err(wrong(n, "pem", "exactlyOneOfExpected", "name one of pem and jwk")),
    };
    let key = read.map_err(|detail| wrong(n, member, "invalidInput", detail))?;
    let only = entry.jwk.as_ref().and_then(|jwk| jwk.alg.clone()).map(|alg| vec![alg]);
    let asked = entry.algorithms.as_ref().or(only.as_ref());
    let algorithms = algorithms_of(key.kind, asked.map(Vec::as_slice))
        .map_err(|detail| wrong(n, "algorithms", "invalidInput", detail))?;
    Ok(Described { client_id: &entry.client_id, kid, key, algorithms })
}

fn wrong(n: usize, member: &str, kind: &'static str, detail: &str) -> Error {
    Error::invalid(kind, format!("client_key[{n}].{member}"), detail)
}

/// Keys of a client that are not over: one in use, and what a rollover needs.
const KEYS: i64 = 4;
