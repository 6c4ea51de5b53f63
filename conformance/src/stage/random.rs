//! Randomness of the played hub: secrets, and ids in the spelling of the mailbox API.

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// 256 bits, base64url. A machine without randomness gives a text that no test takes for a secret.
pub(crate) fn secret() -> String {
    let mut bytes = [0; 32];
    match rand::fill(&mut bytes) {
        Ok(()) => URL_SAFE_NO_PAD.encode(bytes),
        Err(_) => "no-randomness".to_owned(),
    }
}

/// An id: a prefix and 26 lower-case Crockford characters.
pub(crate) fn id(prefix: &str) -> String {
    let mut bytes = [0_u8; 26];
    let _ = rand::fill(&mut bytes);
    let letters =
        bytes.iter().enumerate().map(|(place, byte)| letter(*byte, if place == 0 { 4 } else { 32 }));
    format!("{prefix}_{}", letters.collect::<String>())
}

/// A UUID of version 4, for trace ids.
pub(crate) fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    let _ = rand::fill(&mut bytes);
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let cut = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", cut(0, 8), cut(8, 12), cut(12, 16), cut(16, 20), cut(20, 32))
}

fn letter(byte: u8, of: usize) -> char {
    LETTERS.chars().nth(usize::from(byte) % of).unwrap_or('0')
}

const LETTERS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_spelling_of_the_mailbox_api() {
        let made = id("mbx");
        assert_eq!(made.len(), 30);
        assert!(made[4..].chars().all(|c| LETTERS.contains(c)));
        assert_ne!(made, id("mbx"));
    }

    #[test]
    fn a_trace_id_is_a_uuid() {
        let made = uuid();
        assert_eq!(made.len(), 36);
        assert_eq!(&made[14..15], "4");
    }
}
