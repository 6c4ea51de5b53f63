//! Which of the hub's languages a client prefers.

use hub_core::message::LANGUAGES;

/// The language of a BCP 47 tag, by its primary part, in any case: `fr`, `fr-BE`, `FR_be`.
pub fn named(tag: &str) -> Option<&'static str> {
    let primary = tag.trim().split(['-', '_']).next()?;
    LANGUAGES.into_iter().find(|language| language.eq_ignore_ascii_case(primary))
}

/// The first of the languages with the highest weight in an `Accept-Language`; weight 0 means "not this one".
// RFC 9110 12.5.4
pub fn most_accepted(header: &str) -> Option<&'static str> {
    let mut best: Option<(u16, &str)> = None;
    for range in header.split(',').take(MOST_RANGES) {
        let (tag, weight) = range.split_once(';').map_or((range, 1000), |(tag, rest)| (tag, weight(rest)));
        let Some(language) = named(tag) else {
            continue;
        };
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `q=0.8` in thousandths; what cannot be read weighs nothing.
fn weight(parameter: &str) -> u16 {
    let value = parameter.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
    match value {
        Some(q) if (0.0..=1.0).contains(&q) => (q * 1000.0).round() as u16,
        _ => 0,
    }
}

const MOST_RANGES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins_and_zero_is_a_refusal() {
        for (header, wanted) in [
            ("fr-BE, nl;q=0.5", Some("fr")),
            ("es, de;q=0.2, nl;q=0.9", Some("nl")),
            ("nl;q=0, fr;q=0.1", Some("fr")),
            ("nl;q=0", None),
            ("nl;q=x, EN_gb;q=0.3", Some("en")),
            ("", None),
        ] {
            assert_eq!(most_accepted(header), wanted, "{header}");
        }
    }
}
