//! The file name of a download (RFC 6266), in plain characters and, where it has others, in UTF-8 (RFC 8187).

use std::fmt::Write as _;

/// `attachment` with the name; nothing in it can leave the header.
pub fn attachment(file_name: &str) -> String {
    let plain: String = file_name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{plain}\"");
    if plain != file_name {
        value.push_str("; filename*=UTF-8''");
        for byte in file_name.bytes() {
            if byte.is_ascii_alphanumeric() || UNRESERVED.contains(&byte) {
                value.push(char::from(byte));
            } else {
                // Writing into a String cannot go wrong.
                let _ = write!(value, "%{byte:02X}");
            }
        }
    }
    value
}

/// Printable ASCII that needs no escape in a quoted string and that no client takes for one.
fn is_plain(letter: char) -> bool {
    matches!(letter, ' '..='~') && !matches!(letter, '"' | '\\' | '%' | '/')
}

/// `attr-char` of RFC 8187 3.2.1 besides letters and digits.
const UNRESERVED: &[u8] = b"!#$&+-.^_`|~";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_stands_as_it_is() {
        assert_eq!(attachment("assessment-2026.pdf"), "attachment; filename=\"assessment-2026.pdf\"");
    }

    #[test]
    fn other_letters_stand_in_utf_8_beside_a_plain_name() {
        assert_eq!(
            attachment("relevé 1.pdf"),
            "attachment; filename=\"relev_ 1.pdf\"; filename*=UTF-8''relev%C3%A9%201.pdf"
        );
    }

    #[test]
    fn nothing_leaves_the_header() {
        for name in
            ["a\"; x=\"b.pdf", "a\r\nSet-Cookie: x", "a\\\".pdf", "\u{202e}fdp.exe", "../../etc", "100%41"]
        {
            let value = attachment(name);
            assert!(value.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{value}");
            assert_eq!(value.matches('"').count(), 2, "{value}");
            assert!(!value.contains("../"), "{value}");
        }
    }
}
