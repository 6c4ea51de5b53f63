//! What one certificate says, read from its DER.

use hub_core::clock::Timestamp;
use hub_core::peer::DEMO_EXTENSION_OID;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::public_key::PublicKey;

const ORGANIZATION_IDENTIFIER: &str = "2.5.4.97";
const BELGIAN_NUMBER: &str = "urn:be:fgov:kbo-bce:organization:cbe-number:";

/// One certificate, parsed strictly: nothing follows it and no extension appears twice.
pub(super) struct Certificate<'a>(X509Certificate<'a>);

impl<'a> Certificate<'a> {
    /// Reads `der`; `None` if it is not one whole certificate.
    pub(super) fn read(der: &'a CertificateDer<'_>) -> Option<Self> {
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        certificate.extensions_map().ok()?;
        rest.is_empty().then_some(Self(certificate))
    }

    /// The parsed form.
    pub(super) fn parsed(&self) -> &X509Certificate<'a> {
        &self.0
    }

    /// The first and the last second at which it is valid.
    pub(super) fn validity(&self) -> (Timestamp, Timestamp) {
        let validity = self.0.validity();
        let at = |time: x509_parser::time::ASN1Time| Timestamp::from_seconds(time.timestamp());
        (at(validity.not_before), at(validity.not_after))
    }

    /// The size of its RSA key in bits; 0 for any other key.
    pub(super) fn rsa_bits(&self) -> usize {
        match self.0.public_key().parsed() {
            Ok(PublicKey::RSA(key)) => key.modulus.iter().skip_while(|byte| **byte == 0).count() * 8,
            _ => 0,
        }
    }

    /// Whether it is made for TLS clients: an end-entity certificate whose extended key usage says so.
    pub(super) fn is_for_clients(&self) -> bool {
        let usage = self.0.extended_key_usage().ok().flatten();
        !self.0.is_ca() && usage.is_some_and(|usage| usage.value.client_auth)
    }

    /// The environment that demo material names; `None` for any other certificate.
    ///
    /// An extension that cannot be read names the empty environment, which no hub has.
    pub(super) fn demo_environment(&self) -> Option<&str> {
        let extension = self.0.iter_extensions().find(|extension| {
            extension.oid.iter().is_some_and(|components| components.eq(DEMO_EXTENSION_OID))
        })?;
        Some(utf8_string(extension.value).unwrap_or(""))
    }

    /// How many subject alternative names it has, of whichever kind.
    pub(super) fn alternative_name_count(&self) -> usize {
        let names = self.0.subject_alternative_name().ok().flatten();
        names.map_or(0, |names| names.value.general_names.len())
    }

    /// URIs and lower-case DNS names among the subject alternative names.
    pub(super) fn alternative_names(&self) -> (Vec<String>, Vec<String>) {
        let (mut uris, mut dns) = (Vec::new(), Vec::new());
        let names = self.0.subject_alternative_name().ok().flatten();
        for name in names.iter().flat_map(|names| &names.value.general_names) {
            match name {
                GeneralName::URI(uri) => uris.push((*uri).to_owned()),
                GeneralName::DNSName(name) => dns.push(name.to_ascii_lowercase()),
                _ => {}
            }
        }
        (uris, dns)
    }

    /// The CBE number in the subject's one `organizationIdentifier` (ETSI EN 319 412-1 5.1.4).
    pub(super) fn organization(&self) -> Option<String> {
        let mut values = self
            .0
            .subject()
            .iter_attributes()
            .filter(|attribute| attribute.attr_type().to_id_string() == ORGANIZATION_IDENTIFIER);
        let (Some(one), None) = (values.next(), values.next()) else {
            return None;
        };
        let text = one.as_str().ok()?;
        cbe_number(text.strip_prefix("NTRBE-").or_else(|| text.strip_prefix("VATBE-"))?)
    }

    /// The CBE number in the subject's one organizational unit that bears one (Belgian profile).
    pub(super) fn belgian_organization(&self) -> Option<String> {
        let mut numbers = self.units().filter_map(|unit| unit.strip_prefix(BELGIAN_NUMBER));
        let (Some(one), None) = (numbers.next(), numbers.next()) else {
            return None;
        };
        cbe_number(one)
    }

    /// The environment in the subject's organizational units: `PRD`, `ACC` or `INT` (Belgian profile).
    pub(super) fn belgian_environment(&self) -> Option<&str> {
        let mut named = self.units().filter(|unit| matches!(*unit, "PRD" | "ACC" | "INT"));
        let (Some(one), None) = (named.next(), named.next()) else {
            return None;
        };
        Some(one)
    }

    fn units(&self) -> impl Iterator<Item = &str> {
        self.0.subject().iter_organizational_unit().filter_map(|unit| unit.as_str().ok())
    }
}

fn cbe_number(text: &str) -> Option<String> {
    let digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && text.starts_with(['0', '1'])).then(|| text.to_owned())
}

// A short-form DER UTF8String.
fn utf8_string(der: &[u8]) -> Option<&str> {
    let [0x0c, length, text @ ..] = der else {
        return None;
    };
    (usize::from(*length) == text.len()).then(|| std::str::from_utf8(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cbe_number_has_ten_digits_and_begins_with_0_or_1() {
        assert_eq!(cbe_number("0406798006").as_deref(), Some("0406798006"));
        assert!(
            ["406798006", "2406798006", "04067980060", "040679800x"]
                .iter()
                .all(|no| cbe_number(no).is_none())
        );
    }

    #[test]
    fn the_demo_extension_is_read_back() {
        let written = hub_core::peer::demo_extension_value("demo");
        assert_eq!(utf8_string(&written), Some("demo"));
        assert_eq!(utf8_string(b"\x0c\x05demo"), None);
    }
}
