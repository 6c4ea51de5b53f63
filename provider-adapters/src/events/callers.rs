//! Who calls: known by the registration of the certificate, admitted by the token.

use hub_core::access::MachineProof;
use hub_core::access::provider::ProviderAccess;
use hub_core::access::sender::SenderAccess;
use hub_core::error::Error;
use hub_core::{Audiences, Hub};
use hub_http::MachineAccess;

/// A provider application, or an enterprise's own software.
pub(super) struct Reader(pub(super) ProviderAccess);

/// A sender application that speaks for a document provider.
pub(super) struct Poster(pub(super) SenderAccess);

impl MachineAccess for Reader {
    fn audience(audiences: &Audiences) -> &str {
        &audiences.events
    }

    async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
        hub.provider(proof).await.map(Self)
    }

    fn client_id(&self) -> &str {
        self.0.client_id()
    }
}

impl MachineAccess for Poster {
    fn audience(audiences: &Audiences) -> &str {
        &audiences.events
    }

    async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
        hub.sender(proof, "publish").await.map(Self)
    }

    fn client_id(&self) -> &str {
        self.0.client_id()
    }
}
