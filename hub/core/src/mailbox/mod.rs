//! Mailboxes: the box of one citizen or one enterprise, and the numbers that point to it.
//!
//! A number is kept sealed and found by a keyed hash; the mailbox's own id never changes. A mailbox is opened by whoever
//! first names its number: its holder's login, a publication to an enterprise, a mandate, an event. What moves the contents also moves the
//! version, in the same transaction.

pub(crate) mod many;
mod many_sql;
mod person_sql;
mod sql;

use crate::clock::Timestamp;
use crate::db::{Tx, record};
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{MailboxId, Sha256};
use crate::keys::{Purpose, column_aad};
use crate::number::{EnterpriseNumber, Ssin};
use sql::NewIdentity;

/// Whose box it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A natural person's.
    Citizen,
    /// An enterprise's.
    Enterprise,
}

impl Kind {
    /// `citizen` or `enterprise`, as stored and as the APIs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Enterprise => "enterprise",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Citizen, Self::Enterprise].into_iter().find(|kind| kind.name() == name)
    }
}

/// The official number that points to a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// A citizen's national register or BIS number.
    Ssin(Ssin),
    /// An enterprise's CBE number.
    Enterprise(EnterpriseNumber),
}

impl Number {
    /// The kind of mailbox that such a number points to.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Ssin(_) => Kind::Citizen,
            Self::Enterprise(_) => Kind::Enterprise,
        }
    }

    /// The digits.
    pub(crate) fn digits(&self) -> &str {
        match self {
            Self::Ssin(ssin) => ssin.as_str(),
            Self::Enterprise(number) => number.as_str(),
        }
    }

    fn indexed(&self) -> Vec<u8> {
        format!("{}:{}", self.kind().name(), self.digits()).into_bytes()
    }
}

record! {
    /// A mailbox as its row tells.
    #[derive(Clone, Debug)]
    pub struct Mailbox {
        /// Its own id.
        pub id: MailboxId,
        /// `citizen` or `enterprise`; see [`Mailbox::kind`].
        kind: String,
        /// `open` or `closed`: of a deceased person, or merged into another.
        pub state: String,
        /// Moves with every change of its contents.
        pub version: i64,
        /// Messages in it.
        pub total: i64,
        /// Messages not yet read.
        pub unread: i64,
        /// Since when senders may write; `None` while a citizen is not active.
        pub activated_at: Option<Timestamp>,
        /// `deceased` or `incapable`; `None` for whoever may act.
        pub(crate) person_state: Option<String>,
        /// Since when the person is of age, if the source told.
        pub(crate) of_age_at: Option<Timestamp>,
        /// The mailbox of the same person that this one was merged into.
        pub(crate) moved_to: Option<MailboxId>,
    }
}

impl Mailbox {
    /// Whose box it is.
    pub fn kind(&self) -> Kind {
        Kind::named(&self.kind).unwrap_or(Kind::Citizen)
    }

    /// Whether the person whose box it is may act: log in, give consents, represent others.
    pub fn holder_may_act(&self) -> bool {
        self.person_state.is_none() && self.moved_to.is_none()
    }

    /// Whether senders can deliver into it: a citizen must be active, an enterprise always is.
    pub fn accepts_mail(&self) -> bool {
        self.state == "open" && (self.kind() == Kind::Enterprise || self.activated_at.is_some())
    }
}

/// The mailbox that `number` points to, if there is one.
pub(crate) async fn find(tx: &mut Tx, parts: &Parts, number: &Number) -> Result<Option<Mailbox>, Error> {
    for (_, hash) in parts.keys.current().indexes(Purpose::SsinIndex, &number.indexed()) {
        if let Some(mailbox) = tx.mailbox_of(Sha256(hash)).await? {
            return Ok(Some(mailbox));
        }
    }
    Ok(None)
}

/// The keyed hash by which a number is known here, or would be if it came to be known now.
pub(crate) async fn hash_of(tx: &mut Tx, parts: &Parts, number: &Number) -> Result<Sha256, Error> {
    let keys = parts.keys.current();
    for (_, hash) in keys.indexes(Purpose::SsinIndex, &number.indexed()) {
        if tx.mailbox_of(Sha256(hash)).await?.is_some() {
            return Ok(Sha256(hash));
        }
    }
    let (_, hash) = keys.index(Purpose::SsinIndex, &number.indexed());
    Ok(Sha256(hash))
}

/// The keyed hashes by which a number may be known here, the newest key's first.
pub(crate) fn hashes_of(parts: &Parts, number: &Number) -> Vec<Sha256> {
    let hashes = parts.keys.current().indexes(Purpose::SsinIndex, &number.indexed());
    hashes.into_iter().map(|(_, hash)| Sha256(hash)).collect()
}

/// The mailbox that the number with this keyed hash points to, if there is one.
pub(crate) async fn find_by_hash(tx: &mut Tx, hash: Sha256) -> Result<Option<Mailbox>, Error> {
    Ok(tx.mailbox_of(hash).await?)
}

/// The mailbox that `number` points to, opened now if there was none.
///
/// Two transactions that open the same box at the same time end with the same box: the second waits for the
/// first one's identity row and then reads it.
pub(crate) async fn find_or_open(tx: &mut Tx, parts: &Parts, number: &Number) -> Result<Mailbox, Error> {
    if let Some(mailbox) = find(tx, parts, number).await? {
        return Ok(mailbox);
    }
    let now = parts.clock.now();
    let id = MailboxId(parts.random.id(now));
    if point(tx, parts, number, id).await? {
        tx.insert_mailbox(id, number.kind(), now).await?;
    }
    find(tx, parts, number).await?.ok_or_else(|| Error::internal("an opened mailbox is not found"))
}

/// Makes a number the one that counts for the person of a mailbox, in place of the ones before, which still lead there.
pub(crate) async fn replace(
    tx: &mut Tx,
    parts: &Parts,
    mailbox: MailboxId,
    new: &Number,
) -> Result<(), Error> {
    tx.replace_identities(mailbox).await?;
    let mut known = 0;
    for (_, hash) in parts.keys.current().indexes(Purpose::SsinIndex, &new.indexed()) {
        known += tx.restore_identity(Sha256(hash), mailbox).await?;
    }
    if known > 0 || point(tx, parts, new, mailbox).await? {
        return Ok(());
    }
    // Somebody opened a mailbox for the new number at this very moment: told again, the event merges the two.
    Err(Error::Unavailable { retry_after: 1 })
}

/// Points a number to a mailbox; false if it already points somewhere.
async fn point(tx: &mut Tx, parts: &Parts, number: &Number, mailbox: MailboxId) -> Result<bool, Error> {
    Ok(tx.insert_identity(identity_of(parts, number, mailbox)).await?)
}

/// What is kept of a number that points to a mailbox.
fn identity_of(parts: &Parts, number: &Number, mailbox: MailboxId) -> NewIdentity {
    let (key_no, hash) = parts.keys.current().index(Purpose::SsinIndex, &number.indexed());
    let aad = column_aad("identity", "sealed_number", &hash);
    let digits = number.digits().as_bytes();
    let sealed = parts.keys.current().seal(Purpose::SsinSeal, &aad, digits, &parts.random);
    NewIdentity { hash: Sha256(hash), key_no, kind: number.kind(), sealed, mailbox }
}

/// The enterprise number of an enterprise's mailbox; `None` for a citizen's, whose number stays sealed.
pub(crate) async fn enterprise_number(
    tx: &mut Tx,
    parts: &Parts,
    mailbox: MailboxId,
) -> Result<Option<EnterpriseNumber>, Error> {
    let Some((hash, sealed)) = tx.sealed_enterprise_number(mailbox).await? else {
        return Ok(None);
    };
    let aad = column_aad("identity", "sealed_number", &hash.0);
    let digits = parts.keys.current().open(Purpose::SsinSeal, &aad, &sealed).map_err(Error::internal)?;
    let corrupt = || Error::Corrupt { table: "identity", id: mailbox.0.to_string() };
    let digits = String::from_utf8(digits).map_err(|_| corrupt())?;
    EnterpriseNumber::parse(&digits).map(Some).map_err(|_| corrupt())
}

/// The number of a mailbox's holder; `None` if no number leads there now.
///
/// A citizen's is opened only to be hashed for evidence, and by [`numbers_of`] (TRUST 17).
pub(crate) async fn number_of(
    tx: &mut Tx,
    parts: &Parts,
    mailbox: MailboxId,
) -> Result<Option<Number>, Error> {
    tx.sealed_number(mailbox).await?.map(|sealed| opened(parts, mailbox, sealed)).transpose()
}

/// Every number that points to a mailbox or did before it was replaced or merged: what evidence of any time may have
/// hashed. They are told to nobody who has no such evidence.
pub(crate) async fn numbers_of(parts: &Parts, mailbox: MailboxId) -> Result<Vec<Number>, Error> {
    let sealed = parts.db.sealed_numbers(mailbox).await?;
    sealed.into_iter().map(|sealed| opened(parts, mailbox, sealed)).collect()
}

fn opened(
    parts: &Parts,
    mailbox: MailboxId,
    (hash, kind, sealed): (Sha256, String, Vec<u8>),
) -> Result<Number, Error> {
    let aad = column_aad("identity", "sealed_number", &hash.0);
    let digits = parts.keys.current().open(Purpose::SsinSeal, &aad, &sealed).map_err(Error::internal)?;
    let corrupt = || Error::Corrupt { table: "identity", id: mailbox.0.to_string() };
    let digits = String::from_utf8(digits).map_err(|_| corrupt())?;
    let number = match Kind::named(&kind) {
        Some(Kind::Citizen) => Ssin::stored(&digits).ok().map(Number::Ssin),
        Some(Kind::Enterprise) => EnterpriseNumber::parse(&digits).ok().map(Number::Enterprise),
        None => None,
    };
    number.ok_or_else(corrupt)
}
