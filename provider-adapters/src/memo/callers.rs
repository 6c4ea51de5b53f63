//! Who calls: a provider application with a grant or a token of its own, or an enterprise's own software.

use hub_core::access::MachineProof;
use hub_core::access::provider::ProviderAccess;
use hub_core::error::Error;
use hub_core::{Audiences, Hub};
use hub_http::MachineAccess;

/// A reader, admitted.
pub(super) struct Reader(pub(super) ProviderAccess);

impl MachineAccess for Reader {
    fn audience(audiences: &Audiences) -> &str {
        &audiences.memo
    }

    async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
        hub.provider(proof).await.map(Self)
    }

    fn client_id(&self) -> &str {
        self.0.client_id()
    }
}
