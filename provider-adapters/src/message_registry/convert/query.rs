//! From the query of a list to the question.
//!
//! What can match nothing finds nothing: a number, type or application that nobody has is no mistake of shape.

use hub_core::access::catalogue::Catalogue;
use hub_core::access::provider::AskedNumber;
use hub_core::clock::Timestamp;
use hub_core::error::{Error, Issue};
use hub_core::message::question::{Question, Search, Span};
use hub_core::number::EnterpriseNumber;

use crate::message_registry::wire::{PageQuery, ReferenceQuery};

/// What a query asks for; everything that is malformed is told at once.
pub(in crate::message_registry) fn asked(
    query: &PageQuery,
    catalogue: &Catalogue,
) -> Result<AskedNumber, Error> {
    let mut reader = Reader { issues: Vec::new(), nothing: false };
    let (page, size) = reader.page(&query.page, &query.page_size);
    let received =
        reader.span(("?receivedAfter", &query.received_after), ("?receivedBefore", &query.received_before));
    let expires =
        reader.span(("?expiredAfter", &query.expired_after), ("?expiredBefore", &query.expired_before));
    let mut question = Question {
        received,
        expires,
        seen: reader.read("?readStatus", &query.read_status, TRUTH, truth),
        archived: reader.read("?visible", &query.visible, TRUTH, truth).map(|visible| !visible),
        registered_mail: reader.read("?registeredMail", &query.registered_mail, TRUTH, truth),
        organization: reader.organization(query.sender_organization_id.as_deref()),
        message_type: reader.message_type(query.message_type_id.as_deref()),
        application: reader.application(query.sender_application_id.as_deref(), catalogue),
        search: reader.search(query)?,
        ..Question::default()
    };
    if reader.nothing {
        question.application = Some(NOBODY.to_owned());
    }
    if reader.issues.is_empty() {
        let partition = query.partition_id.as_deref().map(super::partition);
        Ok(AskedNumber { page, size, question, partition })
    } else {
        Err(Error::Invalid(reader.issues))
    }
}

/// The items of a page of reference data, and how many there are in all.
pub(in crate::message_registry) fn page_of<T>(
    query: &ReferenceQuery,
    items: Vec<T>,
) -> Result<(Vec<T>, i64), Error> {
    let mut reader = Reader { issues: Vec::new(), nothing: false };
    let (page, size) = reader.page(&query.page, &query.page_size);
    if !reader.issues.is_empty() {
        return Err(Error::Invalid(reader.issues));
    }
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let skip = (page - 1).saturating_mul(size);
    Ok((items.into_iter().skip(skip).take(size).collect(), total))
}

/// Reads values, and remembers which are none and whether one of them matches nothing.
struct Reader {
    issues: Vec<Issue>,
    nothing: bool,
}

impl Reader {
    fn read<T>(
        &mut self,
        name: &'static str,
        value: &Option<String>,
        detail: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = value.as_deref()?;
        let read = read(value);
        if read.is_none() {
            self.issues.push(Issue::new("schemaViolation", name, detail));
        }
        read
    }

    fn page(&mut self, page: &Option<String>, size: &Option<String>) -> (usize, usize) {
        let within =
            |most: usize| move |text: &str| number(text).filter(|number| (1..=most).contains(number));
        let page = self.read("?page", page, "a number from 1 is expected", within(MOST_PAGES));
        let size = self.read("?pageSize", size, "1 to 100 are expected", within(100));
        (page.unwrap_or(1), size.unwrap_or(25))
    }

    /// Days after the one and before the other, both left out.
    fn span(
        &mut self,
        (after_name, after): (&'static str, &Option<String>),
        (before_name, before): (&'static str, &Option<String>),
    ) -> Span {
        let before = self.read(before_name, before, "a date such as 2026-11-21 is expected", day);
        let after = self.read(after_name, after, "a date such as 2026-11-21 is expected", day);
        Span { from: after.map(|day| day.plus(std::time::Duration::from_secs(86_400))), before }
    }

    fn organization(&mut self, number: Option<&str>) -> Option<String> {
        let parsed = EnterpriseNumber::parse(&format!("{:0>10}", number?));
        self.nothing |= parsed.is_err();
        parsed.ok().map(|number| number.to_string())
    }

    fn message_type(&mut self, id: Option<&str>) -> Option<String> {
        let fits = |id: &&str| (1..=80).contains(&id.chars().count()) && !id.chars().any(char::is_control);
        let id = id?;
        self.nothing |= !fits(&id);
        Some(id).filter(fits).map(str::to_owned)
    }

    fn application(&mut self, code: Option<&str>, catalogue: &Catalogue) -> Option<String> {
        let code = code?;
        let known = catalogue.applications.iter().find(|known| known.code == code);
        self.nothing |= known.is_none();
        known.map(|known| known.client_id.clone())
    }

    /// Words come with the language in which they are searched.
    fn search(&mut self, query: &PageQuery) -> Result<Option<Search>, Error> {
        match (&query.q, &query.qlang) {
            (None, _) => Ok(None),
            (Some(q), Some(language)) => Search::new(q, language).map(Some),
            (Some(_), None) => {
                self.issues.push(Issue::new("requiredInput", "?qlang", "q is searched in a language"));
                Ok(None)
            }
        }
    }
}

fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The beginning of a day in UTC; the last days of the calendar are as good as never.
fn day(text: &str) -> Option<Timestamp> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(n, byte)| match n {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let begins = |text: &str| Timestamp::parse(&format!("{text}T00:00:00Z"));
    match text.strip_prefix("9999-").filter(|_| shaped) {
        Some(rest) => begins(&format!("9998-{rest}")).map(|_| Timestamp(i64::MAX)),
        None => begins(text).filter(|_| shaped),
    }
}

/// The client id of no application.
const NOBODY: &str = "";
const TRUTH: &str = "true or false is expected";
/// Pages are counted in 32 bits.
const MOST_PAGES: usize = 2_147_483_647;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_date_however_far_away() {
        assert_eq!(day("2026-11-21").unwrap().rfc3339(), "2026-11-21T00:00:00Z");
        assert!(day("0001-01-01").is_some() && day("9999-12-31").is_some());
        for wrong in
            ["", "2026-11-31", "9999-13-01", "21-11-2026", "2026-11-21T00:00:00Z", "2026-1-1", "20261121"]
        {
            assert!(day(wrong).is_none(), "{wrong}");
        }
    }
}
