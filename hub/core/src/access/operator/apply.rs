//! Applying a reference file: all of it in one transaction, or nothing.

use std::path::Path;

use super::LocalOperatorAccess;
use super::changes::read_logo;
use crate::access::reference::{
    CitizenEntry, MessageTypeEntry, OperatorEntry, OrganizationEntry, PaymentAccountEntry, ReferenceFile,
};
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::{MailboxId, Sha256};
use crate::mailbox::{self, Number};
use crate::message::is_iban;
use crate::number::{EnterpriseNumber, Ssin};
use crate::operator::{Operator, OperatorRole, is_person_id};
use crate::provider::is_client_id;

/// How much a file registered or replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sender organizations, sender applications, message types and trios.
    pub senders: usize,
    /// Providers, provider applications and document providers.
    pub providers: usize,
    /// Certificates.
    pub certificates: usize,
    /// Keys with which clients sign.
    pub client_keys: usize,
    /// Mailboxes.
    pub mailboxes: usize,
}

impl LocalOperatorAccess {
    /// Registers what a reference file names; logos are read from `folder`.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming each entry that breaks a rule; then nothing of the file is kept.
    pub async fn apply(&self, file: &ReferenceFile, folder: &Path) -> Result<Summary, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        if file.environment != parts.environment {
            return Err(Error::invalid(
                "wrongEnvironment",
                "environment",
                "the file is for another environment",
            ));
        }
        let mut tx = parts.db.write().await?;

        self.put_senders(&mut tx, file, folder, now).await?;
        self.put_document_providers(&mut tx, file).await?;
        tx.lock_register().await?;
        self.put_providers(&mut tx, file, folder).await?;
        for (n, entry) in file.certificates.iter().enumerate() {
            self.put_certificate(&mut tx, entry, n).await?;
        }
        for (n, entry) in file.client_keys.iter().enumerate() {
            self.put_client_key(&mut tx, entry, n).await?;
        }
        for (n, entry) in file.operators.iter().enumerate() {
            put_operator(&mut tx, entry, n).await?;
        }
        self.open_mailboxes(&mut tx, file, now).await?;
        let act = Act {
            role: "operator",
            actor: self.operator.clone(),
            action: "apply",
            object: "reference".into(),
        };
        tx.record(parts.random.id(now), None, now, act).await?;

        tx.commit().await?;
        Ok(Summary {
            senders: file.organizations.len()
                + file.sender_applications.len()
                + file.message_types.len()
                + file.trios.len(),
            providers: file.providers.len()
                + file.provider_applications.len()
                + file.document_providers.len(),
            certificates: file.certificates.len(),
            client_keys: file.client_keys.len(),
            mailboxes: file.citizens.len() + file.enterprises.len(),
        })
    }

    async fn put_senders(
        &self,
        tx: &mut Tx,
        file: &ReferenceFile,
        folder: &Path,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !file.names_no_sender() {
            tx.move_reference_epoch().await?;
        }
        for (n, entry) in file.organizations.iter().enumerate() {
            let place = format!("sender_organization[{n}].logo");
            let logo = read_logo(tx, entry.logo.as_deref(), folder, &place).await?;
            put_organization(tx, (entry, logo), n, now).await?;
        }
        for (n, entry) in file.sender_applications.iter().enumerate() {
            check_client_id(&entry.id, &format!("sender_application[{n}].id"))?;
            let validity = validity(&entry.valid_from, &entry.valid_until, "sender_application", n, now)?;
            let place = format!("sender_application[{n}].logo");
            let logo = read_logo(tx, entry.logo.as_deref(), folder, &place).await?;
            let what = (entry.code.as_str(), json(&entry.name)?);
            tx.put_sender_application(&entry.id, (what.0, &what.1, logo), validity).await?;
        }
        for (n, entry) in file.message_types.iter().enumerate() {
            put_message_type(tx, entry, n, now).await?;
        }
        for (n, entry) in file.trios.iter().enumerate() {
            let validity = validity(&entry.valid_from, &entry.valid_until, "trio", n, now)?;
            tx.put_trio((&entry.organization, &entry.application, &entry.message_type), validity)
                .await
                .map_err(|error| unknown_reference(error, &format!("trio[{n}]")))?;
        }
        for (n, entry) in file.payment_accounts.iter().enumerate() {
            put_payment_account(tx, entry, n, now).await?;
        }
        Ok(())
    }

    /// Activation is the citizen's own act; only a demo starts with citizens who did it before.
    async fn activate_for_demo(&self, tx: &mut Tx, mailbox: MailboxId, n: usize) -> Result<(), Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        if parts.environment != "demo" {
            let name = format!("citizen[{n}].active");
            return Err(Error::invalid(
                "rejectedInput",
                name,
                "only citizens themselves activate their mailbox",
            ));
        }
        if tx.activate(mailbox, now).await? {
            let object = mailbox.0.to_string();
            let act = Act { role: "operator", actor: self.operator.clone(), action: "activate", object };
            tx.record(parts.random.id(now), Some(mailbox), now, act).await?;
        }
        Ok(())
    }

    async fn open_mailboxes(&self, tx: &mut Tx, file: &ReferenceFile, now: Timestamp) -> Result<(), Error> {
        let parts = self.hub.parts();
        for (n, CitizenEntry { ssin, active, test }) in file.citizens.iter().enumerate() {
            let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
            let ssin = Ssin::parse(ssin, today).map_err(|error| {
                Error::invalid("invalidStructure", format!("citizen[{n}].ssin"), error.to_string())
            })?;
            let mailbox = mailbox::find_or_open(tx, parts, &Number::Ssin(ssin)).await?;
            if *active {
                self.activate_for_demo(tx, mailbox.id, n).await?;
            }
            mark(tx, mailbox.id, *test).await?;
        }
        for (n, entry) in file.enterprises.iter().enumerate() {
            let number = enterprise(&entry.number, &format!("enterprise[{n}].number"))?;
            let mailbox = mailbox::find_or_open(tx, parts, &Number::Enterprise(number)).await?;
            mark(tx, mailbox.id, entry.test).await?;
        }
        Ok(())
    }
}

async fn put_organization(
    tx: &mut Tx,
    (entry, logo): (&OrganizationEntry, Option<Sha256>),
    n: usize,
    now: Timestamp,
) -> Result<(), Error> {
    let number = enterprise(&entry.number, &format!("sender_organization[{n}].number"))?;
    let validity = validity(&entry.valid_from, &entry.valid_until, "sender_organization", n, now)?;
    tx.put_organization(number.as_str(), (&json(&entry.name)?, logo), validity).await?;
    Ok(())
}

async fn put_message_type(
    tx: &mut Tx,
    entry: &MessageTypeEntry,
    n: usize,
    now: Timestamp,
) -> Result<(), Error> {
    let span: Result<jiff::Span, _> = entry.validity.parse();
    if !span.is_ok_and(jiff::Span::is_positive) {
        let name = format!("message_type[{n}].validity");
        return Err(Error::invalid("invalidInput", name, "an ISO 8601 duration such as P6M is expected"));
    }
    let validity = validity(&entry.valid_from, &entry.valid_until, "message_type", n, now)?;
    let media_types = serde_json::to_string(&entry.media_types).map_err(Error::internal)?;
    tx.put_message_type(&entry.id, &json(&entry.name)?, (&entry.validity, &media_types), validity).await?;
    Ok(())
}

async fn put_payment_account(
    tx: &mut Tx,
    entry: &PaymentAccountEntry,
    n: usize,
    now: Timestamp,
) -> Result<(), Error> {
    if !is_iban(&entry.iban) {
        let name = format!("payment_account[{n}].iban");
        return Err(Error::invalid("invalidStructure", name, "an IBAN without spaces is expected"));
    }
    let validity = validity(&entry.valid_from, &entry.valid_until, "payment_account", n, now)?;
    tx.put_payment_account((&entry.organization, &entry.iban), validity)
        .await
        .map_err(|error| unknown_reference(error, &format!("payment_account[{n}].organization")))?;
    Ok(())
}

pub(super) fn validity(
    from: &Option<String>,
    until: &Option<String>,
    table: &str,
    n: usize,
    now: Timestamp,
) -> Result<(Timestamp, Option<Timestamp>), Error> {
    let read = |text: &Option<String>, member: &str| match text {
        None => Ok(None),
        Some(text) => Timestamp::parse(text).map(Some).ok_or_else(|| {
            Error::invalid(
                "invalidInput",
                format!("{table}[{n}].{member}"),
                "an RFC 3339 date-time is expected",
            )
        }),
    };
    let (from, until) = (read(from, "valid_from")?.unwrap_or(now), read(until, "valid_until")?);
    if until.is_some_and(|until| until <= from) {
        return Err(Error::invalid(
            "invalidPeriod",
            format!("{table}[{n}].valid_until"),
            "it ends before it begins",
        ));
    }
    Ok((from, until))
}

fn json(texts: &crate::text::Texts) -> Result<String, Error> {
    serde_json::to_string(texts).map_err(Error::internal)
}

fn enterprise(text: &str, place: &str) -> Result<EnterpriseNumber, Error> {
    EnterpriseNumber::parse(text)
        .map_err(|error| Error::invalid("invalidStructure", place, error.to_string()))
}

pub(super) fn check_client_id(text: &str, place: &str) -> Result<(), Error> {
    if is_client_id(text) {
        Ok(())
    } else {
        Err(Error::invalid("invalidStructure", place, "3 to 63 lower-case letters, digits and hyphens"))
    }
}

/// Marks a mailbox as the file says, if it says anything.
async fn mark(tx: &mut Tx, mailbox: MailboxId, test: Option<bool>) -> Result<(), Error> {
    if let Some(test) = test {
        tx.mark_test(mailbox, test).await?;
    }
    Ok(())
}

async fn put_operator(tx: &mut Tx, entry: &OperatorEntry, n: usize) -> Result<(), Error> {
    let wrong = |member: &str, detail: &str| {
        Err(Error::invalid("invalidInput", format!("operator[{n}].{member}"), detail))
    };
    check_client_id(&entry.id, &format!("operator[{n}].id"))?;
    if !is_person_id(&entry.person) {
        return wrong("person", "a personnel number or the like is expected, never a national number");
    }
    let Ok(roles) = entry.roles.iter().map(|role| role.parse()).collect::<Result<Vec<OperatorRole>, _>>()
    else {
        return wrong("roles", "register, security or support is expected");
    };
    let state = entry.state.as_deref().unwrap_or("active");
    if !["active", "removed"].contains(&state) {
        return wrong("state", "active or removed is expected");
    }
    let operator = Operator { client_id: entry.id.clone(), person: entry.person.clone(), roles };
    tx.put_operator(&operator, state).await?;
    Ok(())
}

pub(super) fn unknown_reference(error: sqlx::Error, place: &str) -> Error {
    if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation) {
        return Error::invalid("referencedResourceNotFound", place, "what it names is not registered");
    }
    error.into()
}
