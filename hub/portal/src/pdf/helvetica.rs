//! The two faces of Helvetica that every PDF reader has: WinAnsi bytes and how wide each of them prints.
//!
//! Widths are those of Adobe's font metrics, in thousandths of the font size. A character that WinAnsi
//! does not have becomes a question mark.

/// A face of Helvetica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Helvetica.
    Regular,
    /// Helvetica-Bold.
    Bold,
}

impl Face {
    /// The width of encoded text at `size` points.
    pub(super) fn width(self, encoded: &[u8], size: f32) -> f32 {
        let widths = match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        };
        let units: u32 = encoded
            .iter()
            .map(|byte| usize::from(byte.saturating_sub(FIRST)))
            .filter_map(|place| widths.get(place))
            .map(|width| u32::from(*width))
            .sum();
        units as f32 * size / 1000.0
    }

    /// Breaks `text` into encoded lines that are at most `room` points wide.
    ///
    /// Breaks at spaces only; a single word that is wider than the room is cut where it must be.
    pub(super) fn lines(self, text: &str, size: f32, room: f32) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let mut line: Vec<u8> = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            for piece in self.pieces(encode(word), size, room) {
                let longer = [line.as_slice(), b" ", piece.as_slice()].concat();
                if line.is_empty() {
                    line = piece;
                } else if self.width(&longer, size) <= room {
                    line = longer;
                } else {
                    lines.push(std::mem::replace(&mut line, piece));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// The word itself if it fits, else the longest prefixes that do.
    fn pieces(self, word: Vec<u8>, size: f32, room: f32) -> Vec<Vec<u8>> {
        if self.width(&word, size) <= room {
            return vec![word];
        }
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        for byte in word {
            match pieces.last_mut() {
                Some(last) if self.width(&[last.as_slice(), &[byte]].concat(), size) <= room => {
                    last.push(byte);
                }
                _ => pieces.push(vec![byte]),
            }
        }
        pieces
    }
}

/// The text as WinAnsi bytes (PDF 32000-1, annex D).
pub(super) fn encode(text: &str) -> Vec<u8> {
    text.chars().map(byte_of).collect()
}

/// One character as WinAnsi.
fn byte_of(character: char) -> u8 {
    match character {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(character)).unwrap_or(b'?'),
        '\u{202f}' => 0xa0,
        _ => SPECIALS.iter().find(|(special, _)| *special == character).map_or(b'?', |(_, byte)| *byte),
    }
}

/// The first byte that has a width.
const FIRST: u8 = 32;

/// What WinAnsi has between 0x80 and 0x9F.
const SPECIALS: [(char, u8); 27] = [
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8a),
    ('‹', 0x8b),
    ('Œ', 0x8c),
    ('Ž', 0x8e),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9a),
    ('›', 0x9b),
    ('œ', 0x9c),
    ('ž', 0x9e),
    ('Ÿ', 0x9f),
];

/// Helvetica, bytes 32 to 255.
#[rustfmt::skip]
const REGULAR: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 350,
    556, 350, 222, 556, 333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350,
    350, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 350, 500, 667,
    278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333,
    400, 584, 333, 333, 333, 556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611,
    667, 667, 667, 667, 667, 667, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];

/// Helvetica-Bold, bytes 32 to 255.
#[rustfmt::skip]
const BOLD: [u16; 224] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584, 350,
    556, 350, 278, 556, 500, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350,
    350, 278, 278, 500, 500, 350, 556, 1000, 333, 1000, 556, 333, 944, 350, 500, 667,
    278, 333, 556, 556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 333, 737, 333,
    400, 584, 333, 333, 333, 611, 556, 278, 333, 333, 365, 556, 834, 834, 834, 611,
    722, 722, 722, 722, 722, 722, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 556, 556, 556, 556, 556, 278, 278, 278, 278,
    611, 611, 611, 611, 611, 611, 611, 584, 611, 611, 611, 611, 611, 556, 611, 556,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_the_euro_sign_have_their_bytes() {
        assert_eq!(encode("é ü ß € œ ’"), [0xe9, 32, 0xfc, 32, 0xdf, 32, 0x80, 32, 0x9c, 32, 0x92]);
        assert_eq!(encode("漢"), b"?");
    }

    #[test]
    fn no_line_is_wider_than_its_room() {
        let text =
            "Sur la base de votre déclaration, nous avons calculé votre impôt. ".repeat(4) + &"W".repeat(90);
        let lines = Face::Regular.lines(&text, 10.5, 200.0);
        assert!(lines.len() > 8);
        assert!(lines.iter().all(|line| Face::Regular.width(line, 10.5) <= 200.0));
    }

    #[test]
    fn widths_are_those_of_the_font() {
        assert_eq!(Face::Regular.width(b"AVA", 1000.0), 2001.0);
        assert_eq!(Face::Bold.width(&encode("ß"), 1000.0), 611.0);
    }
}
