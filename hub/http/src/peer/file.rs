//! The trust file: the authorities that vouch for one role in one environment.

use std::path::{Path, PathBuf};

use hub_core::peer::Role;
use serde::{Deserialize, Serialize};

use super::trust::TrustError;

/// One trust file as it stands on disk, in TOML.
///
/// ```toml
/// environment = "production"
/// role = "provider"
///
/// [[anchor]]
/// name = "payment-services"
/// certificate = "authorities/payment-services.pem"
/// crl = ["authorities/payment-services.crl"]
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustFile {
    /// The environment for which these authorities count; must be the hub's.
    pub environment: String,
    /// The role for which they count.
    pub role: Role,
    /// The authorities.
    #[serde(default, rename = "anchor")]
    pub anchors: Vec<AnchorEntry>,
}

/// One authority of a trust file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorEntry {
    /// The name under which registrations refer to it; unique over all trust files of a hub.
    pub name: String,
    /// Its certificate: a PEM file, relative to the trust file, or the PEM text itself.
    pub certificate: String,
    /// Further rules for the certificates it issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Files with revocation lists, PEM or DER, relative to the trust file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crl: Vec<String>,
    /// Whether a certificate about which no list speaks is refused; unless said, yes if lists are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crl_required: Option<bool>,
}

/// Rules about the subjects that an authority certifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Application certificates of the Belgian federal profile: the CBE number stands in an organizational unit
    /// `urn:be:fgov:kbo-bce:organization:cbe-number:N`, the environment in another (`PRD`, `ACC` or `INT`).
    BelgianApplication,
}

impl TrustFile {
    /// Reads the trust file at `path`.
    pub(super) fn read(path: &Path) -> Result<Self, TrustError> {
        let text = std::fs::read_to_string(path).map_err(|source| TrustError::unreadable(path, source))?;
        toml::from_str(&text).map_err(|source| TrustError::Malformed { file: path.to_owned(), source })
    }
}

/// A file named in the trust file at `base`.
pub(super) fn beside(base: &Path, named: &str) -> PathBuf {
    base.parent().unwrap_or(Path::new("")).join(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trust_file_is_read_strictly() {
        let text = "environment = \"acceptance\"\nrole = \"ownSoftware\"\n[[anchor]]\nname = \"a\"\n\
                    certificate = \"a.pem\"\nprofile = \"belgian-application\"\ncrl = [\"a.crl\"]\n";
        let file: TrustFile = toml::from_str(text).unwrap();
        assert_eq!(file.role, Role::OwnSoftware);
        assert_eq!(file.anchors[0].profile, Some(Profile::BelgianApplication));
        assert_eq!(
            toml::from_str::<TrustFile>(&toml::to_string(&file).unwrap()).unwrap().anchors[0].crl,
            ["a.crl"]
        );

        assert!(toml::from_str::<TrustFile>(&format!("{text}clr_required = true\n")).is_err());
    }

    #[test]
    fn files_are_found_beside_the_trust_file() {
        assert_eq!(beside(Path::new("/etc/hub/provider.toml"), "a.pem"), Path::new("/etc/hub/a.pem"));
        assert_eq!(beside(Path::new("/etc/hub/provider.toml"), "/srv/a.pem"), Path::new("/srv/a.pem"));
    }
}
