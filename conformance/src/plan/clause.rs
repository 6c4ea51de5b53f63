//! Clauses as people type them: `rfc9207` and `rfc9207/2.4` both find `RFC 9207 2.4`.

/// Says whether one of the sources in `clause`, which are divided by `;`, is what `word` names.
pub(super) fn names(word: &str, clause: &str) -> bool {
    let asked = tokens(word);
    clause.split(';').any(|source| is_named(&asked, &tokens(source)))
}

/// The first words agree, and the rest of what is asked comes in its order; a section contains its subsections.
fn is_named(asked: &[String], source: &[String]) -> bool {
    let (Some(first), Some(start)) = (asked.first(), source.first()) else { return false };
    let mut rest = source.iter().skip(1);
    first == start && asked.iter().skip(1).all(|word| rest.any(|other| contains(word, other)))
}

fn contains(section: &str, other: &str) -> bool {
    other == section || other.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
}

/// Runs of letters, and of digits with dots, in lower case.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut last = None;
    for c in text.chars() {
        let kind = if c.is_alphabetic() {
            Some(true)
        } else if c.is_ascii_digit() || (c == '.' && last == Some(false)) {
            Some(false)
        } else {
            None
        };
        match (kind, tokens.last_mut()) {
            (Some(_), Some(token)) if kind == last => token.extend(c.to_lowercase()),
            (Some(_), _) => tokens.push(c.to_lowercase().collect()),
            (None, _) => {}
        }
        last = kind;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::names;

    const CLAUSE: &str = "FAPI 2.0 SP 5.3.3.2; RFC 9207 2.4";

    #[test]
    fn a_standard_is_found_with_and_without_its_section() {
        for word in
            ["rfc9207", "RFC 9207", "rfc9207/2.4", "rfc9207/2", "fapi", "fapi 2.0 sp 5.3.3", "FAPI/5.3"]
        {
            assert!(names(word, CLAUSE), "{word}");
        }
    }

    #[test]
    fn another_standard_or_section_is_not() {
        for word in ["rfc920", "rfc92072", "rfc9207/3", "rfc9207/2.40", "sp", "9207", ""] {
            assert!(!names(word, CLAUSE), "{word}");
        }
    }
}
