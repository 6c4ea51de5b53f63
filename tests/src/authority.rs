//! A certificate authority of one test: server certificates, client certificates, strangers, revocation lists.

use std::time::Duration;

use hub_core::clock::{Clock, Timestamp};
use hub_core::peer::{DEMO_EXTENSION_OID, demo_extension_value};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType,
    SerialNumber, date_time_ymd,
};

// rcgen's date type has no name here.
macro_rules! date {
    ($at:expr) => {
        date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from($at.seconds()).unwrap())
    };
}

/// A certificate chain and its key, as PEM text.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The certificate, leaf first.
    pub certificate: String,
    /// The private key, PKCS #8.
    pub key: String,
}

/// An authority that signs what a test needs.
pub struct Authority {
    /// The anchor, as PEM text.
    pub certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A client certificate to be: good from yesterday for a year, unless said otherwise.
#[derive(Clone)]
pub struct Wish {
    /// The URI among its names.
    pub uri: String,
    /// Its serial number, by which it can be revoked.
    pub serial: u64,
    /// What it may be used for.
    pub usage: ExtendedKeyUsagePurpose,
    /// Its first day.
    pub from: Timestamp,
    /// Its last day.
    pub until: Timestamp,
    /// The environment that the demo extension names, if it has one.
    pub environment: Option<&'static str>,
    /// Bytes of nothing in an extension.
    pub padding: u16,
    /// The CBE number of the organization, if it names one.
    pub organization: Option<String>,
}

impl Wish {
    /// A client certificate with nothing wrong.
    pub fn client(uri: &str) -> Self {
        let now = Clock::System.now();
        Self {
            uri: uri.into(),
            serial: 1_000,
            usage: ExtendedKeyUsagePurpose::ClientAuth,
            from: now.minus(DAY),
            until: now.plus(DAY * 365),
            environment: None,
            padding: 0,
            organization: None,
        }
    }
}

impl Authority {
    /// Makes an authority with a key of its own.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();

        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate for a server that answers to `names`.
    pub fn server(&self, names: &[&str]) -> Credential {
        let mut params =
            CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(params)
    }

    /// A certificate for a client with this URI as its subject alternative name.
    pub fn client(&self, uri: &str) -> Credential {
        self.issue(&Wish::client(uri))
    }

    /// A certificate for a system of the organization of that number.
    pub fn system(&self, uri: &str, organization: String) -> Credential {
        self.issue(&Wish { organization: Some(organization), ..Wish::client(uri) })
    }

    /// A client certificate as wished, right or wrong.
    pub fn issue(&self, wish: &Wish) -> Credential {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, wish.uri.as_str());
        if let Some(number) = &wish.organization {
            // organizationIdentifier (ETSI EN 319 412-1 5.1.4)
            let kind = DnType::from_oid(&[2, 5, 4, 97]);
            params.distinguished_name.push(kind, format!("NTRBE-{number}"));
        }
        params.subject_alt_names = vec![SanType::URI(wish.uri.as_str().try_into().unwrap())];
        params.extended_key_usages = vec![wish.usage.clone()];
        params.serial_number = Some(SerialNumber::from(wish.serial));
        params.not_before = date!(wish.from);
        params.not_after = date!(wish.until);
        if let Some(environment) = wish.environment {
            let value = demo_extension_value(environment);
            params.custom_extensions.push(CustomExtension::from_oid_content(&DEMO_EXTENSION_OID, value));
        }
        if wish.padding > 0 {
            let value =
                [&[0x04, 0x82][..], &wish.padding.to_be_bytes(), &vec![0; wish.padding.into()]].concat();
            let oid = [1, 3, 6, 1, 4, 1, 58888, 1, 99];
            params.custom_extensions.push(CustomExtension::from_oid_content(&oid, value));
        }
        self.sign(params)
    }

    /// Signs what the caller described, with a fresh key: for certificates that are wrong on purpose.
    pub fn sign(&self, mut params: CertificateParams) -> Credential {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();

        Credential { certificate, key: key.serialize_pem() }
    }

    /// The PEM of a revocation list of `from` until `until` with these serial numbers.
    pub fn revokes(&self, serials: &[u64], from: Timestamp, until: Timestamp) -> String {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date!(from),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date!(from),
            next_update: date!(until),
            crl_number: SerialNumber::from(u64::try_from(from.seconds()).unwrap()),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

const DAY: Duration = Duration::from_secs(86_400);
