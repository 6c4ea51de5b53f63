//! A handshake that is begun by hand: offers versions and ciphers that no library offers any more, and reads how it is met.

use std::time::Duration;

use aws_lc_rs::rand;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use super::caller::tcp;

/// How a first message was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Met {
    /// With an alert, by its number (RFC 8446 6).
    Alert(u8),
    /// With the end of the connection.
    Closed,
    /// It was agreed to: the version and the cipher suite that were chosen.
    Agreed(u16, u16),
    /// With something else.
    Unclear(String),
}

impl Met {
    /// Says whether the handshake was refused.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Alert(_) | Self::Closed)
    }
}

impl std::fmt::Display for Met {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Alert(70) => f.write_str("alert protocol_version"),
            Self::Alert(40) => f.write_str("alert handshake_failure"),
            Self::Alert(number) => write!(f, "alert {number}"),
            Self::Closed => f.write_str("connection closed"),
            Self::Agreed(version, suite) => {
                write!(f, "agreed to version {version:#06x}, cipher suite {suite:#06x}")
            }
            Self::Unclear(what) => f.write_str(what),
        }
    }
}

/// TLS 1.0, 1.1 and 1.2 as they stand in a message.
pub(super) const TLS10: u16 = 0x0301;
pub(super) const TLS11: u16 = 0x0302;
pub(super) const TLS12: u16 = 0x0303;

/// Suites of TLS 1.0 and 1.1 that every old server has, the best first.
pub(super) const OLD: &[u16] = &[0xc014, 0xc013, 0xc00a, 0xc009, 0x0039, 0x0033, 0x0035, 0x002f, 0x000a];

/// Suites of TLS 1.2 that BCP 195 does not recommend: RSA key exchange, CBC, finite-field ephemeral.
pub(super) const WEAK: &[u16] = &[
    0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0xc028, 0xc027, 0xc024, 0xc023, 0xc014, 0xc013, 0xc00a,
    0xc009, 0x000a,
];

/// Begins a handshake at the address of `url` and gives how it is met; `Err` if nothing listens there.
pub(super) async fn offer(url: &str, version: u16, suites: &[u16]) -> Result<Met, String> {
    let url = Url::parse(url).map_err(|error| error.to_string())?;
    let host = url.host_str().unwrap_or_default();
    let mut stream =
        tcp(host, url.port_or_known_default().unwrap_or(443)).await.map_err(|none| none.to_string())?;
    let hello = hello(version, suites, host);
    if stream.write_all(&hello).await.is_err() {
        return Ok(Met::Closed);
    }
    let mut head = vec![0; 5];
    let read = tokio::time::timeout(PATIENCE, stream.read_exact(&mut head)).await;
    match read {
        Err(_) => return Ok(Met::Unclear("no answer in time".to_owned())),
        Ok(Err(_)) => return Ok(Met::Closed),
        Ok(Ok(_)) => {}
    }
    let length = head.get(3..5).map_or(0, |bytes| usize::from(number(bytes)));
    let mut record = vec![0; length.min(16_384)];
    let whole = tokio::time::timeout(PATIENCE, stream.read_exact(&mut record)).await;
    if !matches!(whole, Ok(Ok(_))) {
        return Ok(Met::Closed);
    }
    Ok(met(head.first().copied().unwrap_or_default(), &record))
}

fn met(kind: u8, record: &[u8]) -> Met {
    match (kind, record) {
        (21, [_, number, ..]) => Met::Alert(*number),
        // handshake, server_hello: type, three bytes of length, version, 32 random bytes, session id, suite
        (22, [2, _, _, _, rest @ ..]) => {
            let version = rest.get(..2).map(number);
            let session = rest.get(34).map_or(0, |length| usize::from(*length));
            let suite = rest.get(35 + session..37 + session).map(number);
            match (version, suite) {
                (Some(version), Some(suite)) => Met::Agreed(version, suite),
                _ => Met::Unclear("a server_hello that is cut off".to_owned()),
            }
        }
        _ => Met::Unclear(format!("a record of type {kind}")),
    }
}

fn number(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u16::from(*byte))
}

/// A client_hello (RFC 5246 7.4.1.2) in its record.
fn hello(version: u16, suites: &[u16], host: &str) -> Vec<u8> {
    let mut random = [0; 32];
    // a machine without randomness offers zeros: what is judged is the answer
    let _ = rand::fill(&mut random);
    let suites: Vec<u8> = suites.iter().flat_map(|suite| suite.to_be_bytes()).collect();
    let mut extensions = Vec::new();
    if host.parse::<std::net::IpAddr>().is_err() {
        let name = [&[0][..], &sized(host.as_bytes())].concat();
        extensions.extend(extension(0, &sized(&name)));
    }
    extensions.extend(extension(10, &sized(&[0, 29, 0, 23, 0, 24])));
    extensions.extend(extension(11, &[1, 0]));
    if version >= TLS12 {
        extensions.extend(extension(13, &sized(&[4, 3, 5, 3, 8, 4, 4, 1, 5, 1, 2, 1, 2, 3])));
    }
    let body =
        [&version.to_be_bytes()[..], &random, &[0], &sized(&suites), &[1, 0], &sized(&extensions)].concat();
    let length = u32::try_from(body.len()).unwrap_or_default().to_be_bytes();
    let message = [&[1][..], length.get(1..).unwrap_or_default(), &body].concat();
    // the record says TLS 1.0, as every client's first one does
    [&[22, 3, 1][..], &sized(&message)].concat()
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &sized(content)].concat()
}

/// Bytes behind their length in two bytes.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_and_server_hellos_are_told_apart() {
        assert_eq!(met(21, &[2, 70]), Met::Alert(70));
        let mut hello = vec![2, 0, 0, 40, 3, 2];
        hello.extend([7; 32]);
        hello.extend([2, 9, 9, 0xc0, 0x14, 0]);
        assert_eq!(met(22, &hello), Met::Agreed(TLS11, 0xc014));
        assert!(matches!(met(22, &[2, 0, 0, 40, 3]), Met::Unclear(_)));
        assert!(Met::Alert(40).is_refusal() && Met::Closed.is_refusal() && !met(22, &hello).is_refusal());
    }

    #[test]
    fn a_hello_has_the_lengths_that_it_says() {
        let hello = hello(TLS11, OLD, "hub.test");
        assert_eq!(usize::from(number(&hello[3..5])), hello.len() - 5);
        assert_eq!(usize::from(number(&hello[7..9])), hello.len() - 9);
        assert_eq!(number(&hello[9..11]), TLS11);
    }
}
