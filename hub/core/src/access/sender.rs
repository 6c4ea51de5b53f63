//! What a sender application may do: publish, withdraw, ask what became of it, follow its organization's feed, ask who can
//! be reached.
//!
//! Only for the trios registered to it (TRUST T20). What it publishes exists wholly or not at all.

mod campaign_letter;
mod campaign_list;
mod campaigns;
mod changes;
mod documents;
mod link;
mod publish;
mod reach;
mod registry;
mod replies;
mod status;
mod withdraw;

pub use campaign_letter::{CampaignUpload, NewCampaignAnswer, Trial};
pub use campaign_list::CampaignList;
pub use campaigns::{CampaignOutcome, CampaignOutcomes, CampaignStatus, Counts};
pub use changes::{SenderChange, SenderChangePage};
pub use documents::Preference;
pub use link::{LINKS, Linked};
pub use publish::{Publication, Upload};
pub use reach::{DAILY_BUDGET, RECIPIENTS, ReachQuery};
pub use registry::STATUSES;
pub use replies::ReceivedReply;
pub use status::{Fate, Status};
pub use withdraw::Withdrawn;

pub use crate::posting::{Outcome, Published};

use crate::access::{MachineProof, Proof};
use crate::error::{Error, TokenRefusal};
use crate::hub::Hub;
use crate::id::PublicationId;
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::peer::Role;
use crate::token::Presented;

/// A sender application, proven by its certificate and token.
#[derive(Clone)]
pub struct SenderAccess {
    hub: Hub,
    client_id: String,
    /// With which it is judged again.
    proof: Proof,
    scope: &'static str,
}

impl Hub {
    /// The access of a sender application whose token covers `scope`: `publish`, `status`, `recipients` or `feed`.
    ///
    /// # Errors
    /// [`Error::Certificate`] if the certificate is not a registered sender's, else [`Error::Token`].
    pub async fn sender(&self, proof: &MachineProof<'_>, scope: &'static str) -> Result<SenderAccess, Error> {
        let now = self.now();
        let presented = Presented { audience: proof.audience, thumbprint: &proof.identity.thumbprint, now };
        let Ok(token) = proof.token_hash() else {
            return Err(self.explain(proof.identity, Role::Sender, TokenRefusal::Absent).await);
        };
        let found = self.parts().db.guard_sender(token, now).await?.ok_or(TokenRefusal::Invalid);
        match found.and_then(|guard| guard.check(&presented, scope).map(|()| guard)) {
            Ok(guard) => {
                let (audience, thumbprint) = (proof.audience.to_owned(), proof.identity.thumbprint);
                let proof = Proof { token, audience, thumbprint };
                Ok(SenderAccess { hub: self.clone(), client_id: guard.client_id, proof, scope })
            }
            Err(why) => Err(self.explain(proof.identity, Role::Sender, why).await),
        }
    }
}

impl SenderAccess {
    /// The sender application's client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The hub it speaks to.
    pub(in crate::access) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The id by which the sender organization knows a publication.
    fn outside_id(&self, organization: EnterpriseNumber, publication: PublicationId) -> String {
        let party = OutsideParty::SenderOrganization(organization);
        self.hub.outside().seal(&party, OutsideKind::Message, *publication.0.as_bytes())
    }

    /// Records that this application was refused what is not registered to it (TRUST T18).
    async fn refused(&self, what: &str) -> Result<(), Error> {
        self.hub.record_refusal(Role::Sender, &self.client_id, what).await
    }
}
