//! Base64 that comes in pieces of any length, with blanks between its letters.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Decodes as it goes.
#[derive(Default)]
pub(super) struct Decoder {
    /// Up to three letters that do not fill a group of four.
    rest: Vec<u8>,
    /// Whether the last group was padded: nothing comes after it.
    padded: bool,
}

impl Decoder {
    /// The bytes of the next piece; `None` if it is no base64.
    pub(super) fn push(&mut self, text: &str) -> Option<Vec<u8>> {
        if BLANKS.iter().any(|blank| text.contains(*blank)) {
            self.rest.extend(text.bytes().filter(|byte| !BLANKS.contains(&char::from(*byte))));
        } else {
            self.rest.extend_from_slice(text.as_bytes());
        }
        let tail = self.rest.split_off(self.rest.len() - self.rest.len() % 4);
        let whole = std::mem::replace(&mut self.rest, tail);
        if self.padded && !(whole.is_empty() && self.rest.is_empty()) {
            return None;
        }
        self.padded = self.padded || whole.ends_with(b"=");
        if self.padded && !self.rest.is_empty() {
            return None;
        }
        STANDARD.decode(whole).ok()
    }

    /// Whether it ended where base64 may end.
    pub(super) fn is_whole(&self) -> bool {
        self.rest.is_empty()
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str, size: usize) -> Option<Vec<u8>> {
        let mut decoder = Decoder::default();
        let mut bytes = Vec::new();
        let letters: Vec<char> = text.chars().collect();
        for piece in letters.chunks(size) {
            bytes.extend(decoder.push(&piece.iter().collect::<String>())?);
        }
        decoder.is_whole().then_some(bytes)
    }

    #[test]
    fn pieces_and_blanks_do_not_matter_and_what_is_no_base64_is_refused() {
        for size in 1..10 {
            assert_eq!(decode("aGVs\r\nbG8g d29y\tbGQ=", size).unwrap(), b"hello world");
            assert_eq!(decode("", size).unwrap(), b"");
            for wrong in
                ["aGVsbG8=aGVs", "aGV", "aGV=sbG8", "a=Vs", "aGVs!G8=", "====", "aGVsbG8=\n=", "aGVsbG9="]
            {
                assert_eq!(decode(wrong, size), None, "{wrong} by {size}");
            }
        }
    }
}
