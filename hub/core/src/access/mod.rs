//! What one proven caller may do: the use cases, one method each.
//!
//! An access is given by a function of [`crate::Hub`] that checks a proof: a certificate and a token for
//! machines, a session for citizens, the place at the data for operators. Nothing else reaches the truth.

mod arranging;
pub mod catalogue;
pub mod certification;
pub mod citizen;
pub mod client;
pub mod conduct;
mod cursor;
pub mod delivery;
pub mod evidence;
pub mod federation;
pub mod following;
pub mod intake;
pub mod operator;
pub mod provider;
pub mod reference;
mod reply;
pub mod sender;
pub mod shown;
pub mod tag;
pub mod upkeep;

use crate::audit::Act;
use crate::clock::Timestamp;
use crate::error::{Error, TokenRefusal};
use crate::hub::Hub;
use crate::id::Sha256;
use crate::peer::{PeerIdentity, Refusal, Role};
use crate::provider::{Registration, names_of};
use crate::token::Presented;

/// What a machine presents with a request for an API.
pub struct MachineProof<'a> {
    /// Its certificate, found trusted by the connection's verdict.
    pub identity: &'a PeerIdentity,
    /// The bearer token, if there is one.
    pub token: Option<&'a str>,
    /// The audience of the API it came to: see [`crate::Audiences`].
    pub audience: &'a str,
}

/// What was presented with a request that may be judged again while it waits.
#[derive(Clone)]
pub(crate) struct Proof {
    token: Sha256,
    audience: String,
    thumbprint: [u8; 32],
}

impl Proof {
    pub(crate) fn presented(&self, now: Timestamp) -> Presented<'_> {
        Presented { audience: &self.audience, thumbprint: &self.thumbprint, now }
    }
}

impl MachineProof<'_> {
    /// What is stored of the token.
    pub(crate) fn token_hash(&self) -> Result<Sha256, Error> {
        let token = self.token.ok_or(Error::Token(TokenRefusal::Absent))?;
        Ok(Sha256::of(token.as_bytes()))
    }
}

impl Hub {
    /// The registration of a trusted certificate: which client it identifies, in one read per name.
    ///
    /// # Errors
    /// [`Error::Certificate`] with `notRegistered`, also if the registration is pinned to another certificate, or its
    /// time has not come or is over.
    pub async fn registration(&self, identity: &PeerIdentity) -> Result<Registration, Error> {
        let (now, thumbprint) = (self.now(), Sha256(identity.thumbprint));
        let issuer = (identity.role.name(), identity.anchor.as_str());
        for named in names_of(identity) {
            if let Some(registration) = self.parts().db.registration(issuer, named, thumbprint, now).await? {
                return Ok(registration);
            }
        }
        Err(Error::Certificate(Refusal::NotRegistered))
    }

    /// The registration of a certificate, which must be of `role`.
    ///
    /// # Errors
    /// [`Error::Certificate`]: `wrongRole`, `notRegistered`.
    pub async fn registered(&self, identity: &PeerIdentity, role: Role) -> Result<Registration, Error> {
        if identity.role != role {
            return Err(self.wrong_role(identity).await);
        }
        self.registration(identity).await
    }

    /// Explains why a token does not open an API to this certificate: the certificate itself, if that is why.
    pub(crate) async fn explain(&self, identity: &PeerIdentity, role: Role, why: TokenRefusal) -> Error {
        if identity.role != role {
            return self.wrong_role(identity).await;
        }
        let registration = match self.registration(identity).await {
            Ok(registration) => registration,
            Err(error) => return error,
        };
        let recorded = self.record_refusal(role, &registration.client_id, "token").await;
        recorded.err().unwrap_or(Error::Token(why))
    }

    /// The refusal of a certificate that came to a route of another role, recorded if its party is known.
    async fn wrong_role(&self, identity: &PeerIdentity) -> Error {
        let recorded = match self.registration(identity).await {
            Ok(known) => self.record_refusal(identity.role, &known.client_id, "wrongRole").await,
            Err(Error::Certificate(_)) => Ok(()),
            Err(error) => Err(error),
        };
        recorded.err().unwrap_or(Error::Certificate(Refusal::WrongRole))
    }

    /// Records that a known party was refused something (TRUST T18).
    pub(crate) async fn record_refusal(&self, role: Role, client_id: &str, what: &str) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.parts().db.write().await?;
        let act = Act {
            role: role.name(),
            actor: client_id.to_owned(),
            action: "refused",
            object: what.to_owned(),
        };
        tx.record(self.random().id(now), None, now, act).await?;
        tx.commit().await?;
        Ok(())
    }
}
