//! The enterprise number (KBO, BCE, CBE): ten digits, the leading zero significant. It is public.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{NumberError, check_of, digits, value};

/// The number of one enterprise or public body in the Crossroads Bank for Enterprises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EnterpriseNumber([u8; 10]);

impl EnterpriseNumber {
    /// Reads ten digits that begin with 0 or 1 and pass their check.
    ///
    /// Establishment units, which begin with 2 to 8, are not enterprises and are refused.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let digits = digits(text)?;
        let [first @ (b'0' | b'1'), b, c, d, e, f, g, h, c1, c2] = digits else {
            return Err(NumberError::Shape);
        };
        if check_of(value(&[first, b, c, d, e, f, g, h])) != value(&[c1, c2]) {
            return Err(NumberError::Check);
        }
        Ok(Self(digits))
    }

    /// Completes eight digits with their check digits, for numbers that are made, not given.
    pub fn with_check(first8: u32) -> Result<Self, NumberError> {
        Self::parse(&format!("{first8:08}{:02}", check_of(u64::from(first8))))
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for EnterpriseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for EnterpriseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnterpriseNumber({})", self.as_str())
    }
}

impl TryFrom<String> for EnterpriseNumber {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        Self::parse(&text)
    }
}

impl From<EnterpriseNumber> for String {
    fn from(number: EnterpriseNumber) -> Self {
        number.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_right_check_digits_are_accepted() {
        let right = "0406798006 0206731645 0474028805 0212148896 0800002352 0852093431 0220916609 0202239951";
        for text in right.split(' ') {
            assert_eq!(EnterpriseNumber::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn numbers_printed_with_wrong_check_digits_are_refused() {
        for text in ["0123456789", "0852093432"] {
            assert_eq!(EnterpriseNumber::parse(text), Err(NumberError::Check));
        }
    }

    #[test]
    fn anything_but_ten_digits_from_0_or_1_is_refused() {
        for text in ["", "406798006", "00406798006", "0406.798.006", "BE0406798006", "2406798006"] {
            assert_eq!(EnterpriseNumber::parse(text), Err(NumberError::Shape), "{text}");
        }
    }

    #[test]
    fn a_changed_digit_never_passes() {
        let right = EnterpriseNumber::with_check(12_345_678).unwrap();
        for at in 0..10 {
            for digit in b'0'..=b'9' {
                let mut wrong = right.0;
                wrong[at] = digit;
                let text = std::str::from_utf8(&wrong).unwrap();
                assert_eq!(EnterpriseNumber::parse(text).is_ok(), wrong == right.0);
            }
        }
    }

    #[test]
    fn json_carries_the_digits_and_is_checked() {
        let number: EnterpriseNumber = serde_json::from_str("\"0406798006\"").unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"0406798006\"");
        assert!(serde_json::from_str::<EnterpriseNumber>("\"0406798007\"").is_err());
    }
}
