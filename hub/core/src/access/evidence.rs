//! Evidence for those concerned: citizens, senders, providers, each for what is theirs; and the keys for everybody.

use uuid::Uuid;

use super::citizen::CitizenAccess;
use super::provider::ProviderAccess;
use super::sender::SenderAccess;
use super::shown::View;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::evidence::{self, About, Carrier, Document, KeySet, Line, Matter, Stated, Statement};
use crate::hub::Hub;
use crate::id::{ConsentId, MailboxId, PublicationId};
use crate::message::reading::{self, Sight};
use crate::outside::{OutsideKind, OutsideParty};

/// A piece of evidence in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id, as this person knows it: `evd_…`.
    pub id: String,
    /// What it states.
    pub facts: Vec<Stated>,
}

/// A piece of evidence, given out.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The document.
    pub document: Document,
    /// What it states.
    pub statement: Statement,
}

/// A piece of evidence as a sender gets it.
#[derive(Clone, Debug)]
pub struct SenderEvidence {
    /// The document and what it states.
    pub receipt: Receipt,
    /// What opens the recipient's salted hash for who knows the number: base64url.
    pub salt: Option<String>,
}

impl Hub {
    /// The keys that evidence is checked with: public, and published for good.
    pub async fn evidence_keys(&self) -> Result<KeySet, Error> {
        evidence::published_keys(self.parts()).await
    }
}

impl CitizenAccess {
    /// The receipts of every consent of the mailbox that the person acts for, by the consent's outside id.
    pub async fn consent_evidence(&self) -> Result<Vec<(String, Listed)>, Error> {
        let lines = evidence::consents_of(self.hub.parts(), self.session.acting_for).await?;
        let consent = |line: &Line| {
            self.hub.outside().seal(&self.party(), OutsideKind::Consent, line.object.into_bytes())
        };
        Ok(lines.into_iter().map(|line| (consent(&line), self.listed(line))).collect())
    }

    /// A receipt of a consent.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not one of the mailbox that the person acts for.
    pub async fn consent_receipt(&self, consent: &str, id: &str) -> Result<Receipt, Error> {
        let object = self.opened(OutsideKind::Consent, consent)?;
        let matter = Matter { about: About::Consent, mailbox: Some(self.session.acting_for), object };
        self.receipt(matter, id).await
    }

    /// The evidence about a message of the mailbox that the person acts for.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there, has expired, or the mailbox is not the one acted for.
    pub async fn message_evidence(&self, mailbox: &str, message: &str) -> Result<Vec<Listed>, Error> {
        let matter = self.matter_of(mailbox, message).await?;
        let lines = evidence::lines_of(self.hub.parts(), matter).await?;
        Ok(lines.into_iter().map(|line| self.listed(line)).collect())
    }

    /// A piece of evidence about a message.
    ///
    /// # Errors
    /// As for [`message_evidence`](Self::message_evidence).
    pub async fn message_receipt(&self, mailbox: &str, message: &str, id: &str) -> Result<Receipt, Error> {
        let matter = self.matter_of(mailbox, message).await?;
        self.receipt(matter, id).await
    }

    /// The PDF of a receipt, sealed: `set` is asked twice for the file around a document, with one of the same length.
    ///
    /// # Errors
    /// [`Error::Internal`] if the file does not carry the document, or there is no key to sign with.
    pub fn sealed_pdf(
        &self,
        receipt: &Receipt,
        set: impl Fn(&Document) -> Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        let parts = self.hub.parts();
        let (keyring, now) = (parts.keys.current(), parts.clock.now());
        let rendered = |around| receipt.document.rendered(&keyring, around, now).map_err(Error::internal);

        let file = set(&rendered(crate::id::Sha256([0; 32]))?);
        let carrier = Carrier::open(&file).map_err(Error::internal)?;
        carrier.with(&rendered(carrier.around())?.json()).map_err(Error::internal)
    }

    async fn receipt(&self, matter: Matter, id: &str) -> Result<Receipt, Error> {
        let id = self.opened(OutsideKind::Evidence, id)?;
        let given = evidence::document(self.hub.parts(), matter, id).await?;
        let given = given.ok_or(Error::NotFound("evidence"))?;
        Ok(Receipt { document: given.document, statement: given.statement })
    }

    async fn matter_of(&self, mailbox: &str, message: &str) -> Result<Matter, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let number = view.number(message)?;
        let publication = self.publication_of(mailbox, number).await?.ok_or(Error::NotFound("message"))?;
        Ok(Matter { about: About::Message, mailbox: Some(mailbox), object: publication.0 })
    }

    async fn publication_of(&self, mailbox: MailboxId, number: i64) -> Result<Option<PublicationId>, Error> {
        let parts = self.hub.parts();
        let now: Timestamp = parts.clock.now();
        let mut tx = parts.db.read().await?;
        let head = reading::head(&mut tx, Sight::whole(mailbox), number, now).await?;
        tx.commit().await?;
        Ok(head.map(|head| head.place.publication))
    }

    fn listed(&self, line: Line) -> Listed {
        let id = self.hub.outside().seal(&self.party(), OutsideKind::Evidence, line.id.into_bytes());
        Listed { id, facts: line.facts }
    }

    fn opened(&self, kind: OutsideKind, text: &str) -> Result<Uuid, Error> {
        let block = self.hub.outside().open(&self.party(), kind, text);
        block.map(Uuid::from_bytes).ok_or(Error::NotFound("evidence"))
    }
}

impl SenderAccess {
    /// The evidence about a publication of this application, for an organization that it still speaks for.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, also if it is somebody else's.
    pub async fn evidence(&self, message_id: &str) -> Result<Vec<SenderEvidence>, Error> {
        let (publication, sent) = self.sent(message_id).await?;
        let matter = Matter { about: About::Message, mailbox: sent.mailbox_id, object: publication.0 };
        let given = evidence::documents_of(self.hub().parts(), matter).await?;
        let each = given.into_iter().map(|given| SenderEvidence {
            receipt: Receipt { document: given.document, statement: given.statement },
            salt: given.salt,
        });
        Ok(each.collect())
    }
}

impl ProviderAccess {
    /// The receipts of a consent that was given to this provider, also when it is over.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is no consent of this provider.
    pub async fn receipts(&self, consent: &str) -> Result<Vec<Receipt>, Error> {
        let unknown = || Error::NotFound("consent");
        let (hub, party) = (self.hub(), self.party());
        let object = hub.outside().open(party, OutsideKind::Consent, consent).ok_or_else(unknown)?;
        let consent = ConsentId(Uuid::from_bytes(object));
        let OutsideParty::Provider(provider) = party else { return Err(unknown()) };
        let provider = crate::id::ProviderId(*provider);

        let found = hub.parts().db.mailbox_of_consent(provider, consent.0).await?;
        let (mailbox,) = found.ok_or_else(unknown)?;
        let matter = Matter { about: About::Consent, mailbox: Some(mailbox), object: consent.0 };
        let given = evidence::documents_of(hub.parts(), matter).await?;
        Ok(given
            .into_iter()
            .map(|given| Receipt { document: given.document, statement: given.statement })
            .collect())
    }
}
