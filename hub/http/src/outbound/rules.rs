//! Where the hub may call, judged by the URL alone.

use std::net::IpAddr;

use url::{Host, Url};

use super::OutboundError;
use super::address::{Reach, is_this_machine};

/// Why a call was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Anything but https; a demo may use http too, and so may a service whose answers are signed.
    #[error("the scheme is not https")]
    Scheme,
    /// Neither 443 nor listed with this host.
    #[error("port {0} of this host is not listed in outbound.allow")]
    Port(u16),
    /// An address that may not be called.
    #[error("the address is not public")]
    Address,
}

/// What makes an answer believable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assured {
    /// TLS: nobody else can have answered.
    ByConnection,
    /// A signature over the answer: it may come over plain http from what is listed.
    BySignature,
    /// TLS, or that nobody else is on this machine: what is listed there may answer over plain http.
    OnThisMachineToo,
}

/// The rules of one environment.
#[derive(Debug)]
pub(super) struct Rules {
    environment: String,
    listed: Vec<(Host, u16)>,
}

impl Rules {
    /// The rules of an environment, with the services that its operator listed.
    pub(super) fn new(environment: &str, allow: &[String]) -> Result<Self, OutboundError> {
        let listed = allow.iter().map(|entry| service(entry)).collect::<Result<_, _>>()?;
        Ok(Self { environment: environment.to_owned(), listed })
    }

    /// How far a call to what is listed may go.
    pub(super) fn listed_reach(&self) -> Reach {
        if self.environment == "production" { Reach::Neighbours } else { Reach::Anywhere }
    }

    /// Judges a call: `true` for what is listed, `false` for the public internet.
    pub(super) fn lists(&self, url: &Url, assured: Assured) -> Result<bool, Forbidden> {
        let may_be_plain = match assured {
            Assured::ByConnection => self.environment == "demo",
            Assured::BySignature => true,
            Assured::OnThisMachineToo => names_this_machine(url),
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && may_be_plain) {
            return Err(Forbidden::Scheme);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Forbidden::Address);
        };
        let listed = self.listed.iter().any(|(name, number)| host == *name && port == *number);
        if url.scheme() == "http" && !listed {
            return Err(Forbidden::Port(port));
        }
        if !listed && port != HTTPS {
            return Err(Forbidden::Port(port));
        }

        let reach = if listed { self.listed_reach() } else { Reach::Internet };
        match host {
            // The resolver is not asked about these.
            Host::Ipv4(address) if !reach.covers(IpAddr::V4(address)) => Err(Forbidden::Address),
            Host::Ipv6(address) if !reach.covers(IpAddr::V6(address)) => Err(Forbidden::Address),
            _ => Ok(listed),
        }
    }
}

/// Whether a URL leads to this machine, whoever is asked about its name.
fn names_this_machine(url: &Url) -> bool {
    match url.host() {
        // RFC 6761 6.3, as the resolver knows it
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => is_this_machine(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_this_machine(IpAddr::V6(address)),
        None => false,
    }
}

fn service(entry: &str) -> Result<(Host, u16), OutboundError> {
    let read = || {
        let (host, port) = entry.rsplit_once(':')?;
        Some((Host::parse(host).ok()?, port.parse().ok()?))
    };
    read().ok_or_else(|| OutboundError::Entry(entry.to_owned()))
}

const HTTPS: u16 = 443;

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(environment: &str, allow: &[&str]) -> Rules {
        let allow: Vec<String> = allow.iter().map(|entry| (*entry).to_owned()).collect();
        Rules::new(environment, &allow).unwrap()
    }

    fn judged(rules: &Rules, url: &str) -> Result<bool, Forbidden> {
        rules.lists(&url.parse().unwrap(), Assured::ByConnection)
    }

    #[test]
    fn an_address_in_the_url_is_judged_however_it_is_written() {
        let rules = rules("integration", &[]);
        for private in [
            "10.0.0.5",
            "169.254.169.254",
            "0x7f.1",
            "2130706433",
            "[::1]",
            "[::ffff:10.0.0.5]",
            "[64:ff9b::a00:5]",
        ] {
            assert_eq!(judged(&rules, &format!("https://{private}/")), Err(Forbidden::Address), "{private}");
        }
        assert_eq!(judged(&rules, "https://193.191.245.1/"), Ok(false));
        assert_eq!(judged(&rules, "https://identity.example.org/"), Ok(false));
    }

    #[test]
    fn a_service_is_listed_with_its_port_and_no_other() {
        let rules = rules("integration", &["Identity.internal:8443", "10.0.0.5:443", "[fd00::1]:9443"]);
        for listed in ["identity.INTERNAL:8443", "10.0.0.5", "[fd00::1]:9443"] {
            assert_eq!(judged(&rules, &format!("https://{listed}/")), Ok(true), "{listed}");
        }
        assert_eq!(judged(&rules, "https://identity.internal/"), Ok(false));
        for (other, port) in
            [("identity.internal:22", 22), ("10.0.0.5:8443", 8443), ("example.org:8443", 8443)]
        {
            assert_eq!(judged(&rules, &format!("https://{other}/")), Err(Forbidden::Port(port)), "{other}");
        }
    }

    #[test]
    fn plain_http_is_for_the_demo() {
        for environment in ["integration", "acceptance", "production"] {
            let rules = rules(environment, &["identity.internal:80"]);
            assert_eq!(judged(&rules, "http://identity.internal/"), Err(Forbidden::Scheme));
        }
        assert_eq!(
            judged(&rules("demo", &["identity.localhost:80"]), "http://identity.localhost/"),
            Ok(true)
        );
        assert_eq!(judged(&rules("demo", &[]), "http://example.org/"), Err(Forbidden::Port(80)));
        assert_eq!(judged(&rules("demo", &[]), "ftp://example.org/"), Err(Forbidden::Scheme));
    }

    #[test]
    fn a_signed_answer_may_come_over_plain_http_from_what_is_listed() {
        let signed = |rules: &Rules, url: &str| rules.lists(&url.parse().unwrap(), Assured::BySignature);
        let rules = rules("production", &["time.example.org:80", "127.0.0.1:80"]);
        assert_eq!(signed(&rules, "http://time.example.org/tsa"), Ok(true));
        assert_eq!(signed(&rules, "https://time.example.org/tsa"), Ok(false));
        assert_eq!(signed(&rules, "http://other.example.org/tsa"), Err(Forbidden::Port(80)));
        assert_eq!(signed(&rules, "http://other.example.org:443/tsa"), Err(Forbidden::Port(443)));
        assert_eq!(signed(&rules, "http://127.0.0.1/tsa"), Err(Forbidden::Address));
        assert_eq!(signed(&rules, "ftp://time.example.org:80/tsa"), Err(Forbidden::Scheme));
        assert_eq!(judged(&rules, "http://time.example.org/tsa"), Err(Forbidden::Scheme));
    }

    #[test]
    fn the_object_store_may_answer_over_plain_http_on_this_machine_only() {
        let asked = |rules: &Rules, url: &str| rules.lists(&url.parse().unwrap(), Assured::OnThisMachineToo);
        let allow = ["127.0.0.1:9000", "s3.localhost:9000", "s3.internal:9000", "10.0.0.5:9000"];
        for environment in ["demo", "integration", "acceptance"] {
            let rules = rules(environment, &allow);
            for here in ["http://127.0.0.1:9000/bucket", "http://s3.localhost:9000/bucket"] {
                assert_eq!(asked(&rules, here), Ok(true), "{environment} {here}");
            }
            for there in ["http://s3.internal:9000/bucket", "http://10.0.0.5:9000/bucket"] {
                assert_eq!(asked(&rules, there), Err(Forbidden::Scheme), "{environment} {there}");
                assert_eq!(asked(&rules, &there.replace("http", "https")), Ok(true));
            }
            assert_eq!(asked(&rules, "http://127.0.0.1:9001/"), Err(Forbidden::Port(9001)));
        }
        let production = rules("production", &allow);
        assert_eq!(asked(&production, "http://127.0.0.1:9000/bucket"), Err(Forbidden::Address));
        assert_eq!(asked(&production, "https://bucket.s3.eu-central-1.amazonaws.com/"), Ok(false));
    }

    #[test]
    fn production_never_calls_itself() {
        let allow = ["127.0.0.1:8447", "[::1]:8447", "0.0.0.0:8447", "10.0.0.5:8447"];
        let (production, demo) = (rules("production", &allow), rules("demo", &allow));
        for here in ["127.0.0.1", "[::1]", "0.0.0.0"] {
            let url = format!("https://{here}:8447/");
            assert_eq!(judged(&production, &url), Err(Forbidden::Address), "{here}");
            assert_eq!(judged(&demo, &url), Ok(true), "{here}");
        }
        assert_eq!(judged(&production, "https://10.0.0.5:8447/"), Ok(true));
        assert_eq!(production.listed_reach(), Reach::Neighbours);
    }

    #[test]
    fn an_entry_without_a_port_is_refused() {
        for wrong in ["identity.internal", "identity.internal:https", "https://identity.internal:443", ""] {
            let refused = Rules::new("demo", &[wrong.to_owned()]);
            assert!(matches!(refused, Err(OutboundError::Entry(entry)) if entry == wrong));
        }
    }
}
