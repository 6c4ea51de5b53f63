//! Reference data as protocols list it that name organizations, applications and types by each other.

use super::citizen::CitizenAccess;
use super::provider::ProviderAccess;
use super::sender::SenderAccess;
use crate::error::Error;
use crate::hub::Hub;
use crate::id::Sha256;
use crate::sender::{NamedApplication, NamedOrganization, NamedType};

/// Everything that was ever registered of senders: each name that a message bears is among it.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Sender organizations, by number.
    pub organizations: Vec<NamedOrganization>,
    /// Sender applications, by client id.
    pub applications: Vec<NamedApplication>,
    /// Message types, by id.
    pub types: Vec<NamedType>,
    /// Who may publish what now: organization, application's client id, message type.
    pub trios: Vec<(String, String, String)>,
}

impl Catalogue {
    async fn of(hub: &Hub) -> Result<Self, Error> {
        let db = &hub.parts().db;
        Ok(Self {
            organizations: db.sender_organizations().await?,
            applications: db.sender_applications().await?,
            types: db.message_types().await?,
            trios: db.trios(hub.now()).await?,
        })
    }
}

impl ProviderAccess {
    /// All reference data.
    pub async fn catalogue(&self) -> Result<Catalogue, Error> {
        Catalogue::of(self.hub()).await
    }

    /// A logo's media type and bytes.
    pub async fn logo(&self, digest: Sha256) -> Result<Option<(String, Vec<u8>)>, Error> {
        Ok(self.hub().parts().db.logo(digest).await?)
    }
}

impl CitizenAccess {
    /// All reference data.
    pub async fn catalogue(&self) -> Result<Catalogue, Error> {
        Catalogue::of(&self.hub).await
    }
}

impl SenderAccess {
    /// All reference data.
    pub async fn catalogue(&self) -> Result<Catalogue, Error> {
        Catalogue::of(self.hub()).await
    }

    /// A logo's media type and bytes.
    pub async fn logo(&self, digest: Sha256) -> Result<Option<(String, Vec<u8>)>, Error> {
        Ok(self.hub().parts().db.logo(digest).await?)
    }
}
