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

impl OperatorAccess {
    /// The dead letters of an application, oldest first, at most 500.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn dead_letters(&self, client_id: &str) -> Result<Vec<DeadLetterView>, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let application = self.with_feed(client_id).await?;
        let rows = self.hub.parts().db.dead_letters(application.id).await?;
        Ok(rows.into_iter().map(|row| self.dead_letter_seen(&application, row)).collect())
    }

    /// One dead letter.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn dead_letter(&self, client_id: &str, id: &str) -> Result<DeadLetterView, Error> {
        let found = self.dead_letters(client_id).await?;
        found.into_iter().find(|letter| letter.id == id).ok_or(Error::NotFound("dead letter"))
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
