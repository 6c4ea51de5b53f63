//! Protocols whose calls name no mailbox: the token says which, and it must be exactly one.

use super::ProviderAccess;
use crate::error::Error;
use crate::number::EnterpriseNumber;
use crate::outside::OutsideKind;

impl ProviderAccess {
    /// The one mailbox that the token opens, as the caller knows it. `on_behalf_of` is the number of the enterprise for
    /// which own software says that it acts, with or without its leading zero: its own and no other.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an application's own token, a token over several mailboxes, another enterprise.
    pub async fn only_mailbox(&self, on_behalf_of: Option<&str>) -> Result<String, Error> {
        let found = self.only(on_behalf_of).await;
        if matches!(found, Err(Error::Forbidden(_))) {
            self.hub.record_refusal(self.role(), &self.client_id, "oneMailbox").await?;
        }
        found
    }

    async fn only(&self, on_behalf_of: Option<&str>) -> Result<String, Error> {
        let granted = match self.granted.as_slice() {
            [] => return Err(Error::Forbidden(OWN_TOKEN)),
            [only] => only,
            _ => return Err(Error::Forbidden(SEVERAL)),
        };
        if let Some(number) = on_behalf_of {
            let asked = EnterpriseNumber::parse(&format!("{number:0>10}")).ok();
            let own = self.enterprise_number(granted.mailbox).await?;
            if asked.is_none() || asked != own {
                return Err(Error::Forbidden(OTHER_ENTERPRISE));
            }
        }
        let mailbox = granted.mailbox.0.into_bytes();
        Ok(self.hub.outside().seal(&self.party, OutsideKind::Mailbox, mailbox))
    }
}

const OWN_TOKEN: &str =
    "reading a mailbox with a token of the application's own, which no consent stands behind,";
const SEVERAL: &str =
    "reading here with a token over several mailboxes (ask for one that is narrowed to a single mailboxId)";
const OTHER_ENTERPRISE: &str = "acting on behalf of an enterprise that gave no mandate";
