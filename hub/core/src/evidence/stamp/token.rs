//! Checking a token: what it is of, when, by whom. Pure; a token may come from anybody.

use cms::cert::CertificateChoices;
use cms::cert::x509::Certificate;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::{Decode as _, Encode as _};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use super::asn1::{SigningCertificate, TstInfo, names};
use super::authorities::{self, StampAuthorities};
use super::signature::{self, Hash};
use super::{LARGEST, StampFlaw, Stamped};
use crate::id::Sha256;

/// A `TimeStampToken` taken apart, not yet checked.
pub(super) struct Token {
    pub(super) info: TstInfo,
    content: Vec<u8>,
    signer: SignerInfo,
    certificates: Vec<Certificate>,
}

/// Checks a token of a hash, under authorities if there are any.
pub(super) fn check(
    token: &[u8],
    imprint: Sha256,
    authorities: Option<&StampAuthorities>,
) -> Result<Stamped, StampFlaw> {
    let token = Token::read(token)?;
    token.is_of(imprint)?;
    token.stamped(authorities)
}

impl Token {
    /// Reads one; what is no token, or no DER, is refused.
    pub(super) fn read(der: &[u8]) -> Result<Self, StampFlaw> {
        if der.len() > LARGEST {
            return Err(StampFlaw::TooLarge);
        }
        apart(der).ok_or(StampFlaw::Unreadable)
    }

    /// Whether it is of this SHA-256.
    pub(super) fn is_of(&self, imprint: Sha256) -> Result<(), StampFlaw> {
        if self.info.imprint.algorithm.oid != names::SHA_256 {
            return Err(StampFlaw::Hash);
        }
        if self.info.imprint.hash.as_bytes() == imprint.0 { Ok(()) } else { Err(StampFlaw::Imprint) }
    }

    /// Checks who signed it, and gives what it says.
    pub(super) fn stamped(&self, authorities: Option<&StampAuthorities>) -> Result<Stamped, StampFlaw> {
        let at = self.info.at.at().ok_or(StampFlaw::Unreadable)?;
        let hash = Hash::named(self.signer.digest_alg.oid)?;
        let (service, others) = self.service()?;
        let (rest, certificate) = X509Certificate::from_der(&service).map_err(|_| StampFlaw::Unreadable)?;
        if !rest.is_empty() {
            return Err(StampFlaw::Unreadable);
        }

        // RFC 5652 5.4: signed are the attributes, as a set in DER, and through them the content
        let attributes = self.signer.signed_attrs.as_ref().ok_or(StampFlaw::Attributes)?;
        let signed = attributes.to_der().map_err(|_| StampFlaw::Unreadable)?;
        let algorithm = (&self.signer.signature_algorithm, hash);
        signature::verify(algorithm, certificate.public_key(), &signed, self.signer.signature.as_bytes())?;
        if !self.attributes_are_of_content(hash) {
            return Err(StampFlaw::Attributes);
        }

        if !authorities::is_for_time_stamps(&certificate) {
            return Err(StampFlaw::Usage);
        }
        if let Some(authorities) = authorities {
            authorities.vouch(&service, &others, at)?;
        }
        Ok(Stamped { at, by: authorities::name(&certificate), is_confirmed: authorities.is_some() })
    }

    /// The certificate of the service, which a signed attribute names by its hash, and the others (RFC 5816 2.2.1).
    fn service(&self) -> Result<(Vec<u8>, Vec<Vec<u8>>), StampFlaw> {
        let named: SigningCertificate = self
            .attribute(names::SIGNING_CERTIFICATE)
            .and_then(|value| value.decode_as().ok())
            .ok_or(StampFlaw::Attributes)?;
        let named = named.certificates.into_iter().next().ok_or(StampFlaw::Attributes)?;
        let hash = named.algorithm.map_or(Ok(Hash::Sha256), |algorithm| Hash::named(algorithm.oid))?;

        let (mut service, mut others) = (None, Vec::new());
        for certificate in &self.certificates {
            let der = certificate.to_der().map_err(|_| StampFlaw::Unreadable)?;
            if service.is_none()
                && hash.of(&der).as_ref() == named.hash.as_bytes()
                && self.is_signer(certificate)
            {
                service = Some(der);
            } else {
                others.push(der);
            }
        }
        Ok((service.ok_or(StampFlaw::Attributes)?, others))
    }

    /// Whether the signature names this certificate; by the identifier of its key, the signed attribute says more.
    fn is_signer(&self, certificate: &Certificate) -> bool {
        match &self.signer.sid {
            SignerIdentifier::IssuerAndSerialNumber(named) => {
                let certificate = &certificate.tbs_certificate;
                named.issuer == certificate.issuer && named.serial_number == certificate.serial_number
            }
            SignerIdentifier::SubjectKeyIdentifier(_) => true,
        }
    }

    /// Whether the signed attributes are of the content that is with them (RFC 5652 11.1, 11.2).
    fn attributes_are_of_content(&self, hash: Hash) -> bool {
        let kind = self.attribute(names::CONTENT_TYPE).and_then(|value| value.decode_as().ok());
        let digest = self.attribute(names::MESSAGE_DIGEST).and_then(|value| value.decode_as().ok());
        kind == Some(names::TST_INFO)
            && digest.is_some_and(|digest: OctetString| digest.as_bytes() == hash.of(&self.content).as_ref())
    }

    /// The one value of the one signed attribute of this name.
    fn attribute(&self, name: ObjectIdentifier) -> Option<&Any> {
        let all = self.signer.signed_attrs.as_ref()?;
        let mut named = all.iter().filter(|attribute| attribute.oid == name);
        match (named.next()?.values.as_slice(), named.next()) {
            ([value], None) => Some(value),
            _ => None,
        }
    }
}

fn apart(der: &[u8]) -> Option<Token> {
    let outer = ContentInfo::from_der(der).ok()?;
    if outer.content_type != names::SIGNED_DATA {
        return None;
    }
    let signed: SignedData = outer.content.decode_as().ok()?;
    let [signer] = signed.signer_infos.0.as_slice() else { return None };
    if signed.encap_content_info.econtent_type != names::TST_INFO {
        return None;
    }
    let content: OctetString = signed.encap_content_info.econtent.as_ref()?.decode_as().ok()?;
    let info = TstInfo::from_der(content.as_bytes()).ok()?;
    let critical = info.extensions.iter().flatten().any(|extension| extension.critical);
    if info.version != 1 || critical {
        return None;
    }

    let choices = signed.certificates.iter().flat_map(|set| set.0.iter());
    let certificates = choices.filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
        CertificateChoices::Other(_) => None,
    });
    let certificates = certificates.collect();
    Some(Token { info, content: content.into_bytes(), signer: signer.clone(), certificates })
}
