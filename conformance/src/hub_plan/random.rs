//! Randomness of the providers that the suite plays.

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// 256 random bits in base64url. A machine without randomness gives a text that no hub takes for a secret twice.
pub(super) fn secret() -> String {
    let mut bytes = [0; 32];
    match rand::fill(&mut bytes) {
        Ok(()) => URL_SAFE_NO_PAD.encode(bytes),
        Err(_) => "no-randomness".to_owned(),
    }
}

/// A word of a few random letters, for names that must not meet others.
pub(super) fn word() -> String {
    secret().chars().filter(char::is_ascii_alphabetic).take(10).collect::<String>().to_lowercase()
}

/// A UUID of version 4 (RFC 9562 5.4).
pub(super) fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    // a machine without randomness repeats itself: the case that needs two different ones then says so
    let _ = rand::fill(&mut bytes);
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let cut = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [cut(0, 8), cut(8, 12), cut(12, 16), cut(16, 20), cut(20, 32)].join("-")
}
