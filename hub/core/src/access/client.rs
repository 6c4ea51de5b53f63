//! What an OAuth client may do at the authorization server, proven by its certificate (RFC 8705 2.1).

mod asserted;
mod granted;
mod grants;
mod introspect;
mod narrow;
mod own;
mod push;
mod software;
mod tokens;

use crate::error::Error;
use crate::hub::Hub;
use crate::id::{ClientKeyId, Sha256};
use crate::peer::{PeerIdentity, Refusal, Role};
use crate::provider::{Application, Reach, Registration};

pub use asserted::{AssertedAccess, Wanted};
pub use granted::Granted;
pub use grants::GRANT_ACTIONS;
pub use introspect::Introspection;
pub use narrow::Less;
pub use push::{PushRequest, Pushed};
pub(in crate::access) use software::ROUTING;
pub use tokens::Issued;

/// An authenticated client: its certificate is registered for the client id it names.
pub struct ClientAccess {
    pub(crate) hub: Hub,
    pub(crate) registration: Registration,
    pub(crate) identity: PeerIdentity,
    /// The API that it wants a token for, if it named one (RFC 8707 2.2).
    pub(crate) resource: Option<String>,
    /// The key with which it signed an assertion, if it did.
    pub(crate) key: Option<ClientKeyId>,
}

/// Why the authorization server says no: an OAuth error, or something any face can answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// An error code of the OAuth family, with a description in ASCII (RFC 6749 5.2).
    #[error("{code}: {description}")]
    OAuth {
        /// `invalid_request`, `invalid_grant`, ….
        code: &'static str,
        /// What exactly is wrong.
        description: String,
    },
    /// Anything else.
    #[error(transparent)]
    Hub(#[from] Error),
}

impl ClientError {
    pub(crate) fn oauth(code: &'static str, description: impl Into<String>) -> Self {
        Self::OAuth { code, description: description.into() }
    }
}

impl From<sqlx::Error> for ClientError {
    fn from(error: sqlx::Error) -> Self {
        Self::Hub(error.into())
    }
}

impl Hub {
    /// Authenticates a client by its certificate.
    ///
    /// # Errors
    /// [`Error::Certificate`]: `notRegistered`, `otherParty` if it belongs to another client, `wrongRole` if its
    /// role has no business at the authorization server.
    pub async fn client(&self, identity: &PeerIdentity, client_id: &str) -> Result<ClientAccess, Error> {
        let client = self.client_of(identity).await?;
        if client.client_id() != client_id {
            self.record_refusal(identity.role, client.client_id(), "otherParty").await?;
            return Err(Error::Certificate(Refusal::OtherParty));
        }
        Ok(client)
    }

    /// The client that a certificate is registered for.
    ///
    /// # Errors
    /// [`Error::Certificate`]: `notRegistered`, `wrongRole` if its role has no business at an authorization server.
    pub async fn client_of(&self, identity: &PeerIdentity) -> Result<ClientAccess, Error> {
        if identity.role == Role::Operator {
            return Err(self.wrong_role(identity).await);
        }
        let registration = self.registration(identity).await?;
        let (hub, identity) = (self.clone(), identity.clone());
        Ok(ClientAccess { hub, registration, identity, resource: None, key: None })
    }
}

impl ClientAccess {
    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.registration.client_id
    }

    /// Whether it is a provider's or a sender's application, or an enterprise's own software.
    pub fn role(&self) -> Role {
        self.identity.role
    }

    /// The same client, asking for tokens for that API; the one that its request was pushed for if none is named.
    ///
    /// # Errors
    /// `invalid_target` for anything but an API through which mailboxes are read.
    pub fn for_api(mut self, resource: Option<&str>) -> Result<Self, ClientError> {
        let Some(resource) = resource else { return Ok(self) };
        let api = self.hub.audiences().reading(Some(resource));
        let api = api
            .ok_or_else(|| ClientError::oauth("invalid_target", "resource is an API that reads mailboxes"))?;
        self.resource = Some(api.to_owned());
        Ok(self)
    }

    /// The API that a token is for, where `usual` is the one of its grant.
    fn api(&self, usual: &str) -> String {
        self.resource.clone().unwrap_or_else(|| usual.to_owned())
    }

    /// Records a refusal of this client, whatever the reason, and passes it on (TRUST T18).
    pub(super) async fn recorded<T>(&self, outcome: Result<T, ClientError>) -> Result<T, ClientError> {
        if let Err(ClientError::OAuth { code, .. }) = &outcome {
            self.hub.record_refusal(self.role(), self.client_id(), code).await?;
        }
        outcome
    }

    fn thumbprint(&self) -> Sha256 {
        Sha256(self.identity.thumbprint)
    }

    /// The provider application behind this client, if it is one and not out of use.
    async fn application(&self) -> Result<Application, ClientError> {
        let refused =
            || ClientError::oauth("unauthorized_client", "the client is not an active provider application");
        if self.role() != Role::Provider {
            return Err(refused());
        }
        let application = self.hub.parts().db.application(self.client_id()).await?;
        application.filter(|application| application.reach != Reach::Nothing).ok_or_else(refused)
    }
}
