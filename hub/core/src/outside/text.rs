//! 130 bits as 26 characters of Crockford's base 32, lower case, in exactly one spelling.
//!
//! Two bits of key generation, then the 128 bits of the block. No bit is left over, and the letters that
//! Crockford reads as digits (`i`, `l`, `o`) and capitals are refused.

/// Characters of an encoded block.
pub(super) const LENGTH: usize = 26;

/// Appends the 26 characters of a generation (0 to 3) and a block.
pub(super) fn encode(generation: u8, block: [u8; 16], out: &mut String) {
    let block = u128::from_be_bytes(block);
    let first = (u128::from(generation & 3) << 3) | (block >> 125);
    out.push(letter(first));
    for place in (0..25).rev() {
        out.push(letter(block >> (5 * place)));
    }
}

/// The generation and the block; `None` for anything that [`encode`] does not write.
pub(super) fn decode(text: &str) -> Option<(u8, [u8; 16])> {
    let mut values = text.bytes().map(digit);
    let first = values.next()??;
    let mut block = u128::from(first & 7);
    for value in values.by_ref().take(25) {
        block = (block << 5) | u128::from(value?);
    }
    (text.len() == LENGTH).then(|| (first >> 3, block.to_be_bytes()))
}

fn letter(value: u128) -> char {
    let [low, ..] = value.to_le_bytes();
    ALPHABET.get(usize::from(low & 31)).copied().map_or('0', char::from)
}

fn digit(letter: u8) -> Option<u8> {
    let at = ALPHABET.iter().position(|known| *known == letter)?;
    u8::try_from(at).ok()
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(generation: u8, block: [u8; 16]) -> String {
        let mut text = String::new();
        encode(generation, block, &mut text);
        text
    }

    #[test]
    fn the_ends_of_the_range_have_their_spelling() {
        assert_eq!(encoded(0, [0; 16]), "0".repeat(26));
        assert_eq!(encoded(3, [255; 16]), "z".repeat(26));
        assert_eq!(encoded(1, [0; 16]), format!("8{}", "0".repeat(25)));
    }

    #[test]
    fn every_text_that_decodes_is_the_one_spelling_of_what_it_says() {
        let mut block = [7; 16];
        for round in 0..=255 {
            block[usize::from(round & 15)] ^= round;
            let text = encoded(round & 3, block);
            assert_eq!(decode(&text), Some((round & 3, block)));
        }
        for wrong in ["I", "i", "l", "o", "O", "u", "A", "Z", "-", "é"] {
            assert_eq!(decode(&format!("{wrong}{}", "0".repeat(26 - wrong.len()))), None, "{wrong}");
            assert_eq!(decode(&format!("{}{wrong}", "0".repeat(26 - wrong.len()))), None, "{wrong}");
        }
        for length in [0, 1, 25, 27, 52] {
            assert_eq!(decode(&"0".repeat(length)), None);
        }
    }
}
