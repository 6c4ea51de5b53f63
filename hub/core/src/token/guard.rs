//! What a guard statement found, and the pure rules that judge it.

use super::{Presented, check_common};
use crate::clock::Timestamp;
use crate::consent::{Action, Actions, Ground};
use crate::db::record;
use crate::error::TokenRefusal;
use crate::id::{ApplicationId, ConsentId, GrantId, MailboxId, ProviderId, Sha256};
use crate::partition::PartitionSet;
use crate::provider::{Reach, State};

record! {
    /// A provider's access token with everything it depends on.
    #[derive(Clone, Debug)]
    pub(crate) struct ProviderGuard {
        pub(crate) token_hash: Sha256,
        pub(crate) role: String,
        pub(crate) audience: String,
        pub(crate) scope: Option<String>,
        pub(crate) until: Timestamp,
        pub(crate) thumbprint: Sha256,
        pub(crate) client_id: String,
        pub(crate) grant_id: Option<GrantId>,
        pub(crate) epoch: i64,
        pub(crate) provider_epoch: i64,
        pub(crate) registered: bool,
        pub(crate) provider_id: ProviderId,
        pub(crate) provider_state: String,
        pub(crate) provider_epoch_now: i64,
        pub(crate) application_id: ApplicationId,
        pub(crate) application_state: String,
        pub(crate) consent_id: Option<ConsentId>,
        pub(crate) consent_state: Option<String>,
        pub(crate) actions: Option<Actions>,
        pub(crate) token_actions: Option<Actions>,
        pub(crate) consent_until: Option<Timestamp>,
        pub(crate) consent_epoch: Option<i64>,
        pub(crate) token_epoch: Option<i64>,
        pub(crate) withheld: Option<i64>,
        pub(crate) partitions: Option<PartitionSet>,
        pub(crate) mailbox_id: Option<MailboxId>,
        pub(crate) kind: Option<String>,
        pub(crate) mailbox_state: Option<String>,
        pub(crate) test: Option<bool>,
        pub(crate) total: Option<i64>,
        pub(crate) unread: Option<i64>,
        pub(crate) version: Option<i64>,
        pub(crate) reference_epoch: i64,
        pub(crate) activated_at: Option<Timestamp>,
        pub(crate) represented: Option<bool>,
    }
}

record! {
    /// A sender's access token with everything it depends on.
    #[derive(Clone, Debug)]
    pub(crate) struct SenderGuard {
        pub(crate) role: String,
        pub(crate) audience: String,
        pub(crate) scope: Option<String>,
        pub(crate) until: Timestamp,
        pub(crate) thumbprint: Sha256,
        pub(crate) client_id: String,
        pub(crate) registered: bool,
        pub(crate) valid: bool,
    }
}

impl ProviderGuard {
    /// Judges a provider's token by all rows of its guard, and gives those whose whole chain stands: at least one.
    ///
    /// A token without a grant has one row, which stands by itself.
    pub(crate) fn standing(rows: Vec<Self>, presented: &Presented<'_>) -> Result<Vec<Self>, TokenRefusal> {
        if let Some(first) = rows.first() {
            first.check(presented)?;
        }
        let standing: Vec<Self> = rows
            .into_iter()
            .filter(|row| row.grant_id.is_none() || row.consent_stands(presented.now))
            .collect();
        if standing.is_empty() { Err(TokenRefusal::Invalid) } else { Ok(standing) }
    }

    fn check(&self, presented: &Presented<'_>) -> Result<(), TokenRefusal> {
        check_common(presented, &self.audience, self.thumbprint, self.registered, self.until)?;
        let provider_stands = matches!(self.role.as_str(), "provider" | "ownSoftware")
            && self.reach() != Reach::Nothing
            && self.provider_epoch == self.provider_epoch_now;
        if provider_stands { Ok(()) } else { Err(TokenRefusal::Invalid) }
    }

    /// The row if the chain of an application's own token and its consent with a mailbox stands, and that consent lets the
    /// mailbox be read with such a token (TRUST T5); `None` if the mailbox is not open to it.
    pub(crate) fn synchronising(
        row: Option<Self>,
        presented: &Presented<'_>,
    ) -> Result<Option<Self>, TokenRefusal> {
        let row = row.ok_or(TokenRefusal::Invalid)?;
        row.check(presented)?;
        let open = row.grant_id.is_none()
            && row.ground().holds(row.reach(), presented.now)
            && row.actions.is_some_and(|actions| actions.contains(Action::Synchronise));
        Ok(open.then_some(row))
    }

    /// What the token permits under the consent of this row.
    pub(crate) fn permitted(&self) -> Option<Actions> {
        let actions = self.actions?;
        Some(self.token_actions.map_or(actions, |less| actions.and(less)))
    }

    /// Which mailboxes the provider reaches at this moment: none while it is suspended, whose tokens then wait; those
    /// marked as test until it is active.
    pub(crate) fn reach(&self) -> Reach {
        match State::read(&self.provider_state, None) {
            Some(state) if self.application_state == "active" => state.reach(),
            _ => Reach::Nothing,
        }
    }

    fn consent_stands(&self, now: Timestamp) -> bool {
        self.token_epoch == Some(self.epoch) && self.ground().holds(self.reach(), now)
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            state: self.consent_state.as_deref(),
            until: self.consent_until,
            kind: self.kind.as_deref(),
            mailbox_state: self.mailbox_state.as_deref(),
            test: self.test,
            activated_at: self.activated_at,
            represented: self.represented,
        }
    }
}

impl SenderGuard {
    /// Judges a sender's token for an operation that needs `scope`.
    pub(crate) fn check(&self, presented: &Presented<'_>, scope: &'static str) -> Result<(), TokenRefusal> {
        check_common(presented, &self.audience, self.thumbprint, self.registered, self.until)?;
        if self.role != "sender" || !self.valid {
            return Err(TokenRefusal::Invalid);
        }
        let scopes = self.scope.as_deref().unwrap_or_default();
        if scopes.split(' ').any(|held| held == scope) {
            Ok(())
        } else {
            Err(TokenRefusal::MissingScope(scope))
        }
    }
}
