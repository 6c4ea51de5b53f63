//! A provider application asks for its own consents, and ends one.

use uuid::Uuid;

use super::ProviderAccess;
use super::list::page_size;
use crate::clock::Timestamp;
use crate::consent::{Actions, By, Clerk, ConsentListed, Ending};
use crate::error::Error;
use crate::id::{ConsentId, MailboxId, ProviderId};
use crate::mailbox::Kind;
use crate::outside::{OutsideKind, OutsideParty};

/// A consent as its provider application sees it.
#[derive(Clone, Debug)]
pub struct OwnConsent {
    /// The consent, as the provider knows it.
    pub id: String,
    /// The mailbox, as the provider knows it.
    pub mailbox: String,
    /// Whose it is.
    pub kind: Kind,
    /// What it allows.
    pub actions: Actions,
    /// When it was given.
    pub granted_at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// Whether it leaves senders out.
    pub withheld: bool,
    /// Whether it stands still.
    pub suspended: bool,
}

/// A page of consents.
#[derive(Clone, Debug)]
pub struct ConsentPage {
    /// The consents that stand or stand still.
    pub items: Vec<OwnConsent>,
    /// How many a page holds at most.
    pub size: usize,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl ProviderAccess {
    /// A page of the consents of this application, those that stand still too, in no order that says anything.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `consents`; [`Error::Invalid`] for a size out of range or a cursor of another
    /// list; [`Error::Resync`] for one from before a restore.
    pub async fn consents(&self, size: Option<usize>, after: Option<&str>) -> Result<ConsentPage, Error> {
        self.needs("consents")?;
        let size = page_size(size)?;
        let after = after.map(|cursor| self.opened(cursor)).transpose()?.unwrap_or(MailboxId(Uuid::nil()));
        let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
        let owner = (self.provider()?, self.application);

        let mut rows = self.hub.parts().db.consents_of(owner, after, self.now, limit).await?;
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|row| self.sealed(row.mailbox_id));
        let items = rows.into_iter().map(|row| self.shown(&row)).collect::<Result<_, _>>()?;
        Ok(ConsentPage { items, size, next })
    }

    /// A consent of this application that stands or stands still.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `consents`; [`Error::NotFound`] for any other.
    pub async fn consent(&self, consent: &str) -> Result<OwnConsent, Error> {
        let (mailbox, id) = self.consent_place(consent).await?;
        let row = self.hub.parts().db.consent_listed((mailbox, id), self.application, self.now).await?;
        row.ok_or(Error::NotFound("consent")).and_then(|row| self.shown(&row))
    }

    /// Ends a consent of this application, as its user wished; ending one that is over changes nothing.
    ///
    /// # Errors
    /// As for [`consent`](Self::consent), but for consents that are over.
    pub async fn end_consent(&self, consent: &str) -> Result<(), Error> {
        let place = self.consent_place(consent).await?;
        let parts = self.hub.parts();
        let clerk = Clerk { parts, by: By::Provider { client_id: &self.client_id }, now: self.now };
        let mut tx = parts.db.write().await?;
        clerk.end(&mut tx, place, Ending::ProviderEnded).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Where a consent is that was given to this application at some time.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `consents`; [`Error::NotFound`] if it was not.
    pub(in crate::access) async fn consent_place(
        &self,
        consent: &str,
    ) -> Result<(MailboxId, ConsentId), Error> {
        self.needs("consents")?;
        let unknown = || Error::NotFound("consent");
        let block =
            self.hub.outside().open(&self.party, OutsideKind::Consent, consent).ok_or_else(unknown)?;
        let id = ConsentId(Uuid::from_bytes(block));
        let mailbox = self.hub.parts().db.mailbox_of_own_consent(id, self.application).await?;
        Ok((mailbox.ok_or_else(unknown)?, id))
    }

    fn shown(&self, row: &ConsentListed) -> Result<OwnConsent, Error> {
        let outside = self.hub.outside();
        let corrupt = || Error::Corrupt { table: "mailbox", id: row.mailbox_id.0.to_string() };
        Ok(OwnConsent {
            id: outside.seal(&self.party, OutsideKind::Consent, row.id.0.into_bytes()),
            mailbox: outside.seal(&self.party, OutsideKind::Mailbox, row.mailbox_id.0.into_bytes()),
            kind: Kind::named(&row.kind).ok_or_else(corrupt)?,
            actions: row.actions,
            granted_at: row.granted_at,
            until: row.until,
            withheld: row.withheld.is_some(),
            suspended: row.state == "suspended",
        })
    }

    fn provider(&self) -> Result<ProviderId, Error> {
        match self.party {
            OutsideParty::Provider(id) => Ok(ProviderId(id)),
            _ => Err(Error::internal("a provider's access has another party")),
        }
    }

    fn sealed(&self, after: MailboxId) -> String {
        let place = [self.hub.incarnation(), self.application.0, after.0].map(Uuid::into_bytes).concat();
        self.hub.cursors().seal(CURSOR, &self.party, &place)
    }

    fn opened(&self, cursor: &str) -> Result<MailboxId, Error> {
        let wrong = || Error::invalid("invalidInput", "?after", "not a cursor of this list");
        let plain = self.hub.cursors().open(CURSOR, &self.party, cursor).ok_or_else(wrong)?;
        let (incarnation, rest) = plain.split_first_chunk::<16>().ok_or_else(wrong)?;
        let (application, after) = rest.split_first_chunk::<16>().ok_or_else(wrong)?;
        if application != self.application.0.as_bytes() {
            return Err(wrong());
        }
        if incarnation != self.hub.incarnation().as_bytes() {
            return Err(Error::Resync);
        }
        let after: [u8; 16] = after.try_into().map_err(|_| wrong())?;
        Ok(MailboxId(Uuid::from_bytes(after)))
    }
}

const CURSOR: &str = "consents";
