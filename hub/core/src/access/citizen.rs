//! What a citizen may do in the portal, proven by a session.
//!
//! A citizen acts for their own mailbox, or by a role for that of an enterprise or another person, one at a time; the role
//! is checked by every request.

mod activation;
mod consents;
mod deciding;
mod holder;
mod kept;
mod login;
mod mail;
mod openness;
mod partitions;
mod proofs;
mod question;
mod replies;
mod software;
mod suspended;
mod usage;
mod visiting;

use crate::error::{Error, TokenRefusal};
use crate::hub::Hub;
use crate::id::{MailboxId, Sha256};
use crate::keys::{Purpose, column_aad};
use crate::outside::{OutsideKind, OutsideParty};
use crate::session::{LONGEST, NOTE_EVERY, NewSession, SessionRow};
use crate::token::Secret;

pub use consents::{ConsentDetail, ConsentView, Ended, Somebody};
pub use deciding::{Chosen, Decision};
pub use holder::{Holder, MailboxView};
pub use login::{LoginReturned, LoginStart, VerifiedPerson};
pub use mail::{MailPage, Shelf};
pub use partitions::{HolderView, Listed, PartitionView, Routing, RoutingRule};
pub use question::{Before, Candidate, KnownSender, Question};
pub use replies::AnsweredWith;
pub use software::SoftwareView;
pub use suspended::Suspended;
pub use usage::{Own, Usage, UsageAsked, UsageDay, UsagePage, UsagePart, UsageReader, Used, UsedMessage};
pub use visiting::{RequestAccess, RequestView};

/// A logged-in citizen, acting for one mailbox.
pub struct CitizenAccess {
    pub(crate) hub: Hub,
    pub(crate) session: SessionRow,
    name: String,
}

impl Hub {
    /// Opens the portal to whoever holds a session's secret.
    ///
    /// # Errors
    /// [`Error::Token`] if the session is unknown or over.
    pub async fn citizen(&self, secret: &str) -> Result<CitizenAccess, Error> {
        let parts = self.parts();
        let now = parts.clock.now();
        let found = parts.db.session(Sha256::of(secret.as_bytes()), now).await?;
        let mut session =
            found.filter(|session| session.stands(now)).ok_or(Error::Token(TokenRefusal::Expired))?;
        if !session.represents() {
            session.alone();
        }
        if now.since(session.seen_at) > NOTE_EVERY {
            let mut tx = parts.db.write().await?;
            tx.see_session(session.session_hash, now).await?;
            tx.commit().await?;
        }
        let aad = column_aad("session", "sealed_name", &session.session_hash.0);
        let name = parts.keys.current().open(Purpose::SealedColumns, &aad, &session.sealed_name);
        let name = String::from_utf8(name.map_err(Error::internal)?).map_err(Error::internal)?;
        Ok(CitizenAccess { hub: self.clone(), session, name })
    }
}

impl CitizenAccess {
    /// The person's name, as the identity service gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The level of assurance of this login.
    pub fn acr(&self) -> &str {
        &self.session.acr
    }

    /// The person as this hub names them to themselves, the same in each of their sessions: `psn_…`.
    pub fn person_id(&self) -> String {
        let person = self.session.person.0.into_bytes();
        self.hub.outside().seal(&self.party(), OutsideKind::Person, person)
    }

    /// Whether the person decides about the mailbox that they act for: consents, own software, digital mail.
    pub fn decides(&self) -> bool {
        self.session.decides()
    }

    /// The mailbox that the person acts for.
    pub async fn mailbox(&self) -> Result<MailboxView, Error> {
        let acting_for = self.session.acting_for;
        let found = self.mailboxes().await?.into_iter().find(|view| view.0 == acting_for);
        found.map(|(_, view)| view).ok_or(Error::NotFound("mailbox"))
    }

    /// The mailboxes that the person may act for: their own first, then those they represent by name.
    pub async fn mailbox_views(&self) -> Result<Vec<MailboxView>, Error> {
        Ok(self.mailboxes().await?.into_iter().map(|(_, view)| view).collect())
    }

    /// Acts for another mailbox from now on: a new session, the old one is over.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the person may not act for it.
    pub async fn act_for(&self, mailbox: &str) -> Result<Secret, Error> {
        let parts = self.hub.parts();
        let target = self.own_mailbox_id(mailbox)?;
        if !self.mailboxes().await?.iter().any(|(id, _)| *id == target) {
            return Err(Error::NotFound("mailbox"));
        }
        let secret = Secret::new("", &parts.random);
        let mut tx = parts.db.write().await?;
        if tx.drop_session(self.session.session_hash).await? != 1 {
            // Logged out meanwhile, in another tab.
            return Err(Error::Token(TokenRefusal::Expired));
        }
        let now = parts.clock.now();
        tx.insert_session(self.renewed(&secret, target)?, now).await?;
        if target != self.session.person {
            tx.put_representative(target, self.session.person, self.sealed_name_for(target), now).await?;
        }
        tx.commit().await?;
        Ok(secret)
    }

    /// Ends the session and gives the hint that the identity service's end-session wants.
    pub async fn log_out(&self) -> Result<String, Error> {
        let parts = self.hub.parts();
        let hint = self.hint()?;
        let mut tx = parts.db.write().await?;
        tx.drop_session(self.session.session_hash).await?;
        tx.commit().await?;
        Ok(hint)
    }

    /// How this person names things: their ids are theirs alone.
    pub(crate) fn party(&self) -> OutsideParty {
        OutsideParty::Person(self.session.person.0)
    }

    /// The mailbox behind an outside id of this person.
    pub(crate) fn own_mailbox_id(&self, text: &str) -> Result<MailboxId, Error> {
        let block = self.hub.outside().open(&self.party(), OutsideKind::Mailbox, text);
        block.map(|block| MailboxId(uuid::Uuid::from_bytes(block))).ok_or(Error::NotFound("mailbox"))
    }

    /// The person's name as the access log of another mailbox keeps it.
    fn sealed_name_for(&self, mailbox: MailboxId) -> Vec<u8> {
        let parts = self.hub.parts();
        let aad = representative_aad(mailbox, self.session.person);
        parts.keys.current().seal(Purpose::SealedColumns, &aad, self.name.as_bytes(), &parts.random)
    }

    fn hint(&self) -> Result<String, Error> {
        let aad = column_aad("session", "sealed_hint", &self.session.session_hash.0);
        let hint =
            self.hub.parts().keys.current().open(Purpose::SealedColumns, &aad, &self.session.sealed_hint);
        String::from_utf8(hint.map_err(Error::internal)?).map_err(Error::internal)
    }

    fn renewed(&self, secret: &Secret, acting_for: MailboxId) -> Result<NewSession, Error> {
        let (sealed_name, sealed_hint) = seal_person(&self.hub, secret.hash(), &self.name, &self.hint()?);
        Ok(NewSession {
            hash: secret.hash(),
            person: self.session.person,
            acting_for,
            sealed_name,
            sealed_hint,
            acr: self.session.acr.clone(),
            auth_time: self.session.auth_time,
            request: self.session.request_hash,
            until: self.session.until.min(self.hub.now().plus(LONGEST)),
        })
    }
}

/// Where the name of whoever acts for a mailbox belongs.
pub(in crate::access) fn representative_aad(mailbox: MailboxId, person: MailboxId) -> Vec<u8> {
    let key = [mailbox.0.into_bytes(), person.0.into_bytes()].concat();
    column_aad("representative", "sealed_name", &key)
}

/// Seals what a session keeps of a person: the name and the ID token that logout needs.
fn seal_person(hub: &Hub, session: Sha256, name: &str, hint: &str) -> (Vec<u8>, Vec<u8>) {
    let parts = hub.parts();
    let keyring = parts.keys.current();
    let seal = |column, text: &str| {
        let aad = column_aad("session", column, &session.0);
        keyring.seal(Purpose::SealedColumns, &aad, text.as_bytes(), &parts.random)
    };
    (seal("sealed_name", name), seal("sealed_hint", hint))
}
