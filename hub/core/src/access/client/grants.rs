//! What a pushed request asks of a grant (OAuth 2.0 Grant Management, draft 02): `create`, `merge` or `replace`.

use uuid::Uuid;

use super::{ClientAccess, ClientError, PushRequest};
use crate::id::GrantId;
use crate::outside::{OutsideKind, OutsideParty};
use crate::provider::Application;

/// `create`, `merge`, `replace`, in the order in which the metadata lists them.
pub const GRANT_ACTIONS: [&str; 3] = ["create", "merge", "replace"];

impl ClientAccess {
    /// The action and the grant that a request names.
    ///
    /// # Errors
    /// `invalid_request` for an unknown action, or a grant without an action that needs one; `invalid_grant_id` if
    /// it is not a standing grant of this client.
    pub(super) async fn asked_grant(
        &self,
        request: &PushRequest,
        application: &Application,
    ) -> Result<(Option<&'static str>, Option<GrantId>), ClientError> {
        let invalid = |description: &str| ClientError::oauth("invalid_request", description);
        let action = match request.grant_management_action.as_deref() {
            None => None,
            Some(asked) => Some(
                *GRANT_ACTIONS
                    .iter()
                    .find(|action| **action == asked)
                    .ok_or_else(|| invalid("grant_management_action is create, merge or replace"))?,
            ),
        };
        match (action, request.grant_id.as_deref()) {
            (None | Some("create"), None) => Ok((action, None)),
            (None | Some("create"), Some(_)) => Err(invalid("grant_id goes with merge or replace")),
            (_, None) => Err(invalid("merge and replace name a grant_id")),
            (_, Some(grant)) => Ok((action, Some(self.own_grant(grant, application).await?))),
        }
    }

    async fn own_grant(&self, text: &str, application: &Application) -> Result<GrantId, ClientError> {
        let unknown = || ClientError::oauth("invalid_grant_id", "grant_id is not a grant of this client");
        let party = OutsideParty::Provider(application.provider.0);
        let block = self.hub.outside().open(&party, OutsideKind::Grant, text).ok_or_else(unknown)?;
        let mut tx = self.hub.parts().db.read().await?;
        let grant = tx.grant(GrantId(Uuid::from_bytes(block))).await?;
        let own = grant.filter(|grant| grant.application_id == application.id);
        Ok(own.ok_or_else(unknown)?.id)
    }
}
