//! Trust: which authorities vouch for which role in this hub's environment.
//!
//! One file per role. Authorities have names that are unique over all files, and each stands in one role only, so
//! that what it issues counts in one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hub_core::peer::Role;

use super::anchor::Anchor;
use super::file::TrustFile;
use super::revocation::RevocationList;

/// Every authority of every role, loaded and checked.
#[derive(Debug)]
pub struct Trust {
    pub(super) environment: String,
    pub(super) anchors: Vec<Anchor>,
    files: Vec<PathBuf>,
}

/// Why trust files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// A file cannot be read.
    #[error("file {file} cannot be read")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A trust file is not what it should be.
    #[error("trust file {file} is malformed")]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Where and why.
        #[source]
        source: toml::de::Error,
    },
    /// A trust file belongs elsewhere (TRUST T4).
    #[error("trust file {file} is for environment {found}, this hub runs as {expected}")]
    Environment {
        /// The file.
        file: PathBuf,
        /// The environment it names.
        found: String,
        /// The hub's.
        expected: String,
    },
    /// A trust file is configured for a role it does not name.
    #[error("trust file {file} is for role {found}, configured for {expected}")]
    WrongRole {
        /// The file.
        file: PathBuf,
        /// The role it names.
        found: Role,
        /// The role it is configured for.
        expected: Role,
    },
    /// Two anchors cannot be told apart.
    #[error("anchor {anchor} repeats the name or the certificate of another anchor")]
    Repeated {
        /// The second of them.
        anchor: String,
    },
    /// An anchor's certificate is not a usable authority.
    #[error("anchor {anchor}: its certificate cannot be read as one PEM certificate of an authority")]
    Unusable {
        /// The anchor.
        anchor: String,
    },
    /// Demo material outside the demo (TRUST T4).
    #[error("anchor {anchor} is demo material of another environment")]
    DemoAnchor {
        /// The anchor.
        anchor: String,
    },
    /// A revocation list cannot be used.
    #[error("anchor {anchor}: {file} holds no revocation list signed by its issuer and with a next update")]
    RevocationList {
        /// The anchor.
        anchor: String,
        /// The file.
        file: PathBuf,
    },
    /// A revocation list is named by URL.
    #[error("anchor {anchor}: revocation lists are read from files; have {url} fetched to one")]
    ListByUrl {
        /// The anchor.
        anchor: String,
        /// The URL.
        url: String,
    },
    /// A list is required and none is named.
    #[error("anchor {anchor} requires a revocation list and names none")]
    ListMissing {
        /// The anchor.
        anchor: String,
    },
    /// The verifier refuses the anchor or its lists.
    #[error("anchor {anchor} cannot be used for verification")]
    Verifier {
        /// The anchor.
        anchor: String,
        /// What it said.
        #[source]
        source: rustls::server::VerifierBuilderError,
    },
}

impl TrustError {
    pub(super) fn unreadable(file: &Path, source: std::io::Error) -> Self {
        Self::Unreadable { file: file.to_owned(), source }
    }

    pub(super) fn unusable(anchor: &str) -> Self {
        Self::Unusable { anchor: anchor.to_owned() }
    }
}

impl Trust {
    /// Loads one trust file per role, with the certificates and revocation lists they name.
    ///
    /// # Errors
    /// Any file that is missing, malformed, of another environment or role, or contradicts another.
    pub fn load(environment: &str, files: &[(Role, PathBuf)]) -> Result<Self, TrustError> {
        let mut trust = Self { environment: environment.to_owned(), anchors: Vec::new(), files: Vec::new() };
        for (role, file) in files {
            trust.files.push(file.clone());
            let read = TrustFile::read(file)?;
            trust.check(&read, *role, file)?;
            for entry in &read.anchors {
                let (anchor, made_of) = Anchor::load(entry, *role, file, environment)?;
                trust.anchors.push(anchor);
                trust.files.extend(made_of);
            }
        }
        trust.distinct()?;
        Ok(trust)
    }

    /// The environment in which it counts.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// Every file it was made of; when one changes, it has to be loaded again.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The names of the anchors that vouch for `role`.
    pub fn anchors(&self, role: Role) -> impl Iterator<Item = &str> {
        self.anchors.iter().filter(move |anchor| anchor.role == role).map(|anchor| anchor.name.as_str())
    }

    /// Every revocation list it uses.
    pub fn revocation_lists(&self) -> impl Iterator<Item = &RevocationList> {
        self.anchors.iter().flat_map(|anchor| &anchor.lists)
    }

    fn check(&self, read: &TrustFile, role: Role, file: &Path) -> Result<(), TrustError> {
        if read.environment != self.environment {
            let (found, expected) = (read.environment.clone(), self.environment.clone());
            return Err(TrustError::Environment { file: file.to_owned(), found, expected });
        }
        if read.role != role {
            return Err(TrustError::WrongRole { file: file.to_owned(), found: read.role, expected: role });
        }
        Ok(())
    }

    fn distinct(&self) -> Result<(), TrustError> {
        let (mut names, mut certificates) = (BTreeSet::new(), BTreeSet::new());
        for anchor in &self.anchors {
            if !names.insert(&anchor.name) || !certificates.insert(anchor.der.as_ref()) {
                return Err(TrustError::Repeated { anchor: anchor.name.clone() });
            }
        }
        Ok(())
    }
}
