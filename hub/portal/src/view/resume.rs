//! Letting a consent go on that stands still: what it is, and that it will be this person's own.

use askama::Template;
use hub_core::clock::Timestamp;

use super::{Frame, GivenConsent, Holder, Standstill};

/// The question, with two buttons of equal weight that post `decision` = `on` or `keep` to
/// `/consents/{consent}/resume`.
#[derive(Clone, Debug, Template)]
#[template(path = "resume.html")]
pub struct Resume {
    /// The frame.
    pub frame: Frame,
    /// Whose mailbox it is.
    pub holder: Holder,
    /// The consent.
    pub given: GivenConsent,
    /// Why it stands still.
    pub why: Standstill,
}

/// A consent goes on, since just now or before.
#[derive(Clone, Debug, Template)]
#[template(path = "resumed.html")]
pub struct Resumed {
    /// The frame.
    pub frame: Frame,
    /// The brand, or the software's name.
    pub brand: String,
    /// Until when.
    pub until: Timestamp,
}
