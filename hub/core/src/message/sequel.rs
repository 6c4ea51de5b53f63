//! What came after a message was published: its sender withdrew it, or another message corrects it.
//!
//! What is withdrawn leaves a stub in the mailbox until the message would have expired: who sent it, of which type, when, and
//! who withdrew it when and why. A correction and what it corrects name each other by their numbers in the mailbox.

use crate::clock::Timestamp;
use crate::error::{Conflict, Error};
use crate::text::Texts;

/// What came after a message was published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sequel {
    pub(crate) withdrawn: Option<Withdrawal>,
    /// The number of the message that it corrects.
    pub(crate) replaces: Option<i64>,
    /// The number of the message that corrects it.
    pub(crate) replaced_by: Option<i64>,
}

/// When and why a message was withdrawn by its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// When.
    pub at: Timestamp,
    /// Why, by language, in the sender's words.
    pub reason: Texts,
}

/// What decides whether a message can be withdrawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Withdrawable {
    pub(crate) withdrawn_at: Option<Timestamp>,
    pub(crate) opened_at: Option<Timestamp>,
    /// Whether somebody answered it, which nobody does unread.
    pub(crate) answered: bool,
    /// Whether it is in the mailbox and its time is not over.
    pub(crate) there: bool,
    pub(crate) registered_mail: bool,
}

impl Withdrawable {
    /// Since when it is withdrawn; `None` if it can be withdrawn now. That a machine fetched it does not matter: no person
    /// is known to have seen it until it was opened or answered (TRUST T14).
    ///
    /// # Errors
    /// [`Error::Conflict`]: registered mail, opened, or over.
    pub(crate) const fn check(self) -> Result<Option<Timestamp>, Error> {
        if let Some(at) = self.withdrawn_at {
            return Ok(Some(at));
        }
        if self.there && self.registered_mail {
            return Err(Error::Conflict(Conflict::RegisteredMail));
        }
        if self.opened_at.is_some() || self.answered {
            return Err(Error::Conflict(Conflict::Opened));
        }
        if self.there { Ok(None) } else { Err(Error::Conflict(Conflict::AlreadyOver)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNOPENED: Withdrawable = Withdrawable {
        withdrawn_at: None,
        opened_at: None,
        answered: false,
        there: true,
        registered_mail: false,
    };

    #[test]
    fn only_what_is_there_and_nobody_opened_can_be_withdrawn() {
        let now = Some(Timestamp(9));
        assert!(matches!(UNOPENED.check(), Ok(None)));
        let refused = [
            (Withdrawable { opened_at: now, ..UNOPENED }, Conflict::Opened),
            (Withdrawable { answered: true, ..UNOPENED }, Conflict::Opened),
            (Withdrawable { there: false, ..UNOPENED }, Conflict::AlreadyOver),
            (Withdrawable { registered_mail: true, ..UNOPENED }, Conflict::RegisteredMail),
            (Withdrawable { registered_mail: true, opened_at: now, ..UNOPENED }, Conflict::RegisteredMail),
        ];
        for (letter, why) in refused {
            assert!(matches!(letter.check(), Err(Error::Conflict(found)) if found == why), "{letter:?}");
        }
    }

    #[test]
    fn what_is_withdrawn_stays_so() {
        let withdrawn = Withdrawable { withdrawn_at: Some(Timestamp(3)), ..UNOPENED };
        for letter in [withdrawn, Withdrawable { there: false, ..withdrawn }] {
            assert!(matches!(letter.check(), Ok(Some(Timestamp(3)))));
        }
    }
}
