//! What happens in people's lives, as the operator's source tells it: each event once, whatever is told again (TRUST T19).
//!
//! A citizen is the id of their own mailbox; there is no other record of a person. What an event changes is the
//! mailbox, the numbers that point to it, the consents, the sessions and the roles of others.

mod applying;
mod merging;
mod sql;

use crate::clock::Timestamp;
use crate::number::Ssin;

pub(crate) use applying::{Applied, apply};
pub(crate) use sql::NewPersonEvent;

/// Something that happened to one person.
pub struct PersonEvent {
    /// The source's name: with the id it names the event.
    pub source: String,
    /// The source's id of it.
    pub id: String,
    /// The person, by the number under which it happened.
    pub person: Ssin,
    /// What happened.
    pub what: Happening,
    /// When.
    pub at: Timestamp,
}

/// What can happen to a person.
pub enum Happening {
    /// Their number has a successor: it points to the same mailbox from now on.
    Replaced(Ssin),
    /// Two numbers were one person's: the mailbox of this one is closed and stays readable, the other's goes on. The consents
    /// of both stand still; those of the other the person may let go on.
    Merged(Ssin),
    /// They died: the mailbox is closed, their consents stand still, their sessions end.
    Deceased,
    /// They may not act for themselves any more: what they gave stands still, their sessions end; a guardian acts.
    Incapable,
    /// They may act again who were incapable.
    Capable,
    /// They had been taken for dead.
    NotDeceased,
    /// They are of age: their parents' roles end.
    OfAge,
}

impl Happening {
    /// The word of sources and of the audit.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Replaced(_) => "replaced",
            Self::Merged(_) => "merged",
            Self::Deceased => "deceased",
            Self::Incapable => "incapable",
            Self::Capable => "capable",
            Self::NotDeceased => "notDeceased",
            Self::OfAge => "ofAge",
        }
    }

    /// The other number, where there is one.
    const fn other(&self) -> Option<&Ssin> {
        match self {
            Self::Replaced(other) | Self::Merged(other) => Some(other),
            _ => None,
        }
    }
}

impl PersonEvent {
    /// What makes it this event and no other: to be hashed with a key, for numbers are in it.
    pub(crate) fn content(&self) -> Vec<u8> {
        let other = self.what.other().map_or("", Ssin::as_str);
        let content = [self.what.name(), self.person.as_str(), other, &self.at.rfc3339()].join("|");
        ["person-event:", &content].concat().into_bytes()
    }
}
