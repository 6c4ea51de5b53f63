//! What senders ask in the e-Box's way: what a key was used for, and what became of letters by recipient.

use super::{Published, SenderAccess, Status, Upload};
use crate::error::Error;
use crate::mailbox::{self, Mailbox};
use crate::message::draft::Recipient;
use crate::message::rules::{Findings, check_recipient};

impl Upload {
    /// What was published under this key before, whatever it was.
    ///
    /// # Errors
    /// [`Error::Internal`] if what is kept under the key is no publication.
    pub fn earlier(&self) -> Result<Option<Published>, Error> {
        self.intake.earlier().map(|answer| serde_json::from_str(answer).map_err(Error::internal)).transpose()
    }
}

impl SenderAccess {
    /// What became of each of these publications in the mailbox of that recipient, in order; `None` where this
    /// application sent that recipient no such thing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for none, for more than [`STATUSES`], or for recipients that can be none.
    pub async fn statuses(&self, asked: &[(String, Recipient)]) -> Result<Vec<Option<Status>>, Error> {
        if asked.is_empty() || asked.len() > STATUSES {
            return Err(Error::invalid("outOfRange", "", format!("1 to {STATUSES} pairs are expected")));
        }
        let today = self.hub.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut findings = Findings::default();
        let numbers: Vec<_> = (0..)
            .zip(asked)
            .map(|(n, (_, recipient)): (usize, _)| {
                check_recipient(recipient, &format!("[{n}].eboxId"), today, &mut findings)
            })
            .collect();
        findings.into_result()?;

        let mut statuses = Vec::with_capacity(asked.len());
        for ((message, _), number) in asked.iter().zip(numbers.into_iter().flatten()) {
            let mut tx = self.hub.parts().db.read().await?;
            let mailbox = mailbox::find(&mut tx, self.hub.parts(), &number).await?;
            tx.commit().await?;
            statuses.push(self.status_with(message, mailbox.as_ref()).await?);
        }
        Ok(statuses)
    }

    /// What became of a publication in a mailbox: itself there, or its copy.
    async fn status_with(&self, message: &str, mailbox: Option<&Mailbox>) -> Result<Option<Status>, Error> {
        let (publication, mut sent) = match self.sent(message).await {
            Ok(found) => found,
            Err(Error::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let db = &self.hub.parts().db;
        if sent.mailbox_id.is_some() && sent.mailbox_id != mailbox.map(|mailbox| mailbox.id) {
            let Some(mailbox) = mailbox else { return Ok(None) };
            let Some(copy) = db.link(&self.client_id, publication, mailbox.id).await? else {
                return Ok(None);
            };
            let Some(found) = db.sent(&self.client_id, &sent.organization, copy).await? else {
                return Ok(None);
            };
            sent = found;
        }
        Ok(Some(Status { message_id: message.to_owned(), fate: sent.fate(self.hub.now()) }))
    }
}

/// Pairs in one question.
pub const STATUSES: usize = 250;
