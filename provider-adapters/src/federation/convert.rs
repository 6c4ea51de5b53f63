//! From the hub's answers to what travels, and back.

use hub_core::access::sender::Preference;
use hub_core::clock::Timestamp;
use hub_core::document_provider::{self, Change, Date, DocumentProvider, Maintenance};
use hub_core::error::Error;
use hub_core::mailbox::Kind;
use hub_core::text::Texts;

use super::wire;

/// An entry; `base` is the address of this API.
pub(super) fn provider(entry: DocumentProvider, base: &str) -> wire::MessageProvider {
    let planned = entry.maintenance.iter().map(|planned| wire::Maintenance {
        start_date: planned.from.rfc3339(),
        end_date: planned.until.rfc3339(),
    });
    wire::MessageProvider {
        message_provider_name: translated(&entry.name),
        message_provider_description: translated(&entry.description),
        message_provider_url: entry.url,
        message_provider_activation_date: entry.active_from.to_string(),
        message_provider_deactivation_date: entry.active_until.map(|day| day.to_string()),
        message_provider_technical_contact: entry.contact,
        message_provider_planned_maintenance: planned.collect(),
        api_supported_version: entry.api_version,
        links: wire::Links { this: wire::Link { href: format!("{base}/messageProviders/{}", entry.id) } },
        message_provider_id: entry.id,
    }
}

/// All four languages: what is missing is filled in from another.
fn translated(texts: &Texts) -> wire::TranslatedString {
    let text = |language: &str| {
        let given = [language, "en", "fr", "nl", "de"].into_iter().find_map(|language| texts.get(language));
        given.cloned().unwrap_or_default()
    };
    wire::TranslatedString { nl: text("nl"), fr: text("fr"), de: text("de"), en: text("en") }
}

/// What a merge patch changes of an entry. Id, name, address and first day are its operators' to change; that
/// they stand in it as they are is no change.
pub(super) fn change(patch: wire::MessageProviderPatch, entry: &DocumentProvider) -> Result<Change, Error> {
    let shown = translated(&entry.name);
    let named = |(language, text): (&String, &String)| match language.as_str() {
        "nl" => *text == shown.nl,
        "fr" => *text == shown.fr,
        "de" => *text == shown.de,
        "en" => *text == shown.en,
        _ => false,
    };
    let first_day = entry.active_from.to_string();
    let kept = [
        ("messageProviderId", patch.message_provider_id.is_none_or(|id| id == entry.id)),
        ("messageProviderName", patch.message_provider_name.is_none_or(|name| name.iter().all(named))),
        ("messageProviderUrl", patch.message_provider_url.is_none_or(|url| url == entry.url)),
        (
            "messageProviderActivationDate",
            patch.message_provider_activation_date.is_none_or(|day| day == first_day),
        ),
    ];
    if let Some((member, _)) = kept.into_iter().find(|(_, kept)| !kept) {
        return Err(Error::invalid("rejectedInput", member, "the operators of the hub change it"));
    }
    let description = patch.message_provider_description.map(|said| {
        let mut description = entry.description.clone();
        description.extend(said);
        description
    });
    let until = patch.message_provider_deactivation_date;
    Ok(Change {
        contact: patch.message_provider_technical_contact,
        description,
        api_version: patch.api_supported_version,
        active_until: until.map(|until| until.map(|text| day(&text)).transpose()).transpose()?,
        maintenance: patch.message_provider_planned_maintenance.map(maintenance).transpose()?,
    })
}

fn day(text: &str) -> Result<Date, Error> {
    let wrong =
        || Error::invalid("schemaViolation", "messageProviderDeactivationDate", "a date such as 2026-01-31");
    document_provider::day(text).ok_or_else(wrong)
}

fn maintenance(planned: Option<Vec<wire::Maintenance>>) -> Result<Vec<Maintenance>, Error> {
    let read = |(n, planned): (usize, wire::Maintenance)| {
        let moment = |text: &str, member: &str| {
            let place = format!("messageProviderPlannedMaintenance[{n}].{member}");
            let wrong =
                || Error::invalid("schemaViolation", place, "a date-time with its offset is expected");
            Timestamp::parse(text).ok_or_else(wrong)
        };
        let (from, until) = (&planned.start_date, &planned.end_date);
        Ok(Maintenance { from: moment(from, "startDate")?, until: moment(until, "endDate")? })
    };
    planned.unwrap_or_default().into_iter().enumerate().map(read).collect()
}

/// Whose mailboxes are asked about, and the numbers with the zeros that may be missing in front.
pub(super) fn asked(list: wire::EboxIdSameTypeList) -> Result<(Kind, Vec<String>), Error> {
    let kind = kind(&list.ebox_type, "eboxType")?;
    let (expected, digits) = match kind {
        Kind::Enterprise => ("EnterpriseNumber", 10),
        Kind::Citizen => ("SSIN", 11),
    };
    if !list.ebox_id_type.eq_ignore_ascii_case(expected) {
        return Err(Error::invalid("invalidInput", "eboxIdType", format!("{expected} is expected")));
    }
    let mut numbers = Vec::with_capacity(list.ebox_id_value_list.len());
    for (n, number) in list.ebox_id_value_list.into_iter().enumerate() {
        if !(9..=digits).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            let place = format!("eboxIdValueList[{n}]");
            return Err(Error::invalid("schemaViolation", place, format!("{digits} digits are expected")));
        }
        numbers.push(format!("{number:0>digits$}"));
    }
    Ok((kind, numbers))
}

/// What those prefer who are reached.
pub(super) fn preferences(kind: Kind, found: Vec<Preference>) -> Vec<wire::EboxPreferences> {
    let of = |found: Preference| wire::EboxPreferences {
        ebox_id: wire::EboxId { ebox_type: kind.name().to_uppercase(), ebox_id_value: found.number },
        exclusively_ebox: found.exclusively,
    };
    found.into_iter().map(of).collect()
}

/// The enterprise that a preference is about.
pub(super) fn enterprise(asked: &wire::EboxPreferences) -> Result<String, Error> {
    if kind(&asked.ebox_id.ebox_type, "eboxId.eboxType")? != Kind::Enterprise {
        return Err(Error::invalid("invalidInput", "eboxId.eboxType", "ENTERPRISE is expected"));
    }
    Ok(format!("{:0>10}", asked.ebox_id.ebox_id_value))
}

/// Written in capitals in the published document's questions, and in small letters in its answers.
fn kind(text: &str, place: &str) -> Result<Kind, Error> {
    let known = Kind::named(&text.to_ascii_lowercase());
    known.ok_or_else(|| Error::invalid("schemaViolation", place, "ENTERPRISE or CITIZEN is expected"))
}
