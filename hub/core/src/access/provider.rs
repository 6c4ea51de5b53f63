//! What a provider application may do with the mailbox that a citizen or an enterprise opened to it.
//!
//! The guard runs once, when the access is given. Every method then checks the consent's action and that ids
//! and cursors are this provider's for this mailbox, and leaves its record in the reading journal before it
//! returns what is disclosed (TRUST T5, T6, T18).

mod arranging;
mod changes;
mod consents;
mod document_events;
mod events;
mod federation;
mod files;
mod grants;
mod kept;
mod letters;
mod list;
mod messages;
mod one_mailbox;
mod outlines;
mod partitions;
mod references;
mod replies;
mod routing;
mod synchronise;
mod unaddressed;
mod written;

pub use crate::access::arranging::{HolderView, RoutingRule};
pub(in crate::access) use changes::outside_change;
pub use changes::{AskedChanges, Begin, CHANGES, CHANGES_LIMIT, Change, ChangePage, WAIT_LIMIT};
pub use consents::{ConsentPage, OwnConsent};
pub use document_events::{AskedDocumentEvents, DocumentEvent, DocumentEventPage, FIRST, PAGE_LIMIT};
pub use events::{AskedEvents, EVENTS_LIMIT, EventError, EventPage};
pub use files::File;
pub use grants::GrantView;
pub use kept::KeptPage;
pub use letters::Letter;
pub use list::{AskedPage, MessagePage, SOON, Statistics};
pub use outlines::{AskedNumber, Details, Marked, NumberedPage, Outline, Summary};
pub use partitions::ShownPartition;
pub use replies::{Answerable, ReplyUpload, ReplyView, SentReply};
pub use routing::{RoutingChange, RoutingEvent, Seeing, ToldRule};
pub use synchronise::MailboxPage;
pub use unaddressed::UnaddressedReply;

use crate::access::client::ROUTING;
use crate::access::shown::View;
use crate::access::tag::{Name, State};
use crate::access::{MachineProof, Proof};
use crate::clock::Timestamp;
use crate::consent::{Action, Actions};
use crate::error::{Error, TokenRefusal};
use crate::hub::Hub;
use crate::id::{ApplicationId, ConsentId, MailboxId};
use crate::journal::{Disclosed, Reader, Reading};
use crate::mailbox::{self, Kind};
use crate::message::marking::Marker;
use crate::message::reading::Sight;
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::partition::PartitionSet;
use crate::peer::Role;
use crate::provider::Reach;
use crate::token::{Presented, ProviderGuard};

/// A provider application with a valid token, and the consents behind it: one for each mailbox of its grant, none behind
/// a token of its own.
pub struct ProviderAccess {
    hub: Hub,
    client_id: String,
    party: OutsideParty,
    application: ApplicationId,
    scope: Option<String>,
    /// Whether it is an enterprise's own software.
    own: bool,
    granted: Vec<Granted>,
    /// The consent behind a token that tells of partitions: it reads nothing.
    telling: Option<Granted>,
    /// Which mailboxes the provider reached when the token was judged.
    reach: Reach,
    /// With which it is judged again.
    proof: Proof,
    now: Timestamp,
}

/// A consent behind a grant token, and the mailbox as the guard saw it.
#[derive(Clone, Copy)]
struct Granted {
    consent: ConsentId,
    mailbox: MailboxId,
    kind: Kind,
    actions: Actions,
    until: Timestamp,
    total: i64,
    unread: i64,
    version: i64,
    consent_epoch: i64,
    reference_epoch: i64,
    /// Whether senders are left out: then the counts are not for this provider.
    withholds: bool,
    /// The partitions that it shows, never more than its giver sees.
    partitions: PartitionSet,
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
    /// Messages in the mailbox that this provider sees.
    pub total: i64,
    /// Those whose display flag is down.
    pub unread: i64,
    /// Whether the citizen left senders out: their messages do not exist for this provider.
    pub withheld: bool,
}

impl Hub {
    /// Admits a provider application, or an enterprise's own software, by its certificate and its access token, in one guard statement.
    ///
    /// # Errors
    /// [`Error::Certificate`] if the certificate itself does not entitle, else [`Error::Token`].
    pub async fn provider(&self, proof: &MachineProof<'_>) -> Result<ProviderAccess, Error> {
        let now = self.now();
        let role = match proof.identity.role {
            Role::OwnSoftware => Role::OwnSoftware,
            _ => Role::Provider,
        };
        let Ok(token) = proof.token_hash() else {
            return Err(self.explain(proof.identity, role, TokenRefusal::Absent).await);
        };
        let presented = Presented { audience: proof.audience, thumbprint: &proof.identity.thumbprint, now };

        let rows = self.guards().provider(token).await?;
        match ProviderGuard::standing(rows, &presented) {
            Ok(standing) => {
                let (audience, thumbprint) = (proof.audience.to_owned(), proof.identity.thumbprint);
                ProviderAccess::of(self, &standing, Proof { token, audience, thumbprint }, now)
            }
            Err(why) => {
                self.came_again_by(proof.identity, token).await?;
                Err(self.explain(proof.identity, role, why).await)
            }
        }
    }
}

impl Granted {
    /// What a row of a guard that stands says about its consent; `None` for client credentials.
    fn of(guard: &ProviderGuard) -> Option<Self> {
        guard.grant_id?;
        Self::behind(guard)
    }

    /// What a row says about the consent that it joins.
    fn behind(guard: &ProviderGuard) -> Option<Self> {
        Some(Self {
            consent: guard.consent_id?,
            mailbox: guard.mailbox_id?,
            kind: Kind::named(guard.kind.as_deref()?)?,
            actions: guard.permitted()?,
            until: guard.consent_until?,
            total: guard.total?,
            unread: guard.unread?,
            version: guard.version?,
            consent_epoch: guard.consent_epoch?,
            reference_epoch: guard.reference_epoch,
            withholds: guard.withheld.is_some(),
            partitions: guard.partitions?,
        })
    }

    /// Whether nothing of the mailbox is left out.
    const fn shows_all(&self) -> bool {
        !self.withholds && self.partitions.is_all()
    }

    /// The messages of the mailbox that this consent shows.
    fn sight(&self) -> Sight {
        Sight { mailbox: self.mailbox, consent: Some(self.consent), partitions: self.partitions }
    }
}

impl ProviderAccess {
    /// The access that the rows of a guard that stands give.
    fn of(hub: &Hub, standing: &[ProviderGuard], proof: Proof, now: Timestamp) -> Result<Self, Error> {
        let first = standing.first().ok_or(Error::Token(TokenRefusal::Invalid))?;
        let granted: Vec<Granted> = standing.iter().filter_map(Granted::of).collect();
        let (granted, telling) = match first.scope.as_deref() {
            Some(ROUTING) => (Vec::new(), granted.first().copied()),
            _ => (granted, None),
        };
        Ok(Self {
            hub: hub.clone(),
            client_id: first.client_id.clone(),
            party: OutsideParty::Provider(first.provider_id.0),
            application: first.application_id,
            scope: first.scope.clone(),
            own: first.role == Role::OwnSoftware.name(),
            granted,
            telling,
            reach: first.reach(),
            proof,
            now,
        })
    }

    const fn role(&self) -> Role {
        if self.own { Role::OwnSoftware } else { Role::Provider }
    }

    /// The client id, by which requests are counted.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The hub it speaks to.
    pub(in crate::access) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// How it names things: with ids of its own.
    pub(in crate::access) fn party(&self) -> &OutsideParty {
        &self.party
    }

    async fn open_mailbox(&self, granted: &Granted) -> Result<OpenMailbox, Error> {
        let enterprise_number = match granted.kind {
            Kind::Citizen => None,
            Kind::Enterprise => self.enterprise_number(granted.mailbox).await?,
        };
        let (total, unread, _) = self.counts(granted).await?;
        let outside = self.hub.outside();
        Ok(OpenMailbox {
            id: outside.seal(&self.party, OutsideKind::Mailbox, granted.mailbox.0.into_bytes()),
            consent: outside.seal(&self.party, OutsideKind::Consent, granted.consent.0.into_bytes()),
            kind: granted.kind,
            enterprise_number,
            actions: granted.actions,
            until: granted.until,
            total,
            unread,
            withheld: granted.withholds,
        })
    }

    /// How many messages, and unread ones, this provider sees, and when time alone changes that.
    async fn counts(&self, granted: &Granted) -> Result<(i64, i64, Option<Timestamp>), Error> {
        if granted.shows_all() {
            return Ok((granted.total, granted.unread, None));
        }
        let db = &self.hub.parts().db;
        Ok(db.counts_without(granted.sight(), self.now).await?)
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
        let permitted = match self.synchronises() {
            true => self.synchronised(mailbox, action).await,
            false => self.judged(mailbox, action),
        };
        if permitted.is_err() {
            self.hub.record_refusal(self.role(), &self.client_id, action.name()).await?;
        }
        permitted
    }

    fn judged(&self, mailbox: &str, action: Action) -> Result<Granted, Error> {
        if self.granted.is_empty() {
            return Err(NO_CONSENT);
        }
        let opened = self.hub.outside().open(&self.party, OutsideKind::Mailbox, mailbox);
        let of = self.granted.iter().find(|granted| opened == Some(granted.mailbox.0.into_bytes()));
        let granted = *of.ok_or(Error::NotFound("mailbox"))?;
        if !granted.actions.contains(action) {
            return Err(Error::Forbidden(action.name()));
        }
        Ok(granted)
    }

    /// Leaves a record in the reading journal; if it cannot be written, nothing may be disclosed.
    fn note(&self, granted: &Granted, what: Disclosed) -> Result<(), Error> {
        let (application, consent) = (self.application.0, granted.consent);
        let reader = match self.role() {
            Role::OwnSoftware => Reader::OwnSoftware { application, consent },
            _ => Reader::Provider { application, consent },
        };
        self.hub.parts().journal.write(&Reading { at: self.now, mailbox: granted.mailbox, reader, what })
    }

    fn marker(&self) -> Marker {
        Marker { role: self.role().name(), actor: self.application.0.to_string() }
    }

    /// The name of an answer that follows the mailbox's version; `None` where that would tell that something happens which
    /// this consent does not show.
    fn moving_name(&self, granted: &Granted, kind: &'static str, asked: Vec<u8>) -> Option<Name<'_>> {
        granted.shows_all().then(|| self.name(granted, kind, asked))
    }

    /// The name of an answer about a mailbox.
    fn name(&self, granted: &Granted, kind: &'static str, asked: Vec<u8>) -> Name<'_> {
        let state = State {
            mailbox: granted.mailbox,
            version: granted.version,
            consent: granted.consent,
            consent_epoch: granted.consent_epoch,
            reference_epoch: granted.reference_epoch,
        };
        Name { hub: &self.hub, state, party: self.application.0, own: self.own, kind, asked }
    }

    fn view(&self, granted: &Granted) -> View<'_> {
        View { outside: self.hub.outside(), party: &self.party, mailbox: granted.mailbox }
    }
}

/// The answer to whoever reads with a token of its own.
const NO_CONSENT: Error = Error::Forbidden("reading without a consent");
