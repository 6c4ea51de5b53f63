//! Who looked into a mailbox: by day and reader, each kind of look with its times on unfolding.

use askama::Template;
use hub_core::clock::Timestamp;

use super::{Frame, Holder};
use crate::i18n::Text;

/// A page of the access log.
#[derive(Clone, Debug, Template)]
#[template(path = "usage.html")]
pub struct UsagePage {
    /// The frame.
    pub frame: Frame,
    /// Whose mailbox it is.
    pub holder: Holder,
    /// The page of the mailbox.
    pub back: String,
    /// The one consent that the page is about, if it is about one.
    pub only: Option<Only>,
    /// What becomes of the person's own reading.
    pub own: OwnChoice,
    /// The days, newest first.
    pub days: Vec<Day>,
    /// The address of the first page, unless this is it.
    pub first: Option<String>,
    /// The address of the next page, if there is one.
    pub next: Option<String>,
    /// The address of the same as a file for programs.
    pub file: String,
}

/// The consent that a page is about.
#[derive(Clone, Debug)]
pub struct Only {
    /// The provider application's brand.
    pub brand: String,
    /// The address of the whole log.
    pub all: String,
}

/// Whether the person's own reading is shown, and the address where it is the other way round.
#[derive(Clone, Debug)]
pub enum OwnChoice {
    /// It is left out.
    LeftOut {
        /// Where it is shown.
        show: String,
    },
    /// It is among the rest.
    Shown {
        /// Where it is left out.
        leave_out: String,
    },
}

/// A day.
#[derive(Clone, Debug)]
pub struct Day {
    /// An instant of it.
    pub at: Timestamp,
    /// Who got something on it, the last first.
    pub readers: Vec<Reader>,
}

/// Somebody, through one consent, on one day.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who.
    pub who: Who,
    /// The address of what was done through the same consent, unless the page is about that.
    pub only: Option<String>,
    /// What they did, from the least to the most.
    pub looks: Vec<Looks>,
}

/// Who got something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The person who looks at the page.
    You,
    /// The person whose mailbox it is.
    Holder {
        /// Their name.
        name: String,
    },
    /// An app.
    App {
        /// The provider application's brand.
        brand: String,
        /// The provider's legal name.
        legal_name: String,
    },
    /// Another person who may act for the mailbox.
    Representative {
        /// Their name, if it is known.
        name: Option<String>,
        /// Their outside id.
        id: String,
    },
    /// A system of the enterprise itself.
    OwnSoftware {
        /// The name it was given.
        name: String,
    },
    /// An operator of the service.
    Operator,
}

impl Who {
    /// As a heading, and as the receiver in the file.
    pub(crate) fn name(&self, t: &Text) -> String {
        match self {
            Self::You => t.say("usage-you").to_string(),
            Self::App { brand, .. } => brand.clone(),
            Self::OwnSoftware { name } | Self::Holder { name } => name.clone(),
            Self::Representative { name: Some(name), .. } => name.clone(),
            Self::Representative { name: None, .. } => t.say("usage-somebody").to_string(),
            Self::Operator => t.say("usage-operator").to_string(),
        }
    }

    /// What they are, where the name alone does not say it.
    fn what(&self, t: &Text) -> Option<String> {
        match self {
            Self::App { brand, legal_name } => {
                Some(t.say("consents-legal").arg("brand", brand).arg("legal", legal_name).to_string())
            }
            Self::Representative { name: Some(_), .. } => Some(t.say("usage-representative").to_string()),
            Self::Representative { name: None, id } => {
                Some(t.say("usage-representative-number").arg("number", id).to_string())
            }
            Self::Holder { .. } => Some(t.say("usage-holder").to_string()),
            Self::OwnSoftware { .. } => Some(t.say("usage-own-software").to_string()),
            Self::You | Self::Operator => None,
        }
    }
}

/// All looks of a kind.
#[derive(Clone, Debug)]
pub struct Looks {
    /// The kind.
    pub kind: LookKind,
    /// How many.
    pub count: u64,
    /// Each of them, newest first.
    pub looks: Vec<Look>,
}

/// The kinds of looks, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LookKind {
    /// Asked, and there was no message.
    Nothing,
    /// Told that something happened to messages.
    Told,
    /// How many messages there are.
    Checked,
    /// The list.
    List,
    /// What is proven about messages.
    Proofs,
    /// How the mailbox is divided, and who sees what of it.
    Rights,
    /// Messages and their files.
    Opened,
}

impl LookKind {
    /// The sentence that says it.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Nothing => "usage-nothing",
            Self::Told => "usage-told",
            Self::Checked => "usage-checked",
            Self::List => "usage-list",
            Self::Proofs => "usage-proofs",
            Self::Rights => "usage-rights",
            Self::Opened => "usage-opened",
        }
    }
}

/// One look.
#[derive(Clone, Debug)]
pub struct Look {
    /// When; when the hour began, of [`Sight::Times`].
    pub at: Timestamp,
    /// At what.
    pub sight: Sight,
}

/// What was looked at.
#[derive(Clone, Debug)]
pub enum Sight {
    /// The mailbox as a whole.
    Mailbox,
    /// The mailbox, so often in an hour.
    Times(u64),
    /// A message.
    Message(Seen),
    /// A file of a message, with its name if it is still there.
    File(Seen, Option<String>),
}

/// A message that was seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its subject and its page, if it is still there.
    pub still: Option<(String, String)>,
}
