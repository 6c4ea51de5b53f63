//! What was granted, in the provider's own ids.

use crate::clock::Timestamp;
use crate::consent::{Actions, ConsentRow};
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Hub;
use crate::id::{ConsentId, MailboxId, ProviderId};
use crate::mailbox::Kind;
use crate::outside::{OutsideKind, OutsideParty};
use crate::token::ProviderGuard;

/// What was granted over one mailbox, in the provider's own ids.
#[derive(Clone, Debug)]
pub struct Granted {
    /// What it may do.
    pub actions: Actions,
    /// Whose box it is.
    pub kind: Kind,
    /// The mailbox, as this provider knows it.
    pub mailbox: String,
    /// The consent, as this provider knows it.
    pub consent: String,
    /// Until when.
    pub until: Timestamp,
    /// The API it is for.
    pub location: String,
    /// Whether senders are left out: their messages do not exist for this provider.
    pub withheld: bool,
}

impl Granted {
    /// What a consent grants.
    pub(crate) async fn of(hub: &Hub, tx: &mut Tx, consent: &ConsentRow) -> Result<Self, Error> {
        let mailbox = tx.mailbox(consent.mailbox_id).await?.ok_or_else(|| consent.corrupt())?;
        let found = Found {
            provider: consent.provider_id,
            mailbox: consent.mailbox_id,
            consent: consent.id,
            kind: mailbox.kind(),
            actions: consent.actions,
            until: consent.until,
            withheld: consent.withheld,
        };
        Ok(found.outside(hub))
    }

    /// What the consent of a guard's row lets its token do; `None` if there is no consent.
    pub(crate) fn by(hub: &Hub, guard: &ProviderGuard) -> Option<Self> {
        let found = Found {
            provider: guard.provider_id,
            mailbox: guard.mailbox_id?,
            consent: guard.consent_id?,
            kind: Kind::named(guard.kind.as_deref()?)?,
            actions: guard.permitted()?,
            until: guard.consent_until?,
            withheld: guard.withheld,
        };
        Some(Self { location: guard.audience.clone(), ..found.outside(hub) })
    }
}

struct Found {
    provider: ProviderId,
    mailbox: MailboxId,
    consent: ConsentId,
    kind: Kind,
    actions: Actions,
    until: Timestamp,
    withheld: Option<i64>,
}

impl Found {
    fn outside(self, hub: &Hub) -> Granted {
        let party = OutsideParty::Provider(self.provider.0);
        let seal = |kind, id: uuid::Uuid| hub.outside().seal(&party, kind, id.into_bytes());
        Granted {
            actions: self.actions,
            kind: self.kind,
            mailbox: seal(OutsideKind::Mailbox, self.mailbox.0),
            consent: seal(OutsideKind::Consent, self.consent.0),
            until: self.until,
            location: hub.audiences().mailbox.clone(),
            withheld: self.withheld.is_some(),
        }
    }
}
