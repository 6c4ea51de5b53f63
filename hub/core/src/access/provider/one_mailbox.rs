//! Protocols whose calls name no mailbox: the token says which, and where it opens several, the caller names one of them.

use uuid::Uuid;

use super::{Granted, ProviderAccess};
use crate::error::Error;
use crate::id::MailboxId;
use crate::mailbox::{self, Kind, Number};
use crate::number::EnterpriseNumber;
use crate::outside::OutsideKind;

impl ProviderAccess {
    /// The one mailbox that a call concerns, as the caller knows it: the token's only one or, among several, that of the
    /// enterprise for which the caller says that it acts. `on_behalf_of` is its number, with or without a leading zero; it
    /// chooses among the mailboxes that the token opens, and never opens another. An application's own token opens those of the
    /// enterprises whose consents let it synchronise (TRUST T5).
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an application's own token that does not synchronise, a token over several mailboxes of which none is
    /// named, and an enterprise that is not among them: whether there is such an enterprise, nobody learns.
    pub async fn only_mailbox(&self, on_behalf_of: Option<&str>) -> Result<String, Error> {
        let found = self.only(on_behalf_of).await;
        let mailbox = self.noted(found).await?.mailbox.0.into_bytes();
        Ok(self.hub.outside().seal(&self.party, OutsideKind::Mailbox, mailbox))
    }

    /// Refuses a token that tells of partitions if it is another enterprise's than the named one.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn tells_for(&self, on_behalf_of: &str) -> Result<(), Error> {
        let found = self.among(self.telling.as_slice(), on_behalf_of).await;
        self.noted(found).await.map(drop)
    }

    async fn noted(&self, found: Result<Granted, Error>) -> Result<Granted, Error> {
        if matches!(found, Err(Error::Forbidden(_))) {
            self.hub.record_refusal(self.role(), &self.client_id, "oneMailbox").await?;
        }
        found
    }

    async fn only(&self, on_behalf_of: Option<&str>) -> Result<Granted, Error> {
        match (self.granted.as_slice(), on_behalf_of) {
            ([], None) if self.synchronises() => Err(Error::Forbidden(UNNAMED)),
            ([], Some(number)) if self.synchronises() => self.own_among_all(number).await,
            ([], _) => Err(Error::Forbidden(OWN_TOKEN)),
            (granted, Some(number)) => self.among(granted, number).await,
            ([only], None) => Ok(*only),
            _ => Err(Error::Forbidden(SEVERAL)),
        }
    }

    /// The consent among these that is the enterprise's of that number: the number that counts now, not one before it. Nothing but
    /// these mailboxes is looked at, so that no answer takes longer for an enterprise that has a mailbox here.
    async fn among(&self, granted: &[Granted], number: &str) -> Result<Granted, Error> {
        let number = parsed(number)?;
        for one in granted.iter().filter(|one| one.kind == Kind::Enterprise) {
            if self.enterprise_number(one.mailbox).await? == Some(number) {
                return Ok(*one);
            }
        }
        Err(OTHER)
    }

    /// The consent that opens the mailbox of the enterprise of that number to the application's own token. The same is asked of
    /// the database whether there is such a mailbox or not.
    async fn own_among_all(&self, number: &str) -> Result<Granted, Error> {
        let number = parsed(number)?;
        let parts = self.hub.parts();
        let mut tx = parts.db.read().await?;
        let found = mailbox::find(&mut tx, parts, &Number::Enterprise(number)).await?;
        tx.commit().await?;
        let mailbox = found.map_or(MailboxId(Uuid::nil()), |mailbox| mailbox.id);
        let granted = self.open_to_itself(mailbox).await?.ok_or(OTHER)?;
        if self.enterprise_number(mailbox).await? == Some(number) { Ok(granted) } else { Err(OTHER) }
    }
}

fn parsed(number: &str) -> Result<EnterpriseNumber, Error> {
    EnterpriseNumber::parse(&format!("{number:0>10}")).map_err(|_| OTHER)
}

const OWN_TOKEN: &str =
    "reading a mailbox with a token of the application's own, which no consent stands behind,";
const SEVERAL: &str = "reading here with a token over several mailboxes (name the enterprise in On-Behalf-Of-Enterprise-Number, or ask for a \
     token that is narrowed to a single mailboxId)";
const UNNAMED: &str = "reading here with a token of the application's own without saying for whom \
                       (On-Behalf-Of-Enterprise-Number)";
const OTHER: Error = Error::Forbidden("acting on behalf of an enterprise that gave no mandate");
