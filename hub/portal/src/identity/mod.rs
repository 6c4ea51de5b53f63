//! The national identity service, to which the hub is an OpenID Connect relying party: code flow with PKCE and nonce.
//!
//! Its metadata and keys are fetched when first needed, kept for an hour, and fetched again when a token names a
//! key that is not known, at most once a minute. Issuer, algorithms, levels of assurance and the claim with the
//! number are configuration (TRUST T12).

mod claims;
mod redeem;
mod transport;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hub_core::access::citizen::LoginStart;
use hub_core::clock::Timestamp;
use hub_http::Outbound;
use moka::future::Cache;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthType, AuthenticationContextClass, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, LanguageTag, LogoutRequest,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RedirectUrl, StandardErrorResponse, StandardTokenResponse,
};
use url::Url;

use self::claims::Claims;
use crate::i18n::Language;
use crate::portal::{IdentitySettings, PortalError, origin};

type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Client = openidconnect::Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The identity service.
pub(crate) struct Identity {
    settings: IdentitySettings,
    issuer: IssuerUrl,
    callback: RedirectUrl,
    logged_out: PostLogoutRedirectUrl,
    algorithms: Vec<CoreJwsSigningAlgorithm>,
    outbound: Outbound,
    known: Cache<(), Arc<ProviderMetadataWithLogout>>,
    addresses: RwLock<Vec<Url>>,
    asked_again: AtomicI64,
}

/// The identity service does not answer, or answers wrongly.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the identity service is of no use now: {0}")]
pub(crate) struct Unavailable(String);

impl Identity {
    /// Checks the settings; calls nobody.
    pub(crate) fn new(
        settings: IdentitySettings,
        hub: &str,
        outbound: Outbound,
    ) -> Result<Self, PortalError> {
        let address = |name, value: String| move |_| PortalError::Address { name, value };
        let issuer_url = origin("identity issuer", &settings.issuer)?;
        let (callback, logged_out) = (format!("{hub}/login/callback"), format!("{hub}/logout"));
        if settings.acr.is_empty() || settings.algorithms.is_empty() {
            return Err(PortalError::Nobody);
        }
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone())
                .map_err(address("identity issuer", settings.issuer.clone()))?,
            callback: RedirectUrl::new(callback.clone()).map_err(address("issuer", callback))?,
            logged_out: PostLogoutRedirectUrl::new(logged_out.clone())
                .map_err(address("issuer", logged_out))?,
            algorithms: settings.algorithms.iter().map(|name| algorithm(name)).collect::<Result<_, _>>()?,
            outbound,
            known: Cache::builder().max_capacity(1).time_to_live(KEPT_FOR).build(),
            addresses: RwLock::new(vec![issuer_url]),
            asked_again: AtomicI64::new(0),
            settings,
        })
    }

    /// Whether `issuer` is this service.
    pub(crate) fn is(&self, issuer: &str) -> bool {
        self.issuer.as_str() == issuer
    }

    /// The addresses to which a form of ours may lead on.
    pub(crate) fn addresses(&self) -> Vec<Url> {
        self.addresses.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its metadata and keys.
    ///
    /// # Errors
    /// [`Unavailable`] if it does not answer as the standard says.
    pub(crate) async fn metadata(&self) -> Result<Arc<ProviderMetadataWithLogout>, Unavailable> {
        self.known.try_get_with((), self.discover()).await.map_err(|error: Arc<Unavailable>| (*error).clone())
    }

    /// Learns its addresses if it answers at once; a page can do without, one that leads there may not be let.
    pub(crate) async fn learn(&self) {
        let _ = tokio::time::timeout(AT_ONCE, self.metadata()).await;
    }

    /// Where the browser logs in; `fresh` asks for it even if the person logged in a moment ago.
    pub(crate) async fn login(
        &self,
        start: &LoginStart,
        language: Language,
        fresh: bool,
    ) -> Result<Url, Unavailable> {
        let client = self.client(&*self.metadata().await?);
        let verifier = PkceCodeVerifier::new(start.verifier.expose().to_owned());
        let (state, nonce) = (start.state.expose().to_owned(), start.nonce.expose().to_owned());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_prompt(CoreAuthPrompt::Login)
            .set_max_age(if fresh { Duration::ZERO } else { RECENT })
            .add_ui_locale(LanguageTag::new(language.tag().to_owned()));
        for level in &self.settings.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(level.clone()));
        }
        let (address, _, _) = request.url();
        Ok(address)
    }

    /// Where the browser ends its session there; `None` if the service has no such place or does not answer.
    ///
    /// `hint` is the ID token. One that contains the national number is left out: no number stands in an address.
    /// The service then knows us by our client id (OpenID Connect RP-Initiated Logout 2).
    pub(crate) async fn end_session(&self, hint: &str, language: Language) -> Option<Url> {
        let metadata = self.metadata().await.ok()?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.clone()?;
        let mut address = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(self.logged_out.clone())
            .add_ui_locale(LanguageTag::new(language.tag().to_owned()))
            .http_get_url();
        if !claims::tells(hint, &self.settings.ssin_claim) {
            address.query_pairs_mut().append_pair("id_token_hint", hint);
        }
        Some(address)
    }

    fn client(&self, metadata: &ProviderMetadataWithLogout) -> Client {
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let client = Client::from_provider_metadata(metadata.clone(), id, secret);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let client = if in_body { client.set_auth_type(AuthType::RequestBody) } else { client };
        client.set_redirect_uri(self.callback.clone())
    }

    /// Fetches metadata and keys again; not if that was done within the last minute.
    async fn metadata_again(&self, now: Timestamp) -> Result<Arc<ProviderMetadataWithLogout>, Unavailable> {
        let before = self.asked_again.load(Ordering::SeqCst);
        let due = now.since(Timestamp(before)) >= AGAIN_AFTER;
        if due && self.asked_again.compare_exchange(before, now.0, Ordering::SeqCst, Ordering::SeqCst).is_ok()
        {
            self.known.invalidate(&()).await;
        }
        self.metadata().await
    }

    async fn discover(&self) -> Result<Arc<ProviderMetadataWithLogout>, Unavailable> {
        let http = transport::over(self.outbound.clone());
        let metadata = ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &http).await;
        let metadata = metadata.map_err(|error| Unavailable(chain(&error)))?;

        let mut addresses = vec![self.issuer.url().clone(), metadata.authorization_endpoint().url().clone()];
        let ends = metadata.additional_metadata().end_session_endpoint.as_ref();
        addresses.extend(ends.map(|endpoint| endpoint.url().clone()));
        // Browsers go there: nothing the service says leads them away from TLS.
        if addresses.iter().any(|address| address.scheme() != self.issuer.url().scheme()) {
            return Err(Unavailable("one of its addresses has another scheme than its issuer".to_owned()));
        }
        addresses.sort();
        addresses.dedup_by_key(|address| address.origin());
        *self.addresses.write().unwrap_or_else(PoisonError::into_inner) = addresses;
        Ok(Arc::new(metadata))
    }
}

/// An error with its causes on one line; none of them repeats what was received.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// An asymmetric algorithm; a shared secret or none would let others speak as the identity service.
fn algorithm(name: &str) -> Result<CoreJwsSigningAlgorithm, PortalError> {
    let refused = || PortalError::Algorithm(name.to_owned());
    if name == "none" || name.starts_with("HS") {
        return Err(refused());
    }
    serde_json::from_value(serde_json::Value::from(name)).map_err(|_| refused())
}

const KEPT_FOR: Duration = Duration::from_secs(60 * 60);
const AGAIN_AFTER: Duration = Duration::from_secs(60);
const AT_ONCE: Duration = Duration::from_secs(2);
/// How old an authentication may be when nothing is decided with it.
const RECENT: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_asymmetric_algorithms_can_be_configured() {
        for fine in ["ES256", "PS256", "RS256", "EdDSA"] {
            assert!(algorithm(fine).is_ok(), "{fine}");
        }
        for refused in ["none", "HS256", "es256", "A256GCM", ""] {
            assert!(algorithm(refused).is_err(), "{refused}");
        }
    }
}
