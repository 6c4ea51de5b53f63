//! The development CA: one anchor per role, with certificates, revocation lists and trust files.
//!
//! Everything is made anew at each start and lives 30 days. Anchors and certificates carry the private
//! extension that names the environment, so that no hub of another environment trusts them. Keys are
//! written readable by their owner only; the anchors' own keys are never written.

mod files;
mod mint;

use std::path::{Path, PathBuf};

use anyhow::Context;
use hub_core::clock::Clock;
use hub_core::peer::Role;
use hub_core::random::Random;
use hub_http::peer::{AnchorEntry, TrustFile};
use rcgen::{CertifiedIssuer, KeyPair, RevokedCertParams};

use self::files::{write_public, write_secret, write_trust};
use self::mint::{Leaf, Mint};

/// A certificate with its key, as files.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// PEM file with the certificate.
    pub(crate) certificate: PathBuf,
    /// PEM file with the PKCS #8 key, mode 0600.
    pub(crate) key: PathBuf,
    /// The serial number, for revoking it.
    serial: [u8; 16],
}

/// What a client certificate says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client<'a> {
    /// Common name, and the name of the files.
    pub(crate) name: &'a str,
    /// The URI of the subject alternative name, by which the hub registers it.
    pub(crate) san_uri: &'a str,
    /// The CBE number for `organizationIdentifier`, if the party has one.
    pub(crate) organization: Option<&'a str>,
}

/// A certificate authority for one environment on one machine.
pub(crate) struct DevelopmentCa {
    folder: PathBuf,
    mint: Mint,
    server: CertifiedIssuer<'static, KeyPair>,
    anchors: Vec<Anchor>,
}

/// The issuer of one role's certificates and what it has revoked.
struct Anchor {
    role: Role,
    issuer: CertifiedIssuer<'static, KeyPair>,
    revoked: Vec<RevokedCertParams>,
}

impl DevelopmentCa {
    /// Makes the anchors and writes their certificates, empty revocation lists and trust files.
    ///
    /// `folder` is created if needed; files of an earlier start are replaced.
    pub(crate) fn create(
        folder: &Path,
        environment: &str,
        clock: Clock,
        random: Random,
    ) -> anyhow::Result<Self> {
        let mint = Mint::new(environment, clock, random);
        let server = mint.issuer(&format!("Facteur {environment} servers"))?;
        let mut ca = Self { folder: files::folder(folder)?, mint, server, anchors: Vec::new() };
        write_public(&ca.server_anchor(), &ca.server.pem())?;

        for role in Role::ALL {
            let issuer = ca.mint.issuer(&format!("Facteur {environment} {role}"))?;
            let anchor = Anchor { role, issuer, revoked: Vec::new() };
            write_public(&ca.anchor_file(role), &anchor.issuer.pem())?;
            ca.write_crl(&anchor)?;
            ca.write_trust_file(role)?;
            ca.anchors.push(anchor);
        }
        Ok(ca)
    }

    /// Issues a server certificate for host names and IP addresses.
    pub(crate) fn server(&self, name: &str, hosts: &[&str]) -> anyhow::Result<Identity> {
        self.write(&self.mint.server(&self.server, name, hosts)?, &format!("server-{name}"))
    }

    /// Issues a client certificate under the anchor of `role`.
    pub(crate) fn client(&self, role: Role, client: Client<'_>) -> anyhow::Result<Identity> {
        let leaf = self.mint.client(&self.anchor(role)?.issuer, client)?;
        self.write(&leaf, &format!("{role}-{}", client.name))
    }

    /// Issues a certificate that says the same but comes from an authority nobody trusts.
    pub(crate) fn foreign(&self, client: Client<'_>) -> anyhow::Result<Identity> {
        let issuer = self.mint.issuer("Foreign CA")?;
        self.write(&self.mint.client(&issuer, client)?, &format!("foreign-{}", client.name))
    }

    /// Revokes a certificate that [`Self::client`] issued and replaces the revocation list of its anchor.
    pub(crate) fn revoke(&mut self, role: Role, identity: &Identity) -> anyhow::Result<()> {
        let revoked = self.mint.revoked(&identity.serial);
        let anchor = self.anchors.iter_mut().find(|anchor| anchor.role == role).context("no such anchor")?;
        anchor.revoked.push(revoked);
        self.write_crl(self.anchor(role)?)
    }

    /// The file with the certificate under which all servers' certificates stand, for `--cacert`.
    pub(crate) fn server_anchor(&self) -> PathBuf {
        self.folder.join("anchor-server.pem")
    }

    /// The file with the certificate of a role's anchor.
    pub(crate) fn anchor_file(&self, role: Role) -> PathBuf {
        self.folder.join(format!("anchor-{role}.pem"))
    }

    /// The file with the revocation list of a role's anchor.
    pub(crate) fn crl_file(&self, role: Role) -> PathBuf {
        self.folder.join(format!("crl-{role}.pem"))
    }

    /// The trust file of a role.
    pub(crate) fn trust_file(&self, role: Role) -> PathBuf {
        self.folder.join(format!("trust-{role}.toml"))
    }

    /// The name registrations know a role's anchor by: `demo-provider`.
    fn anchor_name(&self, role: Role) -> String {
        format!("{}-{role}", self.mint.environment())
    }

    fn anchor(&self, role: Role) -> anyhow::Result<&Anchor> {
        self.anchors.iter().find(|anchor| anchor.role == role).context("no such anchor")
    }

    fn write(&self, leaf: &Leaf, file: &str) -> anyhow::Result<Identity> {
        let certificate = self.folder.join(format!("{file}.pem"));
        let key = self.folder.join(format!("{file}.key.pem"));
        write_public(&certificate, &leaf.certificate.pem())?;
        write_secret(&key, &leaf.key.serialize_pem())?;
        Ok(Identity { certificate, key, serial: leaf.serial })
    }

    fn write_crl(&self, anchor: &Anchor) -> anyhow::Result<()> {
        let list = self.mint.revocation_list(&anchor.issuer, anchor.revoked.clone())?;
        write_public(&self.crl_file(anchor.role), &list.pem()?)
    }

    fn write_trust_file(&self, role: Role) -> anyhow::Result<()> {
        let anchor = AnchorEntry {
            name: self.anchor_name(role),
            certificate: self.anchor_file(role).display().to_string(),
            profile: None,
            crl: vec![self.crl_file(role).display().to_string()],
            crl_required: None,
        };
        let file = TrustFile { environment: self.mint.environment().to_owned(), role, anchors: vec![anchor] };
        write_trust(&self.trust_file(role), &file)
    }
}

#[cfg(test)]
mod tests;
