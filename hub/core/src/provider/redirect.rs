//! Redirect URIs: where browsers may be sent back to.

/// Whether browsers may be sent there: https, a host and nothing before it, no fragment (FAPI 2.0 5.3.2.2-8).
pub fn is_redirect_uri(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    !host.is_empty()
        && !host.starts_with(':')
        && !host.contains('@')
        && uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\\\"<>".contains(&byte))
}

/// What is said of one that is not.
pub(crate) const REDIRECT_URI: &str =
    "a redirect URI is https, names a host, and has neither user information nor a fragment";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_names_a_host_and_nothing_that_hides_it() {
        for good in ["https://bank.localhost:8448/callback", "https://bank.example/cb?tenant=1"] {
            assert!(is_redirect_uri(good), "{good}");
        }
        for bad in [
            "http://bank.example/",
            "https://",
            "https://:8443/",
            "https://bank@evil.example/",
            "https://bank.example/#x",
            "https://bank.example/ x",
            "bank://callback",
        ] {
            assert!(!is_redirect_uri(bad), "{bad}");
        }
    }
}
