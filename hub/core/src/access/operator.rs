//! What operators may do: keep the register of providers, certificates, test mailboxes and pilots, and the reference data.
//!
//! Two ways lead here (TRUST T24). Whoever holds the data itself applies files: `facteur apply`, the jobs, the demo; they
//! are [`LocalOperatorAccess`]. Everybody else proves by an operator certificate which person they are and gets an
//! [`OperatorAccess`]; what that person may do, the register of operators says. Every act leaves an audit record.

mod acts;
mod applications;
mod apply;
mod apply_federation;
mod apply_keys;
mod apply_providers;
mod certificates;
mod certifications;
mod changes;
mod consents;
mod dead_letters;
mod mandates;
mod person_events;
mod pilot;
mod proposals;
mod providers;
mod streams;
mod test_mailboxes;

pub use acts::{ActPage, ActView};
pub use applications::{ApplicationForm, ApplicationView};
pub use apply::Summary;
pub use certificates::CertificateView;
pub use certifications::{CertificationView, RecordView};
pub use dead_letters::DeadLetterView;
pub use mandates::{Loaded, MandateEntry, MandatesFile};
pub use person_events::Told;
pub use pilot::PilotView;
pub use proposals::ProposalView;
pub use providers::ProviderView;
pub use streams::{Challenge, Echo, StreamForm, StreamView, Trial};
pub use test_mailboxes::TestMailboxView;

use uuid::Uuid;

use super::certification::StandingView;

use crate::audit::Act;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::hub::Hub;
use crate::id::MailboxId;
use crate::operator::{Duty, Operator};
use crate::outside::{OutsideKind, OutsideParty};
use crate::peer::{PeerIdentity, Refusal, Role};

/// Whoever holds the data itself.
pub struct LocalOperatorAccess {
    pub(crate) hub: Hub,
    pub(crate) operator: String,
}

/// A person whose operator certificate proved who they are.
pub struct OperatorAccess {
    hub: Hub,
    operator: Operator,
}

/// How an act ended.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// It is done.
    Done(T),
    /// It takes another operator: this waits for their approval.
    Proposed(Box<ProposalView>),
}

impl Hub {
    /// The access of whoever holds the data itself: `facteur apply`, the mandates job, the demo (TRUST T24).
    ///
    /// `operator` names who acts, for the audit: never a person's number.
    pub fn local_operator(&self, operator: &str) -> LocalOperatorAccess {
        LocalOperatorAccess { hub: self.clone(), operator: operator.to_owned() }
    }

    /// Admits an operator by a trusted certificate: it must be registered for one, and the person must be in office.
    ///
    /// # Errors
    /// [`Error::Certificate`]: `wrongRole`, `notRegistered`.
    pub async fn operator(&self, identity: &PeerIdentity) -> Result<OperatorAccess, Error> {
        let registration = self.registered(identity, Role::Operator).await?;
        match self.parts().db.operator(&registration.client_id).await? {
            Some(operator) => Ok(OperatorAccess { hub: self.clone(), operator }),
            None => {
                self.record_refusal(Role::Operator, &registration.client_id, "notInOffice").await?;
                Err(Error::Certificate(Refusal::NotRegistered))
            }
        }
    }
}

impl OperatorAccess {
    /// Who it is, and what they may do.
    pub fn operator(&self) -> &Operator {
        &self.operator
    }

    /// Refuses who has no such duty.
    fn must(&self, duty: Duty) -> Result<(), Error> {
        if self.operator.may(duty) { Ok(()) } else { Err(Error::Forbidden(duty.name())) }
    }

    /// Records a refusal of this operator, and passes it on (TRUST T18).
    async fn recorded<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        let what = match &outcome {
            Err(Error::Forbidden(what)) => what,
            Err(Error::Conflict(Conflict::SamePerson)) => "approving what they proposed themselves",
            _ => return outcome,
        };
        self.hub.record_refusal(Role::Operator, &self.operator.person, what).await?;
        outcome
    }

    /// Records what this operator did, in the transaction of the deed.
    async fn note(
        &self,
        tx: &mut Tx,
        (action, object): (&str, String),
        mailbox: Option<MailboxId>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let act = Act { role: "operator", actor: self.operator.person.clone(), action, object };
        tx.record(self.hub.random().id(now), mailbox, now, act).await?;
        Ok(())
    }

    /// The id by which operators know a thing.
    fn seal(&self, kind: OutsideKind, id: Uuid) -> String {
        self.hub.outside().seal(&OutsideParty::Operators, kind, id.into_bytes())
    }

    /// The thing behind an id of operators.
    fn open(&self, kind: OutsideKind, text: &str) -> Option<Uuid> {
        self.hub.outside().open(&OutsideParty::Operators, kind, text).map(Uuid::from_bytes)
    }
}
