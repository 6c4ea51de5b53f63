//! Authorities and certificates for tests.

use std::time::Duration;

use hub_core::clock::Timestamp;
use hub_core::peer::{DEMO_EXTENSION_OID, demo_extension_value};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, CustomExtension,
    DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType,
    SerialNumber, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

// rcgen's date type has no name here.
macro_rules! date {
    ($at:expr) => {
        date_time_ymd(1970, 1, 1) + Duration::from_secs($at.seconds() as u64)
    };
}

const DAY: Duration = Duration::from_secs(86_400);

/// An authority that issues certificates and revocation lists.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key.
pub(super) struct Issued {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) pem: String,
    key: KeyPair,
}

/// What to issue; good for a provider from yesterday for a year unless said otherwise.
#[derive(Clone)]
pub(super) struct Wish {
    pub(super) name: &'static str,
    pub(super) serial: u64,
    pub(super) usage: ExtendedKeyUsagePurpose,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) demo: Option<&'static str>,
    pub(super) padding: usize,
}

impl Wish {
    pub(super) fn client(name: &'static str, now: Timestamp) -> Self {
        Self {
            name,
            serial: 1,
            usage: ExtendedKeyUsagePurpose::ClientAuth,
            from: now.minus(DAY),
            until: now.plus(DAY * 365),
            demo: None,
            padding: 0,
        }
    }

    pub(super) fn server(now: Timestamp) -> Self {
        Self { usage: ExtendedKeyUsagePurpose::ServerAuth, ..Self::client("localhost", now) }
    }
}

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(super) fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    pub(super) fn issue(&self, wish: &Wish) -> Issued {
        let mut params = CertificateParams::new(vec![wish.name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, wish.name);
        params.subject_alt_names.push(SanType::URI(format!("urn:test:{}", wish.name).try_into().unwrap()));
        params.not_before = date!(wish.from);
        params.not_after = date!(wish.until);
        params.serial_number = Some(SerialNumber::from(wish.serial));
        params.extended_key_usages = vec![wish.usage.clone()];
        if let Some(environment) = wish.demo {
            params.custom_extensions.push(extension(&DEMO_EXTENSION_OID, demo_extension_value(environment)));
        }
        if wish.padding > 0 {
            let value =
                [vec![0x04, 0x82], (wish.padding as u16).to_be_bytes().to_vec(), vec![0; wish.padding]];
            params.custom_extensions.push(extension(&[1, 3, 6, 1, 4, 1, 58888, 1, 99], value.concat()));
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Issued { chain: vec![certificate.der().clone()], pem: certificate.pem(), key }
    }

    /// The PEM of a revocation list made at `now` for `days`, with these serial numbers.
    pub(super) fn revokes(&self, serials: &[u64], now: Timestamp, days: u32) -> String {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date!(now),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date!(now),
            next_update: date!(now.plus(DAY * days)),
            crl_number: SerialNumber::from(now.seconds() as u64),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.0).unwrap().pem().unwrap()
    }
}

impl Issued {
    pub(super) fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.serialize_der()).unwrap()
    }

    pub(super) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    pub(super) fn with(mut self, more: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        self.chain.extend(more);
        self
    }

    /// This certificate presented with the key of another.
    pub(super) fn stolen_by(self, thief: Self) -> Self {
        Self { key: thief.key, ..self }
    }
}

fn extension(oid: &[u64], value: Vec<u8>) -> CustomExtension {
    CustomExtension::from_oid_content(oid, value)
}
