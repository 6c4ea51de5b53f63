//! An enterprise's own software: a system with its own certificate that reads the enterprise's mailbox (client credentials).
//!
//! Whoever decides for the enterprise registers it. It is an application of one mailbox under a consent of its own, so
//! that everything that holds for consents holds for it: it is listed and ended beside them, its readings stand in the
//! access log, it lasts 12 months at most, and it stands still with the role of whoever registered it.

use std::collections::BTreeSet;

use super::{CitizenAccess, Holder};
use crate::clock::Timestamp;
use crate::consent::{Action, NewConsent, Term, Terms};
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::id::{ApplicationId, CertificateId, ConsentId, GrantId, ProviderId, Sha256};
use crate::outside::OutsideKind;
use crate::partition::PartitionSet;
use crate::peer::{PeerIdentity, Role};
use crate::provider::{Named, NewApplication, Provider, Stage, State, names_of};

/// Software that was registered now.
#[derive(Clone, Debug)]
pub struct SoftwareView {
    /// Its client id, by which it asks for tokens.
    pub client_id: String,
    /// The consent, as this person knows it.
    pub consent: String,
    /// Until when it may read.
    pub until: Timestamp,
}

impl CitizenAccess {
    /// Registers a system of the enterprise that the person acts for, by its certificate, under a name that people give
    /// it. The certificate was found trusted for own software.
    ///
    /// # Errors
    /// [`Error::Forbidden`] unless the person decides for an enterprise; [`Error::Invalid`] for a name that is none, or a
    /// certificate of another organization or role; [`Conflict::Registered`] if the certificate is registered already.
    pub async fn register_software(
        &self,
        name: &str,
        identity: &PeerIdentity,
    ) -> Result<SoftwareView, Error> {
        self.must_decide()?;
        let view = self.mailbox().await?;
        let Holder::Enterprise { name: enterprise, number } = &view.holder else {
            return Err(Error::Forbidden("own software of a citizen"));
        };
        let name = checked_name(name)?;
        // A certificate is public: only its own enterprise may register it (TRUST T2).
        if identity.role != Role::OwnSoftware || identity.organization.as_deref() != Some(number.as_str()) {
            return Err(Error::invalid(
                "invalidInput",
                "certificate",
                "a certificate that does not name this enterprise",
            ));
        }
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let until = Term::longest().until(now).ok_or_else(|| Error::internal("no such day"))?;
        let software = Software { client_id: client_id(&parts.random), name, enterprise };

        let mut tx = parts.db.write().await?;
        self.lock_with_own(&mut tx, &BTreeSet::from([self.session.acting_for])).await?;
        let consent = self.admit(&mut tx, &software, identity, until).await?;
        tx.commit().await?;

        let consent = self.hub.outside().seal(&self.party(), OutsideKind::Consent, consent.0.into_bytes());
        Ok(SoftwareView { client_id: software.client_id, consent, until })
    }

    /// Writes the software, its certificate and its consent.
    async fn admit(
        &self,
        tx: &mut Tx,
        software: &Software<'_>,
        identity: &PeerIdentity,
        until: Timestamp,
    ) -> Result<ConsentId, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let (mailbox, person) = (self.session.acting_for, self.session.person);
        let (provider, application) = software.register(tx, self, now).await?;
        let (kind, name) = names_of(identity).next().ok_or_else(|| Error::internal("no name"))?;
        let named = Named { role: Role::OwnSoftware.name(), anchor: &identity.anchor, kind, name };
        let pin = (software.client_id.as_str(), Some(Sha256(identity.thumbprint)));
        let certificate = CertificateId(parts.random.id(now));
        if tx.insert_certificate(certificate, named, pin, (now, None, now)).await? != 1 {
            return Err(Error::Conflict(Conflict::Registered));
        }
        let grant = GrantId(parts.random.id(now));
        tx.insert_grant(grant, (application, provider), person, now).await?;
        let actions = Action::ALL.into_iter().collect();
        let id = ConsentId(parts.random.id(now));
        let (withheld, partitions) = (BTreeSet::new(), PartitionSet::ALL);
        let terms = Terms { asked: actions, actions, until, withheld, partitions };
        let new = NewConsent { id, mailbox, application, provider, grant, person, terms };
        self.clerk(now).give(tx, &new, None).await?;
        Ok(id)
    }
}

/// Software about to be registered.
struct Software<'a> {
    client_id: String,
    name: &'a str,
    enterprise: &'a str,
}

impl Software<'_> {
    /// Writes it as an application of the mailbox that is acted for, of a provider that is the enterprise itself.
    async fn register(
        &self,
        tx: &mut Tx,
        access: &CitizenAccess,
        now: Timestamp,
    ) -> Result<(ProviderId, ApplicationId), Error> {
        let random = access.hub.random();
        let provider = Provider {
            id: ProviderId(random.id(now)),
            code: self.client_id.clone(),
            legal_name: self.enterprise.to_owned(),
            state: State::Standing(Stage::Active),
            moved_at: Some(now),
        };
        tx.insert_provider(&provider, now).await?;
        let nothing = crate::text::Texts::new();
        let application = tx
            .put_application(&NewApplication {
                id: ApplicationId(random.id(now)),
                client_id: &self.client_id,
                provider: provider.id,
                brand: self.name,
                purpose: &nothing,
                retention: &nothing,
                redirect_uris: &[],
                logo: None,
                pilot: false,
            })
            .await?;
        tx.put_owner(application, access.session.acting_for).await?;
        Ok((provider.id, application))
    }
}

fn checked_name(name: &str) -> Result<&str, Error> {
    let name = name.trim();
    if (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name);
    }
    Err(Error::invalid("outOfRange", "name", "1 to 60 characters are expected"))
}

/// A client id that nobody chose: `own-` and 16 characters.
fn client_id(random: &crate::random::Random) -> String {
    let name = data_encoding::BASE32_NOPAD.encode(&random.bytes::<10>());
    format!("own-{}", name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_has_the_form_of_all_client_ids() {
        let id = client_id(&crate::random::Random::system());
        assert!(crate::provider::is_client_id(&id) && id.len() == 20, "{id}");
    }

    #[test]
    fn a_name_is_something_to_read() {
        assert_eq!(checked_name(" Accounting ").unwrap(), "Accounting");
        assert!(checked_name("  ").is_err() && checked_name("a\nb").is_err());
    }
}
