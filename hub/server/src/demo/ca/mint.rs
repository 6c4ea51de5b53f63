//! What the certificates of the development CA say: names, dates, usages and the environment.

use std::time::Duration;

use anyhow::Context;
use hub_core::clock::{Clock, Timestamp};
use hub_core::peer::{DEMO_EXTENSION_OID, demo_extension_value};
use hub_core::random::Random;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateRevocationList,
    CertificateRevocationListParams, CertifiedIssuer, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason,
    RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};

use super::Client;

/// Makes certificates and revocation lists for one environment.
pub(super) struct Mint {
    environment: String,
    clock: Clock,
    random: Random,
}

/// A certificate that signs no others, with its key.
pub(super) struct Leaf {
    /// The certificate.
    pub(super) certificate: Certificate,
    /// Its private key.
    pub(super) key: KeyPair,
    /// Its serial number.
    pub(super) serial: [u8; 16],
}

impl Mint {
    /// Makes a mint.
    pub(super) fn new(environment: &str, clock: Clock, random: Random) -> Self {
        Self { environment: environment.to_owned(), clock, random }
    }

    /// The environment that everything made here names.
    pub(super) fn environment(&self) -> &str {
        &self.environment
    }

    /// Makes a self-signed issuer that signs certificates and revocation lists and no further issuers.
    pub(super) fn issuer(&self, name: &str) -> anyhow::Result<CertifiedIssuer<'static, KeyPair>> {
        let (mut params, _) = self.params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
    }

    /// Makes a server certificate.
    pub(super) fn server(
        &self,
        issuer: &CertifiedIssuer<'static, KeyPair>,
        name: &str,
        hosts: &[&str],
    ) -> anyhow::Result<Leaf> {
        let (mut params, serial) = self.params(name);
        params.subject_alt_names = hosts.iter().map(|host| host_name(host)).collect::<anyhow::Result<_>>()?;
        sign(params, ExtendedKeyUsagePurpose::ServerAuth, issuer, serial)
    }

    /// Makes a client certificate.
    pub(super) fn client(
        &self,
        issuer: &CertifiedIssuer<'static, KeyPair>,
        client: Client<'_>,
    ) -> anyhow::Result<Leaf> {
        let (mut params, serial) = self.params(client.name);
        params.subject_alt_names =
            vec![SanType::URI(client.san_uri.try_into().context("SAN URI is not ASCII")?)];
        if let Some(number) = client.organization {
            let identifier = format!("NTRBE-{number}"); // ETSI EN 319 412-1 5.1.4
            params
                .distinguished_name
                .push(DnType::CustomDnType(ORGANIZATION_IDENTIFIER.to_vec()), identifier);
        }
        sign(params, ExtendedKeyUsagePurpose::ClientAuth, issuer, serial)
    }

    /// The entry of a revocation list for a certificate revoked now.
    pub(super) fn revoked(&self, serial: &[u8]) -> RevokedCertParams {
        RevokedCertParams {
            serial_number: SerialNumber::from_slice(serial),
            revocation_time: at(self.clock.now()),
            reason_code: Some(RevocationReason::CessationOfOperation),
            invalidity_date: None,
        }
    }

    /// Makes a revocation list whose number grows with time.
    pub(super) fn revocation_list(
        &self,
        issuer: &CertifiedIssuer<'static, KeyPair>,
        revoked: Vec<RevokedCertParams>,
    ) -> anyhow::Result<CertificateRevocationList> {
        let now = self.clock.now();
        let params = CertificateRevocationListParams {
            this_update: at(now.minus(BEFORE)),
            next_update: at(now.plus(LIFE)),
            crl_number: SerialNumber::from(u64::try_from(now.0).unwrap_or_default()),
            issuing_distribution_point: None,
            revoked_certs: revoked,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(params.signed_by(issuer)?)
    }

    /// What all certificates share: name, dates, the environment, and a serial number of their own.
    fn params(&self, name: &str) -> (CertificateParams, [u8; 16]) {
        let now = self.clock.now();
        let serial = self.serial();
        let mut subject = DistinguishedName::new();
        subject.push(DnType::OrganizationName, format!("Facteur {}", self.environment));
        subject.push(DnType::CommonName, name);

        let mut params = CertificateParams::default();
        params.not_before = at(now.minus(BEFORE));
        params.not_after = at(now.plus(LIFE));
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.distinguished_name = subject;
        let value = demo_extension_value(&self.environment);
        params.custom_extensions = vec![CustomExtension::from_oid_content(&DEMO_EXTENSION_OID, value)];
        (params, serial)
    }

    /// A positive serial number of 16 bytes without a leading zero (RFC 5280 4.1.2.2).
    fn serial(&self) -> [u8; 16] {
        let mut serial = self.random.bytes::<16>();
        if let Some(first) = serial.first_mut() {
            *first = *first & 0x7f | 0x40;
        }
        serial
    }
}

/// Signs a certificate that may sign no others.
fn sign(
    mut params: CertificateParams,
    usage: ExtendedKeyUsagePurpose,
    issuer: &CertifiedIssuer<'static, KeyPair>,
    serial: [u8; 16],
) -> anyhow::Result<Leaf> {
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    Ok(Leaf { certificate: params.signed_by(&key, issuer)?, key, serial })
}

/// A DNS name, or an IP address if it reads as one.
fn host_name(host: &str) -> anyhow::Result<SanType> {
    Ok(match host.parse() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) => SanType::DnsName(host.try_into().context("host name is not ASCII")?),
    })
}

/// An instant as certificates have it.
fn at(instant: Timestamp) -> time::OffsetDateTime {
    date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(instant.seconds()).unwrap_or_default())
}

/// `organizationIdentifier` (X.520).
const ORGANIZATION_IDENTIFIER: [u64; 4] = [2, 5, 4, 97];
/// Certificates begin a little earlier, for clocks that differ.
const BEFORE: Duration = Duration::from_secs(5 * 60);
/// Certificates and revocation lists live this long.
pub(super) const LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
