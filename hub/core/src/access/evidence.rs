//! Evidence for those concerned: senders and providers, each for what is theirs; and the keys for everybody. What
//! citizens get is in [`citizen::proofs`](super::citizen).

use uuid::Uuid;

use super::provider::ProviderAccess;
use super::sender::SenderAccess;
use crate::error::Error;
use crate::evidence::{self, About, Document, KeySet, Matter, Stated, Statement};
use crate::hub::Hub;
use crate::id::ConsentId;
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

impl SenderAccess {
    /// The evidence about a publication of this application, for an organization that it still speaks for.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, also if it is somebody else's.
    pub async fn evidence(&self, message_id: &str) -> Result<Vec<SenderEvidence>, Error> {
        let (publication, sent) = self.sent(message_id).await?;
        let matter = Matter { about: About::Message, mailbox: sent.mailbox_id, object: publication.0 };
        let given = evidence::documents_of(self.hub().parts(), matter).await?;
        let parts = self.hub().parts();
        let each = given.into_iter().map(|given| {
            let salt = given.opening(parts)?.map(|opening| opening.salt);
            let receipt = Receipt { document: given.document, statement: given.statement };
            Ok(SenderEvidence { receipt, salt })
        });
        each.collect()
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
