//! Providers, their applications, and the certificates by which parties are known.
//!
//! All three are reference data that operators register. Moving a provider's epoch ends every token it holds.

mod sql;

use crate::db::record;
use crate::id::{ApplicationId, CertificateId, ProviderId, Sha256};
use crate::peer::PeerIdentity;
use crate::text::Texts;

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
    /// Whether the provider and the application are active.
    pub active: bool,
    /// Moves when all its tokens must end.
    pub epoch: i64,
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
        /// The pinned certificate, if the registration names one.
        pub thumbprint: Option<Sha256>,
    }
}

/// The names by which a certificate can be registered (RFC 8705 2.1.2), most specific first.
pub(crate) fn names_of(identity: &PeerIdentity) -> impl Iterator<Item = (&'static str, &str)> {
    let uris = identity.san_uris.iter().map(|name| ("san_uri", name.as_str()));
    let hosts = identity.san_dns.iter().map(|name| ("san_dns", name.as_str()));
    uris.chain(hosts).chain([("subject", identity.subject.as_str())])
}
