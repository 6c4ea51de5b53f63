//! The list of messages, and one message with its body and attachments.

use askama::Template;
use askama::filters::HtmlSafeOutput;
use hub_core::access::citizen::Shelf;
use hub_core::clock::Timestamp;

use super::{Frame, Holder, MailboxState, Proof};
use crate::body;
use crate::i18n::Language;

/// One page of a mailbox, newest first.
#[derive(Clone, Debug, Template)]
#[template(path = "mailbox.html")]
pub struct MailboxPage {
    /// The frame.
    pub frame: Frame,
    /// Whose mailbox it is.
    pub holder: Holder,
    /// Whether new letters arrive, and how many are unread.
    pub state: MailboxState,
    /// Whether the person may turn digital mail on.
    pub may_turn_on: bool,
    /// How many messages there are in all.
    pub total: u64,
    /// The messages of this page.
    pub rows: Vec<MessageRow>,
    /// The address of the first page, unless this is it.
    pub first: Option<String>,
    /// The address of the next page, if there is one.
    pub next: Option<String>,
    /// The address of the access log.
    pub usage: String,
    /// The address of the proofs.
    pub proofs: String,
    /// What is shown: the mailbox itself or its archive.
    pub shelf: Shelf,
    /// The address of the mailbox.
    pub mailbox: String,
    /// The address of its archive.
    pub archive: String,
    /// What others keep for it, on its first page.
    pub kept: Vec<KeptRow>,
    /// The partitions of an enterprise's mailbox to choose from, if it has some.
    pub sections: Vec<Section>,
    /// Where they are managed, for who may.
    pub partitions: Option<String>,
}

/// A partition to choose.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its messages; in a form, its id.
    pub place: String,
    /// Its name; `None` is the general one.
    pub name: Option<String>,
    /// Whether it is the one that is shown.
    pub here: bool,
}

/// The form that puts a message into another partition.
#[derive(Clone, Debug)]
pub struct Placing {
    /// Where it goes.
    pub action: String,
    /// The partitions.
    pub sections: Vec<Section>,
}

impl MailboxPage {
    fn is_closed(&self) -> bool {
        matches!(self.state, MailboxState::Closed { .. })
    }

    fn is_archive(&self) -> bool {
        self.shelf == Shelf::Archive
    }

    fn unread(&self) -> u64 {
        match self.state {
            MailboxState::On { unread } | MailboxState::Closed { unread } => unread,
            MailboxState::Off => self.rows.iter().filter(|row| row.unread).count() as u64,
        }
    }
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct MessageRow {
    /// The message's page.
    pub href: String,
    /// The subject in the page's language, or the sender's.
    pub subject: String,
    /// The sender organization's name.
    pub sender: String,
    /// When it was published.
    pub at: Timestamp,
    /// When it is removed.
    pub until: Timestamp,
    /// Whether the display flag says unread.
    pub unread: bool,
    /// Whether its sender withdrew it.
    pub withdrawn: bool,
    /// Whether a later message corrects it.
    pub corrected: bool,
}

/// One line of what others keep.
#[derive(Clone, Debug)]
pub struct KeptRow {
    /// The subject in the page's language, or another; none if none was told.
    pub subject: Option<String>,
    /// Who keeps it.
    pub keeper: String,
    /// The sender organization's name, if who keeps it sends for that organization.
    pub sender: Option<String>,
    /// The number of the sender organization otherwise: who keeps it says so, and nobody else.
    pub told_sender: Option<String>,
    /// When it was received there.
    pub at: Timestamp,
    /// When it is removed there.
    pub until: Timestamp,
    /// Whether it is read there.
    pub read: bool,
}

/// One message.
#[derive(Clone, Debug, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// The frame.
    pub frame: Frame,
    /// The page of the list to go back to.
    pub back: String,
    /// The subject.
    pub subject: String,
    /// The sender organization's name.
    pub sender: String,
    /// The message type's name.
    pub kind: String,
    /// When it was published.
    pub at: Timestamp,
    /// When it is removed.
    pub until: Timestamp,
    /// The language of subject and body, where the page's own was not available.
    pub only_in: Option<Language>,
    /// Who withdrew it, when and why, if somebody did.
    pub withdrawn: Option<Withdrawn>,
    /// The page of the message that corrects it.
    pub replaced_by: Option<String>,
    /// The page of the message that it corrects.
    pub replaces: Option<String>,
    /// The text, if it has one.
    pub body: Option<Body>,
    /// The files, the main one first.
    pub attachments: Vec<Attachment>,
    /// What is proven about it, oldest first.
    pub proofs: Vec<Proof>,
    /// What the sender asks to be paid.
    pub payment: Option<ToPay>,
    /// What was answered, oldest first.
    pub replies: Vec<ReplyShown>,
    /// The form to answer, if the sender accepts that.
    pub reply: Option<ReplyForm>,
    /// Where it is.
    pub shelf: Shelf,
    /// Where the form goes that puts it into the archive or takes it out.
    pub shelve: String,
    /// The form that puts it into another partition, where there is one.
    pub placing: Option<Placing>,
}

/// That the sender withdrew a message.
#[derive(Clone, Debug)]
pub struct Withdrawn {
    /// When.
    pub at: Timestamp,
    /// Why, in the sender's words.
    pub reason: String,
    /// The language of these words.
    pub language: Language,
}

/// A reply that was sent.
#[derive(Clone, Debug)]
pub struct ReplyShown {
    /// When.
    pub at: Timestamp,
    /// Its text.
    pub text: String,
    /// The names of its files.
    pub files: Vec<String>,
}

/// The form to answer a message.
#[derive(Clone, Debug)]
pub struct ReplyForm {
    /// Where it goes.
    pub action: String,
    /// By which it counts once.
    pub key: String,
}

/// What is to be paid, as the sender wrote it.
#[derive(Clone, Debug)]
pub struct ToPay {
    /// A decimal number with two digits after the point.
    pub amount: String,
    /// Three letters.
    pub currency: String,
    /// The last day: `2026-12-31`.
    pub due: String,
    /// The account, without spaces.
    pub iban: String,
    /// The structured reference.
    pub reference: String,
}

impl ToPay {
    /// The account in groups of four, as people read it.
    fn grouped_iban(&self) -> String {
        let letters: Vec<char> = self.iban.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }
}

impl MessagePage {
    /// The `lang` of what the sender wrote.
    fn written_in(&self) -> Language {
        self.only_in.unwrap_or(self.frame.t.language)
    }
}

/// A sanitised body.
#[derive(Clone, Debug)]
pub struct Body(String);

impl Body {
    /// Renders CommonMark, in which HTML is shown as text.
    pub fn new(common_mark: &str) -> Self {
        Self(body::html(common_mark))
    }

    fn html(&self) -> HtmlSafeOutput<&str> {
        HtmlSafeOutput(&self.0)
    }
}

/// A file of a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Where it is downloaded from: an address here that leads to a fresh one on the content origin.
    pub href: String,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it is the message's main content.
    pub main: bool,
}

impl Attachment {
    /// What people call this kind of file.
    fn format(&self) -> String {
        let subtype = self.media_type.split(['/', ';']).nth(1).unwrap_or_default().trim();
        match subtype {
            "plain" => "TXT".to_owned(),
            "" | "octet-stream" => self.name.rsplit('.').next().unwrap_or_default().to_uppercase(),
            other if other.len() <= 5 => other.to_uppercase(),
            _ => self.name.rsplit('.').next().unwrap_or_default().to_uppercase(),
        }
    }
}
