//! Reading evidence: the lines of a matter, and the documents that are given out.

use uuid::Uuid;

use super::document::Document;
use super::jws::Jws;
use super::sealing::seal_one;
use super::sql::{EvidenceRow, Place};
use super::statement::{Stated, Statement};
use super::{About, Matter, Opening, Salt, shared};
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;
use crate::partition::PartitionSet;

/// One piece of evidence, before its document is asked for.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id inside the hub.
    pub id: Uuid,
    /// What it is about: a publication, or a consent.
    pub object: Uuid,
    /// What it states.
    pub facts: Vec<Stated>,
    /// The sender organization's number, of a message.
    pub organization: Option<String>,
    /// Whether it has salted hashes.
    pub salted: bool,
}

/// A document that is given out.
pub(crate) struct Given {
    pub(crate) document: Document,
    pub(crate) statement: Statement,
    row: EvidenceRow,
}

/// The evidence about one matter, oldest first.
pub(crate) async fn lines_of(parts: &Parts, matter: Matter) -> Result<Vec<Line>, Error> {
    Ok(about(parts, matter).await?.into_iter().map(Read::line).collect())
}

/// The evidence about every consent of a mailbox, oldest first.
pub(crate) async fn consents_of(parts: &Parts, mailbox: MailboxId) -> Result<Vec<Line>, Error> {
    let rows = parts.db.evidence_about(mailbox, About::Consent.name()).await?;
    Ok(in_order(rows)?.into_iter().map(Read::line).collect())
}

/// The evidence about some messages of a mailbox, the one published last first: those published before `below` in these
/// partitions; for who sees all, also if they are gone. One more than `size` says that there are more.
pub(crate) async fn messages_of(
    parts: &Parts,
    (mailbox, partitions): (MailboxId, PartitionSet),
    below: Option<Uuid>,
    size: usize,
) -> Result<Vec<Vec<Line>>, Error> {
    let about = About::Message.name();
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let (place, below) = ((mailbox, partitions.bits()), below.unwrap_or(Uuid::max()));
    let objects = parts.db.proven_messages(place, about, below, limit).await?;
    let (Some((newest,)), Some((oldest,))) = (objects.first(), objects.last()) else {
        return Ok(Vec::new());
    };
    let rows = parts.db.evidence_between(mailbox, about, *oldest, *newest).await?;
    let mut messages: Vec<Vec<Line>> = objects.iter().map(|_| Vec::new()).collect();
    for line in in_order(rows)?.into_iter().map(Read::line) {
        let of = objects.iter().position(|(object,)| *object == line.object);
        if let Some(lines) = of.and_then(|at| messages.get_mut(at)) {
            lines.push(line);
        }
    }
    Ok(messages)
}

/// The documents about one matter, oldest first.
pub(crate) async fn documents_of(parts: &Parts, matter: Matter) -> Result<Vec<Given>, Error> {
    let mut documents = Vec::new();
    for read in about(parts, matter).await? {
        documents.push(given(parts, matter, read).await?);
    }
    Ok(documents)
}

/// One document about a matter; `None` if there is none of that id.
pub(crate) async fn document(parts: &Parts, matter: Matter, id: Uuid) -> Result<Option<Given>, Error> {
    match about(parts, matter).await?.into_iter().find(|read| read.row.id == id) {
        Some(read) => given(parts, matter, read).await.map(Some),
        None => Ok(None),
    }
}

/// A row whose statement was read.
struct Read {
    row: EvidenceRow,
    statement: Statement,
}

async fn about(parts: &Parts, matter: Matter) -> Result<Vec<Read>, Error> {
    in_order(parts.db.evidence_of(matter.mailbox_id(), matter.about.name(), matter.object).await?)
}

/// Oldest first; of what came about at one instant, what a life begins with comes first.
fn in_order(rows: Vec<EvidenceRow>) -> Result<Vec<Read>, Error> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let row = shared::whole(row)?;
        let statement = row.read()?;
        all.push(Read { row, statement });
    }
    all.sort_by_key(|read| (read.row.at, read.statement.facts.first().map(|fact| fact.kind)));
    Ok(all)
}

async fn given(parts: &Parts, matter: Matter, Read { row, statement }: Read) -> Result<Given, Error> {
    let seal = match row.seal_id {
        Some(seal) => seal,
        None => sealed_now(parts, matter, &row).await?,
    };
    let corrupt = || Error::Corrupt { table: "seal", id: seal.to_string() };
    let (jws, leaves, token) = parts.db.seal(seal).await?.ok_or_else(corrupt)?;
    let mut jws: Jws = serde_json::from_str(&jws).map_err(|_| corrupt())?;
    if let Some(token) = token {
        jws = jws.with_time_stamp(&token);
    }
    let document = Document::new(&row.statement, &super::sql::split(&leaves), jws).ok_or_else(corrupt)?;
    Ok(Given { document, statement, row })
}

/// The seal of a statement that had none when it was read.
async fn sealed_now(parts: &Parts, matter: Matter, row: &EvidenceRow) -> Result<Uuid, Error> {
    let place =
        Place { mailbox: matter.mailbox_id(), about: matter.about.name(), object: matter.object, id: row.id };
    seal_one(parts, place).await?;
    let rows = parts.db.evidence_of(place.mailbox, place.about, place.object).await?;
    let sealed = rows.into_iter().find(|other| other.id == row.id).and_then(|row| row.seal_id);
    sealed.ok_or(Error::Unavailable { retry_after: 1 })
}

impl Given {
    /// Its id inside the hub.
    pub(crate) const fn id(&self) -> Uuid {
        self.row.id
    }

    /// What opens its salted hashes, without what is behind them; `None` if it has none. For those only who may know
    /// whose it is.
    pub(crate) fn opening(&self, parts: &Parts) -> Result<Option<Opening>, Error> {
        if !self.statement.is_salted() {
            return Ok(None);
        }
        let keyring = parts.keys.current();
        let salt = Salt::of(&keyring, self.row.id, self.row.salt_key).ok_or_else(|| self.row.corrupt())?;
        Ok(Some(Opening::of(&salt.0)))
    }

    /// The error of an opening that would open nothing.
    pub(crate) fn corrupt(&self) -> Error {
        self.row.corrupt()
    }
}

impl Read {
    fn line(self) -> Line {
        let salted = self.statement.is_salted();
        let organization = self.statement.message.map(|message| message.organization);
        Line { id: self.row.id, object: self.row.object, facts: self.statement.facts, organization, salted }
    }
}

impl EvidenceRow {
    fn read(&self) -> Result<Statement, Error> {
        serde_json::from_slice(&self.statement).map_err(|_| self.corrupt())
    }

    pub(super) fn corrupt(&self) -> Error {
        Error::Corrupt { table: "evidence", id: self.id.to_string() }
    }
}
