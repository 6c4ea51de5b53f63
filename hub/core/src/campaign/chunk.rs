//! One chunk of a campaign: the next lines of its list, in the order of mailboxes, in one transaction.
//!
//! What a chunk needs is read and opened before the transaction begins. Inside it the campaign is locked first, and must stand
//! where the chunk begins; then the mailboxes, in their order. Numbers are looked up again there: whoever became active,
//! merged or withdrew since the list came in is served as they are now (TRUST T15).

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::list::opened;
use super::{Campaign, Outcome};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::evidence::shared::{Common, OneOfMany, Stating};
use crate::hub::Parts;
use crate::id::{MailboxId, PublicationId};
use crate::mailbox::many::{self, ids};
use crate::mailbox::{Kind, Mailbox, Number};

/// Lines to be worked off together, read before the transaction.
pub(super) struct Chunk {
    rows: Vec<Row>,
}

/// A line, opened.
struct Row {
    line: i64,
    spot: Uuid,
    number: Number,
}

/// What is decided of a line.
pub(super) struct Decided {
    pub(super) line: i64,
    pub(super) outcome: Outcome,
    /// Its letter, of what was or would have been sent.
    pub(super) publication: Option<PublicationId>,
    /// The mailbox, of what is delivered.
    pub(super) mailbox: Option<MailboxId>,
    /// Whether that is another one than when the list came in.
    pub(super) moved: bool,
}

/// Where in the list a chunk begins and ends: after the first row, with the last.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    pub(super) list: Uuid,
    pub(super) after: (Uuid, i64),
    pub(super) to: (Uuid, i64),
}

/// When letters are delivered, and when they go.
#[derive(Clone, Copy)]
pub(super) struct Dates {
    pub(super) at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Chunk {
    /// Reads the next lines of a campaign; `None` if there are none.
    pub(super) async fn next(
        parts: &Parts,
        campaign: &Campaign,
        list: Uuid,
        size: usize,
    ) -> Result<Option<Self>, Error> {
        let limit = i64::try_from(size).unwrap_or(i64::MAX);
        let rows = parts.db.campaign_rows_after(list, (campaign.spot, campaign.line), limit).await?;
        let rows = rows.into_iter().map(|(line, spot, sealed)| {
            Ok(Row { number: opened(parts, (list, line), &sealed)?, line, spot })
        });
        let rows: Vec<Row> = rows.collect::<Result<_, Error>>()?;
        Ok(Some(Self { rows }).filter(|chunk| !chunk.rows.is_empty()))
    }

    /// How many lines it has.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Where it begins and ends.
    pub(super) fn stretch(&self, campaign: &Campaign, list: Uuid) -> Stretch {
        let after = (campaign.spot, campaign.line);
        Stretch { list, after, to: self.rows.last().map_or(after, |row| (row.spot, row.line)) }
    }

    /// Looks for everybody who can be reached, and changes nothing: a dry run.
    pub(super) async fn ask(
        &self,
        tx: &mut Tx,
        parts: &Parts,
        campaign: &Campaign,
    ) -> Result<Vec<Decided>, Error> {
        let found = many::find_all(tx, parts, &self.numbers()).await?;
        let boxes = mailboxes(tx.mailboxes_among(ids(&found)).await?);
        let reached = |row: &Row, found: Option<MailboxId>| match found.and_then(|id| boxes.get(&id)) {
            Some(mailbox) => mailbox.accepts_mail(),
            None => row.number.kind() == Kind::Enterprise,
        };
        let mut seen = Seen::after(campaign);
        let decided = self.rows.iter().zip(&found).map(|(row, found)| {
            let outcome = match seen.is_new(row, receiving(&boxes, *found)) {
                false => Outcome::Duplicate,
                true if reached(row, *found) => Outcome::Reachable,
                true => Outcome::NotReachable,
            };
            Decided { line: row.line, outcome, publication: None, mailbox: None, moved: false }
        });
        Ok(decided.collect())
    }

    /// Locks the mailboxes and says who gets the letter.
    pub(super) async fn decide(
        &self,
        tx: &mut Tx,
        parts: &Parts,
        (campaign, list): (&Campaign, Uuid),
        at: Timestamp,
    ) -> Result<Vec<Decided>, Error> {
        let found = many::find_or_open_all(tx, parts, &self.numbers()).await?;
        let boxes = mailboxes(tx.lock_mailboxes(ids(&found)).await?);
        if boxes.values().any(|mailbox| mailbox.moved_to.is_some()) {
            // Merged between the two statements: the next try finds where to.
            return Err(Error::Unavailable { retry_after: 1 });
        }
        let mut seen = Seen::after(campaign);
        seen.learn(tx.delivered_elsewhere(list, ids(&found)).await?);
        let moved: Vec<_> =
            self.rows.iter().zip(&found).map(|(row, found)| found.filter(|id| id.0 != row.spot)).collect();
        if moved.iter().any(Option::is_some) {
            seen.learn(tx.delivered_at(list, ids(&moved)).await?);
        }
        let decided = self.rows.iter().zip(found).zip(moved).map(|((row, found), moved)| {
            let outcome = match found.and_then(|id| boxes.get(&id)) {
                _ if !seen.is_new(row, receiving(&boxes, found)) => Outcome::Duplicate,
                Some(mailbox) if mailbox.accepts_mail() => Outcome::Delivered,
                _ => Outcome::NotDelivered,
            };
            let sent = outcome != Outcome::Duplicate;
            let mailbox = found.filter(|_| outcome == Outcome::Delivered);
            Decided {
                line: row.line,
                outcome,
                publication: sent.then(|| PublicationId(parts.random.id(at))),
                mailbox,
                moved: moved.is_some() && mailbox.is_some(),
            }
        });
        Ok(decided.collect())
    }

    /// Writes everything that delivering means, for all of them at once.
    pub(super) async fn deliver(
        &self,
        tx: &mut Tx,
        parts: &Parts,
        (campaign, stretch): (&Campaign, Stretch),
        (decided, dates): (&[Decided], Dates),
    ) -> Result<(), Error> {
        tx.move_mailboxes(stretch).await?;
        tx.insert_campaign_messages(campaign, stretch, dates).await?;
        tx.insert_campaign_sent(campaign, stretch, dates).await?;
        tx.queue_campaign_changes(campaign, stretch, dates.at).await?;
        tx.record_campaign_letters(campaign, stretch, dates.at).await?;
        self.state(tx, parts, campaign, (decided, dates)).await?;
        tx.raise_publication_expiry(campaign.id, dates.expires_at).await?;
        Ok(())
    }

    /// States what became of each letter, under one seal.
    async fn state(
        &self,
        tx: &mut Tx,
        parts: &Parts,
        campaign: &Campaign,
        (decided, dates): (&[Decided], Dates),
    ) -> Result<(), Error> {
        let corrupt = || Error::Corrupt { table: "campaign", id: campaign.id.0.to_string() };
        let common: Common = serde_json::from_str(&campaign.stated).map_err(|_| corrupt())?;
        let keyring = parts.keys.current();
        let stating = Stating::begin(parts, &keyring, common, (dates.at, dates.expires_at))?;
        let mut rows = Vec::with_capacity(decided.len());
        for (row, decided) in self.rows.iter().zip(decided) {
            let Some(publication) = decided.publication else { continue };
            let delivered = decided.mailbox.map(|mailbox| (mailbox, row.number.digits()));
            rows.push(stating.state(&OneOfMany { delivered, publication })?);
        }
        if rows.is_empty() {
            return Ok(());
        }
        stating.seal(tx, parts, &rows).await
    }

    fn numbers(&self) -> Vec<Number> {
        self.rows.iter().map(|row| row.number.clone()).collect()
    }
}

/// Which mailboxes, or numbers that lead nowhere, came before.
struct Seen {
    spots: HashSet<Uuid>,
    mailboxes: HashSet<MailboxId>,
}

impl Seen {
    /// The last of the chunk before; a list is in the order of spots, so that no other can come again.
    fn after(campaign: &Campaign) -> Self {
        Self { spots: HashSet::from([campaign.spot]), mailboxes: HashSet::new() }
    }

    fn learn(&mut self, delivered: Vec<(MailboxId,)>) {
        self.mailboxes.extend(delivered.into_iter().map(|(mailbox,)| mailbox));
    }

    /// Whether neither the line's spot nor the mailbox that it leads to, if that receives, came before.
    fn is_new(&mut self, row: &Row, found: Option<MailboxId>) -> bool {
        let spot = self.spots.insert(row.spot);
        let mailbox = found.is_none_or(|mailbox| self.mailboxes.insert(mailbox));
        spot && mailbox
    }
}

/// The mailbox, if it takes mail: that two numbers belong to one who does not receive is not told (TRUST T20).
fn receiving(boxes: &HashMap<MailboxId, Mailbox>, found: Option<MailboxId>) -> Option<MailboxId> {
    found.filter(|id| boxes.get(id).is_some_and(Mailbox::accepts_mail))
}

fn mailboxes(rows: Vec<Mailbox>) -> HashMap<MailboxId, Mailbox> {
    rows.into_iter().map(|mailbox| (mailbox.id, mailbox)).collect()
}
