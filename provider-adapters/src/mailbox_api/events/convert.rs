//! From what a receiver says to what it asks.

use hub_core::access::provider::{AskedEvents, EventError};
use hub_core::error::{Error, Issue};

use super::wire;

/// What is asked; names and codes that are too long or too many are refused.
pub(super) fn asked(poll: wire::Poll) -> Result<AskedEvents, Error> {
    let mut issues = Vec::new();
    let mut wrong = |name: String, detail: &str| issues.push(Issue::new("outOfRange", name, detail));
    if poll.ack.len() > NAMES {
        wrong("ack".to_owned(), "at most 1000 are expected");
    }
    for (n, _) in poll.ack.iter().enumerate().filter(|(_, jti)| !is_name(jti)) {
        wrong(format!("ack[{n}]"), SHAPE);
    }
    if poll.set_errs.len() > NAMES {
        wrong("setErrs".to_owned(), "at most 1000 are expected");
    }
    for (jti, error) in &poll.set_errs {
        let described = error.description.as_ref().is_none_or(|text| text.chars().count() <= DESCRIPTION);
        if !is_name(jti) || !is_name(&error.err) || !described {
            wrong(
                "setErrs".to_owned(),
                "a jti with an err and a description of at most 250 characters are expected",
            );
        }
    }
    if !issues.is_empty() {
        issues.truncate(20);
        return Err(Error::Invalid(issues));
    }
    Ok(AskedEvents {
        most: poll.max_events,
        wait: !poll.return_immediately,
        acknowledged: poll.ack.into_iter().collect(),
        errors: poll.set_errs.into_iter().map(|(jti, error)| (jti, EventError::named(&error.err))).collect(),
    })
}

fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

const NAMES: usize = 1000;
const DESCRIPTION: usize = 250;
const SHAPE: &str = "1 to 64 visible ASCII characters are expected";
