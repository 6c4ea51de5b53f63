//! The shapes of `specs/certification/v1/openapi.yaml`, member by member.

use hub_core::access::certification::{Ground, Nonce, RegisterEntry, StandingView};
use hub_core::certification::{Certification, Lapse, Level, Terms};
use hub_core::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// For which run a nonce is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NonceToAsk {
    pub(super) suite_version: String,
    pub(super) requirements_version: String,
}

/// A nonce; it is shown once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NonceGiven {
    nonce: String,
    client_id: String,
    audience: String,
    suite_version: String,
    requirements_version: String,
    until: String,
}

/// A statement as it is handed in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StatementToHandIn {
    pub(super) statement: String,
}

/// What became of a statement.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Received {
    stated: &'static str,
    state: &'static str,
    suite_version: String,
    requirements_version: String,
    plan: String,
    capabilities: Vec<String>,
    began: String,
    received_at: String,
}

/// What counts for the caller, and what the hub asks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Standing {
    client_id: String,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<On>,
    policy: Policy,
}

/// What a standing rests on.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct On {
    stated: &'static str,
    suite_version: String,
    requirements_version: String,
    capabilities: Vec<String>,
    began: String,
    valid_until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lapsed_by: Option<&'static str>,
}

/// What the hub asks of a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policy {
    audience: String,
    plan: String,
    suite_versions: Vec<String>,
    requirements_versions: Vec<String>,
    max_age_days: u64,
    declared_days: u64,
    certified_days: u64,
}

/// The register.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Register {
    #[serde(rename = "self")]
    own: String,
    items: Vec<Entry>,
    total: usize,
}

/// An application in the register.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    client_id: String,
    brand: String,
    legal_name: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<On>,
}

impl NonceGiven {
    pub(super) fn of(given: Nonce, issuer: &str) -> Self {
        Self {
            nonce: given.nonce.expose().to_owned(),
            client_id: given.client_id,
            audience: issuer.to_owned(),
            suite_version: given.suite_version,
            requirements_version: given.requirements_version,
            until: given.until.rfc3339(),
        }
    }
}

impl Standing {
    pub(super) fn of(client_id: &str, found: StandingView, (terms, issuer): (&Terms, &str)) -> Self {
        let on = found.on.map(On::from);
        Self { client_id: client_id.to_owned(), level: found.level, on, policy: Policy::of(terms, issuer) }
    }
}

impl Policy {
    fn of(terms: &Terms, issuer: &str) -> Self {
        let days = |level| terms.stands_for(level).as_secs() / DAY;
        Self {
            audience: issuer.to_owned(),
            plan: terms.plan.clone(),
            suite_versions: terms.suite_versions.clone(),
            requirements_versions: terms.requirements_versions.clone(),
            max_age_days: terms.max_age.as_secs() / DAY,
            declared_days: days(Level::Declared),
            certified_days: days(Level::Certified),
        }
    }
}

impl Register {
    pub(super) fn of(entries: Vec<RegisterEntry>, issuer: &str) -> Self {
        let items: Vec<Entry> = entries.into_iter().map(Entry::from).collect();
        Self { own: format!("{issuer}/certification/v1/providers"), total: items.len(), items }
    }
}

impl From<Certification> for Received {
    fn from(kept: Certification) -> Self {
        Self {
            stated: kept.level.name(),
            state: kept.fate.name(),
            suite_version: kept.suite_version,
            requirements_version: kept.requirements_version,
            plan: kept.plan,
            capabilities: kept.capabilities,
            began: kept.began.rfc3339(),
            received_at: kept.received_at.rfc3339(),
        }
    }
}

impl From<Ground> for On {
    fn from(ground: Ground) -> Self {
        Self {
            stated: ground.stated.name(),
            suite_version: ground.suite_version,
            requirements_version: ground.requirements_version,
            capabilities: ground.capabilities,
            began: ground.began.rfc3339(),
            valid_until: ground.until.rfc3339(),
            lapsed_by: ground.lapse.map(Lapse::name),
        }
    }
}

impl From<RegisterEntry> for Entry {
    fn from(entry: RegisterEntry) -> Self {
        Self {
            client_id: entry.client_id,
            brand: entry.brand,
            legal_name: entry.legal_name,
            state: entry.state,
            since: entry.since.map(Timestamp::rfc3339),
            level: entry.standing.level,
            on: entry.standing.on.map(On::from),
        }
    }
}

const DAY: u64 = 24 * 3600;
