//! A citizen's evidence: about the consents and the messages of the mailbox that they act for, also about those that
//! are over or gone.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::CitizenAccess;
use crate::access::evidence::{Listed, MessageProofs, ProofPage, Receipt};
use crate::access::shown::View;
use crate::consent;
use crate::error::Error;
use crate::evidence::{self, About, Line, Matter, Opening, Statement};
use crate::id::{ConsentId, MailboxId, PublicationId};
use crate::journal::Disclosed;
use crate::mailbox;
use crate::message::reading;
use crate::outside::OutsideKind;

impl CitizenAccess {
    /// The receipts of every consent of the mailbox that the person acts for, by the consent's outside id.
    pub async fn consent_evidence(&self) -> Result<Vec<(String, Listed)>, Error> {
        let lines = evidence::consents_of(self.hub.parts(), self.session.acting_for).await?;
        let consent = |line: &Line| self.outside(OutsideKind::Consent, line.object);
        Ok(lines.into_iter().map(|line| (consent(&line), self.listed(line))).collect())
    }

    /// A receipt of a consent.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not one of the mailbox that the person acts for.
    pub async fn consent_receipt(&self, consent: &str, id: &str) -> Result<Receipt, Error> {
        self.receipt(self.matter_of_consent(consent)?, id).await
    }

    /// What opens the hashes of a receipt of a consent: the salt, and what is behind them. The page that was seen names
    /// who saw it and for whom else they act: only they get it.
    ///
    /// # Errors
    /// As for [`consent_receipt`](Self::consent_receipt), and [`Error::Forbidden`] for who only reads here.
    pub async fn consent_opening(&self, consent: &str, id: &str) -> Result<Opening, Error> {
        let matter = self.matter_of_consent(consent)?;
        let (mut opening, statement) = self.opening(matter, id).await?;
        let (parts, mailbox) = (self.hub.parts(), self.session.acting_for);
        for act in consent::kept_acts(parts, mailbox, ConsentId(matter.object)).await? {
            let own = act.person == Some(self.session.person);
            let screen = act.screen.filter(|_| own).map(String::from_utf8).transpose();
            let screen = Opening { screen: screen.map_err(Error::internal)?, ..bare(&opening) };
            if screen.check(&statement).is_ok() {
                opening.screen = screen.screen;
            }
            let senders = Opening { withheld_senders: Some(act.withheld), ..bare(&opening) };
            if senders.check(&statement).is_ok() {
                opening.withheld_senders = senders.withheld_senders;
            }
        }
        Ok(opening)
    }

    /// The evidence about the messages of the mailbox that the person acts for, gone ones too: those published before
    /// the one that `after` stands for, or the last ones. Who is limited to partitions gets a page as if there were no others. It
    /// tells senders and times: a disclosure.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another mailbox, or if `after` is no id of this person's.
    pub async fn proofs(&self, mailbox: &str, after: Option<&str>) -> Result<ProofPage, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let below = after.map(|after| self.opened(OutsideKind::Evidence, after)).transpose()?;
        let parts = self.hub.parts();
        let place = (mailbox, self.sight(mailbox).partitions);
        let mut messages = evidence::messages_of(parts, place, below, PAGE).await?;
        let more = messages.len() > PAGE;
        messages.truncate(PAGE);

        let names: BTreeMap<String, String> = parts.db.organization_names().await?.into_iter().collect();
        let mut items = Vec::with_capacity(messages.len());
        let last = messages.iter().rev().find_map(|lines| lines.first()).map(|line| line.object);
        for lines in messages {
            items.extend(self.message_proofs(lines, &names)?);
        }
        self.note(mailbox, Disclosed::Proofs, self.hub.now())?;
        let next = last.filter(|_| more).map(|object| self.outside(OutsideKind::Evidence, object));
        Ok(ProofPage { items, next })
    }

    /// The evidence about one message that is there, to stand beside it: what stands for the message in addresses, and
    /// the evidence, oldest first; none about a message from before there was evidence.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there, has expired, or the mailbox is not the one acted for.
    pub async fn message_evidence(
        &self,
        mailbox: &str,
        message: &str,
    ) -> Result<(String, Vec<Listed>), Error> {
        let mailbox = self.acted_for(mailbox)?;
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let number = view.number(message)?;
        let parts = self.hub.parts();
        let mut tx = parts.db.read().await?;
        let head = reading::head(&mut tx, self.sight(mailbox), number, parts.clock.now()).await?;
        tx.commit().await?;
        let publication = head.ok_or(Error::NotFound("message"))?.publication;
        let lines = evidence::lines_of(parts, message_in(mailbox, publication.0)).await?;
        let proofs = lines.into_iter().map(|line| self.listed(line)).collect();
        Ok((self.outside(OutsideKind::Evidence, publication.0), proofs))
    }

    /// A piece of evidence about a message, by what stands for the message; it may be gone.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not of the mailbox that the person acts for.
    pub async fn message_receipt(&self, mailbox: &str, message: &str, id: &str) -> Result<Receipt, Error> {
        let receipt = self.receipt(self.matter_of_message(mailbox, message).await?, id).await?;
        self.note(self.session.acting_for, Disclosed::Proofs, self.hub.now())?;
        Ok(receipt)
    }

    /// What opens the hash of the recipient's number in a piece of evidence about a message.
    ///
    /// # Errors
    /// As for [`message_receipt`](Self::message_receipt), also if it hashes nothing; [`Error::Forbidden`] for who only
    /// reads here.
    pub async fn message_opening(&self, mailbox: &str, message: &str, id: &str) -> Result<Opening, Error> {
        let (opening, _) = self.opening(self.matter_of_message(mailbox, message).await?, id).await?;
        Ok(opening)
    }

    async fn receipt(&self, matter: Matter, id: &str) -> Result<Receipt, Error> {
        let id = self.opened(OutsideKind::Evidence, id)?;
        let given = evidence::document(self.hub.parts(), matter, id).await?;
        let given = given.ok_or(Error::NotFound("evidence"))?;
        Ok(Receipt::of(&self.hub, &self.party(), given))
    }

    /// The salt of a statement with the holder's number. Whoever knows the salt can find a number by trying, so it goes
    /// to those only who decide for the mailbox; that it did is noted.
    async fn opening(&self, matter: Matter, id: &str) -> Result<(Opening, Statement), Error> {
        self.must_decide()?;
        let id = self.opened(OutsideKind::Evidence, id)?;
        let (parts, mailbox) = (self.hub.parts(), self.session.acting_for);
        let given = evidence::document(parts, matter, id).await?.ok_or(Error::NotFound("evidence"))?;
        let mut opening = given.opening(parts)?.ok_or(Error::NotFound("evidence"))?;
        for number in mailbox::numbers_of(parts, mailbox).await? {
            let candidate = Opening { number: Some(number.digits().to_owned()), ..bare(&opening) };
            if candidate.check(&given.statement).is_ok() {
                opening.number = candidate.number;
            }
        }
        // Every salted statement hashes the number of its holder.
        opening.check(&given.statement).map_err(|_| given.corrupt())?;
        self.note(mailbox, Disclosed::Proofs, self.hub.now())?;
        Ok((opening, given.statement))
    }

    fn matter_of_consent(&self, consent: &str) -> Result<Matter, Error> {
        let object = self.opened(OutsideKind::Consent, consent)?;
        Ok(Matter { about: About::Consent, mailbox: Some(self.session.acting_for), object })
    }

    async fn matter_of_message(&self, mailbox: &str, message: &str) -> Result<Matter, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let object = self.opened(OutsideKind::Evidence, message)?;
        if self.sees(mailbox, object).await? { Ok(message_in(mailbox, object)) } else { Err(NO_EVIDENCE) }
    }

    /// Whether the person sees the message that evidence is about: who is limited to partitions does not see what has gone.
    async fn sees(&self, mailbox: MailboxId, publication: Uuid) -> Result<bool, Error> {
        let db = &self.hub.parts().db;
        Ok(db.sees_publication(self.sight(mailbox), PublicationId(publication)).await?)
    }

    /// The evidence about one message by its lines; `None` if there are none.
    fn message_proofs(
        &self,
        lines: Vec<Line>,
        names: &BTreeMap<String, String>,
    ) -> Result<Option<MessageProofs>, Error> {
        let Some(first) = lines.first() else { return Ok(None) };
        let organization = first.organization.clone().unwrap_or_default();
        let corrupt = |_| Error::Corrupt { table: "sender_organization", id: organization.clone() };
        let name = names.get(&organization).map(|name| serde_json::from_str(name).map_err(corrupt));
        let id = self.outside(OutsideKind::Evidence, first.object);
        let proofs = lines.into_iter().map(|line| self.listed(line)).collect();
        Ok(Some(MessageProofs { id, sender: name.transpose()?, proofs }))
    }

    fn listed(&self, line: Line) -> Listed {
        Listed { id: self.outside(OutsideKind::Evidence, line.id), facts: line.facts, salted: line.salted }
    }

    fn outside(&self, kind: OutsideKind, id: Uuid) -> String {
        self.hub.outside().seal(&self.party(), kind, id.into_bytes())
    }

    fn opened(&self, kind: OutsideKind, text: &str) -> Result<Uuid, Error> {
        let block = self.hub.outside().open(&self.party(), kind, text);
        block.map(Uuid::from_bytes).ok_or(Error::NotFound("evidence"))
    }
}

const fn message_in(mailbox: MailboxId, publication: Uuid) -> Matter {
    Matter { about: About::Message, mailbox: Some(mailbox), object: publication }
}

/// The salt alone.
fn bare(opening: &Opening) -> Opening {
    Opening { number: None, screen: None, withheld_senders: None, ..opening.clone() }
}

const NO_EVIDENCE: Error = Error::NotFound("evidence");
/// Messages on a page of evidence.
const PAGE: usize = 25;
