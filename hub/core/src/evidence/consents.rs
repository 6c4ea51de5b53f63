//! What is stated about consents: whatever their history holds, for the citizen and for the provider.

use super::statement::{AboutConsent, ApplicationName, FactKind, ScreenDigest, Stated};
use super::{About, Draft, Matter};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{ApplicationId, ConsentId, MailboxId};
use crate::mailbox;
use crate::outside::{OutsideIds, OutsideKind, OutsideParty};

/// Something that came about with a consent, and what it allows from then on.
pub(crate) struct ConsentFact<'a> {
    pub(crate) mailbox: MailboxId,
    pub(crate) consent: ConsentId,
    pub(crate) application: ApplicationId,
    pub(crate) kind: FactKind,
    /// Why it ended or stands still, as a code.
    pub(crate) reason: Option<&'a str>,
    /// `citizen`, `provider`, `operator` or `hub`.
    pub(crate) by: &'a str,
    /// Who, if it was a citizen, and the level of assurance of their login.
    pub(crate) person: Option<(MailboxId, &'a str)>,
    pub(crate) actions: Vec<&'static str>,
    pub(crate) until: Timestamp,
    /// Numbers of the sender organizations that it leaves out.
    pub(crate) withheld: Vec<&'a str>,
    pub(crate) screen: Option<Shown<'a>>,
}

/// What the citizen saw when they agreed.
pub(crate) struct Shown<'a> {
    pub(crate) html: &'a [u8],
    pub(crate) language: &'a str,
    pub(crate) text_version: &'a str,
}

impl ConsentFact<'_> {
    /// States it.
    pub(crate) async fn state(&self, tx: &mut Tx, parts: &Parts, now: Timestamp) -> Result<(), Error> {
        let corrupt = || Error::Corrupt { table: "provider_application", id: self.application.0.to_string() };
        let application = tx.named_application(self.application).await?.ok_or_else(corrupt)?;
        let no_holder = || Error::Corrupt { table: "mailbox", id: self.mailbox.0.to_string() };
        let holder = mailbox::number_of(tx, parts, self.mailbox).await?.ok_or_else(no_holder)?;

        let draft = Draft::new(parts, self.matter(), now);
        let outside = OutsideIds::new(parts.keys.clone());
        let provider = OutsideParty::Provider(application.provider_id.0);
        let consent = self.consent.0.into_bytes();
        let own_id = |(person, _): (MailboxId, &str)| {
            outside.seal(&OutsideParty::Person(person.0), OutsideKind::Consent, consent)
        };
        let about = AboutConsent {
            acr: self.person.map(|(_, acr)| acr.to_owned()),
            actions: self.actions.iter().map(|action| (*action).to_owned()).collect(),
            application: ApplicationName { brand: application.brand, client_id: application.client_id },
            consent_id: outside.seal(&provider, OutsideKind::Consent, consent),
            holder: draft.salt.hash(holder.digits().as_bytes()),
            holder_consent_id: self.person.map(own_id),
            mailbox_id: outside.seal(&provider, OutsideKind::Mailbox, self.mailbox.0.into_bytes()),
            mailbox_kind: holder.kind().name().to_owned(),
            provider: application.legal_name,
            screen: self.screen.as_ref().map(|shown| ScreenDigest {
                digest: draft.salt.hash(shown.html),
                language: shown.language.to_owned(),
                text_version: shown.text_version.to_owned(),
            }),
            until: self.until.rfc3339(),
            withheld: !self.withheld.is_empty(),
            withheld_senders: self.withheld_senders(&draft)?,
        };
        let fact = Stated {
            by: Some(self.by.to_owned()),
            reason: self.reason.map(str::to_owned),
            ..draft.fact(self.kind)
        };
        draft.state(tx, parts, vec![fact], (None, Some(about))).await
    }

    /// The senders that are left out: the provider learns only that there are some, the holder can open the hash.
    fn withheld_senders(&self, draft: &Draft) -> Result<Option<String>, Error> {
        if self.withheld.is_empty() {
            return Ok(None);
        }
        let senders = serde_json::to_vec(&self.withheld).map_err(Error::internal)?;
        Ok(Some(draft.salt.hash(&senders)))
    }

    fn matter(&self) -> Matter {
        Matter { about: About::Consent, mailbox: Some(self.mailbox), object: self.consent.0 }
    }
}
