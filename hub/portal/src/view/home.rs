//! The start page, and the choice of mailbox for who is logged in.

use askama::Template;

use super::{Frame, Holder};
use crate::i18n::Text;

/// The start page of a visitor who is not logged in.
#[derive(Clone, Debug, Template)]
#[template(path = "home.html")]
pub struct Home {
    /// The frame.
    pub frame: Frame,
    /// Where *Log in* leads.
    pub login: String,
}

/// The start page of a logged-in person: every mailbox they may open.
///
/// Each card posts to `/mailboxes/{mailbox}`, because opening another mailbox changes the session.
#[derive(Clone, Debug, Template)]
#[template(path = "overview.html")]
pub struct Overview {
    /// The frame.
    pub frame: Frame,
    /// The person's own mailbox first, then those of enterprises and other persons.
    pub boxes: Vec<MailboxCard>,
}

/// One mailbox to choose.
#[derive(Clone, Debug)]
pub struct MailboxCard {
    /// Its outside id.
    pub mailbox: String,
    /// Whose it is.
    pub holder: Holder,
    /// The roles in which the person acts for it: `legalRepresentative`, `parent`, …; none for their own.
    pub roles: Vec<&'static str>,
    /// Whether letters arrive there.
    pub state: MailboxState,
}

impl MailboxCard {
    /// The roles in words.
    fn said_roles(&self, t: &Text) -> String {
        let said = |role: &&str| t.say("role").arg("role", role).to_string();
        t.list(&self.roles.iter().map(said).collect::<Vec<_>>())
    }
}

/// Whether letters arrive in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxState {
    /// They do.
    On {
        /// Messages whose display flag says unread.
        unread: u64,
    },
    /// They do not, and senders fall back to paper.
    Off,
    /// They never will again: it was merged into another, or the person has died.
    Closed {
        /// Messages whose display flag says unread.
        unread: u64,
    },
}
