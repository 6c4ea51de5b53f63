//! Turning digital mail on and off. Never bundled with anything else; each decision has a screen that says what
//! changes, and two buttons of equal weight that post `decision` to `/activation`.

use askama::Template;
use hub_core::clock::Timestamp;

use super::{Frame, Holder};

/// Digital mail is off: the screen that asks whether to turn it on (`decision` = `on` or `keep`).
#[derive(Clone, Debug, Template)]
#[template(path = "activation.html")]
pub struct Activation {
    /// The frame.
    pub frame: Frame,
    /// Whose mailbox it is about.
    pub holder: Holder,
    /// The mailbox's outside id (`mailbox`): the decision counts for no other.
    pub mailbox: String,
    /// Where to go on after the decision (`back`), if the citizen was on the way to something.
    pub back: Option<String>,
}

/// Digital mail is on: the screen that asks whether to turn it off (`decision` = `off` or `keep`).
#[derive(Clone, Debug, Template)]
#[template(path = "withdrawal.html")]
pub struct Withdrawal {
    /// The frame.
    pub frame: Frame,
    /// Whose mailbox it is about.
    pub holder: Holder,
    /// The mailbox's outside id (`mailbox`): the decision counts for no other.
    pub mailbox: String,
    /// When it was turned on.
    pub since: Timestamp,
    /// The brands whose consents would end with it.
    pub apps: Vec<String>,
}

/// What the decision changed.
#[derive(Clone, Debug, Template)]
#[template(path = "activation_done.html")]
pub struct ActivationDone {
    /// The frame.
    pub frame: Frame,
    /// Whose mailbox it is about.
    pub holder: Holder,
    /// How it is now.
    pub now: Switch,
    /// The open mailbox's outside id.
    pub mailbox: String,
}

/// Whether digital mail is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}
