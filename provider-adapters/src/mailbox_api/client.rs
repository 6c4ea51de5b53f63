//! The client of a request: a provider application with a token for this API.

use hub_core::access::MachineProof;
use hub_core::access::provider::ProviderAccess;
use hub_core::error::Error;
use hub_core::{Audiences, Hub};
use hub_http::MachineAccess;

/// A provider application, admitted.
pub(super) struct Client(pub(super) ProviderAccess);

impl MachineAccess for Client {
    fn audience(audiences: &Audiences) -> &str {
        &audiences.mailbox
    }

    async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
        hub.provider(proof).await.map(Self)
    }

    fn client_id(&self) -> &str {
        self.0.client_id()
    }
}
