//! Reference data, each named by the others as it may be published now.

use hub_core::access::catalogue::Catalogue;
use hub_core::id::Sha256;
use hub_core::sender::{Logo, NamedApplication, NamedOrganization, NamedType};

use super::{Links, kilobytes, translated};
use crate::message_registry::wire;

pub(in crate::message_registry) fn organization(
    one: &NamedOrganization,
    catalogue: &Catalogue,
    links: &Links<'_>,
) -> wire::SenderOrganization {
    let trios = catalogue.trios.iter().filter(|(organization, ..)| *organization == one.number);
    let (applications, types): (Vec<_>, Vec<_>) =
        trios.map(|(_, application, kind)| (links.code(application).to_owned(), kind.clone())).unzip();
    let images = format!("{}/referenceData/senderOrganizations/{}/images", links.base, one.number);
    wire::SenderOrganization {
        organization_id: one.number.clone(),
        organization_short_name: translated(&one.name),
        organization_logos: logos(one.logo.as_ref(), &images),
        sender_application_ids: once(applications),
        message_type_ids: once(types),
    }
}

pub(in crate::message_registry) fn application(
    one: &NamedApplication,
    catalogue: &Catalogue,
    links: &Links<'_>,
) -> wire::SenderApplication {
    let trios = catalogue.trios.iter().filter(|(_, application, _)| *application == one.client_id);
    let (organizations, types): (Vec<_>, Vec<_>) =
        trios.map(|(organization, _, kind)| (organization.clone(), kind.clone())).unzip();
    let images = format!("{}/referenceData/senderApplications/{}/images", links.base, segment(&one.code));
    wire::SenderApplication {
        application_id: one.code.clone(),
        application_name: translated(&one.name),
        application_logos: logos(one.logo.as_ref(), &images),
        sender_organization_ids: once(organizations),
        message_type_ids: once(types),
    }
}

pub(in crate::message_registry) fn message_type(
    one: &NamedType,
    catalogue: &Catalogue,
    links: &Links<'_>,
) -> wire::MessageType {
    let trios = catalogue.trios.iter().filter(|(.., kind)| *kind == one.id);
    let (organizations, applications): (Vec<_>, Vec<_>) = trios
        .map(|(organization, application, _)| (organization.clone(), links.code(application).to_owned()))
        .unzip();
    wire::MessageType {
        message_type_id: one.id.clone(),
        message_type_name: translated(&one.name),
        validity_period: period(&one.validity),
        sender_organization_ids: once(organizations),
        sender_application_ids: once(applications),
    }
}

/// The logo that is named so, if it is this one.
pub(in crate::message_registry) fn image(logo: Option<&Logo>, id: &str) -> Option<Sha256> {
    logo.filter(|logo| image_id(logo) == id).map(|logo| logo.digest)
}

fn logos(logo: Option<&Logo>, images: &str) -> Vec<wire::Image> {
    let image = |logo: &Logo| {
        let id = image_id(logo);
        wire::Image {
            content_href: format!("{images}/{id}/content"),
            image_id: id,
            size: kilobytes(logo.size),
            media_type: logo.media_type.clone(),
        }
    };
    logo.into_iter().map(image).collect()
}

/// A digest names its image for ever.
fn image_id(logo: &Logo) -> String {
    logo.digest.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn once(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A text as a path can hold it.
fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A duration in one unit; `None` for one that has none, which is then left out.
fn period(validity: &str) -> Option<wire::ValidityPeriod> {
    let (mut months, mut days, mut digits) = (0_i32, 0_i32, String::new());
    for letter in validity.strip_prefix('P')?.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let number: i32 = std::mem::take(&mut digits).parse().ok()?;
        match letter {
            'Y' => months = months.checked_add(number.checked_mul(12)?)?,
            'M' => months = months.checked_add(number)?,
            'W' => days = days.checked_add(number.checked_mul(7)?)?,
            'D' => days = days.checked_add(number)?,
            _ => return None,
        }
    }
    let (number, unit) = match (months, days) {
        (0, days @ 1..) => (days, "day"),
        (months @ 1.., 0) if months % 12 == 0 => (months / 12, "year"),
        (months @ 1.., 0) => (months, "month"),
        _ => return None,
    };
    Some(wire::ValidityPeriod { validity_period_number: number, validity_period_unit: unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validity_has_one_unit() {
        let of = |text: &str| {
            period(text).map(|period| (period.validity_period_number, period.validity_period_unit))
        };
        assert_eq!(of("P6M"), Some((6, "month")));
        assert_eq!(of("P1Y"), Some((1, "year")));
        assert_eq!(of("P1Y6M"), Some((18, "month")));
        assert_eq!(of("P30D"), Some((30, "day")));
        assert_eq!(of("P2W"), Some((14, "day")));
        for none in ["P1M1D", "PT5M", "P0D", "6M", ""] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
