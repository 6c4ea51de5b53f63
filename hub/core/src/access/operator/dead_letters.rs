//! Dead letters: changes that a receiver refused. Operators see ids, have them told again, or put them away.

use super::OperatorAccess;
use crate::clock::Timestamp;
use crate::delivery::DeadRow;
use crate::error::Error;
use crate::id::ApplicationId;
use crate::operator::Duty;
use crate::outside::{OutsideKind, OutsideParty};
use crate::provider::Application;

/// A dead letter as operators see it: in the ids of the provider, whose people they will speak with.
#[derive(Clone, Debug)]
pub struct DeadLetterView {
    /// The dead letter: `dlt_…`.
    pub id: String,
    /// The kind of the change.
    pub kind: String,
    /// When it happened.
    pub happened_at: Timestamp,
    /// The mailbox as the provider knows it.
    pub mailbox: String,
    /// The consent as the provider knows it.
    pub consent: String,
    /// The message as the provider knows it, of what is about one.
    pub message: Option<String>,
    /// The receiver's error code.
    pub reason: String,
    /// How often it was refused.
    pub tries: i64,
    /// When it was refused last.
    pub at: Timestamp,
    /// Whether it is about to be told again.
    pub replay: bool,
}

/// A page of dead letters, oldest first.
#[derive(Clone, Debug)]
pub struct DeadLetterPage {
    /// The dead letters.
    pub items: Vec<DeadLetterView>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl OperatorAccess {
    /// A page of the dead letters of an application.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a cursor of another list.
    pub async fn dead_letters(&self, client_id: &str, after: Option<&str>) -> Result<DeadLetterPage, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let application = self.with_feed(client_id).await?;
        let (kind, cursors) = (format!("dead letters of {}", application.id.0), self.hub.cursors());
        let place = |cursor| cursors.open(&kind, &OutsideParty::Operators, cursor)?.try_into().ok();
        let beyond = match after {
            None => 0,
            Some(cursor) => place(cursor)
                .map(i64::from_be_bytes)
                .ok_or_else(|| Error::invalid("invalidInput", "?after", "not a cursor of this list"))?,
        };
        let mut rows = self.hub.parts().db.dead_letters(application.id, beyond, PAGE + 1).await?;
        let more = i64::try_from(rows.len()).is_ok_and(|found| found > PAGE);
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let sealed = |last: &DeadRow| cursors.seal(&kind, &OutsideParty::Operators, &last.pos.to_be_bytes());
        let next = rows.last().filter(|_| more).map(sealed);
        let items = rows.into_iter().map(|row| self.dead_letter_seen(&application, row)).collect();
        Ok(DeadLetterPage { items, next })
    }

    /// One dead letter.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn dead_letter(&self, client_id: &str, id: &str) -> Result<DeadLetterView, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let application = self.with_feed(client_id).await?;
        let letter = self.open(OutsideKind::DeadLetter, id).ok_or(Error::NotFound("dead letter"))?;
        let row = self.hub.parts().db.dead_letter(application.id, letter).await?;
        let row = row.ok_or(Error::NotFound("dead letter"))?;
        Ok(self.dead_letter_seen(&application, row))
    }

    /// Has a dead letter told again, if its consent still tells it; one that is refused again stays dead.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn replay(&self, client_id: &str, id: &str) -> Result<(), Error> {
        let (application, letter) = self.meant(client_id, id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        if tx.replay(application, letter).await? != 1 {
            return Err(Error::NotFound("dead letter"));
        }
        self.note(&mut tx, ("replayDeadLetter", letter.to_string()), None, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Has all dead letters of an application told again; gives how many.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn replay_all(&self, client_id: &str) -> Result<u64, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let application = self.with_feed(client_id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        let replayed = tx.replay_all(application.id).await?;
        self.note(&mut tx, ("replayDeadLetters", application.id.0.to_string()), None, now).await?;
        tx.commit().await?;
        Ok(replayed)
    }

    /// Puts a dead letter away for good.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn drop_dead_letter(&self, client_id: &str, id: &str) -> Result<(), Error> {
        let (application, letter) = self.meant(client_id, id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        if tx.drop_dead_letter(application, letter).await? != 1 {
            return Err(Error::NotFound("dead letter"));
        }
        self.note(&mut tx, ("dropDeadLetter", letter.to_string()), None, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The application and the letter that an operator with the duty means.
    async fn meant(&self, client_id: &str, id: &str) -> Result<(ApplicationId, uuid::Uuid), Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let application = self.with_feed(client_id).await?;
        let letter = self.open(OutsideKind::DeadLetter, id).ok_or(Error::NotFound("dead letter"))?;
        Ok((application.id, letter))
    }

    fn dead_letter_seen(&self, application: &Application, row: DeadRow) -> DeadLetterView {
        let (outside, party) = (self.hub.outside(), OutsideParty::Provider(application.provider.0));
        let mailbox = row.mailbox_id.0;
        DeadLetterView {
            id: self.seal(OutsideKind::DeadLetter, row.id),
            mailbox: outside.seal(&party, OutsideKind::Mailbox, mailbox.into_bytes()),
            consent: outside.seal(&party, OutsideKind::Consent, row.consent_id.0.into_bytes()),
            message: row.number.map(|number| outside.seal_message(&party, mailbox, number)),
            kind: row.kind,
            happened_at: row.happened_at,
            reason: row.reason,
            tries: row.tries,
            at: row.at,
            replay: row.replay,
        }
    }
}

/// Dead letters of a page.
const PAGE: i64 = 50;
