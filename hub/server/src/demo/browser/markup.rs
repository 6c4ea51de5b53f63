//! Reading what the story's pages say: tags, attributes and the text between them.
//!
//! Good for well-formed pages of ours, not for the web at large.

/// One start or end tag.
pub(super) struct Tag<'a> {
    /// Lower case; an end tag begins with `/`.
    pub(super) name: String,
    attributes: &'a str,
    /// Where in the document it begins and ends.
    place: (usize, usize),
}

impl Tag<'_> {
    /// The value of an attribute, its entities resolved; empty for one without a value.
    pub(super) fn value(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes.trim_start();
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let (value, next) = match after.strip_prefix('=') {
                Some(after) => attribute(after),
                None => ("", after),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(resolved(value));
            }
            rest = next.trim_start();
        }
        None
    }
}

/// The value after `=`, and what follows it.
fn attribute(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// All tags, in order.
pub(super) fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let begin = at + html.get(at..)?.find('<')?;
        let inside = html.get(begin + 1..)?;
        let length = end_of_tag(inside)?;
        at = begin + length + 2;
        let inner = inside.get(..length)?.trim_end_matches('/');
        let name_end = inner.find(char::is_whitespace).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(name_end);
        Some(Tag { name: name.to_ascii_lowercase(), attributes, place: (begin, at) })
    })
}

/// Where the tag's `>` is; one inside quotes is none.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| match (quote, c) {
        (None, '>') => Some(at),
        (None, '"' | '\'') => {
            quote = Some(c);
            None
        }
        (Some(open), c) if c == open => {
            quote = None;
            None
        }
        _ => None,
    })
}

/// The text of every element of this name.
pub(super) fn texts(html: &str, element: &str) -> Vec<String> {
    inner(html, element).into_iter().map(text).collect()
}

/// Of every section with a heading of the second level, that and the rest.
pub(super) fn sections(html: &str) -> Vec<(String, String)> {
    let parts = inner(html, "section").into_iter().filter_map(|section| section.split_once("</h2>"));
    parts.map(|(heading, rest)| (text(heading), text(rest))).collect()
}

/// What stands inside every element of this name; none of them stands inside another.
fn inner<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let (mut found, mut begun) = (Vec::new(), None);
    for tag in tags(html) {
        if tag.name == element {
            begun = Some(tag.place.1);
        } else if tag.name.strip_prefix('/') == Some(element)
            && let Some(inner) = begun.take().and_then(|begin: usize| html.get(begin..tag.place.0))
        {
            found.push(inner);
        }
    }
    found
}

/// What a person reads: no tags, entities resolved, white space as one space, a semicolon after each item.
fn text(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    let mut at = 0;
    for tag in tags(html) {
        plain.push_str(html.get(at..tag.place.0).unwrap_or_default());
        if tag.name == "/li" {
            plain.push(';');
        }
        at = tag.place.1;
    }
    plain.push_str(html.get(at..).unwrap_or_default());
    resolved(&plain).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Entities replaced by what they stand for.
fn resolved(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after.split_once(';').and_then(|(name, next)| Some((character(name)?, next)));
        match entity {
            Some((c, next)) => {
                plain.push(c);
                rest = next;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        let html = r#"<input type=hidden name="a b" value='x &#38; "y" >' checked>"#;
        let tag = tags(html).next().unwrap();
        assert_eq!(tag.value("type").as_deref(), Some("hidden"));
        assert_eq!(tag.value("value").as_deref(), Some("x & \"y\" >"));
        assert_eq!(tag.value("checked").as_deref(), Some(""));
        assert_eq!(tag.value("disabled"), None);
    }

    #[test]
    fn a_person_reads_text_without_markup() {
        let html = "<h1>You  have\n authorised <strong>Demo &amp; Co</strong>.</h1><p>a</p><p>b &x; c</p>";
        assert_eq!(texts(html, "h1"), ["You have authorised Demo & Co."]);
        assert_eq!(texts(html, "p"), ["a", "b &x; c"]);
        let html = "<section><h2>May</h2>\n<ul><li>see</li>\n<li>read</li></ul></section>";
        assert_eq!(sections(html), [("May".to_owned(), "see; read;".to_owned())]);
    }
}
