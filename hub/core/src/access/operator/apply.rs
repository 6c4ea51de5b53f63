//! Applying a reference file: all of it in one transaction, or nothing.

use std::path::Path;

use super::OperatorAccess;
use crate::access::reference::{
    CertificateEntry, CitizenEntry, MessageTypeEntry, OrganizationEntry, ProviderApplicationEntry,
    ReferenceFile,
};
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::{ApplicationId, CertificateId, MailboxId, ProviderId, Sha256};
use crate::mailbox::{self, Number};
use crate::number::{EnterpriseNumber, Ssin};
use crate::peer::Role;
use crate::provider::Application;

/// How much a file registered or replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sender organizations, sender applications, message types and trios.
    pub senders: usize,
    /// Providers and provider applications.
    pub providers: usize,
    /// Certificates.
    pub certificates: usize,
    /// Mailboxes.
    pub mailboxes: usize,
}

impl OperatorAccess {
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

        self.put_senders(&mut tx, file, now).await?;
        self.put_providers(&mut tx, file, folder).await?;
        for (n, entry) in file.certificates.iter().enumerate() {
            self.put_certificate(&mut tx, entry, n).await?;
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
            providers: file.providers.len() + file.provider_applications.len(),
            certificates: file.certificates.len(),
            mailboxes: file.citizens.len() + file.enterprises.len(),
        })
    }

    async fn put_senders(&self, tx: &mut Tx, file: &ReferenceFile, now: Timestamp) -> Result<(), Error> {
        for (n, entry) in file.organizations.iter().enumerate() {
            put_organization(tx, entry, n, now).await?;
        }
        for (n, entry) in file.sender_applications.iter().enumerate() {
            check_client_id(&entry.id, &format!("sender_application[{n}].id"))?;
            let validity = validity(&entry.valid_from, &entry.valid_until, "sender_application", n, now)?;
            tx.put_sender_application(&entry.id, &entry.code, &json(&entry.name)?, validity).await?;
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
        Ok(())
    }

    async fn put_providers(&self, tx: &mut Tx, file: &ReferenceFile, folder: &Path) -> Result<(), Error> {
        let parts = self.hub.parts();
        let mut known = std::collections::BTreeMap::new();
        for (n, entry) in file.providers.iter().enumerate() {
            if !PROVIDER_STATES.contains(&entry.state.as_str()) {
                return Err(Error::invalid("invalidInput", format!("provider[{n}].state"), "no such state"));
            }
            let new_id = ProviderId(parts.random.id(parts.clock.now()));
            known.insert(
                &entry.id,
                tx.put_provider(new_id, &entry.id, &entry.legal_name, &entry.state).await?,
            );
        }
        for (n, entry) in file.provider_applications.iter().enumerate() {
            let Some(provider) = known.get(&entry.provider) else {
                let name = format!("provider_application[{n}].provider");
                return Err(Error::invalid(
                    "referencedResourceNotFound",
                    name,
                    "the file names no such provider",
                ));
            };
            self.put_application(tx, entry, (*provider, n), folder).await?;
        }
        Ok(())
    }

    async fn put_application(
        &self,
        tx: &mut Tx,
        entry: &ProviderApplicationEntry,
        (provider, n): (ProviderId, usize),
        folder: &Path,
    ) -> Result<(), Error> {
        let parts = self.hub.parts();
        check_client_id(&entry.id, &format!("provider_application[{n}].id"))?;
        if !entry.redirect_uris.iter().all(|uri| is_redirect_uri(uri)) {
            let name = format!("provider_application[{n}].redirect_uris");
            let detail =
                "a redirect URI is https, names a host, and has neither user information nor a fragment";
            return Err(Error::invalid("invalidInput", name, detail));
        }
        let logo = match &entry.logo {
            Some(path) => Some(put_logo(tx, &folder.join(path), n).await?),
            None => None,
        };
        tx.put_application(&Application {
            id: ApplicationId(parts.random.id(parts.clock.now())),
            client_id: entry.id.clone(),
            provider,
            legal_name: String::new(),
            brand: entry.brand.clone(),
            purpose: entry.purpose.clone(),
            retention: entry.retention.clone(),
            redirect_uris: entry.redirect_uris.clone(),
            logo,
            active: true,
            epoch: 0,
        })
        .await
    }

    async fn put_certificate(&self, tx: &mut Tx, entry: &CertificateEntry, n: usize) -> Result<(), Error> {
        let parts = self.hub.parts();
        let place = |member: &str| format!("certificate[{n}].{member}");
        let role: Role =
            entry.role.parse().map_err(|_| Error::invalid("invalidInput", place("role"), "no such role"))?;
        let names = [("san_uri", &entry.san_uri), ("san_dns", &entry.san_dns), ("subject", &entry.subject)];
        let mut given = names.iter().filter_map(|(kind, name)| name.as_deref().map(|name| (*kind, name)));
        let (Some(name), None) = (given.next(), given.next()) else {
            return Err(Error::invalid(
                "exactlyOneOfExpected",
                place("san_uri"),
                "name one of san_uri, san_dns, subject",
            ));
        };
        let thumbprint = match &entry.thumbprint {
            Some(text) => Some(parse_thumbprint(text).ok_or_else(|| {
                Error::invalid("invalidInput", place("thumbprint"), "64 hexadecimal digits are expected")
            })?),
            None => None,
        };
        let state = entry.state.as_deref().unwrap_or("active");
        if !["active", "removed"].contains(&state) {
            return Err(Error::invalid("invalidInput", place("state"), "active or removed is expected"));
        }
        let id = CertificateId(parts.random.id(parts.clock.now()));
        tx.put_certificate(id, (role.name(), &entry.anchor), name, &entry.client_id, (thumbprint, state))
            .await?;
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
        for (n, CitizenEntry { ssin, active }) in file.citizens.iter().enumerate() {
            let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
            let ssin = Ssin::parse(ssin, today).map_err(|error| {
                Error::invalid("invalidStructure", format!("citizen[{n}].ssin"), error.to_string())
            })?;
            let mailbox = mailbox::find_or_open(tx, parts, &Number::Ssin(ssin)).await?;
            if *active {
                self.activate_for_demo(tx, mailbox.id, n).await?;
            }
        }
        for (n, entry) in file.enterprises.iter().enumerate() {
            let number = enterprise(&entry.number, &format!("enterprise[{n}].number"))?;
            mailbox::find_or_open(tx, parts, &Number::Enterprise(number)).await?;
        }
        Ok(())
    }
}

async fn put_organization(
    tx: &mut Tx,
    entry: &OrganizationEntry,
    n: usize,
    now: Timestamp,
) -> Result<(), Error> {
    let number = enterprise(&entry.number, &format!("sender_organization[{n}].number"))?;
    let validity = validity(&entry.valid_from, &entry.valid_until, "sender_organization", n, now)?;
    tx.put_organization(number.as_str(), &json(&entry.name)?, validity).await?;
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

async fn put_logo(tx: &mut Tx, path: &Path, n: usize) -> Result<Sha256, Error> {
    let refused =
        |detail: &str| Error::invalid("mediaTypeRefused", format!("provider_application[{n}].logo"), detail);
    let image = tokio::fs::read(path).await.map_err(|_| refused("the file does not open"))?;
    let kind = infer::get(&image).ok_or_else(|| refused("not an image"))?;
    if !["image/png", "image/jpeg", "image/gif"].contains(&kind.mime_type()) {
        return Err(refused("a PNG, JPEG or GIF is expected"));
    }
    let digest = Sha256::of(&image);
    tx.put_logo(digest, kind.mime_type(), image).await?;
    Ok(digest)
}

fn validity(
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

/// A client id is `^[a-z][a-z0-9-]{2,62}$`, which no subject identifier of ours can look like (FAPI 2.0 6.7).
fn check_client_id(text: &str, place: &str) -> Result<(), Error> {
    let shaped = (3..=63).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if shaped { Ok(()) } else { Err(Error::invalid("invalidStructure", place, "not a client id")) }
}

/// Whether browsers may be sent there: https, a host and nothing before it, no fragment (FAPI 2.0 5.3.2.2-8).
fn is_redirect_uri(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    !host.is_empty()
        && !host.starts_with(':')
        && !host.contains('@')
        && uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\\\"<>".contains(&byte))
}

fn parse_thumbprint(text: &str) -> Option<Sha256> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    Some(Sha256(bytes.try_into().ok()?))
}

fn unknown_reference(error: sqlx::Error, place: &str) -> Error {
    if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation) {
        return Error::invalid("referencedResourceNotFound", place, "one of the three is not registered");
    }
    error.into()
}

/// A provider's states, in the order of its life.
const PROVIDER_STATES: [&str; 6] = ["applied", "sandbox", "certified", "active", "suspended", "removed"];
