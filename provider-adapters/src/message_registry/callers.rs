//! Who calls: known by the registration of the certificate, admitted by the token.

use hub_core::access::MachineProof;
use hub_core::access::catalogue::Catalogue;
use hub_core::access::provider::ProviderAccess;
use hub_core::access::sender::SenderAccess;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::peer::Role;
use hub_core::{Audiences, Hub};
use hub_http::MachineAccess;

/// A provider application, or an enterprise's own software.
pub(super) struct Reader(pub(super) ProviderAccess);

/// A sender application that asks what became of its letters.
pub(super) struct Follower(pub(super) SenderAccess);

/// A sender application that links letters to more recipients.
pub(super) struct Linker(pub(super) SenderAccess);

/// Whoever publishes: a sender its letters, a reader its replies.
pub(super) enum Publisher {
    Sender(SenderAccess),
    Reader(ProviderAccess),
}

/// Anybody with a token.
pub(super) enum Anybody {
    Sender(SenderAccess),
    Reader(ProviderAccess),
}

impl MachineAccess for Reader {
    fn audience(audiences: &Audiences) -> &str {
        &audiences.registry
    }

    async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
        hub.provider(proof).await.map(Self)
    }

    fn client_id(&self) -> &str {
        self.0.client_id()
    }
}

macro_rules! sender {
    ($name:ident, $scope:literal) => {
        impl MachineAccess for $name {
            fn audience(audiences: &Audiences) -> &str {
                &audiences.registry
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

macro_rules! either {
    ($name:ident, $scope:literal) => {
        impl MachineAccess for $name {
            fn audience(audiences: &Audiences) -> &str {
                &audiences.registry
            }

            async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
                match proof.identity.role {
                    Role::Sender => hub.sender(proof, $scope).await.map(Self::Sender),
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
    };
}

sender!(Follower, "status");
sender!(Linker, "publish");
either!(Publisher, "publish");
either!(Anybody, "status");

impl Anybody {
    /// All reference data.
    pub(super) async fn catalogue(&self) -> Result<Catalogue, Error> {
        match self {
            Self::Sender(access) => access.catalogue().await,
            Self::Reader(access) => access.catalogue().await,
        }
    }

    /// A logo's media type and bytes.
    pub(super) async fn logo(&self, digest: Sha256) -> Result<Option<(String, Vec<u8>)>, Error> {
        match self {
            Self::Sender(access) => access.logo(digest).await,
            Self::Reader(access) => access.logo(digest).await,
        }
    }
}
