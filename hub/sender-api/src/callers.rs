//! Sender applications by the scope that a call needs.

use hub_core::access::MachineProof;
use hub_core::access::sender::SenderAccess;
use hub_core::error::Error;
use hub_core::{Audiences, Hub};
use hub_http::MachineAccess;

macro_rules! caller {
    ($(#[$meta:meta])* $name:ident, $scope:literal) => {
        $(#[$meta])*
        pub(crate) struct $name(pub(crate) SenderAccess);

        impl MachineAccess for $name {
            fn audience(audiences: &Audiences) -> &str {
                &audiences.sender
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

caller!(/** May publish. */ Publisher, "publish");
caller!(/** May ask what became of its messages. */ Follower, "status");
caller!(/** May follow what becomes of its organization's messages. */ Reader, "feed");
caller!(/** May ask who can be reached. */ Asker, "recipients");
