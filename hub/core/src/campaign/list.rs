//! A list that is coming in: line after line, resolved and stored a few hundred at a time, so that memory stays small whatever
//! its length.
//!
//! Numbers are sealed (TRUST T21). A list belongs to nobody until its campaign names it; one that no campaign names is
//! removed, at once if this process lives, else by a job.

use std::collections::HashSet;
use std::time::Duration;

use uuid::Uuid;

use super::Outcome;
use super::list_sql::NewLine;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{CampaignId, MailboxId};
use crate::keys::{Purpose, column_aad};
use crate::mailbox::many::{self, ids};
use crate::mailbox::{self, Mailbox, Number};

/// A list on its way into the database.
pub(crate) struct Incoming {
    pub(crate) id: Uuid,
    /// Lines so far.
    pub(crate) lines: i64,
    /// Those of them whose number is none.
    pub(crate) invalid: i64,
    waiting: Vec<(i64, Option<Number>)>,
}

impl Incoming {
    /// Begins a list of a campaign.
    ///
    /// # Errors
    /// [`Error::Limited`] while [`AT_ONCE`] others of its application are on their way.
    pub(crate) async fn begin(parts: &Parts, campaign: CampaignId) -> Result<Self, Error> {
        let now = parts.clock.now();
        let id = parts.random.id(now);
        let mut tx = parts.db.write().await?;
        tx.insert_list(id, campaign, now.plus(LIST_TIME)).await?;
        if tx.lists_at_once(campaign, now).await? > AT_ONCE {
            let limit = u64::try_from(AT_ONCE).unwrap_or_default();
            return Err(Error::Limited { limit, retry_after: 60 });
        }
        tx.commit().await?;
        Ok(Self { id, lines: 0, invalid: 0, waiting: Vec::new() })
    }

    /// Takes the next line; `None` is a number that is none.
    pub(crate) async fn push(&mut self, parts: &Parts, number: Option<Number>) -> Result<(), Error> {
        self.lines += 1;
        self.invalid += i64::from(number.is_none());
        self.waiting.push((self.lines, number));
        if self.waiting.len() >= BATCH { self.flush(parts).await } else { Ok(()) }
    }

    /// Stores what waits.
    pub(crate) async fn flush(&mut self, parts: &Parts) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        let numbers: Vec<Number> = waiting.iter().filter_map(|(_, number)| number.clone()).collect();
        let mut tx = parts.db.read().await?;
        let found = many::find_all(&mut tx, parts, &numbers).await?;
        let boxes = tx.mailboxes_among(ids(&found)).await?;
        tx.commit().await?;
        // Who does not receive stands where an unknown number would: the order of work tells nothing of them (TRUST T20).
        let open: HashSet<MailboxId> =
            boxes.into_iter().filter(Mailbox::accepts_mail).map(|mailbox| mailbox.id).collect();
        let mut mailboxes = found.into_iter().map(|found| found.filter(|id| open.contains(id)));

        let rows = waiting.into_iter().map(|(line, number)| match number {
            None => NewLine { line, spot: None, sealed: None, outcome: Some(Outcome::Invalid.name()) },
            Some(number) => {
                let mailbox = mailboxes.next().flatten().map(|mailbox| mailbox.0);
                NewLine {
                    line,
                    spot: Some(mailbox.unwrap_or_else(|| stand_in(parts, &number))),
                    sealed: Some(sealed(parts, (self.id, line), &number)),
                    outcome: None,
                }
            }
        });
        let rows: Vec<NewLine> = rows.collect();
        let mut tx = parts.db.write().await?;
        tx.insert_lines(self.id, &rows).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Gives up a list that no campaign names: the next round of the job removes it.
pub(crate) async fn forsake(parts: &Parts, list: Uuid) -> Result<(), Error> {
    let mut tx = parts.db.write().await?;
    tx.end_list(list).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes some lines of lists that no campaign names and nobody sends any more; gives how many.
pub(super) async fn remove_some(parts: &Parts, now: Timestamp) -> Result<usize, Error> {
    let mut removed = 0;
    for (list,) in parts.db.lists_to_remove(now).await? {
        let mut tx = parts.db.write().await?;
        tx.plan_anew().await?;
        if tx.claim_list(list, now).await? == 0 {
            // A campaign named it since it was found.
            continue;
        }
        let gone = tx.delete_lines(list, REMOVED).await?;
        if gone == 0 {
            tx.delete_list(list).await?;
        }
        tx.commit().await?;
        removed += usize::try_from(gone).unwrap_or(usize::MAX).max(1);
    }
    Ok(removed)
}

fn sealed(parts: &Parts, place: (Uuid, i64), number: &Number) -> Vec<u8> {
    let kind = match number {
        Number::Ssin(_) => 's',
        Number::Enterprise(_) => 'e',
    };
    let plain = format!("{kind}{}", number.digits());
    parts.keys.current().seal(Purpose::SsinSeal, &aad(place), plain.as_bytes(), &parts.random)
}

/// The number on a line.
pub(super) fn opened(parts: &Parts, place: (Uuid, i64), sealed: &[u8]) -> Result<Number, Error> {
    let corrupt = || Error::Corrupt { table: "campaign_recipient", id: format!("{} {}", place.0, place.1) };
    let plain = parts.keys.current().open(Purpose::SsinSeal, &aad(place), sealed).map_err(Error::internal)?;
    let text = String::from_utf8(plain).map_err(|_| corrupt())?;
    let number = match (text.strip_prefix('s'), text.strip_prefix('e')) {
        (Some(digits), _) => crate::number::Ssin::stored(digits).ok().map(Number::Ssin),
        (_, Some(digits)) => crate::number::EnterpriseNumber::parse(digits).ok().map(Number::Enterprise),
        _ => None,
    };
    number.ok_or_else(corrupt)
}

fn aad((list, line): (Uuid, i64)) -> Vec<u8> {
    let key = [list.as_bytes().as_slice(), &line.to_be_bytes()].concat();
    column_aad("campaign_recipient", "sealed_number", &key)
}

/// What stands for a number that leads nowhere, the same for the same number.
fn stand_in(parts: &Parts, number: &Number) -> Uuid {
    let hash = mailbox::hashes_of(parts, number).into_iter().next();
    hash.and_then(|hash| hash.0.first_chunk::<16>().copied()).map_or(Uuid::max(), Uuid::from_bytes)
}

/// Lists of one application that may be on their way at once.
const AT_ONCE: i64 = 4;
/// Lines stored in one transaction.
const BATCH: usize = 250;
/// Lines removed in one transaction.
pub(super) const REMOVED: i64 = 1_000;
/// How long a list may be on its way; longer than a request can last.
const LIST_TIME: Duration = Duration::from_secs(1_200);
