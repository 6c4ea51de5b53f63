//! The structures of time-stamps: those of RFC 3161, RFC 5035 and RFC 4055 that no crate reads as they occur.
//!
//! The `x509-tsp` crate reads no fractions of a second, which RFC 3161 2.4.2 allows and services use.

use cms::cert::x509::ext::Extensions;
use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use cms::content_info::ContentInfo;
use der::asn1::{Any, BitString, Int, ObjectIdentifier, OctetString};
use der::{DecodeValue, EncodeValue, FixedTag, Header, Length, Reader, Sequence, Tag, Writer};

use crate::clock::Timestamp;

/// `TimeStampReq` (RFC 3161 2.4.1).
#[derive(Sequence)]
pub(super) struct Asked {
    pub(super) version: u8,
    pub(super) imprint: Imprint,
    #[asn1(optional = "true")]
    pub(super) policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<Int>,
    #[asn1(default = "Default::default")]
    pub(super) certificate: bool,
}

/// `MessageImprint`.
#[derive(Sequence)]
pub(super) struct Imprint {
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) hash: OctetString,
}

/// `TimeStampResp` (RFC 3161 2.4.2).
#[derive(Sequence)]
pub(super) struct Answered {
    pub(super) status: Status,
    #[asn1(optional = "true")]
    pub(super) token: Option<ContentInfo>,
}

/// `PKIStatusInfo`.
#[derive(Sequence)]
pub(super) struct Status {
    pub(super) status: u8,
    #[asn1(optional = "true")]
    pub(super) text: Option<Vec<String>>,
    #[asn1(optional = "true")]
    pub(super) failure: Option<BitString>,
}

/// `TSTInfo` (RFC 3161 2.4.2).
#[derive(Sequence)]
pub(super) struct TstInfo {
    pub(super) version: u8,
    pub(super) policy: ObjectIdentifier,
    pub(super) imprint: Imprint,
    pub(super) serial: Int,
    pub(super) at: GenTime,
    #[asn1(optional = "true")]
    pub(super) accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub(super) ordering: bool,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) service: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) extensions: Option<Extensions>,
}

/// `Accuracy`.
#[derive(Sequence)]
pub(super) struct Accuracy {
    #[asn1(optional = "true")]
    pub(super) seconds: Option<u64>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) micros: Option<u16>,
}

/// `SigningCertificateV2` (RFC 5035 3); the first is the signer's.
#[derive(Sequence)]
pub(super) struct SigningCertificate {
    pub(super) certificates: Vec<EssCertificate>,
    #[asn1(optional = "true")]
    pub(super) policies: Option<Vec<Any>>,
}

/// `ESSCertIDv2` (RFC 5035 4): SHA-256 unless said.
#[derive(Sequence)]
pub(super) struct EssCertificate {
    #[asn1(optional = "true")]
    pub(super) algorithm: Option<AlgorithmIdentifierOwned>,
    pub(super) hash: OctetString,
    #[asn1(optional = "true")]
    pub(super) issuer: Option<IssuerSerial>,
}

/// `IssuerSerial`.
#[derive(Sequence)]
pub(super) struct IssuerSerial {
    pub(super) issuer: Vec<Any>,
    pub(super) serial: Int,
}

/// `RSASSA-PSS-params` (RFC 4055 3.1); what is left out is SHA-1 and 20.
#[derive(Sequence)]
pub(super) struct PssParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) hash: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) mask: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) salt: Option<u8>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) trailer: Option<u8>,
}

/// A `GeneralizedTime` with or without fractions of a second.
pub(super) struct GenTime(Vec<u8>);

impl GenTime {
    /// The instant; `None` if it is not written as RFC 3161 2.4.2 says: UTC, seconds, no needless zero.
    pub(super) fn at(&self) -> Option<Timestamp> {
        let text = std::str::from_utf8(&self.0).ok()?.strip_suffix('Z')?;
        let (whole, fraction) = match text.split_once('.') {
            Some((_, fraction)) if fraction.is_empty() || fraction.ends_with('0') => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (text, "0"),
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() != 14 || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let part = |from: usize, to: usize| whole.get(from..to).unwrap_or_default();
        let day = format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8));
        let time = format!("{}:{}:{}", part(8, 10), part(10, 12), part(12, 14));
        Timestamp::parse(&format!("{day}T{time}.{fraction}Z"))
    }
}

impl FixedTag for GenTime {
    const TAG: Tag = Tag::GeneralizedTime;
}

impl<'a> DecodeValue<'a> for GenTime {
    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        Ok(Self(reader.read_slice(header.length)?.to_vec()))
    }
}

impl EncodeValue for GenTime {
    fn value_len(&self) -> der::Result<Length> {
        Length::try_from(self.0.len())
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        writer.write(&self.0)
    }
}

/// Names of RFC 3161, RFC 5652 and RFC 5035.
pub(super) mod names {
    use der::asn1::ObjectIdentifier;

    const fn oid(text: &str) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(text)
    }

    pub(crate) const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
    pub(crate) const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");
    pub(crate) const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
    pub(crate) const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
    pub(crate) const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");
    pub(crate) const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
    pub(crate) const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
    pub(crate) const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<String> {
        GenTime(text.as_bytes().to_vec()).at().map(|at| at.civil().to_string())
    }

    #[test]
    fn times_have_fractions_and_are_written_in_one_way() {
        assert_eq!(at("20261122103120Z").unwrap(), "2026-11-22T10:31:20Z");
        assert_eq!(at("20261122103120.768Z").unwrap(), "2026-11-22T10:31:20.768Z");
        for wrong in [
            "20261122103120",
            "20261122103120.Z",
            "20261122103120.50Z",
            "20261122103120.1234567891Z",
            "202611221031Z",
            "20261322103120Z",
            "2026112210312٣Z",
            "+0261122103120Z",
            "20261122103120+0100",
            "",
        ] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
