//! Reference data: who sends what, by its names; the same for everybody.

use super::ProviderAccess;
use crate::error::Error;
use crate::sender::{NamedApplication, NamedOrganization, NamedType};

impl ProviderAccess {
    /// Every sender organization that was ever registered, by number: each that a message can name is among them.
    pub async fn sender_organizations(&self) -> Result<Vec<NamedOrganization>, Error> {
        self.hub().parts().db.sender_organizations().await
    }

    /// Every sender application that was ever registered, by client id.
    pub async fn sender_applications(&self) -> Result<Vec<NamedApplication>, Error> {
        self.hub().parts().db.sender_applications().await
    }

    /// Every message type that was ever registered, by id.
    pub async fn message_types(&self) -> Result<Vec<NamedType>, Error> {
        self.hub().parts().db.message_types().await
    }
}
