//! Providers, their applications, and the certificates by which parties are known.
//!
//! All three are reference data that operators register. A provider's state is compared by every statement that
//! guards a token, so that suspension freezes and resuming restores; only removal moves the epoch, which ends every
//! token it holds.

mod certificate;
mod certificate_sql;
mod grantable;
mod life;
mod listing_sql;
mod redirect;
mod register_sql;
mod removal;
mod sql;

use crate::clock::Timestamp;
use crate::db::record;
use crate::id::{ApplicationId, CertificateId, MailboxId, ProviderId, Sha256};
use crate::peer::PeerIdentity;
use crate::text::Texts;

pub use certificate::{NameKind, NewCertificate, StandingCertificate, is_client_id, thumbprint};
pub(crate) use certificate_sql::Named;
pub(crate) use grantable::Grantable;
pub use life::{Marked, Reach, Stage, State, Step, Takes, Target, UnknownTarget};
pub use listing_sql::{PilotPerson, TestMailbox};
pub(crate) use redirect::REDIRECT_URI;
pub use redirect::is_redirect_uri;
pub(crate) use removal::end_consents;
pub(crate) use sql::NewApplication;

/// A provider as operators register it.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its id inside the hub.
    pub id: ProviderId,
    /// Its code, chosen by the operator.
    pub code: String,
    /// Its legal name.
    pub legal_name: String,
    /// Where it is in its life.
    pub state: State,
    /// Since when; `None` if nobody noted it.
    pub moved_at: Option<Timestamp>,
}

/// A provider application as citizens and the authorization server know it.
#[derive(Clone, Debug)]
pub struct Application {
    /// Its id inside the hub.
    pub id: ApplicationId,
    /// Its OAuth client id.
    pub client_id: String,
    /// The provider behind it.
    pub provider: ProviderId,
    /// The provider's legal name.
    pub legal_name: String,
    /// The name citizens know it by.
    pub brand: String,
    /// What it is for, in its own words.
    pub purpose: Texts,
    /// How long it keeps copies, in its own words.
    pub retention: Texts,
    /// Where the browser may be sent back to; compared exactly.
    pub redirect_uris: Vec<String>,
    /// The logo's digest, under which the content origin serves it.
    pub logo: Option<Sha256>,
    /// Which mailboxes it can reach at all.
    pub reach: Reach,
    /// Whether only the persons of its pilot may grant.
    pub pilot: bool,
    /// Moves when all its tokens must end.
    pub epoch: i64,
    /// The mailbox whose holder's own software it is.
    pub(crate) owner: Option<MailboxId>,
}

record! {
    /// A registered certificate: which client of which role presents it.
    #[derive(Clone, Debug)]
    pub struct Registration {
        /// Its id inside the hub; tokens are bound to it.
        pub id: CertificateId,
        /// `provider`, `sender`, `ownSoftware` or `operator`.
        pub role: String,
        /// The client that it identifies.
        pub client_id: String,
    }
}

/// The names by which a certificate can be registered (RFC 8705 2.1.2), most specific first.
pub(crate) fn names_of(identity: &PeerIdentity) -> impl Iterator<Item = (NameKind, &str)> {
    let uris = identity.san_uris.iter().map(|name| (NameKind::SanUri, name.as_str()));
    let hosts = identity.san_dns.iter().map(|name| (NameKind::SanDns, name.as_str()));
    uris.chain(hosts).chain([(NameKind::Subject, identity.subject.as_str())])
}
