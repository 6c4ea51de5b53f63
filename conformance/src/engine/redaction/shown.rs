//! Texts as terminals, pages and clipboards may have them: characters that steer are written out.

use std::fmt::Write;

/// Writes out control characters, but for the end of a line and the tabulator, and characters that turn the direction
/// of a line (Unicode UAX 9, 2): a program that prints what an app said must not obey it.
pub(super) fn shown(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            // Writing to a string cannot fail.
            let _ = write!(kept, "\\u{{{:x}}}", u32::from(c));
        } else {
            kept.push(c);
        }
    }
    kept
}

fn steers(c: char) -> bool {
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    turns || (c.is_control() && !matches!(c, '\n' | '\t'))
}
