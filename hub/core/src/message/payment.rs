//! What a sender asks to be paid: an amount, until when, on which account, under which reference.
//!
//! Two check digits guard against slips: those of the account and those of the reference. That the account is one of the
//! sender organization's own is asked elsewhere: these rules know no database.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::rules::Findings;

/// A payment, as the sender wrote it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// A decimal number with two digits after the point: `1234.50`.
    pub amount: String,
    /// ISO 4217: `EUR`.
    pub currency: String,
    /// The last day: `2026-12-31`.
    pub due_date: String,
    /// The account, without spaces (ISO 13616).
    pub iban: String,
    /// The structured reference: `+++123/4567/89002+++`.
    pub reference: String,
}

impl std::fmt::Debug for Payment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Payment")
    }
}

/// Checks a payment; gives the account if it is one.
pub(crate) fn check<'p>(payment: &'p Payment, findings: &mut Findings) -> Option<&'p str> {
    if !is_amount(&payment.amount) {
        let detail = "more than zero, at most 999999999999.99, with two digits after the point";
        findings.note("invalidInput", "payment.amount", detail);
    }
    if !(payment.currency.len() == 3 && payment.currency.bytes().all(|byte| byte.is_ascii_uppercase())) {
        findings.note("invalidInput", "payment.currency", "the three letters of ISO 4217 are expected");
    }
    let due = payment.due_date.parse::<Date>().ok().filter(|day| day.year() > 0);
    if payment.due_date.len() != 10 || due.is_none() {
        findings.note("invalidInput", "payment.dueDate", "a date such as 2026-12-31 is expected");
    }
    if !is_reference(&payment.reference) {
        let detail = "a reference such as +++123/4567/89002+++ with its check digits is expected";
        findings.note("invalidStructure", "payment.reference", detail);
    }
    if !is_iban(&payment.iban) {
        let detail = "an IBAN without spaces, with its check digits, is expected";
        findings.note("invalidStructure", "payment.iban", detail);
        return None;
    }
    Some(&payment.iban)
}

fn is_amount(text: &str) -> bool {
    let Some((whole, cents)) = text.split_once('.') else { return false };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = (1..=12).contains(&whole.len()) && digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let worth = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    plain && cents.len() == 2 && digits(cents) && worth
}

/// Whether a text is an IBAN in its one spelling: ISO 13616, check digits by ISO 7064 (mod 97 is 1).
pub(crate) fn is_iban(text: &str) -> bool {
    let shaped = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let Some((head, account)) = text.split_at_checked(4) else { return false };
    let begins = head.bytes().enumerate().all(|(n, byte)| match n {
        0 | 1 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    });
    if !begins || !(11..=30).contains(&account.len()) || !account.bytes().all(shaped) {
        return false;
    }
    if head.starts_with("BE") && !(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    let values = account.chars().chain(head.chars()).filter_map(|letter| letter.to_digit(36));
    let rest = values.fold(0, |rest, value| (rest * if value > 9 { 100 } else { 10 } + value) % 97);
    rest == 1
}

/// Whether a text is a Belgian structured reference: twelve digits, of which the last two are the rest of the first ten
/// divided by 97, or 97 where nothing is left.
fn is_reference(text: &str) -> bool {
    let inside = text.strip_prefix("+++").and_then(|text| text.strip_suffix("+++"));
    let groups: Vec<&str> = inside.unwrap_or_default().split('/').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let digits = groups.concat();
    if lengths != [3, 4, 5] || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let number = |range| digits.get(range).and_then(|part: &str| part.parse::<u64>().ok());
    let check = number(0..10).map(|number| if number % 97 == 0 { 97 } else { number % 97 });
    check.is_some() && check == number(10..12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_catch_slips() {
        for right in
            ["BE68539007547034", "BE71096123456769", "GB82WEST12345698765432", "FR1420041010050500013M02606"]
        {
            assert!(is_iban(right), "{right}");
        }
        for wrong in [
            "",
            "BE68",
            "BE68539007547035",
            "BE86539007547034",
            "be68539007547034",
            "BE68 5390 0754 7034",
            "BE6853900754703",
            "BE685390075470340",
            "BE6853900754703A",
            "GB82WEST1234569876543é",
        ] {
            assert!(!is_iban(wrong), "{wrong}");
        }
        for right in ["+++090/9337/55493+++", "+++000/0000/00097+++", "+++010/8068/17183+++"] {
            assert!(is_reference(right), "{right}");
        }
        for wrong in [
            "",
            "+++090/9337/55494+++",
            "090/9337/55493",
            "***090/9337/55493***",
            "+++0909/337/55493+++",
            "+++000/0000/00000+++",
            "+++090/9337/5549é+++",
            "+++090933755493+++",
        ] {
            assert!(!is_reference(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_due_date_is_a_day_of_our_era() {
        let noted = |due: &str| {
            let mut findings = Findings::default();
            let payment = Payment {
                amount: "1.00".to_owned(),
                currency: "EUR".to_owned(),
                due_date: due.to_owned(),
                iban: "BE68539007547034".to_owned(),
                reference: "+++090/9337/55493+++".to_owned(),
            };
            check(&payment, &mut findings);
            findings.into_result().is_err()
        };
        assert!(!noted("2026-12-31") && !noted("0001-01-01"));
        for wrong in ["0000-12-31", "2026-02-30", "2026-12-31T00", "-001-12-31", ""] {
            assert!(noted(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_amount_is_a_decimal_number_above_zero() {
        for right in ["0.01", "1.00", "1234.50", "999999999999.99"] {
            assert!(is_amount(right), "{right}");
        }
        for wrong in
            ["", "0.00", "1", "1.5", "1.500", "01.00", "-1.00", "+1.00", "1,00", "1e3.00", "1000000000000.00"]
        {
            assert!(!is_amount(wrong), "{wrong}");
        }
    }
}
