//! What the portal is told at its start, checked once.

use std::sync::Arc;

use hub_core::error::Error;
use hub_http::peer::TrustHandle;
use hub_http::{Limits, Network, Outbound, Sheet, Sheets};
use url::Url;

use crate::headers::Policy;
use crate::i18n::{Language, Wishes, negotiate};
use crate::identity::Identity;
use crate::receipt::ReceiptSheet;

/// What the portal is told.
#[derive(Clone, Debug)]
pub struct PortalSettings {
    /// The public origin, which is also the authorization server's issuer.
    pub issuer: String,
    /// The cookieless origin of attachments and logos.
    pub content_origin: String,
    /// The language of pages for visitors who ask for none of the four.
    pub default_language: String,
    /// The identity service.
    pub identity: IdentitySettings,
}

/// What the portal is told about the identity service.
#[derive(Clone)]
pub struct IdentitySettings {
    /// Its issuer, exactly as its ID tokens name it.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Our client secret there, if we have one.
    pub client_secret: Option<String>,
    /// The claim with the national register number.
    pub ssin_claim: String,
    /// The levels of assurance that suffice.
    pub acr: Vec<String>,
    /// The signature algorithms that are accepted: `ES256`, `PS256`, ….
    pub algorithms: Vec<String>,
}

impl std::fmt::Debug for IdentitySettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("IdentitySettings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A setting that the portal cannot work with.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// Not an absolute address.
    #[error("{name} is not an absolute address: {value}")]
    Address {
        /// The setting.
        name: &'static str,
        /// What it says.
        value: String,
    },
    /// Not one of the four languages.
    #[error("{0} is none of nl, fr, de, en")]
    Language(String),
    /// Unknown, symmetric or none.
    #[error("{0} is not an asymmetric signature algorithm of JWA")]
    Algorithm(String),
    /// An empty list would let nobody in.
    #[error("the identity service needs at least one of each: acr, algorithms")]
    Nobody,
}

/// The portal; cheap to clone.
#[derive(Clone)]
pub struct Portal(Arc<Whole>);

struct Whole {
    issuer: String,
    content: Url,
    language: Language,
    identity: Identity,
    limits: Arc<Limits>,
    trust: TrustHandle,
}

impl Portal {
    /// Checks the settings; calls nobody. Logins and pages are counted in `limits`; certificates that citizens register
    /// are judged by `trust`.
    ///
    /// # Errors
    /// [`PortalError`] names the setting that cannot be used.
    pub fn new(
        settings: PortalSettings,
        outbound: Outbound,
        limits: Arc<Limits>,
        trust: TrustHandle,
    ) -> Result<Self, PortalError> {
        let issuer = origin("issuer", &settings.issuer)?.origin().ascii_serialization();
        let identity = Identity::new(settings.identity, &issuer, outbound)?;
        let language = Language::parse(&settings.default_language)
            .ok_or(PortalError::Language(settings.default_language))?;
        let content = origin("content origin", &settings.content_origin)?;
        Ok(Self(Arc::new(Whole { issuer, content, language, identity, limits, trust })))
    }

    /// What sets evidence as sheets for the faces that serve machines, in this portal's words.
    pub fn sheets(&self) -> Sheets {
        let default = self.language();
        Sheets::new(move |receipt, accept_language| {
            let language = negotiate(&Wishes { accept_language, ..Wishes::default() }, default);
            let sheet = ReceiptSheet::in_language(language, receipt).map_err(Error::internal)?;
            Ok(Sheet { language: language.tag(), set: Box::new(move |document| sheet.set(document)) })
        })
    }

    /// The public origin, without a slash at its end.
    pub(crate) fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The language of who asks for none.
    pub(crate) fn language(&self) -> Language {
        self.0.language
    }

    /// The identity service.
    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// The trust in force.
    pub(crate) fn trust(&self) -> &TrustHandle {
        &self.0.trust
    }

    /// Counts a login that somebody in `network` begins.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub(crate) fn count_login(&self, network: Network) -> Result<(), Error> {
        self.0.limits.count_login(network)
    }

    /// Counts a login that comes back to somebody in `network`.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub(crate) fn count_return(&self, network: Network) -> Result<(), Error> {
        self.0.limits.count_return(network)
    }

    /// Counts a page that somebody who is logged in asks for, in whichever of their sessions.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub(crate) fn count_page(&self, person: &str) -> Result<(), Error> {
        self.0.limits.count_page(person)
    }

    /// What pages may load and where their forms may lead.
    pub(crate) fn policy(&self) -> Policy {
        Policy::new(&self.0.content, &self.0.identity.addresses())
    }

    /// An address on the content origin.
    pub(crate) fn content(&self, segments: &[&str]) -> String {
        let mut address = self.0.content.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            path.clear().extend(segments);
        }
        address.into()
    }
}

pub(crate) fn origin(name: &'static str, value: &str) -> Result<Url, PortalError> {
    let refused = || PortalError::Address { name, value: value.to_owned() };
    let url = Url::parse(value).map_err(|_| refused())?;
    if url.has_host() { Ok(url) } else { Err(refused()) }
}
