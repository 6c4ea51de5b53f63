//! The part of a reference file about providers: their states, applications and certificates.
//!
//! Whoever applies a file holds the data itself, so that any state can be set; only out of removal nobody comes back.

use std::collections::BTreeMap;
use std::path::Path;

use super::LocalOperatorAccess;
use super::apply::{check_client_id, validity};
use super::changes::{follow_removal, read_logo};
use crate::access::reference::{CertificateEntry, ProviderApplicationEntry, ProviderEntry, ReferenceFile};
use crate::db::Tx;
use crate::error::Error;
use crate::id::{ApplicationId, CertificateId, ProviderId, Sha256};
use crate::peer::Role;
use crate::provider::{NameKind, Named, NewApplication, Provider, State, is_redirect_uri, thumbprint};

impl LocalOperatorAccess {
    pub(super) async fn put_providers(
        &self,
        tx: &mut Tx,
        file: &ReferenceFile,
        folder: &Path,
    ) -> Result<(), Error> {
        let mut known = BTreeMap::new();
        for (n, entry) in file.providers.iter().enumerate() {
            known.insert(&entry.id, self.put_provider(tx, entry, n).await?);
        }
        for (n, entry) in file.provider_applications.iter().enumerate() {
            let Some(provider) = known.get(&entry.provider) else {
                let name = format!("provider_application[{n}].provider");
                let detail = "the file names no such provider";
                return Err(Error::invalid("referencedResourceNotFound", name, detail));
            };
            self.put_application(tx, entry, (*provider, n), folder).await?;
        }
        Ok(())
    }

    async fn put_provider(&self, tx: &mut Tx, entry: &ProviderEntry, n: usize) -> Result<ProviderId, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        check_client_id(&entry.id, &format!("provider[{n}].id"))?;
        let known = tx.provider(&entry.id).await?;
        let state = State::applied_as(known.as_ref().map(|provider| provider.state), &entry.state);
        let state = state.ok_or_else(|| {
            Error::invalid("invalidInput", format!("provider[{n}].state"), "no such state, or it was removed")
        })?;

        let Some(known) = known else {
            let id = ProviderId(parts.random.id(now));
            let (code, legal_name) = (entry.id.clone(), entry.legal_name.clone());
            tx.insert_provider(&Provider { id, code, legal_name, state, moved_at: None }, now).await?;
            return Ok(id);
        };
        tx.rename_provider(known.id, &entry.legal_name).await?;
        if state != known.state {
            tx.move_provider(&known, state, now).await?;
            follow_removal(tx, parts, known.id, state).await?;
        }
        Ok(known.id)
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
            return Err(Error::invalid("invalidInput", name, crate::provider::REDIRECT_URI));
        }
        let place = format!("provider_application[{n}].logo");
        let logo = read_logo(tx, entry.logo.as_deref(), folder, &place).await?;
        let new = NewApplication {
            id: ApplicationId(parts.random.id(parts.clock.now())),
            client_id: &entry.id,
            provider,
            brand: &entry.brand,
            purpose: &entry.purpose,
            retention: &entry.retention,
            redirect_uris: &entry.redirect_uris,
            logo,
            pilot: entry.pilot.unwrap_or(false),
        };
        let id = tx.put_application(&new).await?;
        if let Some(pilot) = entry.pilot {
            tx.set_pilot(id, pilot).await?;
        }
        Ok(())
    }

    pub(super) async fn put_certificate(
        &self,
        tx: &mut Tx,
        entry: &CertificateEntry,
        n: usize,
    ) -> Result<(), Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let place = |member: &str| format!("certificate[{n}].{member}");
        let role: Role =
            entry.role.parse().map_err(|_| Error::invalid("invalidInput", place("role"), "no such role"))?;
        let (kind, name) = name_of(entry, n)?;
        let named = Named { role: role.name(), anchor: &entry.anchor, kind, name };
        let pin = pin_of(entry, n)?;
        let (from, until) = validity(&entry.valid_from, &entry.valid_until, "certificate", n, now)?;

        let client = entry.client_id.as_str();
        match entry.state.as_deref().unwrap_or("active") {
            "removed" => tx.end_certificates_named(named, (None, pin), now).await?,
            "active" => {
                let asked_from = entry.valid_from.as_ref().map(|_| from);
                let kept = tx.keep_certificate(named, (client, pin), (asked_from, until)).await?;
                if kept == 0 {
                    tx.end_certificates_named(named, (Some(client), None), now).await?;
                    let id = CertificateId(parts.random.id(now));
                    tx.insert_certificate(id, named, (client, pin), (from, until, now)).await?;
                }
                kept
            }
            _ => {
                let detail = "active or removed is expected";
                return Err(Error::invalid("invalidInput", place("state"), detail));
            }
        };
        Ok(())
    }
}

fn name_of(entry: &CertificateEntry, n: usize) -> Result<(NameKind, &str), Error> {
    let names = [
        (NameKind::SanUri, &entry.san_uri),
        (NameKind::SanDns, &entry.san_dns),
        (NameKind::Subject, &entry.subject),
    ];
    let mut given = names.iter().filter_map(|(kind, name)| name.as_deref().map(|name| (*kind, name)));
    let (Some(name), None) = (given.next(), given.next()) else {
        let name = format!("certificate[{n}].san_uri");
        return Err(Error::invalid("exactlyOneOfExpected", name, "name one of san_uri, san_dns, subject"));
    };
    Ok(name)
}

fn pin_of(entry: &CertificateEntry, n: usize) -> Result<Option<Sha256>, Error> {
    let wrong = || {
        let name = format!("certificate[{n}].thumbprint");
        Error::invalid("invalidInput", name, "64 hexadecimal digits are expected")
    };
    entry.thumbprint.as_deref().map(|text| thumbprint(text).ok_or_else(wrong)).transpose()
}
