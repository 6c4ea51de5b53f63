//! Mailboxes marked as test: the only ones that a provider reaches before it is active.

use super::OperatorAccess;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::MailboxId;
use crate::mailbox::{self, Kind, Number};
use crate::message::draft::Recipient;
use crate::number::{EnterpriseNumber, Ssin};
use crate::operator::Duty;
use crate::outside::OutsideKind;

/// A mailbox marked as test, as operators see it: without its number.
#[derive(Clone, Debug)]
pub struct TestMailboxView {
    /// The mailbox, as operators know it: `mbx_…`.
    pub id: String,
    /// Whose it is.
    pub kind: Kind,
}

impl OperatorAccess {
    /// Every mailbox marked as test.
    pub async fn test_mailboxes(&self) -> Result<Vec<TestMailboxView>, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let found = self.hub.parts().db.test_mailboxes().await?;
        let view = |id: MailboxId, kind: &str| {
            let kind = Kind::named(kind).ok_or(Error::Corrupt { table: "mailbox", id: id.0.to_string() })?;
            Ok(TestMailboxView { id: self.seal(OutsideKind::Mailbox, id.0), kind })
        };
        found.into_iter().map(|mailbox| view(mailbox.id, &mailbox.kind)).collect()
    }

    /// Marks the mailbox of a number as test; it is opened if there is none.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`] for a number that is not one.
    pub async fn mark_as_test(&self, holder: &Recipient) -> Result<TestMailboxView, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let number = number(holder, now)?;
        let mut tx = parts.db.write().await?;

        let mailbox = mailbox::find_or_open(&mut tx, parts, &number).await?;
        tx.mark_test(mailbox.id, true).await?;
        self.note(&mut tx, ("markAsTest", mailbox.id.0.to_string()), Some(mailbox.id), now).await?;

        tx.commit().await?;
        Ok(TestMailboxView { id: self.seal(OutsideKind::Mailbox, mailbox.id.0), kind: mailbox.kind() })
    }

    /// Makes a test mailbox a real one: who only tries things out does not reach it any more.
    ///
    /// # Errors
    /// [`Error::NotFound`] also if it is not marked, [`Error::Forbidden`].
    pub async fn mark_as_real(&self, mailbox: &str) -> Result<(), Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let unknown = || Error::NotFound("mailbox");
        let id = MailboxId(self.open(OutsideKind::Mailbox, mailbox).ok_or_else(unknown)?);
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        if tx.mark_test(id, false).await? != 1 {
            return Err(unknown());
        }
        self.note(&mut tx, ("markAsReal", id.0.to_string()), Some(id), now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Reads the one number that names a mailbox.
fn number(holder: &Recipient, now: Timestamp) -> Result<Number, Error> {
    let wrong = |name: &str, detail: String| Error::invalid("invalidStructure", name, detail);
    match (&holder.ssin, &holder.enterprise_number) {
        (Some(ssin), None) => {
            let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
            Ssin::parse(ssin, today).map(Number::Ssin).map_err(|error| wrong("ssin", error.to_string()))
        }
        (None, Some(number)) => EnterpriseNumber::parse(number)
            .map(Number::Enterprise)
            .map_err(|error| wrong("enterpriseNumber", error.to_string())),
        _ => Err(Error::invalid("exactlyOneOfExpected", "ssin", "name one of ssin, enterpriseNumber")),
    }
}
