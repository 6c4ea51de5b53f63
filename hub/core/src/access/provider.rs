//! What a provider application may do with the mailbox that a citizen or an enterprise opened to it.
//!
//! The guard runs once, when the access is given. Every method then checks the consent's action and that ids
//! and cursors are this provider's for this mailbox, and leaves its record in the reading journal before it
//! returns what is disclosed (TRUST T5, T6, T18).

mod messages;

pub use messages::{AskedPage, MessagePage};

use crate::access::MachineProof;
use crate::access::shown::View;
use crate::clock::Timestamp;
use crate::consent::{Action, Actions};
use crate::error::{Error, TokenRefusal};
use crate::hub::Hub;
use crate::id::{ApplicationId, ConsentId, MailboxId};
use crate::journal::{Disclosed, Reader, Reading};
use crate::mailbox::{self, Kind};
use crate::message::marking::Marker;
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::peer::Role;
use crate::token::{Presented, ProviderGuard};

/// A provider application with a valid token, and the one consent behind it, if there is one.
pub struct ProviderAccess {
    hub: Hub,
    client_id: String,
    party: OutsideParty,
    application: ApplicationId,
    granted: Option<Granted>,
    now: Timestamp,
}

/// The consent behind a grant token, and the mailbox as the guard saw it.
#[derive(Clone, Copy)]
struct Granted {
    consent: ConsentId,
    mailbox: MailboxId,
    kind: Kind,
    actions: Actions,
    until: Timestamp,
    total: i64,
    unread: i64,
}

/// A mailbox that is open to the caller.
#[derive(Clone, Debug)]
pub struct OpenMailbox {
    /// The mailbox, as the provider knows it: `mbx_…`.
    pub id: String,
    /// Whose it is.
    pub kind: Kind,
    /// The number of an enterprise; a citizen's is never shown.
    pub enterprise_number: Option<EnterpriseNumber>,
    /// The consent, as the provider knows it: `cns_…`.
    pub consent: String,
    /// What the consent allows.
    pub actions: Actions,
    /// When the consent ends by itself.
    pub until: Timestamp,
    /// Messages in the mailbox.
    pub total: i64,
    /// Messages whose display flag is down.
    pub unread: i64,
}

impl Hub {
    /// Admits a provider application by its certificate and its access token, in one guard statement.
    ///
    /// # Errors
    /// [`Error::Certificate`] if the certificate itself does not entitle, else [`Error::Token`].
    pub async fn provider(&self, proof: &MachineProof<'_>) -> Result<ProviderAccess, Error> {
        let now = self.now();
        let Ok(token) = proof.token_hash() else {
            return Err(self.explain(proof.identity, Role::Provider, TokenRefusal::Absent).await);
        };
        let presented = Presented { audience: proof.audience, thumbprint: &proof.identity.thumbprint, now };

        let guard = self.parts().db.guard_provider(token, now).await?;
        let admitted =
            guard.ok_or(TokenRefusal::Invalid).and_then(|guard| guard.check(&presented).map(|()| guard));

        match admitted {
            Ok(guard) => Ok(ProviderAccess {
                granted: Granted::of(&guard),
                party: OutsideParty::Provider(guard.provider_id.0),
                application: guard.application_id,
                client_id: guard.client_id,
                hub: self.clone(),
                now,
            }),
            Err(why) => Err(self.explain(proof.identity, Role::Provider, why).await),
        }
    }
}

impl Granted {
    /// What a guard that passed its check says about the consent; `None` for client credentials.
    fn of(guard: &ProviderGuard) -> Option<Self> {
        guard.grant_id?;
        Some(Self {
            consent: guard.consent_id?,
            mailbox: guard.mailbox_id?,
            kind: Kind::named(guard.kind.as_deref()?)?,
            actions: Actions::from_bits(guard.actions?),
            until: guard.consent_until?,
            total: guard.total?,
            unread: guard.unread?,
        })
    }
}

impl ProviderAccess {
    /// The client id, by which requests are counted.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The mailboxes that this token opens: the one of its consent. Any action of the consent suffices.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if no consent stands behind the token.
    pub async fn mailboxes(&self) -> Result<Vec<OpenMailbox>, Error> {
        let granted = self.granted.ok_or(NO_CONSENT)?;
        let enterprise_number = match granted.kind {
            Kind::Citizen => None,
            Kind::Enterprise => self.enterprise_number(granted.mailbox).await?,
        };

        self.note(&granted, Disclosed::Summary)?;
        let outside = self.hub.outside();
        Ok(vec![OpenMailbox {
            id: outside.seal(&self.party, OutsideKind::Mailbox, granted.mailbox.0.into_bytes()),
            consent: outside.seal(&self.party, OutsideKind::Consent, granted.consent.0.into_bytes()),
            kind: granted.kind,
            enterprise_number,
            actions: granted.actions,
            until: granted.until,
            total: granted.total,
            unread: granted.unread,
        }])
    }

    async fn enterprise_number(&self, mailbox: MailboxId) -> Result<Option<EnterpriseNumber>, Error> {
        let parts = self.hub.parts();
        let mut tx = parts.db.read().await?;
        let number = mailbox::enterprise_number(&mut tx, parts, mailbox).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// The consent that lets the caller do `action` with the mailbox of that outside id.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any mailbox but the token's own, then [`Error::Forbidden`].
    async fn permitted(&self, mailbox: &str, action: Action) -> Result<Granted, Error> {
        let permitted = self.judged(mailbox, action);
        if permitted.is_err() {
            self.hub.record_refusal(Role::Provider, &self.client_id, action.name()).await?;
        }
        permitted
    }

    fn judged(&self, mailbox: &str, action: Action) -> Result<Granted, Error> {
        let granted = self.granted.ok_or(NO_CONSENT)?;
        let opened = self.hub.outside().open(&self.party, OutsideKind::Mailbox, mailbox);
        if opened != Some(granted.mailbox.0.into_bytes()) {
            return Err(Error::NotFound("mailbox"));
        }
        if !granted.actions.contains(action) {
            return Err(Error::Forbidden(action.name()));
        }
        Ok(granted)
    }

    /// Leaves a record in the reading journal; if it cannot be written, nothing may be disclosed.
    fn note(&self, granted: &Granted, what: Disclosed) -> Result<(), Error> {
        let reader = Reader::Provider { application: self.application.0, consent: granted.consent };
        self.hub.parts().journal.write(&Reading { at: self.now, mailbox: granted.mailbox, reader, what })
    }

    fn marker(&self) -> Marker {
        Marker { role: "provider", actor: self.application.0.to_string() }
    }

    fn view(&self, granted: &Granted) -> View<'_> {
        View { outside: self.hub.outside(), party: &self.party, mailbox: granted.mailbox }
    }
}

/// The answer to whoever reads with a token of its own.
const NO_CONSENT: Error = Error::Forbidden("reading without a consent");
