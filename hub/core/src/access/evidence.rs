//! Evidence for those concerned: senders and providers, each for what is theirs; and the keys for everybody. What
//! citizens get is in [`citizen::proofs`](super::citizen).

use uuid::Uuid;

use super::provider::ProviderAccess;
use super::sender::SenderAccess;
use crate::error::Error;
use crate::evidence::{self, About, Carrier, Document, Given, KeySet, Matter, Stated, Statement};
use crate::hub::Hub;
use crate::id::Sha256;
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::text::Texts;

/// A piece of evidence in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id, as this person knows it: `evd_…`.
    pub id: String,
    /// What it states.
    pub facts: Vec<Stated>,
    /// Whether it has hashes that its holder can open.
    pub salted: bool,
}

/// The evidence about one message, which may be gone.
#[derive(Clone, Debug)]
pub struct MessageProofs {
    /// What stands for the message in addresses, as this person knows it: `evd_…`.
    pub id: String,
    /// The name of the sender organization; `None` if it is not registered any more.
    pub sender: Option<Texts>,
    /// Oldest first.
    pub proofs: Vec<Listed>,
}

/// A page of evidence about messages.
#[derive(Clone, Debug)]
pub struct ProofPage {
    /// The message that was published last comes first.
    pub items: Vec<MessageProofs>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<String>,
}

/// A piece of evidence, given out.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Its id, as the party that asked knows it: `evd_…`.
    pub id: String,
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

impl Receipt {
    /// What is given out, with its id for a party.
    pub(super) fn of(hub: &Hub, party: &OutsideParty, given: Given) -> Self {
        let id = hub.outside().seal(party, OutsideKind::Evidence, given.id().into_bytes());
        Self { id, document: given.document, statement: given.statement }
    }

    /// What a file with it may be called, without an ending: `facteur-opened-2026-11-22`.
    pub fn file_name(&self) -> String {
        let first = self.statement.facts.first();
        let day = first.and_then(|fact| fact.at.get(..10)).unwrap_or_default();
        format!("facteur-{}-{day}", first.map_or("", |fact| fact.kind.name()))
    }

    /// The receipt as a PDF, sealed: `set` is asked twice for the file around a document, with one of the same length.
    ///
    /// # Errors
    /// [`Error::Internal`] if the file does not carry the document, or there is no key to sign with.
    pub fn pdf(&self, hub: &Hub, set: impl Fn(&Document) -> Vec<u8>) -> Result<Vec<u8>, Error> {
        let parts = hub.parts();
        let (keyring, now) = (parts.keys.current(), parts.clock.now());
        let rendered = |around| self.document.rendered(&keyring, around, now).map_err(Error::internal);

        let file = set(&rendered(Sha256([0; 32]))?);
        let carrier = Carrier::open(&file).map_err(Error::internal)?;
        carrier.with(&rendered(carrier.around())?.json()).map_err(Error::internal)
    }
}

impl SenderAccess {
    /// The evidence about a publication of this application, for an organization that it still speaks for.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, also if it is somebody else's.
    pub async fn evidence(&self, message_id: &str) -> Result<Vec<SenderEvidence>, Error> {
        let (matter, party) = self.matter(message_id).await?;
        let hub = self.hub();
        let each = evidence::documents_of(hub.parts(), matter).await?.into_iter().map(|given| {
            let salt = given.opening(hub.parts())?.map(|opening| opening.salt);
            Ok(SenderEvidence { receipt: Receipt::of(hub, &party, given), salt })
        });
        each.collect()
    }

    /// One piece of that evidence.
    ///
    /// # Errors
    /// As for [`evidence`](Self::evidence).
    pub async fn one_evidence(&self, message_id: &str, id: &str) -> Result<Receipt, Error> {
        let (matter, party) = self.matter(message_id).await?;
        one(self.hub(), &party, matter, id).await
    }

    /// What evidence about a publication is about, and who asks for it.
    async fn matter(&self, message_id: &str) -> Result<(Matter, OutsideParty), Error> {
        let (publication, sent) = self.sent(message_id).await?;
        let matter = Matter { about: About::Message, mailbox: sent.mailbox_id, object: publication.0 };
        let number = EnterpriseNumber::parse(&sent.organization).map_err(Error::internal)?;
        Ok((matter, OutsideParty::SenderOrganization(number)))
    }
}

impl ProviderAccess {
    /// The receipts of a consent that was given to this application, also when it is over.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `consents`; [`Error::NotFound`] if it is no consent of this application.
    pub async fn receipts(&self, consent: &str) -> Result<Vec<Receipt>, Error> {
        let matter = self.matter(consent).await?;
        let given = evidence::documents_of(self.hub().parts(), matter).await?;
        Ok(given.into_iter().map(|given| Receipt::of(self.hub(), self.party(), given)).collect())
    }

    /// One of these receipts.
    ///
    /// # Errors
    /// As for [`receipts`](Self::receipts), also if the consent has no receipt of that id.
    pub async fn receipt(&self, consent: &str, id: &str) -> Result<Receipt, Error> {
        one(self.hub(), self.party(), self.matter(consent).await?, id).await
    }

    async fn matter(&self, consent: &str) -> Result<Matter, Error> {
        let (mailbox, object) = self.consent_place(consent).await?;
        Ok(Matter { about: About::Consent, mailbox: Some(mailbox), object: object.0 })
    }
}

/// The evidence about a matter that a party knows by that id.
async fn one(hub: &Hub, party: &OutsideParty, matter: Matter, id: &str) -> Result<Receipt, Error> {
    let unknown = || Error::NotFound("evidence");
    let block = hub.outside().open(party, OutsideKind::Evidence, id).ok_or_else(unknown)?;
    let given = evidence::document(hub.parts(), matter, Uuid::from_bytes(block)).await?;
    given.map(|given| Receipt::of(hub, party, given)).ok_or_else(unknown)
}
