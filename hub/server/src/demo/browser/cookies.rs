//! The browser's cookies, by host (RFC 6265bis), as far as the story's servers use them.

use std::collections::BTreeMap;

use reqwest::Url;
use reqwest::header::{HeaderMap, SET_COOKIE};

/// Cookies of all hosts.
#[derive(Default)]
pub(super) struct CookieJar(BTreeMap<String, BTreeMap<String, String>>);

impl CookieJar {
    /// Keeps what an answer from `url` sets, and forgets what it ends.
    pub(super) fn take(&mut self, url: &Url, headers: &HeaderMap) {
        let host = self.0.entry(host(url)).or_default();
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            match Set::read(line) {
                Some(Set { name, value, life: Life::Kept }) => drop(host.insert(name, value)),
                Some(Set { name, life: Life::Over, .. }) => drop(host.remove(&name)),
                None => {}
            }
        }
    }

    /// The `Cookie` header for a request to `url`; `None` without cookies.
    pub(super) fn header(&self, url: &Url) -> Option<String> {
        let cookies = self.0.get(&host(url))?;
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// One `Set-Cookie` line that a browser would accept.
struct Set {
    name: String,
    value: String,
    life: Life,
}

/// Whether a cookie begins or ends.
enum Life {
    Kept,
    Over,
}

impl Set {
    /// `None` for a cookie that breaks the promise of its name, or is not for the whole host.
    fn read(line: &str) -> Option<Self> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let attributes: Vec<(String, &str)> = parts
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let attribute =
            |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);

        // RFC 6265bis 4.1.3.2: __Host- is secure, for the whole host and for no other.
        let whole_host = attribute("path") == Some("/") && attribute("domain").is_none();
        if !whole_host || attribute("secure").is_none() {
            return None;
        }
        let over = attribute("max-age").is_some_and(|age| age.parse::<i64>().is_ok_and(|age| age <= 0))
            || attribute("expires").is_some_and(|date| date.contains(" 1970 "));
        let life = if over { Life::Over } else { Life::Kept };
        Some(Self { name: name.to_owned(), value: value.to_owned(), life })
    }
}

/// Cookies do not know ports.
fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(lines: &[&str]) -> Option<String> {
        let url = Url::parse("https://facteur.localhost:8443/x").unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(SET_COOKIE, line.parse().unwrap());
        }
        let mut jar = CookieJar::default();
        jar.take(&url, &headers);
        assert_eq!(jar.header(&Url::parse("https://bank.localhost:8448/").unwrap()), None);
        jar.header(&url)
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_only_and_ends_when_told() {
        let set = "__Host-session=abc=; Path=/; Secure; HttpOnly; SameSite=Lax";
        assert_eq!(jar(&[set]).as_deref(), Some("__Host-session=abc="));
        assert_eq!(jar(&[set, "__Host-session=; Path=/; Secure; Max-Age=0"]), None);
    }

    #[test]
    fn a_cookie_without_its_promise_is_refused() {
        assert_eq!(jar(&["__Host-session=abc; Path=/"]), None);
        assert_eq!(jar(&["__Host-session=abc; Path=/; Secure; Domain=localhost"]), None);
    }
}
