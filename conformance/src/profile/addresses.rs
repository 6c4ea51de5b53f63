//! Addresses of the app: nothing that the suite sends to it is read on the way.

use url::{Host, Url};

use super::{Mistake, Profile};

impl Profile {
    /// Secrets, keys and cookies go to these: nobody on the way may read them.
    pub(super) fn check_addresses(&self) -> Result<(), Mistake> {
        let addresses = [
            ("app.redirect_uri", Some(&self.app.redirect_uri)),
            ("app.start_url", self.app.start_url.as_ref()),
            ("app.events", self.app.events.as_ref()),
            ("hook.url", self.hook.as_ref().map(|hook| &hook.url)),
        ];
        match addresses.into_iter().find(|(_, url)| url.is_some_and(|url| !is_private(url))) {
            Some((key, _)) => Err(Mistake::Open { key }),
            None => Ok(()),
        }
    }
}

/// Says whether what goes to this address is read by nobody on the way.
fn is_private(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}
