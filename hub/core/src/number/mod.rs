//! The numbers that Belgium gives to persons and enterprises, and their check digits.
//!
//! A number that exists here has the right shape and the right check digits. Whether the register knows
//! it is another question. The number of a person is never printed: see [`Ssin`].

mod enterprise;
mod ssin;

pub use enterprise::EnterpriseNumber;
pub use ssin::{Century, Ssin};

/// Why a text is not a number. The text itself is left out: it may be the number of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Wrong length, or something that is not a digit.
    #[error("number does not have the right digits")]
    Shape,
    /// The last two digits do not belong to the others.
    #[error("number does not pass its check digits")]
    Check,
    /// The birth date inside does not exist.
    #[error("number contains no possible birth date")]
    Date,
    /// The order number inside is one that is never given.
    #[error("number contains an order number that is never given")]
    Order,
    /// The birth date inside is still to come.
    #[error("number contains a birth date in the future")]
    Future,
}

/// The check digits of `number`: 97 less the rest of its division by 97, so 1 to 97.
fn check_of(number: u64) -> u64 {
    97 - number % 97
}

/// The `N` bytes of `text` if all of them are digits.
fn digits<const N: usize>(text: &str) -> Result<[u8; N], NumberError> {
    let digits: [u8; N] = text.as_bytes().try_into().map_err(|_| NumberError::Shape)?;
    if digits.iter().all(u8::is_ascii_digit) { Ok(digits) } else { Err(NumberError::Shape) }
}

/// The value of a few ASCII digits.
fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit.wrapping_sub(b'0')))
}
