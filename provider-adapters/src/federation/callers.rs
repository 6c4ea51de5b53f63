//! Who calls: known by the registration of the certificate, admitted by the token.

use hub_core::access::MachineProof;
use hub_core::access::provider::ProviderAccess;
use hub_core::access::sender::SenderAccess;
use hub_core::document_provider::DocumentProvider;
use hub_core::error::Error;
use hub_core::peer::Role;
use hub_core::{Audiences, Hub};
use hub_http::MachineAccess;

/// A sender application that asks what recipients prefer.
pub(super) struct Asker(pub(super) SenderAccess);

/// A sender application that looks after its own entry.
pub(super) struct Keeper(pub(super) SenderAccess);

/// An enterprise's own software that says what the enterprise prefers.
pub(super) struct Owner(pub(super) ProviderAccess);

/// Anybody with a token.
pub(super) enum Anybody {
    Sender(SenderAccess),
    Reader(ProviderAccess),
}

macro_rules! sender {
    ($name:ident, $scope:literal) => {
        impl MachineAccess for $name {
            fn audience(audiences: &Audiences) -> &str {
                &audiences.federation
            }

            async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
                hub.sender(proof, $scope).await.map(Self)
            }

            fn client_id(&self) -> &str {
                self.0.client_id()
            }
        }
    };
}

sender!(Asker, "recipients");
sender!(Keeper, "registry");

impl MachineAccess for Owner {
    fn audience(audiences: &Audiences) -> &str {
        &audiences.federation
    }

    async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
        hub.provider(proof).await.map(Self)
    }

    fn client_id(&self) -> &str {
        self.0.client_id()
    }
}

impl MachineAccess for Anybody {
    fn audience(audiences: &Audiences) -> &str {
        &audiences.federation
    }

    async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
        match proof.identity.role {
            Role::Sender => hub.sender(proof, "registry").await.map(Self::Sender),
            _ => hub.provider(proof).await.map(Self::Reader),
        }
    }

    fn client_id(&self) -> &str {
        match self {
            Self::Sender(access) => access.client_id(),
            Self::Reader(access) => access.client_id(),
        }
    }
}

impl Anybody {
    /// Everybody on the list.
    pub(super) async fn document_providers(&self) -> Result<Vec<DocumentProvider>, Error> {
        match self {
            Self::Sender(access) => access.document_providers().await,
            Self::Reader(access) => access.document_providers().await,
        }
    }
}
