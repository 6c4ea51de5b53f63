//! Whether a person may open a mailbox to an application at all: the provider's state, the pilot, and test mailboxes.

use super::life::{Marked, Reach, State};
use crate::db::record;

record! {
    /// What the register says about one person, one mailbox and one application.
    #[derive(Clone, Debug)]
    pub(crate) struct Grantable {
        pub(crate) state: String,
        pub(crate) suspended_from: Option<String>,
        pub(crate) application_state: String,
        pub(crate) pilot: bool,
        pub(crate) listed: bool,
        pub(crate) test: bool,
    }
}

impl Grantable {
    /// Whether it may be granted: a test mailbox to whoever is trying out, a real one to who serves citizens; while in
    /// pilot, by persons of the pilot only.
    pub(crate) fn is_open(&self) -> bool {
        let mailbox = Marked::of(self.test);
        let reach = reach(&self.state, self.suspended_from.as_deref(), &self.application_state);
        reach.covers(mailbox) && (!self.pilot || self.listed || mailbox == Marked::Test)
    }
}

/// What an application reaches, by the columns of its provider and its own.
pub(crate) fn reach(state: &str, suspended_from: Option<&str>, application_state: &str) -> Reach {
    match State::read(state, suspended_from) {
        Some(state) if application_state == "active" => state.reach(),
        _ => Reach::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(state: &str, [pilot, listed, test]: [bool; 3]) -> bool {
        let suspended_from = (state == "suspended").then(|| "active".to_owned());
        let application_state = "active".to_owned();
        Grantable { state: state.into(), suspended_from, application_state, pilot, listed, test }.is_open()
    }

    #[test]
    fn a_pilot_is_for_those_who_are_listed_and_for_test_mailboxes() {
        assert!(open("active", [false, false, false]));
        assert!(!open("active", [true, false, false]));
        assert!(open("active", [true, true, false]));
        assert!(open("active", [true, false, true]));
    }

    #[test]
    fn who_tries_out_gets_test_mailboxes_only_listed_or_not() {
        for state in ["sandbox", "certified"] {
            assert!(open(state, [true, false, true]));
            assert!(!open(state, [true, true, false]));
            assert!(!open(state, [false, false, false]));
        }
        for state in ["applied", "suspended", "removed"] {
            assert!(!open(state, [false, true, true]), "{state}");
        }
    }
}
