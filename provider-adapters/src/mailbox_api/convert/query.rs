//! From the query of a list to the question, each value of its shape.

use hub_core::access::provider::AskedPage;
use hub_core::clock::Timestamp;
use hub_core::error::{Error, Issue};
use hub_core::message::question::{Order, Question, Search, Span};

use super::wire::{PageQuery, PartitionId};

/// What a query asks for; what a value cannot be is refused here, all of it at once, what it may not be in the hub.
pub(in crate::mailbox_api) fn asked(query: &PageQuery) -> Result<AskedPage<'_>, Error> {
    let mut reader = Reader { issues: Vec::new() };
    let size = reader.read("?pageSize", &query.page_size, "not a number", hub_http::whole);
    let order = reader.read("?sort", &query.sort, "-receivedAt or receivedAt is expected", order);
    let mut instant = |name, value| reader.read(name, value, "not a date-time with its offset", instant);
    let received = Span {
        from: instant("?receivedFrom", &query.received_from),
        before: instant("?receivedBefore", &query.received_before),
    };
    let expires = Span {
        from: instant("?expiresFrom", &query.expires_from),
        before: instant("?expiresBefore", &query.expires_before),
    };
    let mut truth = |name, value| reader.read(name, value, "true or false is expected", truth);
    let question = Question {
        received,
        expires,
        read: truth("?read", &query.read),
        archived: truth("?archived", &query.archived),
        registered_mail: truth("?registeredMail", &query.registered_mail),
        organization: query.sender_organization.clone(),
        message_type: query.message_type.clone(),
        search: reader.search(query)?,
        order: order.unwrap_or_default(),
        ..Question::default()
    };
    reader.partition(query);
    reader.done()?;
    let partition = query.partition.as_deref();
    Ok(AskedPage { size, after: query.after.as_deref(), question, partition })
}

/// Reads values and remembers which are none.
struct Reader {
    issues: Vec<Issue>,
}

impl Reader {
    fn read<T>(
        &mut self,
        name: &'static str,
        value: &Option<String>,
        detail: &'static str,
        read: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = value.as_deref()?;
        let read = read(value);
        if read.is_none() {
            self.issues.push(Issue::new("schemaViolation", name, detail));
        }
        read
    }

    fn partition(&mut self, query: &PageQuery) {
        if query.partition.as_deref().is_some_and(|id| !PartitionId::is_one(id)) {
            let detail = "prt_ and 26 characters, or general, are expected";
            self.issues.push(Issue::new("schemaViolation", "?partition", detail));
        }
    }

    /// Words come with the language in which they are searched.
    fn search(&mut self, query: &PageQuery) -> Result<Option<Search>, Error> {
        match (&query.q, &query.qlang) {
            (None, None) => Ok(None),
            (Some(q), Some(language)) => Search::new(q, language).map(Some),
            (Some(_), None) => {
                self.issues.push(Issue::new("requiredInput", "?qlang", "q is searched in a language"));
                Ok(None)
            }
            (None, Some(_)) => {
                self.issues.push(Issue::new(
                    "requiredInput",
                    "?q",
                    "qlang says in which language q is searched",
                ));
                Ok(None)
            }
        }
    }

    fn done(self) -> Result<(), Error> {
        if self.issues.is_empty() { Ok(()) } else { Err(Error::Invalid(self.issues)) }
    }
}

fn order(text: &str) -> Option<Order> {
    match text {
        "-receivedAt" => Some(Order::Newest),
        "receivedAt" => Some(Order::Oldest),
        _ => None,
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// RFC 3339 and nothing more: no name of a time zone, no day of the week.
fn instant(text: &str) -> Option<Timestamp> {
    let shaped = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'T' | b'Z' | b'+' | b'.');
    let plain = (20..=35).contains(&text.len()) && text.bytes().all(shaped);
    plain.then(|| Timestamp::parse(text)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_its_offset_and_nothing_else() {
        for right in ["2026-11-21T09:30:00Z", "2026-11-21T09:30:00.5+01:00"] {
            assert!(instant(right).is_some(), "{right}");
        }
        for wrong in [
            "",
            "2026-11-21",
            "2026-11-21T09:30:00",
            "2026-11-21T09:30:00+01:00[Europe/Brussels]",
            "20261121T093000Z",
            "2026-11-21 09:30:00Z",
            "2026-13-21T09:30:00Z",
            "99999-11-21T09:30:00Z",
        ] {
            assert!(instant(wrong).is_none(), "{wrong}");
        }
    }
}
