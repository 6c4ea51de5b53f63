//! What every page tells the browser: what it may load, where its forms may lead, that nobody may frame or keep it.

use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName,
    HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use url::Url;

use crate::i18n::Language;

/// The origins that pages may use beside their own.
#[derive(Clone, Debug)]
pub struct Policy {
    content: String,
    identity: Vec<String>,
}

impl Policy {
    /// Pages show logos of `content`; forms may lead on to the `identity` service's addresses, because Chromium
    /// applies `form-action` to the redirect that answers a form.
    pub fn new(content: &Url, identity: &[Url]) -> Self {
        Self { content: origin(content), identity: identity.iter().map(origin).collect() }
    }

    /// The headers of a page in `language`; `leads_to` is the redirect URI of a consent page.
    pub fn page(&self, language: Language, leads_to: Option<&Url>) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(16);
        for (name, value) in FIXED {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        let csp = HeaderValue::try_from(self.csp(leads_to));
        headers
            .insert(CONTENT_SECURITY_POLICY, csp.unwrap_or(HeaderValue::from_static("default-src 'none'")));
        headers
    }

    /// The headers of a page that shows an API document: it runs the viewer, and nothing else than this origin is asked.
    pub fn viewer(&self) -> HeaderMap {
        let mut headers = self.page(Language::En, None);
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(VIEWER));
        headers
    }

    fn csp(&self, leads_to: Option<&Url>) -> String {
        let mut csp = format!(
            "default-src 'none'; style-src 'self'; img-src 'self' {}; form-action 'self'",
            self.content
        );
        for more in self.identity.iter().cloned().chain(leads_to.map(origin)) {
            csp.push(' ');
            csp.push_str(&more);
        }
        csp.push_str("; frame-ancestors 'none'; base-uri 'none'");
        csp
    }
}

/// The headers of an asset, whose address changes with its content.
pub fn asset(media_type: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(8);
    let fixed = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (STRICT_TRANSPORT_SECURITY, TWO_YEARS),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// `https://host[:port]`, as a source expression; a scheme without an origin gives the scheme.
fn origin(url: &Url) -> String {
    match url.origin() {
        url::Origin::Opaque(_) => format!("{}:", url.scheme()),
        tuple @ url::Origin::Tuple(..) => tuple.ascii_serialization(),
    }
}

/// The viewer draws small pictures that it carries in itself.
const VIEWER: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
/// How long browsers insist on TLS.
pub(crate) const TWO_YEARS: &str = "max-age=63072000";
const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
pub(crate) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

const FIXED: [(HeaderName, &str); 10] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CACHE_CONTROL, "no-store"),
    (VARY, "Accept-Language, Cookie"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (STRICT_TRANSPORT_SECURITY, TWO_YEARS),
    // Not `no-referrer`: with it browsers send `Origin: null` with our own forms.
    (REFERRER_POLICY, "same-origin"),
    (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_consent_page_may_lead_to_the_app_and_nowhere_else() {
        let policy = Policy::new(
            &url("https://content.localhost:8446/"),
            &[url("https://identity.localhost:8447/authorize")],
        );

        let consent = policy.page(Language::Fr, Some(&url("https://bank.localhost:8448/callback?x=1")));
        let other = policy.page(Language::Fr, None);

        assert_eq!(
            consent.get(CONTENT_SECURITY_POLICY).unwrap(),
            "default-src 'none'; style-src 'self'; img-src 'self' https://content.localhost:8446; form-action 'self' \
             https://identity.localhost:8447 https://bank.localhost:8448; frame-ancestors 'none'; base-uri 'none'"
        );
        assert!(!other.get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap().contains("bank"));
        assert_eq!(consent.get(CONTENT_LANGUAGE).unwrap(), "fr");
    }

    #[test]
    fn pages_are_never_kept_and_assets_always() {
        let policy = Policy::new(&url("https://content.localhost"), &[]);

        assert_eq!(policy.page(Language::Nl, None).get(CACHE_CONTROL).unwrap(), "no-store");
        assert!(asset("text/css").get(CACHE_CONTROL).unwrap().to_str().unwrap().ends_with("immutable"));
    }
}
