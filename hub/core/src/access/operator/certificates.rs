//! Certificates of provider applications: several at once, each with its time, so that one follows another without a gap.

use super::{OperatorAccess, Outcome};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::id::CertificateId;
use crate::operator::{Change, Duty};
use crate::outside::OutsideKind;
use crate::peer::Role;
use crate::provider::{Named, NewCertificate, StandingCertificate, State, thumbprint};

/// A registered certificate as operators see it.
#[derive(Clone, Debug)]
pub struct CertificateView {
    /// The registration, as operators know it: `crt_…`.
    pub id: String,
    /// What is registered.
    pub certificate: StandingCertificate,
    /// `accepted`, `notYet`, `over` or `ended`.
    pub state: &'static str,
}

impl OperatorAccess {
    /// The certificates of an application, those that ended too, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn certificates(&self, client_id: &str) -> Result<Vec<CertificateView>, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        self.known(client_id).await?;
        let now = self.hub.now();
        let found = self.hub.parts().db.certificates_of(client_id).await?;
        let view = |certificate: StandingCertificate| CertificateView {
            id: self.seal(OutsideKind::Certificate, certificate.id.0),
            state: certificate.state(now),
            certificate,
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// Proposes to register a certificate: a key is never added by one person alone.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]; [`Conflict::NoSuchStep`] if the name stands for
    /// another client, the same registration stands already, or the provider was removed.
    pub async fn register_certificate(
        &self,
        certificate: NewCertificate,
    ) -> Result<Outcome<CertificateView>, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        self.must_stand(&certificate.client_id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let issues = certificate.issues(now);
        if !issues.is_empty() {
            return Err(Error::Invalid(issues));
        }
        let mut tx = parts.db.write().await?;
        if tx.name_is_taken(named(&certificate), &certificate.client_id).await? {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }
        let proposal = self.propose(&mut tx, Change::RegisterCertificate { certificate }, now).await?;
        tx.commit().await?;
        Ok(Outcome::Proposed(Box::new(proposal)))
    }

    /// Ends a certificate at once: the next request with it is refused, on open connections too.
    ///
    /// What it fetched with a refresh token goes on under the application's other certificates.
    ///
    /// # Errors
    /// [`Error::NotFound`] also if it has ended already, [`Error::Forbidden`].
    pub async fn end_certificate(&self, id: &str) -> Result<(), Error> {
        self.recorded(self.must(Duty::Close)).await?;
        let unknown = || Error::NotFound("certificate");
        let id = self.open(OutsideKind::Certificate, id).ok_or_else(unknown)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        if tx.end_certificate(CertificateId(id), now).await? != 1 {
            return Err(unknown());
        }
        self.note(&mut tx, ("endCertificate", id.to_string()), None, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Refuses an application whose provider was removed.
    async fn must_stand(&self, client_id: &str) -> Result<(), Error> {
        let known = self.known(client_id).await?;
        match self.provider_of(&known).await?.state {
            State::Removed => Err(Error::Conflict(Conflict::NoSuchStep)),
            _ => Ok(()),
        }
    }

    /// Registers a certificate that two operators agreed on.
    pub(super) async fn carry_certificate(
        &self,
        tx: &mut Tx,
        certificate: &NewCertificate,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (named, client_id) = (named(certificate), certificate.client_id.as_str());
        self.must_stand(client_id).await?;
        let over = certificate.valid_until.is_some_and(|until| until <= now);
        if over || tx.name_is_taken(named, client_id).await? {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }
        let id = CertificateId(self.hub.random().id(now));
        let pin = certificate.thumbprint.as_deref().and_then(thumbprint);
        let valid = (certificate.valid_from.unwrap_or(now), certificate.valid_until, now);
        if tx.insert_certificate(id, named, (client_id, pin), valid).await? != 1 {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }
        self.note(tx, ("registerCertificate", id.0.to_string()), None, now).await
    }
}

fn named(certificate: &NewCertificate) -> Named<'_> {
    let NewCertificate { anchor, name_kind, name, .. } = certificate;
    Named { role: Role::Provider.name(), anchor, kind: *name_kind, name }
}
